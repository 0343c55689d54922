// SPDX-License-Identifier: BSL-1.0
// EXPECT: row_has_more_than_six_steps<
// EXPECT: stage::gate, 2
// EXPECT: a row has room for six steps
#include "daxhold/policy.hpp"
#include "daxhold/testing.hpp"

using namespace daxhold;
using namespace daxhold::tables;
using namespace daxhold::words;

struct policy {
    static constexpr auto gate =
        table(when(cause::corruption) >> unsupported, otherwise >> freeze >> words::sync >> thaw >>
#ifdef EXPECT_FAIL
                                                          words::sync >>
#endif
                                                          freeze >> words::sync >> thaw >> succeed);
};

result tell(testing::mock_filesystem& fs) {
    return notify_failure<policy>(fs, role::data, {0, 4096}, cause::removal);
}
