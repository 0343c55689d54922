// SPDX-License-Identifier: BSL-1.0
#include "daxhold/tables/markdown.hpp"

#include "golden.hpp"
#include "rendered.hpp"

using namespace daxhold::tables;
using namespace tests;

namespace {

enum class shore : unsigned char { near, far };
enum class tide : unsigned char { low, high };
constexpr auto of_the_shore = daxhold::tables::table(daxhold::tables::when(shore::near) >> 1,
                                                     daxhold::tables::otherwise >> 2);

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
    check_golden("tables/golden/" + name, text);
    check_tables(text);
}

} // namespace

TEST_CASE("a table in Markdown") {
    check("sigbus.md", markdown::table<sigbus>());
    check("toy.md", markdown::table<toy>());
    check("one_row.md", markdown::table<one_row>());
    CHECK(markdown::table<namesakes>().starts_with(
        "| row | place | place_2 | place_3 | place_4 | then |\n"));
}

TEST_CASE("a difference in Markdown") {
    check("sigbus_to_careful.md", markdown::difference<sigbus, careful_sigbus>());
    check("toy_to_other.md", markdown::difference<toy, other_toy>());
    CHECK(markdown::difference<toy, toy>() == "No cell changes.\n");
    // What is given narrows it in every format.
    CHECK(markdown::difference<sigbus, careful_sigbus, when(memory::dax)>() !=
          markdown::difference<sigbus, careful_sigbus>());
    CHECK(markdown::difference<sigbus, careful_sigbus, when(code::unaligned)>() ==
          "No cell changes.\n");
}

TEST_CASE("an explanation in Markdown") {
    check("poisoned.md", markdown::explanation<sigbus>(poisoned));
    check("failed.md", markdown::explanation<sigbus>(failed));
    check("burglar.md",
          markdown::explanation<toy>(explain<toy>(known(door::open, alarm::on, owner::away))));
    CHECK(markdown::explanation<one_row>(fixed) ==
          "**row 1** wins, **a \\| b**.\n\nNo single fact would lead to another outcome.\n");
    CHECK(markdown::explanation<toy>(explain_partly<toy>(known(owner::home, alarm::off))) ==
          "Known: alarm is off, owner is home.\n\nIt is decided: "
          "**back\\\\slash; #1 \\`x\\` 100%** (row 4).\n");
    CHECK(markdown::explanation<sigbus>(explain_partly<sigbus>(known(code::beyond_the_end)))
              .ends_with("It is decided: **abort** (row 1).\n"));
}

TEST_CASE("where values lead to the same rows, they share a line") {
    const auto text = markdown::explanation<sigbus>(explain_partly<sigbus>(known()));
    CHECK(text.starts_with("Known: nothing.\n"));
    CHECK(text.find("| code is unaligned or beyond_the_end | 1 |\n") != std::string::npos);
}

TEST_CASE("a cell to which no row applies is explained") {
    const auto text = markdown::explanation<holed>(closed_door);
    CHECK(text.starts_with("Where door is closed: no row applies.\n"));
    check_tables(text);
    CHECK(markdown::explanation<holed>(open_door).find(
              "| door were not open | none | no row applies |") != std::string::npos);
}

TEST_CASE("what another table can no longer say is not shown, and rows keep their numbers") {
    // Row 2 of this one hides the first row of that one.
    static constexpr auto as_that_one = daxhold::tables::table(
        daxhold::tables::when(shore::near) >> 3, daxhold::tables::when(shore::far, tide::low) >> 4,
        daxhold::tables::as_in(of_the_shore));
    CHECK(daxhold::tables::markdown::table<as_that_one>() ==
          "| row | shore | tide | then |\n| --- | --- | --- | --- |\n| 1 | near | | 3 |\n"
          "| 2 | far | low | 4 |\n| 4 | | | 2 |\n");
}
