// SPDX-License-Identifier: BSL-1.0
// 012: the list of those to kill is used again with what is in it.
//
// Wrong: entries were freed and left on the list, so that the second poisoned page of a call walks
// over freed memory (mm/memory-failure.c).
// Commit: no commit known; fixed by Miaohe Lin in 6.1.
// Input: two or more poisoned pages in one call.
// Here: it does not apply to the library, which keeps no list of processes and allocates nothing:
// who is told is the filesystem's own affair, page by page. What can be shown: many pages in one
// notification, in a constant expression, in which freed memory cannot be read.

#include "daxhold/releases.hpp"

#include "../support/notification.hpp"

using namespace support;
using namespace daxhold::releases;

TEST_CASE("012: several poisoned pages in one call") {
    CHECK_BOTH(notify<xfs_linux_6_0>(populated<>(), cause::corruption, blocks(8, 6)).fs.told() ==
               2);
    CHECK_BOTH(
        notify<xfs_linux_6_0>(populated<>(), cause::corruption, blocks(8, 6)).what().poisoned == 3);
    CHECK_BOTH(
        notify<recommended>(populated<>(), cause::removal, byte_range::whole_device()).fs.told() ==
        3);
}
