// SPDX-License-Identifier: BSL-1.0
// EXPECT: policy_has_no_gate<policy>
// EXPECT: a policy needs a static constexpr table `gate`
#include "daxhold/policy.hpp"
#include "daxhold/testing.hpp"

using namespace daxhold;
using namespace daxhold::tables;

struct policy : words {
#ifdef EXPECT_FAIL
    static constexpr auto gates = table(otherwise >> unsupported);
#else
    static constexpr auto gate = table(otherwise >> unsupported);
#endif
};

result tell(testing::mock_filesystem& fs) {
    return notify_failure<policy>(fs, role::data, {0, 4096}, cause::removal);
}
