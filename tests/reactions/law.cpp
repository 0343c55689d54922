// SPDX-License-Identifier: BSL-1.0
#include "daxhold/reactions/law.hpp"

#include "../support/both.hpp"
#include "../support/verdicts.hpp"

#include <cerrno>

using namespace daxhold;
using namespace daxhold::reactions;
using support::verdicts;

namespace {

/// A region that can be asked for, and refuse; that drains, and is torn down.
struct region : reactions::words {
    enum class state : unsigned char { live, draining, tearing, lost, gone };
    enum class event : unsigned char {
        removal,
        drained,
        torn_down,
        busy,
        back,
        deadline,
        step_failed
    };
    enum class operation : unsigned char { stop_admission, admit, tear_down, set_up };
    enum class holds : unsigned char { memory, admission, idle };
    using enum operation;

    static constexpr auto deadline = event::deadline;
    static constexpr auto step_failed = event::step_failed;
    static constexpr auto gone = any_of(state::gone);
    static constexpr auto arrivals = any_of(event::back);
    static constexpr auto at_first = any_of(holds::memory, holds::admission);
    // clang-format off
    static constexpr auto effects = table(
        when(stop_admission) >> needs(holds::memory) >> ends(holds::admission),
        when(admit)          >> needs(holds::memory) >> makes(holds::admission)
                             >> ends(holds::idle),
        when(tear_down)      >> needs(holds::memory, holds::idle) >> ends(holds::memory),
        when(set_up)         >> makes(holds::memory, holds::admission) >> ends(holds::idle));
    static constexpr auto learned = table(
        when(state::draining, event::drained) >> makes(holds::idle), otherwise >> no_effect);
    static constexpr auto in_state = table(
        when(state::live) >> needs(holds::memory, holds::admission),
        when(any_of(state::tearing, state::gone)) >> ends(holds::memory),
        when(state::draining) >> needs(holds::memory) >> ends(holds::admission),
        otherwise >> no_effect);

    static constexpr auto on_event = table(
        when(state::live, event::removal) >> steps(stop_admission) >> in_progress(state::draining),
        when(state::live) >> done(),
        when(state::draining, event::drained) >> steps(tear_down) >> in_progress(state::tearing),
        when(state::draining, event::busy) >> steps(admit) >> refused(EBUSY, state::live),
        when(any_of(state::draining, state::tearing), any_of(event::deadline, event::step_failed))
            >> done(state::lost),
        when(state::tearing, event::torn_down) >> done(state::gone),
        when(any_of(state::draining, state::tearing)) >> in_progress(),
        when(state::gone, event::back) >> steps(set_up) >> done(state::live),
        when(state::lost, event::removal) >> refused(EIO),
        otherwise >> done());
    // clang-format on
};
static_assert(lawful<region>);

struct revives : region {
    static constexpr auto on_event =
        table(when(state::gone, event::removal) >> steps(set_up) >> done(state::live),
              as_in(region::on_event));
};
struct waits_for_ever : region {
    static constexpr auto on_event =
        table(when(state::draining, event::deadline) >> in_progress(), as_in(region::on_event));
};
/// The deadline is taken, and where its step fails nothing is left to come.
struct waits_once_a_step_has_failed : region {
    static constexpr auto on_event =
        table(when(state::draining, event::deadline) >> steps(stop_admission) >> done(state::lost),
              when(state::draining, event::step_failed) >> in_progress(), as_in(region::on_event));
};
struct fails_for_ever : region {
    static constexpr auto on_event = table(
        when(state::lost, event::step_failed) >> steps(set_up) >> done(), as_in(region::on_event));
};
/// Another state in progress each time, and a deadline of its own each time.
struct puts_off_the_end : region {
    enum class state : unsigned char { live, draining, tearing, lost, gone, again };
    static constexpr auto gone = any_of(state::gone);
    static constexpr auto in_state = table(otherwise >> no_effect);
    static constexpr auto on_event = table(
        when(state::live, event::removal) >> steps(stop_admission) >> in_progress(state::draining),
        when(state::draining, event::removal) >> in_progress(state::again),
        when(state::again, event::removal) >> in_progress(state::draining),
        when(any_of(state::draining, state::again), event::deadline) >> done(state::lost),
        when(any_of(state::draining, state::again)) >> in_progress(), otherwise >> done());
};
struct says_done_too_early : region {
    static constexpr auto on_event =
        table(when(state::draining, event::removal) >> done(), as_in(region::on_event));
};
struct says_in_progress_of_nothing : region {
    static constexpr auto on_event =
        table(when(state::lost, event::drained) >> in_progress(), as_in(region::on_event));
};
struct tears_down_what_is_in_use : region {
    static constexpr auto on_event = table(when(state::draining, event::removal) >>
                                               steps(tear_down) >> in_progress(state::tearing),
                                           as_in(region::on_event));
};
struct touches_what_was_torn_down : region {
    static constexpr auto on_event =
        table(when(state::gone, event::busy) >> attempt(stop_admission) >> done(),
              as_in(region::on_event));
};
/// What may have been torn down in part is torn down again.
struct tears_down_twice : region {
    static constexpr auto on_event =
        table(when(state::draining, event::drained) >> attempt(tear_down) >>
                  steps(stop_admission) >> in_progress(state::tearing),
              as_in(region::on_event));
};
struct refuses_and_stays_shut : region {
    static constexpr auto in_state = table(otherwise >> no_effect);
    static constexpr auto on_event = table(
        when(state::draining, event::busy) >> refused(EBUSY, state::live), as_in(region::on_event));
};
struct refuses_and_goes_elsewhere : region {
    static constexpr auto on_event = table(
        when(state::draining, event::busy) >> refused(EBUSY, state::lost), as_in(region::on_event));
};
struct refuses_after_a_step : region {
    static constexpr auto on_event =
        table(when(state::live, event::back) >> attempt(stop_admission) >> refused(EBUSY),
              as_in(region::on_event));
    static constexpr auto in_state = table(otherwise >> no_effect);
};
struct is_not_torn_down_when_gone : region {
    static constexpr auto on_event =
        table(when(state::draining, event::deadline) >> done(state::gone), as_in(region::on_event));
};
struct is_live_and_shut : region {
    static constexpr auto on_event = table(when(state::gone, event::back) >> steps(set_up) >>
                                               attempt(stop_admission) >> done(state::live),
                                           as_in(region::on_event));
};
/// It says nothing of what its operations need.
struct says_little : reactions::words {
    enum class state : unsigned char { here, left };
    enum class event : unsigned char { removal, step_failed };
    enum class operation : unsigned char { leave };
    static constexpr auto step_failed = event::step_failed;
    static constexpr auto on_event =
        table(when(state::here, event::removal) >> steps(operation::leave) >> done(state::left),
              otherwise >> done());
};
static_assert(lawful<says_little>);

} // namespace

