// SPDX-License-Identifier: BSL-1.0
#include "daxhold/tables/difference.hpp"

#include "daxhold/policy/course.hpp"
#include "daxhold/releases/xfs_rfc.hpp"

#include "../support/pair_of_tables.hpp"
#include "both.hpp"
#include "../support/words.hpp"

using namespace daxhold;
using namespace daxhold::tables;
using namespace daxhold::releases;
using namespace spelled;
using tests::is_exact;
using tests::pair_of_tables;

namespace {

/// The same facts, rows and seed, and actions that repeat after some rows.
template <class Facts, std::size_t Rows, std::uint64_t Seed, std::size_t Actions,
          std::size_t Spread = 2>
constexpr auto random_actions = [] {
    auto made = tests::whole_table<Facts, Rows, Seed, Spread>;
    for (auto& action : made.actions)
        action %= Actions;
    return made;
}();

template <class Facts, std::size_t Rows, std::size_t Actions, std::uint64_t... Seed>
void check_random(std::integer_sequence<std::uint64_t, Seed...>) {
    const auto check = [](auto pair, std::uint64_t seed) {
        CAPTURE(seed);
        CHECK(pair.is_exact());
        CHECK(pair.told.size() == pair.fewest());
    };
    (check(pair_of_tables<random_actions<Facts, Rows, Seed, Actions>,
                          random_actions<Facts, Rows, Seed + 1000, Actions>>{},
           Seed),
     ...);
}

// A change is told by names, in the facts of the difference.
template <auto const& Difference, fact Fact>
constexpr value_set<Fact> values_of(std::size_t number) {
    using facts = typename tables::detail::table_type<Difference>::facts;
    return {Difference.changes[number].cells.values[facts::template index_of<Fact>]};
}

enum class weather { dry, wet };
enum class coat { on, off };
enum class action { go, stay, swim };

constexpr auto plain = table(when(weather::wet) >> action::stay, otherwise >> action::go);
constexpr auto same = table(when(weather::dry) >> action::go, otherwise >> action::stay);
constexpr auto coated =
    table(when(weather::wet, coat::off) >> action::stay, otherwise >> action::go);
constexpr auto always = table(otherwise >> action::go);
constexpr auto never = table(otherwise >> action::stay);

enum class pool_action : std::uint8_t { blink, ring };
constexpr auto quiet =
    table(when(cause::removal) >> next, otherwise >> perform(pool_action::blink) >> next);
constexpr auto loud =
    table(when(cause::removal) >> next, otherwise >> perform(pool_action::ring) >> next);
constexpr auto without_own = table(otherwise >> next);

} // namespace

TEST_CASE("tables that say the same differ nowhere, however they are written") {
    CHECK_BOTH(difference<plain, plain>.size() == 0);
    CHECK_BOTH(difference<plain, same>.size() == 0);
    CHECK_BOTH(difference<always, always>.size() == 0);
    CHECK_BOTH(difference<xfs_v12::record, xfs_v12::record>.size() == 0);
    CHECK_BOTH(difference<plain, same>.begin() == difference<plain, same>.end());
}

TEST_CASE("tables over different facts, and over none") {
    // A fact that only one of them asks for does not matter to the other.
    CHECK_BOTH(difference<plain, coated>.size() == 1);
    CHECK_BOTH(values_of<difference<plain, coated>, weather>(0) == any_of(weather::wet));
    CHECK_BOTH(values_of<difference<plain, coated>, coat>(0) == any_of(coat::on));
    CHECK_BOTH(difference<plain, coated>.begin()->before_row == 0);
    CHECK_BOTH(difference<plain, coated>.begin()->after_row == 1);
    CHECK_BOTH(difference<coated, plain>.size() == 1);
    CHECK_BOTH(values_of<difference<coated, plain>, coat>(0) == any_of(coat::on));
    CHECK_BOTH(difference<always, never>.size() == 1);
    CHECK_BOTH(difference<always, plain>.size() == 1);
    CHECK((is_exact<plain, coated>()));
    CHECK((is_exact<coated, plain>()));
    CHECK((is_exact<always, plain>()));
    CHECK((is_exact<always, never>()));
}

TEST_CASE("actions of a filesystem's own") {
    CHECK_BOTH(difference<quiet, loud>.size() == 1);
    CHECK_BOTH(values_of<difference<quiet, loud>, cause>(0) == any_of(cause::corruption));
    CHECK_BOTH(difference<without_own, loud>.size() == 1);
    CHECK_BOTH(difference<quiet, without_own>.size() == 1);
    CHECK((is_exact<quiet, loud>()));
}

