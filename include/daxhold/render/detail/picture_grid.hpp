// SPDX-License-Identifier: BSL-1.0
#pragma once

#include "daxhold/render/detail/model.hpp"
#include "daxhold/tables/proof.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

/// \file
/// How the cells of a table are laid out as a grid that is close to square: which facts go along
/// which axis, which values share a line, and which cells with one action run together.

namespace daxhold::render::detail {

/// The values of a fact that no row tells apart from the lowest of `values`.
template <any_table Table>
constexpr std::uint64_t like_lowest(const Table& table, std::size_t fact, std::uint64_t values) {
    const auto lowest = values & (~values + 1);
    auto alike = values;
    for (std::size_t row = 0; row != Table::row_count; ++row) {
        const auto accepted = table.accepted(row, fact);
        alike &= (accepted & lowest) != 0 ? accepted : ~accepted;
    }
    return alike;
}

/// How many cells a picture has: values that no row tells apart share them. More than `most` count
/// as `most` + 1.
template <any_table Table>
constexpr std::size_t count_picture_cells(const Table& table, std::size_t most) {
    const auto all = every_cell(table);
    std::size_t cells = 1;
    for (std::size_t fact = 0; fact != Table::fact_count; ++fact) {
        std::size_t groups = 0;
        for (auto left = all.values[fact]; left != 0; left &= ~like_lowest(table, fact, left))
            ++groups;
        cells *= groups;
        if (cells > most)
            return most + 1;
    }
    return cells;
}

/// A fact in a picture: its values by groups that no row tells apart.
struct picture_fact {
    std::string name;
    std::vector<std::uint64_t> groups;
    std::vector<std::string> labels;
    /// How far apart in `picture_grid::winners` two groups are that follow each other.
    std::size_t stride = 1;
};

/// A value of a fact, or a group of them, along a side of a grid.
struct picture_heading {
    /// How many facts lie outside of this one.
    std::size_t level = 0;
    std::size_t group = 0;
    /// The lines of the grid that it spans.
    std::size_t first = 0;
    std::size_t count = 0;
    /// No fact further in matters here, and it stands for all of them.
    bool is_last = false;
};

/// One side of a grid.
struct picture_axis {
    /// The outermost first.
    std::vector<std::size_t> facts;
    /// For each line of the grid, where its cells begin in `picture_grid::winners`.
    std::vector<std::size_t> lines;
    std::vector<picture_heading> headings;
};

struct picture_grid {
    std::vector<picture_fact> facts;
    /// The row that wins in each cell.
    std::vector<std::size_t> winners;
    picture_axis columns;
    picture_axis rows;

    [[nodiscard]] std::size_t winner(std::size_t column, std::size_t row) const {
        return winners[columns.lines[column] + rows.lines[row]];
    }
};

template <any_table Table>
picture_grid make_grid(const Table& table, const table_words& words) {
    picture_grid made;
    const auto all = every_cell(table);
    std::size_t cells = 1;
    std::vector<std::size_t> positions;
    for (std::size_t fact = 0; fact != Table::fact_count; ++fact) {
        picture_fact shown{words.facts[fact].name, {}, {}, cells};
        for (auto left = all.values[fact]; left != 0; left &= ~shown.groups.back()) {
            shown.groups.push_back(like_lowest(table, fact, left));
            shown.labels.push_back(words.facts[fact].describe(shown.groups.back()));
        }
        if (shown.groups.size() == 1)
            continue;
        cells *= shown.groups.size();
        positions.push_back(fact);
        made.facts.push_back(std::move(shown));
    }
    for (std::size_t at = 0; at != cells; ++at) {
        auto cell = all;
        for (std::size_t i = 0; i != made.facts.size(); ++i) {
            const auto& fact = made.facts[i];
            cell.values[positions[i]] = fact.groups[at / fact.stride % fact.groups.size()];
        }
        // No row tells the values apart that are left in the cube.
        made.winners.push_back(first_row_for(table, cell));
    }
    return made;
}

/// Where the cells of each combination of these facts begin, the first fact changing slowest.
inline std::vector<std::size_t> list_places(const picture_grid& grid,
                                            const std::vector<std::size_t>& facts) {
    std::vector<std::size_t> places{0};
    for (const auto number : facts) {
        const auto& fact = grid.facts[number];
        std::vector<std::size_t> finer;
        for (const auto place : places)
            for (std::size_t group = 0; group != fact.groups.size(); ++group)
                finer.push_back(place + group * fact.stride);
        places = std::move(finer);
    }
    return places;
}

/// Lays out an axis: where the facts further in make no difference, there is one line for all of
/// their values.
class axis_builder {
public:
    axis_builder(const picture_grid& grid, std::vector<std::size_t> facts,
                 const std::vector<std::size_t>& across)
        : grid_{grid}, places_{list_places(grid, facts)}, across_{across} {
        axis_.facts = std::move(facts);
    }

    [[nodiscard]] picture_axis build() {
        add(0, 0, places_.size());
        return std::move(axis_);
    }

private:
    [[nodiscard]] bool is_uniform(std::size_t begin, std::size_t end) const {
        for (auto place = begin + 1; place < end; ++place)
            for (const auto other : across_)
                if (grid_.winners[places_[begin] + other] != grid_.winners[places_[place] + other])
                    return false;
        return true;
    }

