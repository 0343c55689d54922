// SPDX-License-Identifier: BSL-1.0
#pragma once

#include "daxhold/render/detail/escape.hpp"
#include "daxhold/render/detail/model.hpp"

#include <algorithm>
#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

/// \file
/// Tables, differences, matrices of laws and explanations as Markdown with the tables of GitHub.
/// Rows are counted from 1. No headings, so that it can stand in any document; everything ends with
/// a line feed.

namespace daxhold::render {

namespace detail {

/// Cells of a Markdown table, which are escaped already; numbers go to the right.
struct markdown_table {
    struct column {
        std::string heading;
        bool is_number = false;
    };

    std::vector<column> columns;
    std::vector<std::vector<std::string>> rows;

    void add_column(std::string_view heading, bool is_number = false) {
        columns.push_back({markdown_cell(heading), is_number});
    }

    [[nodiscard]] std::string text() const {
        std::string made = "|";
        for (const auto& each : columns)
            made += " " + each.heading + " |";
        made += "\n|";
        for (const auto& each : columns)
            made += each.is_number ? " --: |" : " --- |";
        made += '\n';
        for (const auto& row : rows) {
            made += '|';
            for (const auto& cell : row)
                made += cell.empty() ? " |" : " " + cell + " |";
            made += '\n';
        }
        return made;
    }
};

inline std::string markdown_of(const table_words& table) {
    markdown_table made;
    made.add_column("row", true);
    for (const auto& fact : table.facts)
        made.add_column(fact.name);
    made.add_column("then");
    for (std::size_t row = 0; row != table.rows.size(); ++row) {
        auto& cells = made.rows.emplace_back();
        cells.push_back(number_of_row(row));
        for (std::size_t fact = 0; fact != table.facts.size(); ++fact) {
            const auto& words = table.facts[fact];
            const auto accepts = table.rows[row].accepts[fact];
            cells.push_back(accepts == words.every() ? "" : markdown_cell(words.describe(accepts)));
        }
        cells.push_back(markdown_cell(table.rows[row].action.text));
    }
    return made.text();
}

inline std::string markdown_of(const difference_words& difference) {
    if (difference.changes.empty())
        return "No cell changes.\n";
    std::vector<std::size_t> shown;
    for (std::size_t fact = 0; fact != difference.facts.size(); ++fact)
        for (const auto& each : difference.changes)
            if (each.cells[fact] != difference.facts[fact].every()) {
                shown.push_back(fact);
                break;
            }
    markdown_table made;
    for (const auto fact : shown)
        made.add_column(difference.facts[fact].name);
    made.add_column("before");
    made.add_column("after");
    for (const auto& each : difference.changes) {
        auto& cells = made.rows.emplace_back();
        for (const auto fact : shown) {
            const auto& words = difference.facts[fact];
            cells.push_back(each.cells[fact] == words.every()
                                ? ""
                                : markdown_cell(words.describe(each.cells[fact])));
        }
        cells.push_back(markdown_cell(difference.before[each.before_row].text));
        cells.push_back(markdown_cell(difference.after[each.after_row].text));
    }
    return made.text();
}

/// A name of the source as words with spaces, which a narrow column can break.
inline std::string spaced(std::string words) {
    std::replace(words.begin(), words.end(), '_', ' ');
    return words;
}

inline std::string markdown_of(const matrix_words& matrix, bool has_trials) {
    markdown_table made;
    made.add_column("law");
    for (const auto& policy : matrix.policies)
        made.add_column(policy);
    for (std::size_t law = 0; law != matrix.laws.size(); ++law) {
        auto& cells = made.rows.emplace_back();
        cells.push_back(markdown_cell(spaced(matrix.laws[law])));
        for (const auto& verdict : matrix.verdicts[law])
            if (verdict.is_kept)
                cells.emplace_back("kept");
            else
                cells.push_back(has_trials
                                    ? "**broken**: " + markdown_cell(describe(verdict.broken_in))
                                    : "**broken**");
    }
    return made.text();
}

inline std::string markdown_of(const explanation_words& why) {
    const auto& facts = why.table.facts;
    const auto& rows = why.table.rows;
    const auto text_of = [&](std::size_t row) {
        return row == rows.size() ? std::string{"no row applies"}
                                  : markdown_cell(rows[row].action.text);
    };
    const auto known = facts.empty()
                           ? std::string{}
                           : "Where " + markdown_cell(describe_cells(facts, why.cell)) + ": ";
    std::string made = known + (why.has_winner() ? "**row " + number_of_row(why.row) +
                                                       "** wins, **" + text_of(why.row) + "**.\n"
                                                 : "no row applies.\n");
    if (!why.passed_over.empty()) {
        markdown_table passed;
        passed.add_column("row", true);
        passed.add_column("does not apply, since");
        passed.add_column("and would say");
        for (const auto& each : why.passed_over)
            passed.rows.push_back(
                {number_of_row(each.row),
                 markdown_cell(facts[each.fact].name + " is " +
                               facts[each.fact].describe(why.cell[each.fact]) + ", and it wants " +
                               facts[each.fact].describe(each.accepts)),
                 text_of(each.row)});
        made += "\n" + passed.text();
    }
    if (why.others.empty())
        return made + "\nNo single fact would lead to another outcome.\n";
    markdown_table others;
    others.add_column("if only");
    others.add_column("row", true);
    others.add_column("would win, and say");
    for (const auto& each : why.others)
        others.rows.push_back({markdown_cell(facts[each.fact].name + " were " +
                                             facts[each.fact].describe(each.values)),
                               each.row == rows.size() ? "none" : number_of_row(each.row),
                               text_of(each.row)});
    return made + "\n" + others.text();
}

inline std::string markdown_of(const partial_explanation_words& why) {
    const auto& facts = why.table.facts;
    std::string made =
        markdown_cell("Known: " + describe_cells(facts, why.cells, " is ", "nothing"));
    made += ".\n\n";
    if (why.is_decided)
        made += "It is decided: **" + markdown_cell(why.table.rows[why.rows[0]].action.text) +
                "** (" + describe_rows(why.rows) + ").\n";
    else
        made += "It is open. What it can still be:\n";
    if (why.is_decided)
        return made;
    markdown_table rows;
    rows.add_column("row", true);
    rows.add_column("can say");
    for (const auto row : why.rows)
        rows.rows.push_back({number_of_row(row), markdown_cell(why.table.rows[row].action.text)});
    markdown_table leads;
    leads.add_column("what decides");
    leads.add_column("what can win then");
    for (const auto& each : why.leads)
        leads.rows.push_back(
            {markdown_cell(facts[each.fact].name + " is " + facts[each.fact].describe(each.values)),
             describe_rows(each.rows)});
    return made + "\n" + rows.text() + "\n" + leads.text();
}

} // namespace detail

/// Markdown, with the tables of GitHub.
namespace markdown {

/// What stands in a matrix where a law is broken.
enum class breaches {
    with_trial,   ///< The trial that breaks it.
    verdict_only, ///< Nothing more, for a matrix that is to be narrow.
};

/// A table: a line a row, a column a fact, left empty where the row does not care.
template <auto const& Table>
[[nodiscard]] std::string table() {
    return detail::markdown_of(detail::words_of_table(Table));
}

/// What changes from `Before` to `After`, a line a cube of cells, with the facts that matter to
/// some change.
template <auto const& Before, auto const& After>
[[nodiscard]] std::string difference() {
    return detail::markdown_of(detail::words_of_difference<Before, After>());
}

/// Which policy keeps which law. `Laws` and `Policies` are lists of types: `render::list<...>`,
/// `laws::all<render::list>`.
template <class Laws, class Policies>
[[nodiscard]] std::string matrix(breaches shown = breaches::with_trial) {
    return detail::markdown_of(detail::words_of_matrix<Laws, Policies>(),
                               shown == breaches::with_trial);
}

/// Why a table says what it says, as `explain<Table>(...)` found it.
template <auto const& Table>
[[nodiscard]] std::string
explanation(const daxhold::tables::explanation<tables::detail::table_type<Table>>& why) {
    return detail::markdown_of(detail::words_of_explanation(Table, why));
}

/// What a table can still say, as `explain_partly<Table>(...)` found it.
template <auto const& Table>
[[nodiscard]] std::string
explanation(const daxhold::tables::partial_explanation<tables::detail::table_type<Table>>& why) {
    return detail::markdown_of(detail::words_of_explanation(Table, why));
}

} // namespace markdown

} // namespace daxhold::render
