// SPDX-License-Identifier: BSL-1.0
#pragma once

#include "daxhold/tables/detail/escape.hpp"
#include "daxhold/tables/detail/model.hpp"

#include <string>
#include <string_view>
#include <vector>

/// \file
/// Tables, differences and explanations as JSON: one object each, whose `kind` says what it is.
/// Rows are counted from 1. A set of values is an array of their names; where a fact does not
/// matter, it is left out. An action has its `text`, and its `parts` where it is a sequence.

namespace daxhold::tables {

namespace detail {

/// A member of an object; its value is JSON already.
struct json_member {
    std::string_view name;
    std::string value;
};

inline std::string json_object(const std::vector<json_member>& members) {
    std::vector<std::string> made;
    for (const auto& each : members)
        made.push_back(json_string(each.name) + ": " + each.value);
    return "{" + join(made, ", ") + "}";
}

/// An array of values that are JSON already, a line each.
inline std::string json_lines(const std::vector<std::string>& values) {
    return values.empty() ? "[]" : "[\n" + join(values, ",\n") + "\n]";
}

inline std::string json_names(const std::vector<std::string>& names) {
    std::vector<std::string> made;
    for (const auto& name : names)
        made.push_back(json_string(name));
    return "[" + join(made, ", ") + "]";
}

/// The whole of a text: an object with a line for each of its members.
inline std::string json_document(std::string_view kind, const std::vector<json_member>& members) {
    auto made = "{\n\"kind\": " + json_string(kind);
    for (const auto& each : members)
        made += ",\n" + json_string(each.name) + ": " + each.value;
    return made + "\n}\n";
}

inline std::string json_facts(const std::vector<fact_words>& facts) {
    std::vector<std::string> made;
    for (const auto& fact : facts)
        made.push_back(
            json_object({{"name", json_string(fact.name)}, {"values", json_names(fact.values)}}));
    return json_lines(made);
}

inline std::string json_cells(const std::vector<fact_words>& facts, const cells_words& cells) {
    std::vector<json_member> made;
    for (std::size_t fact = 0; fact != facts.size(); ++fact)
        if (cells[fact] != facts[fact].every())
            made.push_back({facts[fact].name, json_names(facts[fact].list(cells[fact]))});
    return json_object(made);
}

inline json_member json_action(const action_words& action) {
    std::vector<json_member> made{{"text", json_string(action.text)}};
    if (!action.parts.empty())
        made.push_back({"parts", json_names(action.parts)});
    return {"action", json_object(made)};
}

/// A row by its number, with its action; null where there is none.
inline std::string json_row(const table_words& table, std::size_t row) {
    return row == table.rows.size()
               ? "null"
               : json_object({{"row", number_of_row(row)}, json_action(table.rows[row].action)});
}

inline std::string json_of(const table_words& table) {
    std::vector<std::string> rows;
    for (std::size_t row = 0; row != table.rows.size(); ++row)
        if (!table.rows[row].is_hidden)
            rows.push_back(json_object({{"row", number_of_row(row)},
                                        {"when", json_cells(table.facts, table.rows[row].accepts)},
                                        json_action(table.rows[row].action)}));
    return json_document("table", {{"facts", json_facts(table.facts)}, {"rows", json_lines(rows)}});
}

inline std::string json_of(const difference_words& difference) {
    std::vector<std::string> changes;
    for (const auto& each : difference.changes)
        changes.push_back(json_object({{"where", json_cells(difference.facts, each.cells)},
                                       {"before", json_row(difference.before, each.before_row)},
                                       {"after", json_row(difference.after, each.after_row)}}));
    return json_document(
        "difference", {{"facts", json_facts(difference.facts)}, {"changes", json_lines(changes)}});
}

template <any_table Table>
std::string json_of(const Table& of, const explanation<Table>& why) {
    const auto table = words_of_table(of);
    const auto cell = words_of_cells(why.cell);
    std::vector<json_member> values;
    for (std::size_t fact = 0; fact != cell.size(); ++fact)
        values.push_back(
            {table.facts[fact].name, json_string(table.facts[fact].list(cell[fact])[0])});
    std::vector<std::string> passed;
    for (const auto& each : why.passed_over)
        passed.push_back(
            json_object({{"row", number_of_row(each.row)},
                         {"fact", json_string(table.facts[each.fact].name)},
                         {"wants", json_names(table.facts[each.fact].list(each.accepts))},
                         json_action(table.rows[each.row].action)}));
    std::vector<std::string> others;
    for (const auto& each : why.others)
        others.push_back(
            json_object({{"fact", json_string(table.facts[each.fact].name)},
                         {"values", json_names(table.facts[each.fact].list(each.values))},
                         {"would_win", json_row(table, each.row)}}));
    return json_document("explanation", {{"cell", json_object(values)},
                                         {"wins", json_row(table, why.row)},
                                         {"passed_over", json_lines(passed)},
                                         {"other_outcomes", json_lines(others)}});
}

template <any_table Table>
std::string json_of(const Table& of, const partial_explanation<Table>& why) {
    const auto table = words_of_table(of);
    std::vector<std::string> rows;
    for (auto left = why.rows; left != 0; left &= left - 1)
        rows.push_back(json_row(table, static_cast<std::size_t>(lowest(left))));
    std::vector<std::string> leads;
    for (const auto& each : leads_of(of, why))
        leads.push_back(
            json_object({{"fact", json_string(table.facts[each.fact].name)},
                         {"values", json_names(table.facts[each.fact].list(each.values))},
                         {"can_win", "[" + join(numbers_of_rows(each.rows), ", ") + "]"}}));
    return json_document("partial_explanation",
                         {{"known", json_cells(table.facts, words_of_cells(why.cells))},
                          {"is_decided", why.is_decided ? "true" : "false"},
                          {"can_win", json_lines(rows)},
                          {"deciding", json_lines(leads)}});
}

} // namespace detail

/// JSON (RFC 8259).
namespace json {

/// A table: `facts`, and `rows` with their `when`.
template <auto const& Table>
[[nodiscard]] std::string table() {
    return tables::detail::json_of(tables::detail::words_of_table(Table));
}

/// What changes from `Before` to `After`: `changes`, each with `where`, `before` and `after`.
template <auto const& Before, auto const& After>
[[nodiscard]] std::string difference() {
    return tables::detail::json_of(tables::detail::words_of_difference<Before, After>());
}

/// Why a table says what it says, as `explain<Table>(...)` found it: `cell`, `wins`, `passed_over`
/// and `other_outcomes`, which is empty where no single fact leads to another one.
template <auto const& Table>
[[nodiscard]] std::string
explanation(const tables::explanation<tables::detail::table_type<Table>>& why) {
    return tables::detail::json_of(Table, why);
}

/// What a table can still say, as `explain_partly<Table>(...)` found it: `known`, `is_decided`,
/// `can_win` and, for the facts that decide, `deciding`.
template <auto const& Table>
[[nodiscard]] std::string
explanation(const tables::partial_explanation<tables::detail::table_type<Table>>& why) {
    return tables::detail::json_of(Table, why);
}

} // namespace json

} // namespace daxhold::tables
