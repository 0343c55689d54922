// SPDX-License-Identifier: BSL-1.0
// 018: a shared extent on a partition is looked for at another offset.
//
// Wrong: with reflink and DAX on a partition the offsets of the device and of the filesystem
// differ, and the reverse mapping was asked for the wrong one.
// Commit: no commit known; since the middle of 2022 such a mount is refused with -EINVAL (release
// UNVERIFIED).
// Input: a failure of a shared extent of a filesystem on a partition that does not start at 0.
// Here: a partition is a layer of its own, with its own offsets, and every owner of the extent is
// told.

#include "daxhold/device.hpp"
#include "daxhold/releases.hpp"

#include "../support/notification.hpp"

using namespace support;
using namespace daxhold::releases;

namespace {

using flags = failure_flags<lineage::linux_6_8::mf_flags>;
using holder_type = filesystem_holder<xfs_linux_6_8, mock_filesystem>;

/// A filesystem on a partition that begins at block 1000 of its disk.
constexpr mock_filesystem after(byte_range on_disk) {
    auto fs = populated<>();
    holder_type holder{fs};
    mapped<partition, holder_type> on_partition{partition{blocks(1000, 256)}, holder};
    basic_dax_device<static_holder<mapped<partition, holder_type>>, flags> disk;
    const auto held = fs_dax_get(disk, on_partition);
    static_cast<void>(dax_holder_notify_failure(disk, on_disk, {}));
    return fs;
}

} // namespace

TEST_CASE("018: a shared extent on a partition") {
    // Blocks 8 to 11 belong to two files.
    CHECK_BOTH(after(blocks(1008, 1)).told() == 2);
    CHECK_BOTH(after(blocks(1008, 1)).log[1].where == blocks(0, 1));
    CHECK_BOTH(after(blocks(8, 1)).log.size() == 0);
    CHECK_BOTH(after(blocks(1000 + 256, 1)).log.size() == 0);
}
