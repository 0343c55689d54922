// SPDX-License-Identifier: BSL-1.0
// A machine that says more of what is so than laws can go through.
// EXPECT: too_many_things_can_be_so<region::holds>
// EXPECT: at most six things can be so: laws go through all of their sets
#include "daxhold/reactions.hpp"

struct region : daxhold::reactions::words {
    enum class state : unsigned char { live, gone };
    enum class event : unsigned char { removal, step_failed };
    enum class operation : unsigned char { tear_down };
#ifdef EXPECT_FAIL
    enum class holds : unsigned char{memory, file, channel, lock, thread, timer, lease};
#else
    enum class holds : unsigned char { memory, file, channel, lock, thread, timer };
#endif
    static constexpr auto step_failed = event::step_failed;
    static constexpr auto at_first = any_of(holds::memory);
    static constexpr auto effects = table(otherwise >> no_effect);
    static constexpr auto learned = table(otherwise >> no_effect);
    static constexpr auto in_state = table(otherwise >> no_effect);
    static constexpr auto on_event =
        table(when(state::live, event::removal) >> steps(operation::tear_down) >> done(state::gone),
              otherwise >> done());
};
static_assert(daxhold::reactions::lawful<region>);
