// SPDX-License-Identifier: BSL-1.0
#include "daxhold/render/detail/json_writer.hpp"

#include <doctest/doctest.h>

#include <cstdint>
#include <limits>

#if __has_include(<nlohmann/json.hpp>)
#    include <nlohmann/json.hpp>
#endif

using namespace daxhold::render::detail;

TEST_CASE("single values") {
    CHECK(json_writer{}.value("x").text() == "\"x\"");
    CHECK(json_writer{}.value(std::string{"x"}).text() == "\"x\"");
    CHECK(json_writer{}.value(true).text() == "true");
    CHECK(json_writer{}.value(false).text() == "false");
    CHECK(json_writer{}.value(-5).text() == "-5");
    CHECK(json_writer{}.value(std::numeric_limits<std::uint64_t>::max()).text() ==
          "18446744073709551615");
    CHECK(json_writer{}.null().text() == "null");
    CHECK(json_writer{}.begin_object().end_object().text() == "{}");
    CHECK(json_writer{}.begin_array().end_array().text() == "[]");
}

TEST_CASE("containers with a line an element, and on one line") {
    json_writer json;
    json.begin_object().key("a").value(1).key("b").begin_array().value(2).null().end_array();
    json.key("c").begin_array(json_lines::one).value(3).begin_object().key("d").value("e");
    json.end_object().end_array().key("f").begin_object().end_object().end_object();
    CHECK(json.text() == "{\n"
                         "  \"a\": 1,\n"
                         "  \"b\": [\n"
                         "    2,\n"
                         "    null\n"
                         "  ],\n"
                         "  \"c\": [3, {\"d\": \"e\"}],\n"
                         "  \"f\": {}\n"
                         "}");
}

TEST_CASE("keys are escaped too") {
    json_writer json;
    json.begin_object(json_lines::one).key("a\"\n").value("\\").end_object();
    CHECK(json.text() == "{\"a\\\"\\n\": \"\\\\\"}");
}

#if __has_include(<nlohmann/json.hpp>)

TEST_CASE("every byte comes back, and what is no UTF-8 as U+FFFD") {
    for (int byte = 0; byte != 256; ++byte) {
        const std::string text{'<', static_cast<char>(byte), '>'};
        json_writer json;
        json.begin_object().key(text).value(text).end_object();
        const auto read = nlohmann::json::parse(json.text());
        const auto expected = byte < 128 ? text : "<\uFFFD>";
        CHECK(read.at(expected) == expected);
    }
}

#else

TEST_CASE("every byte comes back" * doctest::skip()) {
    MESSAGE("nlohmann/json.hpp is not installed");
    CHECK(false);
}

#endif
