// SPDX-License-Identifier: BSL-1.0
#include "daxhold/tables/svg.hpp"

#include "both.hpp"
#include "golden.hpp"
#include "random_table.hpp"
#include "rendered.hpp"

#include <set>

using namespace daxhold::tables;
using namespace tests;

namespace {

std::size_t count_of(const std::string& text, const std::string& part) {
    std::size_t count = 0;
    for (auto at = text.find(part); at != std::string::npos; at = text.find(part, at + 1))
        ++count;
    return count;
}

// clang-format off
enum class tens : unsigned char { a, b, c, d, e, f, g, h, i, j };
enum class more_tens : unsigned char { a, b, c, d, e, f, g, h, i, j };
enum class still_more_tens : unsigned char { a, b, c, d, e, f, g, h, i, j, k };
// clang-format on

/// Rows that tell the first eight values of every fact apart.
template <class... Facts>
constexpr auto stairs = [] {
    auto made = open_table<tests::facts<Facts...>, 8 * sizeof...(Facts) + 1>();
    std::size_t row = 0;
    for (std::size_t fact = 0; fact != sizeof...(Facts); ++fact)
        for (std::size_t value = 0; value != 8; ++value)
            made.accepts[row++][fact] = std::uint64_t{1} << value;
    return made;
}();

constexpr auto hundred = table(when(tens::a, more_tens::b) >> 1, when(tens::c) >> 2,
                               when(more_tens::d) >> 3, otherwise >> 4);

} // namespace

// That rsvg-convert and an XML parser take them: tests/tables/read_golden.py.

TEST_CASE("pictures of tables") {
    check_golden("tables/golden/sigbus.svg", svg::table<sigbus>("What a process does"));
    check_golden("tables/golden/toy.svg", svg::table<toy>());
    check_golden("tables/golden/one_row.svg", svg::table<one_row>("<one> & only"));
}

TEST_CASE("values that no row tells apart share their cells") {
    // Of five codes the table knows three kinds.
    CHECK_BOTH(svg::cells_of_picture<sigbus> == 3 * 2 * 3 * 2);
    CHECK_BOTH(svg::cells_of_picture<hundred> == 3 * 3);
    CHECK_BOTH(svg::cells_of_picture<one_row> == 1);
    const auto text = svg::table<hundred>();
    CHECK(count_of(text, ">not (a or c)</text>") == 1);
    CHECK(count_of(text, "<title>tens is a, more_tens is b\nrow 1: 1</title>") == 1);
    CHECK(count_of(text, "<title>tens is c, more_tens is ") == 3);
    CHECK(count_of(text, "row 2: 2</title>") == 3);
}

TEST_CASE("each cell says which it is, and the row that wins there") {
    const auto text = svg::table<sigbus>();
    CHECK(count_of(text, "<title>") == 1 + svg::cells_of_picture<sigbus>);
    std::set<std::string> titles;
    for (auto at = text.find("<title>"); at != std::string::npos; at = text.find("<title>", at + 1))
        titles.insert(text.substr(at, text.find('\n', at) - at));
    CHECK(titles.size() == 1 + svg::cells_of_picture<sigbus>);
    CHECK(text.find("<title>code is poison_now or hardware") == std::string::npos);
    CHECK(count_of(text, "<title>code is hardware or poison_now, copy is none, memory is dax, "
                         "thread is other\nrow 4: abort</title>") == 1);
}

TEST_CASE("each action is once in the legend, with its rows and a colour of its own") {
    const auto text = svg::table<sigbus>();
    CHECK(count_of(text, ">rows 1, 4, 8</text>") == 1);
    CHECK(count_of(text, ">row 5</text>") == 1);
    CHECK(count_of(text, ">note &gt;&gt; go_on</text>") == 1);
    // More actions than there are colours that everybody sees apart.
    const auto many = svg::table<stairs<tens, more_tens>>();
    std::set<std::string> fills;
    for (auto at = many.find("fill=\"#"); at != std::string::npos;
         at = many.find("fill=\"#", at + 1))
        fills.insert(many.substr(at, 14));
    // Those of 17 actions, of text, headings and background.
    CHECK(fills.size() == 17 + 3);
}

TEST_CASE("more cells than a person can look at are not drawn") {
    CHECK_BOTH(svg::is_drawable<sigbus>);
    // 9 * 9 * 9 cells, and 9 * 9 * 9 * 2.
    CHECK_BOTH(svg::is_drawable<stairs<tens, more_tens, still_more_tens>>);
    static constexpr auto larger = [] {
        auto made = open_table<tests::facts<tens, more_tens, still_more_tens, two0>, 25>();
        for (std::size_t row = 0; row != 24; ++row)
            made.accepts[row][row / 8] = std::uint64_t{1} << (row % 8);
        made.accepts[23][3] = 1;
        return made;
    }();
    CHECK_BOTH(!svg::is_drawable<larger>);
    CHECK_BOTH(svg::cells_of_picture<larger> == 9 * 9 * 9 * 2);
    CHECK_BOTH(!svg::table_has_too_many_cells_for_a_picture<1458>::ok);
}
