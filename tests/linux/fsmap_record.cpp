// SPDX-License-Identifier: BSL-1.0
#include "daxhold/linux/fsmap_record.hpp"

#include <set>
#include <string_view>

#include "../support/both.hpp"

using namespace daxhold::on_linux;

namespace {

constexpr std::uint64_t code(char type, std::uint64_t number) {
    return static_cast<std::uint64_t>(type) << 32 | number;
}

constexpr owner_kind special(std::uint64_t owner) { return classify(FMR_OF_SPECIAL_OWNER, owner); }

} // namespace

TEST_CASE("an inode's blocks are data, attributes or extent map") {
    CHECK_BOTH(classify(0, 131) == owner_kind::inode_data);
    CHECK_BOTH(classify(FMR_OF_PREALLOC, 131) == owner_kind::inode_data);
    CHECK_BOTH(classify(FMR_OF_SHARED | FMR_OF_LAST, 131) == owner_kind::inode_data);
    CHECK_BOTH(classify(FMR_OF_ATTR_FORK, 131) == owner_kind::attribute_fork);
    CHECK_BOTH(classify(FMR_OF_EXTENT_MAP, 131) == owner_kind::extent_map);
    CHECK_BOTH(classify(FMR_OF_ATTR_FORK | FMR_OF_EXTENT_MAP, 131) == owner_kind::attribute_fork);
    // Inode numbers that look like codes of special owners are inodes all the same.
    CHECK_BOTH(classify(0, FMR_OWN_FREE) == owner_kind::inode_data);
    CHECK_BOTH(classify(0, special_owner::xfs_log) == owner_kind::inode_data);
}

TEST_CASE("special owners are told by their codes: every filesystem's") {
    CHECK_BOTH(special(code('\0', 1)) == owner_kind::free_space);
    CHECK_BOTH(special(code('\0', 2)) == owner_kind::unknown);
    CHECK_BOTH(special(code('\0', 3)) == owner_kind::other_metadata);
}

TEST_CASE("special owners are told by their codes: XFS") {
    CHECK_BOTH(special(code('X', 1)) == owner_kind::static_metadata);
    CHECK_BOTH(special(code('X', 2)) == owner_kind::log);
    CHECK_BOTH(special(code('X', 3)) == owner_kind::group_metadata);
    CHECK_BOTH(special(code('X', 4)) == owner_kind::inode_btree);
    CHECK_BOTH(special(code('X', 5)) == owner_kind::inode_chunk);
    CHECK_BOTH(special(code('X', 6)) == owner_kind::refcount_btree);
    CHECK_BOTH(special(code('X', 7)) == owner_kind::cow_staging);
    CHECK_BOTH(special(code('X', 8)) == owner_kind::defective);
}

TEST_CASE("special owners are told by their codes: ext4") {
    CHECK_BOTH(special(code('f', 1)) == owner_kind::group_descriptors);
    CHECK_BOTH(special(code('f', 2)) == owner_kind::group_descriptors);
    CHECK_BOTH(special(code('f', 3)) == owner_kind::allocation_bitmap);
    CHECK_BOTH(special(code('f', 4)) == owner_kind::allocation_bitmap);
}

TEST_CASE("codes that nobody knows yet are unknown owners, neither data nor metadata") {
    CHECK_BOTH(special(0) == owner_kind::unknown);
    CHECK_BOTH(special(code('\0', 4)) == owner_kind::unknown);
    CHECK_BOTH(special(code('X', 9)) == owner_kind::unknown);
    CHECK_BOTH(special(code('X', 0)) == owner_kind::unknown);
    CHECK_BOTH(special(code('f', 5)) == owner_kind::unknown);
    CHECK_BOTH(special(code('B', 1)) == owner_kind::unknown);
    CHECK_BOTH(special(131) == owner_kind::unknown);
}

TEST_CASE("only an inode's kinds have an inode") {
    for (std::size_t i = 0; i < owner_kind_count; ++i) {
        const auto kind = static_cast<owner_kind>(i);
        CAPTURE(describe(kind));
        CHECK(has_inode(kind) ==
              (kind == owner_kind::inode_data || kind == owner_kind::attribute_fork ||
               kind == owner_kind::extent_map));
    }
}

TEST_CASE("each kind has words of its own") {
    std::set<std::string_view> words;
    for (std::size_t i = 0; i < owner_kind_count; ++i)
        CHECK(words.insert(describe(static_cast<owner_kind>(i))).second);
    CHECK(static_cast<std::size_t>(owner_kind::unknown) + 1 == owner_kind_count);
}

TEST_CASE("a record says what the kernel's says") {
    constexpr auto record = record_of({.fmr_device = 0x700,
                                       .fmr_flags = FMR_OF_SHARED | FMR_OF_PREALLOC,
                                       .fmr_physical = 8192,
                                       .fmr_owner = 131,
                                       .fmr_offset = 4096,
                                       .fmr_length = 12288,
                                       .fmr_reserved = {}});
    CHECK_BOTH(record.physical == daxhold::byte_range{8192, 12288});
    CHECK_BOTH(record.owner == 131);
    CHECK_BOTH(record.file_offset == 4096);
    CHECK_BOTH(record.device == 0x700);
    CHECK_BOTH(record.kind == owner_kind::inode_data);
    CHECK_BOTH(record.shared());
    CHECK_BOTH(record.preallocated());
    CHECK_BOTH(!record.last());
    CHECK_BOTH(record_of({.fmr_device = 0,
                          .fmr_flags = FMR_OF_LAST,
                          .fmr_physical = 0,
                          .fmr_owner = 0,
                          .fmr_offset = 0,
                          .fmr_length = 1,
                          .fmr_reserved = {}})
                   .last());
}

TEST_CASE("space that the kernel leaves out has an unknown owner") {
    constexpr auto record = unreported_record(0x700, 4096, 12288);
    CHECK_BOTH(record.physical == daxhold::byte_range{4096, 8192});
    CHECK_BOTH(record.kind == owner_kind::unknown);
    CHECK_BOTH(classify(record.flags, record.owner) == owner_kind::unknown);
    CHECK_BOTH(!record.reported);
    CHECK_BOTH(!record.shared());
    CHECK_BOTH(fsmap_record{}.reported);
}
