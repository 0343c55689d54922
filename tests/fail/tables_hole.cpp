// SPDX-License-Identifier: BSL-1.0
// MISTAKE: a case is forgotten
// FIRST: add the row, or end the table
// FIRST: no_row_applies_to<role::realtime, rmap::absent>
// EXPECT: no_row_applies_to<
// EXPECT: role::realtime
// EXPECT: rmap::absent
// EXPECT: add the row, or end the table with `otherwise`
#include "daxhold/tables/decide.hpp"

using namespace daxhold;
using namespace daxhold::tables;

enum class role : unsigned char { data, log, realtime };
enum class rmap : unsigned char { present, absent };

static constexpr auto gate = table(when(role::data) >> 1, when(role::log) >> 2,
#ifdef EXPECT_FAIL
                                   when(role::realtime, rmap::present) >> 3
#else
                                   when(role::realtime) >> 3
#endif
);

int answer(role r, rmap m) { return decide<gate>(known(r, m)); }
int answer_again(role r) { return decide<gate>(known(r, rmap::present)) + 1; }
