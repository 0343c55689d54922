// SPDX-License-Identifier: BSL-1.0
#pragma once

#include "daxhold/laws/law.hpp"
#include "daxhold/render/words.hpp"
#include "daxhold/tables/difference.hpp"
#include "daxhold/tables/explain.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

/// \file
/// What there is to render, in words and without the types that it came from: all formats start
/// from here.

namespace daxhold::render::detail {

/// A fact and its values, by name.
struct fact_words {
    std::string name;
    std::vector<std::string> values;

    [[nodiscard]] std::uint64_t every() const { return tables::detail::first_bits(values.size()); }
    [[nodiscard]] std::string describe(std::uint64_t set) const {
        return describe_values(set, values);
    }
    /// The names of the values of a set, one by one.
    [[nodiscard]] std::vector<std::string> list(std::uint64_t set) const {
        std::vector<std::string> names;
        for (std::size_t i = 0; i != values.size(); ++i)
            if (((set >> i) & 1U) != 0)
                names.push_back(values[i]);
        return names;
    }
};

/// An action in words, and piece by piece where it is a course.
struct action_words {
    std::string text;
    bool is_course = false;
    course_words course;
};

/// A set of values for each fact.
using cells_words = std::vector<std::uint64_t>;

/// A row of a table.
struct row_words {
    cells_words accepts;
    action_words action;
    /// Which of the table's different actions this is, in the order in which rows first have them.
    std::size_t kind = 0;
};

/// A table.
struct table_words {
    std::vector<fact_words> facts;
    std::vector<row_words> rows;
};

template <class... Facts>
std::vector<fact_words> words_of_facts(tables::detail::type_list<Facts...>) {
    std::vector<fact_words> made;
    (made.push_back({to_string(fact_name<Facts>), value_names<Facts>()}), ...);
    // Facts of two namespaces may have one name.
    for (std::size_t i = 0; i != made.size(); ++i) {
        const auto is_taken = [&](const std::string& wanted) {
            return std::any_of(made.begin(), made.begin() + static_cast<std::ptrdiff_t>(i),
                               [&](const fact_words& other) { return other.name == wanted; });
        };
        const auto plain = made[i].name;
        for (int number = 2; is_taken(made[i].name); ++number)
            made[i].name = plain + "_" + std::to_string(number);
    }
    return made;
}

template <class Action>
action_words words_of_action(const Action& action) {
    action_words made{action_text(action), false, {}};
    if constexpr (is_course<Action>) {
        made.is_course = true;
        made.course = words_of(action);
    }
    return made;
}

template <std::size_t Facts>
cells_words words_of_cells(const cube<Facts>& cells) {
    return {cells.values, cells.values + Facts};
}

template <any_table Table>
table_words words_of_table(const Table& table) {
    table_words made{words_of_facts(typename Table::facts{}), {}};
    std::size_t kinds = 0;
    for (std::size_t row = 0; row != Table::row_count; ++row) {
        made.rows.push_back(
            {words_of_cells(cells_of(table, row)), words_of_action(table.actions[row]), kinds});
        for (std::size_t above = 0; above != row; ++above)
            if (tables::detail::is_same_outcome(table, above, row)) {
                made.rows[row].kind = made.rows[above].kind;
                break;
            }
        kinds += made.rows[row].kind == kinds ? 1U : 0U;
    }
    return made;
}

/// What restricts some cells, as a sentence: `role is log, cause is removal`. Without any
/// restriction `always`.
inline std::string describe_cells(const std::vector<fact_words>& facts, const cells_words& cells,
                                  std::string_view is = " is ",
                                  std::string_view otherwise_text = "always") {
    std::string made;
    for (std::size_t fact = 0; fact != facts.size(); ++fact)
        if (cells[fact] != facts[fact].every()) {
            made += made.empty() ? "" : ", ";
            (made += facts[fact].name) += is;
            made += facts[fact].describe(cells[fact]);
        }
    return made.empty() ? std::string{otherwise_text} : made;
}

/// A difference of two tables.
struct difference_words {
    struct change {
        cells_words cells;
        std::size_t before_row;
        std::size_t after_row;
    };

