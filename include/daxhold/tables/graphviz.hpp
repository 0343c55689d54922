// SPDX-License-Identifier: BSL-1.0
#pragma once

#include "daxhold/tables/detail/colours.hpp"
#include "daxhold/tables/detail/graph.hpp"

#include <cstddef>
#include <string>

/// \file
/// The decision diagram of a table in the language of Graphviz, for `dot`.

namespace daxhold::tables {

namespace detail {

inline std::string graphviz_of(const graph& drawn) {
    std::string made = "digraph decision {\n";
    if (drawn.is_chain)
        made += "    label=\"" + graphviz_label(chain_notice) + "\";\n    labelloc=t;\n";
    made += "    node [fontname=\"sans-serif\", fontsize=11];\n"
            "    edge [fontname=\"sans-serif\", fontsize=10];\n";
    for (std::size_t at = 0; at != drawn.nodes.size(); ++at) {
        const auto& node = drawn.nodes[at];
        made += "    n" + std::to_string(at) + " [label=\"" + graphviz_label(node.label) + "\"";
        made += node.is_leaf
                    ? ", shape=box, style=filled, fillcolor=\"" + colour_of(node.kind) + "\"];\n"
                    : ", shape=ellipse];\n";
    }
    for (const auto& edge : drawn.edges)
        made += "    n" + std::to_string(edge.from) + " -> n" + std::to_string(edge.to) +
                " [label=\"" + graphviz_label(edge.label) + "\"];\n";
    return made + "}\n";
}

} // namespace detail

/// The language of Graphviz.
namespace graphviz {

/// The decision diagram of a table: a question a fact, a leaf a row, a colour an action. A fact
/// that was asked for further up is `(known)`, and only looked at again. For a table whose diagram
/// would be out of proportion, the chain of its rows, with a label that says so. Precondition: the
/// table is `proven`.
template <auto const& Table>
[[nodiscard]] std::string diagram() {
    static_assert(tables::proven<Table>);
    return tables::detail::graphviz_of(tables::detail::graph_of<Table>());
}

} // namespace graphviz

} // namespace daxhold::tables
