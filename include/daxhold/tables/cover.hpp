// SPDX-License-Identifier: BSL-1.0
#pragma once

#include "daxhold/tables/detail/bits.hpp"
#include "daxhold/tables/table.hpp"

/// \file
/// Which cells of a table the rows cover, exactly and without enumerating cells: a row is a cube,
/// and what the rows leave is searched for depth first, 64 rows to a word.

namespace daxhold::tables {

/// A set of rows of a table that has at most 64, bit 0 for the first.
using row_set = std::uint64_t;

/// A set of rows of any table: a `row_set`, or where there are more than 64 several words that can
/// be computed with alike.
template <any_table Table>
using row_set_of = detail::bits_for<Table::row_count>;

/// A set of facts of a table, bit 0 for the first, in the same way.
template <any_table Table>
using fact_set_of = detail::bits_for<Table::fact_count>;

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

template <class... Facts>
consteval std::size_t count_values(type_list<Facts...>) {
    return (value_count<Facts> + ... + 0);
}

/// The rows above one, and all for `row_count`.
template <any_table Table>
constexpr row_set_of<Table> rows_above(std::size_t row) noexcept {
    return first_bits_of<row_set_of<Table>>(row);
}

/// For each value of each fact the rows that accept it: the table turned over, so that one word
/// operation asks all rows at once. The table outlives it.
// In the loops here and below builtins are called by their own names: to a compiler that evaluates
// them, a function around one costs more than all the rest.
template <any_table Table>
struct row_index {
    static constexpr std::size_t facts = Table::fact_count;
    using rows_type = row_set_of<Table>;
    using facts_type = fact_set_of<Table>;

    const std::uint64_t (&accepts)[Table::row_count][facts + 1];
    rows_type accepting[facts + 1][64] = {};
    /// For each fact the rows to which it does not matter, and the rows to which none does.
    rows_type indifferent[facts + 1] = {};
    rows_type everywhere = rows_above<Table>(Table::row_count);

    explicit constexpr row_index(const Table& table) noexcept : accepts{table.accepts} {
        const auto all = every_cell(table);
        for (std::size_t fact = 0; fact != facts; ++fact) {
            auto& to = accepting[fact];
            rows_type without = 0;
            for (std::size_t row = 0; row != Table::row_count; ++row) {
                const auto accepted = accepts[row][fact] & all.values[fact];
                if (accepted == all.values[fact])
                    without |= rows_type{1} << row;
                else
                    for (auto left = accepted; left != 0; left &= left - 1)
                        to[__builtin_ctzll(left)] |= rows_type{1} << row;
            }
            for (auto left = all.values[fact]; left != 0; left &= left - 1)
                to[__builtin_ctzll(left)] |= without;
            indifferent[fact] = without;
            everywhere &= without;
        }
    }

    /// How `rows` stand to a cube: which of them meet it at all, and of these, bit-sliced, how many
    /// facts each leaves open (0 to 7, more counts as 7).
    struct standing {
        rows_type alive;
        rows_type ones = 0;
        rows_type twos = 0;
        rows_type fours = 0;
        /// The facts that some of `rows` leave open, the only ones that can matter further down.
        facts_type open_facts = 0;

        /// Whether one of them leaves nothing open: it covers the cube.
        [[nodiscard]] constexpr bool covers() const noexcept {
            return (alive & ~(ones | twos | fours)) != 0;
        }

        /// How many facts a row leaves open, up to 7.
        [[nodiscard]] constexpr unsigned count_open(std::size_t row) const noexcept {
            return static_cast<unsigned>(((ones >> row) & 1U) + 2 * ((twos >> row) & 1U) +
                                         4 * ((fours >> row) & 1U));
        }

        /// Of the rows that meet the cube, one that leaves as few facts open as any; a number
        /// without meaning where none meets it.
        [[nodiscard]] constexpr std::size_t nearest() const noexcept {
            auto best = alive;
            for (const auto plane : {~fours, ~twos, ~ones})
                if ((best & plane) != 0)
                    best &= plane;
            return best == 0 ? 0 : static_cast<std::size_t>(lowest(best));
        }
    };

    [[nodiscard]] constexpr standing compare(const cube<facts>& cells, rows_type rows,
                                             facts_type among) const noexcept {
        standing s{rows};
        for (; among != 0; among &= among - 1) {
            const auto fact = lowest(among);
            if ((rows & ~indifferent[fact]) == 0)
                continue;
            rows_type any = 0;
            rows_type every = ~rows_type{0};
            for (auto left = cells.values[fact]; left != 0; left &= left - 1) {
                const auto by = accepting[fact][__builtin_ctzll(left)];
                any |= by;
                every &= by;
            }
            s.alive &= any;
            auto open = rows & ~every;
            if (open == 0)
                continue;
            s.open_facts |= facts_type{1} << static_cast<std::size_t>(fact);
            open &= ~(s.ones & s.twos & s.fours);
            const auto carry_twos = s.ones & open;
            s.ones ^= open;
            s.fours |= s.twos & carry_twos;
            s.twos ^= carry_twos;
        }
        return s;
    }
};

/// Looks in a cube for a cell that none of some rows covers. A search can be put down and taken up
/// again, since compilers limit how long one evaluation may take.
template <any_table Table>
struct uncovered_search {
    static constexpr std::size_t facts = Table::fact_count;
    using rows_type = row_set_of<Table>;
    using facts_type = fact_set_of<Table>;
    static constexpr std::size_t not_chosen = most_rows;

