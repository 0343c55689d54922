// SPDX-License-Identifier: BSL-1.0
// EXPECT: no_row_applies_to<
// EXPECT: owner::log
// EXPECT: add the row, or end the table with `otherwise`
#include "daxhold/policy.hpp"

// A policy that nobody uses yet: its tables are proven where one asks whether it is one.
struct policy : daxhold::words {
    static constexpr auto gate = table(otherwise >> walk);
    static constexpr auto record = table(
#ifndef EXPECT_FAIL
        when(owner::log) >> stop(EIO),
#endif
        when(none_of(owner::log)) >> next);
    static constexpr auto end = table(otherwise >> return_error);
};

static_assert(daxhold::failure_policy<policy>);
