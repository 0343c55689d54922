// SPDX-License-Identifier: BSL-1.0
#include "daxhold/render/svg.hpp"

#include "both.hpp"
#include "golden.hpp"
#include "random_table.hpp"
#include "tables.hpp"

using namespace daxhold;
using namespace daxhold::tables;
using namespace daxhold::render;
using namespace tests;
namespace parts = daxhold::render::detail;

namespace {

std::size_t count_of(const std::string& text, const std::string& part) {
    std::size_t count = 0;
    for (auto at = text.find(part); at != std::string::npos; at = text.find(part, at + 1))
        ++count;
    return count;
}

template <class Table>
parts::picture_grid grid_of(const Table& table) {
    auto grid = parts::make_grid(table, parts::words_of_table(table));
    parts::choose_axes(grid);
    return grid;
}

/// What is true of every grid: its lines stand for all places of their axis, its headings are
/// nested, and its runs cover each cell once with the row that wins there.
template <class Table>
void check_grid(const Table& table) {
    const auto grid = grid_of(table);
    CHECK(grid.columns.facts.size() + grid.rows.facts.size() == grid.facts.size());
    std::vector<bool> is_covered(grid.columns.lines.size() * grid.rows.lines.size());
    for (const auto& run : parts::merge_runs(grid))
        for (auto y = run.row; y != run.row + run.height; ++y)
            for (auto x = run.column; x != run.column + run.width; ++x) {
                const auto at = y * grid.columns.lines.size() + x;
                REQUIRE(!is_covered[at]);
                is_covered[at] = true;
                REQUIRE(grid.winner(x, y) == run.winner);
            }
    for (const bool covered : is_covered)
        REQUIRE(covered);
    for (const auto* axis : {&grid.columns, &grid.rows})
        for (std::size_t level = 0; level != axis->facts.size(); ++level) {
            std::size_t count = 0;
            for (const auto& heading : axis->headings)
                if (heading.level == level || (heading.level < level && heading.is_last))
                    count += heading.count;
            CHECK(count == (axis->headings.empty() ? 0 : axis->lines.size()));
        }
    // Each line stands for the places up to the next one.
    const auto columns = parts::list_places(grid, grid.columns.facts);
    const auto rows = parts::list_places(grid, grid.rows.facts);
    const auto line_of = [](const parts::picture_axis& axis, const std::vector<std::size_t>& all,
                            std::size_t place) {
        std::size_t line = axis.lines.size();
        for (std::size_t i = 0; i <= place; ++i)
            for (std::size_t j = 0; j != axis.lines.size(); ++j)
                if (axis.lines[j] == all[i])
                    line = j;
        return line;
    };
    for (std::size_t x = 0; x != columns.size(); ++x)
        for (std::size_t y = 0; y != rows.size(); ++y)
            REQUIRE(grid.winners[columns[x] + rows[y]] ==
                    grid.winner(line_of(grid.columns, columns, x), line_of(grid.rows, rows, y)));
}

// clang-format off
enum class tens { a, b, c, d, e, f, g, h, i, j };
enum class more_tens { a, b, c, d, e, f, g, h, i, j };
enum class still_more_tens { a, b, c, d, e, f, g, h, i, j, k };
enum class letters { a, b, c, d, e, f, g, h, i, j, k, l, m, n };
enum class more_letters { a, b, c, d, e, f, g, h, i, j, k, l, m, n };
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

TEST_CASE("pictures of tables") {
    check_golden("record_6_8.svg", svg::table<v6_8::record>("XFS in Linux 6.8: one record"));
    check_golden("gate_7_0.svg", svg::table<v7_0::gate>("XFS in Linux 7.0: the gate"));
    check_golden("toy.svg", svg::table<toy>());
    check_golden("one_row.svg", svg::table<one_row>("<one> & only"));
}

TEST_CASE("values that no row tells apart share their cells") {
    // Of seven owners the record table knows two kinds.
    CHECK_BOTH(parts::count_picture_cells(v6_8::record, 1024) == 2 * 2 * 3 * 2);
    CHECK_BOTH(parts::count_picture_cells(hundred, 1024) == 3 * 3);
    CHECK_BOTH(parts::count_picture_cells(one_row, 1024) == 1);
    const auto grid = grid_of(hundred);
    REQUIRE(grid.facts.size() == 2);
    CHECK(grid.facts[0].labels == std::vector<std::string>{"a", "neither a nor c", "c"});
}

TEST_CASE("a grid is a table's cells, once each") {
    check_grid(v6_8::gate);
    check_grid(v6_8::record);
    check_grid(v6_8::end);
    check_grid(v7_0::gate);
    check_grid(toy);
    check_grid(one_row);
    for (std::uint64_t seed = 0; seed != 20; ++seed) {
        CAPTURE(seed);
        auto table = random_table<small_mix, 6>(seed, 2);
        daxhold::tables::detail::fill_every_value(table.accepts[5], small_mix{});
        check_grid(table);
    }
}

TEST_CASE("a grid is about as wide as high") {
    const auto grid = grid_of(v7_0::gate);
    CHECK(parts::stretch(grid.columns.lines.size(), grid.rows.lines.size()) <= 200);
    CHECK(!grid.columns.facts.empty());
    CHECK(!grid.rows.facts.empty());
}

TEST_CASE("each row that wins is in the picture, and each action once in the legend") {
    const auto text = svg::table<v6_8::record>();
    for (int row = 1; row <= 8; ++row)
        CHECK(count_of(text, "<title>row " + std::to_string(row) + ": ") >= 1);
    CHECK(count_of(text, ">rows 1, 3 and 8</text>") == 1);
    CHECK(count_of(text, ">row 5</text>") == 1);
    // Eight colours do for five actions, and not for ten.
    CHECK(count_of(text, "<pattern") == 0);
    const auto gate = svg::table<v7_0::gate>();
    CHECK(count_of(gate, "<pattern") == 2);
    CHECK(count_of(gate, "url(#action9)") == 2);
}

TEST_CASE("more cells than a person can look at are not drawn") {
    CHECK_BOTH(svg::is_drawable<v7_0::gate>);
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
    CHECK_BOTH(parts::count_picture_cells(larger, 1024) == 1025);
    CHECK_BOTH(svg::cells_of_picture<larger> == 9 * 9 * 9 * 2);
    CHECK_BOTH(!svg::table_has_too_many_cells_for_a_picture<1458>::ok);
}

TEST_CASE("many columns have their labels turned") {
    static constexpr auto diagonal = [] {
        auto made = open_table<tests::facts<letters, more_letters>, 15>();
        for (std::size_t row = 0; row != 14; ++row)
            made.accepts[row][0] = made.accepts[row][1] = std::uint64_t{1} << row;
        return made;
    }();
    CHECK(count_of(svg::table<diagonal>(), "rotate(-90") == 14);
    CHECK(count_of(svg::table<toy>(), "rotate") == 0);
}
