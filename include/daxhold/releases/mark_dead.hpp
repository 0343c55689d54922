// SPDX-License-Identifier: BSL-1.0
#pragma once

#include "daxhold/policy/words.hpp"

/// \file
/// The sibling of notify_failure in the block layer: `blk_holder_ops::mark_dead(bdev, surprise)`,
/// which bdev_mark_dead (block/bdev.c) calls for each partition that somebody holds. Unlike
/// notify_failure it tells an orderly removal from a surprise, and has no range. Like there, nobody
/// can object: it returns nothing, and whatever fails on the way is lost.
///
/// These tables are to be asked by `decide`; no engine runs them. `row_sources` says of the same
/// facts where what the other table says was read. No kernel was seen to do it.

/// The block layer's mark_dead, and what filesystems make of it.
namespace daxhold::releases::mark_dead {

/// How the disk goes: `surprise` of mark_dead.
enum class removal_kind : unsigned char {
    orderly,  ///< It is still there (del_gendisk).
    surprise, ///< It is gone already (blk_mark_disk_dead).
};

/// The superblock that claimed the device. It is inactive before it was born and once its umount
/// has begun (bdev_super_lock, fs/super.c). Where a device may have several superblocks (fs/super.c
/// in the VFS tree of 2026; in which release was not found out) each is a question of its own.
enum class superblock : unsigned char { active, inactive };

/// What `super_operations::remove_bdev` says, of a filesystem that may have it.
enum class remove_bdev : unsigned char {
    absent,   ///< There is no such operation.
    survived, ///< 0: the filesystem goes on, read and write.
    failed,   ///< Any error: it cannot.
};

/// The device among the members of a filesystem on several.
enum class member : unsigned char {
    present, ///< It was in use.
    missing, ///< It was found missing before.
    unknown, ///< The filesystem does not have it.
};

/// Whether the filesystem can go on, read and write, without that member; for bcachefs, if it is
/// mounted read-only, whether it can read. (bcachefs from v1.33.0 to v1.38.5 says `possible` too
/// often: whether it can write is asked with the member among those that are left; d59bb77b7e.)
enum class degraded : unsigned char { possible, impossible };

/// Whether the filesystem behind a claim is still there to be asked (bcachefs: bdev_get_fs).
enum class claim : unsigned char { held, given_up };

/// Whether the filesystem has a superblock; one that is being started or checked has none.
enum class vfs : unsigned char { mounted, not_mounted };

/// What can be done that the words of the tables lack.
enum class own_operation : std::uint8_t {
    sync_block_device,       ///< Write back the pages of the device itself (sync_blockdev).
    invalidate_block_device, ///< Drop the pages of the device itself (invalidate_bdev).
    drop_caches,         ///< Drop directory entries and inodes (shrink_dcache_sb, evict_inodes).
    mark_member_missing, ///< Count the device as missing (btrfs).
    go_degraded,         ///< Go on without it, read and write, but leave it open (btrfs).
    wait_for_start,      ///< Wait until the filesystem has started (bcachefs).
    take_member_offline, ///< Stop using it, for reads too, and close it (__bch2_dev_offline).
    flush_journal,       ///< bch2_journal_flush
    emergency_read_only, ///< bch2_fs_emergency_read_only
};

/// The words of these tables: those of policies, and one for each own operation.
struct block_words : words {
    /// The own operation of that name; its failure is lost.
    static constexpr auto sync_block_device = attempt(perform(own_operation::sync_block_device));
    static constexpr auto invalidate_block_device =
        attempt(perform(own_operation::invalidate_block_device));
    static constexpr auto drop_caches = attempt(perform(own_operation::drop_caches));
    static constexpr auto mark_member_missing =
        attempt(perform(own_operation::mark_member_missing));
    static constexpr auto go_degraded = attempt(perform(own_operation::go_degraded));
    static constexpr auto wait_for_start = attempt(perform(own_operation::wait_for_start));
    static constexpr auto take_member_offline =
        attempt(perform(own_operation::take_member_offline));
    static constexpr auto flush_journal = attempt(perform(own_operation::flush_journal));
    static constexpr auto emergency_read_only =
        attempt(perform(own_operation::emergency_read_only));
};

/// A device whose holder has no mark_dead: bdev_mark_dead itself (block/bdev.c).
struct no_op : block_words {
    static constexpr const char* name = "mark_dead_no_op";
    static constexpr const char* title = "a block device whose holder has no mark_dead";

