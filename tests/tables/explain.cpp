// SPDX-License-Identifier: BSL-1.0
#include "daxhold/tables/explain.hpp"

#include "both.hpp"
#include "random_table.hpp"

using namespace daxhold;
using namespace daxhold::tables;
using namespace tests;

namespace {

enum class role : unsigned char { data, log, realtime };
enum class cause : unsigned char { corruption, removal };
enum class rmap : unsigned char { present, absent };

// Rows 3 and 4 say the same.
constexpr auto gate = table(when(role::log, cause::removal) >> 1, when(role::log) >> 2,
                            when(rmap::absent) >> 3, when(role::realtime) >> 3, otherwise >> 4);

constexpr auto one_cell = table(otherwise >> 1);

constexpr std::uint64_t bit(std::size_t number) { return std::uint64_t{1} << number; }

/// Counts how often it is asked for each fact.
struct counting_source {
    int* asked;

    constexpr role operator()(boost::hana::basic_type<role>) const { return ++asked[0], role::log; }
    constexpr cause operator()(boost::hana::basic_type<cause>) const {
        return ++asked[1], cause::removal;
    }
    constexpr rmap operator()(boost::hana::basic_type<rmap>) const {
        return ++asked[2], rmap::present;
    }
};

constexpr bool asks_once_for_every_fact() {
    int asked[3] = {};
    const auto why = explain<gate>(counting_source{asked});
    return why.row == 0 && asked[0] == 1 && asked[1] == 1 && asked[2] == 1;
}

/// Whether the action in a cell depends on a fact, found by looking at every cell.
template <class Table>
bool depends_on(const Table& table, const cube<Table::fact_count>& cells, std::size_t fact) {
    for (std::size_t i = 0; i != cell_count<typename Table::facts>; ++i) {
        const auto at = cell(typename Table::facts{}, i);
        if (!contains(cells, at))
            continue;
        auto other = at;
        for (auto left = cells.values[fact]; left != 0; left &= left - 1) {
            other.values[fact] = left & (~left + 1);
            if (table.actions[first_row_for(table, at)] !=
                table.actions[first_row_for(table, other)])
                return true;
        }
    }
    return false;
}

/// Everything that is true of an explanation.
template <class Table>
void check_cell(const Table& table, const cube<Table::fact_count>& at) {
    const auto why = explain(table, at);
    REQUIRE(why.row == first_row_for(table, at));
    REQUIRE(why.passed_over.size() == why.row);
    for (std::size_t above = 0; above != why.row; ++above) {
        const auto& passed = why.passed_over[above];
        REQUIRE(passed.row == above);
        REQUIRE(passed.accepts == table.accepted(above, passed.fact));
        REQUIRE((passed.accepts & at.values[passed.fact]) == 0);
        for (std::size_t before = 0; before != passed.fact; ++before)
            REQUIRE((table.accepted(above, before) & at.values[before]) != 0);
    }
    const auto all = every_cell(table);
    for (std::size_t fact = 0; fact != Table::fact_count; ++fact)
        for (auto left = all.values[fact]; left != 0; left &= left - 1) {
            auto changed = at;
            changed.values[fact] = left & (~left + 1);
            const auto row = first_row_for(table, changed);
            std::size_t told = 0;
            for (const auto& other : why.others)
                if (other.fact == fact && (other.values & changed.values[fact]) != 0) {
                    ++told;
                    REQUIRE(other.row == row);
                }
            REQUIRE(told == (table.actions[row] == table.actions[why.row] ? 0 : 1));
        }
}

template <class Table>
void check_part(const Table& table, const cube<Table::fact_count>& cells) {
    const auto why = explain_partly(table, cells);
    REQUIRE(why.rows == enumerate_winners(table, cells));
    bool is_one = true;
    for (auto left = why.rows; left != 0; left &= left - 1)
        is_one = is_one && table.actions[tables::detail::lowest(left)] ==
                               table.actions[tables::detail::lowest(why.rows)];
    REQUIRE(why.is_decided == is_one);
    for (std::size_t fact = 0; fact != Table::fact_count; ++fact)
        REQUIRE(((why.deciding >> fact) & 1U) == (depends_on(table, cells, fact) ? 1U : 0U));
}

/// Random tables in which several rows say the same.
template <class Facts, std::size_t Rows>
void check_random(std::uint64_t seeds) {
    for (std::uint64_t seed = 0; seed != seeds; ++seed) {
        CAPTURE(seed);
        auto table = random_table<Facts, Rows>(seed, 2);
        detail::fill_every_value(table.accepts[Rows - 1], Facts{});
        for (auto& action : table.actions)
            action %= 3;
        random_numbers next{seed};
        for (int i = 0; i != 4; ++i) {
            check_cell(table, cell(Facts{}, next.below(cell_count<Facts>)));
            auto part = every_cell(table);
            for (std::size_t fact = 0; fact != Facts::size; ++fact)
                if (const auto values = part.values[fact] & next(); values != 0)
                    part.values[fact] = values;
            check_part(table, part);
        }
    }
}

} // namespace

TEST_CASE("the row that won, and what kept the rows above it from applying") {
    constexpr auto why = explain<gate>(known(role::data, cause::removal, rmap::present));
    CHECK_BOTH(why.row == 4);
    CHECK_BOTH(why.passed_over.size() == 4);
    CHECK_BOTH(why.passed_over[0].row == 0);
    CHECK_BOTH(why.passed_over[0].fact == 0);
    CHECK_BOTH(why.passed_over[0].accepts == any_of(role::log).bits);
    CHECK_BOTH(why.is_passed_over_for<role>(1));
    CHECK_BOTH(why.is_passed_over_for<rmap>(2));
    CHECK_BOTH(why.is_passed_over_for<role>(3));
    CHECK_BOTH(!why.is_passed_over_for<cause>(0));
}

