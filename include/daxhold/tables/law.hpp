// SPDX-License-Identifier: BSL-1.0
#pragma once

#include "daxhold/tables/proof.hpp"

/// \file
/// Laws over the cells of a table: a statement with a name that holds for every cell, or does not
/// compile and names one that breaks it.

namespace daxhold::tables {

/// A law over the cells of one table: a type with
/// - `where`, the condition of the cells that it speaks of (`when(...)`, or `otherwise` for all),
/// and
/// - `allows(action)`, whether a table may say that there.
/// A fact that `where` names and a table does not ask for restricts nothing: there the table says
/// the same for all of its values.
template <class Law, class Action>
concept cell_law = requires(const Action& action) {
    Law::where;
    { Law::allows(action) } -> std::convertible_to<bool>;
};

/// Where a table breaks a law: a cube of such cells, and the row (counted from 0) that wins there.
template <std::size_t Facts>
struct broken_cells {
    /// Whether it does, in which cells, and by which row.
    bool exists = false;
    cube<Facts> cells;
    std::size_t row = 0;
};

/// The diagnosis of a type that is no law for a table with such actions.
template <class Law, class Action>
struct is_no_law_over_cells {
    static constexpr bool ok = cell_law<Law, Action>;
};

/// The diagnosis of a broken law: the row (counted from 1) that breaks it, in this cell.
template <class Law, std::size_t Row, auto... Cell>
struct law_is_broken_by_row {
    static constexpr bool ok = false;
};

namespace detail {

/// The cells of a table that meet a condition.
template <any_table Table, fact... Named>
constexpr cube<Table::fact_count> cells_where(const Table& table,
                                              const condition<Named...>& where) {
    auto cells = every_cell(table);
    [[maybe_unused]] std::size_t demand = 0;
    // A fact that is not in the table has the room behind its facts.
    ((cells.values[Table::facts::template index_of<Named>] &= where.accepts[demand++]), ...);
    return cells;
}

/// The search for a row that says what a law does not allow, and wins where it speaks.
template <class Law, any_table Table>
struct breach_search {
    broken_cells<Table::fact_count> found;
    bool has_ended = false;
    std::size_t row = 0;
    uncovered_search<Table> search;

    /// Goes on from where it is for as long as one evaluation may take.
    constexpr void run(const Table& table, const row_index<Table>& index) {
        for (auto steps = search.steps_at_once; !has_ended; ++row) {
            if (search.depth == 0 && !ask(table, index))
                continue;
            steps -= steps < search.steps_to_begin ? steps : search.steps_to_begin;
            steps = search.run(index, steps);
            if (search.depth != 0)
                return;
            has_ended = search.has_found;
            if (has_ended)
                found = {true, search.found, row};
        }
    }

    constexpr bool ask(const Table& table, const row_index<Table>& index) {
        has_ended = row == Table::row_count;
        if (has_ended || Law::allows(table.actions[row]))
            return false;
        const auto part = intersect(cells_where(table, Law::where), cells_of(table, row));
        if (is_empty(part))
            return false;
        search.begin(index, part, rows_above<Table>(row));
        return true;
    }
};

template <class Law, auto const& Table>
consteval broken_cells<table_type<Table>::fact_count> find_breach() {
    using check = is_no_law_over_cells<Law, typename table_type<Table>::action_type>;
    static_assert(check::ok, "a law has a condition `where` and `allows(action)` for the actions "
                             "of the table");
    if constexpr (check::ok)
        return find_by<breach_search<Law, table_type<Table>>, Table>();
    else
        return {};
}

} // namespace detail

/// Where a table breaks a law over its cells, if it does: exact, over all cells.
template <class Law, auto const& Table>
inline constexpr auto breach_in = detail::find_breach<Law, Table>();

namespace detail {

template <class Law, auto const& Table, class... Facts, std::size_t... I>
consteval auto name_breach(type_list<Facts...>, std::index_sequence<I...>) {
    constexpr const auto& found = breach_in<Law, Table>;
    return law_is_broken_by_row<Law, found.row + 1,
                                static_cast<Facts>(lowest(found.cells.values[I]))...>{};
}

} // namespace detail

/// Whether a table keeps a law, to ask about.
template <class Law, auto const& Table>
inline constexpr bool is_obeyed = detail::is_constant<Table> && !breach_in<Law, Table>.exists;

/// True for a table that keeps a law; otherwise it does not compile, and the message names the law,
/// the row and a cell.
template <class Law, auto const& Table>
inline constexpr bool obeys = [] {
    if constexpr (!detail::is_constant<Table>) {
        return detail::prove<Table>();
    } else if constexpr (breach_in<Law, Table>.exists) {
        using facts = typename detail::table_type<Table>::facts;
        using broken = decltype(detail::name_breach<Law, Table>(
            facts{}, std::make_index_sequence<facts::size>{}));
        static_assert(broken::ok, "a table breaks a law: the row decides this cell otherwise");
    }
    return true;
}();

} // namespace daxhold::tables
