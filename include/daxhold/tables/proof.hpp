// SPDX-License-Identifier: BSL-1.0
#pragma once

#include "daxhold/tables/cover.hpp"

/// \file
/// A table that is used must be whole: every cell has a row, and every row can win. What is wrong
/// is said by a class whose name is the sentence and whose arguments are the culprits.

namespace daxhold::tables {

/// The diagnosis of a table to which no row applies in this cell: a value for each fact.
template <auto... Cell>
struct no_row_applies_to {
    static constexpr bool ok = false;
};

/// Row numbers, counted from 1 as a reader counts them.
template <std::size_t... Number>
struct row_numbers {};

/// The diagnosis of a row that never wins, since the rows above it cover every cell that it has.
template <std::size_t Row, class HiddenByRows>
struct row_can_never_win {
    static constexpr bool ok = false;
};

/// The diagnosis of a row that names a fact twice, with no value that both accept.
template <std::size_t Row>
struct row_contradicts_itself {
    static constexpr bool ok = false;
};

/// The diagnosis of a table that the compiler cannot look at.
template <auto const& Table>
struct is_no_constant {
    static constexpr bool ok = false;
};

/// What can be wrong with a table.
enum class mistake { none, no_constant, hole, contradiction, dead_row };

/// The first mistake of a table: that it cannot be looked at, a hole, then row by row.
template <std::size_t Facts, class Rows = row_set>
struct table_mistake {
    /// What is wrong; `none` if nothing is.
    mistake what = mistake::none;
    /// Of a hole: cells to which no row applies.
    cube<Facts> cells = {};
    /// Of other mistakes: the row, counted from 0.
    std::size_t row = 0;
    /// Of a dead row: rows above that hide it, none of which could be left out.
    Rows hidden_by = 0;
};

namespace detail {

template <auto const& Table>
inline constexpr row_index<table_type<Table>> index_of_rows{Table};

/// The search for a mistake, one question after the other: is there a hole, for each row whether it
/// can win, and if it cannot, for each row above it whether it still cannot without that one.
template <any_table Table>
struct mistake_search {
    table_mistake<Table::fact_count, row_set_of<Table>> found;
    bool has_ended = false;
    /// 0 is for a hole, and a row has its number, from 1.
    std::size_t question = 0;
    uncovered_search<Table> search;

    /// Goes on from where it is for as long as one evaluation may take.
    constexpr void run(const Table& table, const row_index<Table>& index) {
        auto steps = search.steps_at_once;
        if (search.depth == 0)
            ask(table, index);
        while (!has_ended) {
            steps -= steps < search.steps_to_begin ? steps : search.steps_to_begin;
            steps = search.run(index, steps);
            if (search.depth != 0)
                return;
            conclude(table.inherited_from);
            ask(table, index);
        }
    }

    constexpr void ask(const Table& table, const row_index<Table>& index) {
        const auto row = question - 1;
        if (has_ended)
            return;
        if (found.what == mistake::dead_row)
            return search.begin(index, cells_of(table, found.row),
                                found.hidden_by & ~(row_set_of<Table>{1} << row));
        if (question == 0)
            return search.begin(index, every_cell(table), rows_above<Table>(Table::row_count));
        const auto cells = cells_of(table, row);
        if (is_empty(cells))
            end(mistake::contradiction);
        else
            search.begin(index, cells, rows_above<Table>(row));
    }

    /// Rows from number `last` on are another table's, and may be dead.
    constexpr void conclude(std::size_t last) {
        if (found.what == mistake::dead_row) {
            if (!search.has_found)
                found.hidden_by &= ~(row_set_of<Table>{1} << (question - 1));
            has_ended = --question == 0;
        } else if (question == 0 && search.has_found) {
            found.cells = search.found;
            end(mistake::hole);
        } else if (question != 0 && !search.has_found) {
            found.what = mistake::dead_row;
            found.row = --question;
            found.hidden_by = rows_above<Table>(found.row);
        } else {
            has_ended = question++ == last;
        }
    }

