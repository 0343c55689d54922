// SPDX-License-Identifier: BSL-1.0
// EXPECT: pool
// EXPECT: a filesystem needs `is_born\(\) -> bool` and `device_range\(role\) -> byte_range`
#include "daxhold/policy.hpp"
#include "daxhold/releases/no_holder.hpp"

using namespace daxhold;
using namespace daxhold::tables;

struct pool {
#ifndef EXPECT_FAIL
    bool is_born() { return true; }
#endif
    byte_range device_range(role) { return {0, 4096}; }
};

result tell(pool& p) {
    return notify_failure<releases::no_holder>(p, role::data, {0, 4096}, cause::removal);
}
