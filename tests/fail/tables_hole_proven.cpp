// SPDX-License-Identifier: BSL-1.0
// EXPECT: no_row_applies_to<
// EXPECT: role::realtime
// EXPECT: add the row, or end the table with `otherwise`
#include "daxhold/tables/proof.hpp"

using namespace daxhold;
using namespace daxhold::tables;

enum class role : unsigned char { data, log, realtime };

static constexpr auto gate = table(when(role::data) >> 1, when(role::log) >> 2
#ifndef EXPECT_FAIL
                                   ,
                                   when(role::realtime) >> 3
#endif
);

static_assert(proven<gate>);
