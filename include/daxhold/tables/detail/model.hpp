// SPDX-License-Identifier: BSL-1.0
#pragma once

#include "daxhold/tables/difference.hpp"
#include "daxhold/tables/explain.hpp"
#include "daxhold/tables/text.hpp"

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

/// \file
/// What there is to render, in words and without the types that it came from: all formats start
/// from here.

namespace daxhold::tables::detail {

/// A fact and its values, by name.
struct fact_words {
    std::string name;
    std::vector<std::string> values;

    [[nodiscard]] std::uint64_t every() const { return first_bits(values.size()); }

    /// The names of the values of a set, one by one.
    [[nodiscard]] std::vector<std::string> list(std::uint64_t set) const {
        std::vector<std::string> names;
        for (std::size_t i = 0; i != values.size(); ++i)
            if (((set >> i) & 1U) != 0)
                names.push_back(values[i]);
        return names;
    }

    /// A set, short, for where the fact is named already: `log or realtime`, `not file_data`,
    /// `not (log or bmbt)`.
    [[nodiscard]] std::string describe(std::uint64_t set) const {
        const auto in = list(set);
        const auto out = list(every() & ~set);
        // Nobody wants to read "not not_present".
        if (out.empty() || out.size() >= in.size() || out[0].starts_with("no"))
            return join(in, " or ");
        return out.size() == 1 ? "not " + out[0] : "not (" + join(out, " or ") + ")";
    }
};

/// An action as text, and its parts where it is a sequence.
struct action_words {
    std::string text;
    std::vector<std::string> parts;
};

/// A set of values for each fact.
using cells_words = std::vector<std::uint64_t>;

/// A row of a table.
struct row_words {
    cells_words accepts;
    action_words action;
    /// Which of the table's different actions this is, in the order in which rows first have them.
    std::size_t kind = 0;
    /// A row of another table that can no longer win (`as_in`): it is not shown, and keeps its
    /// number.
    bool is_hidden = false;
};

/// A table.
struct table_words {
    std::vector<fact_words> facts;
    std::vector<row_words> rows;
};

template <fact Fact>
fact_words words_of_fact() {
    fact_words made{to_text(fact_name<Fact>), {}};
    for (std::size_t i = 0; i != value_count<Fact>; ++i)
        made.values.push_back(to_text(name_of(static_cast<Fact>(i))));
    return made;
}

template <class... Facts>
std::vector<fact_words> words_of_facts(type_list<Facts...>) {
    std::vector<fact_words> made{words_of_fact<Facts>()...};
    // Facts of two namespaces may have one name.
    for (std::size_t i = 1; i < made.size(); ++i) {
        const auto plain = made[i].name;
        std::size_t number = 2;
        for (std::size_t other = 0; other != i; ++other)
            if (made[other].name == made[i].name) {
                made[i].name = plain + "_" + std::to_string(number++);
                other = ~std::size_t{0};
            }
    }
    return made;
}

template <class Action>
action_words words_of_action(const Action& action) {
    action_words made{action_to_text(action), {}};
    if constexpr (requires { parts_of(action); })
        made.parts = parts_of(action);
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
    const auto winners = rows_that_can_win(table, every_cell(table));
    for (std::size_t row = 0; row != Table::row_count; ++row) {
        std::size_t alike = 0;
        while (!(table.actions[alike] == table.actions[row]))
            ++alike;
        made.rows.push_back({words_of_cells(cells_of(table, row)),
                             words_of_action(table.actions[row]),
                             alike == row ? kinds++ : made.rows[alike].kind,
                             row >= table.inherited_from && ((winners >> row) & 1U) == 0});
    }
    return made;
}

/// What restricts some cells, as a sentence: `role is log, cause is removal`. Without any
/// restriction `none`.
inline std::string describe_cells(const std::vector<fact_words>& facts, const cells_words& cells,
                                  std::string_view none) {
    std::vector<std::string> made;
    for (std::size_t fact = 0; fact != facts.size(); ++fact)
        if (cells[fact] != facts[fact].every())
            made.push_back(facts[fact].name + " is " + facts[fact].describe(cells[fact]));
    return made.empty() ? std::string{none} : join(made, ", ");
}

/// A difference of two tables.
struct difference_words {
    struct change {
        cells_words cells;
        std::size_t before_row;
        std::size_t after_row;
    };

