// SPDX-License-Identifier: BSL-1.0
// EXPECT: walk_in_core_would_pass_over_what_a_row_acts_on<2, 1>
// EXPECT: after walk_in_core only inodes in core are told anything
#include "daxhold/policy.hpp"
#include "daxhold/testing.hpp"

using namespace daxhold;
using namespace daxhold::tables;

struct policy : words {
    static constexpr auto gate = table(when(mount::not_born) >> refuse(EIO),
#ifdef EXPECT_FAIL
                                       otherwise >> walk_in_core);
#else
                                       otherwise >> walk);
#endif
    static constexpr auto record =
        table(when(none_of(owner::file_data)) >> note_shutdown >> next, otherwise >> next);
    static constexpr auto end = table(otherwise >> return_error);
};

result tell(testing::mock_filesystem& fs) {
    return notify_failure<policy>(fs, role::data, {0, 4096}, cause::removal);
}
