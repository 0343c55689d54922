// SPDX-License-Identifier: BSL-1.0
#pragma once

#include "daxhold/tables/decide.hpp"

/// \file
/// Why a table says what it says: for one cell, and for cells of which only a part is known.

namespace daxhold::tables {

namespace detail {

/// Items in a row, at most `Most` of them.
template <class Item, std::size_t Most>
struct bounded_list {
    Item items[Most + 1] = {};
    std::size_t count = 0;

    constexpr void add(const Item& item) noexcept { items[count++] = item; }
    [[nodiscard]] constexpr std::size_t size() const noexcept { return count; }
    [[nodiscard]] constexpr const Item* begin() const noexcept { return items; }
    [[nodiscard]] constexpr const Item* end() const noexcept { return items + count; }
    [[nodiscard]] constexpr const Item& operator[](std::size_t at) const noexcept {
        return items[at];
    }
};

} // namespace detail

/// A row above the one that won, and the first fact, in the table's order, that kept it from
/// applying.
struct passed_over_row {
    std::size_t row = 0;       ///< Counted from 0.
    std::size_t fact = 0;      ///< Its position in the table.
    std::uint64_t accepts = 0; ///< The values that the row wants of it, a bit each.
};

/// Values of a fact that lead to another action, were all other facts as they are.
struct other_outcome {
    std::size_t fact = 0;     ///< Its position in the table.
    std::uint64_t values = 0; ///< A bit each; none of them is the fact's value.
    std::size_t row = 0;      ///< The row that would win then, counted from 0.
};

/// Why a table says what it says in a cell. Rows with the same action are the same outcome.
template <any_table Table>
struct explanation {
    /// The facts of the table, in its order.
    using facts = typename Table::facts;

    /// The table that is explained.
    using table_type = Table;

    /// One value for each fact.
    cube<Table::fact_count> cell;
    /// The row that wins, counted from 0; `row_count` where a table that is not whole has none.
    std::size_t row = 0;
    /// Every row above it, in their order.
    detail::bounded_list<passed_over_row, Table::row_count> passed_over;
    /// What a single fact can change, in the table's order of facts and rows. Empty where no single
    /// fact leads to another outcome.
    detail::bounded_list<other_outcome, detail::count_values(facts{})> others;

    /// Whether a single fact, were it different, would lead to another outcome.
    [[nodiscard]] constexpr bool can_be_turned() const noexcept { return others.size() != 0; }

    /// The values of a fact that alone lead to another outcome.
    template <fact Fact>
    [[nodiscard]] constexpr value_set<Fact> turned_by() const noexcept {
        value_set<Fact> values;
        for (const auto& other : others)
            if (other.fact == facts::template index_of<Fact>)
                values.bits |= other.values;
        return values;
    }

    /// Whether a row above the winner was kept from applying by this fact, and by none that the
    /// table names before it. `above` is counted from 0 and less than `row`.
    template <fact Fact>
    [[nodiscard]] constexpr bool is_passed_over_for(std::size_t above) const noexcept {
        return passed_over[above].fact == facts::template index_of<Fact>;
    }
};

/// What a table can still say where facts are open. Rows with the same action are the same outcome.
template <any_table Table>
struct partial_explanation {
    /// The facts of the table, in its order.
    using facts = typename Table::facts;

    /// The table that is explained.
    using table_type = Table;

    /// For each fact the values that are still possible.
    cube<Table::fact_count> cells;
    /// The rows that can still win.
    row_set_of<Table> rows = 0;
    /// Whether all of them say the same.
    bool is_decided = false;
    /// The facts that decide between them, a bit for each position: there is a cell in which a
    /// different value of this fact alone leads to another outcome.
    fact_set_of<Table> deciding = 0;

