// SPDX-License-Identifier: BSL-1.0
// EXPECT: table
// EXPECT: (condition<|is_row)
#include "daxhold/tables/decide.hpp"

using namespace daxhold;
using namespace daxhold::tables;

enum class role : unsigned char { data, log };

#ifdef EXPECT_FAIL
static constexpr auto gate = table(when(role::log), otherwise >> 2);
#else
static constexpr auto gate = table(when(role::log) >> 1, otherwise >> 2);
#endif

int answer(role r) { return decide<gate>(known(r)); }
