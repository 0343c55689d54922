// SPDX-License-Identifier: BSL-1.0
#include "daxhold/tables/table.hpp"

#include "both.hpp"

#include <boost/hana/append.hpp>
#include <boost/hana/basic_tuple.hpp>
#include <boost/hana/concat.hpp>
#include <boost/hana/prepend.hpp>
#include <boost/hana/tuple.hpp>

using namespace daxhold;
using namespace daxhold::tables;

namespace {

enum class role : unsigned char { data, log, realtime };
enum class cause : unsigned char { removal, corruption };
enum class rmap : unsigned char { present, absent };
enum class lonely : unsigned char { here };

template <class Table>
using facts_of = typename std::remove_cvref_t<Table>::facts;

template <class A, class B>
constexpr bool same_table(const A&, const B&) {
    return false;
}

template <class Table>
constexpr bool same_table(const Table& a, const Table& b) {
    for (std::size_t row = 0; row != Table::row_count; ++row) {
        if (a.actions[row] != b.actions[row])
            return false;
        for (std::size_t fact = 0; fact != Table::fact_count; ++fact)
            if (a.accepted(row, fact) != b.accepted(row, fact))
                return false;
    }
    return true;
}

constexpr auto gate =
    table(when(rmap::absent, role::log) >> 1,
          when(cause::removal, any_of(role::log, role::data)) >> 2, otherwise >> 3);

} // namespace

TEST_CASE("facts stand in the order in which the rows name them") {
    static_assert(
        std::same_as<facts_of<decltype(gate)>, tables::detail::type_list<rmap, role, cause>>);
    CHECK_BOTH(gate.row_count == 3);
    CHECK_BOTH(gate.fact_count == 3);
    CHECK_BOTH(facts_of<decltype(gate)>::index_of<cause> == 2);
    CHECK_BOTH(facts_of<decltype(gate)>::index_of<lonely> == 3);
    static_assert(std::same_as<facts_of<decltype(gate)>::at<1>, role>);
}

TEST_CASE("a row accepts every value of a fact that it does not name") {
    CHECK_BOTH(gate.accepted(0, 0) == 2);
    CHECK_BOTH(gate.accepted(0, 1) == 2);
    CHECK_BOTH(gate.accepted(0, 2) == 3);
    CHECK_BOTH(gate.accepted(1, 0) == 3);
    CHECK_BOTH(gate.accepted(1, 1) == 3);
    CHECK_BOTH(gate.accepted(1, 2) == 1);
    CHECK_BOTH(gate.accepted(2, 0) == 3);
    CHECK_BOTH(gate.accepted(2, 1) == 7);
    CHECK_BOTH(gate.accepted(2, 2) == 3);
}

TEST_CASE("actions keep their order") {
    CHECK_BOTH(gate.actions[0] == 1);
    CHECK_BOTH(gate.actions[1] == 2);
    CHECK_BOTH(gate.actions[2] == 3);
}

TEST_CASE("a fact that a row names twice must pass both") {
    constexpr auto twice = table(when(any_of(role::data, role::log), role::log) >> 1,
                                 when(none_of(role::data), none_of(role::log)) >> 2,
                                 when(role::data, role::log) >> 3, otherwise >> 4);
    static_assert(std::same_as<facts_of<decltype(twice)>, tables::detail::type_list<role>>);
    CHECK_BOTH(twice.accepted(0, 0) == 2);
    CHECK_BOTH(twice.accepted(1, 0) == 4);
    CHECK_BOTH(twice.accepted(2, 0) == 0);
    CHECK_BOTH(twice.accepted(3, 0) == 7);
    // It is asked for where it was named first.
    constexpr auto around =
        table(when(none_of(role::data), rmap::present, none_of(role::log)) >> 1, otherwise >> 2);
    CHECK_BOTH(around.places[0][0] < around.places[0][1]);
}

TEST_CASE("a table of rows without facts has none") {
    constexpr auto only = table(otherwise >> 7);
    CHECK_BOTH(only.fact_count == 0);
    CHECK_BOTH(only.row_count == 1);
    CHECK_BOTH(only.actions[0] == 7);
}

TEST_CASE("a fact with one value is a fact") {
    constexpr auto made = table(when(lonely::here, role::log) >> 1, otherwise >> 2);
    static_assert(std::same_as<facts_of<decltype(made)>, tables::detail::type_list<lonely, role>>);
    CHECK_BOTH(made.accepted(0, 0) == 1);
    CHECK_BOTH(made.accepted(1, 0) == 1);
}

