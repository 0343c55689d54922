// SPDX-License-Identifier: BSL-1.0
// EXPECT: row_cannot_end_like_this<
// EXPECT: stage::record, 1, .*ending::finish
// EXPECT: a record row by next or stop
#include "daxhold/policy.hpp"
#include "daxhold/testing.hpp"

using namespace daxhold;
using namespace daxhold::tables;

struct policy : words {
    static constexpr auto gate = table(when(rmap::absent) >> unsupported, otherwise >> walk);
    static constexpr auto record = table(
#ifdef EXPECT_FAIL
        when(owner::log) >> refuse(EIO),
#else
        when(owner::log) >> stop(EIO),
#endif
        otherwise >> next);
    static constexpr auto end = table(otherwise >> return_error);
};

result tell(testing::mock_filesystem& fs) {
    return notify_failure<policy>(fs, role::data, {0, 4096}, cause::removal);
}
