// SPDX-License-Identifier: BSL-1.0
#include "daxhold/event/lineages.hpp"

#include "../support/both.hpp"

using namespace daxhold;

namespace {
using seed = lineage::seed::mf_flags;
using v6_0 = lineage::linux_6_0::mf_flags;
using v6_8 = lineage::linux_6_8::mf_flags;

template <class Enumeration>
constexpr unsigned bits_of(failure_flags<Enumeration> flags) {
    return flags.bits();
}
} // namespace

TEST_CASE("the first five bits are the same in all lineages") {
    CHECK_BOTH(bits_of<seed>(seed::count_increased) == 1);
    CHECK_BOTH(bits_of<v6_0>(v6_0::count_increased) == 1);
    CHECK_BOTH(bits_of<v6_8>(v6_8::count_increased) == 1);
    CHECK_BOTH(bits_of<seed>(seed::action_required) == 2);
    CHECK_BOTH(bits_of<v6_0>(v6_0::action_required) == 2);
    CHECK_BOTH(bits_of<v6_8>(v6_8::action_required) == 2);
    CHECK_BOTH(bits_of<seed>(seed::must_kill) == 4);
    CHECK_BOTH(bits_of<v6_0>(v6_0::must_kill) == 4);
    CHECK_BOTH(bits_of<v6_8>(v6_8::must_kill) == 4);
    CHECK_BOTH(bits_of<v6_8>(v6_8::soft_offline) == 8);
    CHECK_BOTH(bits_of<v6_8>(v6_8::unpoison) == 16);
}

TEST_CASE("bit 5 was a removal in the seed, and is a simulation since") {
    CHECK_BOTH(bits_of<seed>(seed::mem_remove) == 0x20);
    CHECK_BOTH(bits_of<v6_0>(v6_0::sw_simulated) == 0x20);
    CHECK_BOTH(bits_of<v6_8>(v6_8::sw_simulated) == 0x20);
    CHECK_BOTH(cause_of(failure_flags<seed>::from_bits(0x20)) == cause::removal);
    CHECK_BOTH(cause_of(failure_flags<v6_0>::from_bits(0x20)) == cause::corruption);
    CHECK_BOTH(cause_of(failure_flags<v6_8>::from_bits(0x20)) == cause::corruption);
}

TEST_CASE("an unbind passes 0x20 in the seed, nothing in 6.0, and 0x80 from 6.8 on") {
    CHECK_BOTH(removal_flags<seed>().bits() == 0x20);
    CHECK_BOTH(removal_flags<v6_0>().bits() == 0);
    CHECK_BOTH(removal_flags<v6_8>().bits() == 0x80);
    CHECK_BOTH(cause_of(removal_flags<seed>()) == cause::removal);
    CHECK_BOTH(cause_of(removal_flags<v6_0>()) == cause::corruption);
    CHECK_BOTH(cause_of(removal_flags<v6_8>()) == cause::removal);
}

TEST_CASE("the meanings that all lineages have") {
    CHECK_BOTH(action_required(failure_flags<seed>{seed::action_required}));
    CHECK_BOTH(action_required(failure_flags<v6_0>{v6_0::action_required}));
    CHECK_BOTH(action_required(failure_flags<v6_8>{v6_8::action_required}));
    CHECK_BOTH(must_kill(failure_flags<seed>{seed::must_kill}));
    CHECK_BOTH(must_kill(failure_flags<v6_0>{v6_0::must_kill}));
    CHECK_BOTH(must_kill(failure_flags<v6_8>{v6_8::must_kill}));
}
