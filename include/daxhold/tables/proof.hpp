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

namespace detail {

template <auto const& Table>
using table_type = std::remove_cvref_t<decltype(Table)>;

template <auto const& Table>
inline constexpr row_index<table_type<Table>> index_of_rows{Table};

/// The search for a cell of row number `Row`, or of any cell where that is `row_count`, that none
/// of `Rows` covers.
template <auto const& Table, std::size_t Row>
consteval auto start_search(row_set rows) {
    if constexpr (Row == table_type<Table>::row_count)
        return uncovered_search<table_type<Table>>{every_cell(Table), rows};
    else
        return uncovered_search<table_type<Table>>{cells_of(Table, Row), rows};
}

/// The search, each time further: every slice is an evaluation of its own for the compiler.
template <auto const& Table, std::size_t Row, row_set Rows, std::size_t Slice>
struct search_slice {
    static constexpr auto search = [] {
        auto next = search_slice<Table, Row, Rows, Slice - 1>::search;
        next.run(index_of_rows<Table>, next.steps_at_once);
        return next;
    }();
};

template <auto const& Table, std::size_t Row, row_set Rows>
struct search_slice<Table, Row, Rows, 0> {
    static constexpr auto search = start_search<Table, Row>(Rows);
};

/// How a search ended: with a cube of uncovered cells, or without.
template <std::size_t Facts>
struct search_result {
    bool has_ended = false;
    bool has_found = false;
    cube<Facts> cells = {};
};

template <auto const& Table, std::size_t Row, row_set Rows, std::size_t Slice = 0>
consteval search_result<table_type<Table>::fact_count> finish_search() {
    constexpr auto& search = search_slice<Table, Row, Rows, Slice>::search;
    if constexpr (search.depth == 0)
        return {true, search.has_found, search.found};
    else
        return finish_search<Table, Row, Rows, Slice + 1>();
}

template <auto const& Table, std::size_t Row, row_set Rows>
consteval search_result<table_type<Table>::fact_count> search_in_one_go() {
    auto search = start_search<Table, Row>(Rows);
    search.run(index_of_rows<Table>, search.steps_at_once);
    return {search.depth == 0, search.has_found, search.found};
}

template <auto const& Table, std::size_t Row, row_set Rows>
consteval auto search_for_uncovered() {
    constexpr auto result = search_in_one_go<Table, Row, Rows>();
    // The state of a search is large, and only those that take long pay for it.
    if constexpr (result.has_ended)
        return result;
    else
        return finish_search<Table, Row, Rows>();
}

/// An uncovered cube of a row's cells, for `row_count` of all cells; see `start_search`.
template <auto const& Table, std::size_t Row, row_set Rows>
inline constexpr auto uncovered_by = search_for_uncovered<Table, Row, Rows>();

/// The rows above row number `Row`; for `row_count` all rows.
template <std::size_t Row>
inline constexpr row_set rows_above = first_bits(Row);

/// What is wrong with a table.
enum class mistake { none, hole, contradiction, dead_row };

struct finding {
    mistake what = mistake::none;
    std::size_t row = 0;
};

/// How far a table has been looked at: question 0 is for a hole, each further one for a row. Either
/// a mistake was found, or the questions before `next` are answered.
struct progress {
    finding found;
    std::size_t next = 0;
};

/// Answers as many questions as one evaluation of the compiler has room for, from `next` on.
template <any_table Table>
constexpr progress answer_questions(const Table& table, const row_index<Table>& index,
                                    std::size_t next) {
    auto steps = uncovered_search<Table>::steps_at_once;
    bool is_known = true;
    if (next == 0) {
        const bool is_whole =
            !has_uncovered(index, every_cell(table), first_bits(Table::row_count), steps, is_known);
        if (!is_whole)
            return {{mistake::hole}};
        if (!is_known)
            return {};
        ++next;
    }
    for (; next <= Table::row_count; ++next) {
        const auto row = next - 1;
        const auto cells = cells_of(table, row);
        if (is_empty(cells))
            return {{mistake::contradiction, row}};
        const bool can_win = has_uncovered(index, cells, first_bits(row), steps, is_known);
        if (!is_known)
            break;
        if (!can_win)
            return {{mistake::dead_row, row}};
    }
    return {{}, next};
}

template <auto const& Table, std::size_t Row>
consteval mistake check_row() {
    if constexpr (is_empty(cells_of(Table, Row)))
        return mistake::contradiction;
    else if constexpr (!uncovered_by<Table, Row, rows_above<Row>>.has_found)
        return mistake::dead_row;
    else
        return mistake::none;
}

// A variable, since compilers evaluate a constant within a function each time.
template <auto const& Table, std::size_t Question>
inline constexpr progress progress_from = answer_questions(Table, index_of_rows<Table>, Question);

/// The same for a single question that is too much for one evaluation.
template <auto const& Table, std::size_t Question>
consteval mistake answer_hard_question() {
    constexpr std::size_t rows = table_type<Table>::row_count;
    if constexpr (Question != 0)
        return check_row<Table, Question - 1>();
    else
        return uncovered_by<Table, rows, rows_above<rows>>.has_found ? mistake::hole
                                                                     : mistake::none;
}

/// The first mistake: one at a time, so that the message stays short.
template <auto const& Table, std::size_t Question = 0>
consteval finding find_mistake() {
    constexpr auto& now = progress_from<Table, Question>;
    if constexpr (now.found.what != mistake::none || now.next > table_type<Table>::row_count)
        return now.found;
    else if constexpr (now.next != Question)
        return find_mistake<Table, now.next>();
    else if constexpr (constexpr auto what = answer_hard_question<Table, Question>();
                       what != mistake::none)
        return {what, Question == 0 ? 0 : Question - 1};
    else
        return find_mistake<Table, Question + 1>();
}

template <auto const& Table>
inline constexpr finding mistake_in = find_mistake<Table>();

/// Of the rows in `By`, which together hide a row, those that cannot be left out; the rows from
/// number `Next` on are decided.
template <auto const& Table, std::size_t Row, row_set By, std::size_t Next>
consteval row_set find_hiding_rows() {
    if constexpr (Next == 0) {
        return By;
    } else {
        constexpr auto without = By & ~(row_set{1} << (Next - 1));
        if constexpr (uncovered_by<Table, Row, without>.has_found)
            return find_hiding_rows<Table, Row, By, Next - 1>();
        else
            return find_hiding_rows<Table, Row, without, Next - 1>();
    }
}

/// The rows above a row that can never win which hide it, none of which could be left out.
template <auto const& Table, std::size_t Row>
inline constexpr row_set hiding_rows = find_hiding_rows<Table, Row, rows_above<Row>, Row>();

template <row_set Rows, std::size_t... Nth>
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
    constexpr std::size_t rows = table_type<Table>::row_count;
    return no_row_applies_to<static_cast<Facts>(
        lowest(uncovered_by<Table, rows, rows_above<rows>>.cells.values[I]))...>{};
}

/// What `proven` does; for use within the library, where it saves the reader of a message a line or
/// three.
template <auto const& Table>
consteval bool prove() {
    constexpr finding found = mistake_in<Table>;
    if constexpr (found.what == mistake::hole) {
        using facts = typename table_type<Table>::facts;
        using cell = decltype(name_hole<Table>(facts{}, std::make_index_sequence<facts::size>{}));
        static_assert(cell::ok, "a table needs a row for every cell: add the row, or end the table "
                                "with `otherwise`");
    } else if constexpr (found.what == mistake::contradiction) {
        static_assert(row_contradicts_itself<found.row + 1>::ok,
                      "a row demands two values of one fact at once: use any_of");
    } else if constexpr (found.what == mistake::dead_row) {
        constexpr row_set by = hiding_rows<Table, found.row>;
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
