// SPDX-License-Identifier: BSL-1.0
#pragma once

#include "daxhold/render/detail/colours.hpp"
#include "daxhold/render/detail/escape.hpp"
#include "daxhold/render/detail/model.hpp"
#include "daxhold/render/detail/picture_grid.hpp"
#include "daxhold/render/detail/svg_writer.hpp"
#include "daxhold/tables/proof.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

/// \file
/// A picture of a table: a grid of its cells, with a colour for each action and in each cell the
/// number of the row that decides it.

namespace daxhold::render {

namespace detail {

/// Lines over a colour, for more actions than there are colours: 8 by 8 pixels each.
inline constexpr const char* hatches[] = {"M-2 2L2 -2M0 8L8 0M6 10L10 6",
                                          "M-2 6L2 10M0 0L8 8M6 -2L10 2",
                                          "M0 4H8",
                                          "M4 0V8",
                                          "M3 4H5",
                                          "M0 4H8M4 0V8",
                                          "M0 0L8 8M0 8L8 0"};

/// A table as a picture, from top to bottom: title, column headings, rows of the grid, legend.
class table_picture {
public:
    table_picture(const table_words& table, const picture_grid& grid, std::string_view title)
        : table_{table}, grid_{grid}, title_{title} {}

    [[nodiscard]] std::string draw() {
        measure();
        if (!title_.empty())
            svg_.text(margin, margin + 14, title_, R"(font-size="15" font-weight="bold")");
        draw_column_headings();
        draw_row_headings();
        draw_cells();
        const auto height = draw_legend();
        return svg_.finish(width_, height, title_.empty() ? "a decision table" : title_,
                           definitions());
    }

private:
    static constexpr std::size_t margin = 16;
    static constexpr std::size_t padding = 6;
    static constexpr std::size_t line_height = 22;
    static constexpr std::size_t least_cell_width = 46;
    static constexpr std::size_t most_cell_width = 170;
    static constexpr std::size_t label_line = 14;
    static constexpr std::size_t low_cell = 26;
    static constexpr std::size_t high_cell = 46;
    static constexpr std::size_t least_width = 720;
    /// More columns than this do not get wider for their labels, which are turned instead.
    static constexpr std::size_t most_wide_columns = 12;
    /// More rows than this are low.
    static constexpr std::size_t most_high_rows = 12;

    static std::size_t half(std::size_t length) { return length / 2; }

    [[nodiscard]] const picture_fact& fact_at(const picture_axis& axis, std::size_t level) const {
        return grid_.facts[axis.facts[level]];
    }

    [[nodiscard]] std::string label_of(const picture_axis& axis,
                                       const picture_heading& heading) const {
        return wrap(fact_at(axis, heading.level).labels[heading.group], 18);
    }

    /// What a heading needs along its lines of text, and across.
    static std::size_t width_of_label(std::string_view label) {
        return widest_of(split_lines(label)) + 2 * padding;
    }
    static std::size_t height_of_label(std::string_view label) {
        return split_lines(label).size() * label_line + line_height - label_line;
    }

    void measure() {
        const auto rows = grid_.rows.lines.size();
        cell_height_ = rows > most_high_rows ? low_cell : high_cell;
        for (const auto& heading : grid_.rows.headings) {
            const auto height = height_of_label(label_of(grid_.rows, heading));
            cell_height_ = std::max(cell_height_, (height + heading.count - 1) / heading.count);
        }
        measure_columns();
        std::size_t widths = 0;
        for (std::size_t level = 0; level != grid_.rows.facts.size(); ++level) {
            row_widths_.push_back(text_width(fact_at(grid_.rows, level).name) + 2 * padding);
            for (const auto& heading : grid_.rows.headings)
                if (heading.level == level)
                    row_widths_.back() =
                        std::max(row_widths_.back(), width_of_label(label_of(grid_.rows, heading)));
            widths += row_widths_.back();
        }
        std::size_t names = 0;
        for (const auto number : grid_.columns.facts)
            names = std::max(names, text_width(grid_.facts[number].name) + 2 * padding);
        if (!row_widths_.empty() && widths < names)
            row_widths_.front() += names - widths;
        left_ = margin + std::max(widths, names);
        top_ = margin + (title_.empty() ? 0 : 30) + (grid_.rows.facts.empty() ? 0 : line_height);
        for (const auto height : heading_heights_)
            top_ += height;
        const auto columns = grid_.columns.lines.size();
        const auto room = (least_width - std::min(least_width, left_ + margin)) / columns;
        cell_width_ = std::max(cell_width_, std::min(room, most_cell_width));
        right_ = left_ + columns * cell_width_;
        bottom_ = top_ + rows * cell_height_;
        width_ = std::max({right_ + margin, least_width, 2 * margin + text_width(title_, 16)});
    }

