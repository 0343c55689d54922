// SPDX-License-Identifier: BSL-1.0
#include "daxhold/event/failure_flags.hpp"

#include "../support/both.hpp"

using namespace daxhold;

namespace {

// A user's own flags: 8 bits, and all the names.
enum class pool_flags : std::uint8_t { urgent = 1, forced = 2, leaving = 128 };

// Flags that tell no meaning at all.
enum class mute_flags : std::uint32_t { something = 1 };

// An enumeration that has not told its names.
enum class strange_flags : std::uint32_t { something = 1 };

} // namespace

template <>
struct daxhold::failure_flag_names<pool_flags> {
    static constexpr auto removal = pool_flags::leaving;
    static constexpr auto action_required = pool_flags::urgent;
    static constexpr auto must_kill = pool_flags::forced;
};

template <>
struct daxhold::failure_flag_names<mute_flags> {};

namespace {
using flags = failure_flags<pool_flags>;
}

TEST_CASE("an enumeration is one of failure flags once it has told its names") {
    CHECK_BOTH(failure_flag_enumeration<pool_flags>);
    CHECK_BOTH(failure_flag_enumeration<mute_flags>);
    CHECK_BOTH(!failure_flag_enumeration<strange_flags>);
    CHECK_BOTH(!failure_flag_enumeration<int>);
}

TEST_CASE("a set of flags") {
    CHECK_BOTH(flags{}.bits() == 0);
    CHECK_BOTH(flags{pool_flags::urgent, pool_flags::leaving}.bits() == 129);
    CHECK_BOTH(flags{pool_flags::urgent}.has(pool_flags::urgent));
    CHECK_BOTH(!flags{pool_flags::urgent}.has(pool_flags::forced));
    CHECK_BOTH((flags{pool_flags::urgent} | flags{pool_flags::forced}) ==
               flags{pool_flags::forced, pool_flags::urgent});
    CHECK_BOTH(flags{pool_flags::urgent} != flags{pool_flags::forced});
    CHECK_BOTH(flags::from_bits(64).bits() == 64);
    CHECK_BOTH(sizeof(flags) == 1);
}

TEST_CASE("sets of two lineages do not mix") {
    CHECK_BOTH(std::is_convertible_v<pool_flags, flags>);
    CHECK_BOTH(!std::is_constructible_v<flags, mute_flags>);
    CHECK_BOTH(!std::is_constructible_v<flags, failure_flags<mute_flags>>);
    CHECK_BOTH(!std::is_constructible_v<flags, int>);
}

TEST_CASE("meanings are found by name") {
    CHECK_BOTH(cause_of(flags{pool_flags::leaving}) == cause::removal);
    CHECK_BOTH(cause_of(flags{pool_flags::leaving, pool_flags::urgent}) == cause::removal);
    CHECK_BOTH(cause_of(flags{pool_flags::urgent}) == cause::corruption);
    CHECK_BOTH(removal_flags<pool_flags>() == flags{pool_flags::leaving});
    CHECK_BOTH(action_required(flags{pool_flags::urgent}));
    CHECK_BOTH(!action_required(flags{pool_flags::forced}));
    CHECK_BOTH(must_kill(flags{pool_flags::forced}));
    CHECK_BOTH(!must_kill(flags{pool_flags::urgent}));
}

TEST_CASE("a meaning without a name is never there") {
    constexpr auto all = failure_flags<mute_flags>::from_bits(0xffff'ffff);
    CHECK_BOTH(cause_of(all) == cause::corruption);
    CHECK_BOTH(removal_flags<mute_flags>() == failure_flags<mute_flags>{});
    CHECK_BOTH(!action_required(all));
    CHECK_BOTH(!must_kill(all));
}

TEST_CASE("every set of 8 bits: the meanings are those of the bits") {
    bool good = true;
    for (unsigned bits = 0; bits < 256; ++bits) {
        const auto set = flags::from_bits(static_cast<std::uint8_t>(bits));
        good = good && set.bits() == bits && (cause_of(set) == cause::removal) == (bits >= 128) &&
               action_required(set) == (bits % 2 == 1) && must_kill(set) == (bits / 2 % 2 == 1);
    }
    CHECK(good);
}
