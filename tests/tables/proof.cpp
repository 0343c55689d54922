// SPDX-License-Identifier: BSL-1.0
#include "daxhold/tables/proof.hpp"

#include "both.hpp"
#include "random_table.hpp"

using namespace daxhold;
using namespace daxhold::tables;
using namespace tests;

namespace {

enum class role : unsigned char { data, log, realtime };
enum class cause : unsigned char { removal, corruption };
enum class rmap : unsigned char { present, absent };

constexpr std::uint64_t no = 1;
constexpr std::uint64_t yes = 2;

constexpr std::uint64_t bit(std::size_t number, std::size_t position) {
    return ((number >> position) & 1U) != 0 ? yes : no;
}

/// All combinations of six facts that lie far apart among the forty.
constexpr auto combinations = [] {
    auto made = open_table<forty_bits, 64>();
    for (std::size_t row = 0; row != 64; ++row)
        for (std::size_t fact = 0; fact != 6; ++fact)
            made.accepts[row][7 * fact + 2] = bit(row, fact);
    return made;
}();

/// The same over three facts of four values.
constexpr auto combinations_of_quads = [] {
    auto made = open_table<twenty_quads, 64>();
    for (std::size_t row = 0; row != 64; ++row)
        for (std::size_t fact = 0; fact != 3; ++fact)
            made.accepts[row][9 * fact] = std::uint64_t{1} << ((row >> (2 * fact)) & 3U);
    return made;
}();

template <std::size_t Rows, class Table>
constexpr auto first_rows(const Table& table) {
    auto made = open_table<typename Table::facts, Rows>();
    for (std::size_t row = 0; row != Rows && row != Table::row_count; ++row)
        for (std::size_t fact = 0; fact != Table::fact_count; ++fact)
            made.accepts[row][fact] = table.accepts[row][fact];
    return made;
}

template <class Table>
constexpr auto without_row(const Table& table, std::size_t row) {
    auto made = first_rows<Table::row_count - 1>(table);
    for (; row != Table::row_count - 1; ++row)
        for (std::size_t fact = 0; fact != Table::fact_count; ++fact)
            made.accepts[row][fact] = table.accepts[row + 1][fact];
    return made;
}

constexpr auto combinations_but_one = without_row(combinations, 41);
constexpr auto combinations_of_quads_but_one = without_row(combinations_of_quads, 27);

/// Fifteen of sixteen combinations of four facts, and in the sixteenth one row for each other fact
/// that is not set: what is left of 2^40 cells is one.
constexpr auto all_but_one_cell = [] {
    auto made = open_table<forty_bits, 51>();
    for (std::size_t row = 0; row != 15; ++row)
        for (std::size_t fact = 0; fact != 4; ++fact)
            made.accepts[row][10 * fact + 5] = bit(row, fact);
    std::size_t row = 15;
    for (std::size_t other = 0; other != 40; ++other)
        if (other % 10 != 5) {
            for (std::size_t fact = 0; fact != 4; ++fact)
                made.accepts[row][10 * fact + 5] = yes;
            made.accepts[row++][other] = other % 3 == 0 ? yes : no;
        }
    return made;
}();

/// The cell that it leaves, as one more row.
constexpr auto the_one_cell_as_well = [] {
    auto made = first_rows<52>(all_but_one_cell);
    for (std::size_t fact = 0; fact != 40; ++fact)
        made.accepts[51][fact] = fact % 10 != 5 && fact % 3 == 0 ? no : yes;
    return made;
}();

/// Parities that contradict each other: each vertex of the Moebius-Kantor graph demands an even
/// number of its three edges, but one demands an odd number.
constexpr auto parities = [] {
    auto made = open_table<forty_bits, 64>();
    std::size_t edges[16][3] = {};
    std::size_t degree[16] = {};
    std::size_t edge = 0;
    const auto connect = [&](std::size_t a, std::size_t b) {
        edges[a][degree[a]++] = edge;
        edges[b][degree[b]++] = edge++;
    };
    for (std::size_t i = 0; i != 8; ++i) {
        connect(i, (i + 1) % 8);
        connect(i, 8 + i);
        connect(8 + i, 8 + (i + 3) % 8);
    }
    std::size_t row = 0;
    for (std::size_t vertex = 0; vertex != 16; ++vertex)
        for (std::size_t chosen = 0; chosen != 8; ++chosen)
            if (((chosen ^ (chosen >> 1U) ^ (chosen >> 2U)) & 1U) == (vertex == 0 ? 0U : 1U)) {
                for (std::size_t i = 0; i != 3; ++i)
                    made.accepts[row][edges[vertex][i]] = bit(chosen, i);
                ++row;
            }
    return made;
}();
constexpr auto parities_but_one = without_row(parities, 20);

/// Rows that name every fact, and a row for the rest.
constexpr auto full_rows = [] {
    auto made = open_table<forty_bits, 64>();
    random_numbers next{40};
    for (std::size_t row = 0; row != 63; ++row)
        for (std::size_t fact = 0; fact != 40; ++fact)
            made.accepts[row][fact] = bit(next.below(2), 0);
    return made;
}();

constexpr auto full_rows_of_quads = [] {
    auto made = open_table<twenty_quads, 64>();
    random_numbers next{20};
    for (std::size_t row = 0; row != 63; ++row)
        for (std::size_t fact = 0; fact != 20; ++fact)
            made.accepts[row][fact] = 1 + next.below(14);
    return made;
}();

/// Rows of three facts, and a row for the rest.
constexpr auto short_rows = [] {
    auto made = open_table<forty_bits, 64>();
    random_numbers next{3};
    for (std::size_t row = 0; row != 63; ++row)
        for (std::size_t i = 0; i != 3; ++i)
            made.accepts[row][next.below(40)] = bit(next.below(2), 0);
    return made;
}();

/// A row that 32 rows hide together, each of them in one cell of five facts.
constexpr auto hidden_by_many = [] {
    auto made = first_rows<34>(combinations);
    for (std::size_t row = 0; row != 34; ++row)
        for (std::size_t fact = 0; fact != 40; ++fact)
            made.accepts[row][fact] = row < 32 && fact != 37 ? combinations.accepts[row][fact] : 3;
    for (std::size_t row = 0; row != 33; ++row)
        made.accepts[row][37] = no;
    return made;
}();

constexpr auto otherwise_below_pigeons = pigeons<4, 23>;
constexpr auto five_pigeons = pigeons<5, 45>;

template <std::uint64_t Seed, class Facts, std::size_t Rows>
constexpr auto random = random_table<Facts, Rows>(Seed, 2);

/// Holds what is found in a table against a look at every cell.
template <auto const& Table>
constexpr bool mistake_agrees() {
    constexpr std::size_t rows = tables::detail::table_type<Table>::row_count;
    constexpr auto found = mistake_in<Table>;
    const auto all = every_cell(Table);
    if (enumerate_uncovered(Table, all, tables::detail::first_bits(rows))) {
        return found.what == mistake::hole && !is_empty(found.cells) &&
               enumerate_winners(Table, found.cells) == row_set{1} << rows;
    }
    const auto winners = enumerate_winners(Table, all);
    if (winners == tables::detail::first_bits(rows))
        return found.what == mistake::none;
    const auto dead = static_cast<std::size_t>(tables::detail::lowest(~winners));
    if (found.row != dead)
        return false;
    const auto cells = cells_of(Table, dead);
    if (is_empty(cells))
        return found.what == mistake::contradiction;
    if constexpr (found.what == mistake::dead_row) {
        // The rows that it names hide the row, and none can be left out.
        constexpr auto by = found.hidden_by;
        if ((by & ~tables::detail::first_bits(dead)) != 0 || enumerate_uncovered(Table, cells, by))
            return false;
        for (auto left = by; left != 0; left &= left - 1)
            if (!enumerate_uncovered(Table, cells, by & ~(left & (~left + 1))))
                return false;
        return true;
    }
    return false;
}

template <class Facts, std::size_t Rows, std::uint64_t... Seed>
std::size_t check_random(std::integer_sequence<std::uint64_t, Seed...>) {
    const auto check = []<std::uint64_t S>(std::integral_constant<std::uint64_t, S>) {
        CAPTURE(S);
        CHECK(mistake_agrees<random<S, Facts, Rows>>());
    };
    (check(std::integral_constant<std::uint64_t, Seed>{}), ...);
    return (
        static_cast<std::size_t>(mistake_in<random<Seed, Facts, Rows>>.what == mistake::dead_row) +
        ...);
}

} // namespace

