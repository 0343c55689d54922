// SPDX-License-Identifier: BSL-1.0
// 016: the length of the device, and not that of the filesystem.
//
// Wrong: a range was cut at the end of the device.
// Commit: no commit known; 6.18 takes the length from bt_nr_sectors (a first try mixed up units).
// Input: a filesystem that is smaller than its device, and a failure behind its end.
// Here: the engine asks for the part of the device on which the filesystem lies, and for nothing
// else; both in bytes. No policy reproduces this.

#include "daxhold/releases.hpp"

#include "../support/lone_record.hpp"

using namespace support;
using namespace daxhold::releases;

namespace {

/// A filesystem of 64 blocks, behind the first 16 blocks of a larger device.
constexpr auto small() {
    auto fs = populated<>();
    fs.data_device = blocks(16, 64);
    return fs;
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
