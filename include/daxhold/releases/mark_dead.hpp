// SPDX-License-Identifier: BSL-1.0
#pragma once

#include "daxhold/policy/words.hpp"

/// \file
/// The sibling of notify_failure in the block layer: `blk_holder_ops::mark_dead(bdev, surprise)`,
/// which bdev_mark_dead (block/bdev.c) calls for each partition that somebody holds. Unlike
/// notify_failure it tells an orderly removal from a surprise, and has no range. Like there, nobody
/// can object: it returns nothing, and whatever fails on the way is lost.
///
/// These tables are to be asked by `decide`; no engine runs them.

/// The block layer's mark_dead, and what filesystems make of it.
namespace daxhold::releases::mark_dead {

/// How the disk goes: `surprise` of mark_dead.
enum class removal_kind : unsigned char {
    orderly,  ///< It is still there (del_gendisk).
    surprise, ///< It is gone already (blk_mark_disk_dead).
};

/// The superblock that claimed the device. It is inactive before it was born and once its umount
/// has begun (bdev_super_lock, fs/super.c). With the newest fs/super.c a device may have several
/// superblocks, and each is a question of its own.
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

/// Whether the filesystem can go on, read and write, without that member.
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
    go_degraded,         ///< Go on without it, read and write (btrfs).
    wait_for_start,      ///< Wait until the filesystem has started (bcachefs).
    take_member_offline, ///< Go on without it, read and write (__bch2_dev_offline).
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
    // clang-format on
};

/// btrfs: fs_bdev_mark_dead, btrfs_remove_bdev and btrfs_shutdown (fs/btrfs/super.c), behind
/// CONFIG_BTRFS_EXPERIMENTAL.
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
    // clang-format on
};

/// bcachefs, which has holder operations of its own: bch2_fs_bdev_mark_dead (fs/bcachefs/super.c).
/// (A later version takes the member offline also behind an emergency; which of the two a release
/// has is UNVERIFIED.)
struct bcachefs : block_words {
    static constexpr const char* name = "mark_dead_bcachefs";
    static constexpr const char* title = "bcachefs, told that one of its block devices is dead";

    // clang-format off
    /// What is done when the device is marked dead.
    static constexpr auto on_mark_dead = table(
        when(claim::given_up)          >> invalidate_block_device >> succeed,
        // an event before the start is not lost: it waits. (notify_failure of XFS says -EIO.)
        when(none_of(member::present)) >> wait_for_start >> invalidate_block_device >> succeed,
        // BCH_FORCE_IF_DEGRADED
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
    // clang-format on
};

} // namespace daxhold::releases::mark_dead
