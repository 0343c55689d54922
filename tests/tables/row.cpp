// SPDX-License-Identifier: BSL-1.0
#include "daxhold/tables/row.hpp"

#include "both.hpp"

using namespace daxhold;
using namespace daxhold::tables;

namespace {

enum class role : unsigned char { data, log, realtime };
enum class cause : unsigned char { removal, corruption };

/// An action that can be chained: the steps as the digits of a number.
struct steps {
    int digits;

    friend constexpr steps operator>>(steps first, steps next) {
        return {first.digits * 10 + next.digits};
    }
    friend constexpr bool operator==(steps, steps) = default;
};

} // namespace

TEST_CASE("a condition keeps its demands as they were written") {
    constexpr auto demanded = when(role::log, cause::removal);
    static_assert(std::same_as<decltype(demanded), const condition<role, cause>>);
    CHECK_BOTH(demanded.accepts[0] == 2);
    CHECK_BOTH(demanded.accepts[1] == 1);
}

TEST_CASE("a condition takes sets beside single values") {
    constexpr auto demanded = when(cause::corruption, any_of(role::log, role::realtime));
    static_assert(std::same_as<decltype(demanded), const condition<cause, role>>);
    CHECK_BOTH(demanded.accepts[0] == 2);
    CHECK_BOTH(demanded.accepts[1] == 6);
    CHECK_BOTH(when(none_of(role::log)).accepts[0] == 5);
}

TEST_CASE("a fact may be named twice") {
    constexpr auto demanded = when(any_of(role::data, role::log), role::log);
    static_assert(std::same_as<decltype(demanded), const condition<role, role>>);
    CHECK_BOTH(demanded.accepts[0] == 3);
    CHECK_BOTH(demanded.accepts[1] == 2);
}

TEST_CASE("no demand is a condition that always holds") {
    static_assert(std::same_as<decltype(when()), condition<>>);
    static_assert(std::same_as<decltype(otherwise), const condition<>>);
    CHECK_BOTH(when().accepts[0] == otherwise.accepts[0]);
}

TEST_CASE("a condition and an action make a row") {
    constexpr auto made = when(role::log) >> 5;
    static_assert(std::same_as<decltype(made), const row<int, role>>);
    CHECK_BOTH(made.action == 5);
    CHECK_BOTH(made.when.accepts[0] == 2);
    static_assert(std::same_as<decltype(otherwise >> steps{1}), row<steps>>);
}

TEST_CASE("further steps go behind the action") {
    CHECK_BOTH((when(role::log) >> steps{1} >> steps{2} >> steps{3}).action == steps{123});
    CHECK_BOTH((otherwise >> steps{4} >> steps{5}).action == steps{45});
    static_assert(
        std::same_as<decltype(when(role::log) >> steps{1} >> steps{2}), row<steps, role>>);
}

TEST_CASE("an action that cannot be chained takes no further step") {
    constexpr auto chains = []<class First, class Next>(First first, Next next) {
        return requires { otherwise >> first >> next; };
    };
    CHECK_BOTH(!chains(role::log, role::data));
    CHECK_BOTH(!chains(steps{1}, role::data));
    CHECK_BOTH(chains(steps{1}, steps{2}));
}
