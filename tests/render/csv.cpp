// SPDX-License-Identifier: BSL-1.0
#include "daxhold/render/csv.hpp"

#include "golden.hpp"
#include "laws.hpp"

#include <string>
#include <vector>

using namespace daxhold;
using namespace daxhold::tables;
using namespace daxhold::render;
using namespace tests;

namespace {

using csv_lines = std::vector<std::vector<std::string>>;

/// Reads CSV strictly as RFC 4180 has it, and fails where it is none.
csv_lines parse(const std::string& text) {
    csv_lines lines(1);
    std::size_t at = 0;
    while (at != text.size()) {
        auto& field = lines.back().emplace_back();
        if (text[at] == '"') {
            for (++at;; ++at) {
                REQUIRE(at < text.size());
                if (text[at] == '"' && text[++at] != '"')
                    break;
                field += text[at];
            }
        } else {
            const auto end = text.find_first_of(",\r\n\"", at);
            REQUIRE(end != std::string::npos);
            REQUIRE(text[end] != '"');
            field = text.substr(at, end - at);
            at = end;
        }
        if (text[at] == ',') {
            ++at;
        } else {
            REQUIRE(text.substr(at, 2) == "\r\n");
            at += 2;
            if (at != text.size())
                lines.emplace_back();
        }
    }
    return lines;
}

/// The lines, all of which have as many fields as the first.
csv_lines check(const std::string& name, const std::string& text) {
    check_golden(name, text);
    const auto lines = parse(text);
    CHECK(lines.size() >= 2);
    for (const auto& line : lines)
        CHECK(line.size() == lines[0].size());
    return lines;
}

} // namespace

TEST_CASE("a table in CSV") {
    const auto lines = check("record_6_8.csv", csv::table<v6_8::record>());
    REQUIRE(lines.size() == 9);
    CHECK(lines[0] ==
          std::vector<std::string>{"row", "owner", "cause", "inode", "mapping", "action"});
    CHECK(lines[5] == std::vector<std::string>{
                          "5", "", "removal", "", "dax",
                          "kill_users(every, not_marked), invalidate (attempted), then next"});
}

TEST_CASE("fields with commas and quotation marks come back as they were") {
    const auto lines = check("toy.csv", csv::table<toy>());
    CHECK(lines[1].back() == "call \"the police\", now");
    CHECK(lines[2].back() == "a | b");
    CHECK(lines[4].back() == "back\\slash; #1 `x` 100%");
}

TEST_CASE("a difference in CSV") {
    check("record_6_8_to_7_0.csv", csv::difference<v6_8::record, v7_0::record>());
    const auto lines = check("toy_to_other.csv", csv::difference<toy, other_toy>());
    CHECK(lines[0] == std::vector<std::string>{"alarm", "owner", "door", "before_row", "before",
                                               "after_row", "after"});
}

TEST_CASE("a matrix in CSV") {
    const auto lines = check("matrix.csv", csv::matrix<some_laws, some_policies>());
    REQUIRE(lines.size() == 4);
    CHECK(lines[0] == std::vector<std::string>{"law", "xfs_seed_as_posted", "xfs_linux_6_8"});
    CHECK(lines[3][2] == "kept");
    CHECK(lines[1][1].starts_with("broken: corruption, "));
}

TEST_CASE("an explanation in CSV") {
    const auto lines = check("removed_page.csv", csv::explanation<v6_8::record>(removed_page));
    CHECK(lines[1] == std::vector<std::string>{"known", "", "owner", "file_data", ""});
    check("removed.csv", csv::explanation<v6_8::record>(removed));
    const auto none = parse(csv::explanation<one_row>(fixed));
    REQUIRE(none.size() == 3);
    CHECK(none[1] == std::vector<std::string>{"wins", "1", "", "", "a | b"});
    CHECK(none[2][0] == "no single fact leads to another outcome");
}

TEST_CASE("a cell to which no row applies is explained") {
    static constexpr auto holed = table(when(door::open) >> reply{1});
    const auto lines =
        parse(csv::explanation<holed>(explain(holed, cube<1>{{any_of(door::closed).bits}})));
    CHECK(lines[3][0] == "no row applies");
    const auto open =
        parse(csv::explanation<holed>(explain(holed, cube<1>{{any_of(door::open).bits}})));
    CHECK(open.back() ==
          std::vector<std::string>{"would win with", "none", "door", "not open", ""});
}
