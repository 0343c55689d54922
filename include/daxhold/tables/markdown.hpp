// SPDX-License-Identifier: BSL-1.0
#pragma once

#include "daxhold/tables/detail/escape.hpp"
#include "daxhold/tables/detail/model.hpp"

#include <cstddef>
#include <span>
#include <string>
#include <vector>

/// \file
/// Tables, differences and explanations as Markdown with the tables of GitHub. Rows are counted
/// from 1. No headings, so that it can stand in any document; everything ends with a line feed.

namespace daxhold::tables {

namespace detail {

inline std::string markdown_of(const sheet& shown) {
    std::string made = "|";
    std::string rule = "\n|";
    for (const auto& column : shown.columns) {
        made += " " + markdown_cell(column) + " |";
        rule += " --- |";
    }
    made += rule + "\n";
    for (const auto& line : shown.lines) {
        made += '|';
        for (const auto& cell : line) {
            if (!cell.strong.empty())
                made += " **" + markdown_cell(cell.strong) + "**" + markdown_cell(cell.text);
            else if (!cell.text.empty())
                made += " " + markdown_cell(cell.text);
            made += " |";
        }
        made += '\n';
    }
    return made;
}

/// Why `row` wins in `cell`; the number of rows stands for none.
inline std::string markdown_of(const table_words& table, const cells_words& cell, std::size_t row,
                               std::span<const passed_over_row> passed_over,
                               std::span<const other_outcome> others) {
    const auto text_of = [&](std::size_t which) {
        return which == table.rows.size() ? std::string{"no row applies"}
                                          : table.rows[which].action.text;
    };
    std::string made;
    if (const auto known = describe_cells(table.facts, cell, ""); !known.empty())
        made += "Where " + markdown_cell(known) + ": ";
    made += row == table.rows.size() ? std::string{"no row applies.\n"}
                                     : "**row " + number_of_row(row) + "** wins, **" +
                                           markdown_cell(text_of(row)) + "**.\n";
    sheet passed{{"row", "does not apply, since", "and would say"}, {}};
    for (const auto& each : passed_over) {
        const auto& fact = table.facts[each.fact];
        passed.lines.push_back({{number_of_row(each.row)},
                                {fact.name + " is " + fact.describe(cell[each.fact]) +
                                 ", and it wants " + fact.describe(each.accepts)},
                                {text_of(each.row)}});
    }
    if (!passed.lines.empty())
        made += "\n" + markdown_of(passed);
    sheet turned{{"if only", "row", "would win, and say"}, {}};
    for (const auto& each : others) {
        const auto& fact = table.facts[each.fact];
        turned.lines.push_back({{fact.name + " were " + fact.describe(each.values)},
                                {each.row == table.rows.size() ? "none" : number_of_row(each.row)},
                                {text_of(each.row)}});
    }
    return made + (turned.lines.empty() ? "\nNo single fact would lead to another outcome.\n"
                                        : "\n" + markdown_of(turned));
}

/// What can still win in `cells`: `won`, all of which say the same where it `is_decided`.
template <class Rows>
std::string markdown_of(const table_words& table, const cells_words& cells, Rows won,
                        bool is_decided, const std::vector<lead<Rows>>& what_decides) {
    auto made = "Known: " + markdown_cell(describe_cells(table.facts, cells, "nothing")) + ".\n\n";
    if (is_decided)
        return made + "It is decided: **" +
               markdown_cell(table.rows[static_cast<std::size_t>(lowest(won))].action.text) +
               "** (" + describe_rows(numbers_of_rows(won)) + ").\n";
    sheet rows{{"row", "can say"}, {}};
    for (auto left = won; left != 0; left &= left - 1) {
        const auto row = static_cast<std::size_t>(lowest(left));
        rows.lines.push_back({{number_of_row(row)}, {table.rows[row].action.text}});
    }
    sheet leads{{"what decides", "rows that can win then"}, {}};
    for (const auto& each : what_decides) {
        const auto& fact = table.facts[each.fact];
        leads.lines.push_back({{fact.name + " is " + fact.describe(each.values)},
                               {join(numbers_of_rows(each.rows), ", ")}});
    }
    return made + "It is open. What it can still be:\n\n" + markdown_of(rows) + "\n" +
           markdown_of(leads);
}

} // namespace detail

/// Markdown, with the tables of GitHub.
namespace markdown {

/// A table: a line a row, a column a fact, left empty where the row does not care.
template <auto const& Table>
[[nodiscard]] std::string table() {
    return tables::detail::markdown_of(
        tables::detail::sheet_of(tables::detail::words_of_table(Table)));
}

/// What changes from `Before` to `After`, a line a cube of cells, with the facts that matter to
/// some change. What is `Given` narrows it (tables/difference.hpp).
template <auto const& Before, auto const& After, auto... Given>
[[nodiscard]] std::string difference() {
    const auto words = tables::detail::words_of_difference<Before, After, Given...>();
    return words.changes.empty() ? "No cell changes.\n"
                                 : tables::detail::markdown_of(tables::detail::sheet_of(words));
}

/// Why a table says what it says, as `explain<Table>(...)` found it.
template <auto const& Table>
[[nodiscard]] std::string
explanation(const tables::explanation<tables::detail::table_type<Table>>& why) {
    return tables::detail::markdown_of(
        tables::detail::words_of_table(Table), tables::detail::words_of_cells(why.cell), why.row,
        {why.passed_over.begin(), why.passed_over.end()}, {why.others.begin(), why.others.end()});
}

/// What a table can still say, as `explain_partly<Table>(...)` found it.
template <auto const& Table>
[[nodiscard]] std::string
explanation(const tables::partial_explanation<tables::detail::table_type<Table>>& why) {
    return tables::detail::markdown_of(tables::detail::words_of_table(Table),
                                       tables::detail::words_of_cells(why.cells), why.rows,
                                       why.is_decided, tables::detail::leads_of(Table, why));
}

} // namespace markdown

} // namespace daxhold::tables
