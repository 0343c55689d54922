// SPDX-License-Identifier: BSL-1.0
// EXPECT: a table has at least one row
#include "daxhold/tables/decide.hpp"

using namespace daxhold;
using namespace daxhold::tables;

#ifdef EXPECT_FAIL
static constexpr auto gate = table();
#else
static constexpr auto gate = table(otherwise >> 1);
#endif

int answer() { return decide<gate>(known()); }
