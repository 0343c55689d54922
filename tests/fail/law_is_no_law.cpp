// SPDX-License-Identifier: BSL-1.0
// EXPECT: never_two
// EXPECT: is_no_law_over_cells<
// EXPECT: a law has a condition `where` and `allows
#include "daxhold/tables.hpp"

using namespace daxhold;
using namespace daxhold::tables;

enum class moon : unsigned char { new_moon, full };

struct never_two {
    static constexpr auto where = when(moon::full);
#ifdef EXPECT_FAIL
    static constexpr bool allow(int action) { return action != 2; }
#else
    static constexpr bool allows(int action) { return action != 2; }
#endif
};

static constexpr auto wolf = table(when(moon::full) >> 1, otherwise >> 2);

static_assert(obeys<never_two, wolf>);
