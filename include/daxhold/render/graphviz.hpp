// SPDX-License-Identifier: BSL-1.0
#pragma once

#include "daxhold/render/detail/colours.hpp"
#include "daxhold/render/detail/graph.hpp"

#include <cstddef>
#include <string>

/// \file
/// The decision diagram of a table in the language of Graphviz, for `dot`.

namespace daxhold::render {

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
        // A colour that comes twice would say that two actions are one.
        if (node.is_leaf)
            made += std::string{", shape=box, style=filled, fillcolor=\""} +
                    (node.kind < colour_count ? colours[node.kind] : no_colour) + "\"";
        else
            made += ", shape=ellipse";
        made += "];\n";
    }
    for (const auto& edge : drawn.edges)
        made += "    n" + std::to_string(edge.from) + " -> n" + std::to_string(edge.to) +
                " [label=\"" + graphviz_label(edge.label) + "\"];\n";
    return made + "}\n";
}

} // namespace detail

/// The language of Graphviz.
namespace graphviz {

/// The decision diagram of a table: a question a fact, a leaf a row, a colour for each of the first
/// actions. A fact that was asked for further up is `(known)`, and only looked at again. For a
/// table that is compiled as a chain, that chain with a label that says so. The table must be
/// `proven`.
template <auto const& Table>
[[nodiscard]] std::string diagram() {
    static_assert(proven<Table>);
    return detail::graphviz_of(detail::graph_of<Table>());
}

} // namespace graphviz

} // namespace daxhold::render
