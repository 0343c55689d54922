// SPDX-License-Identifier: BSL-1.0
#include "daxhold/tables/cover.hpp"

#include "both.hpp"
#include "random_table.hpp"

using namespace daxhold;
using namespace daxhold::tables;
using namespace tests;

namespace {

enum class role : unsigned char { data, log, realtime };
enum class cause : unsigned char { removal, corruption };

constexpr auto gate =
    table(when(role::log, cause::removal) >> 1, when(role::data) >> 2, when(role::log) >> 3);

constexpr cube<2> at(role r, cause c) { return {{bit_of(r), bit_of(c)}}; }

template <class Table>
constexpr cube<Table::fact_count> random_cube(const Table& table, random_numbers& next) {
    auto cells = every_cell(table);
    for (auto& values : cells.values)
        if (next.below(2) == 0)
            values &= next();
    return cells;
}

/// Whether what a search has come to agrees with a look at every cell.
template <class Table>
constexpr bool is_right(const detail::uncovered_search<Table>& search, const Table& table,
                        const cube<Table::fact_count>& cells, row_set rows) {
    if (search.has_found != enumerate_uncovered(table, cells, rows))
        return false;
    if (!search.has_found)
        return true;
    // All that was found is uncovered, and was asked for.
    if (is_empty(search.found) || !contains(cells, search.found))
        return false;
    for (std::size_t row = 0; row != Table::row_count; ++row)
        if (((rows >> row) & 1U) != 0 && !is_empty(intersect(search.found, cells_of(table, row))))
            return false;
    return true;
}

/// Whether the search is right, and also when it is put down after each step.
template <class Table>
constexpr bool search_agrees(const Table& table, const cube<Table::fact_count>& cells,
                             row_set rows) {
    const detail::row_index<Table> index{table};
    detail::uncovered_search<Table> search;
    search.begin(index, cells, rows);
    search.run(index, ~std::size_t{0});
    if (!is_right(search, table, cells, rows))
        return false;
    if constexpr (Table::fact_count != 0) {
        search.begin_in_depth(cells, rows);
        while (search.depth != 0)
            search.run(index, 1);
        return is_right(search, table, cells, rows);
    }
    return true;
}

template <class Facts, std::size_t Rows>
constexpr bool agrees(std::uint64_t seed, std::size_t spread) {
    const auto table = random_table<Facts, Rows>(seed, spread);
    random_numbers next{~seed};
    const auto cells = random_cube(table, next);
    const auto all = every_cell(table);
    if (!is_empty(cells) && !search_agrees(table, cells, next()))
        return false;
    const auto known = tables::detail::first_bits(Rows);
    return search_agrees(table, all, known) &&
           rows_that_can_win(table, all) == (enumerate_winners(table, all) & known) &&
           rows_that_can_win(table, cells) == (enumerate_winners(table, cells) & known);
}

template <class Facts, std::size_t Rows>
void check_many(std::uint64_t seeds) {
    for (std::uint64_t seed = 0; seed != seeds; ++seed)
        for (const std::size_t spread : {1U, 2U, 3U, 5U}) {
            CAPTURE(seed);
            CAPTURE(spread);
            REQUIRE(agrees<Facts, Rows>(seed, spread));
        }
}

} // namespace

TEST_CASE("cubes of a table") {
    CHECK_BOTH(every_cell(gate).values[0] == 7);
    CHECK_BOTH(every_cell(gate).values[1] == 3);
    CHECK_BOTH(cells_of(gate, 0).values[0] == 2);
    CHECK_BOTH(cells_of(gate, 0).values[1] == 1);
    CHECK_BOTH(cells_of(gate, 1).values[1] == 3);
}

TEST_CASE("a cube is empty if a fact has no value left") {
    CHECK_BOTH(!is_empty(every_cell(gate)));
    CHECK_BOTH(is_empty(intersect(cells_of(gate, 0), cells_of(gate, 1))));
    CHECK_BOTH(!is_empty(intersect(cells_of(gate, 0), cells_of(gate, 2))));
    CHECK_BOTH(intersect(cells_of(gate, 0), cells_of(gate, 2)).values[1] == 1);
    CHECK_BOTH(!is_empty(cube<0>{}));
}