TEST_CASE("actions of different types take the common one") {
    constexpr auto made = table(when(role::log) >> 1, when(role::data) >> 2L, otherwise >> 3U);
    static_assert(std::same_as<std::remove_cvref_t<decltype(made)>::action_type, long>);
    CHECK_BOTH(made.actions[0] == 1);
    CHECK_BOTH(made.actions[1] == 2);
    CHECK_BOTH(made.actions[2] == 3);
    constexpr auto fractions = table(when(role::log) >> 1, otherwise >> 0.5);
    static_assert(std::same_as<std::remove_cvref_t<decltype(fractions)>::action_type, double>);
    CHECK_BOTH(fractions.actions[1] > 0);
}

TEST_CASE("an action needs neither a default nor a comparison") {
    struct stubborn {
        constexpr explicit stubborn(int number) : n{number} {}
        int n;
    };
    constexpr auto made = table(when(role::log) >> stubborn{1}, otherwise >> stubborn{2});
    CHECK_BOTH(made.actions[1].n == 2);
}

TEST_CASE("a Foldable of rows makes the same table") {
    constexpr auto shared =
        boost::hana::make_tuple(when(rmap::absent, role::log) >> 1,
                                when(cause::removal, any_of(role::log, role::data)) >> 2);
    CHECK_BOTH(same_table(table(boost::hana::append(shared, otherwise >> 3)), gate));
    CHECK_BOTH(same_table(
        table(boost::hana::concat(shared, boost::hana::make_tuple(otherwise >> 3))), gate));
    CHECK_BOTH(
        same_table(table(boost::hana::make_basic_tuple(
                       when(rmap::absent, role::log) >> 1,
                       when(cause::removal, any_of(role::log, role::data)) >> 2, otherwise >> 3)),
                   gate));
    constexpr auto first = boost::hana::prepend(shared, when(lonely::here, rmap::present) >> 0);
    constexpr auto longer = table(boost::hana::append(first, otherwise >> 3));
    CHECK_BOTH(longer.row_count == 4);
    CHECK_BOTH(longer.actions[3] == 3);
    static_assert(std::same_as<facts_of<decltype(longer)>,
                               tables::detail::type_list<lonely, rmap, role, cause>>);
}

TEST_CASE("a table as another one, but for some rows") {
    // The facts of its own rows come first; a row of the other one asks in its own order.
    constexpr auto but = table(when(cause::corruption, lonely::here) >> 7L, as_in(gate));
    static_assert(std::same_as<facts_of<decltype(but)>,
                               tables::detail::type_list<cause, lonely, rmap, role>>);
    static_assert(std::same_as<std::remove_cvref_t<decltype(but)>::action_type, long>);
    CHECK_BOTH(but.row_count == 4);
    CHECK_BOTH(but.inherited_from == 1);
    CHECK_BOTH(gate.inherited_from == gate.row_count);
    CHECK_BOTH(but.actions[0] == 7);
    CHECK_BOTH(but.actions[1] == 1);
    CHECK_BOTH(but.actions[3] == 3);
    CHECK_BOTH(but.accepted(1, 0) == 3);
    CHECK_BOTH(but.accepted(1, 2) == gate.accepted(0, 0));
    CHECK_BOTH(but.accepted(1, 3) == gate.accepted(0, 1));
    CHECK_BOTH(but.places[1][3] == gate.places[0][1]);
    CHECK_BOTH(but.accepted(2, 0) == gate.accepted(1, 2));
    CHECK_BOTH(but.accepted(3, 3) == 7);
    // Its own rows may be a Foldable, or none; what is inherited may be so itself.
    constexpr auto of_tuple =
        table(boost::hana::make_tuple(when(cause::corruption, lonely::here) >> 7L), as_in(gate));
    CHECK_BOTH(same_table(of_tuple, but));
    CHECK_BOTH(same_table(table(as_in(gate)), gate));
    CHECK_BOTH(same_table(table(boost::hana::make_tuple(), as_in(gate)), gate));
    constexpr auto twice = table(when(role::data) >> 8, as_in(but));
    CHECK_BOTH(twice.row_count == 5);
    CHECK_BOTH(twice.inherited_from == 1);
    CHECK_BOTH(twice.actions[1] == 7);
}

TEST_CASE("a table can be made at run time") {
    volatile int number = 4;
    const int action = number;
    const auto made = table(when(role::log) >> action, otherwise >> (2 * action));
    CHECK(made.actions[0] == 4);
    CHECK(made.actions[1] == 8);
}

TEST_CASE("what is a table") {
    CHECK_BOTH(any_table<std::remove_cvref_t<decltype(gate)>>);
    CHECK_BOTH(!any_table<int>);
    CHECK_BOTH(!any_table<decltype(boost::hana::make_tuple(otherwise >> 1))>);
    CHECK_BOTH(!any_table<decltype(otherwise >> 1)>);
}
