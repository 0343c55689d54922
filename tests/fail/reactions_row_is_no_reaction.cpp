// SPDX-License-Identifier: BSL-1.0
// A machine whose table says operations and not reactions.
// EXPECT: is_no_reaction<
// EXPECT: a row of a machine's table is a reaction: when\(...\) >> steps\(...\) >> done\(state\)
#include "daxhold/reactions.hpp"

struct region : daxhold::reactions::words {
    enum class state : unsigned char { live, gone };
    enum class event : unsigned char { removal, step_failed };
    enum class operation : unsigned char { nothing, tear_down };
    static constexpr auto step_failed = event::step_failed;
    static constexpr auto on_event =
#ifdef EXPECT_FAIL
        table(when(state::live, event::removal) >> operation::tear_down,
              otherwise >> operation::nothing);
#else
        table(when(state::live, event::removal) >> steps(operation::tear_down) >> done(state::gone),
              otherwise >> done());
#endif
};
static_assert(daxhold::reactions::lawful<region>);
