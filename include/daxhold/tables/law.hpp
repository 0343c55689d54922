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

template <class Law, auto const& Table>
consteval auto find_breach() {
    using table_type = detail::table_type<Table>;
    using check = is_no_law_over_cells<Law, typename table_type::action_type>;
    broken_cells<table_type::fact_count> found;
    if constexpr (!check::ok) {
        static_assert(check::ok, "a law has a condition `where` and `allows(action)` for the "
                                 "actions of the table");
    } else {
        const row_index<table_type> index{Table};
        const auto cells = cells_where(Table, Law::where);
        for (std::size_t row = 0; row != table_type::row_count && !found.exists; ++row) {
            if (Law::allows(Table.actions[row]))
                continue;
            const auto part = intersect(cells, cells_of(Table, row));
            if (is_empty(part))
                continue;
            uncovered_search<table_type> search;
            search.begin(index, part, first_bits(row));
            search.run(index, ~std::size_t{0});
            if (search.has_found)
                found = {true, search.found, row};
        }
    }
    return found;
}

template <class Law, auto const& Table, class... Facts, std::size_t... I>
consteval auto name_breach(type_list<Facts...>, std::index_sequence<I...>) {
    constexpr auto found = find_breach<Law, Table>();
    return law_is_broken_by_row<Law, found.row + 1,
                                static_cast<Facts>(lowest(found.cells.values[I]))...>{};
}

} // namespace detail

/// Where a table breaks a law over its cells, if it does: exact, over all cells.
template <class Law, auto const& Table>
inline constexpr auto breach_in = detail::find_breach<Law, Table>();

/// Whether a table keeps a law, to ask about.
template <class Law, auto const& Table>
inline constexpr bool is_obeyed = !breach_in<Law, Table>.exists;

/// True for a table that keeps a law; otherwise it does not compile, and the message names the law,
/// the row and a cell.
template <class Law, auto const& Table>
inline constexpr bool obeys = [] {
    if constexpr (breach_in<Law, Table>.exists) {
        using facts = typename detail::table_type<Table>::facts;
        using broken = decltype(detail::name_breach<Law, Table>(
            facts{}, std::make_index_sequence<facts::size>{}));
        static_assert(broken::ok, "a table breaks a law: the row decides this cell otherwise");
    }
    return true;
}();

} // namespace daxhold::tables