TEST_CASE("each law finds what no other finds") {
    CHECK_BOTH(verdicts<region> == "......");
    CHECK_BOTH(verdicts<revives> == "x.....");
    CHECK_BOTH(verdicts<waits_for_ever> == ".x....");
    CHECK_BOTH(verdicts<waits_once_a_step_has_failed> == ".x....");
    CHECK_BOTH(verdicts<fails_for_ever> == ".x....");
    CHECK_BOTH(verdicts<puts_off_the_end> == ".x..?.");
    CHECK_BOTH(verdicts<says_done_too_early> == "..x...");
    CHECK_BOTH(verdicts<says_in_progress_of_nothing> == "..x...");
    CHECK_BOTH(verdicts<tears_down_what_is_in_use> == "...x..");
    CHECK_BOTH(verdicts<touches_what_was_torn_down> == "...x..");
    CHECK_BOTH(verdicts<tears_down_twice> == "...x..");
    CHECK_BOTH(verdicts<refuses_and_stays_shut> == "....x.");
    CHECK_BOTH(verdicts<refuses_and_goes_elsewhere> == "....x.");
    CHECK_BOTH(verdicts<refuses_after_a_step> == "....x.");
    CHECK_BOTH(verdicts<is_not_torn_down_when_gone> == ".....x");
    // The refusal that lets I/O in again then changes something.
    CHECK_BOTH(verdicts<is_live_and_shut> == "....xx");
}

TEST_CASE("what a machine does not say is not tried") {
    CHECK_BOTH(verdicts<says_little> == "??.???");
}

TEST_CASE("a finding names the row, the state and the event") {
    constexpr auto found = finding_of<what_is_in_progress_ends, waits_for_ever>;
    CHECK_BOTH((found.row == 0 && found.in == region::state::draining &&
                found.on == region::event::deadline));
}

TEST_CASE("which states are in progress") {
    CHECK_BOTH(states_in_progress<region> == 0b110);
    CHECK_BOTH(is_in_progress<region>(region::state::tearing));
    CHECK_BOTH(!is_in_progress<region>(region::state::live));
    CHECK_BOTH(states_in_progress<says_little> == 0);
}
