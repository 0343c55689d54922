// SPDX-License-Identifier: BSL-1.0
#include "daxhold/releases/mapped_device.hpp"

#include "daxhold/reactions/engine.hpp"

#include "../support/both.hpp"
#include "../support/row_sources.hpp"
#include "../support/verdicts.hpp"

using namespace daxhold;
using namespace daxhold::reactions;
using releases::lmcache_arena;
using releases::mapped_device;
using state = mapped_device::state;
using event = mapped_device::event;
using op = mapped_device::operation;
using arena = mapped_device::arena;

static_assert(lawful<mapped_device>);
static_assert(tables::proven<mapped_device::row_sources>);
static_assert(tables::proven<lmcache_arena::on_event>);

namespace {

constexpr reply done{};
constexpr reply begun{answer::in_progress};
constexpr reply refused(int errno_value) { return {answer::refused, result::error(errno_value)}; }

/// A device with what was given out of it; it notes what would be a crash.
struct device {
    unsigned leases = 0;
    unsigned views = 0; // that keep it mapped, as Python's references do
    arena which = arena::removable;
    bool is_given_out_from = true;
    bool is_mapped = true;
    bool has_contents = true;
    bool has_copies = false;
    bool has_crashed = false;
    bool is_copying = false;
    ticket waits_with{};
    ticket deadline{};
    bool is_waited_for = false;
    int fails_at = -1;
    int taken = 0;
    engine<mapped_device, device>* who = nullptr;

    constexpr arena operator()(boost::hana::basic_type<arena>) const noexcept { return which; }
    constexpr result perform(op what, ticket of) noexcept {
        has_crashed = has_crashed || (!is_mapped && what != op::drop_copies);
        if (taken++ == fails_at)
            return result::error(EIO);
        switch (what) {
        case op::stop_giving_out:
            is_given_out_from = false;
            break;
        case op::give_out_again:
            is_given_out_from = true;
            is_waited_for = false;
            break;
        case op::await_leases:
            is_waited_for = true;
            waits_with = of;
            give_back(0);
            break;
        case op::copy_away:
            is_copying = true;
            waits_with = of;
            break;
        case op::drop_copies:
            is_copying = false;
            has_copies = false;
            break;
        case op::use_copies:
            has_crashed = has_crashed || !has_copies;
            has_contents = false;
            break;
        case op::drop_contents:
            has_contents = false;
            break;
        case op::unmap:
            has_crashed = has_crashed || leases != 0;
            if (views == 0) {
                is_mapped = false;
                static_cast<void>(who->tell(event::unmapped, of));
            }
            break;
        }
        return {};
    }
    constexpr void set_deadline(state, ticket of) noexcept { deadline = of; }

    constexpr void give_back(unsigned count) noexcept {
        leases -= count < leases ? count : leases;
        if (leases == 0 && is_waited_for)
            static_cast<void>(who->tell(event::unleased, waits_with));
    }
    constexpr void end_copying() noexcept {
        if (is_copying) {
            is_copying = false;
            has_copies = true;
            static_cast<void>(who->tell(event::migrated, waits_with));
        }
    }
};

struct run {
    device target{};
    engine<mapped_device, device> machine{target};
    explicit constexpr run(unsigned leases = 0) {
        target.who = &machine;
        target.leases = leases;
    }
    run(const run&) = delete;
    run& operator=(const run&) = delete;