    /// Whether this fact is one of those that decide.
    template <fact Fact>
    [[nodiscard]] constexpr bool is_decided_by() const noexcept {
        constexpr auto position = facts::template index_of<Fact>;
        return position != facts::size && ((deciding >> position) & 1U) != 0;
    }
};

namespace detail {

template <any_table Table>
constexpr bool is_same_outcome(const Table& table, std::size_t a, std::size_t b) {
    if (a == b)
        return true;
    return a != Table::row_count && b != Table::row_count && table.actions[a] == table.actions[b];
}

template <any_table Table>
constexpr void find_passed_over(const Table& table, explanation<Table>& found) {
    for (std::size_t row = 0; row != found.row; ++row)
        for (std::size_t fact = 0; fact != Table::fact_count; ++fact)
            if ((found.cell.values[fact] & table.accepted(row, fact)) == 0) {
                found.passed_over.add({row, fact, table.accepted(row, fact)});
                break;
            }
}

template <any_table Table>
constexpr void find_other_outcomes(const Table& table, explanation<Table>& found) {
    const auto all = every_cell(table);
    for (std::size_t fact = 0; fact != Table::fact_count; ++fact) {
        std::uint64_t led_to[Table::row_count + 1] = {};
        auto changed = found.cell;
        for (auto left = all.values[fact] & ~found.cell.values[fact]; left != 0; left &= left - 1) {
            changed.values[fact] = left & (~left + 1);
            led_to[first_row_for(table, changed)] |= changed.values[fact];
        }
        for (std::size_t row = 0; row != Table::row_count + 1; ++row)
            if (led_to[row] != 0 && !is_same_outcome(table, row, found.row))
                found.others.add({fact, led_to[row], row});
    }
}

/// Whether a table says something else for one value of a fact than for another one, somewhere in
/// `cells`. `blind` is the table's rows without regard to that fact.
template <any_table Table>
constexpr bool tells_apart(const Table& table, const row_index<Table>& blind,
                           const cube<Table::fact_count>& cells, std::size_t fact,
                           std::uint64_t one, std::uint64_t other) {
    row_set_of<Table> above_first = 0;
    for (std::size_t first = 0; first != Table::row_count; ++first) {
        if ((table.accepted(first, fact) & one) == 0)
            continue;
        auto won_by_first = intersect(cells, cells_of(table, first));
        won_by_first.values[fact] = cells.values[fact];
        row_set_of<Table> above_second = 0;
        for (std::size_t second = 0; second != Table::row_count; ++second) {
            if ((table.accepted(second, fact) & other) == 0)
                continue;
            auto both = intersect(won_by_first, cells_of(table, second));
            both.values[fact] = cells.values[fact];
            // Seen without the fact, a row above hides the same cells from both values.
            if (!is_same_outcome(table, first, second) && !is_empty(both) &&
                has_uncovered(blind, both, above_first | above_second))
                return true;
            above_second |= row_set_of<Table>{1} << second;
        }
        above_first |= row_set_of<Table>{1} << first;
    }
    return false;
}

template <any_table Table>
constexpr bool decides(const Table& table, const cube<Table::fact_count>& cells, std::size_t fact) {
    const auto one = cells.values[fact] & (~cells.values[fact] + 1);
    const auto all = every_cell(table);
    auto without = table;
    for (auto& accepts : without.accepts)
        accepts[fact] = all.values[fact];
    const row_index<Table> blind{without};
    for (auto left = cells.values[fact] & ~one; left != 0; left &= left - 1)
        if (tells_apart(table, blind, cells, fact, one, left & (~left + 1)))
            return true;
    return false;
}

/// What a source knows of a fact: its value, or the values that it can have, or nothing.
template <fact Fact, class Source>
constexpr value_set<Fact> known_of(Source& source) {
    if constexpr (requires { any_of(Fact{source(boost::hana::type_c<Fact>)}); })
        return any_of(Fact{source(boost::hana::type_c<Fact>)});
    else if constexpr (requires { value_set<Fact>{source(boost::hana::type_c<Fact>)}; })
        return source(boost::hana::type_c<Fact>);
    else
        return {every_value<Fact>};
}

template <any_table Table, class Source, class... Facts>
constexpr cube<Table::fact_count> cells_known_to(Source& source, type_list<Facts...>) {
    return {{known_of<Facts>(source).bits..., 0}};
}

} // namespace detail

/// Why a table says what it says in `cell`, a cube with one value for each fact. Precondition:
/// actions are comparable.
template <any_table Table>
[[nodiscard]] constexpr explanation<Table> explain(const Table& table,
                                                   const cube<Table::fact_count>& cell) {
    explanation<Table> found;
    found.cell = cell;
    found.row = first_row_for(table, cell);
    detail::find_passed_over(table, found);
    detail::find_other_outcomes(table, found);
    return found;
}

/// Why a table says what it says. `source` is asked for every fact of the table, once each, also
/// for those that `decide` would not need. Preconditions: the table is `proven`, and its actions
/// are comparable.
template <auto const& Table, class Source>
[[nodiscard]] constexpr auto explain(Source&& source) {
    using table_type = detail::table_type<Table>;
    using facts = typename table_type::facts;
    static_assert(detail::prove<Table>());
    if constexpr (detail::check_source<std::remove_reference_t<Source>, facts>())
        return explain(Table, detail::cells_known_to<table_type>(source, facts{}));
    else
        return explanation<table_type>{};
}

/// What a table can still say in `cells`, and which facts decide. Preconditions: the table is
/// whole, its actions are comparable, and the cube is not empty.
template <any_table Table>
[[nodiscard]] constexpr partial_explanation<Table>
explain_partly(const Table& table, const cube<Table::fact_count>& cells) {
    partial_explanation<Table> found;
    found.cells = cells;
    found.rows = rows_that_can_win(table, cells);
    found.is_decided = true;
    const auto first = static_cast<std::size_t>(detail::lowest(found.rows));
    for (auto left = found.rows; left != 0; left &= left - 1)
        found.is_decided =
            found.is_decided &&
            detail::is_same_outcome(table, first, static_cast<std::size_t>(detail::lowest(left)));
    if (!found.is_decided)
        for (std::size_t fact = 0; fact != Table::fact_count; ++fact)
            if (detail::decides(table, cells, fact))
                found.deciding |= fact_set_of<Table>{1} << fact;
    return found;
}

/// What a table can still say where only some facts are known. `source(hana::type_c<Fact>)` returns
/// the value of a fact, or a `value_set` of those that it can have; a fact for which the source has
/// no answer is open. Preconditions: the table is `proven`, and its actions are comparable.
template <auto const& Table, class Source>
[[nodiscard]] constexpr auto explain_partly(Source&& source) {
    using table_type = detail::table_type<Table>;
    static_assert(detail::prove<Table>());
    return explain_partly(Table,
                          detail::cells_known_to<table_type>(source, typename table_type::facts{}));
}

} // namespace daxhold::tables
