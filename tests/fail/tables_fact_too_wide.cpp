// SPDX-License-Identifier: BSL-1.0
// Nobody can look at all values of an int: a gap could go unseen.
// EXPECT: underlying_type_is_larger_than_8_bits<.*tier>
// EXPECT: enum class name : unsigned char
#include "daxhold/tables.hpp"

using namespace daxhold::tables;

#ifdef EXPECT_FAIL
enum class tier : int { fast, slow, cold = 1000 };
#else
enum class tier : unsigned char { fast, slow, cold };
#endif

static constexpr auto gate = table(when(any_of(tier::slow, tier::fast)) >> 2, otherwise >> 1);

int answer(tier fact) { return decide<gate>(known(fact)); }
