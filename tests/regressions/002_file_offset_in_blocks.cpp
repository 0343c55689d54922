// SPDX-License-Identifier: BSL-1.0
// 002: the offset of an extent in its file, counted in blocks, is used as bytes.
//
// Wrong: the pages to tell about and to drop are looked for 4096 times too near to the start of
// the file.
// Commit: no commit known; fixed in the fourteenth version of the patch.
// Input: any extent that does not lie at the start of its file.
// Here: there are no blocks. Every range is in bytes, and the engine itself carries a part of an
// extent over to the file.

#include "daxhold/releases/xfs_linux_6_8.hpp"

#include "../support/notification.hpp"

using namespace support;
using releases::xfs_linux_6_8;

namespace {

/// Blocks 8 to 11 of the device are blocks 100 to 103 of the file.
constexpr auto removed() {
    mock_filesystem fs;
    fs.add(mock_inode{.number = plain});
    fs.add_mappers(plain, 1, 1);
    fs.add(rmap_record{blocks(8, 4), owner::file_data, plain, 100 * sample_block, sharing::sole});
    return notify<xfs_linux_6_8>(fs, cause::removal, blocks(9, 2));
}

} // namespace

TEST_CASE("002: an offset in blocks, used as bytes") {
    CHECK_BOTH(removed().fs.log[2].what == call::kill_users);
    CHECK_BOTH(removed().fs.log[2].where == blocks(101, 2));
    CHECK_BOTH(removed().fs.log[3].what == call::invalidate);
    CHECK_BOTH(removed().fs.log[3].where == blocks(101, 2));
}
