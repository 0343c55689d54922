// SPDX-License-Identifier: BSL-1.0
// A step behind the ending.
// EXPECT: nothing_follows_an_ending<
// EXPECT: the ending of a reaction stands last: steps\(...\) >> done\(state\)
#include "daxhold/reactions.hpp"

struct region : daxhold::reactions::words {
    enum class state : unsigned char { live, gone };
    enum class event : unsigned char { removal, step_failed };
    enum class operation : unsigned char { quiesce, tear_down };
    static constexpr auto step_failed = event::step_failed;
    static constexpr auto on_event = table(
#ifdef EXPECT_FAIL
        when(state::live, event::removal) >> steps(operation::quiesce) >> done(state::gone) >>
            steps(operation::tear_down),
#else
        when(state::live, event::removal) >> steps(operation::quiesce) >>
            steps(operation::tear_down) >> done(state::gone),
#endif
        otherwise >> done());
};
static_assert(daxhold::reactions::lawful<region>);
