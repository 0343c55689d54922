// SPDX-License-Identifier: BSL-1.0
// EXPECT: filesystem_has_no_reverse_mapping_to_walk<
// EXPECT: pool, 2
// EXPECT: add for_each_mapping to the filesystem, or a row for rmap::absent above
#include "daxhold/policy.hpp"

using namespace daxhold;
using namespace daxhold::tables;

struct pool {
    bool is_born() { return true; }
    byte_range device_range(role) { return {0, 4096}; }
};

struct policy : words {
    static constexpr auto gate = table(when(mount::not_born) >> refuse(EIO),
#ifndef EXPECT_FAIL
                                       when(rmap::absent) >> unsupported,
#endif
                                       otherwise >> walk);
    static constexpr auto record = table(otherwise >> next);
    static constexpr auto end = table(otherwise >> return_error);
};

result tell(pool& p) { return notify_failure<policy>(p, role::data, {0, 4096}, cause::removal); }
