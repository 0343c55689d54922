// SPDX-License-Identifier: BSL-1.0
#pragma once

#include "daxhold/event/byte_range.hpp"

#include <cstddef>
#include <cstdint>
#include <string_view>

#include <linux/fsmap.h>

/// \file
/// Who owns a part of a device, as the kernel's GETFSMAP tells it.

namespace daxhold::on_linux {

/// What a record of the reverse mapping belongs to.
enum class owner_kind : std::uint8_t {
    free_space,      ///< Nothing.
    inode_data,      ///< The data fork of the inode `owner`.
    attribute_fork,  ///< Extended attributes of the inode `owner`, outside of the inode.
    extent_map,      ///< The block mapping btree of the inode `owner` (either fork).
    log,             ///< The journal.
    static_metadata, ///< Superblocks and, in XFS, the headers of the allocation groups.
    group_metadata,  ///< XFS: free space and reverse mapping btrees, and the blocks kept for them.
    inode_chunk,     ///< XFS: inodes. ext4: inode tables.
    inode_btree,     ///< XFS: the index of the inodes.
    refcount_btree,  ///< XFS: the index of shared extents.
    cow_staging,     ///< XFS: blocks for a copy on write that has not ended.
    group_descriptors, ///< ext4: group descriptors, and the blocks reserved to grow them.
    allocation_bitmap, ///< ext4: bitmaps of blocks and of inodes.
    other_metadata,    ///< Metadata of a sort that the filesystem does not name.
    defective,         ///< Bad blocks.
    unknown, ///< Nobody says: no reverse mapping, no privilege, or a code from the future.
};

/// How many kinds there are.
inline constexpr std::size_t owner_kind_count = 16;

/// The words for a kind, for people.
[[nodiscard]] inline std::string_view describe(owner_kind kind) noexcept {
    switch (kind) {
    case owner_kind::free_space:
        return "free space";
    case owner_kind::inode_data:
        return "file data";
    case owner_kind::attribute_fork:
        return "extended attributes";
    case owner_kind::extent_map:
        return "extent map";
    case owner_kind::log:
        return "log";
    case owner_kind::static_metadata:
        return "static metadata";
    case owner_kind::group_metadata:
        return "allocation group metadata";
    case owner_kind::inode_chunk:
        return "inodes";
    case owner_kind::inode_btree:
        return "inode btree";
    case owner_kind::refcount_btree:
        return "refcount btree";
    case owner_kind::cow_staging:
        return "copy-on-write staging";
    case owner_kind::group_descriptors:
        return "group descriptors";
    case owner_kind::allocation_bitmap:
        return "allocation bitmaps";
    case owner_kind::other_metadata:
        return "metadata";
    case owner_kind::defective:
        return "bad blocks";
    case owner_kind::unknown:
        return "unknown owner";
    }
    return "unknown owner";
}

/// Owners that are no inodes.
namespace special_owner {

/// The codes in `fmr_owner` where FMR_OF_SPECIAL_OWNER is set. The first three are those of
/// linux/fsmap.h.
inline constexpr std::uint64_t free_space = FMR_OWN_FREE;
inline constexpr std::uint64_t unknown = FMR_OWN_UNKNOWN;
inline constexpr std::uint64_t metadata = FMR_OWN_METADATA;

/// XFS: XFS_FMR_OWN_* in fs/xfs/libxfs/xfs_fs.h, also in ioctl_xfs_getfsmap's manual page.
inline constexpr std::uint64_t xfs_static_metadata = FMR_OWNER('X', 1);
inline constexpr std::uint64_t xfs_log = FMR_OWNER('X', 2);
inline constexpr std::uint64_t xfs_group_metadata = FMR_OWNER('X', 3);
inline constexpr std::uint64_t xfs_inode_btree = FMR_OWNER('X', 4);
inline constexpr std::uint64_t xfs_inodes = FMR_OWNER('X', 5);
inline constexpr std::uint64_t xfs_refcount_btree = FMR_OWNER('X', 6);
inline constexpr std::uint64_t xfs_cow_staging = FMR_OWNER('X', 7);
inline constexpr std::uint64_t xfs_defective = FMR_OWNER('X', 8);

/// ext4: EXT4_FMR_OWN_* in fs/ext4/fsmap.h. It uses 'X' 1, 2 and 5 as XFS does.
inline constexpr std::uint64_t ext4_group_descriptors = FMR_OWNER('f', 1);
inline constexpr std::uint64_t ext4_reserved_descriptors = FMR_OWNER('f', 2);
inline constexpr std::uint64_t ext4_block_bitmap = FMR_OWNER('f', 3);
inline constexpr std::uint64_t ext4_inode_bitmap = FMR_OWNER('f', 4);

} // namespace special_owner

/// The kind that `flags` (FMR_OF_*) and `owner` of a record mean. The attribute fork comes before
/// the extent map: a block mapping btree of an attribute fork has both flags.
[[nodiscard]] constexpr owner_kind classify(std::uint32_t flags, std::uint64_t owner) noexcept {
    if ((flags & FMR_OF_SPECIAL_OWNER) == 0) {
        if ((flags & FMR_OF_ATTR_FORK) != 0)
            return owner_kind::attribute_fork;
        return (flags & FMR_OF_EXTENT_MAP) != 0 ? owner_kind::extent_map : owner_kind::inode_data;
    }
    // Half of all records, mostly: it need not be searched for among the others.
    if (owner == special_owner::free_space)
        return owner_kind::free_space;
    switch (owner) {
    case special_owner::metadata:
        return owner_kind::other_metadata;
    case special_owner::xfs_static_metadata:
        return owner_kind::static_metadata;
    case special_owner::xfs_log:
        return owner_kind::log;
    case special_owner::xfs_group_metadata:
        return owner_kind::group_metadata;
    case special_owner::xfs_inode_btree:
        return owner_kind::inode_btree;
    case special_owner::xfs_inodes:
        return owner_kind::inode_chunk;
    case special_owner::xfs_refcount_btree:
        return owner_kind::refcount_btree;
    case special_owner::xfs_cow_staging:
        return owner_kind::cow_staging;
    case special_owner::xfs_defective:
        return owner_kind::defective;
    case special_owner::ext4_group_descriptors:
    case special_owner::ext4_reserved_descriptors:
        return owner_kind::group_descriptors;
    case special_owner::ext4_block_bitmap:
    case special_owner::ext4_inode_bitmap:
        return owner_kind::allocation_bitmap;
    default:
        return owner_kind::unknown;
    }
}

/// Whether records of the kind name an inode.
[[nodiscard]] constexpr bool has_inode(owner_kind kind) noexcept {
    return kind == owner_kind::inode_data || kind == owner_kind::attribute_fork ||
           kind == owner_kind::extent_map;
}

/// One extent and one owner of it; a shared extent comes once for each of its owners.
struct fsmap_record {
    byte_range physical;           ///< Bytes of the device; not clipped to what was asked.
    std::uint64_t owner = 0;       ///< An inode number where `has_inode(kind)`, else the code.
    std::uint64_t file_offset = 0; ///< Bytes; only data and attribute forks have one.
    std::uint32_t device = 0;      ///< What the kernel calls the device: a dev_t, mostly.
    std::uint32_t flags = 0;       ///< FMR_OF_*.
    owner_kind kind = owner_kind::unknown; ///< What it belongs to.
    bool reported = true;                  ///< By the kernel; false for space that it left out.

