// SPDX-License-Identifier: BSL-1.0
// 025: which device it is, is found out by comparing addresses. Still in Linux (reachability
// UNVERIFIED).
//
// Wrong: an event is taken for one of the realtime device where the addresses are equal, also
// where the realtime section lies on the data device itself: every event goes to its groups.
// Commit: no commit known that fixes it.
// Input: a filesystem whose realtime section is internal.
// Here: nobody compares devices. What a device is to the filesystem is said once, when it becomes
// the holder (`filesystem_holder`), and one device has one role; what lies where is a matter of
// records.

#include "daxhold/releases/xfs_linux_7_0.hpp"

#include "../support/notification.hpp"

using namespace support;
using releases::xfs_linux_7_0;

namespace {

/// A policy that says which device the event is of.
struct tells_the_role : words {
    using mf_flags = lineage::linux_6_8::mf_flags;
    static constexpr auto gate =
        table(when(role::data) >> refuse(1), when(role::log) >> refuse(2), otherwise >> refuse(3));
};

} // namespace

TEST_CASE("025: one device, one role") {
    constexpr auto fs = populated<mock_filesystem_with_devices>();
    CHECK_BOTH(unbind<tells_the_role>(fs, role::data).answer == result::error(1));
    CHECK_BOTH(unbind<tells_the_role>(fs, role::log).answer == result::error(2));
    CHECK_BOTH(unbind<tells_the_role>(fs, role::realtime).answer == result::error(3));
    // A filesystem with everything on its data device, realtime section included.
    CHECK_BOTH(unbind<xfs_linux_7_0>(populated<>()).made.records == 12);
    CHECK_BOTH(unbind<xfs_linux_7_0>(populated<>()).fs.told() == 5);
}
