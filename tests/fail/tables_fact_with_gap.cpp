// SPDX-License-Identifier: BSL-1.0
// A row for the value behind the gap is told what is wrong with the enumeration, not with the row.
// EXPECT: enumerators_do_not_count_from_0_to<.*tier, 7>
// EXPECT: the enumerators of a fact are 0, 1, 2 ... without a gap
#include "daxhold/tables.hpp"

using namespace daxhold::tables;

#ifdef EXPECT_FAIL
enum class tier : unsigned char { fast, slow, cold = 7 };
#else
enum class tier : unsigned char { fast, slow, cold };
#endif

static constexpr auto gate =
    table(when(tier::cold) >> 1, when(any_of(tier::slow, tier::fast)) >> 2);

int answer(tier fact) { return decide<gate>(known(fact)); }