    /// Some block of the extent has other owners too, but not necessarily all: the flag is one of
    /// the record.
    [[nodiscard]] constexpr bool shared() const noexcept { return (flags & FMR_OF_SHARED) != 0; }
    /// Allocated, but never written.
    [[nodiscard]] constexpr bool preallocated() const noexcept {
        return (flags & FMR_OF_PREALLOC) != 0;
    }
    /// The last of what was asked for.
    [[nodiscard]] constexpr bool last() const noexcept { return (flags & FMR_OF_LAST) != 0; }
};

/// A record as the kernel tells it.
[[nodiscard]] constexpr fsmap_record record_of(const fsmap& raw) noexcept {
    return {.physical = {raw.fmr_physical, raw.fmr_length},
            .owner = raw.fmr_owner,
            .file_offset = raw.fmr_offset,
            .device = raw.fmr_device,
            .flags = raw.fmr_flags,
            .kind = classify(raw.fmr_flags, raw.fmr_owner)};
}

/// Space of which the kernel says nothing, though it lies inside of the filesystem.
[[nodiscard]] constexpr fsmap_record unreported_record(std::uint32_t device, std::uint64_t offset,
                                                       std::uint64_t end) noexcept {
    return {.physical = byte_range::between(offset, end),
            .owner = special_owner::unknown,
            .device = device,
            .flags = FMR_OF_SPECIAL_OWNER,
            .kind = owner_kind::unknown,
            .reported = false};
}

} // namespace daxhold::on_linux
