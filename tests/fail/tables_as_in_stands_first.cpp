// SPDX-License-Identifier: BSL-1.0
// EXPECT: rows_are_conditions_with_actions<.*rows_as_in<
// EXPECT: and as_in stands last
#include "daxhold/tables.hpp"

using namespace daxhold::tables;

enum class role : unsigned char { data, log };

static constexpr auto base = table(when(role::log) >> 1, otherwise >> 2);
#ifdef EXPECT_FAIL
static constexpr auto gate = table(as_in(base), when(role::log) >> 3);
#else
static constexpr auto gate = table(when(role::log) >> 3, as_in(base));
#endif

int answer(role r) { return decide<gate>(known(r)); }
