// SPDX-License-Identifier: BSL-1.0
#include "daxhold/releases/pool_region.hpp"

#include "daxhold/reactions/engine.hpp"

#include "../support/both.hpp"
#include "../support/row_sources.hpp"
#include "../support/verdicts.hpp"

using namespace daxhold;
using namespace daxhold::reactions;
using releases::daos_blobstore;
using releases::pool_region;
using state = pool_region::state;
using event = pool_region::event;
using op = pool_region::operation;

static_assert(lawful<pool_region>);
static_assert(tables::proven<pool_region::row_sources>);
static_assert(tables::proven<daos_blobstore::on_event>);

namespace {

constexpr reply done{};
constexpr reply begun{answer::in_progress};
constexpr reply refused(int errno_value) { return {answer::refused, result::error(errno_value)}; }

/// A region with its I/O, which takes what it is told literally, and notes what others crash on.
struct region {
    unsigned io = 0;
    bool is_open = true;
    enum class memory { mapped, unmapping, none, mapping } is = memory::mapped;
    bool has_crashed = false;
    bool aborts_help = true;
    int fails_at = -1;
    int told_at = -1; // while this step is taken, another thread tells that
    event told_then{};
    int taken = 0;
    int sizes_taken = 0;
    ticket waits_with{};
    ticket last{};
    ticket deadline{};
    bool is_waited_for = false;
    engine<pool_region, region>* who = nullptr;

    constexpr result perform(op what, ticket of) noexcept {
        has_crashed = has_crashed || (what != op::set_up && is != memory::mapped);
        last = of;
        if (taken == told_at)
            static_cast<void>(who->tell(told_then));
        if (taken++ == fails_at)
            return result::error(EIO);
        switch (what) {
        case op::stop_admission:
            is_open = false;
            break;
        case op::admit:
            is_open = true;
            break;
        case op::abort:
            if (aborts_help)
                io = 0;
            [[fallthrough]];
        case op::drain:
            is_waited_for = true;
            waits_with = of;
            end_io(0);
            break;
        case op::tear_down:
            has_crashed = has_crashed || io != 0 || is_open;
            is = memory::unmapping;
            break;
        case op::set_up:
            has_crashed = has_crashed || is != memory::none;
            is = memory::mapping;
            break;
        case op::take_new_size:
            ++sizes_taken;
            break;
        }
        return {};
    }
    constexpr void set_deadline(state, ticket of) noexcept { deadline = of; }

    /// So many I/Os end; the last one tells those who wait.
    constexpr void end_io(unsigned count) noexcept {
        io -= count < io ? count : io;
        if (io == 0 && is_waited_for) {
            is_waited_for = false;
            static_cast<void>(who->tell(event::drained, waits_with));
        }
    }
    /// What was begun ends.
    constexpr void end_rest() noexcept {
        if (is == memory::unmapping) {
            is = memory::none;
            static_cast<void>(who->tell(event::torn_down, last));
        } else if (is == memory::mapping) {
            is = memory::mapped;
            static_cast<void>(who->tell(event::set_up_done, last));
        }
    }
};

struct run {
    region target{};
    engine<pool_region, region> machine{target};
    explicit constexpr run(unsigned io = 0) {
        target.who = &machine;
        target.io = io;
    }
    run(const run&) = delete;
    run& operator=(const run&) = delete;

