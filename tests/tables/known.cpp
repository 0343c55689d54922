// SPDX-License-Identifier: BSL-1.0
#include "daxhold/tables/known.hpp"

#include "daxhold/tables/decide.hpp"

#include "both.hpp"
#include "random_table.hpp"

using namespace daxhold::tables;
using namespace tests;

namespace {

enum class role : unsigned char { data, log, realtime };
enum class cause : unsigned char { removal, corruption };
enum class rmap : unsigned char { present, absent };

/// Knows a cell.
template <class Facts>
struct cell_source {
    static constexpr bool knows_beforehand = true;

    cube<Facts::size> cell;

    template <class Fact>
    constexpr Fact operator()(boost::hana::basic_type<Fact>) const {
        return static_cast<Fact>(detail::lowest(cell.values[Facts::template index_of<Fact>]));
    }
};

constexpr auto row_number = [](auto row) { return std::size_t{decltype(row)::value}; };

template <auto const& Table, compilation_when_known Way, class Source>
constexpr bool decides_by(Source source, std::size_t row) {
    auto leaf = row_number;
    return detail::decide_when_known_by<Table, Way>(source, leaf) == row &&
           detail::decide_action_when_known_by<Table, Way>(source) == Table.actions[row];
}

/// Whether each way decides in each cell as the rows say.
template <auto const& Table>
constexpr bool decides_everywhere() {
    using facts = typename detail::table_type<Table>::facts;
    for (std::size_t i = 0; i != cell_count<facts>; ++i) {
        const cell_source<facts> source{cell(facts{}, i)};
        const auto row = first_row_for(Table, source.cell);
        if (decide_row<Table>(source, row_number) != row ||
            decide<Table>(source) != Table.actions[row] ||
            !decides_by<Table, compilation_when_known::words>(source, row))
            return false;
        if constexpr (detail::table_type<Table>::row_count <= 64)
            if (!decides_by<Table, compilation_when_known::tests>(source, row) ||
                !decides_by<Table, compilation_when_known::look_up>(source, row))
                return false;
    }
    return true;
}

constexpr auto gate = table(when(role::log, cause::removal) >> 1, when(role::data) >> 2,
                            when(rmap::absent) >> 3, otherwise >> 4);

/// Sections by role, below a row that is above all of them.
constexpr auto guarded =
    table(when(rmap::absent, cause::removal) >> 1, when(role::data, cause::corruption) >> 2,
          when(role::data) >> 3, when(role::log, rmap::absent) >> 4, when(role::log) >> 5,
          when(cause::removal) >> 6, otherwise >> 7);

/// Sections of one fact, each of which fits into a word while the whole does not.
constexpr auto drawn_sections = [] {
    auto made = open_table<mixed, 200>();
    random_numbers next{3};
    for (std::size_t row = 0; row != 199; ++row) {
        if (row >= 10)
            made.accepts[row][4] = std::uint64_t{1} << ((row - 10) / 27);
        for (const std::size_t fact : {0U, 3U})
            made.accepts[row][fact] = std::uint64_t{1} << next.below(fact == 0 ? 5 : 3);
        for (const std::size_t fact : {1U, 5U})
            if (next.below(2) == 0)
                made.accepts[row][fact] = 1 + next.below(2);
    }
    return made;
}();
constexpr const auto& sections = without_dead_rows<drawn_sections>;

/// As many rows, and no fact that all of them name.
constexpr auto several_words = [] {
    auto made = open_table<forty_bits, 170>();
    random_numbers next{64};
    for (std::size_t row = 0; row != 169; ++row)
        for (std::size_t i = 0; i != 7; ++i)
            made.accepts[row][next.below(40)] = 1 + next.below(2);
    return made;
}();

struct verdict {
    int error;
    friend constexpr bool operator==(verdict, verdict) = default;
    constexpr explicit verdict(int of) : error{of} {}
};

} // namespace

TEST_CASE("every way decides as the rows say, by the compiler") {
    static_assert(decides_everywhere<gate>());
    static_assert(decides_everywhere<guarded>());
    static_assert(decides_everywhere<whole_table<small_mix, 6, 1, 2>>());
}

