// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string_view>
#include <type_traits>

#include <linux/fsmap.h>
#include <sys/types.h>

#include "daxhold/event/byte_range.hpp"
#include "mount.hpp"

namespace blast_radius {

/// What a record of the reverse mapping belongs to.
enum class owner_kind : std::uint8_t {
    free_space,
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

inline constexpr std::size_t owner_kind_count = 16;

/// The words for a kind, for people.
[[nodiscard]] std::string_view describe(owner_kind kind) noexcept;

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
    switch (owner) {
    case special_owner::free_space:
        return owner_kind::free_space;
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
    daxhold::byte_range physical;  ///< Bytes of the device; not clipped to what was asked.
    std::uint64_t owner = 0;       ///< An inode number where `has_inode(kind)`, else the code.
    std::uint64_t file_offset = 0; ///< Bytes; only data and attribute forks have one.
    std::uint32_t device = 0;      ///< What the kernel calls the device: a dev_t, mostly.
    std::uint32_t flags = 0;       ///< FMR_OF_*.
    owner_kind kind = owner_kind::unknown;
    bool reported = true; ///< By the kernel; false for space that it left out.

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
    return {.physical = daxhold::byte_range::between(offset, end),
            .owner = special_owner::unknown,
            .device = device,
            .flags = FMR_OF_SPECIAL_OWNER,
            .kind = owner_kind::unknown,
            .reported = false};
}

/// Whether the reverse mapping of a mount names owners to this process, and if not, why not.
enum class owner_knowledge : std::uint8_t {
    known,
    no_reverse_mapping, ///< XFS made without rmapbt=1.
    no_privilege,       ///< CAP_SYS_ADMIN is missing, in the initial user namespace.
    never_told,         ///< ext4, and any other filesystem: only metadata is named.
};

/// What to expect of the records of `from`.
[[nodiscard]] owner_knowledge owners_of(const mount& from);

/// Whether the text of /proc/self/status says that CAP_SYS_ADMIN is in effect.
[[nodiscard]] bool has_sys_admin(std::string_view status);

/// Which of a filesystem's devices is asked about.
enum class fsmap_device : std::uint32_t { data = 1, log = 2, realtime = 3 };

/// Reads the reverse mapping of a mounted filesystem with FS_IOC_GETFSMAP (ioctl_getfsmap(2)).
///
/// Owners are known on XFS with rmapbt=1 and to callers with CAP_SYS_ADMIN. Everybody else gets
/// records of kind `unknown` and `free_space`. ext4 never names inodes: what is not its metadata is
/// unknown there.
class fsmap_reader {
public:
    /// Records that are asked for at a time; 64 bytes each. Larger batches were not quicker on
    /// Linux 6.18, which copies them out of a buffer of 128 KiB; smaller ones were slower.
    static constexpr std::uint32_t default_batch = 1U << 12;

    /// `from` has to outlive the reader. `batch` is at least 1.
    explicit fsmap_reader(const mount& from, std::uint32_t batch = default_batch);

    /// Calls `visitor(const fsmap_record&)` for each record that overlaps `range`, in ascending
    /// order of their start, shared extents once for each owner. A visitor that returns a bool ends
    /// the walk with false.
    ///
    /// Records are not clipped, so that the first may start before the range and the last end
    /// behind it; only free space is, by the kernel. No part of the filesystem is without a record:
    /// what the kernel leaves out between two others, or up to the end of the filesystem on its
    /// data device, comes as one of kind `unknown` that is not `reported`. Linux 6.18 was seen to
    /// leave out blocks of files on ext4. What lies behind the end of the filesystem has no record.
    ///
    /// The whole filesystem is read with `byte_range::whole_device()`. It is read in batches,
    /// between which it may change.
    ///
    /// Throws `problem`: no_reverse_mapping, no_permission, shut_down, unmounted (looked for at the
    /// end too, so that a walk to the end was whole), bad_range if the filesystem has no such
    /// device, system_error; and whatever the visitor throws.
    template <class Visitor>
    void for_each(daxhold::byte_range range, Visitor&& visitor,
                  fsmap_device device = fsmap_device::data) {
        if (range.empty())
            return;
        // A realtime section behind the data on the same device is a device of its own to the
        // kernel, though its addresses go on.
        const auto split = device == fsmap_device::data ? realtime_offset_ : 0;
        const auto end = device == fsmap_device::data ? end_ : 0;
        if (split == 0)
            walk(cookie_of(device), range, end, visitor);
        else if (walk(cookie_of(device), range.below(split), split, visitor))
            walk(cookie_of(fsmap_device::realtime), range.from(split), end, visitor);
    }

private:
    struct free_memory {
        void operator()(fsmap_head* head) const noexcept;
    };

    /// `end`: how far the filesystem reaches on the device; 0 where that is not known.
    template <class Visitor>
    bool walk(std::uint32_t cookie, daxhold::byte_range range, std::uint64_t end,
              Visitor& visitor) {
        if (range.empty())
            return true;
        const auto tell = [&visitor](const fsmap_record& record) {
            if constexpr (std::is_same_v<decltype(visitor(record)), bool>) {
                return visitor(record);
            } else {
                visitor(record);
                return true;
            }
        };
        auto covered = range.offset();
        const auto tell_gap = [&](std::uint64_t until) {
            return until <= covered || tell(unreported_record(cookie, covered, until));
        };

        start(cookie, range);
        for (auto batch = next(); !batch.empty(); batch = next()) {
            for (const fsmap& raw : batch) {
                const auto record = record_of(raw);
                if (!record.physical.overlaps(range))
                    continue;
                if (!tell_gap(record.physical.offset()) || !tell(record))
                    return false;
                if (covered < record.physical.end())
                    covered = record.physical.end();
            }
        }
        from_->require_still_there();
        return tell_gap(range.end() < end ? range.end() : end);
    }

    /// The number that the kernel knows the device by; throws if there is no such device.
    [[nodiscard]] std::uint32_t cookie_of(fsmap_device device) const;

    void start(std::uint32_t cookie, daxhold::byte_range range);

    /// The next records, valid until the next call; none at the end.
    [[nodiscard]] std::span<const fsmap> next();

    const mount* from_;
    std::uint32_t capacity_;
    std::uint64_t end_ = 0;             ///< Of the filesystem on its data device.
    std::uint64_t realtime_offset_ = 0; ///< Of a realtime section on it; 0 if there is none.
    std::unique_ptr<fsmap_head, free_memory> head_;
    bool finished_ = true;
};

} // namespace blast_radius
