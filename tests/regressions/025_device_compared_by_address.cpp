// SPDX-License-Identifier: BSL-1.0
// 025: which device it is, is found out by comparing addresses. Still in Linux (seen on 7.2.12).
//
// Wrong: an event is taken for one of the realtime device where the addresses are equal, also
// where the realtime section lies on the data device itself: every event goes to its groups.
// Commit: no commit known that fixes it.
// Input: a filesystem whose realtime section is internal.
// Here: nobody compares devices. What a device is to the filesystem is said once, when it becomes
// the holder (`filesystem_holder`), and one device has one role; one with a realtime section behind
// the data has a role of its own. The releases since `xfs_linux_6_14` have the bug as a fact, and
// laws name it.

#include "daxhold/laws.hpp"
#include "daxhold/releases.hpp"

#include "../support/notification.hpp"

using namespace support;
using namespace daxhold::releases;

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
}

TEST_CASE("025: a realtime section on the data device") {
    constexpr laws::trial superblock{.cause = cause::corruption,
                                     .role = role::internal_realtime,
                                     .count = 1,
                                     .pieces = {{.owner = owner::metadata}}};
    using law = laws::corruption_of_metadata_never_goes_on;
    CHECK_BOTH(!law::holds(superblock, laws::try_out<xfs_linux_6_14>(superblock)));
    CHECK_BOTH(!law::holds(superblock, laws::try_out<xfs_linux_7_2>(superblock)));
    CHECK_BOTH(law::holds(superblock, laws::try_out<recommended>(superblock)));

    constexpr laws::trial data{
        .cause = cause::corruption, .role = role::internal_realtime, .count = 1};
    using other_law = laws::corruption_is_told_to_those_who_map_the_page;
    CHECK_BOTH(!other_law::holds(data, laws::try_out<xfs_linux_7_2>(data)));
    CHECK_BOTH(other_law::holds(data, laws::try_out<recommended>(data)));
}
