// SPDX-License-Identifier: BSL-1.0
#pragma once

#include "daxhold/tables/detail/colours.hpp"
#include "daxhold/tables/detail/escape.hpp"
#include "daxhold/tables/detail/model.hpp"

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

/// \file
/// A picture of a table: a grid of its cells, with a colour for each action and in each cell the
/// number of the row that decides it.

namespace daxhold::tables {

namespace detail {

/// Calls `add(values)` for each group of values of a fact that no row tells apart.
template <any_table Table, class Add>
constexpr void for_each_group(const Table& table, std::size_t fact, Add add) {
    for (auto left = every_cell(table).values[fact]; left != 0;) {
        const auto first = left & (~left + 1);
        auto alike = left;
        for (std::size_t row = 0; row != Table::row_count; ++row) {
            const auto accepted = table.accepted(row, fact);
            alike &= (accepted & first) != 0 ? accepted : ~accepted;
        }
        add(alike);
        left &= ~alike;
    }
}

/// How many cells a picture has: values that no row tells apart share them. More than `most` count
/// as `most` + 1.
template <any_table Table>
constexpr std::size_t count_picture_cells(const Table& table, std::size_t most) {
    std::size_t cells = 1;
    for (std::size_t fact = 0; fact != Table::fact_count && cells <= most; ++fact) {
        std::size_t groups = 0;
        for_each_group(table, fact, [&groups](std::uint64_t /*values*/) { ++groups; });
        cells *= groups;
    }
    return cells > most ? most + 1 : cells;
}

/// A fact along a side of a picture.
struct picture_fact {
    std::size_t fact;
    std::vector<std::uint64_t> groups;
    std::vector<std::string> labels;
    /// How many lines a group spans.
    std::size_t span = 1;
    /// How much room its labels take, in pixels.
    std::size_t room = 0;

    [[nodiscard]] std::size_t group_at(std::size_t line) const {
        return line / span % groups.size();
    }
};

/// A side of a picture: the facts whose values lie along it, the outermost first.
struct picture_side {
    std::vector<picture_fact> facts;
    std::size_t lines = 1;

