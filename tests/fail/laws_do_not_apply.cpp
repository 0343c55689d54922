// SPDX-License-Identifier: BSL-1.0
// EXPECT: law_does_not_apply<
// EXPECT: my_policy
// EXPECT: event_outside_changes_nothing
// EXPECT: the policy says that it never meets what the law is about
#include "daxhold/laws.hpp"

using namespace daxhold;
using namespace daxhold::tables;

struct my_policy : words {
    static constexpr auto gate =
        table(when(none_of(range::inside)) >> refuse(ENXIO), otherwise >> succeed);
#ifdef EXPECT_FAIL
    static constexpr auto never_meets = never(range::after_end, range::outside);
#else
    static constexpr auto never_meets = never(role::log);
#endif
};

static_assert(laws::keeps<laws::event_outside_changes_nothing, my_policy>);