    // clang-format off
    /// What is done when the device is marked dead.
    static constexpr auto on_mark_dead = table(
        // it does not ask whether the device is still there to be written to
        otherwise >> sync_block_device >> invalidate_block_device >> succeed);

    /// Where each row was read.
    static constexpr auto row_sources = table(
        otherwise >> read_in("block/bdev.c, bdev_mark_dead"));
    // clang-format on
};

/// A filesystem that claims its device as others do: fs_bdev_mark_dead (fs/super.c).
struct claimed_by_superblock : block_words {
    static constexpr const char* name = "mark_dead_superblock";
    static constexpr const char* title = "a block device that a superblock claims";

    // clang-format off
    /// What is done when the device is marked dead.
    static constexpr auto on_mark_dead = table(
        // bdev_mark_dead invalidates in any case
        when(superblock::inactive)                      >> invalidate_block_device >> succeed,
        // asked first, and the rest is skipped: an orderly removal writes nothing back
        when(remove_bdev::survived)                     >> invalidate_block_device >> succeed,
        when(removal_kind::orderly, can_shut_down::yes) >> attempt(sync) >> drop_caches
                                                        >> attempt(shut_down(device_removed))
                                                        >> invalidate_block_device >> succeed,
        when(can_shut_down::yes)                        >> drop_caches
                                                        >> attempt(shut_down(device_removed))
                                                        >> invalidate_block_device >> succeed,
        // without super_operations::shutdown it is left to its I/O errors
        when(removal_kind::orderly)                     >> attempt(sync) >> drop_caches
                                                        >> invalidate_block_device >> succeed,
        otherwise                                       >> drop_caches
                                                        >> invalidate_block_device >> succeed);

    /// Where each row was read.
    static constexpr auto row_sources = table(
        otherwise >> read_in("fs/super.c, fs_bdev_mark_dead, 07d1022f6f59 of the VFS tree"));
    // clang-format on
};

/// XFS: fs_bdev_mark_dead without remove_bdev, and xfs_fs_shutdown (fs/xfs/xfs_super.c).
struct xfs : block_words {
    static constexpr const char* name = "mark_dead_xfs";
    static constexpr const char* title = "XFS, told that its block device is dead";

    // clang-format off
    /// What is done when the device is marked dead.
    static constexpr auto on_mark_dead = table(
        when(superblock::inactive)  >> invalidate_block_device >> succeed,
        when(removal_kind::orderly) >> attempt(sync) >> drop_caches
                                    >> attempt(shut_down(device_removed))
                                    >> invalidate_block_device >> succeed,
        otherwise                   >> drop_caches >> attempt(shut_down(device_removed))
                                    >> invalidate_block_device >> succeed);

    /// Where each row was read.
    static constexpr auto row_sources = table(
        otherwise >> read_in("fs/super.c, fs_bdev_mark_dead; fs/xfs/xfs_super.c, xfs_fs_shutdown"));
    // clang-format on
};

/// btrfs: fs_bdev_mark_dead, btrfs_remove_bdev and btrfs_shutdown (fs/btrfs/super.c), since Linux
/// 6.19 behind CONFIG_BTRFS_EXPERIMENTAL, and for everybody from 304076527c38 on, which was posted
/// for 7.1. Before, or without that option, it has neither operation.
///
/// A member that is gone is counted as missing, and no new space is given out on it. Nothing closes
/// it, where bcachefs does.
struct btrfs : block_words {
    static constexpr const char* name = "mark_dead_btrfs";
    static constexpr const char* title = "btrfs, told that one of its block devices is dead";

    // clang-format off
    /// What is done when the device is marked dead.
    static constexpr auto on_mark_dead = table(
        when(superblock::inactive)       >> invalidate_block_device >> succeed,
        // both are no more than a warning
        when(none_of(member::present))   >> invalidate_block_device >> succeed,
        // btrfs_check_rw_degradable, whatever was asked for at mount
        when(degraded::possible)         >> mark_member_missing >> go_degraded
                                         >> invalidate_block_device >> succeed,
        // -EIO, and so the rest of fs_bdev_mark_dead: the sync comes when the member already counts
        // as missing. btrfs_force_shutdown knows no reasons
        when(removal_kind::orderly)      >> mark_member_missing >> attempt(sync) >> drop_caches
                                         >> attempt(shut_down(device_removed))
                                         >> invalidate_block_device >> succeed,
        otherwise                        >> mark_member_missing >> drop_caches
                                         >> attempt(shut_down(device_removed))
                                         >> invalidate_block_device >> succeed);

