// SPDX-License-Identifier: BSL-1.0
// 007: a count of blocks lost its +1.
//
// Wrong: with the last block named instead of the one behind it, the count was last - first: a
// failure of one block told nobody and answered 0.
// Commit: introduced in 6.5, fixed by 3c90c01e4934 (6.6, and 6.1.y in September 2024).
// Input: a failure of one block.
// Here: a range knows its length, and no end has to be corrected by one. No policy reproduces
// this.

#include "daxhold/releases.hpp"

#include "../support/lone_record.hpp"

using namespace support;
using namespace daxhold::releases;

namespace {

constexpr std::uint64_t was_count(std::uint64_t first, std::uint64_t last) { return last - first; }

template <class Policy>
constexpr bool tells_of_one_block(cause why) {
    const auto n = notify<Policy>(with_lone<>(lone::dax_file), why, blocks(9, 1));
    for (std::size_t i = 0; i != n.fs.log.size(); ++i)
        if (n.fs.log[i].what == call::kill_users)
            return n.fs.log[i].where == blocks(1, 1) && n.fs.told() != 0;
    return false;
}

} // namespace

TEST_CASE("007: one block counts as none") {
    CHECK_BOTH(was_count(9, 9) == 0);
    CHECK_BOTH(blocks(9, 1).length() == sample_block);
    CHECK_BOTH(tells_of_one_block<xfs_linux_6_1>(cause::corruption));
    CHECK_BOTH(tells_of_one_block<xfs_linux_6_8>(cause::corruption));
    CHECK_BOTH(tells_of_one_block<xfs_linux_7_0>(cause::removal));
    CHECK_BOTH(tells_of_one_block<recommended>(cause::removal));
    // Even one byte is not none.
    CHECK_BOTH(
        notify<recommended>(with_lone<>(lone::dax_file), cause::corruption, {36864, 1}).fs.told() ==
        1);
}
