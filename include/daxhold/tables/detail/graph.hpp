// SPDX-License-Identifier: BSL-1.0
#pragma once

#include "daxhold/tables/decide.hpp"
#include "daxhold/tables/detail/escape.hpp"
#include "daxhold/tables/detail/model.hpp"

#include <cstddef>
#include <string>
#include <vector>

/// \file
/// The way of a table to its rows as a graph: its decision diagram, or the chain of its rows where
/// that would grow out of proportion.

namespace daxhold::tables::detail {

struct graph {
    struct node {
        std::string label;
        bool is_leaf = false;
        /// At a leaf, which of the table's different actions it is.
        std::size_t kind = 0;
    };
    struct edge {
        std::size_t from = 0;
        std::size_t to = 0;
        std::string label;
    };

    /// The first node is where it begins.
    std::vector<node> nodes;
    std::vector<edge> edges;
    /// Rows are asked one after the other, and not facts.
    bool is_chain = false;
};

/// How wide a label may become before it is broken into lines.
inline constexpr std::size_t label_width = 34;

inline graph::node leaf_of(const table_words& table, std::size_t row) {
    return {"row " + number_of_row(row) + "\n" + wrap(table.rows[row].action.text, label_width),
            true, table.rows[row].kind};
}

/// For each row but the last a question whether it applies; the last is what is left.
inline graph chain_of(const table_words& table) {
    graph made;
    made.is_chain = true;
    const auto questions = table.rows.size() - 1;
    for (std::size_t row = 0; row != questions; ++row) {
        made.nodes.push_back(
            {"row " + number_of_row(row) + ":\n" +
                 wrap(describe_cells(table.facts, table.rows[row].accepts, "always"), label_width) +
                 "?",
             false, 0});
        made.edges.push_back({row, questions + row, "yes"});
        made.edges.push_back({row, row + 1 == questions ? questions + row + 1 : row + 1, "no"});
    }
    for (std::size_t row = 0; row != table.rows.size(); ++row)
        made.nodes.push_back(leaf_of(table, row));
    return made;
}

/// The graph of a proven table.
template <auto const& Table>
graph graph_of() {
    const auto table = words_of_table(Table);
    if (compilation_of<Table> != compilation::diagram)
        return chain_of(table);
    graph made;
    const auto& diagram = diagram_of<Table>;
    for (std::size_t at = 0; at != diagram.size; ++at) {
        const auto& node = diagram.nodes[at];
        if (node.kind == node_kind::leaf) {
            made.nodes.push_back(leaf_of(table, node.row));
            continue;
        }
        const auto& fact = table.facts[node.fact];
        made.nodes.push_back({fact.name + (node.known ? " (known)" : "?"), false, 0});
        made.edges.push_back({at, node.yes, wrap(fact.describe(node.yes_values), label_width)});
        made.edges.push_back({at, node.no, wrap(fact.describe(node.no_values), label_width)});
    }
    return made;
}

inline constexpr const char* chain_notice =
    "row after row: the decision diagram would grow out of proportion";

} // namespace daxhold::tables::detail