TEST_CASE("a whole table is proven") {
    static constexpr auto gate = table(when(role::log, cause::removal) >> 1, when(role::data) >> 2,
                                       when(role::log) >> 3, otherwise >> 4);
    CHECK_BOTH(proven<gate>);
    static constexpr auto only = table(otherwise >> 1);
    CHECK_BOTH(proven<only>);
}

TEST_CASE("a table is whole without a row for the rest") {
    static constexpr auto gate =
        table(when(role::log) >> 1, when(none_of(role::log), cause::removal) >> 2,
              when(cause::corruption, role::data) >> 3, when(role::realtime) >> 4);
    CHECK_BOTH(proven<gate>);
}

TEST_CASE("a hole is found with the cells in it") {
    static constexpr auto gate = table(when(role::data) >> 1, when(role::log, rmap::present) >> 2,
                                       when(role::realtime) >> 3);
    CHECK_BOTH(mistake_in<gate>.what == mistake::hole);
    CHECK_BOTH(mistake_in<gate>.cells.values[0] == 2);
    CHECK_BOTH(mistake_in<gate>.cells.values[1] == 2);
}

TEST_CASE("a dead row is found with those that hide it") {
    static constexpr auto gate =
        table(when(role::log, cause::removal) >> 1, when(role::data, rmap::absent) >> 2,
              when(cause::corruption) >> 3, when(role::log) >> 4, otherwise >> 5);
    CHECK_BOTH(mistake_in<gate>.what == mistake::dead_row);
    CHECK_BOTH(mistake_in<gate>.row == 3);
    CHECK_BOTH(mistake_in<gate>.hidden_by == 5);
}

