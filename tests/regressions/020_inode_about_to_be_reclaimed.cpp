// SPDX-License-Identifier: BSL-1.0
// 020: an inode that is about to be reclaimed looks like an error. Still in Linux (DERIVED).
//
// Wrong: a lookup in core says -EAGAIN for an inode that is cached and about to be reclaimed
// (-ENOENT for one that is unlinked), where only -ENODATA is taken for "not in core": the
// filesystem is shut down though nobody uses the file.
// Commit: no commit known that fixes it.
// Input: a corruption under a file that was closed a moment ago.
// Here: that a lookup failed is a value of its own (`inode::lookup_failed`), for which every table
// has a row, and a law names the cell. The releases have the bug as a fact.

#include "daxhold/laws.hpp"
#include "daxhold/releases.hpp"

#include "../support/lone_record.hpp"

using namespace support;
using namespace daxhold::releases;

TEST_CASE("020: a file that was closed a moment ago") {
    constexpr auto fs = with_lone<>(lone::lost_file);
    CHECK_BOTH(notify<xfs_linux_6_0>(fs, cause::corruption, lone_page).what() ==
               failed_with(EAGAIN));
    CHECK_BOTH(notify<xfs_linux_6_1>(fs, cause::corruption, lone_page).what() == corrupt_shutdown);
    CHECK_BOTH(notify<xfs_linux_6_8>(fs, cause::corruption, lone_page).what() == corrupt_shutdown);
    CHECK_BOTH(notify<xfs_linux_7_2>(fs, cause::corruption, lone_page).fs.is_shut_down);
    CHECK_BOTH(!notify<recommended>(fs, cause::corruption, lone_page).fs.is_shut_down);
    CHECK_BOTH(notify<recommended>(fs, cause::corruption, lone_page).answer == success);

    using law = laws::corruption_of_file_data_never_shuts_down;
    constexpr laws::trial trial{
        .cause = cause::corruption, .count = 1, .pieces = {{.inode = inode::lookup_failed}}};
    CHECK_BOTH(!law::holds(trial, laws::try_out<xfs_linux_6_8>(trial)));
    CHECK_BOTH(!law::holds(trial, laws::try_out<xfs_linux_7_2>(trial)));
    CHECK_BOTH(law::holds(trial, laws::try_out<recommended>(trial)));
}
