// SPDX-License-Identifier: BSL-1.0
#include "daxhold/tables/difference.hpp"

#include "daxhold/policy/course.hpp"
#include "daxhold/releases/daxfs.hpp"
#include "daxhold/releases/xfs_linux_7_0.hpp"
#include "daxhold/releases/xfs_rfc.hpp"

#include "../support/pair_of_tables.hpp"
#include "../support/words.hpp"
#include "both.hpp"

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

/// The same table, in which some actions are others: from row `first` on every tenth.
template <auto const& Table>
constexpr auto with_every_tenth_changed(std::size_t first) {
    auto made = Table;
    for (auto row = first; row < made.row_count; row += 10)
        made.actions[row] += 1000;
    return made;
}

enum class eight0 : unsigned char { a, b, c, d, e, f, g, h };
enum class eight1 : unsigned char { a, b, c, d, e, f, g, h };

/// 64 rows that overlap at random, but each wins where the two facts have its highest values.
constexpr auto long_table = [] {
    auto made = tests::open_table<tests::facts<eight0, eight1, tests::four0, tests::five0>, 64>();
    tests::random_numbers numbers{37};
    for (std::size_t row = 0; row != 64; ++row) {
        const auto reach = [&](std::size_t highest) {
            return std::uint64_t{1} << highest | (numbers() & ((std::uint64_t{1} << highest) - 1));
        };
        made.accepts[row][0] = reach(row / 8);
        made.accepts[row][1] = reach(row % 8);
        // Most rows leave something of their cells to a row of the next section.
        if (row < 56 && row % 8 != 7)
            made.accepts[row][2 + row % 2] &= 7;
    }
    for (std::size_t row = 56; row != 64; ++row)
        made.accepts[row][0] = 0xff;
    made.accepts[63][1] = 0xff;
    return made;
}();
constexpr auto long_table_changed = with_every_tenth_changed<long_table>(9);
constexpr auto long_table_changed_early = with_every_tenth_changed<long_table>(0);

/// Rows that name three to five of forty facts, and a row for the rest.
constexpr auto sparse = [] {
    auto made = tests::open_table<tests::forty_bits, 32>();
    tests::random_numbers numbers{2};
    for (std::size_t row = 0; row != 31; ++row)
        for (auto left = 3 + numbers.below(3); left != 0;)
            if (auto& values = made.accepts[row][numbers.below(40)]; values == 3) {
                values = 1 + numbers.below(2);
                --left;
            }
    return made;
}();
constexpr auto sparse_changed = [] {
    auto made = sparse;
    made.actions[4] += 1000;
    return made;
}();

enum class weather : unsigned char { dry, wet };
enum class coat : unsigned char { on, off };
enum class action { go, stay, swim };

constexpr auto plain = table(when(weather::wet) >> action::stay, otherwise >> action::go);
constexpr auto same = table(when(weather::dry) >> action::go, otherwise >> action::stay);
constexpr auto coated =
    table(when(weather::wet, coat::off) >> action::stay, otherwise >> action::go);
constexpr auto always = table(otherwise >> action::go);
constexpr auto never = table(otherwise >> action::stay);

enum class sky : unsigned char { blue, grey, night };
constexpr value_set<weather> weather_below(sky s) noexcept {
    switch (s) {
    case sky::blue:
        return any_of(weather::dry);
    case sky::grey:
        return any_of(weather::dry, weather::wet);
    case sky::night:
        break;
    }
    return {};
}
constexpr coat coat_in(weather w) { return w == weather::wet ? coat::off : coat::on; }
constexpr auto by_sky = table(when(sky::grey) >> action::stay, otherwise >> action::go);

constexpr value_set<owner> owners_of(daxfs::owner_class of) {
    using enum daxfs::owner_class;
    switch (of) {
    case overlay_data:
    case base_data:
    case pcache_data:
        return any_of(owner::file_data);
    case metadata:
        return any_of(owner::metadata);
    case unallocated:
        break;
    }
    return {};
}

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