TEST_CASE("every way decides as the rows say") {
    CHECK(decides_everywhere<gate>());
    CHECK(decides_everywhere<guarded>());
    CHECK(decides_everywhere<whole_table<small_mix, 12, 1, 1>>());
    CHECK(decides_everywhere<whole_table<five_bits, 20, 2, 1>>());
    CHECK(decides_everywhere<whole_table<quads, 24, 3, 1>>());
    CHECK(decides_everywhere<whole_table<mixed, 64, 4, 1>>());
}

TEST_CASE("more rows than bits of a word, in sections and in several words") {
    constexpr std::size_t rows = detail::table_type<sections>::row_count;
    static_assert(rows > 64);
    CHECK_BOTH(detail::words_when_known<sections, detail::result::row>::words == 1);
    CHECK_BOTH(detail::words_when_known<sections, detail::result::row>::sections > 1);
    CHECK(decides_everywhere<sections>());

    CHECK_BOTH(detail::words_when_known<several_words, detail::result::row>::words == 3);
    random_numbers next{1};
    row_set_of<detail::table_type<several_words>> won = 0;
    for (int i = 0; i != 3000; ++i) {
        cell_source<forty_bits> source{};
        for (auto& values : source.cell.values)
            values = 1 + next.below(2);
        const auto row = first_row_for(several_words, source.cell);
        REQUIRE(decide<several_words>(source) == row);
        REQUIRE(decide_row<several_words>(source, row_number) == row);
        won |= decltype(won){1} << row;
    }
    CHECK((won >> 128U) != 0);
}

TEST_CASE("tests in sections of the fact that is named most, where these take fewer") {
    constexpr auto by_role = detail::sections_of_tests<guarded>;
    CHECK_BOTH(by_role.fact == detail::table_type<guarded>::facts::index_of<role>);
    CHECK_BOTH(by_role.begin() == 1);
    std::uint8_t rows[7] = {};
    REQUIRE(by_role.list(static_cast<std::size_t>(role::log), by_role.begin(), rows) == 2);
    CHECK(rows[0] == 3);
    CHECK(rows[1] == 4);
    // One test of each cell, a second of half of them, and one or two of the section.
    constexpr detail::expected_tests<guarded> expected{by_role};
    CHECK_BOTH(expected.written == 5);
    CHECK_BOTH(expected.taken == 1.5 + 2 + 3 * 0.25);
    CHECK_BOTH(detail::sections_of_tests<gate>.is_one());
}

TEST_CASE("the way that takes the fewest instructions") {
    // Tests, where there are few.
    CHECK_BOTH(compilation_when_known_of<gate> == compilation_when_known::tests);
    // One look-up for few facts, words for more.
    CHECK_BOTH(compilation_when_known_of<whole_table<quads, 64, 3, 1>> ==
               compilation_when_known::look_up);
    CHECK_BOTH(compilation_when_known_of<whole_table<ten_bits, 60, 3, 1>> ==
               compilation_when_known::words);
    // Never tests for more rows than a word has bits.
    CHECK_BOTH(compilation_when_known_of<several_words> == compilation_when_known::words);
}

TEST_CASE("actions are of any type and any number") {
    static constexpr auto verdicts =
        table(when(role::log, cause::removal) >> verdict{-5}, when(role::data) >> verdict{-117},
              when(rmap::absent) >> verdict{0}, otherwise >> verdict{-22});
    static constexpr auto numbers =
        table(when(role::log, cause::removal) >> -5, when(role::data) >> 256,
              when(rmap::absent) >> 70000, otherwise >> 0);
    CHECK_BOTH(decides_everywhere<verdicts>());
    CHECK_BOTH(decides_everywhere<numbers>());
}

TEST_CASE("who knows beforehand says so") {
    CHECK_BOTH(knows_beforehand<known_facts<role>>);
    CHECK_BOTH(knows_beforehand<const known_facts<role, rmap>&>);
    constexpr auto asks = [](auto asked) { return typename decltype(asked)::type{}; };
    CHECK_BOTH(!knows_beforehand<decltype(asks)>);
    CHECK_BOTH(!knows_beforehand<int>);
}
