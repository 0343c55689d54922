// SPDX-License-Identifier: BSL-1.0
#include "daxhold/render/detail/graph.hpp"

#include "../tables.hpp"

#include <doctest/doctest.h>

using namespace daxhold;
using namespace daxhold::render::detail;
using namespace tests;

TEST_CASE("a diagram has a node for each of its nodes, and two edges for each question") {
    const auto made = graph_of<v6_8::record>();
    CHECK(!made.is_chain);
    CHECK(made.nodes.size() == diagram_of<v6_8::record>.size);
    std::size_t leaves = 0;
    for (const auto& node : made.nodes)
        leaves += node.is_leaf ? 1U : 0U;
    CHECK(leaves == 8);
    CHECK(made.edges.size() == 2 * (made.nodes.size() - leaves));
    CHECK(made.nodes[0].label == "owner?");
    CHECK(made.edges[0].label == "not file_data");
    CHECK(made.edges[1].label == "file_data");
}

TEST_CASE("a fact that is looked at again is known") {
    std::size_t known = 0;
    for (const auto& node : graph_of<v6_8::record>().nodes)
        known += node.label == "inode (known)" ? 1U : 0U;
    CHECK(known == 1);
}

TEST_CASE("a chain asks for row after row, and not for the last") {
    const auto made = graph_of<pairs>();
    CHECK(made.is_chain);
    CHECK(made.nodes.size() == 5 + 6);
    CHECK(made.edges.size() == 2 * 5);
    CHECK(made.nodes[0].label == "row 1:\na0 is yes, a1 is yes?");
    CHECK(!made.nodes[4].is_leaf);
    CHECK(made.nodes[5].label == "row 1\n1");
    CHECK(made.nodes[10].label == "row 6\n6");
    // From the last question: row 5, or what is left.
    CHECK(made.edges[8].from == 4);
    CHECK(made.edges[8].to == 9);
    CHECK(made.edges[9].to == 10);
    CHECK(made.edges[9].label == "no");
}

TEST_CASE("a table of one row is a leaf") {
    const auto made = graph_of<one_row>();
    CHECK(made.nodes.size() == 1);
    CHECK(made.nodes[0].is_leaf);
    CHECK(made.edges.empty());
}
