// SPDX-License-Identifier: BSL-1.0
// 009: a count of pages with a +1 that it does not need.
//
// Wrong: the eleventh version added one to the count of pages, as a cure for 007 in the wrong
// place: the page behind a failure is treated as failed.
// Commit: no commit known; dropped before anything was merged.
// Input: any failure that ends within a file.
// Here: what is done to a file are the bytes of the range and no others, which the kit holds
// against generated filesystems.

#include "daxhold/releases.hpp"
#include "daxhold/testing/generated.hpp"

#include "../support/lone_record.hpp"

using namespace support;
using namespace daxhold::releases;

TEST_CASE("009: one page too many") {
    constexpr auto poisoned = [] {
        const auto n =
            notify<xfs_linux_6_8>(with_lone<>(lone::dax_file), cause::corruption, blocks(9, 2));
        return n.fs.log[1].where;
    };
    CHECK_BOTH(poisoned() == blocks(1, 2));
    volatile std::uint64_t seeds = 1000;
    CHECK_FALSE(
        check_generated<xfs_linux_6_8, mock_filesystem, nothing_outside_of_the_range_is_touched>(
            0, seeds)
            .exists);
    CHECK_FALSE(
        check_generated<recommended, mock_filesystem, nothing_outside_of_the_range_is_touched>(
            0, seeds)
            .exists);
}
