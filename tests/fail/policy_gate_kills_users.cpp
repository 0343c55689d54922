// SPDX-License-Identifier: BSL-1.0
// EXPECT: operation_needs_a_record<
// EXPECT: operation::kill_users, .*stage::gate, 1
// EXPECT: only a row of the record table has an inode to work on
#include "daxhold/policy.hpp"
#include "daxhold/testing.hpp"

using namespace daxhold;
using namespace daxhold::tables;

struct policy : words {
    static constexpr auto gate = table(
#ifdef EXPECT_FAIL
        when(cause::removal) >> kill_users(users::every, poison::not_marked) >> succeed,
#else
        when(cause::removal) >> words::sync >> succeed,
#endif
        otherwise >> unsupported);
};

result tell(testing::mock_filesystem& fs) {
    return notify_failure<policy>(fs, role::data, {0, 4096}, cause::removal);
}
