// SPDX-License-Identifier: BSL-1.0
// EXPECT: law_was_not_tried<
// EXPECT: log_is_written_out
// EXPECT: untried_because::no_trial_concerns_it
// EXPECT: nothing that the policy can meet is what the law is about
#include "daxhold/laws.hpp"
#include "daxhold/releases/no_holder.hpp"
#include "daxhold/releases/recommended.hpp"

using namespace daxhold;
using namespace daxhold::tables;

struct log_is_written_out {
    static constexpr bool concerns(const laws::trial& t) { return t.role == role::log; }
    static constexpr bool holds(const laws::trial&, const laws::verdict&) { return true; }
};

#ifdef EXPECT_FAIL
using policy = releases::no_holder;
#else
using policy = releases::recommended;
#endif

static_assert(laws::keeps<log_is_written_out, policy>);
