// SPDX-License-Identifier: BSL-1.0
#include "formats.hpp"
#include "sentences.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <numeric>

namespace blast_radius {

namespace {

constexpr std::size_t columns = 64;
constexpr int cell_width = 14;
constexpr int cell_height = 16;
constexpr int margin = 24;

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

// Colours that stay apart for colour-blind readers (Okabe and Ito, 2008).
constexpr shade owner_shades[] = {
    {"#0072b2", "file data", bits(owner_kind::inode_data)},
    {"#e69f00", "attribute forks, extent maps",
     bits(owner_kind::attribute_fork, owner_kind::extent_map)},
    {"#d55e00", "metadata",
     bits(owner_kind::static_metadata, owner_kind::group_metadata, owner_kind::inode_chunk,
          owner_kind::inode_btree, owner_kind::refcount_btree, owner_kind::group_descriptors,
          owner_kind::allocation_bitmap, owner_kind::other_metadata, owner_kind::defective)},
    {"#cc79a7", "log", bits(owner_kind::log)},
    {"#009e73", "copy-on-write staging", bits(owner_kind::cow_staging)},
    {"#999999", "unknown", bits(owner_kind::unknown)},
};

constexpr shade fate_shades[] = {
    {"#d55e00", "shuts the filesystem down", bits(fate::asks_shutdown, fate::shuts_down)},
    {"#000000", "ends the walk", bits(fate::ends_walk)},
    {"#0072b2", "users are told", bits(fate::users_told)},
    {"#56b4e9", "pages are dropped", bits(fate::pages_dropped)},
    {"#009e73", "passed over", bits(fate::passed_over)},
    {"#cc79a7", "nobody notices", bits(fate::unnoticed)},
    {"#999999", "not known: the owner is not told", bits(fate::withheld)},
    {"#f0e442", "not reached", bits(fate::not_reached)},
};

std::string escape(std::string_view text) {
    std::string safe;
    for (const char c : text)
        switch (c) {
        case '&':
            safe += "&amp;";
            break;
        case '<':
            safe += "&lt;";
            break;
        case '>':
            safe += "&gt;";
            break;
        case '"':
            safe += "&quot;";
            break;
        default:
            safe += static_cast<unsigned char>(c) < ' ' ? '?' : c;
        }
    return safe;
}

/// The cells of a map as rows of columns; in each cell the shades one above the other, what is rare
/// at least wide enough to be seen. What no shade has is free space and stays empty.
template <std::size_t Shades, class Counts>
void draw_map(fmt::memory_buffer& out, const answer& given, const shade (&shades)[Shades],
              Counts counts, int top) {
    auto to = std::back_inserter(out);
    const auto cells = given.map.size();
    const auto cell_bytes = static_cast<double>(given.mapped.length()) / static_cast<double>(cells);
    for (std::size_t i = 0; i != cells; ++i) {
        const auto x = margin + static_cast<int>(i % columns) * cell_width;
        const auto y = top + static_cast<int>(i / columns) * cell_height;
        const auto& values = counts(given.map[i]);
        double bottom = 1;
        for (const auto& s : shades) {
            std::uint64_t bytes = 0;
            for (std::size_t k = 0; k != values.size(); ++k)
                if ((s.members >> k & 1U) != 0)
                    bytes += values[k];
            if (bytes == 0 || bottom <= 0)
                continue;
            const auto share =
                std::min(bottom, std::clamp(static_cast<double>(bytes) / cell_bytes, 0.2, 1.0));
            fmt::format_to(to,
                           R"(<rect x="{}" y="{:.1f}" width="{}" height="{:.1f}" fill="{}"/>)"
                           "\n",
                           x, y + (bottom - share) * (cell_height - 1), cell_width - 1,
                           share * (cell_height - 1), s.colour);
            bottom -= share;
        }
    }
    const auto rows = static_cast<int>((cells + columns - 1) / columns);
    fmt::format_to(to,
                   R"(<rect x="{}" y="{}" width="{}" height="{}" fill="none" stroke="#bbb"/>)"
                   "\n",
                   margin - 1, top - 1, static_cast<int>(columns) * cell_width + 1,
                   rows * cell_height + 1);
}

/// The shades that there are on the map.
template <std::size_t Shades, class Counts>
void draw_legend(fmt::memory_buffer& out, const answer& given, const shade (&shades)[Shades],
                 Counts counts, int top) {
    std::uint32_t there = 0;
    for (const auto& cell : given.map)
        for (std::size_t k = 0; k != counts(cell).size(); ++k)
            if (counts(cell)[k] != 0)
                there |= 1U << k;
    auto x = margin;
    for (const auto& s : shades) {
        if ((s.members & there) == 0)
            continue;
        fmt::format_to(std::back_inserter(out),
                       R"(<rect x="{}" y="{}" width="12" height="12" fill="{}"/>)"
                       R"(<text x="{}" y="{}">{}</text>)"
                       "\n",
                       x, top, s.colour, x + 17, top + 11, s.words);
        x += 34 + 7 * static_cast<int>(std::char_traits<char>::length(s.words));
    }
}

} // namespace

std::string to_svg(const subject& about, const answer& given) {
    const auto rows = static_cast<int>((given.map.size() + columns - 1) / columns);
    const auto map_height = rows * cell_height;
    const auto notes = remarks(about, given);
    const int head = 84 + 17 * static_cast<int>(notes.size());
    const int second = head + map_height + 76;
    const int width = 2 * margin + static_cast<int>(columns) * cell_width;
    const int height = second + map_height + 64;

    fmt::memory_buffer out;
    auto to = std::back_inserter(out);
    fmt::format_to(to,
                   R"(<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {0} {1}" width="{0}" )"
                   R"(height="{1}" font-family="sans-serif" font-size="13">)"
                   "\n"
                   R"(<rect width="100%" height="100%" fill="white"/>)"
                   "\n",
                   width, height);
    const auto title = ask_sentence(about, given) + ",";
    fmt::format_to(to,
                   R"(<text x="{}" y="30" font-size="{:.1f}" font-weight="bold">{}</text>)"
                   "\n",
                   margin, std::min(17.0, 1.6 * width / static_cast<double>(title.size())),
                   escape(title));
    fmt::format_to(to,
                   R"(<text x="{}" y="52" font-size="15">{}</text>)"
                   "\n",
                   margin, escape(verdict_sentence(given)));
    int y = 74;
    for (const auto& note : notes) {
        fmt::format_to(to,
                       R"(<text x="{}" y="{}" fill="#555">{}</text>)"
                       "\n",
                       margin, y, escape(note));
        y += 17;
    }
    const auto where =
        fmt::format("{} from offset {}, {} a cell", human_size(given.mapped.length()),
                    given.mapped.offset(), human_size(given.mapped.length() / given.map.size()));
    fmt::format_to(to,
                   R"(<text x="{}" y="{}" font-weight="bold">Who owns it: {}</text>)"
                   "\n",
                   margin, head - 4, where);
    const auto owners = [](const map_cell& c) -> auto& { return c.owners; };
    const auto fates = [](const map_cell& c) -> auto& { return c.fates; };
    draw_map(out, given, owner_shades, owners, head + 8);
    draw_legend(out, given, owner_shades, owners, head + map_height + 18);
    fmt::format_to(to,
                   R"(<text x="{}" y="{}" font-weight="bold">What becomes of it under {}</text>)"
                   "\n",
                   margin, second - 4, escape(given.policy_name));
    draw_map(out, given, fate_shades, fates, second + 8);
    draw_legend(out, given, fate_shades, fates, second + map_height + 18);
    fmt::format_to(to, "</svg>\n");
    return fmt::to_string(out);
}

} // namespace blast_radius
