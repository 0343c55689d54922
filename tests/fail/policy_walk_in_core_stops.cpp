// SPDX-License-Identifier: BSL-1.0
// EXPECT: walk_in_core_stops_in_no_order<1, 2>
// EXPECT: after walk_in_core errors are collected
#include "daxhold/policy.hpp"
#include "daxhold/testing.hpp"

using namespace daxhold;
using namespace daxhold::tables;

struct policy : words {
    static constexpr auto gate = table(otherwise >> walk_in_core);
    static constexpr auto record =
        table(when(none_of(owner::file_data)) >> next,
#ifdef EXPECT_FAIL
              when(inode::in_core) >> kill_users(users::every, poison::not_marked) >> next,
#else
              when(inode::in_core) >> collect(kill_users(users::every, poison::not_marked)) >> next,
#endif
              otherwise >> next);
    static constexpr auto end = table(otherwise >> return_error);
};

result tell(testing::mock_filesystem& fs) {
    return notify_failure<policy>(fs, role::data, byte_range::whole_device(), cause::removal);
}
