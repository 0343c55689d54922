// SPDX-License-Identifier: BSL-1.0
#include "daxhold/render/json.hpp"

#include "golden.hpp"
#include "laws.hpp"

#if __has_include(<nlohmann/json.hpp>)
#    include <nlohmann/json.hpp>
#endif

using namespace daxhold;
using namespace daxhold::tables;
using namespace daxhold::render;
using namespace tests;

TEST_CASE("all kinds in JSON") {
    check_golden("record_6_8.json", json::table<v6_8::record>());
    check_golden("toy.json", json::table<toy>());
    check_golden("one_row.json", json::table<one_row>());
    check_golden("record_6_8_to_7_0.json", json::difference<v6_8::record, v7_0::record>());
    check_golden("toy_to_other.json", json::difference<toy, other_toy>());
    check_golden("matrix.json", json::matrix<some_laws, some_policies>());
    check_golden("removed_page.json", json::explanation<v6_8::record>(removed_page));
    check_golden("removed.json", json::explanation<v6_8::record>(removed));
    check_golden("fixed.json", json::explanation<one_row>(fixed));
}

#if __has_include(<nlohmann/json.hpp>)

using parsed = nlohmann::json;

TEST_CASE("a table is read back") {
    const auto read = parsed::parse(json::table<toy>());
    CHECK(read.at("kind") == "table");
    CHECK(read.at("facts").size() == 3);
    CHECK(read.at("facts")[2].at("name") == "door");
    CHECK(read.at("facts")[2].at("values") == parsed{"open", "closed", "locked"});
    REQUIRE(read.at("rows").size() == 4);
    CHECK(read.at("rows")[1].at("row") == 2);
    CHECK(read.at("rows")[1].at("when").at("door") == parsed{"open", "closed"});
    CHECK(read.at("rows")[3].at("when").empty());
    CHECK(read.at("rows")[0].at("action").at("text") == "call \"the police\", now");
    CHECK(read.at("rows")[3].at("action").at("text") == "back\\slash; #1 `x` 100%");
    CHECK(!read.at("rows")[0].at("action").contains("course"));
}

TEST_CASE("a course is read back piece by piece") {
    const auto read = parsed::parse(json::table<v6_8::record>());
    const auto course = read.at("rows")[4].at("action").at("course");
    CHECK(course.at("steps")[0] == parsed{{"operation", "kill_users"},
                                          {"users", "every"},
                                          {"pages", "not_marked"},
                                          {"on_error", "stop"}});
    CHECK(course.at("steps")[1].at("on_error") == "ignore");
    CHECK(course.at("ending") == "next");
    CHECK(!course.contains("answer"));
    const auto gate = parsed::parse(json::table<v6_8::gate>());
    CHECK(gate.at("rows")[0].at("action").at("course").at("answer") == "-EIO");
    CHECK(gate.at("rows")[4].at("action").at("course").at("known_for") ==
          parsed{"umount_oopses", "mappings_stay_live"});
}

TEST_CASE("a difference is read back") {
    const auto read = parsed::parse(json::difference<toy, other_toy>());
    CHECK(read.at("kind") == "difference");
    CHECK(read.at("changes").size() == difference<toy, other_toy>.size());
    for (const auto& change : read.at("changes"))
        CHECK(change.at("before").at("action") != change.at("after").at("action"));
    CHECK(parsed::parse(json::difference<toy, toy>()).at("changes").empty());
}

TEST_CASE("a matrix is read back") {
    const auto read = parsed::parse(json::matrix<some_laws, some_policies>());
    CHECK(read.at("laws").size() == 3);
    CHECK(read.at("policies") == parsed{"xfs_seed_as_posted", "xfs_linux_6_8"});
    REQUIRE(read.at("verdicts").size() == 6);
    const auto& first = read.at("verdicts")[0];
    CHECK(first.at("law") == "corruption_of_file_data_never_shuts_down");
    CHECK(first.at("kept") == false);
    CHECK(first.at("broken_in").at("event") == "corruption");
    CHECK(read.at("verdicts")[5].at("kept") == true);
    CHECK(!read.at("verdicts")[5].contains("broken_in"));
}

TEST_CASE("explanations are read back") {
    const auto read = parsed::parse(json::explanation<v6_8::record>(removed_page));
    CHECK(read.at("cell").at("inode") == "in_core");
    CHECK(read.at("wins").at("row") == 5);
    CHECK(read.at("passed_over").size() == 4);
    CHECK(read.at("passed_over")[2].at("wants") == parsed{"not_in_core"});
    CHECK(read.at("other_outcomes")[1].at("would_win").at("row") == 6);

    const auto part = parsed::parse(json::explanation<v6_8::record>(removed));
    CHECK(part.at("is_decided") == false);
    CHECK(part.at("known") == parsed{{"cause", parsed{"removal"}}});
    CHECK(part.at("can_win").size() == 5);
    CHECK(part.at("deciding")[0].at("can_win") == parsed{3, 4, 5, 7});

    CHECK(parsed::parse(json::explanation<one_row>(fixed)).at("other_outcomes").empty());
}

TEST_CASE("a cell to which no row applies is null") {
    static constexpr auto holed = table(when(door::open) >> reply{1});
    const auto none = parsed::parse(
        json::explanation<holed>(explain(holed, cube<1>{{any_of(door::closed).bits}})));
    CHECK(none.at("wins").is_null());
    const auto open =
        parsed::parse(json::explanation<holed>(explain(holed, cube<1>{{any_of(door::open).bits}})));
    CHECK(open.at("other_outcomes")[0].at("would_win").is_null());
}

#else

TEST_CASE("JSON is read back" * doctest::skip()) {
    MESSAGE("nlohmann/json.hpp is not installed");
    CHECK(false);
}

#endif
