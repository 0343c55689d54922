// SPDX-License-Identifier: BSL-1.0
// Both mistakes at once still fit on a screen.
// EXPECT: no_row_applies_to<
// EXPECT: role::realtime
#include "daxhold/tables/decide.hpp"

using namespace daxhold;
using namespace daxhold::tables;

enum class role : unsigned char { data, log, realtime };

static constexpr auto gate = table(when(role::data) >> 1, when(role::log) >> 2,
#ifdef EXPECT_FAIL
                                   when(role::log) >> 3
#else
                                   when(role::realtime) >> 3
#endif
);

int answer(role r) { return decide<gate>(known(r)); }
