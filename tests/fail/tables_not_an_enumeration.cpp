// SPDX-License-Identifier: BSL-1.0
// EXPECT: when
// EXPECT: (int|42)
#include "daxhold/tables.hpp"

using namespace daxhold;
using namespace daxhold::tables;

enum class role : unsigned char { data, log };

static constexpr auto gate = table(when(
#ifdef EXPECT_FAIL
                                       42
#else
                                       role::log
#endif
                                       ) >>
                                       1,
                                   otherwise >> 2);

int answer(role r) { return decide<gate>(known(r)); }
