// SPDX-License-Identifier: BSL-1.0
// EXPECT: nobody_dies
// EXPECT: policy_law
// EXPECT: holds
#include "daxhold/laws.hpp"
#include "daxhold/releases/recommended.hpp"

using namespace daxhold;
using namespace daxhold::tables;

struct nobody_dies {
    static constexpr bool concerns(const laws::trial&) { return true; }
#ifdef EXPECT_FAIL
    static constexpr bool hold(const laws::trial&, const laws::verdict&) { return true; }
#else
    static constexpr bool holds(const laws::trial&, const laws::verdict&) { return true; }
#endif
};

static_assert(laws::keeps<nobody_dies, releases::recommended>);
