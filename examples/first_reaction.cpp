// SPDX-License-Identifier: BSL-1.0
// EXPECT: what_is_in_progress_ends, 3
// EXPECT: a machine breaks a law by this row, in this state on this event
// The example of include/daxhold/reactions/README.md, where EXPECT_FAIL is the line that is wrong.

// clang-format off
#include <daxhold/reactions.hpp>

struct region : daxhold::reactions::words {
    enum class state : unsigned char { live, draining, lost, gone };
    enum class event : unsigned char { removal, drained, deadline, step_failed };
    enum class operation : unsigned char { stop_admission, tear_down };
    static constexpr auto deadline = event::deadline, step_failed = event::step_failed;
    using enum operation;

    static constexpr auto on_event = table(
        when(state::live, event::removal)     >> steps(stop_admission) >> in_progress(state::draining),
        when(state::draining, event::drained) >> steps(tear_down) >> done(state::gone),
#ifdef EXPECT_FAIL
        when(state::draining)                 >> in_progress(),
#else
        when(state::draining, event::removal) >> in_progress(),
        when(state::draining)                 >> done(state::lost),
#endif
        otherwise                             >> done());
};
static_assert(daxhold::reactions::lawful<region>);
// clang-format on

int main() {}
