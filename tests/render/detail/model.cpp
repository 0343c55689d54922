// SPDX-License-Identifier: BSL-1.0
#include "daxhold/render/detail/model.hpp"

#include "../laws.hpp"

#include <doctest/doctest.h>

using namespace daxhold;
using namespace daxhold::tables;
using namespace daxhold::render::detail;
using namespace tests;

namespace one {
enum class place { here, there };
}
namespace two {
enum class place { in, out };
enum class place_2 { up, down };
} // namespace two
namespace three {
enum class place { left, right };
}

TEST_CASE("a table in words") {
    const auto words = words_of_table(v6_8::record);
    REQUIRE(words.facts.size() == 4);
    CHECK(words.facts[0].name == "owner");
    CHECK(words.facts[0].values.size() == 7);
    CHECK(words.facts[2].list(6) == std::vector<std::string>{"not_in_core", "lookup_failed"});
    REQUIRE(words.rows.size() == 8);
    CHECK(words.rows[0].action.is_course);
    CHECK(describe_cells(words.facts, words.rows[0].accepts) ==
          "owner is not file_data, cause is removal");
    CHECK(describe_cells(words.facts, words.rows[7].accepts) == "always");
    CHECK(describe_cells(words.facts, words.rows[7].accepts, " = ", "nothing") == "nothing");
}

TEST_CASE("rows with one action are of one kind, numbered in their order") {
    const auto words = words_of_table(v6_8::record);
    const std::size_t kinds[] = {0, 1, 0, 1, 2, 3, 4, 0};
    for (std::size_t row = 0; row != words.rows.size(); ++row)
        CHECK(words.rows[row].kind == kinds[row]);
}

TEST_CASE("facts with one name are told apart") {
    const auto words = words_of_facts(
        daxhold::tables::detail::type_list<one::place, two::place_2, two::place, three::place>{});
    CHECK(words[0].name == "place");
    CHECK(words[1].name == "place_2");
    CHECK(words[2].name == "place_3");
    CHECK(words[3].name == "place_4");
}

TEST_CASE("row numbers count from 1") {
    CHECK(describe_rows({0}) == "row 1");
    CHECK(describe_rows({0, 4}) == "rows 1 and 5");
    CHECK(describe_rows(list_rows(0b1011)) == "rows 1, 2 and 4");
}

TEST_CASE("a matrix has a row for each law and a verdict for each policy") {
    const auto words = words_of_matrix<some_laws, some_policies>();
    CHECK(words.laws.size() == 3);
    CHECK(words.policies.size() == 2);
    REQUIRE(words.verdicts.size() == 3);
    for (const auto& row : words.verdicts)
        CHECK(row.size() == 2);
    CHECK(!words.verdicts[0][0].is_kept);
    CHECK(words.verdicts[0][0].broken_in.event == cause::corruption);
    CHECK(words.verdicts[2][1].is_kept);
}

TEST_CASE("what decides, with the rows that can win for each value") {
    const auto words = words_of_explanation(v6_8::record, removed);
    CHECK(!words.is_decided);
    REQUIRE(words.leads.size() == 7);
    // The six owners that are no file data lead to the same row.
    CHECK(words.leads[1].values == none_of(daxhold::owner::file_data).bits);
    CHECK(words.leads[1].rows == std::vector<std::size_t>{0});
}
