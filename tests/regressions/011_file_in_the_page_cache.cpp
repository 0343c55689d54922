// SPDX-License-Identifier: BSL-1.0
// 011: a file in the page cache has no dax entry.
//
// Wrong: telling the users of a file that is in core and not DAX fails with -EBUSY, and that error
// ends the walk: in 6.1 to 6.7 the whole filesystem is shut down, in 6.0 the rest is not walked.
// Commit: no commit known; fixed in 6.8.
// Input: a corruption under a file in the page cache, on a mount with dax=inode.
// Here: a law names it. `xfs_linux_6_0` and `xfs_linux_6_1` have the bug as a fact.

#include "daxhold/laws.hpp"
#include "daxhold/releases.hpp"

#include "../support/lone_record.hpp"

using namespace support;
using namespace daxhold::releases;

TEST_CASE("011: a file in the page cache") {
    constexpr auto fs = with_lone<>(lone::buffered_file);
    CHECK_BOTH(notify<xfs_linux_6_0>(fs, cause::corruption, lone_page).what() ==
               failed_with(EBUSY));
    CHECK_BOTH(notify<xfs_linux_6_1>(fs, cause::corruption, lone_page).what() ==
               consequence{result::error(EBUSY), true});
    CHECK_BOTH(notify<xfs_linux_6_8>(fs, cause::corruption, lone_page).what() == nothing_done);

    using law = laws::corruption_of_file_data_never_shuts_down;
    constexpr laws::trial trial{
        .cause = cause::corruption, .count = 1, .pieces = {{.mapping = mapping::buffered}}};
    CHECK_BOTH(!law::holds(trial, laws::try_out<xfs_linux_6_1>(trial)));
    CHECK_BOTH(law::holds(trial, laws::try_out<xfs_linux_6_8>(trial)));
    CHECK_BOTH(law::holds(trial, laws::try_out<recommended>(trial)));
}