TEST_CASE("of several facts that keep a row from applying, the table's first is named") {
    constexpr auto why = explain<gate>(known(role::data, cause::corruption, rmap::present));
    CHECK_BOTH(why.is_passed_over_for<role>(0));
    constexpr auto log = explain<gate>(known(role::log, cause::corruption, rmap::present));
    CHECK_BOTH(log.row == 1);
    CHECK_BOTH(log.is_passed_over_for<cause>(0));
}

TEST_CASE("what a single fact would change, and nothing else") {
    constexpr auto why = explain<gate>(known(role::data, cause::removal, rmap::present));
    CHECK_BOTH(why.can_be_turned());
    CHECK_BOTH(why.others.size() == 3);
    CHECK_BOTH(why.turned_by<role>() == none_of(role::data));
    CHECK_BOTH(why.turned_by<rmap>() == any_of(rmap::absent));
    // Not without role::log.
    CHECK_BOTH(why.turned_by<cause>().bits == 0);
    CHECK_BOTH(why.others[0].row == 0);
    CHECK_BOTH(why.others[0].values == any_of(role::log).bits);
    CHECK_BOTH(why.others[1].row == 3);
    CHECK_BOTH(why.others[1].values == any_of(role::realtime).bits);
}

TEST_CASE("another row that says the same is no other outcome") {
    constexpr auto why = explain<gate>(known(role::realtime, cause::corruption, rmap::absent));
    CHECK_BOTH(why.row == 2);
    // With rmap::present the next row wins, and with role::data this one still does.
    CHECK_BOTH(why.turned_by<rmap>().bits == 0);
    CHECK_BOTH(why.turned_by<role>() == any_of(role::log));
    CHECK_BOTH(why.others.size() == 1);
}

TEST_CASE("where no single fact leads to another outcome, none is named") {
    constexpr auto why = explain<one_cell>(known());
    CHECK_BOTH(why.row == 0);
    CHECK_BOTH(why.passed_over.size() == 0);
    CHECK_BOTH(!why.can_be_turned());

    static constexpr auto both = table(when(role::log, rmap::absent) >> 1, otherwise >> 2);
    CHECK_BOTH(!explain<both>(known(role::data, rmap::present)).can_be_turned());
    CHECK_BOTH(explain<both>(known(role::data, rmap::absent)).turned_by<role>() ==
               any_of(role::log));
}

TEST_CASE("a source is asked once for every fact") { CHECK_BOTH(asks_once_for_every_fact()); }

TEST_CASE("a table that is not whole has cells without a row") {
    static constexpr auto holed = table(when(role::log) >> 1);
    constexpr auto why = explain(holed, cube<1>{{any_of(role::data).bits}});
    CHECK_BOTH(why.row == holed.row_count);
    CHECK_BOTH(why.passed_over.size() == 1);
    CHECK_BOTH(why.others.size() == 1);
    CHECK_BOTH(why.others[0].row == 0);
    constexpr auto log = explain(holed, cube<1>{{any_of(role::log).bits}});
    CHECK_BOTH(log.others[0].row == holed.row_count);
    CHECK_BOTH(log.others[0].values == none_of(role::log).bits);
}

TEST_CASE("what is left when only a part is known") {
    constexpr auto why = explain_partly<gate>(known(cause::removal));
    CHECK_BOTH(why.rows == (bit(0) | bit(2) | bit(3) | bit(4)));
    CHECK_BOTH(!why.is_decided);
    CHECK_BOTH(why.is_decided_by<role>());
    CHECK_BOTH(why.is_decided_by<rmap>());
    CHECK_BOTH(!why.is_decided_by<cause>());
}

TEST_CASE("a fact that is open need not matter") {
    constexpr auto log = explain_partly<gate>(known(role::log, cause::corruption));
    CHECK_BOTH(log.is_decided);
    CHECK_BOTH(log.rows == bit(1));
    CHECK_BOTH(log.deciding == 0);
    // Two rows can win, and say the same.
    constexpr auto realtime = explain_partly<gate>(known(role::realtime));
    CHECK_BOTH(realtime.rows == (bit(2) | bit(3)));
    CHECK_BOTH(realtime.is_decided);
    CHECK_BOTH(realtime.deciding == 0);
    CHECK_BOTH(!realtime.is_decided_by<rmap>());
}

TEST_CASE("a source can name the values that a fact can have") {
    constexpr auto no_log = [](boost::hana::basic_type<role>) { return none_of(role::log); };
    constexpr auto why = explain_partly<gate>(no_log);
    CHECK_BOTH(why.cells.values[0] == none_of(role::log).bits);
    CHECK_BOTH(why.rows == (bit(2) | bit(3) | bit(4)));
    CHECK_BOTH(!why.is_decided_by<cause>());
    CHECK_BOTH(why.is_decided_by<role>());
}

TEST_CASE("nothing known, and everything") {
    CHECK_BOTH(explain_partly<gate>(known()).rows == 31);
    CHECK_BOTH(explain_partly<gate>(known()).deciding == 7);
    CHECK_BOTH(explain_partly<gate>(known(role::data, cause::removal, rmap::present)).is_decided);
    CHECK_BOTH(explain_partly<one_cell>(known()).is_decided);
}

TEST_CASE("explanations of random tables are those of a look at every cell") {
    check_random<small_mix, 6>(60);
    check_random<five_bits, 10>(60);
    check_random<quads, 12>(20);
}
