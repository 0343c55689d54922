// SPDX-License-Identifier: BSL-1.0
#include "daxhold/tables/detail/graph.hpp"

#include "../rendered.hpp"

#include <doctest/doctest.h>

using namespace daxhold::tables;
using namespace daxhold::tables::detail;
using namespace tests;

TEST_CASE("a diagram has a node for each of its nodes, and two edges for each question") {
    const auto made = graph_of<sigbus>();
    CHECK(!made.is_chain);
    CHECK(made.nodes.size() == diagram_of<sigbus>.size);
    std::size_t leaves = 0;
    for (const auto& node : made.nodes)
        leaves += node.is_leaf ? 1U : 0U;
    CHECK(leaves == 8);
    CHECK(made.edges.size() == 2 * (made.nodes.size() - leaves));
    CHECK(made.nodes[0].label == "code?");
    CHECK(made.edges[0].label == "unaligned or beyond_the_end");
    CHECK(made.edges[1].label == "not (unaligned or beyond_the_end)");
}

TEST_CASE("a fact that is looked at again is known") {
    const auto count = [](const std::string& label) {
        std::size_t found = 0;
        for (const auto& node : graph_of<sigbus>().nodes)
            found += node.label == label ? 1U : 0U;
        return found;
    };
    CHECK(count("code?") == 1);
    CHECK(count("code (known)") >= 1);
}

TEST_CASE("a chain asks for row after row, and not for the last") {
    const auto made = graph_of<sprawling>();
    CHECK(made.is_chain);
    constexpr std::size_t rows = sprawling.row_count;
    REQUIRE(made.nodes.size() == rows - 1 + rows);
    REQUIRE(made.edges.size() == 2 * (rows - 1));
    CHECK(made.nodes[0].label.find("row 1:\n") == 0);
    CHECK(made.nodes[0].label.back() == '?');
    CHECK(!made.nodes[rows - 2].is_leaf);
    CHECK(made.nodes[rows - 1].label == "row 1\n0");
    CHECK(made.nodes.back().label == "row 14\n13");
    // From the last question: the row that was asked for, or what is left.
    CHECK(made.edges[2 * rows - 4].from == rows - 2);
    CHECK(made.edges[2 * rows - 4].to == 2 * rows - 3);
    CHECK(made.edges[2 * rows - 3].to == 2 * rows - 2);
    CHECK(made.edges[2 * rows - 3].label == "no");
}

TEST_CASE("a table of one row is a leaf") {
    const auto made = graph_of<one_row>();
    CHECK(made.nodes.size() == 1);
    CHECK(made.nodes[0].is_leaf);
    CHECK(made.edges.empty());
}