    /// Where each row was read.
    static constexpr auto row_sources = table(
        otherwise >> read_in("fs/btrfs/super.c, btrfs_remove_bdev, 304076527c38"));
    // clang-format on
};

/// bcachefs in Linux 6.15 to 6.17, outside of it from v1.25.0 to v1.34.0. It has holder operations
/// of its own: bch2_fs_bdev_mark_dead (fs/bcachefs/super.c; later fs/bcachefs/init/dev.c).
struct bcachefs_linux_6_15 : block_words {
    static constexpr const char* name = "mark_dead_bcachefs_linux_6_15";
    static constexpr const char* title =
        "bcachefs in Linux 6.15, told that one of its block devices is dead";

    // clang-format off
    /// What is done when the device is marked dead.
    static constexpr auto on_mark_dead = table(
        when(claim::given_up)          >> invalidate_block_device >> succeed,
        // an event before the start is not lost: it waits. (notify_failure of XFS says -EIO.)
        when(none_of(member::present)) >> wait_for_start >> invalidate_block_device >> succeed,
        // BCH_FORCE_IF_DEGRADED; what comes below does not take the member offline
        when(degraded::possible)       >> wait_for_start >> take_member_offline
                                       >> invalidate_block_device >> succeed,
        when(vfs::not_mounted)         >> wait_for_start >> flush_journal >> emergency_read_only
                                       >> invalidate_block_device >> succeed,
        when(removal_kind::orderly)    >> wait_for_start >> attempt(sync) >> drop_caches
                                       >> flush_journal >> emergency_read_only
                                       >> invalidate_block_device >> succeed,
        otherwise                      >> wait_for_start >> drop_caches
                                       >> flush_journal >> emergency_read_only
                                       >> invalidate_block_device >> succeed);

    /// Where each row was read.
    static constexpr auto row_sources = table(
        otherwise >> read_in("fs/bcachefs/super.c, bch2_fs_bdev_mark_dead, 001c1d146f38"));
    // clang-format on
};

/// bcachefs from v1.35.0 (January 2026) to v1.39.2 (August 2026) at the least, as a module of its
/// own: Linux 6.18 has none (f2c61db29f27). The member goes offline whatever else happens, so that
/// nothing tries to reach a device that is gone (14ae54ade9f3, fs/init/dev.c of bcachefs-tools).
struct bcachefs : block_words {
    static constexpr const char* name = "mark_dead_bcachefs";
    static constexpr const char* title = "bcachefs, told that one of its block devices is dead";

    // clang-format off
    /// What is done when the device is marked dead.
    static constexpr auto on_mark_dead = table(
        // what is flushed still goes to the member; it is offline only then
        when(claim::held, member::present, degraded::impossible, vfs::not_mounted)
            >> wait_for_start >> flush_journal >> emergency_read_only >> take_member_offline
            >> invalidate_block_device >> succeed,
        when(claim::held, member::present, degraded::impossible, removal_kind::orderly)
            >> wait_for_start >> attempt(sync) >> drop_caches >> flush_journal >> emergency_read_only
            >> take_member_offline >> invalidate_block_device >> succeed,
        when(claim::held, member::present, degraded::impossible)
            >> wait_for_start >> drop_caches >> flush_journal >> emergency_read_only
            >> take_member_offline >> invalidate_block_device >> succeed,
        as_in(bcachefs_linux_6_15::on_mark_dead));

    /// Where each row was read.
    static constexpr auto row_sources = table(
        when(claim::held, member::present, degraded::impossible)
                  >> read_in("fs/init/dev.c of bcachefs-tools, 14ae54ade9f3 and v1.39.2"),
        otherwise >> read_in("fs/init/dev.c of bcachefs-tools, v1.39.2"));
    // clang-format on
};

} // namespace daxhold::releases::mark_dead