    constexpr void end(mistake what) {
        found.what = what;
        found.row = question == 0 ? 0 : question - 1;
        has_ended = true;
    }
};

template <auto const& Table>
concept is_constant = requires {
    typename std::bool_constant<Table.inherited_from == 0>;
};

/// A search, each time further: every slice is an evaluation of its own for the compiler.
template <class Search, auto const& Table, std::size_t Slice>
inline constexpr auto search_slice = [] {
    auto next = [] {
        if constexpr (Slice == 0)
            return Search{};
        else
            return search_slice<Search, Table, Slice - 1>;
    }();
    next.run(Table, index_of_rows<Table>);
    return next;
}();

/// What a search finds; nothing in a table that cannot be looked at.
template <class Search, auto const& Table, std::size_t Slice = 0>
consteval auto find_by() {
    if constexpr (!is_constant<Table>) {
        return decltype(Search::found){};
    } else {
        constexpr const auto& search = search_slice<Search, Table, Slice>;
        if constexpr (search.has_ended)
            return search.found;
        else
            return find_by<Search, Table, Slice + 1>();
    }
}

} // namespace detail

/// What is wrong with a table, to ask about; at compile time `proven` says it.
template <auto const& Table>
inline constexpr auto mistake_in = [] {
    auto found = detail::find_by<detail::mistake_search<detail::table_type<Table>>, Table>();
    if (!detail::is_constant<Table>)
        found.what = mistake::no_constant;
    return found;
}();

namespace detail {

template <auto Rows, std::size_t... Nth>
consteval auto number_rows(std::index_sequence<Nth...>) {
    constexpr auto nth = [](std::size_t n) {
        auto left = Rows;
        for (; n != 0; --n)
            left &= left - 1;
        return static_cast<std::size_t>(lowest(left)) + 1;
    };
    return row_numbers<nth(Nth)...>{};
}

template <auto const& Table, class... Facts, std::size_t... I>
consteval auto name_hole(type_list<Facts...>, std::index_sequence<I...>) {
    return no_row_applies_to<static_cast<Facts>(lowest(mistake_in<Table>.cells.values[I]))...>{};
}

/// What `proven` does; for use within the library, where it saves the reader of a message a line or
/// three.
template <auto const& Table>
consteval bool prove() {
    constexpr const auto& found = mistake_in<Table>;
    if constexpr (found.what == mistake::no_constant) {
        static_assert(is_no_constant<Table>::ok,
                      "a table is constexpr, and so is all that its rows call");
    } else if constexpr (found.what == mistake::hole) {
        using facts = typename table_type<Table>::facts;
        using cell = decltype(name_hole<Table>(facts{}, std::make_index_sequence<facts::size>{}));
        static_assert(cell::ok, "a table needs a row for every cell: add the row, or end the table "
                                "with `otherwise`");
    } else if constexpr (found.what == mistake::contradiction) {
        static_assert(row_contradicts_itself<found.row + 1>::ok,
                      "a row demands two values of one fact at once: use any_of");
    } else if constexpr (found.what == mistake::dead_row) {
        constexpr auto by = found.hidden_by;
        using numbers = decltype(number_rows<by>(std::make_index_sequence<count(by)>{}));
        static_assert(row_can_never_win<found.row + 1, numbers>::ok,
                      "a row can never win, the rows above it leave it nothing: move it up or "
                      "remove it");
    }
    return true;
}

} // namespace detail

/// True for a table that is whole: a row for every cell, and every row wins somewhere. Otherwise it
/// does not compile, and the message names the cell or the rows. Exact, whatever the number of
/// cells.
///
/// A table that is proven is whole; that does not make it right, which is what laws are for.
template <auto const& Table>
inline constexpr bool proven = detail::prove<Table>();

} // namespace daxhold::tables
