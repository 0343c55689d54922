// SPDX-License-Identifier: BSL-1.0
#pragma once

#include "daxhold/table/table.hpp"

/// \file
/// Which cells of a table the rows cover, exactly and without enumerating cells: a row is a cube,
/// and what the rows leave is searched for depth first, 64 rows to a word.

namespace daxhold {

/// A set of rows of one table, bit 0 for the first.
using row_set = std::uint64_t;

/// A set of cells of a table that is a product: for each fact the values that are still possible. A
/// set without a value for some fact has no cell.
template <std::size_t Facts>
struct cube {
    /// The possible values of each fact, bit 0 for its first. (An array has at least one element.)
    std::uint64_t values[Facts + 1] = {};
};

/// The cube of all cells of a table.
template <any_table Table>
[[nodiscard]] constexpr cube<Table::fact_count> every_cell(const Table&) noexcept {
    cube<Table::fact_count> all;
    detail::fill_every_value(all.values, typename Table::facts{});
    return all;
}

/// The cells to which a row applies, whatever stands above it.
template <any_table Table>
[[nodiscard]] constexpr cube<Table::fact_count> cells_of(const Table& table,
                                                         std::size_t row) noexcept {
    cube<Table::fact_count> cells;
    for (std::size_t fact = 0; fact != Table::fact_count; ++fact)
        cells.values[fact] = table.accepted(row, fact);
    return cells;
}

/// Whether it has no cell.
template <std::size_t Facts>
[[nodiscard]] constexpr bool is_empty(const cube<Facts>& cells) noexcept {
    for (std::size_t fact = 0; fact != Facts; ++fact)
        if (cells.values[fact] == 0)
            return true;
    return false;
}

/// The cells that both have.
template <std::size_t Facts>
[[nodiscard]] constexpr cube<Facts> intersect(cube<Facts> a, const cube<Facts>& b) noexcept {
    for (std::size_t fact = 0; fact != Facts; ++fact)
        a.values[fact] &= b.values[fact];
    return a;
}

namespace detail {

constexpr int lowest(std::uint64_t bits) noexcept { return __builtin_ctzll(bits); }

constexpr std::size_t count(std::uint64_t bits) noexcept {
    return static_cast<std::size_t>(__builtin_popcountll(bits));
}

template <class... Facts>
consteval std::size_t count_values(type_list<Facts...>) {
    return (value_count<Facts> + ... + 0);
}

/// The lowest `size` bits; `size` is at most 64.
constexpr std::uint64_t first_bits(std::size_t size) noexcept {
    return size == 0 ? 0 : ~std::uint64_t{0} >> (64 - size);
}

/// For each value of each fact the rows that accept it: the table turned over, so that one word
/// operation asks all rows at once.
template <any_table Table>
struct row_index {
    static constexpr std::size_t facts = Table::fact_count;

    std::uint64_t accepts[Table::row_count][facts + 1] = {};
    row_set accepting[facts + 1][64] = {};

    explicit constexpr row_index(const Table& table) noexcept {
        const auto all = every_cell(table);
        for (std::size_t row = 0; row != Table::row_count; ++row)
            for (std::size_t fact = 0; fact != facts; ++fact) {
                accepts[row][fact] = table.accepted(row, fact);
                for (auto left = accepts[row][fact] & all.values[fact]; left != 0; left &= left - 1)
                    accepting[fact][lowest(left)] |= row_set{1} << row;
            }
    }

    /// How `rows` stand to a cube: which of them meet it at all, and of these, bit-sliced, how many
    /// facts each leaves open (0 to 7, more counts as 7).
    struct standing {
        row_set alive;
        row_set ones = 0;
        row_set twos = 0;
        row_set fours = 0;
        /// The facts that some of `rows` leave open, the only ones that can matter further down.
        std::uint64_t open_facts = 0;
    };

    [[nodiscard]] constexpr standing compare(const cube<facts>& cells, row_set rows,
                                             std::uint64_t among) const noexcept {
        standing s{rows};
        for (; among != 0; among &= among - 1) {
            const auto fact = lowest(among);
            row_set any = 0;
            row_set every = ~row_set{0};
            for (auto left = cells.values[fact]; left != 0; left &= left - 1) {
                const auto by = accepting[fact][lowest(left)];
                any |= by;
                every &= by;
            }
            s.alive &= any;
            auto open = rows & ~every;
            if (open == 0)
                continue;
            s.open_facts |= among & (~among + 1);
            open &= ~(s.ones & s.twos & s.fours);
            const auto carry_twos = s.ones & open;
            s.ones ^= open;
            s.fours |= s.twos & carry_twos;
            s.twos ^= carry_twos;
        }
        return s;
    }

