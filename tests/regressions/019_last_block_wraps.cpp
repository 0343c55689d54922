// SPDX-License-Identifier: BSL-1.0
// 019: the number behind the last block wraps around. Still in Linux (seen on 6.17.13 to 7.3.4).
//
// Wrong: for every allocation group but the last one the end of the range is the largest number of
// 32 bits, and one is added to it: the count of blocks becomes about 2^32, for every extent in the
// group.
// Commit: no commit known that fixes it; it came with the unification of groups (6.14).
// Input: any range over two or more groups, and so every unbind of a filesystem with two.
// Here: an end is a number of 64 bits that nothing is added to, and a count that could not be is
// cut off. The policies since `xfs_linux_6_14` have the bug as a fact, and a law names it.

#include "daxhold/laws.hpp"
#include "daxhold/releases.hpp"

#include "../support/mapped_files.hpp"

using namespace support;
using namespace daxhold::releases;

namespace {

constexpr std::uint32_t was_count(std::uint32_t first, std::uint32_t last) {
    return static_cast<std::uint32_t>(last + 1U) - first;
}

template <class Policy>
constexpr bool page_count_wraps() {
    return unbind<Policy>(mapped_files<>()).may_have(aftermath::page_count_wraps);
}

} // namespace

TEST_CASE("019: four thousand million pages for one extent") {
    CHECK_BOTH(was_count(1000, 0xffffffffU) == 4294966296U);
    using range_of_32_bits = basic_byte_range<std::uint32_t>;
    CHECK_BOTH(intersect(range_of_32_bits{1000, 8}, range_of_32_bits{0, 0xffffffffU}).length() ==
               8);

    CHECK_BOTH(!page_count_wraps<xfs_linux_6_8>());
    CHECK_BOTH(page_count_wraps<xfs_linux_6_14>());
    CHECK_BOTH(page_count_wraps<xfs_linux_6_18>());
    CHECK_BOTH(page_count_wraps<xfs_linux_7_2>());
    CHECK_BOTH(!page_count_wraps<recommended>());
    // The engine itself counts the pages that there are.
    CHECK_BOTH(unbind<xfs_linux_7_2>(mapped_files<>()).fs.log[2].where == blocks(0, 2));

    using law = laws::the_walk_is_no_longer_than_the_range;
    constexpr laws::trial unbind{.cause = cause::removal,
                                 .scope = scope::whole_device,
                                 .groups = groups::several,
                                 .count = 1};
    CHECK_BOTH(law::holds(unbind, laws::try_out<xfs_linux_6_8>(unbind)));
    CHECK_BOTH(!law::holds(unbind, laws::try_out<xfs_linux_6_14>(unbind)));
    CHECK_BOTH(!law::holds(unbind, laws::try_out<xfs_linux_7_2>(unbind)));
    CHECK_BOTH(law::holds(unbind, laws::try_out<recommended>(unbind)));
}
