// SPDX-License-Identifier: BSL-1.0
#include "daxhold/render/graphviz.hpp"

#include "golden.hpp"
#include "tables.hpp"

using namespace daxhold;
using namespace daxhold::tables;
using namespace daxhold::render;
using namespace tests;

// That Graphviz takes them: tests/render/read_golden.py.

TEST_CASE("a decision diagram for Graphviz") {
    check_golden("record_6_8.dot", graphviz::diagram<v6_8::record>());
    check_golden("gate_7_0.dot", graphviz::diagram<v7_0::gate>());
    check_golden("toy.dot", graphviz::diagram<toy>());
    check_golden("one_row.dot", graphviz::diagram<one_row>());
}

TEST_CASE("a table that is compiled as a chain is drawn as one, and says so") {
    const auto text = graphviz::diagram<sprawling>();
    check_golden("sprawling.dot", text);
    CHECK(text.find("compiled as a chain of rows") != std::string::npos);
    CHECK(graphviz::diagram<toy>().find("chain") == std::string::npos);
}

TEST_CASE("leaves with one action have one colour, and no two actions share one") {
    const auto text = graphviz::diagram<v6_8::record>();
    const auto colour_of = [&](const std::string& row) {
        const auto at = text.find("label=\"" + row + "\\n");
        REQUIRE(at != std::string::npos);
        return text.substr(text.find("fillcolor", at), 19);
    };
    CHECK(colour_of("row 1") == colour_of("row 3"));
    CHECK(colour_of("row 1") == colour_of("row 8"));
    CHECK(colour_of("row 2") == colour_of("row 4"));
    CHECK(colour_of("row 1") != colour_of("row 2"));
    CHECK(colour_of("row 5") != colour_of("row 6"));
}