    constexpr reply tell(event what) { return machine.tell(what); }
    constexpr void expire() { static_cast<void>(machine.tell(event::deadline, target.deadline)); }
    [[nodiscard]] constexpr bool is(state expected) const {
        return machine.now() == expected && !target.has_crashed &&
               target.is_mapped == (expected != state::removed);
    }
};

constexpr bool drains() {
    run one{2};
    if (one.tell(event::asked_to_drain) != begun || !one.is(state::draining))
        return false;
    one.target.give_back(1);
    if (one.tell(event::asked_to_drain) != begun || !one.is(state::draining))
        return false;
    one.target.give_back(1);
    run empty;
    return one.is(state::removed) && one.tell(event::asked_to_drain) == refused(ENOENT) &&
           empty.tell(event::asked_to_drain) == done && empty.is(state::removed);
}
constexpr bool views_keep_it_mapped() {
    run one{1};
    one.target.views = 1;
    static_cast<void>(one.tell(event::asked_to_drain));
    one.target.give_back(1);
    if (!one.is(state::draining))
        return false;
    one.target.views = 0;
    one.target.give_back(0);
    return one.is(state::removed);
}
constexpr bool a_lease_that_never_comes_back_calls_it_off() {
    run one{1};
    static_cast<void>(one.tell(event::asked_to_drain));
    one.expire();
    return one.is(state::active) && one.target.is_given_out_from && one.target.has_contents;
}
constexpr bool migrates() {
    run one{1};
    if (one.tell(event::asked_to_migrate) != begun || !one.is(state::migrating) ||
        !one.target.has_contents)
        return false;
    one.target.end_copying();
    if (!one.is(state::evicting) || one.target.has_contents || !one.target.has_copies)
        return false;
    one.target.give_back(1);
    return one.is(state::removed);
}
constexpr bool a_copy_that_takes_too_long_is_dropped() {
    run one{1};
    static_cast<void>(one.tell(event::asked_to_migrate));
    one.expire();
    return one.is(state::active) && one.target.has_contents && !one.target.has_copies &&
           one.target.is_given_out_from;
}
constexpr bool evicts() {
    run one{1};
    static_cast<void>(one.tell(event::asked_to_drain));
    if (one.tell(event::asked_to_evict) != begun || !one.is(state::evicting))
        return false;
    one.expire();
    // Whoever has the pointer can go on; nobody else gets one.
    if (!one.is(state::retired) || one.target.is_given_out_from ||
        one.tell(event::asked_to_drain) != refused(EBUSY))
        return false;
    one.target.give_back(1);
    return one.is(state::removed);
}
constexpr bool a_primary_one_stays() {
    run one;
    one.target.which = arena::primary;
    return one.tell(event::asked_to_drain) == refused(EBUSY) && one.is(state::active) &&
           one.target.is_given_out_from;
}

constexpr int moves = 6;
constexpr void move(run& one, int which) {
    constexpr event told[] = {event::asked_to_drain, event::asked_to_migrate,
                              event::asked_to_evict};
    if (which < 3)
        static_cast<void>(one.tell(told[which]));
    else if (which == 3)
        one.target.give_back(1);
    else if (which == 4)
        one.target.end_copying();
    else
        one.expire();
}
bool survives(int order, int length, int fails_at) {
    run one{2};
    one.target.fails_at = fails_at;
    for (int i = 0; i != length; ++i, order /= moves)
        move(one, order % moves);
    for (int i = 0; i != 4 && one.machine.is_busy(); ++i)
        one.expire();
    const auto now = one.machine.now();
    return !one.machine.is_busy() && !one.target.has_crashed &&
           one.target.is_mapped == (now != state::removed) &&
           (now != state::active || one.target.is_given_out_from);
}

struct unmaps_under_a_lease : mapped_device {
    static constexpr auto on_event =
        table(when(state::draining, event::deadline) >> attempt(unmap) >> done(state::removed),
              as_in(mapped_device::on_event));
};
struct calls_it_off_when_it_is_empty : mapped_device {
    static constexpr auto on_event =
        table(when(state::evicting, event::deadline) >> attempt(give_out_again) >>
                  refused(ETIMEDOUT, state::active),
              as_in(mapped_device::on_event));
};

} // namespace

TEST_CASE("it is unmapped once the last lease is back") {
    CHECK_BOTH(drains());
    CHECK_BOTH(views_keep_it_mapped());
    CHECK_BOTH(a_primary_one_stays());
}

TEST_CASE("a lease that is never returned") {
    CHECK_BOTH(a_lease_that_never_comes_back_calls_it_off());
    CHECK_BOTH(a_copy_that_takes_too_long_is_dropped());
    CHECK_BOTH(evicts());
}

TEST_CASE("what is on it goes elsewhere") { CHECK_BOTH(migrates()); }

TEST_CASE("every order of five events, each step failing, unmaps nothing that is lent") {
    unsigned wrong = 0;
    for (int order = 0; order != moves * moves * moves * moves * moves; ++order)
        for (int fails_at = -1; fails_at != 5; ++fails_at)
            wrong += survives(order, 5, fails_at) ? 0U : 1U;
    CHECK(wrong == 0);
}

TEST_CASE("the laws, and what they catch of what would be easy to write") {
    CHECK_BOTH(support::verdicts<mapped_device> == "......");
    CHECK_BOTH(support::verdicts<unmaps_under_a_lease> == "...x.x");
    CHECK_BOTH(support::verdicts<calls_it_off_when_it_is_empty> == "...xxx");
}

TEST_CASE("LMCache has no deadline") {
    CHECK_BOTH(support::is_read_everywhere<lmcache_arena::row_sources>());
    CHECK_BOTH(support::verdicts<lmcache_arena> == ".x.???");
}
