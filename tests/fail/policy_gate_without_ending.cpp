// SPDX-License-Identifier: BSL-1.0
// MISTAKE: a row does not end
// FIRST: a gate row ends by walk
// FIRST: row_cannot_end_like_this<.*gate, 2,
// EXPECT: row_cannot_end_like_this<
// EXPECT: stage::gate, 2, .*ending::none
// EXPECT: a gate row ends by walk, walk_in_core, refuse, unsupported or succeed
#include "daxhold/policy.hpp"
#include "daxhold/testing.hpp"

using namespace daxhold;
using namespace daxhold::tables;

struct policy : words {
    static constexpr auto gate = table(when(cause::corruption) >> unsupported,
#ifdef EXPECT_FAIL
                                       otherwise >> freeze
#else
                                       otherwise >> freeze >> succeed
#endif
    );
};

result tell(testing::mock_filesystem& fs) {
    return notify_failure<policy>(fs, role::data, {0, 4096}, cause::removal);
}