    std::vector<fact_words> facts;
    std::vector<change> changes;
    std::vector<action_words> before;
    std::vector<action_words> after;
};

template <any_table Table>
std::vector<action_words> words_of_actions(const Table& table) {
    std::vector<action_words> made;
    for (const auto& action : table.actions)
        made.push_back(words_of_action(action));
    return made;
}

template <auto const& Before, auto const& After>
difference_words words_of_difference() {
    const auto& found = daxhold::tables::difference<Before, After>;
    difference_words made{words_of_facts(typename std::remove_cvref_t<decltype(found)>::facts{}),
                          {},
                          words_of_actions(Before),
                          words_of_actions(After)};
    for (const auto& each : found)
        made.changes.push_back({words_of_cells(each.cells), each.before_row, each.after_row});
    return made;
}

/// Laws by policies.
struct matrix_words {
    struct verdict {
        bool is_kept = true;
        laws::trial broken_in;
    };

    std::vector<std::string> laws;
    std::vector<std::string> policies;
    /// A row for each law.
    std::vector<std::vector<verdict>> verdicts;
};

template <class Law, class... Policies>
std::vector<matrix_words::verdict> verdicts_on() {
    return {{laws::is_kept<Law, Policies>, laws::breach_of<Law, Policies>.where}...};
}

template <template <class...> class Laws, class... Law, template <class...> class Policies,
          class... Policy>
matrix_words words_of_matrix(std::type_identity<Laws<Law...>>,
                             std::type_identity<Policies<Policy...>>) {
    return {{name_of_class<Law>()...},
            {name_of_class<Policy>()...},
            {verdicts_on<Law, Policy...>()...}};
}

template <class Laws, class Policies>
matrix_words words_of_matrix() {
    return words_of_matrix(std::type_identity<Laws>{}, std::type_identity<Policies>{});
}

/// Why a table says what it says.
struct explanation_words {
    table_words table;
    cells_words cell;
    /// As many as there are rows where none applies.
    std::size_t row = 0;
    std::vector<tables::passed_over_row> passed_over;
    std::vector<tables::other_outcome> others;

    [[nodiscard]] bool has_winner() const { return row != table.rows.size(); }
};

template <any_table Table>
explanation_words words_of_explanation(const Table& table, const tables::explanation<Table>& why) {
    return {words_of_table(table),
            words_of_cells(why.cell),
            why.row,
            {why.passed_over.begin(), why.passed_over.end()},
            {why.others.begin(), why.others.end()}};
}

/// What a table can still say.
struct partial_explanation_words {
    /// Values of a fact that decides, and the rows that can win once it is one of them.
    struct lead {
        std::size_t fact;
        std::uint64_t values;
        std::vector<std::size_t> rows;
    };

    table_words table;
    cells_words cells;
    std::vector<std::size_t> rows;
    bool is_decided = false;
    std::vector<lead> leads;
};

inline std::vector<std::size_t> list_rows(row_set rows) {
    std::vector<std::size_t> made;
    for (; rows != 0; rows &= rows - 1)
        made.push_back(static_cast<std::size_t>(tables::detail::lowest(rows)));
    return made;
}

template <any_table Table>
partial_explanation_words words_of_explanation(const Table& table,
                                               const tables::partial_explanation<Table>& why) {
    partial_explanation_words made{
        words_of_table(table), words_of_cells(why.cells), list_rows(why.rows), why.is_decided, {}};
    for (std::size_t fact = 0; fact != Table::fact_count; ++fact) {
        if (((why.deciding >> fact) & 1U) == 0)
            continue;
        const auto first_of_fact = made.leads.size();
        for (auto left = why.cells.values[fact]; left != 0; left &= left - 1) {
            auto part = why.cells;
            part.values[fact] = left & (~left + 1);
            const auto rows = list_rows(rows_that_can_win(table, part));
            const auto same =
                std::find_if(made.leads.begin() + static_cast<std::ptrdiff_t>(first_of_fact),
                             made.leads.end(), [&](const auto& lead) { return lead.rows == rows; });
            if (same != made.leads.end())
                same->values |= part.values[fact];
            else
                made.leads.push_back({fact, part.values[fact], rows});
        }
    }
    return made;
}

/// The number of a row as a reader counts it.
inline std::string number_of_row(std::size_t row) { return std::to_string(row + 1); }

/// Row numbers as a reader counts them, from 1: `row 3`, `rows 1, 2 and 5`.
inline std::string describe_rows(const std::vector<std::size_t>& rows) {
    std::vector<std::string> numbers;
    numbers.reserve(rows.size());
    for (const auto row : rows)
        numbers.push_back(number_of_row(row));
    return (rows.size() == 1 ? "row " : "rows ") + join(numbers, "and");
}

} // namespace daxhold::render::detail
