// SPDX-License-Identifier: BSL-1.0
// 023: without a reverse mapping a removal does nothing. Still in Linux (DERIVED, and observed).
//
// Wrong: -EOPNOTSUPP asks for a generic path, which an unbind does not have: no freeze, nobody
// told, no shutdown, while the memory goes away.
// Commit: no commit known that fixes it.
// Input: an unbind of a filesystem made with rmapbt=0.
// Here: a law names it. The releases have the bug as a fact (6.1.192 and 6.12.117 were seen to
// oops in the later umount, 6.16 to 7.3 in whoever maps the memory and exits).

#include "daxhold/laws.hpp"
#include "daxhold/releases.hpp"

#include "../support/lone_record.hpp"

using namespace support;
using namespace daxhold::releases;

TEST_CASE("023: an unbind without a reverse mapping") {
    constexpr auto bare = populated<mock_filesystem_without_rmap>();
    CHECK_BOTH(unbind<xfs_linux_6_8>(bare).what() == failed_with(EOPNOTSUPP));
    CHECK_BOTH(unbind<xfs_linux_6_8>(bare).has(aftermath::umount_oopses));
    CHECK_BOTH(unbind<xfs_linux_6_1>(bare).has(aftermath::mappings_stay_live));
    CHECK_BOTH(unbind<xfs_linux_7_2>(bare).has(aftermath::exit_oopses));
    CHECK_BOTH(!unbind<xfs_linux_7_2>(bare).fs.is_shut_down);
    CHECK_BOTH(unbind<recommended>(bare).fs.is_shut_down);
    CHECK_BOTH(unbind<recommended>(bare).after.certain.bits == 0);

    using law = laws::removal_never_leaves_the_filesystem_in_use;
    constexpr laws::trial trial{
        .cause = cause::removal, .scope = scope::whole_device, .rmap = rmap::absent};
    CHECK_BOTH(!law::holds(trial, laws::try_out<xfs_linux_6_8>(trial)));
    CHECK_BOTH(!law::holds(trial, laws::try_out<xfs_linux_7_2>(trial)));
    CHECK_BOTH(law::holds(trial, laws::try_out<recommended>(trial)));
}
