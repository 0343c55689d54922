// SPDX-License-Identifier: BSL-1.0
// A region that drains until its I/O has ended, and if that never ends, for ever.
// EXPECT: law_is_broken_by_row<
// EXPECT: what_is_in_progress_ends, 3, .*state::draining, .*event::deadline
// EXPECT: a machine breaks a law by this row, in this state on this event
#include "daxhold/reactions.hpp"

using daxhold::reactions::ticket;

struct region : daxhold::reactions::words {
    enum class state : unsigned char { live, draining, lost, gone };
    enum class event : unsigned char { removal, drained, deadline, step_failed };
    enum class operation : unsigned char { quiesce, tear_down };
    static constexpr auto deadline = event::deadline;
    static constexpr auto step_failed = event::step_failed;
    static constexpr auto on_event = table(
        when(state::live, event::removal) >> steps(operation::quiesce) >>
            in_progress(state::draining),
        when(state::draining, event::drained) >> steps(operation::tear_down) >> done(state::gone),
#ifdef EXPECT_FAIL
        when(state::draining, any_of(event::removal, event::deadline)) >> in_progress(),
#else
        when(state::draining, event::removal) >> in_progress(),
#endif
        when(state::draining) >> done(state::lost), otherwise >> done());
};

struct device {
    daxhold::result perform(region::operation, ticket) noexcept { return {}; }
    void set_deadline(region::state, ticket) noexcept {}
};
daxhold::reactions::reply tell(daxhold::reactions::engine<region, device>& one) {
    return one.tell(region::event::removal);
}