    void add(picture_fact added) {
        for (auto& each : facts)
            each.span *= added.groups.size();
        lines *= added.groups.size();
        facts.push_back(std::move(added));
    }
};

struct picture_cell {
    cells_words cells;
    std::size_t winner;
};

struct picture {
    table_words table;
    picture_side columns;
    picture_side rows;
    /// Row by row.
    std::vector<picture_cell> cells;
};

/// The facts in the order of the table, each along the side that has fewer lines so far.
template <any_table Table>
picture picture_of(const Table& table) {
    picture made{words_of_table(table), {}, {}, {}};
    for (std::size_t fact = 0; fact != Table::fact_count; ++fact) {
        picture_fact added{fact, {}, {}};
        for_each_group(table, fact, [&](std::uint64_t values) {
            added.groups.push_back(values);
            added.labels.push_back(wrap(made.table.facts[fact].describe(values), 18));
        });
        if (added.groups.size() > 1)
            (made.rows.lines <= made.columns.lines ? made.rows : made.columns)
                .add(std::move(added));
    }
    for (std::size_t row = 0; row != made.rows.lines; ++row)
        for (std::size_t column = 0; column != made.columns.lines; ++column) {
            auto cell = every_cell(table);
            for (const auto& each : made.rows.facts)
                cell.values[each.fact] = each.groups[each.group_at(row)];
            for (const auto& each : made.columns.facts)
                cell.values[each.fact] = each.groups[each.group_at(column)];
            // No row tells the values apart that are left in the cube.
            made.cells.push_back({words_of_cells(cell), first_row_for(table, cell)});
        }
    return made;
}

/// The lines of a text, without their line feeds; one at least.
inline std::vector<std::string_view> lines_of(std::string_view text) {
    std::vector<std::string_view> lines;
    for (auto end = text.find('\n'); end != std::string_view::npos; end = text.find('\n')) {
        lines.push_back(text.substr(0, end));
        text.remove_prefix(end + 1);
    }
    lines.push_back(text);
    return lines;
}

constexpr void widen(std::size_t& room, std::size_t wanted) {
    room = room < wanted ? wanted : room;
}

/// Draws a picture from top to bottom: title, column headings, rows of the grid, legend. All
/// lengths are in pixels.
class picture_drawing {
public:
    [[nodiscard]] std::string draw(picture& drawn, std::string_view title) {
        const auto& table = drawn.table;
        const auto cell_width = measure(drawn.columns, &width_of_text, &height_of, 46);
        const auto cell_height = measure(drawn.rows, &height_of, &width_of_text, 26);
        std::size_t left = margin;
        for (auto& each : drawn.rows.facts) {
            widen(each.room, width_of_text(table.facts[each.fact].name));
            left += each.room;
        }
        for (const auto& each : drawn.columns.facts) {
            const auto wanted = margin + width_of_text(table.facts[each.fact].name);
            drawn.rows.facts[0].room += wanted > left ? wanted - left : 0;
            widen(left, wanted);
        }
        widen(width_, margin + width_of_text(title) * 5 / 4);
        std::size_t top = margin + (title.empty() ? 0 : 2 * line);
        if (!title.empty())
            text(margin, margin + line, title, R"(font-size="15" font-weight="bold")");

        // The names of the facts along the rows lie beside the innermost column headings.
        if (drawn.columns.facts.empty())
            top += line + padding;
        else
            drawn.columns.facts.back().room += line + padding;
        for (const auto& each : drawn.columns.facts) {
            text(left - padding, top + line, table.facts[each.fact].name,
                 R"(text-anchor="end" font-weight="bold")");
            for (std::size_t at = 0; at != drawn.columns.lines; at += each.span)
                label(left + at * cell_width, top, each.span * cell_width, each.room,
                      each.labels[each.group_at(at)]);
            top += each.room;
        }
        auto x = margin;
        for (const auto& each : drawn.rows.facts) {
            text(x + padding, top - padding, table.facts[each.fact].name, R"(font-weight="bold")");
            for (std::size_t at = 0; at != drawn.rows.lines; at += each.span)
                label(x, top + at * cell_height, each.room, each.span * cell_height,
                      each.labels[each.group_at(at)]);
            x += each.room;
        }
        for (std::size_t at = 0; at != drawn.cells.size(); ++at) {
            const auto& [cells, winner] = drawn.cells[at];
            const auto& row = table.rows[winner];
            x = left + at % drawn.columns.lines * cell_width;
            const auto y = top + at / drawn.columns.lines * cell_height;
            box(x, y, cell_width, cell_height, fill_of(row.kind),
                describe_cells(table.facts, cells, "always") + "\nrow " + number_of_row(winner) +
                    ": " + row.action.text);
            text(x + cell_width / 2, y + cell_height / 2 + 4, number_of_row(winner),
                 R"(text-anchor="middle" pointer-events="none")");
        }
        widen(width_, left + drawn.columns.lines * cell_width);
        const auto height = legend(table, top + drawn.rows.lines * cell_height + 2 * padding);
        return finish(title.empty() ? "a decision table" : title, width_ + margin, height + margin);
    }

private:
    static constexpr std::size_t margin = 16;
    static constexpr std::size_t padding = 6;
    static constexpr std::size_t line = 15;

    /// The room that a text takes, at most, in a sans-serif font of 12 pixels.
    static std::size_t width_of_text(std::string_view text) {
        std::size_t widest = 0;
        for (const auto each : lines_of(text))
            widen(widest, width_of(each) * 37 / 5);
        return widest + 2 * padding;
    }
    static std::size_t height_of(std::string_view text) {
        return lines_of(text).size() * line + padding;
    }

    /// Finds the room that the labels take across the side, and returns what a cell needs along it.
    static std::size_t measure(picture_side& side, std::size_t (*along)(std::string_view),
                               std::size_t (*across)(std::string_view), std::size_t least) {
        for (auto& each : side.facts)
            for (const auto& label : each.labels) {
                widen(each.room, across(label));
                widen(least, (along(label) + each.span - 1) / each.span);
            }
        return least;
    }

    static std::string fill_of(std::size_t kind) { return "fill=\"" + colour_of(kind) + "\""; }

