// SPDX-License-Identifier: BSL-1.0
// EXPECT: policy_cannot_walk<policy>
// EXPECT: a policy whose gate walks needs static constexpr tables `record` and `end`
#include "daxhold/policy.hpp"
#include "daxhold/testing.hpp"

using namespace daxhold;
using namespace daxhold::tables;

struct policy : words {
    static constexpr auto gate = table(otherwise >> walk);
#ifndef EXPECT_FAIL
    static constexpr auto record = table(otherwise >> next);
#endif
    static constexpr auto end = table(otherwise >> return_error);
};

result tell(testing::mock_filesystem& fs) {
    return notify_failure<policy>(fs, role::data, {0, 4096}, cause::removal);
}
