// SPDX-License-Identifier: BSL-1.0
#pragma once

#include "daxhold/render/detail/json_writer.hpp"
#include "daxhold/render/detail/model.hpp"

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

/// \file
/// Tables, differences, matrices of laws and explanations as JSON: one object each, whose `kind`
/// says what it is. Rows are counted from 1. A set of values is an array of their names; where a
/// fact does not matter, it is left out. An action has its `text`, and a `course` where it is one.

namespace daxhold::render {

namespace detail {

inline void write_names(json_writer& json, const std::vector<std::string>& names) {
    json.begin_array(json_lines::one);
    for (const auto& name : names)
        json.value(name);
    json.end_array();
}

inline void write_facts(json_writer& json, const std::vector<fact_words>& facts) {
    json.key("facts").begin_array();
    for (const auto& fact : facts) {
        json.begin_object(json_lines::one).key("name").value(fact.name).key("values");
        write_names(json, fact.values);
        json.end_object();
    }
    json.end_array();
}

inline void write_cells(json_writer& json, const std::vector<fact_words>& facts,
                        const cells_words& cells) {
    json.begin_object(json_lines::one);
    for (std::size_t fact = 0; fact != facts.size(); ++fact)
        if (cells[fact] != facts[fact].every()) {
            json.key(facts[fact].name);
            write_names(json, facts[fact].list(cells[fact]));
        }
    json.end_object();
}

inline void write_course(json_writer& json, const course_words& course) {
    json.begin_object().key("steps").begin_array();
    for (const auto& step : course.steps) {
        json.begin_object(json_lines::one).key("operation").value(step.operation);
        for (const auto& [what, value] : step.arguments)
            json.key(what).value(value);
        json.key("on_error").value(step.on_error).end_object();
    }
    json.end_array().key("ending").value(course.ending);
    if (!course.answer.empty())
        json.key("answer").value(course.answer);
    if (!course.aftermaths.empty()) {
        json.key("known_for");
        write_names(json, course.aftermaths);
    }
    json.end_object();
}

/// The member `action` of an object.
inline void write_action(json_writer& json, const action_words& action) {
    json.key("action").begin_object().key("text").value(action.text);
    if (action.is_course) {
        json.key("course");
        write_course(json, action.course);
    }
    json.end_object();
}

inline void write_row(json_writer& json, std::size_t row, const action_words& action) {
    json.begin_object().key("row").value(row + 1);
    write_action(json, action);
    json.end_object();
}

inline std::string finish_json(json_writer& json) {
    json.end_object();
    return json.text() + "\n";
}

inline void begin_json(json_writer& json, std::string_view kind) {
    json.begin_object().key("kind").value(kind);
}

inline std::string json_of(const table_words& table) {
    json_writer json;
    begin_json(json, "table");
    write_facts(json, table.facts);
    json.key("rows").begin_array();
    for (std::size_t row = 0; row != table.rows.size(); ++row) {
        json.begin_object().key("row").value(row + 1).key("when");
        write_cells(json, table.facts, table.rows[row].accepts);
        write_action(json, table.rows[row].action);
        json.end_object();
    }
    json.end_array();
    return finish_json(json);
}

inline std::string json_of(const difference_words& difference) {
    json_writer json;
    begin_json(json, "difference");
    write_facts(json, difference.facts);
    json.key("changes").begin_array();
    for (const auto& each : difference.changes) {
        json.begin_object().key("where");
        write_cells(json, difference.facts, each.cells);
        json.key("before");
        write_row(json, each.before_row, difference.before[each.before_row]);
        json.key("after");
        write_row(json, each.after_row, difference.after[each.after_row]);
        json.end_object();
    }
    json.end_array();
    return finish_json(json);
}

inline void write_trial(json_writer& json, const laws::trial& t) {
    json.begin_object(json_lines::one)
        .key("event")
        .value(name(t.event))
        .key("situation")
        .value(name(t.where))
        .key("owner")
        .value(name(t.who))
        .key("inode")
        .value(name(t.state))
        .key("mapping")
        .value(name(t.access))
        .end_object();
}

inline std::string json_of(const matrix_words& matrix) {
    json_writer json;
    begin_json(json, "matrix");
    json.key("laws");
    write_names(json, matrix.laws);
    json.key("policies");
    write_names(json, matrix.policies);
    json.key("verdicts").begin_array();
    for (std::size_t law = 0; law != matrix.laws.size(); ++law)
        for (std::size_t policy = 0; policy != matrix.policies.size(); ++policy) {
            const auto& verdict = matrix.verdicts[law][policy];
            json.begin_object(json_lines::one)
                .key("law")
                .value(matrix.laws[law])
                .key("policy")
                .value(matrix.policies[policy])
                .key("kept")
                .value(verdict.is_kept);
            if (!verdict.is_kept) {
                json.key("broken_in");
                write_trial(json, verdict.broken_in);
            }
            json.end_object();
        }
    json.end_array();
    return finish_json(json);
}

inline std::string json_of(const explanation_words& why) {
    const auto& facts = why.table.facts;
    const auto& rows = why.table.rows;
    json_writer json;
    begin_json(json, "explanation");
    json.key("cell").begin_object(json_lines::one);
    for (std::size_t fact = 0; fact != facts.size(); ++fact)
        json.key(facts[fact].name).value(facts[fact].describe(why.cell[fact]));
    json.end_object().key("wins");
    if (why.has_winner())
        write_row(json, why.row, rows[why.row].action);
    else
        json.null();
    json.key("passed_over").begin_array();
    for (const auto& each : why.passed_over) {
        json.begin_object().key("row").value(each.row + 1).key("fact").value(facts[each.fact].name);
        json.key("is").value(facts[each.fact].describe(why.cell[each.fact])).key("wants");
        write_names(json, facts[each.fact].list(each.accepts));
        write_action(json, rows[each.row].action);
        json.end_object();
    }
    json.end_array().key("tables::other_outcomes").begin_array();
    for (const auto& each : why.others) {
        json.begin_object().key("fact").value(facts[each.fact].name).key("values");
        write_names(json, facts[each.fact].list(each.values));
        json.key("would_win");
        if (each.row != rows.size())
            write_row(json, each.row, rows[each.row].action);
        else
            json.null();
        json.end_object();
    }
    json.end_array();
    return finish_json(json);
}

inline std::string json_of(const partial_explanation_words& why) {
    const auto& facts = why.table.facts;
    json_writer json;
    begin_json(json, "partial_explanation");
    json.key("known");
    write_cells(json, facts, why.cells);
    json.key("is_decided").value(why.is_decided).key("can_win").begin_array();
    for (const auto row : why.rows)
        write_row(json, row, why.table.rows[row].action);
    json.end_array().key("deciding").begin_array();
    for (const auto& each : why.leads) {
        json.begin_object(json_lines::one).key("fact").value(facts[each.fact].name).key("values");
        write_names(json, facts[each.fact].list(each.values));
        json.key("can_win").begin_array();
        for (const auto row : each.rows)
            json.value(row + 1);
        json.end_array().end_object();
    }
    json.end_array();
    return finish_json(json);
}

} // namespace detail

/// JSON (RFC 8259).
namespace json {

/// A table: `facts`, and `rows` with their `when`.
template <auto const& Table>
[[nodiscard]] std::string table() {
    return detail::json_of(detail::words_of_table(Table));
}

/// What changes from `Before` to `After`: `changes`, each with `where`, `before` and `after`.
template <auto const& Before, auto const& After>
[[nodiscard]] std::string difference() {
    return detail::json_of(detail::words_of_difference<Before, After>());
}

/// Which policy keeps which law: `laws`, `policies`, and `verdicts`, law by law, each with `kept`
/// and, where that is false, the trial it is `broken_in`. `Laws` and `Policies` are lists of types:
/// `render::list<...>`, `laws::all<render::list>`.
template <class Laws, class Policies>
[[nodiscard]] std::string matrix() {
    return detail::json_of(detail::words_of_matrix<Laws, Policies>());
}

/// Why a table says what it says, as `explain<Table>(...)` found it: `cell`, `wins`, `passed_over`
/// and `tables::other_outcomes`, which is empty where no single fact leads to another one.
template <auto const& Table>
[[nodiscard]] std::string
explanation(const daxhold::tables::explanation<tables::detail::table_type<Table>>& why) {
    return detail::json_of(detail::words_of_explanation(Table, why));
}

/// What a table can still say, as `explain_partly<Table>(...)` found it: `known`, `is_decided`,
/// `can_win` and, for the facts that decide, `deciding`.
template <auto const& Table>
[[nodiscard]] std::string
explanation(const daxhold::tables::partial_explanation<tables::detail::table_type<Table>>& why) {
    return detail::json_of(detail::words_of_explanation(Table, why));
}

} // namespace json

} // namespace daxhold::render