    void add(std::size_t level, std::size_t begin, std::size_t end) {
        if (level == axis_.facts.size() || is_uniform(begin, end)) {
            axis_.lines.push_back(places_[begin]);
            return;
        }
        const auto groups = grid_.facts[axis_.facts[level]].groups.size();
        const auto size = (end - begin) / groups;
        for (std::size_t group = 0; group != groups; ++group) {
            const auto at = axis_.headings.size();
            axis_.headings.push_back({level, group, axis_.lines.size()});
            add(level + 1, begin + group * size, begin + (group + 1) * size);
            axis_.headings[at].count = axis_.lines.size() - axis_.headings[at].first;
            axis_.headings[at].is_last = axis_.headings.size() == at + 1;
        }
    }

    const picture_grid& grid_;
    std::vector<std::size_t> places_;
    const std::vector<std::size_t>& across_;
    picture_axis axis_;
};

/// How often the winner changes from line to line.
inline std::size_t count_changes(const picture_grid& grid, const picture_axis& along,
                                 const std::vector<std::size_t>& across) {
    std::size_t changes = 0;
    for (std::size_t line = 1; line < along.lines.size(); ++line)
        for (const auto other : across)
            if (grid.winners[along.lines[line - 1] + other] !=
                grid.winners[along.lines[line] + other])
                ++changes;
    return changes;
}

/// The facts in the order that needs the fewest lines; of several, in the one in which the winner
/// changes least.
inline picture_axis best_axis(const picture_grid& grid, std::vector<std::size_t> facts,
                              const std::vector<std::size_t>& across) {
    const auto cost_of = [&](const picture_axis& axis) {
        return std::pair{axis.lines.size(), count_changes(grid, axis, across)};
    };
    auto best = axis_builder{grid, facts, across}.build();
    auto least = cost_of(best);
    // Trying all orders of more takes too long.
    constexpr std::size_t most_to_order = 5;
    if (facts.size() <= most_to_order)
        while (std::next_permutation(facts.begin(), facts.end())) {
            auto axis = axis_builder{grid, facts, across}.build();
            if (const auto cost = cost_of(axis); cost < least) {
                least = cost;
                best = std::move(axis);
            }
        }
    return best;
}

/// How far from a square so many columns and rows are, in percent of the longer side by the shorter
/// one. Cells are at least twice as wide as high.
inline std::size_t stretch(std::size_t columns, std::size_t rows) {
    return 100 * std::max(2 * columns, rows) / std::min(2 * columns, rows);
}

/// Splits the facts over the two sides: of the splits that are about as close to a square as any,
/// the one that needs few cells, and is close to a square when lines that are alike are one.
inline void choose_axes(picture_grid& grid) {
    const auto sets = std::size_t{1} << grid.facts.size();
    const auto stretch_of = [&](std::size_t set) {
        std::size_t columns = 1;
        std::size_t rows = 1;
        for (std::size_t fact = 0; fact != grid.facts.size(); ++fact)
            (((set >> fact) & 1U) != 0 ? columns : rows) *= grid.facts[fact].groups.size();
        return stretch(columns, rows);
    };
    auto squarest = stretch_of(0);
    for (std::size_t set = 1; set != sets; ++set)
        squarest = std::min(squarest, stretch_of(set));
    auto least = ~std::size_t{0};
    for (std::size_t set = 0; set != sets; ++set) {
        if (stretch_of(set) > 2 * squarest)
            continue;
        std::vector<std::size_t> sides[2];
        for (std::size_t fact = 0; fact != grid.facts.size(); ++fact)
            sides[(set >> fact) & 1U].push_back(fact);
        auto rows = best_axis(grid, sides[0], list_places(grid, sides[1]));
        auto columns = best_axis(grid, sides[1], list_places(grid, sides[0]));
        const auto cost = columns.lines.size() * rows.lines.size() *
                          stretch(columns.lines.size(), rows.lines.size());
        if (cost < least) {
            least = cost;
            grid.columns = std::move(columns);
            grid.rows = std::move(rows);
        }
    }
}

/// Cells next to each other that one row decides.
struct picture_run {
    std::size_t column;
    std::size_t row;
    std::size_t width;
    std::size_t height;
    std::size_t winner;
};

/// The grid as few rectangles, each the larger of the two that start at its first cell: as wide as
/// it can be and then as high, or the other way round.
inline std::vector<picture_run> merge_runs(const picture_grid& grid) {
    const auto columns = grid.columns.lines.size();
    const auto rows = grid.rows.lines.size();
    std::vector<bool> is_taken(columns * rows);
    std::vector<picture_run> runs;
    const auto is_free = [&](const picture_run& run) {
        for (auto row = run.row; row != run.row + run.height; ++row)
            for (auto column = run.column; column != run.column + run.width; ++column)
                if (column >= columns || row >= rows || is_taken[row * columns + column] ||
                    grid.winner(column, row) != run.winner)
                    return false;
        return true;
    };
    const auto grow = [&](picture_run run, std::size_t picture_run::*side) {
        do
            ++(run.*side);
        while (is_free(run));
        --(run.*side);
        return run;
    };
    for (std::size_t row = 0; row != rows; ++row)
        for (std::size_t column = 0; column != columns; ++column) {
            if (is_taken[row * columns + column])
                continue;
            const picture_run cell{column, row, 1, 1, grid.winner(column, row)};
            const auto wide = grow(grow(cell, &picture_run::width), &picture_run::height);
            const auto high = grow(grow(cell, &picture_run::height), &picture_run::width);
            const auto& run = wide.width * wide.height >= high.width * high.height ? wide : high;
            for (auto y = run.row; y != run.row + run.height; ++y)
                for (auto x = run.column; x != run.column + run.width; ++x)
                    is_taken[y * columns + x] = true;
            runs.push_back(run);
        }
    return runs;
}

} // namespace daxhold::render::detail
