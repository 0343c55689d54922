// SPDX-License-Identifier: BSL-1.0
// EXPECT: no_row_applies_to<
// EXPECT: mount::not_born
// EXPECT: add the row, or end the table with `otherwise`
#include "daxhold/policy.hpp"
#include "daxhold/testing.hpp"

using namespace daxhold;
using namespace daxhold::tables;

struct policy : words {
    static constexpr auto gate = table(
#ifndef EXPECT_FAIL
        when(mount::not_born) >> refuse(EIO),
#endif
        when(mount::born, cause::removal) >> succeed,
        when(mount::born, cause::corruption) >> unsupported);
};

result tell(testing::mock_filesystem& fs) {
    return notify_failure<policy>(fs, role::data, {0, 4096}, cause::removal);
}