    /// Returns where it ends.
    [[nodiscard]] std::size_t legend(const table_words& table, std::size_t y) {
        std::vector<std::vector<std::string>> rows;
        std::vector<std::string> actions;
        for (std::size_t row = 0; row != table.rows.size(); ++row) {
            const auto kind = table.rows[row].kind;
            if (kind == rows.size()) {
                rows.emplace_back();
                actions.push_back(wrap(table.rows[row].action.text, 80));
            }
            rows[kind].push_back(number_of_row(row));
        }
        std::size_t widest = 0;
        for (const auto& each : rows)
            widen(widest, width_of_text(describe_rows(each)));
        for (std::size_t kind = 0; kind != rows.size(); ++kind) {
            box(margin, y, line, line, fill_of(kind));
            text(margin + line + padding, y + 12, describe_rows(rows[kind]),
                 R"(font-weight="bold")");
            widen(width_, margin + line + padding + widest + width_of_text(actions[kind]));
            for (const auto each : lines_of(actions[kind])) {
                text(margin + line + padding + widest, y + 12, each);
                y += line;
            }
            y += padding;
        }
        return y;
    }

    void box(std::size_t x, std::size_t y, std::size_t width, std::size_t height,
             std::string_view attributes, std::string_view hint = {}) {
        ((body_ += "<rect" + attribute("x", x) + attribute("y", y) + attribute("width", width) +
                   attribute("height", height) + " stroke=\"#ffffff\" ") += attributes) +=
            hint.empty() ? "/>\n" : "><title>" + xml_text(hint) + "</title></rect>\n";
    }

    void text(std::size_t x, std::size_t y, std::string_view words,
              std::string_view attributes = {}) {
        ((body_ += "<text" + attribute("x", x) + attribute("y", y) + " ") += attributes) +=
            ">" + xml_text(words) + "</text>\n";
    }

    /// A text in the middle of a box.
    void label(std::size_t x, std::size_t y, std::size_t width, std::size_t height,
               std::string_view words) {
        box(x, y, width, height, R"(fill="#eeeeee")");
        const auto lines = lines_of(words);
        auto base = y + (height - lines.size() * line) / 2 + 12;
        for (const auto each : lines) {
            text(x + width / 2, base, each, R"(text-anchor="middle")");
            base += line;
        }
    }

    static std::string attribute(std::string_view name, std::size_t value) {
        return " " + std::string{name} + "=\"" + std::to_string(value) + "\"";
    }

    [[nodiscard]] std::string finish(std::string_view title, std::size_t width,
                                     std::size_t height) const {
        const auto size = attribute("width", width) + attribute("height", height);
        return R"(<svg xmlns="http://www.w3.org/2000/svg")" + size + R"( viewBox="0 0 )" +
               std::to_string(width) + " " + std::to_string(height) +
               R"(" role="img" font-family="DejaVu Sans, Verdana, sans-serif" font-size="12")" +
               " fill=\"#222222\">\n<title>" + xml_text(title) + "</title>\n<rect" + size +
               " fill=\"#ffffff\"/>\n" + body_ + "</svg>\n";
    }

    std::string body_;
    std::size_t width_ = 0;
};

} // namespace detail

/// Scalable vector graphics.
namespace svg {

/// The largest number of cells of a picture; values of a fact that no row tells apart share one.
inline constexpr std::size_t most_cells = 1024;

/// How many cells the picture of a table would have; more than a million count as one more than
/// that.
template <auto const& Table>
inline constexpr std::size_t cells_of_picture = tables::detail::count_picture_cells(Table,
                                                                                    1'000'000);

/// Whether a table has few enough cells for a picture.
template <auto const& Table>
inline constexpr bool is_drawable = cells_of_picture<Table> <= most_cells;

/// The diagnosis of a table with more cells than a picture can show.
template <std::size_t Cells>
struct table_has_too_many_cells_for_a_picture {
    static constexpr bool ok = Cells <= most_cells;
};

/// A table as a grid of its cells, which a person can read: the facts lie in the table's order
/// along both sides, values that no row tells apart share a line, each action has a colour, and the
/// number is that of the row that decides, counted from 1. Who points at a cell is told which it is
/// and what the row says; the legend below tells that of all rows. Preconditions: the table is
/// `proven`, and has no more than `most_cells` cells; otherwise it does not compile: ask
/// `is_drawable`.
template <auto const& Table>
[[nodiscard]] std::string table(std::string_view title = {}) {
    static_assert(tables::proven<Table>);
    using check = table_has_too_many_cells_for_a_picture<cells_of_picture<Table>>;
    static_assert(check::ok, "a picture shows at most 1024 cells: render the table as text, or its "
                             "decision diagram");
    if constexpr (!check::ok) {
        return {};
    } else {
        auto drawn = tables::detail::picture_of(Table);
        return tables::detail::picture_drawing{}.draw(drawn, title);
    }
}

} // namespace svg

} // namespace daxhold::tables
