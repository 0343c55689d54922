// SPDX-License-Identifier: BSL-1.0
// EXPECT: row_contradicts_itself<2>
// EXPECT: two values of one fact at once: use any_of
#include "daxhold/tables/decide.hpp"

using namespace daxhold;
using namespace daxhold::tables;

enum class role : unsigned char { data, log, realtime };

static constexpr auto gate = table(when(role::data) >> 1,
#ifdef EXPECT_FAIL
                                   when(role::log, role::realtime) >> 2,
#else
                                   when(any_of(role::log, role::realtime), role::log) >> 2,
#endif
                                   otherwise >> 3);

int answer(role r) { return decide<gate>(known(r)); }