    /// Part of the cube, and the rows that may cover it. What `row` does not cover of it is a
    /// disjoint union: outside of the first fact that it leaves open, or inside of that and outside
    /// of the second, and so on; the facts below `next_fact` are done.
    struct level {
        cube<facts> cells;
        rows_type rows = 0;
        facts_type open_facts = 0;
        std::size_t row = not_chosen;
        std::size_t next_fact = 0;
    };

    /// No part of a level meets its row, so there are no more levels than rows.
    level levels[Table::row_count + 1] = {};
    std::size_t depth = 0;
    /// Once `depth` is 0: whether there is such a cell, and if so, a cube of such cells.
    bool has_found = false;
    cube<facts> found = {};

    /// How many steps stay well below what compilers allow in one evaluation (clang: a million
    /// statements, of which a fact takes about twenty and a value four, and ten times that where
    /// rows are several words).
    static constexpr std::size_t steps_at_once =
        (Table::row_count <= 64 ? 100'000 : 10'000) /
        (30 + 5 * facts + count_values(typename Table::facts{}));

    /// What `begin` takes of these.
    static constexpr std::size_t steps_to_begin = 2;

    /// Begins a search in `cells`, of which there are some. Mostly it is over at once.
    constexpr void begin(const row_index<Table>& index, const cube<facts>& cells,
                         rows_type rows) noexcept {
        depth = 0;
        has_found = false;
        if ((rows & index.everywhere) != 0)
            return;
        has_found = stumble(index, cells, rows, false) || stumble(index, cells, rows, true);
        if (!has_found)
            begin_in_depth(cells, rows);
    }

    constexpr void begin_in_depth(const cube<facts>& cells, rows_type rows) noexcept {
        depth = 1;
        has_found = false;
        levels[0] = {cells, rows, first_bits_of<facts_type>(facts)};
    }

    /// Takes for one fact after the other the value that leaves the fewest rows, and never goes
    /// back. If no row is left then, that is such a cell; if one is, there may be one all the same.
    constexpr bool stumble(const row_index<Table>& index, const cube<facts>& cells, rows_type rows,
                           bool is_backwards) noexcept {
        found = cells;
        for (std::size_t done = 0; done != facts && rows != 0; ++done) {
            const auto fact = is_backwards ? facts - 1 - done : done;
            if ((rows & ~index.indifferent[fact]) == 0)
                continue;
            auto fewest = rows;
            std::size_t count_of_fewest = most_rows + 1;
            for (auto left = cells.values[fact]; left != 0; left &= left - 1) {
                const auto some = rows & index.accepting[fact][__builtin_ctzll(left)];
                if (const auto count_of_some = count(some); count_of_some < count_of_fewest) {
                    count_of_fewest = count_of_some;
                    fewest = some;
                    found.values[fact] = left & (~left + 1);
                }
            }
            rows = fewest;
        }
        return rows == 0;
    }

    /// Goes on, depth first, for at most so many steps, and returns how many are left.
    constexpr std::size_t run(const row_index<Table>& index, std::size_t steps) noexcept {
        for (; depth != 0 && steps != 0; --steps) {
            auto& top = levels[depth - 1];
            if (top.row == not_chosen) {
                const auto s = index.compare(top.cells, top.rows, top.open_facts);
                if (s.alive == 0) {
                    found = top.cells;
                    has_found = true;
                    depth = 0;
                    return steps;
                }
                if (s.covers()) {
                    --depth;
                    continue;
                }
                top.rows = s.alive;
                top.open_facts = s.open_facts;
                top.row = s.nearest();
            }
            const auto& accepts = index.accepts[top.row];
            auto fact = top.next_fact;
            while (fact < facts && (top.cells.values[fact] & ~accepts[fact]) == 0)
                ++fact;
            if (fact >= facts) {
                --depth;
                continue;
            }
            auto& part = levels[depth++];
            part = {top.cells, top.rows, top.open_facts};
            part.cells.values[fact] &= ~accepts[fact];
            top.cells.values[fact] &= accepts[fact];
            top.next_fact = fact + 1;
        }
        return steps;
    }
};

/// Whether `cells`, of which there are some, have a cell that none of `rows` covers.
template <any_table Table>
[[nodiscard]] constexpr bool has_uncovered(const row_index<Table>& index,
                                           const cube<Table::fact_count>& cells,
                                           row_set_of<Table> rows) noexcept {
    uncovered_search<Table> search;
    search.begin(index, cells, rows);
    search.run(index, ~std::size_t{0});
    return search.has_found;
}

/// Whether a row can win somewhere in `cells`.
template <any_table Table>
[[nodiscard]] constexpr bool can_win_in(const row_index<Table>& index, std::size_t row,
                                        cube<Table::fact_count> cells) noexcept {
    for (std::size_t fact = 0; fact != Table::fact_count; ++fact)
        if ((cells.values[fact] &= index.accepts[row][fact]) == 0)
            return false;
    return has_uncovered(index, cells, rows_above<Table>(row));
}

/// The rows that can.
template <any_table Table>
[[nodiscard]] constexpr row_set_of<Table>
rows_that_can_win(const row_index<Table>& index, const cube<Table::fact_count>& cells) noexcept {
    row_set_of<Table> winners = 0;
    for (std::size_t row = 0; row != Table::row_count; ++row)
        if (can_win_in(index, row, cells))
            winners |= row_set_of<Table>{1} << row;
    return winners;
}

} // namespace detail

/// The rows of a table that can win somewhere in `cells`: what a decision can still be when only
/// that much is known.
template <any_table Table>
[[nodiscard]] constexpr row_set_of<Table>
rows_that_can_win(const Table& table, const cube<Table::fact_count>& cells) noexcept {
    return detail::rows_that_can_win(detail::row_index<Table>{table}, cells);
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

} // namespace daxhold::tables
