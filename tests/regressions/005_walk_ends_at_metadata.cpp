// SPDX-License-Identifier: BSL-1.0
// 005: the walk returns at the first record of metadata.
//
// Wrong: the filesystem is shut down there and then, and whoever maps data behind that record is
// not told and keeps a live mapping of the bad memory.
// Commit: no commit known by its number; "xfs: on memory failure, only shut down fs after scanning
// all mappings" (6.1).
// Input: a range that holds metadata, and data behind it.
// Here: laws name it. `xfs_v12`, the seed and `xfs_linux_6_0` have the bug as a fact.

#include "daxhold/laws.hpp"
#include "daxhold/releases.hpp"

#include "../support/mapped_files.hpp"

using namespace support;
using namespace daxhold::releases;

TEST_CASE("005: metadata hides the users behind it") {
    CHECK_BOTH(
        notify<xfs_linux_6_0>(mapped_files<>(), cause::corruption, blocks(15, 3)).fs.told() == 0);
    CHECK_BOTH(
        notify<xfs_linux_6_0>(mapped_files<>(), cause::corruption, blocks(15, 3)).made.not_walked ==
        blocks(15, 3));
    CHECK_BOTH(
        notify<xfs_linux_6_1>(mapped_files<>(), cause::corruption, blocks(15, 3)).fs.told() == 1);
    CHECK_BOTH(
        notify<xfs_linux_6_1>(mapped_files<>(), cause::corruption, blocks(15, 3)).fs.is_shut_down);

    using law = laws::metadata_hides_no_user;
    constexpr laws::trial trial{
        .cause = cause::corruption, .count = 2, .pieces = {{.owner = owner::metadata}, {}}};
    CHECK_BOTH(!law::holds(trial, laws::try_out<xfs_v12>(trial)));
    CHECK_BOTH(!law::holds(trial, laws::try_out<xfs_seed_as_posted>(trial)));
    CHECK_BOTH(!law::holds(trial, laws::try_out<xfs_linux_6_0>(trial)));
    CHECK_BOTH(law::holds(trial, laws::try_out<xfs_linux_6_1>(trial)));
    CHECK_BOTH(law::holds(trial, laws::try_out<xfs_linux_7_2>(trial)));
    // In 6.1 a directory in core ends the walk all the same, as in 011.
    constexpr laws::trial behind_a_directory{
        .cause = cause::corruption,
        .count = 2,
        .pieces = {{.mapping = mapping::buffered, .kind = kind::directory}, {}}};
    CHECK_BOTH(!law::holds(behind_a_directory, laws::try_out<xfs_linux_6_1>(behind_a_directory)));
    CHECK_BOTH(law::holds(behind_a_directory, laws::try_out<xfs_linux_6_8>(behind_a_directory)));
}
