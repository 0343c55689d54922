// SPDX-License-Identifier: BSL-1.0
// 003: the walk looks at flags that nobody has set.
//
// Wrong: the flags in the structure that the walk gets are garbage from the stack, so that memory
// is poisoned or not by luck, and the seed's condition means nothing.
// Commit: no commit known; present in v12 and in Linux 6.0, fixed in 6.1.
// Input: any event.
// Here: flags begin as the empty set, the cause is an argument that cannot be left out, and a
// whole notification is a constant expression, in which nothing can be read that was not written
// (tests/fail/regression_003_flags_never_set.cpp).

#include "daxhold/releases/xfs_rfc.hpp"

#include "../support/lone_record.hpp"

using namespace support;
using releases::xfs_seed_as_intended;

namespace {

template <class Policy>
concept can_leave_out_the_cause = requires(mock_filesystem& fs) {
    notify_failure<Policy>(fs, role::data, lone_page);
};

} // namespace

TEST_CASE("003: flags that nobody has set") {
    CHECK_BOTH(failure_flags<lineage::seed::mf_flags>{}.bits() == 0);
    CHECK_BOTH(cause_of(failure_flags<lineage::seed::mf_flags>{}) == cause::corruption);
    CHECK_BOTH(!can_leave_out_the_cause<xfs_seed_as_intended>);
    // The same event is the same each time.
    CHECK_BOTH(notify<xfs_seed_as_intended>(with_lone<>(lone::metadata), cause::removal, lone_page)
                   .what() == nothing_done);
    CHECK_BOTH(
        notify<xfs_seed_as_intended>(with_lone<>(lone::metadata), cause::corruption, lone_page)
            .what() == corrupt_shutdown);
}