TEST_CASE("the first row that applies wins") {
    CHECK_BOTH(first_row_for(gate, at(role::log, cause::removal)) == 0);
    CHECK_BOTH(first_row_for(gate, at(role::data, cause::removal)) == 1);
    CHECK_BOTH(first_row_for(gate, at(role::log, cause::corruption)) == 2);
    CHECK_BOTH(first_row_for(gate, at(role::realtime, cause::removal)) == 3);
}

TEST_CASE("the rows that can win") {
    CHECK_BOTH(rows_that_can_win(gate, every_cell(gate)) == 7);
    CHECK_BOTH(rows_that_can_win(gate, at(role::realtime, cause::removal)) == 0);
    CHECK_BOTH(rows_that_can_win(gate, {{6, 1}}) == 1);
    CHECK_BOTH(rows_that_can_win(gate, {{6, 3}}) == 5);
    CHECK_BOTH(rows_that_can_win(gate, {{0, 3}}) == 0);
}

TEST_CASE("a table without facts has one cell") {
    constexpr auto only = table(otherwise >> 1, otherwise >> 2);
    CHECK_BOTH(rows_that_can_win(only, every_cell(only)) == 1);
    CHECK_BOTH(first_row_for(only, {}) == 0);
}

TEST_CASE("random tables against a look at every cell, by the compiler") {
    static_assert(agrees<small_mix, 5>(1, 1));
    static_assert(agrees<small_mix, 8>(2, 2));
    static_assert(agrees<small_mix, 12>(3, 3));
    static_assert(agrees<five_bits, 6>(4, 2));
    static_assert(agrees<five_bits, 12>(5, 2));
    static_assert(agrees<five_bits, 9>(6, 3));
    static_assert(agrees<facts<>, 2>(7, 1));
}

TEST_CASE("random tables against a look at every cell") {
    check_many<facts<>, 2>(4);
    check_many<facts<alone0>, 3>(20);
    check_many<small_mix, 6>(500);
    check_many<small_mix, 20>(500);
    check_many<five_bits, 10>(200);
    check_many<eight_bits, 12>(150);
    check_many<eight_bits, 64>(30);
    check_many<ten_bits, 30>(30);
    check_many<quads, 24>(150);
    check_many<mixed, 16>(20);
    check_many<mixed, 64>(5);
}

TEST_CASE("tables that are nearly covered") {
    // Rows of few facts overlap much, and little is left.
    std::size_t covered = 0;
    for (std::uint64_t seed = 0; seed != 400; ++seed) {
        const auto table = random_table<five_bits, 14>(seed, 1);
        const auto all = every_cell(table);
        for (std::size_t rows = 4; rows <= 14; ++rows) {
            CAPTURE(seed);
            CAPTURE(rows);
            REQUIRE(search_agrees(table, all, tables::detail::first_bits(rows)));
            covered += enumerate_uncovered(table, all, tables::detail::first_bits(rows)) ? 0 : 1;
        }
    }
    // Both outcomes were met often.
    CHECK(covered > 400);
    CHECK(covered < 4000);
}

TEST_CASE("as many rows as a table can have") {
    constexpr auto combinations = [] {
        auto made = open_table<ten_bits, 64>();
        for (std::size_t row = 0; row != 64; ++row)
            for (std::size_t fact = 0; fact != 6; ++fact)
                made.accepts[row][fact + 2] = ((row >> fact) & 1U) != 0 ? 1 : 2;
        return made;
    }();
    CHECK_BOTH(!tables::detail::has_uncovered(detail::row_index{combinations},
                                              every_cell(combinations), ~row_set{0}));
    CHECK_BOTH(tables::detail::has_uncovered(detail::row_index{combinations},
                                             every_cell(combinations),
                                             ~row_set{0} & ~(row_set{1} << 37U)));
}
