// SPDX-License-Identifier: BSL-1.0
#include "formats.hpp"
#include "sentences.hpp"

#include <daxhold/tables/detail/escape.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <iterator>

namespace blast_radius {

namespace {

using daxhold::tables::detail::wrap;
using daxhold::tables::detail::xml_text;

constexpr std::size_t columns = 64;
constexpr std::size_t most_rows_drawn = 24;
constexpr int cell_width = 14;
constexpr int cell_height = 18;
constexpr int margin = 24;
/// For the offset that a row begins at.
constexpr int label_width = 92;
constexpr int line_height = 18;
constexpr int picture_width = 2 * margin + label_width + static_cast<int>(columns) * cell_width;

/// A legend's entry: a colour, the words, and which numbers of the array belong to it.
struct shade {
    const char* colour;
    const char* words;
    std::uint32_t members;
};

template <class... Enumerators>
constexpr std::uint32_t bits(Enumerators... which) {
    return (0U | ... | (1U << static_cast<unsigned>(which)));
}

// Paul Tol's "bright" and "vibrant" schemes (SRON technical note, 2021), which stay apart for
// colour-blind readers: one for what it is, the other for what becomes of it. Black is for what is
// drawn over them.
constexpr shade content_shades[] = {
    {"#4477aa", "data", bits(content::file_data, content::other_data)},
    {"#bbccee", "never written", bits(content::never_written, content::cow_staging)},
    {"#66ccee", "directories, symbolic links", bits(content::directory, content::symlink)},
    {"#228833", "attributes, extent maps", bits(content::attributes, content::extent_map)},
    {"#ccbb44", "inodes", bits(content::inodes, content::inode_btree)},
    {"#ee6677", "metadata of the filesystem",
     bits(content::static_metadata, content::group_metadata, content::refcount_btree,
          content::group_descriptors, content::allocation_bitmaps, content::other_metadata,
          content::bad_blocks)},
    {"#aa3377", "log", bits(content::log)},
    {"#bbbbbb", "not known", bits(content::unknown)},
};

constexpr shade fate_shades[] = {
    {"#cc3311", "shuts the filesystem down",
     bits(fate::asks_shutdown, fate::shuts_down, fate::ends_walk)},
    {"#ee7733", "users are told now", bits(fate::users_told)},
    {"#ffcc55", "in use: found out when touched, or told",
     bits(fate::found_on_access, fate::users_may_be_told)},
    {"#009988", "nobody maps it", bits(fate::unnoticed)},
    {"#88ccbb", "nobody is seen to map it", bits(fate::no_user_seen)},
    {"#33bbee", "pages are dropped", bits(fate::pages_dropped)},
    {"#dddddd", "passed over", bits(fate::passed_over)},
    {"#777777", "not known", bits(fate::withheld)},
    {"#7766bb", "not looked at", bits(fate::not_reached)},
};

/// A map of a range: cells in rows, in each the shades side by side.
struct map_view {
    const std::vector<map_cell>* cells;
    byte_range range;
    std::uint64_t group_size;
};

std::uint64_t cell_size(const map_view& map) {
    const auto count = map.cells->size();
    return std::max<std::uint64_t>(1, (map.range.length() + count - 1) / count);
}

int height_of(const map_view& map) {
    return static_cast<int>((map.cells->size() + columns - 1) / columns) * cell_height;
}

/// What there is of each shade in the array of a cell.
template <std::size_t Shades, class Counts>
std::array<std::uint64_t, Shades> shares(const shade (&shades)[Shades], const Counts& counts) {
    std::array<std::uint64_t, Shades> found{};
    for (std::size_t s = 0; s != Shades; ++s)
        for (std::size_t k = 0; k != counts.size(); ++k)
            if ((shades[s].members >> k & 1U) != 0)
                found[s] += counts[k];
    return found;
}

std::string place(byte_range range) { return fmt::format("{} to {}", range.offset(), range.end()); }

/// The cells of a map as rows of columns. In a cell the shades stand side by side, each as wide as
/// its share and at least wide enough to be seen; what has none is free space and stays white. What
/// several files share is counted once for each: then the shares are of all owners.
template <std::size_t Shades, class Counts>
void draw_map(fmt::memory_buffer& out, const map_view& map, const shade (&shades)[Shades],
              const Counts& counts, int top) {
    auto to = std::back_inserter(out);
    const auto size = cell_size(map);
    const int left = margin + label_width;
    for (std::size_t i = 0; i != map.cells->size(); ++i) {
        const auto x = left + static_cast<int>(i % columns) * cell_width;
        const auto y = top + static_cast<int>(i / columns) * cell_height;
        const byte_range here =
            intersect(byte_range{map.range.offset() + i * size, size}, map.range);
        if (here.empty())
            break;
        if (i % columns == 0)
            fmt::format_to(to,
                           R"(<text x="{}" y="{}" font-size="11" fill="#555" text-anchor="end">{})"
                           "</text>\n",
                           left - 6, y + 13, human_size(here.offset()));
        const auto its = shares(shades, counts((*map.cells)[i]));
        std::uint64_t sum = 0;
        for (const auto bytes : its)
            sum += bytes;
        std::string title = place(here);
        for (std::size_t s = 0; s != Shades; ++s)
            if (its[s] != 0)
                title += fmt::format("\n{}: {}", shades[s].words, human_size(its[s]));
        if (sum == 0)
            title += "\nfree";
        fmt::format_to(to,
                       R"(<g><title>{}</title><rect x="{}" y="{}" width="{}" height="{}" )"
                       R"(fill="#fff"/>)",
                       xml_text(title), x, y, cell_width - 1, cell_height - 1);
        const auto all = static_cast<double>(std::max(sum, here.length()));
        constexpr double least = 2.5;
        double widths = 0;
        std::array<double, Shades> width{};
        for (std::size_t s = 0; s != Shades; ++s)
            if (its[s] != 0) {
                width[s] = std::max(least, static_cast<double>(its[s]) / all * (cell_width - 1));
                widths += width[s];
            }
        const double scale = widths > cell_width - 1 ? (cell_width - 1) / widths : 1;
        double at = x;
        for (std::size_t s = 0; s != Shades; ++s)
            if (its[s] != 0) {
                fmt::format_to(to,
                               R"(<rect x="{:.2f}" y="{}" width="{:.2f}" height="{}" fill="{}"/>)",
                               at, y, width[s] * scale, cell_height - 1, shades[s].colour);
                at += width[s] * scale;
            }
        fmt::format_to(to, "</g>\n");
    }
    fmt::format_to(to,
                   R"(<rect x="{}" y="{}" width="{}" height="{}" fill="none" stroke="#bbb"/>)"
                   "\n",
                   left - 1, top - 1, static_cast<int>(columns) * cell_width + 1,
                   height_of(map) + 1);
}

/// A bar where an allocation group begins, with edges that set it off from any shade.
std::string group_bar(double x, int y, int height, const std::string& title = {}) {
    return fmt::format(R"(<rect x="{:.1f}" y="{}" width="3" height="{}" fill="#000" stroke="#fff">)"
                       "{}</rect>",
                       x - 1.5, y, height, title);
}

/// A bar in each cell that a group begins in, but for the first of all.
void draw_groups(fmt::memory_buffer& out, const map_view& map, int top) {
    if (map.group_size == 0)
        return;
    const auto size = cell_size(map);
    for (std::size_t i = 0; i != map.cells->size(); ++i) {
        const auto here = intersect(byte_range{map.range.offset() + i * size, size}, map.range);
        const auto group = (here.offset() + map.group_size - 1) / map.group_size;
        const auto begin = group * map.group_size;
        if (begin == 0 || !here.contains(begin))
            continue;
        const auto share =
            static_cast<double>(begin - here.offset()) / static_cast<double>(here.length());
        fmt::format_to(
            std::back_inserter(out), "{}\n",
            group_bar(
                margin + label_width + static_cast<double>(i % columns) * cell_width +
                    share * (cell_width - 1),
                top + static_cast<int>(i / columns) * cell_height - 2, cell_height + 3,
                fmt::format("<title>allocation group {} begins at {}</title>", group, begin)));
    }
}

/// Frames around the cells that the ranges lie in.
void draw_ranges(fmt::memory_buffer& out, const map_view& map,
                 const std::vector<byte_range>& ranges, int top) {
    const auto size = cell_size(map);
    for (const auto range : ranges) {
        const auto met = intersect(range, map.range);
        if (met.empty())
            continue;
        const auto first = (met.offset() - map.range.offset()) / size;
        const auto last = (met.end() - 1 - map.range.offset()) / size;
        for (auto row = first / columns; row <= last / columns; ++row) {
            const auto from = std::max(first, row * columns) - row * columns;
            const auto to = std::min(last, row * columns + columns - 1) - row * columns;
            fmt::format_to(std::back_inserter(out),
                           R"(<rect x="{}" y="{}" width="{}" height="{}" fill="none" )"
                           R"(stroke="#000" stroke-width="2.5"><title>{}</title></rect>)"
                           "\n",
                           margin + label_width + static_cast<int>(from) * cell_width - 2,
                           top + static_cast<int>(row) * cell_height - 2,
                           static_cast<int>(to - from + 1) * cell_width + 3, cell_height + 3,
                           place(met));
        }
    }
}

/// The shades that there are on the map, with their bytes; returns the height.
template <std::size_t Shades, class Counts>
int draw_legend(fmt::memory_buffer& out, const map_view& map, const shade (&shades)[Shades],
                const Counts& counts, int top, bool has_groups, bool has_ranges) {
    std::array<std::uint64_t, Shades> there{};
    for (const auto& cell : *map.cells) {
        const auto its = shares(shades, counts(cell));
        for (std::size_t s = 0; s != Shades; ++s)
            there[s] += its[s];
    }
    auto x = margin + label_width;
    auto y = top;
    const auto place_entry = [&](const std::string& symbol, const std::string& words) {
        const auto width = 34 + 7 * static_cast<int>(words.size());
        if (x + width > picture_width - margin) {
            x = margin + label_width;
            y += line_height;
        }
        fmt::format_to(std::back_inserter(out),
                       R"x(<g transform="translate({} {})">{}<text x="17" y="11">{}</text></g>)x"
                       "\n",
                       x, y, symbol, words);
        x += width;
    };
    for (std::size_t s = 0; s != Shades; ++s)
        if (there[s] != 0)
            place_entry(
                fmt::format(R"(<rect width="12" height="12" fill="{}"/>)", shades[s].colour),
                fmt::format("{}, {}", shades[s].words, human_size(there[s])));
    place_entry(R"(<rect width="12" height="12" fill="#fff" stroke="#bbb"/>)", "free");
    if (has_groups)
        place_entry(group_bar(6, 0, 12), "an allocation group begins");
    if (has_ranges)
        place_entry(R"(<rect x="1" y="1" width="10" height="10" fill="none" stroke="#000" )"
                    R"(stroke-width="2.5"/>)",
                    "what was asked about");
    return y - top + line_height;
}

/// A text as lines that fit; returns the height.
int draw_text(fmt::memory_buffer& out, const std::string& text, int top, int size,
              const char* style) {
    const auto lines =
        wrap(text, static_cast<std::size_t>((picture_width - 2 * margin) * 100 / (size * 55)));
    int y = top;
    std::string_view rest{lines};
    while (!rest.empty()) {
        const auto line = daxhold::on_linux::take_word(rest, '\n');
        y += size + 5;
        fmt::format_to(std::back_inserter(out),
                       R"(<text x="{}" y="{}" font-size="{}"{}>{}</text>)"
                       "\n",
                       margin, y, size, style, xml_text(line));
    }
    return y - top;
}

} // namespace

survey look_over(subject& about, const progress& tell) {
    survey made;
    made.range = {0, about.size};
    const auto count = std::clamp<std::uint64_t>(about.size / 4096, 1, columns * most_rows_drawn);
    const auto size = std::max<std::uint64_t>(1, (about.size + count - 1) / count);
    made.cells.resize(count);
    std::uint64_t seen = 0;
    about.for_each(daxhold::role::data, made.range, [&](const fsmap_record& record) {
        if ((++seen & 0x3fffU) == 0)
            tell(static_cast<double>(record.physical.offset()) / static_cast<double>(about.size));
        if (record.kind == owner_kind::free_space)
            return true;
        const auto holds = content_of(record, inode_kind::unknown);
        auto rest = intersect(record.physical, made.range);
        for (auto at = rest.offset() / size; !rest.empty(); ++at) {
            made.cells[at].contents[static_cast<std::size_t>(holds)] +=
                rest.below((at + 1) * size).length();
            rest = rest.from((at + 1) * size);
        }
        return true;
    });
    return made;
}

std::string to_svg(const subject& about, const answer& given, const survey& whole) {
    fmt::memory_buffer body;
    auto to = std::back_inserter(body);
    int y = margin - 6;
    y += draw_text(body, ask_sentence(about, given) + ":", y, 16, R"( font-weight="bold")");
    y += draw_text(body, verdict_sentence(about, given), y + 2, 16, "") + 2;
    y += draw_text(body, "Policy: " + given.policy_name + ", " + given.policy_title, y + 4, 12,
                   R"( fill="#555")") +
         4;
    for (const auto& note : remarks(about, given))
        y += draw_text(body, note, y, 12, R"( fill="#555")");

    const auto contents = [](const map_cell& c) -> const auto& { return c.contents; };
    const auto fates = [](const map_cell& c) -> const auto& { return c.fates; };
    const auto heading = [&](const std::string& text) {
        y += 30;
        fmt::format_to(to,
                       R"(<text x="{}" y="{}" font-weight="bold">{}</text>)"
                       "\n",
                       margin, y, xml_text(text));
        y += 9;
    };
    const bool is_data = given.asked.device == daxhold::role::data;
    const bool is_part = given.mapped.length() < about.size;
    if (is_data && !whole.cells.empty()) {
        const map_view map{&whole.cells, whole.range, about.group_size};
        heading(fmt::format("What the device holds: {}, {} a cell", human_size(about.size),
                            human_size(cell_size(map))));
        draw_map(body, map, content_shades, contents, y);
        draw_groups(body, map, y);
        if (is_part)
            draw_ranges(body, map, given.asked.ranges, y);
        y += height_of(map) + 8;
        y += draw_legend(body, map, content_shades, contents, y, about.group_size != 0, is_part);
    }
    if (is_data && !given.mapped.empty()) {
        const map_view map{&given.map, given.mapped, about.group_size};
        if (is_part) {
            heading(fmt::format("What lies at {}: {} a cell", place(given.mapped),
                                human_size(cell_size(map))));
            draw_map(body, map, content_shades, contents, y);
            draw_groups(body, map, y);
            y += height_of(map) + 8;
            y += draw_legend(body, map, content_shades, contents, y, false, false);
        }
        heading(becomes_heading(about));
        draw_map(body, map, fate_shades, fates, y);
        draw_groups(body, map, y);
        y += height_of(map) + 8;
        y +=
            draw_legend(body, map, fate_shades, fates, y, about.group_size != 0 && !is_part, false);
    }
    y += margin;
    return fmt::format(R"(<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {0} {1}" )"
                       R"(width="{0}" height="{1}" font-family="sans-serif" font-size="12">)"
                       "\n"
                       R"(<rect width="100%" height="100%" fill="white"/>)"
                       "\n{2}</svg>\n",
                       picture_width, y, fmt::to_string(body));
}

} // namespace blast_radius
