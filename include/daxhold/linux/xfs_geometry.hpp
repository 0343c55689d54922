// SPDX-License-Identifier: BSL-1.0
#pragma once

#include "daxhold/linux/file.hpp"

#include <array>
#include <cstdint>
#include <optional>

#include <sys/ioctl.h>

/// \file
/// How an XFS is laid out on its devices, as it tells everybody who can open a file of it.

namespace daxhold::on_linux {

/// What XFS_IOC_FSGEOMETRY tells (ioctl_xfs_fsgeometry(2)), as far as it matters here.
struct xfs_geometry {
    std::uint32_t block_size = 0;        ///< Bytes.
    std::uint32_t inode_size = 0;        ///< Bytes.
    std::uint32_t allocation_groups = 0; ///< How many.
    std::uint32_t group_blocks = 0;      ///< Blocks in each but the last.
    std::uint64_t data_blocks = 0;       ///< Blocks of the data device that the filesystem has.
    std::uint64_t log_blocks = 0;        ///< Blocks of the log.
    std::uint64_t log_start = 0;       ///< Block where an internal log starts, as XFS numbers them.
    std::uint64_t realtime_blocks = 0; ///< 0 where there is no realtime section.
    std::uint64_t realtime_start = 0;  ///< Block of the data device where it starts; 0: elsewhere.
    std::uint64_t realtime_group_blocks = 0; ///< Of each group but the last; 0 without groups.
    bool reverse_mapping = false;            ///< rmapbt=1: owners are known.
    bool reflink = false;                    ///< reflink=1: extents may be shared.
    bool internal_log = true;                ///< The log lies on the data device.

    /// Bytes of the data device that the filesystem has.
    [[nodiscard]] std::uint64_t size() const noexcept { return data_blocks * block_size; }

    /// Bytes of an allocation group.
    [[nodiscard]] std::uint64_t group_size() const noexcept {
        return std::uint64_t{group_blocks} * block_size;
    }

    /// The byte of the data device at which an inode lies (xfs_ino_to_fsbno and its kin); nothing
    /// for a number that no inode of this filesystem can have.
    [[nodiscard]] std::optional<std::uint64_t> place_of_inode(std::uint64_t inode) const noexcept {
        const auto bits_for = [](std::uint64_t count) {
            unsigned bits = 0;
            while ((std::uint64_t{1} << bits) < count)
                ++bits;
            return bits;
        };
        if (inode_size == 0 || block_size < inode_size)
            return std::nullopt;
        const auto inodes_log = bits_for(block_size / inode_size);
        const auto blocks_log = bits_for(group_blocks);
        const auto group = inode >> (inodes_log + blocks_log);
        const auto block = (inode >> inodes_log) & ((std::uint64_t{1} << blocks_log) - 1);
        if (group >= allocation_groups || block >= group_blocks)
            return std::nullopt;
        return group * group_size() + block * block_size +
               (inode & ((std::uint64_t{1} << inodes_log) - 1)) * inode_size;
    }
};

/// Asks a descriptor on an XFS for its geometry; nothing if it is none.
[[nodiscard]] inline std::optional<xfs_geometry> ask_xfs_geometry(int file) {
    // struct xfs_fsop_geom. The kernel's uapi headers do not have it; Debian's xfslibs-dev does,
    // and would be needed for this alone.
    struct geometry {
        std::uint32_t block_size, rt_extent_size, group_blocks, group_count, log_blocks,
            sector_size, inode_size, inode_percent;
        std::uint64_t data_blocks, rt_blocks, rt_extents, log_start;
        std::array<unsigned char, 16> uuid;
        std::uint32_t stripe_unit, stripe_width;
        std::int32_t version;
        std::uint32_t flags, log_sector_size, rt_sector_size, directory_block_size, log_stripe_unit;
        std::uint32_t sick, checked;               // since Linux 5.2
        std::uint32_t rt_group_extents, rt_groups; // since Linux 6.13; 0 before
        std::uint64_t rt_start, rt_reserved;       // since Linux 6.15; 0 before
        std::array<std::uint64_t, 14> reserved;
    };
    static_assert(sizeof(geometry) == 256);

    // Linux before 5.2 knows only the shorter structure, of 112 bytes.
    constexpr auto ioc_fsgeometry = _IOR('X', 126, geometry);
    constexpr auto ioc_fsgeometry_v4 = _IOC(_IOC_READ, 'X', 124, 112);
    constexpr std::uint32_t has_rmapbt = 1U << 19;
    constexpr std::uint32_t has_reflink = 1U << 20;

    geometry answer{};
    const int error = control(file, ioc_fsgeometry, &answer);
    if (error != 0 && (error != ENOTTY || control(file, ioc_fsgeometry_v4, &answer) != 0))
        return std::nullopt;
    return xfs_geometry{
        .block_size = answer.block_size,
        .inode_size = answer.inode_size,
        .allocation_groups = answer.group_count,
        .group_blocks = answer.group_blocks,
        .data_blocks = answer.data_blocks,
        .log_blocks = answer.log_blocks,
        .log_start = answer.log_start,
        .realtime_blocks = answer.rt_blocks,
        .realtime_start = answer.rt_start,
        .realtime_group_blocks = std::uint64_t{answer.rt_group_extents} * answer.rt_extent_size,
        .reverse_mapping = (answer.flags & has_rmapbt) != 0,
        .reflink = (answer.flags & has_reflink) != 0,
        .internal_log = answer.log_start != 0,
    };
}

} // namespace daxhold::on_linux
