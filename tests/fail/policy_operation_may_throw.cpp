// SPDX-License-Identifier: BSL-1.0
// MISTAKE: an operation may throw
// FIRST: noexcept
// FIRST: operation_may_throw<disk, .*freeze>
// EXPECT: declare the member function for the operation \(`perform` for own\) noexcept
// EXPECT: operation_may_throw<disk, (\(daxhold::operation\)0|daxhold::operation::freeze)>
#include "daxhold/policy.hpp"

using namespace daxhold;

struct disk {
    bool is_born() { return true; }
    byte_range device_range(role) { return {0, 4096}; }
#ifdef EXPECT_FAIL
    result freeze() { return {}; }
#else
    result freeze() noexcept { return {}; }
#endif
    result thaw() noexcept { return {}; }
    result sync() { return {}; } // No row asks for it.
};

struct policy : words {
    static constexpr auto gate = table(otherwise >> attempt(freeze) >> attempt(thaw) >> succeed);
};

result tell(disk& d) { return notify_failure<policy>(d, role::data, {0, 4096}, cause::removal); }
