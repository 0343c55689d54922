// SPDX-License-Identifier: BSL-1.0
#include "daxhold/tables/graphviz.hpp"

#include "golden.hpp"
#include "rendered.hpp"

using namespace daxhold::tables;
using namespace tests;

// That Graphviz takes them: tests/tables/read_golden.py.

TEST_CASE("a decision diagram for Graphviz") {
    check_golden("tables/golden/sigbus.dot", graphviz::diagram<sigbus>());
    check_golden("tables/golden/toy.dot", graphviz::diagram<toy>());
    check_golden("tables/golden/one_row.dot", graphviz::diagram<one_row>());
}

TEST_CASE("a table without a diagram is drawn as a chain, and says so") {
    const auto text = graphviz::diagram<sprawling>();
    check_golden("tables/golden/sprawling.dot", text);
    CHECK(text.find("row after row") != std::string::npos);
    CHECK(graphviz::diagram<toy>().find("row after row") == std::string::npos);
}

TEST_CASE("leaves with one action have one colour, and no two actions share one") {
    const auto text = graphviz::diagram<sigbus>();
    const auto colour_of = [&](const std::string& row) {
        const auto at = text.find("label=\"" + row + "\\n");
        REQUIRE(at != std::string::npos);
        return text.substr(text.find("fillcolor", at), 19);
    };
    CHECK(colour_of("row 1") == colour_of("row 4"));
    CHECK(colour_of("row 1") == colour_of("row 8"));
    CHECK(colour_of("row 3") == colour_of("row 6"));
    CHECK(colour_of("row 1") != colour_of("row 2"));
    CHECK(colour_of("row 5") != colour_of("row 7"));
}