TEST_CASE("from v12 to the seed as intended: what is no file data, in a removal") {
    constexpr const auto& told = difference<xfs_v12::record, xfs_seed_as_intended::record>;
    CHECK_BOTH(told.size() == 1);
    CHECK_BOTH(values_of<told, owner>(0) == none_of(owner::file_data));
    CHECK_BOTH(values_of<told, cause>(0) == any_of(cause::removal));
    CHECK_BOTH(values_of<told, inode>(0) == value_set<inode>{every_value<inode>});
    CHECK_BOTH(values_of<told, mapping>(0) == value_set<mapping>{every_value<mapping>});
    CHECK_BOTH(xfs_v12::record.actions[told.changes[0].before_row].has(operation::shut_down));
    CHECK_BOTH(xfs_seed_as_intended::record.actions[told.changes[0].after_row] == next);

    // At the gate: the log of a device that is removed.
    constexpr const auto& gate = difference<xfs_v12::gate, xfs_seed_as_intended::gate>;
    CHECK_BOTH(gate.size() == 1);
    CHECK_BOTH(values_of<gate, role>(0) == any_of(role::log));
    CHECK_BOTH(values_of<gate, cause>(0) == any_of(cause::removal));
    CHECK_BOTH(difference<xfs_v12::end, xfs_seed_as_intended::end>.size() == 0);
}

TEST_CASE(
    "from the seed as intended to the seed as posted: the cells where the condition is inverted") {
    constexpr const auto& told =
        difference<xfs_seed_as_intended::record, xfs_seed_as_posted::record>;
    CHECK_BOTH(told.size() == 5);
    // A removal shuts down over what is no file data, and over nothing else.
    CHECK_BOTH(values_of<told, owner>(0) == none_of(owner::file_data));
    CHECK_BOTH(values_of<told, cause>(0) == any_of(cause::removal));
    CHECK_BOTH(
        xfs_seed_as_posted::record.actions[told.changes[0].after_row].has(operation::shut_down));
    // A corruption of file data shuts down, whatever the state of the inode.
    for (std::size_t i = 1; i != 5; ++i) {
        CHECK(values_of<told, owner>(i) == any_of(owner::file_data));
        CHECK(values_of<told, cause>(i) == any_of(cause::corruption));
        CHECK(xfs_seed_as_posted::record.actions[told.changes[i].after_row].has(
            operation::shut_down));
    }
    CHECK_BOTH(values_of<told, inode>(1) == any_of(inode::not_in_core));
    CHECK_BOTH(values_of<told, inode>(2) == any_of(inode::lookup_failed));
    CHECK_BOTH(values_of<told, mapping>(3) == any_of(mapping::buffered));
    CHECK_BOTH(values_of<told, mapping>(4) == any_of(mapping::dax));
    CHECK_BOTH(difference<xfs_seed_as_intended::gate, xfs_seed_as_posted::gate>.size() == 0);
    CHECK_BOTH(difference<xfs_seed_as_intended::end, xfs_seed_as_posted::end>.size() == 0);
}

TEST_CASE("random tables: exactly the cells, and as few cubes as there can be") {
    using small = std::make_integer_sequence<std::uint64_t, 10>;
    check_random<tests::small_mix, 5, 3>(small{});
    check_random<tests::facts<tests::two0, tests::three0, tests::two1, tests::two2>, 9, 3>(small{});
    check_random<tests::facts<tests::four0, tests::three0, tests::two1>, 6, 2>(small{});
}

TEST_CASE("where the first choice of cubes would be one too many") {
    using hard = pair_of_tables<random_actions<tests::five_bits, 16, 27, 2, 1>,
                                random_actions<tests::five_bits, 16, 1027, 2, 1>>;
    CHECK(hard::is_exact());
    CHECK(hard::told.size() == 9);
    CHECK(hard::fewest() == 9);
}

TEST_CASE("random tables of a thousand cells: exactly the cells") {
    CHECK((is_exact<random_actions<tests::ten_bits, 5, 1, 3>,
                    random_actions<tests::ten_bits, 5, 2, 3>>()));
    CHECK((is_exact<random_actions<tests::eight_bits, 7, 3, 4>,
                    random_actions<tests::eight_bits, 7, 4, 4>>()));
    CHECK(
        (is_exact<random_actions<tests::mixed, 8, 5, 2>, random_actions<tests::mixed, 8, 6, 2>>()));
    CHECK(
        (is_exact<random_actions<tests::quads, 8, 7, 2>, random_actions<tests::quads, 8, 8, 2>>()));
    CHECK((is_exact<random_actions<tests::small_mix, 6, 9, 2>,
                    random_actions<tests::five_bits, 6, 10, 2>>()));
}
