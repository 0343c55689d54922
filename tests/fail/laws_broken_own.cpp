// SPDX-License-Identifier: BSL-1.0
// EXPECT: policy_breaks_law<
// EXPECT: my_policy
// EXPECT: nothing_is_poisoned
// EXPECT: situation::lone_record
// EXPECT: inode::in_core
// EXPECT: a policy breaks a law in this trial
#include "daxhold/laws.hpp"

using namespace daxhold;
using namespace daxhold::tables;

struct nothing_is_poisoned {
    static constexpr bool concerns(const laws::trial&) { return true; }
    static constexpr bool holds(const laws::trial&, const laws::verdict& v) {
        return !v.is_poisoned;
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
