// SPDX-License-Identifier: BSL-1.0
// 022: an offset in the filesystem is compared with an end on the device. Still in Linux
// (DERIVED).
//
// Wrong: a range that crosses the end of the filesystem is cut after its offset was made relative,
// at an end that was not: too late, by the offset of the partition.
// Commit: no commit known that fixes it.
// Input: a range that is named and crosses the end, on a partition that does not start at 0.
// Here: a range is cut where it lies and moved afterwards, in one place (`detail::arrive`), and a
// partition does the same in its own offsets.

#include "daxhold/device/partition.hpp"
#include "daxhold/releases/xfs_linux_6_8.hpp"

#include "../support/notification.hpp"

using namespace support;
using releases::xfs_linux_6_8;

namespace {

// The arithmetic as it was: [start, last] of the device, and what is left of a range there.
constexpr std::uint64_t was_cut(byte_range where, std::uint64_t start, std::uint64_t last) {
    const auto offset = where.offset() - start;
    return offset + where.length() - 1 > last ? last - offset + 1 : where.length();
}

constexpr byte_range translated(byte_range on_disk) {
    byte_range on_partition;
    partition{blocks(1000, 16)}.translate(on_disk, [&](byte_range piece) { on_partition = piece; });
    return on_partition;
}

/// What is walked of a filesystem that lies on blocks 1000 to 1015 of its device.
constexpr byte_range walked(byte_range on_device) {
    mock_filesystem fs;
    fs.data_device = blocks(1000, 16);
    auto event = daxhold::detail::arrived(role::data, on_device, cause::corruption);
    return daxhold::detail::event_source<mock_filesystem>{fs, event}.part();
}

} // namespace

TEST_CASE("022: a range that crosses the end of a partition") {
    constexpr auto crossing = blocks(1008, 100);
    CHECK_BOTH(was_cut(crossing, 1000 * sample_block, 1016 * sample_block - 1) ==
               100 * sample_block);
    CHECK_BOTH(translated(crossing) == blocks(8, 8));
    CHECK_BOTH(walked(crossing) == blocks(8, 8));
    CHECK_BOTH(walked(blocks(1000, 16)) == blocks(0, 16));
    CHECK_BOTH(walked(blocks(1016, 1)).empty());
    CHECK_BOTH(walked(byte_range::whole_device()) == blocks(0, 16));
}
