// SPDX-License-Identifier: BSL-1.0
#pragma once

#include "daxhold/render/detail/escape.hpp"
#include "daxhold/render/detail/model.hpp"
#include "daxhold/tables/decide.hpp"

#include <cstddef>
#include <string>
#include <vector>

/// \file
/// The way of a table to its rows as a graph: its decision diagram, or the chain of its rows where
/// that is what it is compiled to.

namespace daxhold::render::detail {

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
    if (row == table.rows.size())
        return {"no row applies", true, row};
    return {"row " + number_of_row(row) + "\n" + wrap(table.rows[row].action.text, label_width),
            true, table.rows[row].kind};
}

inline graph graph_of(const table_words& table, const tables::diagram_node* nodes,
                      std::size_t count) {
    graph made;
    for (std::size_t at = 0; at != count; ++at) {
        const auto& node = nodes[at];
        if (node.kind == tables::node_kind::leaf) {
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

inline graph chain_of(const table_words& table) {
    graph made;
    made.is_chain = true;
    const auto rows = table.rows.size();
    // The last row is not asked for: it is what is left.
    for (std::size_t row = 0; row + 1 != rows; ++row)
        made.nodes.push_back(
            {"row " + number_of_row(row) + ":\n" +
                 wrap(describe_cells(table.facts, table.rows[row].accepts), label_width) + "?",
             false, 0});
    for (std::size_t row = 0; row != rows; ++row)
        made.nodes.push_back(leaf_of(table, row));
    const auto questions = rows - 1;
    for (std::size_t row = 0; row != questions; ++row) {
        made.edges.push_back({row, questions + row, "yes"});
        made.edges.push_back({row, row + 1 == questions ? questions + row + 1 : row + 1, "no"});
    }
    return made;
}

template <auto const& Table>
graph graph_of() {
    const auto table = words_of_table(Table);
    if (tables::compilation_of<Table> == tables::compilation::chain)
        return chain_of(table);
    const auto& diagram = tables::diagram_of<Table>;
    return graph_of(table, diagram.nodes, diagram.size);
}

inline constexpr const char* chain_notice =
    "compiled as a chain of rows: its decision diagram would grow out of proportion";

} // namespace daxhold::render::detail
