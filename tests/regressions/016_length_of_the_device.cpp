// SPDX-License-Identifier: BSL-1.0
// 016: the length of the device, and not that of the filesystem.
//
// Wrong: a range was cut at the end of the device. A failure behind the end of the filesystem is
// answered with 0, or, of a log, with a shutdown (seen on 6.17.13); before 6.14 there is no group
// for it, and a null pointer is followed (seen on 6.1.192 and 6.12.117).
// Commit: 414d21d65b8e (6.18) takes the length from bt_nr_sectors (a first try mixed up units).
// Input: a filesystem that is smaller than its device, and a failure behind its end.
// Here: where a range lies is a fact that knows the end of the filesystem (`range::after_end`), and
// a law names the breach. The policies up to `xfs_linux_6_14` have the bug as a fact.

#include "daxhold/laws.hpp"
#include "daxhold/releases.hpp"

#include "../support/lone_record.hpp"

using namespace support;
using namespace daxhold::releases;

namespace {

/// A filesystem on 64 blocks behind the first 16 blocks of a larger device.
constexpr auto small() {
    auto fs = populated<>();
    fs.data_device = blocks(16, 64);
    return fs;
}

/// One that was made smaller than the 64 blocks that it is on: it ends with its block 47.
template <class Policy>
constexpr auto failed_behind_the_end(role device = role::data) {
    auto fs = populated<mock_filesystem_with_devices>();
    fs.data_device = blocks(16, 64);
    fs.end = blocks(0, 48).end();
    return notify<Policy>(fs, cause::corruption, blocks(16 + 48, 1), device);
}

} // namespace

TEST_CASE("016: a filesystem smaller than its device") {
    CHECK_BOTH(notify<xfs_linux_6_8>(small(), cause::corruption, blocks(80, 1)).what() ==
               failed_with(ENXIO));
    CHECK_BOTH(notify<xfs_linux_6_8>(small(), cause::corruption, blocks(0, 16)).what() ==
               failed_with(ENXIO));
    // Its last block is number 63, and is on block 79 of the device.
    CHECK_BOTH(notify<xfs_linux_6_8>(small(), cause::corruption, blocks(79, 100)).made.records ==
               1);
    CHECK_BOTH(notify<xfs_linux_6_8>(small(), cause::corruption, blocks(79, 100)).fs.is_shut_down);
    CHECK_BOTH(notify<xfs_linux_6_8>(small(), cause::corruption, blocks(16 + 12, 1)).fs.told() ==
               1);
}

TEST_CASE("016: a filesystem smaller than what it is on") {
    CHECK_BOTH(failed_behind_the_end<xfs_linux_6_1>().has(aftermath::null_dereference));
    CHECK_BOTH(failed_behind_the_end<xfs_linux_6_8>().has(aftermath::null_dereference));
    CHECK_BOTH(!failed_behind_the_end<xfs_linux_6_14>().may_have(aftermath::null_dereference));
    CHECK_BOTH(failed_behind_the_end<xfs_linux_6_18>().what() == failed_with(ENXIO));
    CHECK_BOTH(failed_behind_the_end<xfs_linux_7_2>().what() == failed_with(ENXIO));
    CHECK_BOTH(failed_behind_the_end<recommended>().what() == failed_with(ENXIO));

    using law = laws::event_outside_changes_nothing;
    constexpr laws::trial trial{.cause = cause::corruption, .range = range::after_end};
    CHECK_BOTH(!law::holds(trial, laws::try_out<xfs_linux_6_8>(trial)));
    CHECK_BOTH(!law::holds(trial, laws::try_out<xfs_linux_6_14>(trial)));
}
