// SPDX-License-Identifier: BSL-1.0
#pragma once

#include "daxhold/tables/detail/graph.hpp"

#include <cstddef>
#include <string>

/// \file
/// The decision diagram of a table as a Mermaid flowchart, which GitHub draws in a Markdown
/// document.

namespace daxhold::tables {

namespace detail {

inline std::string mermaid_of(const graph& drawn) {
    std::string made = "flowchart TD\n";
    if (drawn.is_chain)
        made += std::string{"    %% "} + chain_notice + "\n    notice[[\"" +
                mermaid_label(wrap(chain_notice, label_width)) + "\"]]\n    notice -.- n0\n";
    for (std::size_t at = 0; at != drawn.nodes.size(); ++at) {
        const auto& node = drawn.nodes[at];
        made += "    n" + std::to_string(at) + (node.is_leaf ? "[\"" : "{\"") +
                mermaid_label(node.label) + (node.is_leaf ? "\"]\n" : "\"}\n");
    }
    for (const auto& edge : drawn.edges)
        made += "    n" + std::to_string(edge.from) + " -- \"" + mermaid_label(edge.label) +
                "\" --> n" + std::to_string(edge.to) + "\n";
    return made;
}

} // namespace detail

/// Mermaid, for drawings in Markdown.
namespace mermaid {

/// The decision diagram of a table: a question a fact, a leaf a row. A fact that was asked for
/// further up is `(known)`, and only looked at again. For a table whose diagram would be out of
/// proportion, the chain of its rows, with a notice that says so. Precondition: the table is
/// `proven`.
template <auto const& Table>
[[nodiscard]] std::string diagram() {
    static_assert(tables::proven<Table>);
    return tables::detail::mermaid_of(tables::detail::graph_of<Table>());
}

} // namespace mermaid

} // namespace daxhold::tables
