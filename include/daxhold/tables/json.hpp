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

inline std::string json_members(const std::vector<json_member>& members, std::string_view between) {
    return join(members, between,
                [](const json_member& each) { return json_string(each.name) + ": " + each.value; });
}

inline std::string json_object(const std::vector<json_member>& members) {
    return "{" + json_members(members, ", ") + "}";
}

/// An array with a line for each value, which `written` makes JSON of.
template <class Values, class Written = std::identity>
std::string json_lines(const Values& values, Written written = {}) {
    return values.size() == 0 ? "[]" : "[\n" + join(values, ",\n", written) + "\n]";
}

inline std::string json_names(const std::vector<std::string>& names) {
    return "[" + join(names, ", ", json_string) + "]";
}

/// The whole of a text: an object with a line for each of its members.
inline std::string json_document(std::string_view kind, const std::vector<json_member>& members) {
    return "{\n\"kind\": " + json_string(kind) + ",\n" + json_members(members, ",\n") + "\n}\n";
}

inline std::string json_facts(const std::vector<fact_words>& facts) {
    return json_lines(facts, [](const fact_words& fact) {
        return json_object({{"name", json_string(fact.name)}, {"values", json_names(fact.values)}});
    });
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
    const auto written = [&](const auto& each) {
        return json_object({{"where", json_cells(difference.facts, each.cells)},
                            {"before", json_row(difference.before, each.before_row)},
                            {"after", json_row(difference.after, each.after_row)}});
    };
    return json_document("difference", {{"facts", json_facts(difference.facts)},
                                        {"changes", json_lines(difference.changes, written)}});
}

template <any_table Table>
std::string json_of(const Table& of, const explanation<Table>& why) {
    const auto table = words_of_table(of);
    const auto cell = words_of_cells(why.cell);
    std::vector<json_member> values;
    for (std::size_t fact = 0; fact != cell.size(); ++fact)
        values.push_back(
            {table.facts[fact].name, json_string(table.facts[fact].list(cell[fact])[0])});
    const auto passed = [&](const auto& each) {
        return json_object({{"row", number_of_row(each.row)},
                            {"fact", json_string(table.facts[each.fact].name)},
                            {"wants", json_names(table.facts[each.fact].list(each.accepts))},
                            json_action(table.rows[each.row].action)});
    };
    const auto other = [&](const auto& each) {
        return json_object({{"fact", json_string(table.facts[each.fact].name)},
                            {"values", json_names(table.facts[each.fact].list(each.values))},
                            {"would_win", json_row(table, each.row)}});
    };
    return json_document("explanation", {{"cell", json_object(values)},
                                         {"wins", json_row(table, why.row)},
                                         {"passed_over", json_lines(why.passed_over, passed)},
                                         {"other_outcomes", json_lines(why.others, other)}});
}

template <any_table Table>
std::string json_of(const Table& of, const partial_explanation<Table>& why) {
    const auto table = words_of_table(of);
    std::vector<std::string> rows;
    for (auto left = why.rows; left != 0; left &= left - 1)
        rows.push_back(json_row(table, static_cast<std::size_t>(lowest(left))));
    const auto lead = [&](const auto& each) {
        return json_object({{"fact", json_string(table.facts[each.fact].name)},
                            {"values", json_names(table.facts[each.fact].list(each.values))},
                            {"can_win", "[" + join(numbers_of_rows(each.rows), ", ") + "]"}});
    };
    return json_document("partial_explanation",
                         {{"known", json_cells(table.facts, words_of_cells(why.cells))},
                          {"is_decided", why.is_decided ? "true" : "false"},
                          {"can_win", json_lines(rows)},
                          {"deciding", json_lines(leads_of(of, why), lead)}});
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
/// What is `Given` narrows it (tables/difference.hpp).
template <auto const& Before, auto const& After, auto... Given>
[[nodiscard]] std::string difference() {
    return tables::detail::json_of(tables::detail::words_of_difference<Before, After, Given...>());
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