TEST_CASE("random tables: exactly the cells, each once, and no two cubes that could be one") {
    using small = std::make_integer_sequence<std::uint64_t, 10>;
    check_random<tests::small_mix, 5, 3>(small{});
    check_random<tests::facts<tests::two0, tests::three0, tests::two1, tests::two2>, 9, 3>(small{});
    check_random<tests::facts<tests::four0, tests::three0, tests::two1>, 6, 2>(small{});
    check_random<tests::five_bits, 16, 2>(small{});
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

TEST_CASE("long tables in which every tenth action changes") {
    CHECK((is_exact<long_table, long_table_changed>()));
    CHECK((is_exact<long_table, long_table_changed_early>()));
    CHECK((is_exact<long_table_changed, long_table_changed_early>()));
}

TEST_CASE("forty facts: what changes is found, looked at here and there") {
    using pair = pair_of_tables<sparse, sparse_changed>;
    CHECK_BOTH(pair::told.size() != 0);
    CHECK(pair::is_in_form());
    tests::random_numbers numbers{40};
    for (const auto& change : pair::told)
        for (int i = 0; i != 50; ++i) {
            pair::cells within{};
            pair::cells anywhere{};
            for (std::size_t fact = 0; fact != 40; ++fact) {
                anywhere.values[fact] = std::uint64_t{1} << numbers.below(2);
                within.values[fact] = anywhere.values[fact] & change.cells.values[fact];
                if (within.values[fact] == 0)
                    within.values[fact] = change.cells.values[fact];
            }
            CHECK(pair::is_exact_at(within));
            CHECK(pair::is_exact_at(anywhere));
        }
}

TEST_CASE("what is given narrows where two tables are compared") {
    CHECK_BOTH(difference<plain, coated, when(weather::dry)>.size() == 0);
    CHECK_BOTH(difference<plain, never, when(weather::dry)>.size() == 1);
    CHECK_BOTH(difference<plain, never, when(coat::off)>.size() == 1);
    // Of a fact that no table names, the changes tell what was given.
    CHECK_BOTH(values_of<difference<plain, never, when(coat::off)>, coat>(0) == any_of(coat::off));
    CHECK_BOTH(difference<plain, never, when(coat::off), when(coat::on)>.size() == 0);
    constexpr auto five = tests::two0::a;
    using narrowed = pair_of_tables<random_actions<tests::five_bits, 9, 1, 3>,
                                    random_actions<tests::five_bits, 9, 2, 3>, when(five)>;
    CHECK(narrowed::is_exact_where([](const auto& at) { return at.values[0] == bit_of(five); }));
}

TEST_CASE("facts that correspond are compared where they do") {
    CHECK_BOTH(difference<plain, by_sky, weather_below>.size() == 1);
    CHECK_BOTH(values_of<difference<plain, by_sky, weather_below>, sky>(0) == any_of(sky::grey));
    CHECK_BOTH(values_of<difference<plain, by_sky, weather_below>, weather>(0) ==
               any_of(weather::dry));
    using pair = pair_of_tables<plain, by_sky, weather_below>;
    using facts = pair::facts;
    CHECK(pair::is_exact_where([](const auto& at) {
        const auto above = at.values[facts::index_of<sky>];
        const auto below = at.values[facts::index_of<weather>];
        return above != bit_of(sky::night) && (above == bit_of(sky::grey) || below == 1);
    }));
    // A function may say one value, and does not have to be noexcept; two may be given.
    CHECK_BOTH(difference<plain, coated, coat_in>.size() == 0);
    CHECK_BOTH(difference<coated, by_sky, coat_in, weather_below>.size() == 1);
    // The owners of two filesystems: no cross product.
    CHECK_BOTH(difference<daxfs::record, xfs_linux_7_0::record>.size() == 47);
    CHECK_BOTH(difference<daxfs::record, xfs_linux_7_0::record, owners_of>.size() == 22);
}