    void measure_columns() {
        const auto levels = grid_.columns.facts.size();
        heading_heights_.assign(levels, line_height);
        is_turned_ = grid_.columns.lines.size() > most_wide_columns;
        for (const auto& heading : grid_.columns.headings) {
            const auto label = label_of(grid_.columns, heading);
            const bool is_turned = is_turned_ && heading.level + 1 == levels;
            auto& height = heading_heights_[heading.level];
            height = std::max(height, is_turned ? width_of_label(label) : height_of_label(label));
            const auto width = is_turned ? height_of_label(label) : width_of_label(label);
            cell_width_ = std::max(cell_width_, (width + heading.count - 1) / heading.count);
        }
    }

    [[nodiscard]] std::size_t x_of(std::size_t column) const {
        return left_ + column * cell_width_;
    }
    [[nodiscard]] std::size_t y_of(std::size_t row) const { return top_ + row * cell_height_; }

    void draw_label(std::size_t x, std::size_t y, std::size_t width, std::size_t height,
                    std::string_view label, bool is_turned = false) {
        svg_.rectangle(x, y, width, height, R"(fill="#eeeeee" stroke="#ffffff")");
        const auto lines = split_lines(label);
        const auto middle_x = x + half(width);
        const auto middle_y = y + half(height);
        const auto turn = " transform=\"rotate(-90 " + std::to_string(middle_x) + " " +
                          std::to_string(middle_y) + ")\"";
        auto base = middle_y + 4 - half((lines.size() - 1) * label_line);
        for (const auto line : lines) {
            svg_.text(middle_x, base, line, R"(text-anchor="middle")" + (is_turned ? turn : ""));
            base += label_line;
        }
    }

    /// The sum of lengths from one level on.
    static std::size_t sum(const std::vector<std::size_t>& lengths, std::size_t from,
                           std::size_t to) {
        std::size_t total = 0;
        for (auto level = from; level != to; ++level)
            total += lengths[level];
        return total;
    }

    void draw_column_headings() {
        const auto levels = heading_heights_.size();
        const auto start =
            top_ - (grid_.rows.facts.empty() ? 0 : line_height) - sum(heading_heights_, 0, levels);
        for (std::size_t level = 0; level != levels; ++level)
            svg_.text(left_ - padding,
                      start + sum(heading_heights_, 0, level) + half(heading_heights_[level]) + 4,
                      fact_at(grid_.columns, level).name,
                      R"(text-anchor="end" font-weight="bold")");
        for (const auto& heading : grid_.columns.headings)
            draw_label(
                x_of(heading.first), start + sum(heading_heights_, 0, heading.level),
                heading.count * cell_width_,
                sum(heading_heights_, heading.level, heading.is_last ? levels : heading.level + 1),
                label_of(grid_.columns, heading), is_turned_ && heading.level + 1 == levels);
    }

    void draw_row_headings() {
        const auto levels = row_widths_.size();
        for (std::size_t level = 0; level != levels; ++level)
            svg_.text(margin + sum(row_widths_, 0, level) + half(row_widths_[level]), top_ - 7,
                      fact_at(grid_.rows, level).name,
                      R"(text-anchor="middle" font-weight="bold")");
        for (const auto& heading : grid_.rows.headings)
            draw_label(
                margin + sum(row_widths_, 0, heading.level), y_of(heading.first),
                sum(row_widths_, heading.level, heading.is_last ? levels : heading.level + 1),
                heading.count * cell_height_, label_of(grid_.rows, heading));
    }

    [[nodiscard]] std::string fill_of(std::size_t kind) const {
        return kind < colour_count ? "fill=\"" + std::string{colours[kind]} + "\""
                                   : "fill=\"url(#action" + std::to_string(kind) + ")\"";
    }

    /// The hatched fills that the table needs. They are the same for every table, as several
    /// pictures can stand in one document.
    [[nodiscard]] std::string definitions() const {
        std::string made;
        std::size_t kinds = 0;
        for (const auto& row : table_.rows)
            kinds = std::max(kinds, row.kind + 1);
        constexpr auto hatch_count = sizeof(hatches) / sizeof(hatches[0]);
        for (auto kind = colour_count; kind < kinds; ++kind)
            made += "<pattern id=\"action" + std::to_string(kind) +
                    "\" width=\"8\" height=\"8\" patternUnits=\"userSpaceOnUse\">"
                    "<rect width=\"8\" height=\"8\" fill=\"" +
                    colours[kind % colour_count] + "\"/><path d=\"" +
                    hatches[(kind / colour_count - 1) % hatch_count] +
                    "\" stroke=\"#ffffff\" stroke-width=\"1.2\"/></pattern>\n";
        return made.empty() ? made : "<defs>\n" + made + "</defs>\n";
    }

    void draw_cells() {
        const auto runs = merge_runs(grid_);
        for (const auto& run : runs) {
            const auto& row = table_.rows[run.winner];
            svg_.rectangle(x_of(run.column), y_of(run.row), run.width * cell_width_,
                           run.height * cell_height_, fill_of(row.kind),
                           "row " + number_of_row(run.winner) + ": " + row.action.text);
        }
        // Within a run the cells can still be counted.
        const std::string_view faint = R"(stroke="#000000" stroke-opacity="0.08")";
        for (std::size_t column = 1; column < grid_.columns.lines.size(); ++column)
            svg_.line(x_of(column), top_, x_of(column), bottom_, faint);
        for (std::size_t row = 1; row < grid_.rows.lines.size(); ++row)
            svg_.line(left_, y_of(row), right_, y_of(row), faint);
        for (const auto& run : runs) {
            svg_.rectangle(x_of(run.column), y_of(run.row), run.width * cell_width_,
                           run.height * cell_height_,
                           R"(fill="none" stroke="#444444" pointer-events="none")");
            draw_words(run);
        }
    }

    /// The number of the row, and below it what the row says, where there is room for it.
    void draw_words(const picture_run& run) {
        constexpr std::size_t small = 10;
        constexpr std::size_t small_line = 13;
        const auto width = run.width * cell_width_;
        const auto height = run.height * cell_height_;
        const auto middle = x_of(run.column) + half(width);
        const auto words =
            wrap(table_.rows[run.winner].action.text, characters_in(width - 2 * padding, small));
        auto lines = split_lines(words);
        if (widest_of(lines, small) + padding > width || 18 + small_line * lines.size() > height)
            lines.clear();
        auto y = y_of(run.row) + half(height - lines.size() * small_line) + 4;
        svg_.text(middle, y, number_of_row(run.winner),
                  R"(text-anchor="middle" font-weight="bold" pointer-events="none")");
        for (const auto each : lines)
            svg_.text(middle, y += small_line, each,
                      R"(text-anchor="middle" font-size="10" pointer-events="none")");
    }

    /// Returns where the picture ends.
    [[nodiscard]] std::size_t draw_legend() {
        struct entry {
            std::size_t kind;
            std::vector<std::size_t> rows;
            std::string numbers;
            std::string words;
        };
        std::vector<entry> entries;
        for (std::size_t row = 0; row != table_.rows.size(); ++row) {
            const auto& [accepts, action, kind] = table_.rows[row];
            if (kind == entries.size())
                entries.push_back({kind, {}, {}, action.text});
            entries[kind].rows.push_back(row);
        }
        std::size_t widest = 0;
        for (auto& each : entries) {
            each.numbers = describe_rows(each.rows);
            widest = std::max(widest, text_width(each.numbers));
        }
        constexpr std::size_t swatch = 16;
        constexpr std::size_t text_line = 16;
        const auto words_at = margin + swatch + 2 * padding + widest + 2 * padding;
        const auto room = std::max<std::size_t>(width_ - std::min(width_, words_at + margin), 200);
        width_ = std::max(width_, words_at + room + margin);
        auto y = bottom_ + 20;
        for (const auto& each : entries) {
            svg_.rectangle(margin, y, swatch, swatch, fill_of(each.kind) + R"( stroke="#444444")");
            svg_.text(margin + swatch + padding, y + 12, each.numbers, R"(font-weight="bold")");
            const auto words = wrap(each.words, characters_in(room));
            const auto lines = split_lines(words);
            for (std::size_t i = 0; i != lines.size(); ++i)
                svg_.text(words_at, y + 12 + i * text_line, lines[i]);
            y += std::max<std::size_t>(lines.size(), 1) * text_line;
            y += 6;
        }
        return y + margin - 6;
    }

    const table_words& table_;
    const picture_grid& grid_;
    std::string title_;
    svg_writer svg_;
    std::vector<std::size_t> heading_heights_;
    std::vector<std::size_t> row_widths_;
    std::size_t cell_width_ = least_cell_width;
    std::size_t cell_height_ = low_cell;
    /// Where the cells are, and how wide the picture is.
    std::size_t left_ = 0;
    std::size_t top_ = 0;
    std::size_t right_ = 0;
    std::size_t bottom_ = 0;
    std::size_t width_ = 0;
    bool is_turned_ = false;
};

} // namespace detail

/// Scalable vector graphics.
namespace svg {

/// The largest number of cells of a picture; values of a fact that no row tells apart share one.
inline constexpr std::size_t most_cells = 1024;

/// How many cells the picture of a table would have; more than a million count as one more than
/// that.
template <auto const& Table>
inline constexpr std::size_t cells_of_picture = detail::count_picture_cells(Table, 1'000'000);

/// Whether a table has few enough cells for a picture.
template <auto const& Table>
inline constexpr bool is_drawable = cells_of_picture<Table> <= most_cells;

/// The diagnosis of a table with more cells than a picture can show.
template <std::size_t Cells>
struct table_has_too_many_cells_for_a_picture {
    static constexpr bool ok = Cells <= most_cells;
};

/// A table as a grid of its cells, which a person can read: the facts are split over both sides so
/// that it is close to a square, and values that make no difference share a line; each action has a
/// colour (and a hatch, behind the eighth), and the number is that of the row that decides, counted
/// from 1. Cells next to each other that one row decides are one field; the legend below tells what
/// the rows say. The table must be `proven`, and not have more than `most_cells` cells: otherwise
/// it does not compile; ask `is_drawable`.
template <auto const& Table>
[[nodiscard]] std::string table(std::string_view title = {}) {
    static_assert(proven<Table>);
    using check = table_has_too_many_cells_for_a_picture<cells_of_picture<Table>>;
    static_assert(check::ok, "a picture shows at most 1024 cells: render the table as text, or its "
                             "decision diagram");
    if constexpr (!check::ok) {
        return {};
    } else {
        const auto words = detail::words_of_table(Table);
        auto grid = detail::make_grid(Table, words);
        detail::choose_axes(grid);
        return detail::table_picture{words, grid, title}.draw();
    }
}

} // namespace svg

} // namespace daxhold::render
