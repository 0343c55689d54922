// SPDX-License-Identifier: BSL-1.0
// EXPECT: policy_breaks_law<
// EXPECT: my_policy
// EXPECT: nothing_is_poisoned
// EXPECT: and_then<daxhold::owner::file_data>
// EXPECT: a policy breaks a law in this case
#include "daxhold/laws.hpp"

using namespace daxhold;
using namespace daxhold::tables;

struct nothing_is_poisoned {
    static constexpr bool concerns(const laws::trial& t) { return t.count == 2; }
    static constexpr bool holds(const laws::trial&, const laws::verdict& v) {
        return !v.of[0].is_poisoned;
    }
};

struct my_policy : words {
    static constexpr auto gate = table(otherwise >> walk);
    static constexpr auto record = table(when(owner::file_data, inode::in_core)
#ifdef EXPECT_FAIL
                                             >> attempt(kill_users(users::every, poison::marked)),
#else
                                             >>
                                             attempt(kill_users(users::every, poison::not_marked)),
#endif
                                         otherwise >> next);
    static constexpr auto end = table(otherwise >> return_error);
};

static_assert(laws::keeps<nothing_is_poisoned, my_policy>);