    table_words before;
    table_words after;
    std::vector<fact_words> facts;
    std::vector<change> changes;
};

template <auto const& Before, auto const& After, auto... Given>
difference_words words_of_difference() {
    const auto& found = difference<Before, After, Given...>;
    difference_words made{words_of_table(Before),
                          words_of_table(After),
                          words_of_facts(typename std::remove_cvref_t<decltype(found)>::facts{}),
                          {}};
    for (const auto& each : found)
        made.changes.push_back({words_of_cells(each.cells), each.before_row, each.after_row});
    return made;
}

/// Values of an open fact that decides, and the rows that can win once it is one of them.
template <class Rows>
struct lead {
    std::size_t fact;
    std::uint64_t values;
    Rows rows;
};

template <any_table Table>
auto leads_of(const Table& table, const partial_explanation<Table>& why) {
    std::vector<lead<row_set_of<Table>>> leads;
    for (std::size_t fact = 0; fact != Table::fact_count; ++fact) {
        if (((why.deciding >> fact) & 1U) == 0)
            continue;
        for (auto left = why.cells.values[fact]; left != 0; left &= left - 1) {
            auto part = why.cells;
            part.values[fact] = left & (~left + 1);
            const auto rows = rows_that_can_win(table, part);
            std::size_t same = 0;
            while (same != leads.size() && !(leads[same].fact == fact && leads[same].rows == rows))
                ++same;
            if (same == leads.size())
                leads.push_back({fact, 0, rows});
            leads[same].values |= part.values[fact];
        }
    }
    return leads;
}

/// The number of a row as a reader counts it, from 1.
inline std::string number_of_row(std::size_t row) { return std::to_string(row + 1); }

/// The numbers of rows.
template <class Rows>
std::vector<std::string> numbers_of_rows(Rows rows) {
    std::vector<std::string> numbers;
    for (; rows != 0; rows &= rows - 1)
        numbers.push_back(number_of_row(static_cast<std::size_t>(lowest(rows))));
    return numbers;
}

/// Rows by such numbers: `row 3`, `rows 1, 2, 5`.
inline std::string describe_rows(const std::vector<std::string>& numbers) {
    return (numbers.size() == 1 ? "row " : "rows ") + join(numbers, ", ");
}

/// A cell of a sheet: text, and what of it stands out before the rest.
struct sheet_cell {
    std::string text;
    std::string strong = {};
};

/// Columns with a heading, and lines of as many cells: what Markdown and CSV have in common.
struct sheet {
    std::vector<std::string> columns;
    std::vector<std::vector<sheet_cell>> lines;
};

/// A cell is empty where every value is in the set.
inline sheet_cell cell_of(const fact_words& fact, std::uint64_t set) {
    return {set == fact.every() ? "" : fact.describe(set)};
}

/// A line a row, a column a fact.
inline sheet sheet_of(const table_words& table) {
    sheet made{{"row"}, {}};
    for (const auto& fact : table.facts)
        made.columns.push_back(fact.name);
    made.columns.emplace_back("then");
    for (std::size_t row = 0; row != table.rows.size(); ++row) {
        if (table.rows[row].is_hidden)
            continue;
        std::vector<sheet_cell> line{{number_of_row(row)}};
        for (std::size_t fact = 0; fact != table.facts.size(); ++fact)
            line.push_back(cell_of(table.facts[fact], table.rows[row].accepts[fact]));
        line.push_back({table.rows[row].action.text});
        made.lines.push_back(line);
    }
    return made;
}

/// A line a change, a column for each fact that matters to one.
inline sheet sheet_of(const difference_words& difference) {
    sheet made{{}, std::vector<std::vector<sheet_cell>>(difference.changes.size())};
    for (std::size_t fact = 0; fact != difference.facts.size(); ++fact) {
        const auto& words = difference.facts[fact];
        bool matters = false;
        for (const auto& each : difference.changes)
            matters = matters || each.cells[fact] != words.every();
        if (!matters)
            continue;
        made.columns.push_back(words.name);
        for (std::size_t i = 0; i != difference.changes.size(); ++i)
            made.lines[i].push_back(cell_of(words, difference.changes[i].cells[fact]));
    }
    made.columns.insert(made.columns.end(), {"row before", "before", "row after", "after"});
    for (std::size_t i = 0; i != difference.changes.size(); ++i) {
        const auto& [cells, before, after] = difference.changes[i];
        made.lines[i].push_back({number_of_row(before)});
        made.lines[i].push_back({difference.before.rows[before].action.text});
        made.lines[i].push_back({number_of_row(after)});
        made.lines[i].push_back({difference.after.rows[after].action.text});
    }
    return made;
}

} // namespace daxhold::tables::detail
