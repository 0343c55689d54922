// SPDX-License-Identifier: BSL-1.0
#include "daxhold/tables/json.hpp"

#include "golden.hpp"
#include "rendered.hpp"

#if __has_include(<nlohmann/json.hpp>)
#    include <nlohmann/json.hpp>
#endif

using namespace daxhold::tables;
using namespace tests;

TEST_CASE("all kinds in JSON") {
    const auto check = [](const std::string& name, const std::string& text) {
        check_golden("tables/golden/" + name, text);
    };
    check("sigbus.json", json::table<sigbus>());
    check("toy.json", json::table<toy>());
    check("one_row.json", json::table<one_row>());
    check("sigbus_to_careful.json", json::difference<sigbus, careful_sigbus>());
    check("toy_to_other.json", json::difference<toy, other_toy>());
    check("poisoned.json", json::explanation<sigbus>(poisoned));
    check("failed.json", json::explanation<sigbus>(failed));
    check("fixed.json", json::explanation<one_row>(fixed));
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
    CHECK(!read.at("rows")[0].at("action").contains("parts"));
}

TEST_CASE("a sequence is read back piece by piece") {
    const auto action = parsed::parse(json::table<sigbus>()).at("rows")[1].at("action");
    CHECK(action.at("text") == "map_anew >> read_back(copy::on_disk) >> go_on");
    CHECK(action.at("parts") == parsed{"map_anew", "read_back(copy::on_disk)", "go_on"});
}

TEST_CASE("a difference is read back") {
    const auto read = parsed::parse(json::difference<toy, other_toy>());
    CHECK(read.at("kind") == "difference");
    CHECK(read.at("changes").size() == difference<toy, other_toy>.size());
    for (const auto& change : read.at("changes"))
        CHECK(change.at("before").at("action") != change.at("after").at("action"));
    CHECK(parsed::parse(json::difference<toy, toy>()).at("changes").empty());
    CHECK(parsed::parse(json::difference<sigbus, careful_sigbus, when(memory::dax)>())
              .at("changes")
              .size() == difference<sigbus, careful_sigbus, when(memory::dax)>.size());
}

TEST_CASE("explanations are read back") {
    const auto read = parsed::parse(json::explanation<sigbus>(poisoned));
    CHECK(read.at("kind") == "explanation");
    CHECK(read.at("cell").at("memory") == "dax");
    CHECK(read.at("wins").at("row") == 7);
    CHECK(read.at("passed_over").size() == 6);
    CHECK(read.at("passed_over")[3].at("fact") == "copy");
    CHECK(read.at("passed_over")[3].at("wants") == parsed{"none"});
    CHECK(read.at("other_outcomes")[2].at("would_win").at("row") == 4);

    const auto part = parsed::parse(json::explanation<sigbus>(failed));
    CHECK(part.at("kind") == "partial_explanation");
    CHECK(part.at("is_decided") == false);
    CHECK(part.at("known") == parsed{{"code", parsed{"hardware"}}});
    CHECK(part.at("can_win").size() == 5);
    CHECK(part.at("deciding")[0].at("fact") == "copy");
    CHECK(part.at("deciding")[0].at("can_win") == parsed{4, 5, 6, 8});

    CHECK(parsed::parse(json::explanation<one_row>(fixed)).at("other_outcomes").empty());
}

TEST_CASE("a cell to which no row applies is null") {
    CHECK(parsed::parse(json::explanation<holed>(closed_door)).at("wins").is_null());
    const auto open = parsed::parse(json::explanation<holed>(open_door));
    CHECK(open.at("other_outcomes")[0].at("would_win").is_null());
}

#else

TEST_CASE("JSON is read back" * doctest::skip()) {
    MESSAGE("nlohmann/json.hpp is not installed");
    CHECK(false);
}

#endif