    /// Of the rows that meet the cube, one that leaves as few facts open as any.
    [[nodiscard]] static constexpr int nearest(const standing& s) noexcept {
        auto best = s.alive;
        for (const auto plane : {~s.fours, ~s.twos, ~s.ones})
            if ((best & plane) != 0)
                best &= plane;
        return lowest(best);
    }
};

/// Looks in a cube for a cell that none of some rows covers, depth first. A search can be put down
/// and taken up again, since compilers limit how long one evaluation may take.
template <any_table Table>
struct uncovered_search {
    static constexpr std::size_t facts = Table::fact_count;
    static constexpr int not_chosen = -1;

    /// Part of the cube, and the rows that may cover it. What `row` does not cover of it is a
    /// disjoint union: outside of the first fact that it leaves open, or inside of that and outside
    /// of the second, and so on; the facts below `next_fact` are done.
    struct level {
        cube<facts> cells;
        row_set rows = 0;
        std::uint64_t open_facts = 0;
        int row = not_chosen;
        std::size_t next_fact = 0;
    };

    /// No part of a level meets its row, so there are no more levels than rows.
    level levels[Table::row_count + 1] = {};
    std::size_t depth = 1;
    /// Once `depth` is 0: whether there is such a cell, and if so, a cube of such cells.
    bool has_found = false;
    cube<facts> found = {};

    constexpr uncovered_search(const cube<facts>& cells, row_set rows) noexcept {
        levels[0].cells = cells;
        levels[0].rows = rows;
        levels[0].open_facts = first_bits(facts);
    }

    /// How many steps stay well below what compilers allow in one evaluation (clang: a million
    /// statements, of which a fact takes about twenty and a value four).
    static constexpr std::size_t steps_at_once =
        100'000 / (30 + 5 * facts + count_values(typename Table::facts{}));

    /// Goes on for at most so many steps.
    constexpr void run(const row_index<Table>& index, std::size_t steps) noexcept {
        if constexpr (facts == 0) {
            // There is one cell, and every row applies to it.
            has_found = levels[0].rows == 0;
            depth = 0;
            return;
        }
        for (; depth != 0 && steps != 0; --steps) {
            auto& top = levels[depth - 1];
            if (top.row == not_chosen) {
                const auto s = index.compare(top.cells, top.rows, top.open_facts);
                if (s.alive == 0) {
                    found = top.cells;
                    has_found = true;
                    depth = 0;
                    return;
                }
                if ((s.alive & ~(s.ones | s.twos | s.fours)) != 0) {
                    --depth;
                    continue;
                }
                top.rows = s.alive;
                top.open_facts = s.open_facts;
                top.row = index.nearest(s);
            }
            const auto& accepts = index.accepts[top.row];
            auto fact = top.next_fact;
            while (fact != facts && (top.cells.values[fact] & ~accepts[fact]) == 0)
                ++fact;
            if (fact == facts) {
                --depth;
                continue;
            }
            auto& part = levels[depth++];
            part = {top.cells, top.rows, top.open_facts};
            part.cells.values[fact] &= ~accepts[fact];
            top.cells.values[fact] &= accepts[fact];
            top.next_fact = fact + 1;
        }
    }
};

/// Whether `cells` have a cell that none of `rows` covers.
template <any_table Table>
[[nodiscard]] constexpr bool has_uncovered(const row_index<Table>& index,
                                           const cube<Table::fact_count>& cells, row_set rows) {
    uncovered_search<Table> search{cells, rows};
    search.run(index, ~std::size_t{0});
    return search.has_found;
}

} // namespace detail

/// The rows of a table that can win somewhere in `cells`: what a decision can still be when only
/// that much is known.
template <any_table Table>
[[nodiscard]] constexpr row_set rows_that_can_win(const Table& table,
                                                  const cube<Table::fact_count>& cells) noexcept {
    const detail::row_index<Table> index{table};
    row_set winners = 0;
    for (std::size_t row = 0; row != Table::row_count; ++row) {
        const auto part = intersect(cells, cells_of(table, row));
        if (!is_empty(part) && detail::has_uncovered(index, part, (row_set{1} << row) - 1))
            winners |= row_set{1} << row;
    }
    return winners;
}

/// The row that wins in a cell (a cube with one value for each fact), or `row_count` if none
/// applies. The plain reading of a table, row by row, to check the quick ones against.
template <any_table Table>
[[nodiscard]] constexpr std::size_t first_row_for(const Table& table,
                                                  const cube<Table::fact_count>& cell) noexcept {
    for (std::size_t row = 0; row != Table::row_count; ++row) {
        bool applies = true;
        for (std::size_t fact = 0; applies && fact != Table::fact_count; ++fact)
            applies = (cell.values[fact] & ~table.accepted(row, fact)) == 0;
        if (applies)
            return row;
    }
    return Table::row_count;
}

} // namespace daxhold
