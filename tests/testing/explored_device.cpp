// SPDX-License-Identifier: BSL-1.0
#include "daxhold/testing/explored_device.hpp"

#include "../support/both.hpp"

#include <string>

using namespace daxhold;
using namespace daxhold::testing;

namespace {

constexpr unsigned most_actors = 5;

struct state {
    explored_cells<most_actors> cells;
    lifecycle<2> life;
    const char* broken = nullptr;

    [[nodiscard]] constexpr const char* at_end() const { return forgotten_at_the_end(*this); }
    friend constexpr bool operator==(const state&, const state&) = default;
};

/// A holder of which one knows only whether it is called.
struct holder {
    steps<state>* taken;
    unsigned number;

    constexpr holder(steps<state>& the_steps, unsigned the_number)
        : taken{&the_steps}, number{the_number} {}

    template <class Flags>
    constexpr result notify_failure(byte_range, Flags flags) {
        const explored_notification<state> told{*taken, number, cause_of(flags)};
        return success;
    }
};

/// What actors do, on a device with some synchronization.
template <class Synchronization>
struct with {
    using device = explored_device<state, holder, 2, Synchronization>;

    static constexpr void notifies(steps<state>& s) { static_cast<void>(device{s}.notify()); }
    static constexpr void kills(steps<state>& s) { device{s}.kill(); }
    static constexpr void asks(steps<state>& s) { device{s}.ask(); }
    template <unsigned Holder>
    static constexpr void mounts(steps<state>& s) {
        device{s}.mount_and_unmount(Holder);
    }
    template <unsigned Holder>
    static constexpr void puts_wrongly(steps<state>& s) {
        device{s}.put_what_another_holds(Holder);
    }
};

using ours = with<explored_synchronization<state>>;

template <class... Actors>
constexpr exploration of(const state& start, Actors... actors) {
    const actor<state> all[] = {actors...};
    return explore<24>(start, all);
}

constexpr state free_device{};
constexpr state held = held_from_the_start(free_device);

/// A synchronization whose puts and kills wait for nobody.
struct waits_for_nobody : explored_synchronization<state> {
    template <class Value>
    struct cell : explored_synchronization<state>::cell<Value> {
        using explored_synchronization<state>::cell<Value>::cell;
        template <class F>
        constexpr auto update_and_wait(F&& f) {
            return this->update(static_cast<F&&>(f));
        }
    };
};

/// One that reads a value and has no section.
struct has_no_sections : explored_synchronization<state> {
    template <class Value>
    struct cell : explored_synchronization<state>::cell<Value> {
        using explored_synchronization<state>::cell<Value>::cell;
        template <class F>
        constexpr auto read(F&& f) const {
            return f(explored_synchronization<state>::cell<Value>::read(
                [](const Value& now) { return now; }));
        }
    };
};

/// One in which a second kill does not wait for the first.
struct does_not_wait_until : explored_synchronization<state> {
    template <class Value>
    struct cell : explored_synchronization<state>::cell<Value> {
        using explored_synchronization<state>::cell<Value>::cell;
        template <class F>
        constexpr void wait_until(F&&) const {}
    };
};

constexpr const char* no_call_after = "nobody is notified after its put, nor after the kill";

bool breaks(const exploration& e, const char* law) {
    return e.verdict == exploration_verdict::broken && std::string{e.law} == law;
}

} // namespace

TEST_CASE("two at a time, when it is compiled") {
    CHECK_BOTH(of(held, ours::notifies, ours::kills).kept());
    CHECK_BOTH(of(held, ours::kills, ours::kills).kept());
    CHECK_BOTH(of(held, ours::asks, ours::kills).kept());
    CHECK_BOTH(of(free_device, ours::mounts<0>, ours::notifies).kept());
    CHECK_BOTH(of(free_device, ours::mounts<0>, ours::kills).kept());
    CHECK_BOTH(of(free_device, ours::mounts<0>, ours::mounts<1>).kept());
}

TEST_CASE("four and five") {
    CHECK(of(held, ours::kills, ours::kills, ours::notifies, ours::asks).kept());
    CHECK(of(held, ours::kills, ours::notifies, ours::notifies, ours::puts_wrongly<1>).kept());
    CHECK(of(free_device, ours::mounts<0>, ours::mounts<1>, ours::notifies, ours::kills).kept());
    CHECK(of(free_device, ours::mounts<0>, ours::puts_wrongly<1>, ours::notifies, ours::kills)
              .kept());
    CHECK(of(free_device, ours::mounts<0>, ours::notifies, ours::kills, ours::kills, ours::asks)
              .kept());
}

TEST_CASE("merging loses no end, and no broken law") {
    constexpr actor<state> both[] = {ours::mounts<0>, ours::notifies};
    const auto all = explore<24>(free_device, both, {.leave_out = reduction::none});
    const auto asleep = explore<24>(free_device, both, {.leave_out = reduction::sleep_sets});
    const auto merged = explore<24>(free_device, both);
    CHECK(all.kept());
    CHECK(asleep.kept());
    CHECK(all.different_ends == merged.different_ends);
    CHECK(asleep.different_ends == merged.different_ends);
    CHECK(asleep.ends < all.ends);
    // Counted by hand: 3 where the reader enters before the hold, 4 before the put, 3 after it.
    CHECK(all.ends == 10);
    CHECK(asleep.ends == 5);
    CHECK(merged.worlds == 28);

    using wrong = with<has_no_sections>;
    constexpr actor<state> wrong_both[] = {wrong::mounts<0>, wrong::notifies};
    for (const auto leave_out : {reduction::none, reduction::sleep_sets, reduction::merged})
        CHECK(
            breaks(explore<24>(free_device, wrong_both, {.leave_out = leave_out}), no_call_after));
}

TEST_CASE("a synchronization that does less is found out") {
    using eager = with<waits_for_nobody>;
    CHECK(breaks(of(free_device, eager::mounts<0>, eager::notifies), no_call_after));
    CHECK(breaks(of(held, eager::kills, eager::notifies), no_call_after));
    using bare = with<has_no_sections>;
    CHECK(breaks(of(free_device, bare::mounts<0>, bare::notifies), no_call_after));
    CHECK(breaks(of(free_device, bare::mounts<0>, bare::kills), no_call_after));
    using hasty = with<does_not_wait_until>;
    CHECK(breaks(of(held, hasty::kills, hasty::kills), "a kill returns when the holder was told"));
}

TEST_CASE("one preemption is enough to find that a second kill does not wait") {
    using hasty = with<does_not_wait_until>;
    constexpr actor<state> both[] = {hasty::kills, hasty::kills};
    CHECK(explore<24>(held, both, {.preemptions = 0}).verdict == exploration_verdict::not_known);
    CHECK(explore<24>(held, both, {.preemptions = 1}).verdict == exploration_verdict::broken);
}
