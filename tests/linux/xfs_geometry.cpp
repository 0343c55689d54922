// SPDX-License-Identifier: BSL-1.0
#include "daxhold/linux/xfs_geometry.hpp"

#include <doctest/doctest.h>

using namespace daxhold::on_linux;

TEST_CASE("an inode of XFS has its place by its number") {
    // As xfs_db has it: 4 groups of 25600 blocks of 4096 bytes, inodes of 512 bytes.
    const xfs_geometry small{
        .block_size = 4096, .inode_size = 512, .allocation_groups = 4, .group_blocks = 25600};
    CHECK(small.place_of_inode(128) == 16 * 4096);
    CHECK(small.place_of_inode(131) == 16 * 4096 + 3 * 512);
    CHECK(small.place_of_inode(262273) == 25600 * 4096 + 16 * 4096 + 512);
    CHECK_FALSE(small.place_of_inode(std::uint64_t{4} << 18U));
    CHECK_FALSE(small.place_of_inode(25600 * 8));
    CHECK_FALSE(xfs_geometry{}.place_of_inode(128));
}

TEST_CASE("the size of XFS is that of its blocks") {
    CHECK(xfs_geometry{.block_size = 4096, .data_blocks = 1'000'000'000'000}.size() ==
          4'096'000'000'000'000);
}
