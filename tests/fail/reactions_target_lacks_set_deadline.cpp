// SPDX-License-Identifier: BSL-1.0
// A target that nobody tells to see to it that a deadline comes.
// EXPECT: target_lacks_set_deadline<device>
// EXPECT: a target has `void set_deadline\(state, ticket\) noexcept`
#include "daxhold/reactions.hpp"

using daxhold::reactions::ticket;

struct region : daxhold::reactions::words {
    enum class state : unsigned char { live, draining, gone };
    enum class event : unsigned char { removal, drained, deadline, step_failed };
    enum class operation : unsigned char { quiesce };
    static constexpr auto deadline = event::deadline;
    static constexpr auto step_failed = event::step_failed;
    static constexpr auto on_event =
        table(when(state::live, event::removal) >> steps(operation::quiesce) >>
                  in_progress(state::draining),
              when(state::draining, event::removal) >> in_progress(),
              when(state::draining) >> done(state::gone), otherwise >> done());
};

struct device {
    daxhold::result perform(region::operation, ticket) noexcept { return {}; }
#ifndef EXPECT_FAIL
    void set_deadline(region::state, ticket) noexcept {}
#endif
};

struct owner {
    device one;
    daxhold::reactions::engine<region, device> engine{one};
};
