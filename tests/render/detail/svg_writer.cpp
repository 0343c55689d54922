// SPDX-License-Identifier: BSL-1.0
#include "daxhold/render/detail/svg_writer.hpp"

#include <doctest/doctest.h>

using namespace daxhold::render::detail;

TEST_CASE("the room that text takes") {
    CHECK(text_width("") == 0);
    CHECK(text_width("wide") > text_width("wid"));
    CHECK(text_width("wide", 24) >= 2 * text_width("wide") - 1);
    for (std::size_t width = 0; width != 200; ++width)
        CHECK(text_width(std::string(characters_in(width), 'x')) <= width + 1);
}

TEST_CASE("lines") {
    CHECK(split_lines("").empty());
    CHECK(split_lines("one").size() == 1);
    const auto lines = split_lines("one\nthree\n");
    REQUIRE(lines.size() == 2);
    CHECK(lines[1] == "three");
    CHECK(widest_of(lines) == text_width("three"));
}

TEST_CASE("elements, with what is special in XML escaped") {
    svg_writer out;
    out.rectangle(1, 2, 3, 4, R"(fill="red")", "a < b");
    out.line(0, 0, 5, 5, R"(stroke="black")");
    out.text(7, 8, "x & y");
    const auto all = out.finish(10, 20, "\"title\"", "");
    CHECK(all.starts_with("<svg "));
    CHECK(all.ends_with("</svg>\n"));
    CHECK(all.find(R"(viewBox="0 0 10 20")") != std::string::npos);
    CHECK(all.find("<title>a &lt; b</title>") != std::string::npos);
    CHECK(all.find("x &amp; y") != std::string::npos);
    CHECK(all.find(R"(<line x1="0" y1="0" x2="5" y2="5" stroke="black"/>)") != std::string::npos);
}
