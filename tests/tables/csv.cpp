// SPDX-License-Identifier: BSL-1.0
#include "daxhold/tables/csv.hpp"

#include "golden.hpp"
#include "rendered.hpp"

#include <string>
#include <vector>

using namespace daxhold::tables;
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
    check_golden("tables/golden/" + name, text);
    const auto lines = parse(text);
    CHECK(lines.size() >= 2);
    for (const auto& line : lines)
        CHECK(line.size() == lines[0].size());
    return lines;
}

} // namespace

TEST_CASE("a table in CSV") {
    const auto lines = check("sigbus.csv", csv::table<sigbus>());
    REQUIRE(lines.size() == 9);
    CHECK(lines[0] == std::vector<std::string>{"row", "code", "copy", "memory", "thread", "then"});
    CHECK(lines[4] == std::vector<std::string>{"4", "", "none", "dax", "", "abort"});
}

TEST_CASE("fields with commas, quotation marks and line ends come back as they were") {
    const auto lines = check("toy.csv", csv::table<toy>());
    CHECK(lines[1].back() == "call \"the police\", now");
    CHECK(lines[2].back() == "a | b");
    CHECK(lines[4].back() == "back\\slash; #1 `x` 100%");
    static constexpr auto awkward = table(otherwise >> reply{4});
    CHECK(csv::table<awkward>() == "row,then\r\n1,\"no\rmore\"\r\n");
}

TEST_CASE("a difference in CSV") {
    check("sigbus_to_careful.csv", csv::difference<sigbus, careful_sigbus>());
    const auto lines = check("toy_to_other.csv", csv::difference<toy, other_toy>());
    CHECK(lines[0] ==
          std::vector<std::string>{"alarm", "owner", "row before", "before", "row after", "after"});
    CHECK(csv::difference<toy, toy>() == "row before,before,row after,after\r\n");
}
