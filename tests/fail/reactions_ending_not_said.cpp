// SPDX-License-Identifier: BSL-1.0
// A reaction that begins something and does not say whether it is over.
// EXPECT: no_ending_is_said_in_row<2>
// EXPECT: a reaction says how it ends: steps\(...\) >> done\(state\), >> in_progress\(state\) or >>
// refused\(errno\)
#include "daxhold/reactions.hpp"

struct region : daxhold::reactions::words {
    enum class state : unsigned char { live, draining };
    enum class event : unsigned char { removal, drained, deadline, step_failed };
    enum class operation : unsigned char { quiesce };
    static constexpr auto deadline = event::deadline;
    static constexpr auto step_failed = event::step_failed;
    static constexpr auto on_event =
        table(when(state::draining, event::removal) >> in_progress(),
#ifdef EXPECT_FAIL
              when(state::live, event::removal) >> steps(operation::quiesce),
#else
              when(state::live, event::removal) >> steps(operation::quiesce) >>
                  in_progress(state::draining),
#endif
              otherwise >> done(state::live));
};
static_assert(daxhold::reactions::lawful<region>);
