// SPDX-License-Identifier: BSL-1.0
// EXPECT: pool
// EXPECT: a filesystem needs `is_born\(\) -> bool` and `device_range\(role\) -> byte_range`
#include "daxhold/filesystem.hpp"
#include "daxhold/policies/no_holder.hpp"

using namespace daxhold;

struct pool {
#ifndef EXPECT_FAIL
    bool is_born() { return true; }
#endif
    byte_range device_range(role) { return {0, 4096}; }
};

result tell(pool& p) {
    return notify_failure<policies::no_holder>(p, role::data, {0, 4096}, cause::removal);
}
