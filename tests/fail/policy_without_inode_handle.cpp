// SPDX-License-Identifier: BSL-1.0
// EXPECT: filesystem_cannot_find_inodes<pool>
// EXPECT: inode_handle is a member type
#include "daxhold/policy.hpp"
#include "daxhold/releases/no_holder.hpp"

using namespace daxhold;
using namespace daxhold::tables;

struct pool {
    bool is_born() { return true; }
    byte_range device_range(role) { return {0, 4096}; }
    result find_in_core(const rmap_record& r, int& found) {
        found = static_cast<int>(r.inode_number);
        return {};
    }
#ifndef EXPECT_FAIL
    using inode_handle = int;
#endif
};

result tell(pool& p) {
    return notify_failure<releases::no_holder>(p, role::data, {0, 4096}, cause::removal);
}