    constexpr reply tell(event what) { return machine.tell(what); }
    constexpr void expire() { static_cast<void>(machine.tell(event::deadline, target.deadline)); }
    [[nodiscard]] constexpr bool is(state expected) const {
        return machine.now() == expected && !target.has_crashed;
    }
};

constexpr bool drains_and_is_torn_down() {
    run one{2};
    if (one.tell(event::announced_removal) != begun || !one.is(state::draining))
        return false;
    one.target.end_io(1);
    // told again, by another thread
    if (one.tell(event::announced_removal) != begun || !one.is(state::draining))
        return false;
    one.target.end_io(1);
    if (!one.is(state::tearing_down))
        return false;
    one.target.end_rest();
    return one.is(state::gone) && one.tell(event::announced_removal) == done &&
           one.tell(event::surprise_removal) == done && one.is(state::gone) &&
           one.tell(event::media_error) == refused(ENXIO) &&
           one.tell(event::resized) == refused(ENXIO);
}
constexpr bool is_pulled() {
    run one{3};
    if (one.tell(event::surprise_removal) != begun || !one.is(state::tearing_down))
        return false;
    run other{3};
    static_cast<void>(other.tell(event::announced_removal));
    return other.tell(event::surprise_removal) == begun && other.is(state::tearing_down);
}
constexpr bool does_not_wait_for_ever() {
    run one{1};
    one.target.aborts_help = false;
    static_cast<void>(one.tell(event::announced_removal));
    one.expire();
    if (!one.is(state::aborting))
        return false;
    one.expire();
    // Its memory may still be written: the device may not go, and it is never given out again.
    if (!one.is(state::stuck) || one.tell(event::announced_removal) != refused(EBUSY) ||
        one.tell(event::arrived) != refused(EBUSY))
        return false;
    one.target.end_io(1);
    one.target.end_rest();
    return one.is(state::gone);
}
constexpr bool fails_and_is_removed() {
    run one{1};
    if (one.tell(event::media_error) != done || !one.is(state::failed) ||
        one.tell(event::media_error) != done || one.tell(event::resized) != refused(EBUSY))
        return false;
    static_cast<void>(one.tell(event::announced_removal));
    one.target.end_io(1);
    one.target.end_rest();
    return one.is(state::gone);
}
constexpr bool comes_back() {
    run one;
    static_cast<void>(one.tell(event::announced_removal));
    one.target.end_rest();
    const ticket before = one.target.waits_with;
    if (one.tell(event::arrived) != begun || !one.is(state::setting_up))
        return false;
    one.target.end_rest();
    // What was begun before says nothing of what is there now.
    return one.is(state::live) && one.target.is_open &&
           one.machine.tell(event::drained, before) == refused(ESTALE) &&
           one.tell(event::arrived) == refused(EEXIST);
}
constexpr bool goes_while_it_comes() {
    run one;
    static_cast<void>(one.tell(event::announced_removal));
    one.target.end_rest();
    static_cast<void>(one.tell(event::arrived));
    if (one.tell(event::surprise_removal) != begun || !one.is(state::abandoning))
        return false;
    one.target.end_rest();
    one.target.end_rest();
    return one.is(state::gone);
}
constexpr bool takes_a_new_size() {
    run one{1};
    if (one.tell(event::resized) != done || one.target.sizes_taken != 1)
        return false;
    one.target.fails_at = one.target.taken;
    return one.tell(event::resized) == refused(EIO) && one.is(state::live) && one.target.is_open;
}

/// What can happen to a region, from outside and by itself.
constexpr int moves = 8;
constexpr void move(run& one, int which) {
    constexpr event told[] = {event::announced_removal, event::surprise_removal, event::media_error,
                              event::resized, event::arrived};
    if (which < 5)
        static_cast<void>(one.tell(told[which]));
    else if (which == 5)
        one.target.end_io(1);
    else if (which == 6)
        one.target.end_rest();
    else
        one.expire();
}

/// All that is in progress ends, one deadline after the other; and what cannot be let go says so.
bool survives(run& one, int order, int length) {
    for (int i = 0; i != length; ++i, order /= moves)
        move(one, order % moves);
    for (int i = 0; i != 4 && one.machine.is_busy(); ++i)
        one.expire();
    if (one.machine.is_busy() || one.target.has_crashed)
        return false;
    const auto now = one.machine.now();
    if (now == state::gone && one.target.is != region::memory::none)
        return false;
    if ((now == state::live) != one.target.is_open && now != state::quarantined)
        return false;
    return (now != state::stuck && now != state::quarantined) ||
           one.tell(event::surprise_removal) == refused(EBUSY);
}

struct tears_down_what_lets_io_in : pool_region {
    static constexpr auto on_event =
        table(when(state::live, event::announced_removal) >> attempt(stop_admission) >>
                  steps(drain) >> in_progress(state::draining),
              as_in(pool_region::on_event));
};
struct comes_back_by_itself : pool_region {
    static constexpr auto on_event =
        table(when(state::gone, event::drained) >> done(state::live), as_in(pool_region::on_event));
};

} // namespace

TEST_CASE("announced, pulled, and both") {
    CHECK_BOTH(drains_and_is_torn_down());
    CHECK_BOTH(is_pulled());
}

TEST_CASE("I/O that does not end, and memory that fails") {
    CHECK_BOTH(does_not_wait_for_ever());
    CHECK_BOTH(fails_and_is_removed());
}

TEST_CASE("what comes back is set up anew, and may go again meanwhile") {
    CHECK_BOTH(comes_back());
    CHECK_BOTH(goes_while_it_comes());
}

TEST_CASE("another size") { CHECK_BOTH(takes_a_new_size()); }

TEST_CASE("every order of four events, each step failing, tears down nothing that is in use") {
    constexpr int length = 4;
    unsigned wrong = 0;
    for (int order = 0; order != moves * moves * moves * moves; ++order)
        for (int fails_at = -1; fails_at != 6; ++fails_at)
            for (const bool aborts_help : {true, false}) {
                run one{2};
                one.target.aborts_help = aborts_help;
                one.target.fails_at = fails_at;
                wrong += survives(one, order, length) ? 0U : 1U;
            }
    CHECK(wrong == 0);
}

TEST_CASE("every event that another thread tells while any step is taken waits for its turn") {
    constexpr int length = 3;
    unsigned wrong = 0;
    for (int order = 0; order != moves * moves * moves; ++order)
        for (int told_at = 0; told_at != 6; ++told_at)
            for (std::size_t told = 0; told != tables::value_count<event>; ++told) {
                // What a step began and could not have ended yet is told by nobody.
                const auto told_then = static_cast<event>(told);
                if (told_then == event::drained || told_then == event::torn_down ||
                    told_then == event::set_up_done || told_then == event::step_failed)
                    continue;
                run one{2};
                one.target.told_at = told_at;
                one.target.told_then = told_then;
                wrong += survives(one, order, length) ? 0U : 1U;
            }
    CHECK(wrong == 0);
}

TEST_CASE("the laws, and what they catch of what would be easy to write") {
    CHECK_BOTH(support::verdicts<pool_region> == "......");
    CHECK_BOTH(support::verdicts<tears_down_what_lets_io_in> == "...x.x");
    CHECK_BOTH(support::verdicts<comes_back_by_itself> == "x..x.x");
}

TEST_CASE("DAOS has no deadline") {
    CHECK_BOTH(support::is_read_everywhere<daos_blobstore::row_sources>());
    CHECK_BOTH(support::verdicts<daos_blobstore> == ".x.???");
}
