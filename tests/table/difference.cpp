// SPDX-License-Identifier: BSL-1.0
#include "daxhold/table/difference.hpp"

#include "daxhold/filesystem/course.hpp"
#include "daxhold/policies.hpp"
#include "daxhold/policies/recommended.hpp"

#include "../support/random_table.hpp"
#include "both.hpp"

#include <vector>

using namespace daxhold;
using namespace daxhold::policies;

namespace {

/// What two tables over the same facts say in a cell.
template <class Action>
struct said {
    Action before;
    Action after;
    [[nodiscard]] bool is_change() const { return !(before == after); }
};

template <auto const& Before, auto const& After>
struct pair_of_tables {
    static constexpr const auto& told = difference<Before, After>;
    using facts = typename std::remove_cvref_t<decltype(told)>::facts;
    using action =
        typename detail::common_action<typename detail::table_type<Before>::action_type,
                                       typename detail::table_type<After>::action_type>::type;
    using cells = cube<facts::size>;

    static constexpr auto before = detail::widen<facts>(Before);
    static constexpr auto after = detail::widen<facts>(After);

    static said<action> in(const cells& cell) {
        return {before.actions[first_row_for(before, cell)],
                after.actions[first_row_for(after, cell)]};
    }

    /// Whether every cell of a cube changes from what its rows say to what its rows say.
    static bool is_true(const change<facts::size>& c, const cells& of) {
        for (std::size_t i = 0; i != tests::cell_count<facts>; ++i)
            if (const auto cell = tests::cell(facts{}, i); tests::contains(of, cell))
                if (const auto s = in(cell); !s.is_change() ||
                                             !(s.before == action{before.actions[c.before_row]}) ||
                                             !(s.after == action{after.actions[c.after_row]}))
                    return false;
        return true;
    }

    /// Whether there is no value of any fact that could be added to a cube.
    static bool is_largest(const change<facts::size>& c) {
        const auto all = every_cell(before);
        for (std::size_t fact = 0; fact != facts::size; ++fact)
            for (auto left = all.values[fact] & ~c.cells.values[fact]; left != 0;
                 left &= left - 1) {
                auto larger = c.cells;
                larger.values[fact] |= left & (~left + 1);
                if (is_true(c, larger))
                    return false;
            }
        return true;
    }

    /// Whether the cubes have exactly the cells that change, cell by cell.
    static bool is_exact() {
        for (std::size_t i = 0; i != tests::cell_count<facts>; ++i) {
            const auto cell = tests::cell(facts{}, i);
            bool is_told = false;
            for (const auto& c : told)
                is_told = is_told || tests::contains(c.cells, cell);
            if (is_told != in(cell).is_change())
                return false;
        }
        for (const auto& c : told)
            if (!is_true(c, c.cells) || !is_largest(c))
                return false;
        return true;
    }

    /// The fewest cubes that can tell the difference, found by trying all; for at most 64 cells.
    static std::size_t fewest() {
        static_assert(tests::cell_count<facts> <= 64);
        std::vector<said<action>> classes;
        std::vector<std::uint64_t> members;
        for (std::size_t i = 0; i != tests::cell_count<facts>; ++i) {
            const auto s = in(tests::cell(facts{}, i));
            if (!s.is_change())
                continue;
            std::size_t k = 0;
            while (k != classes.size() &&
                   !(classes[k].before == s.before && classes[k].after == s.after))
                ++k;
            if (k == classes.size()) {
                classes.push_back(s);
                members.push_back(0);
            }
            members[k] |= std::uint64_t{1} << i;
        }
        std::size_t sum = 0;
        for (const auto cells_of_class : members)
            sum += fewest_for(cells_of_class);
        return sum;
    }

private:
    /// Of a set of cells, a bit a cell: all the cubes in it that are in no larger one.
    static std::vector<std::uint64_t> largest_cubes(std::uint64_t of) {
        const auto all = every_cell(before);
        std::vector<std::uint64_t> found;
        cells c;
        for (std::size_t fact = 0; fact != facts::size; ++fact)
            c.values[fact] = 1;
        for (std::size_t fact = 0; fact != facts::size;) {
            std::uint64_t has = 0;
            for (std::size_t i = 0; i != tests::cell_count<facts>; ++i)
                if (tests::contains(c, tests::cell(facts{}, i)))
                    has |= std::uint64_t{1} << i;
            if ((has & ~of) == 0)
                found.push_back(has);
            for (fact = 0; fact != facts::size && ++c.values[fact] > all.values[fact]; ++fact)
                c.values[fact] = 1;
        }
        std::vector<std::uint64_t> largest;
        for (const auto a : found) {
            bool is_part = false;
            for (const auto b : found)
                is_part = is_part || (a != b && (a & ~b) == 0);
            if (!is_part)
                largest.push_back(a);
        }
        return largest;
    }

    static std::size_t fewest_for(std::uint64_t of) {
        const auto cubes = largest_cubes(of);
        std::size_t best = 65;
        const auto search = [&](const auto& self, std::uint64_t left, std::size_t used) -> void {
            if (used >= best)
                return;
            if (left == 0) {
                best = used;
                return;
            }
            const auto lowest = left & (~left + 1);
            for (const auto c : cubes)
                if ((c & lowest) != 0)
                    self(self, left & ~c, used + 1);
        };
        search(search, of, 0);
        return best;
    }
};

template <auto const& Before, auto const& After>
bool is_exact() {
    return pair_of_tables<Before, After>::is_exact();
}

/// The same facts, rows and seed, and actions that repeat after some rows.
template <class Facts, std::size_t Rows, std::uint64_t Seed, std::size_t Actions>
constexpr auto random_actions = [] {
    auto made = tests::whole_table<Facts, Rows, Seed, 2>;
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

/// How many cubes tell the difference of two policies' tables; each of them is right.
template <class A, class B>
void check_policies() {
    CAPTURE(A::name);
    CAPTURE(B::name);
    CHECK(is_exact<A::gate, B::gate>());
    CHECK(is_exact<A::record, B::record>());
    CHECK(is_exact<A::end, B::end>());
}

template <class... Policies>
struct list {};

void check_all(list<>) {}
template <class First, class... Rest>
void check_all(list<First, Rest...>) {
    (check_policies<First, Rest>(), ...);
    check_all(list<Rest...>{});
}

// A change is told by names, in the facts of the difference.
template <auto const& Difference, fact Fact>
constexpr value_set<Fact> values_of(std::size_t number) {
    using facts = typename detail::table_type<Difference>::facts;
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
using namespace daxhold::words;
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

TEST_CASE("all pairs of policies: exactly the cells") {
    check_all(list<xfs_v12, xfs_seed_as_posted, xfs_seed_as_intended, xfs_linux_6_1, xfs_linux_6_8,
                   xfs_linux_7_0, recommended>{});
}
