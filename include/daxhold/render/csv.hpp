// SPDX-License-Identifier: BSL-1.0
#pragma once

#include "daxhold/render/detail/escape.hpp"
#include "daxhold/render/detail/model.hpp"

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

/// \file
/// Tables, differences, matrices of laws and explanations as CSV (RFC 4180): lines end with CR LF,
/// the first one names the columns, and all lines have as many fields. Rows are counted from 1.

namespace daxhold::render {

namespace detail {

inline void add_csv_line(std::string& made, const std::vector<std::string>& fields) {
    for (std::size_t i = 0; i != fields.size(); ++i)
        (made += i == 0 ? "" : ",") += csv_field(fields[i]);
    made += "\r\n";
}

/// A field for each fact, empty where every value is in the set.
inline void add_csv_cells(std::vector<std::string>& fields, const std::vector<fact_words>& facts,
                          const cells_words& cells) {
    for (std::size_t fact = 0; fact != facts.size(); ++fact)
        fields.push_back(cells[fact] == facts[fact].every() ? ""
                                                            : facts[fact].describe(cells[fact]));
}

inline std::string csv_of(const table_words& table) {
    std::vector<std::string> heading{"row"};
    for (const auto& fact : table.facts)
        heading.push_back(fact.name);
    heading.emplace_back("action");
    std::string made;
    add_csv_line(made, heading);
    for (std::size_t row = 0; row != table.rows.size(); ++row) {
        std::vector<std::string> fields{number_of_row(row)};
        add_csv_cells(fields, table.facts, table.rows[row].accepts);
        fields.push_back(table.rows[row].action.text);
        add_csv_line(made, fields);
    }
    return made;
}

inline std::string csv_of(const difference_words& difference) {
    std::vector<std::string> heading;
    for (const auto& fact : difference.facts)
        heading.push_back(fact.name);
    heading.insert(heading.end(), {"before_row", "before", "after_row", "after"});
    std::string made;
    add_csv_line(made, heading);
    for (const auto& each : difference.changes) {
        std::vector<std::string> fields;
        add_csv_cells(fields, difference.facts, each.cells);
        fields.push_back(number_of_row(each.before_row));
        fields.push_back(difference.before[each.before_row].text);
        fields.push_back(number_of_row(each.after_row));
        fields.push_back(difference.after[each.after_row].text);
        add_csv_line(made, fields);
    }
    return made;
}

inline std::string csv_of(const matrix_words& matrix) {
    std::vector<std::string> heading{"law"};
    heading.insert(heading.end(), matrix.policies.begin(), matrix.policies.end());
    std::string made;
    add_csv_line(made, heading);
    for (std::size_t law = 0; law != matrix.laws.size(); ++law) {
        std::vector<std::string> fields{matrix.laws[law]};
        for (const auto& verdict : matrix.verdicts[law])
            fields.push_back(verdict.is_kept ? "kept" : "broken: " + describe(verdict.broken_in));
        add_csv_line(made, fields);
    }
    return made;
}

inline std::string csv_of(const explanation_words& why) {
    const auto& facts = why.table.facts;
    const auto& rows = why.table.rows;
    std::string made;
    add_csv_line(made, {"part", "row", "fact", "values", "action"});
    for (std::size_t fact = 0; fact != facts.size(); ++fact)
        add_csv_line(made,
                     {"known", "", facts[fact].name, facts[fact].describe(why.cell[fact]), ""});
    for (const auto& each : why.passed_over)
        add_csv_line(made, {"passed over, wants", number_of_row(each.row), facts[each.fact].name,
                            facts[each.fact].describe(each.accepts), rows[each.row].action.text});
    if (why.has_winner())
        add_csv_line(made, {"wins", number_of_row(why.row), "", "", rows[why.row].action.text});
    else
        add_csv_line(made, {"no row applies", "", "", "", ""});
    for (const auto& each : why.others) {
        const bool has_row = each.row != rows.size();
        add_csv_line(made, {"would win with", has_row ? number_of_row(each.row) : "none",
                            facts[each.fact].name, facts[each.fact].describe(each.values),
                            has_row ? rows[each.row].action.text : ""});
    }
    if (why.others.empty())
        add_csv_line(made, {"no single fact leads to another outcome", "", "", "", ""});
    return made;
}

inline std::string csv_of(const partial_explanation_words& why) {
    const auto& facts = why.table.facts;
    std::string made;
    add_csv_line(made, {"part", "row", "fact", "values", "action"});
    for (std::size_t fact = 0; fact != facts.size(); ++fact)
        add_csv_line(made, {why.cells[fact] == facts[fact].every() ? "open" : "known", "",
                            facts[fact].name, facts[fact].describe(why.cells[fact]), ""});
    for (const auto row : why.rows)
        add_csv_line(made, {why.is_decided ? "decided" : "can win", number_of_row(row), "", "",
                            why.table.rows[row].action.text});
    for (const auto& each : why.leads)
        for (const auto row : each.rows)
            add_csv_line(made,
                         {"can win with", number_of_row(row), facts[each.fact].name,
                          facts[each.fact].describe(each.values), why.table.rows[row].action.text});
    return made;
}

} // namespace detail

/// Comma-separated values (RFC 4180).
namespace csv {

/// A table: a line a row, a field a fact, left empty where the row does not care.
template <auto const& Table>
[[nodiscard]] std::string table() {
    return detail::csv_of(detail::words_of_table(Table));
}

/// What changes from `Before` to `After`, a line a cube of cells; a field is empty where a fact
/// does not matter.
template <auto const& Before, auto const& After>
[[nodiscard]] std::string difference() {
    return detail::csv_of(detail::words_of_difference<Before, After>());
}

/// Which policy keeps which law, a line a law: `kept`, or `broken: ` and the trial that breaks it.
/// `Laws` and `Policies` are lists of types: `render::list<...>`, `laws::all<render::list>`.
template <class Laws, class Policies>
[[nodiscard]] std::string matrix() {
    return detail::csv_of(detail::words_of_matrix<Laws, Policies>());
}

/// Why a table says what it says, as `explain<Table>(...)` found it: the known facts, the rows
/// passed over with the values that they want, the winner, and what a single fact would change.
template <auto const& Table>
[[nodiscard]] std::string
explanation(const daxhold::tables::explanation<tables::detail::table_type<Table>>& why) {
    return detail::csv_of(detail::words_of_explanation(Table, why));
}

/// What a table can still say, as `explain_partly<Table>(...)` found it: what is known and open,
/// the rows that can win, and for the facts that decide the rows that can win with each value.
template <auto const& Table>
[[nodiscard]] std::string
explanation(const daxhold::tables::partial_explanation<tables::detail::table_type<Table>>& why) {
    return detail::csv_of(detail::words_of_explanation(Table, why));
}

} // namespace csv

} // namespace daxhold::render