TEST_CASE("a row like the one above it is dead") {
    static constexpr auto gate = table(otherwise >> 1, otherwise >> 1);
    CHECK_BOTH(mistake_in<gate>.what == mistake::dead_row);
    CHECK_BOTH(mistake_in<gate>.row == 1);
    CHECK_BOTH(mistake_in<gate>.hidden_by == 1);
}

TEST_CASE("a contradiction is not a dead row") {
    static constexpr auto gate =
        table(when(role::data) >> 1, when(role::log, role::realtime) >> 2, otherwise >> 3);
    CHECK_BOTH(mistake_in<gate>.what == mistake::contradiction);
    CHECK_BOTH(mistake_in<gate>.row == 1);
}

TEST_CASE("rows of another table may be dead, one's own may not") {
    static constexpr auto base = table(when(role::log) >> 1, when(role::data) >> 2, otherwise >> 3);
    static constexpr auto but = table(when(none_of(role::data)) >> 4, as_in(base));
    CHECK_BOTH(proven<but>);
    static constexpr auto twice = table(when(role::log) >> 5, as_in(but));
    CHECK_BOTH(proven<twice>);
    static constexpr auto own =
        table(when(none_of(role::data)) >> 4, when(role::log) >> 5, as_in(base));
    CHECK_BOTH(mistake_in<own>.what == mistake::dead_row);
    CHECK_BOTH(mistake_in<own>.row == 1);
    static constexpr auto last = table(when(role::log) >> 4, when(role::log) >> 5, as_in(base));
    CHECK_BOTH(mistake_in<last>.row == 1);
    static constexpr auto draft = table(when(role::log) >> 1);
    static constexpr auto hole = table(when(role::data) >> 4, as_in(draft));
    CHECK_BOTH(mistake_in<hole>.what == mistake::hole);
}

