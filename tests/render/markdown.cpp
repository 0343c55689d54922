// SPDX-License-Identifier: BSL-1.0
#include "daxhold/render/markdown.hpp"

#include "golden.hpp"
#include "laws.hpp"

using namespace daxhold;
using namespace daxhold::tables;
using namespace daxhold::render;
using namespace tests;

namespace {

/// The cells of a line, split at what GitHub splits it at: each `|` without a backslash before it.
std::size_t count_cells(const std::string& line) {
    std::size_t cells = 0;
    for (std::size_t i = 1; i < line.size(); ++i)
        if (line[i] == '|' && line[i - 1] != '\\')
            ++cells;
    return cells;
}

/// Each line of a table has as many cells as the one above.
void check_tables(const std::string& text) {
    std::size_t above = 0;
    std::size_t lines = 0;
    for (std::size_t at = 0; at < text.size();) {
        const auto end = text.find('\n', at);
        REQUIRE(end != std::string::npos);
        const auto line = text.substr(at, end - at);
        if (line.starts_with("|")) {
            CAPTURE(line);
            CHECK(line.ends_with("|"));
            CHECK((above == 0 || count_cells(line) == above));
            above = count_cells(line);
            ++lines;
        } else {
            above = 0;
        }
        at = end + 1;
    }
    CHECK(lines >= 3);
}

void check(const std::string& name, const std::string& text) {
    check_golden(name, text);
    check_tables(text);
}

} // namespace

TEST_CASE("a table in Markdown") {
    check("record_6_8.md", markdown::table<v6_8::record>());
    check("toy.md", markdown::table<toy>());
    check("one_row.md", markdown::table<one_row>());
}

TEST_CASE("a difference in Markdown") {
    check("record_6_8_to_7_0.md", markdown::difference<v6_8::record, v7_0::record>());
    check("toy_to_other.md", markdown::difference<toy, other_toy>());
    CHECK(markdown::difference<toy, toy>() == "No cell changes.\n");
}

TEST_CASE("a matrix in Markdown, wide and narrow") {
    check("matrix.md", markdown::matrix<some_laws, some_policies>());
    check("matrix_narrow.md",
          markdown::matrix<some_laws, some_policies>(markdown::breaches::verdict_only));
}

TEST_CASE("an explanation in Markdown") {
    check("removed_page.md", markdown::explanation<v6_8::record>(removed_page));
    check("removed.md", markdown::explanation<v6_8::record>(removed));
    check("burglar.md", markdown::explanation<toy>(
                            explain<toy>(known(door::open, alarm::on, tests::owner::away))));
    CHECK(markdown::explanation<one_row>(fixed) ==
          "**row 1** wins, **a \\| b**.\n\nNo single fact would lead to another outcome.\n");
    CHECK(markdown::explanation<toy>(explain_partly<toy>(known(tests::owner::home, alarm::off))) ==
          "Known: alarm is off, owner is home.\n\nIt is decided: "
          "**back\\\\slash; #1 \\`x\\` 100%** (row 4).\n");
}

TEST_CASE("a cell to which no row applies is explained") {
    static constexpr auto holed = table(when(door::open) >> reply{1});
    const auto why = explain(holed, cube<1>{{any_of(door::closed).bits}});
    const auto text = markdown::explanation<holed>(why);
    CHECK(text.starts_with("Where door is closed: no row applies.\n"));
    check_tables(text);
}
