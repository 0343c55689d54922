// SPDX-License-Identifier: BSL-1.0
#include "daxhold/tables/mermaid.hpp"

#include "golden.hpp"
#include "rendered.hpp"

#include <set>
#include <sstream>
#include <string>

using namespace daxhold::tables;
using namespace tests;

namespace {

/// Reads a flowchart line by line: brackets and quotation marks are balanced, every node is defined
/// once and before it is used, and every node but the first is reached.
void check(const std::string& name, const std::string& text) {
    check_golden("tables/golden/" + name, text);
    std::istringstream lines{text};
    std::string line;
    std::getline(lines, line);
    CHECK(line == "flowchart TD");
    std::set<std::string> defined;
    std::set<std::string> reached;
    while (std::getline(lines, line)) {
        CAPTURE(line);
        REQUIRE(line.starts_with("    "));
        line.erase(0, 4);
        if (line.starts_with("%%") || line == "notice -.- n0")
            continue;
        const auto quote = line.find('"');
        const auto end = line.rfind('"');
        REQUIRE(quote < end);
        // What is between them has no mark of Mermaid's own.
        const auto label = line.substr(quote + 1, end - quote - 1);
        CHECK(label.find_first_of("\"`\\%") == std::string::npos);
        const auto before = line.substr(0, quote);
        const auto behind = line.substr(end + 1);
        if (before.ends_with(" -- ")) {
            REQUIRE(behind.starts_with(" --> "));
            CHECK(defined.count(before.substr(0, before.size() - 4)) == 1);
            CHECK(defined.count(behind.substr(5)) == 1);
            reached.insert(behind.substr(5));
        } else {
            const auto bracket = before.find_first_of("[{");
            REQUIRE(bracket != std::string::npos);
            const auto opened = before.substr(bracket);
            CHECK((opened == "[" ? behind == "]" : opened == "{" ? behind == "}" : behind == "]]"));
            if (opened != "[[")
                CHECK(defined.insert(before.substr(0, bracket)).second);
        }
    }
    CHECK(!defined.empty());
    CHECK(reached.size() + 1 == defined.size());
    CHECK(reached.count("n0") == 0);
}

} // namespace

TEST_CASE("a decision diagram in Mermaid") {
    check("sigbus.mmd", mermaid::diagram<sigbus>());
    check("toy.mmd", mermaid::diagram<toy>());
    check("one_row.mmd", mermaid::diagram<one_row>());
}

TEST_CASE("a table without a diagram is drawn as a chain, and says so") {
    const auto text = mermaid::diagram<sprawling>();
    check("sprawling.mmd", text);
    CHECK(text.find("row after row") != std::string::npos);
    CHECK(mermaid::diagram<toy>().find("row after row") == std::string::npos);
}
