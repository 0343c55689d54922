// SPDX-License-Identifier: BSL-1.0
// EXPECT: constant
#include "daxhold/event/byte_range.hpp"

using namespace daxhold;

#ifdef EXPECT_FAIL
constexpr byte_range moved = byte_range{0, 100}.moved(0, byte_range::max - 50);
#else
constexpr byte_range moved = byte_range{0, 100}.moved(0, byte_range::max - 100);
#endif
static_assert(!moved.empty());