TEST_CASE("a hole is told before a dead row") {
    static constexpr auto gate = table(when(role::data) >> 1, when(role::data) >> 2);
    CHECK_BOTH(mistake_in<gate>.what == mistake::hole);
}

TEST_CASE("64 rows over 40 bits that are whole only together") {
    CHECK_BOTH(proven<combinations>);
    CHECK_BOTH(proven<combinations_of_quads>);
    CHECK_BOTH(mistake_in<combinations_but_one>.what == mistake::hole);
    CHECK_BOTH(mistake_in<combinations_but_one>.cells.values[2] == bit(41, 0));
    CHECK_BOTH(mistake_in<combinations_but_one>.cells.values[9] == bit(41, 1));
    CHECK_BOTH(mistake_in<combinations_but_one>.cells.values[16] == bit(41, 2));
    CHECK_BOTH(mistake_in<combinations_but_one>.cells.values[23] == bit(41, 3));
    CHECK_BOTH(mistake_in<combinations_but_one>.cells.values[30] == bit(41, 4));
    CHECK_BOTH(mistake_in<combinations_but_one>.cells.values[37] == bit(41, 5));
    CHECK_BOTH(mistake_in<combinations_of_quads_but_one>.what == mistake::hole);
    CHECK_BOTH(mistake_in<combinations_of_quads_but_one>.cells.values[0] == 8);
    CHECK_BOTH(mistake_in<combinations_of_quads_but_one>.cells.values[9] == 4);
    CHECK_BOTH(mistake_in<combinations_of_quads_but_one>.cells.values[18] == 2);
}

TEST_CASE("one cell of 2^40 without a row") {
    CHECK_BOTH(mistake_in<all_but_one_cell>.what == mistake::hole);
    for (std::size_t fact = 0; fact != 40; ++fact)
        CHECK(mistake_in<all_but_one_cell>.cells.values[fact] ==
              the_one_cell_as_well.accepts[51][fact]);
    CHECK_BOTH(proven<the_one_cell_as_well>);
}

TEST_CASE("64 rows over 40 bits that end with a row for the rest") {
    CHECK_BOTH(proven<full_rows>);
    CHECK_BOTH(proven<full_rows_of_quads>);
    CHECK_BOTH(proven<short_rows>);
}

TEST_CASE("coverings that are hard to see") {
    CHECK_BOTH(proven<five_pigeons>);
    CHECK_BOTH(proven<parities>);
    CHECK_BOTH(mistake_in<parities_but_one>.what == mistake::hole);
}

TEST_CASE("rows that many rows hide") {
    CHECK_BOTH(mistake_in<hidden_by_many>.what == mistake::dead_row);
    CHECK_BOTH(mistake_in<hidden_by_many>.row == 32);
    CHECK_BOTH(mistake_in<hidden_by_many>.hidden_by == tables::detail::first_bits(32));
    CHECK_BOTH(mistake_in<otherwise_below_pigeons>.what == mistake::dead_row);
    CHECK_BOTH(mistake_in<otherwise_below_pigeons>.row == 22);
    CHECK_BOTH(mistake_in<otherwise_below_pigeons>.hidden_by == tables::detail::first_bits(22));
}

TEST_CASE("random tables against a look at every cell") {
    using seeds = std::make_integer_sequence<std::uint64_t, 12>;
    static_assert(mistake_agrees<random<1, small_mix, 4>>());
    static_assert(mistake_agrees<random<2, five_bits, 9>>());
    std::size_t dead_rows = 0;
    dead_rows += check_random<small_mix, 3>(seeds{});
    dead_rows += check_random<small_mix, 9>(seeds{});
    dead_rows += check_random<five_bits, 7>(seeds{});
    dead_rows += check_random<five_bits, 14>(seeds{});
    dead_rows += check_random<quads, 16>(seeds{});
    CHECK(dead_rows > 8);
}
