// SPDX-License-Identifier: BSL-1.0
// EXPECT: walk_in_core_knows_no_extents<1, daxhold::sharing>
// EXPECT: end the gate row by walk
#include "daxhold/policy.hpp"
#include "daxhold/testing.hpp"

using namespace daxhold;
using namespace daxhold::tables;

struct policy : words {
    static constexpr auto gate = table(otherwise >> walk_in_core);
    static constexpr auto record =
        table(when(none_of(owner::file_data)) >> next, when(none_of(inode::in_core)) >> next,
#ifdef EXPECT_FAIL
              when(sharing::shared) >> next,
#endif
              otherwise >> attempt(invalidate) >> next);
    static constexpr auto end = table(otherwise >> return_error);
};

result tell(testing::mock_filesystem& fs) {
    return notify_failure<policy>(fs, role::data, byte_range::whole_device(), cause::removal);
}
