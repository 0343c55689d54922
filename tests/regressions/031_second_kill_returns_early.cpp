// SPDX-License-Identifier: BSL-1.0
// 031: a second kill returns before the holder was told.
//
// Wrong: a kill that found the device dying or dead returned at once, and an unbind went on to put
// and delete what the holder was still being told about. (In this library.)
// Commit: "A put is not starved, a second kill waits, and what hangs says so".
// Input: two who kill one device, and one preemption.
// Here: a second kill waits until the device is dead and nobody is inside. Every interleaving of
// two with few preemptions is explored, and one is found where the synchronization does not wait.

#include "daxhold/testing/explored_device.hpp"

#include "both.hpp"

using namespace daxhold;
using namespace daxhold::testing;

namespace {

struct state {
    explored_cells<2> cells;
    lifecycle<1> life;
    const char* broken = nullptr;
    friend constexpr bool operator==(const state&, const state&) = default;
};

struct holder {
    steps<state>& taken;
    unsigned number;
    constexpr result notify_failure(byte_range, failure_flags<lineage::linux_6_8::mf_flags> given) {
        const explored_notification<state> told{taken, number, cause_of(given)};
        return success;
    }
};

struct does_not_wait : explored_synchronization<state> {
    template <class Value>
    struct cell : explored_synchronization<state>::cell<Value> {
        using explored_synchronization<state>::cell<Value>::cell;
        template <class F>
        constexpr void wait_until(F&&) const {}
    };
};

template <class Synchronization>
constexpr void kills(steps<state>& s) {
    explored_device<state, holder, 1, Synchronization>{s}.kill();
}

template <class Synchronization>
constexpr exploration_verdict two_kills() {
    return explore<16>(held_from_the_start(state{}),
                       {kills<Synchronization>, kills<Synchronization>}, {.preemptions = 2})
        .verdict;
}

} // namespace

TEST_CASE("031: whoever kills comes back when the holder was told") {
    CHECK_BOTH(two_kills<explored_synchronization<state>>() != exploration_verdict::broken);
    CHECK_BOTH(two_kills<does_not_wait>() == exploration_verdict::broken);
}
