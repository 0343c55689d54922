// SPDX-License-Identifier: BSL-1.0
// 021: a corruption under a file in the page cache is swallowed. Still in Linux (DERIVED).
//
// Wrong: nobody is told, nothing is marked as poisoned, and the answer is 0, which keeps the
// generic path from marking the page. (7.0 reports the data as lost, and still marks nothing.)
// Commit: no commit known that fixes it; it came with the cure for 011 (6.8).
// Input: a corruption under a file in the page cache.
// Here: a law names it. `xfs_linux_6_8` and `xfs_linux_6_14` have the bug as a fact.

#include "daxhold/laws.hpp"
#include "daxhold/releases.hpp"

#include "../support/lone_record.hpp"

using namespace support;
using namespace daxhold::releases;

TEST_CASE("021: nobody deals with it, and nobody else may") {
    constexpr auto fs = with_lone<>(lone::buffered_file);
    CHECK_BOTH(notify<xfs_linux_6_8>(fs, cause::corruption, lone_page).what() == nothing_done);
    CHECK_BOTH(notify<xfs_linux_6_14>(fs, cause::corruption, lone_page).what() == nothing_done);
    CHECK_BOTH(!falls_back(notify<xfs_linux_6_8>(fs, cause::corruption, lone_page).answer));
    CHECK_BOTH(notify<xfs_linux_7_0>(fs, cause::corruption, lone_page).what().reported_lost == 1);
    CHECK_BOTH(notify<xfs_linux_7_0>(fs, cause::corruption, lone_page).what().poisoned == 0);

    using law = laws::corruption_is_never_swallowed;
    constexpr laws::trial trial{
        .cause = cause::corruption, .count = 1, .pieces = {{.mapping = mapping::buffered}}};
    CHECK_BOTH(law::holds(trial, laws::try_out<xfs_linux_6_1>(trial)));
    CHECK_BOTH(!law::holds(trial, laws::try_out<xfs_linux_6_8>(trial)));
    CHECK_BOTH(!law::holds(trial, laws::try_out<xfs_linux_6_18>(trial)));
    CHECK_BOTH(law::holds(trial, laws::try_out<xfs_linux_7_0>(trial)));
}
