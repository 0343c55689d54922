// SPDX-License-Identifier: BSL-1.0
// EXPECT: law_was_not_tried<
// EXPECT: my_policy
// EXPECT: nothing_is_left_frozen
// EXPECT: untried_because::an_own_operation_has_no_meaning
// EXPECT: say what the policy's own operations stand for
#include "daxhold/laws.hpp"

using namespace daxhold;
using namespace daxhold::tables;

struct my_policy : words {
    enum class deed : std::uint8_t { drain };
    static constexpr auto gate = table(otherwise >> perform(deed::drain) >> succeed);
#ifndef EXPECT_FAIL
    static constexpr effect stands_for(deed) { return effect::none; }
#endif
};

static_assert(laws::keeps<laws::nothing_is_left_frozen, my_policy>);
