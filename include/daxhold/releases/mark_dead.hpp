// SPDX-License-Identifier: BSL-1.0
#pragma once

#include "daxhold/policy/words.hpp"
#include "daxhold/reactions/reaction.hpp"

/// \file
/// The sibling of notify_failure in the block layer: `blk_holder_ops::mark_dead(bdev, surprise)`,
/// which bdev_mark_dead (block/bdev.c) calls for each partition that somebody holds. Unlike
/// notify_failure it tells an orderly removal from a surprise, and has no range. Like there, nobody
/// can object: it returns nothing, and whatever fails on the way is lost. So every step of these
/// reactions is an attempt, every answer is `done`, and what differs is the state of the member
/// afterwards.
///
/// No kernel was seen to do it, but for XFS: tests/kernels.

/// The block layer's mark_dead, and what filesystems make of it.
namespace daxhold::releases::mark_dead {

/// A block device of a filesystem, after mark_dead.
enum class member_state : unsigned char {
    in_use,    ///< The filesystem reads and writes it.
    shut_down, ///< The filesystem is shut down, and still holds it open.
    read_only, ///< The filesystem is read-only, and still reads from it.
    missing,   ///< Counted as missing: the filesystem goes on, and still holds it open.
    offline,   ///< Closed: nothing of it is read or written any more.
    left,      ///< Nobody did anything: left to its I/O errors.
    unknown,   ///< The filesystem does not have it.
};

/// What the holder is told: how the disk goes.
enum class mark_dead_event : unsigned char {
    orderly_removal,  ///< It is still there (del_gendisk).
    surprise_removal, ///< It is gone already (blk_mark_disk_dead).
    step_failed,      ///< Never comes: every step is an attempt.
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

/// Whether the filesystem can go on, read and write, without that member; for bcachefs, if it is
/// mounted read-only, whether it can read. (bcachefs from v1.33.0 to v1.38.5 says `possible` too
/// often: whether it can write is asked with the member among those that are left; d59bb77b7e.)
enum class degraded : unsigned char { possible, impossible };

/// Whether the filesystem behind a claim is still there to be asked (bcachefs: bdev_get_fs).
enum class claim : unsigned char { held, given_up };

/// Whether the filesystem has a superblock; one that is being started or checked has none.
enum class vfs : unsigned char { mounted, not_mounted };

/// What is done.
enum class mark_dead_operation : unsigned char {
    sync_filesystem,         ///< Write back what is dirty (sync_filesystem).
    sync_block_device,       ///< Write back the pages of the device itself (sync_blockdev).
    invalidate_block_device, ///< Drop the pages of the device itself (invalidate_bdev).
    drop_caches,         ///< Drop directory entries and inodes (shrink_dcache_sb, evict_inodes).
    shut_down,           ///< super_operations::shutdown: no reads, no writes.
    mark_member_missing, ///< Count the device as missing (btrfs).
    go_degraded,         ///< Go on without it, read and write, but leave it open (btrfs).
    wait_for_start,      ///< Wait until the filesystem has started (bcachefs).
    take_member_offline, ///< Stop using it, for reads too, and close it (__bch2_dev_offline).
    flush_journal,       ///< bch2_journal_flush
    emergency_read_only, ///< bch2_fs_emergency_read_only
};

/// What these reactions have in common. Where a member is offline the claim on it is given up, and
/// nothing that reaches it is done again.
struct block_words : reactions::words {
    using state = member_state;
    using event = mark_dead_event;
    using operation = mark_dead_operation;
    using enum mark_dead_operation;

    /// `super_operations::shutdown`, of a filesystem that may have it.
    using can_shut_down = daxhold::can_shut_down;

    static constexpr auto step_failed = event::step_failed;

    /// The states of a member that is in reach, and the events that come.
    static constexpr auto in_reach = none_of(state::missing, state::offline, state::unknown);
    static constexpr auto a_removal = none_of(event::step_failed);

    /// What can be so: the filesystem has the member open, and uses it.
    enum class holds : unsigned char { open, used };
    static constexpr auto at_first = any_of(holds::open, holds::used);
    // clang-format off
    static constexpr auto effects = table(
        when(any_of(sync_filesystem, flush_journal)) >> needs(holds::open),
        when(mark_member_missing) >> needs(holds::open) >> ends(holds::used),
        when(take_member_offline) >> needs(holds::open) >> ends(holds::open, holds::used),
        otherwise                 >> no_effect);
    static constexpr auto learned = table(otherwise >> no_effect);
    static constexpr auto in_state = table(
        when(state::in_use)  >> needs(holds::open, holds::used),
        when(state::offline) >> ends(holds::open, holds::used),
        when(state::missing) >> needs(holds::open) >> ends(holds::used),
        otherwise            >> no_effect);
    // clang-format on

    /// It stands in the source: where.
    template <std::size_t Size>
    [[nodiscard]] static constexpr knowledge read_in(const char (&where)[Size]) noexcept {
        return daxhold::words::read_in(where);
    }
};

/// A device whose holder has no mark_dead: bdev_mark_dead itself (block/bdev.c).
struct no_op : block_words {
    static constexpr const char* name = "mark_dead_no_op";
    static constexpr const char* title = "a block device whose holder has no mark_dead";

    // clang-format off
    /// What is done when the device is marked dead.
    static constexpr auto on_event = table(
        when(state::in_use) >> attempt(sync_block_device, invalidate_block_device)
                            >> done(state::left),
        // it does not ask whether the device is still there to be written to
        otherwise           >> attempt(sync_block_device, invalidate_block_device) >> done());

    /// Where each row was read.
    static constexpr auto row_sources = table(
        otherwise >> read_in("block/bdev.c, bdev_mark_dead"));
    // clang-format on
};

/// A filesystem that claims its device as others do: fs_bdev_mark_dead (fs/super.c).
struct claimed_by_superblock : block_words {
    static constexpr const char* name = "mark_dead_superblock";
    static constexpr const char* title = "a block device that a superblock claims";
    static constexpr auto gone = any_of(state::shut_down);

    // clang-format off
    /// What is done when the device is marked dead.
    static constexpr auto on_event = table(
        when(event::step_failed)        >> done(),
        // bdev_mark_dead invalidates in any case
        when(superblock::inactive)      >> attempt(invalidate_block_device) >> done(),
        // asked first, and the rest is skipped: an orderly removal writes nothing back
        when(remove_bdev::survived)     >> attempt(invalidate_block_device) >> done(),
        when(event::orderly_removal, can_shut_down::yes)
            >> attempt(sync_filesystem, drop_caches, shut_down, invalidate_block_device)
            >> done(state::shut_down),
        when(can_shut_down::yes)
            >> attempt(drop_caches, shut_down, invalidate_block_device) >> done(state::shut_down),
        // without super_operations::shutdown it is left to its I/O errors
        when(event::orderly_removal)
            >> attempt(sync_filesystem, drop_caches, invalidate_block_device) >> done(),
        otherwise
            >> attempt(drop_caches, invalidate_block_device) >> done());

    /// Where each row was read.
    static constexpr auto row_sources = table(
        otherwise >> read_in("fs/super.c, fs_bdev_mark_dead, 07d1022f6f59 of the VFS tree"));
    // clang-format on
};

/// XFS: fs_bdev_mark_dead without remove_bdev, and xfs_fs_shutdown (fs/xfs/xfs_super.c).
struct xfs : block_words {
    static constexpr const char* name = "mark_dead_xfs";
    static constexpr const char* title = "XFS, told that its block device is dead";
    static constexpr auto gone = any_of(state::shut_down);

    // clang-format off
    /// What is done when the device is marked dead.
    static constexpr auto on_event = table(
        when(event::step_failed)     >> done(),
        when(superblock::inactive)   >> attempt(invalidate_block_device) >> done(),
        when(event::orderly_removal)
            >> attempt(sync_filesystem, drop_caches, shut_down, invalidate_block_device)
            >> done(state::shut_down),
        otherwise
            >> attempt(drop_caches, shut_down, invalidate_block_device) >> done(state::shut_down));

    /// Where each row was read.
    static constexpr auto row_sources = table(
        otherwise >> read_in("fs/super.c, fs_bdev_mark_dead; fs/xfs/xfs_super.c, xfs_fs_shutdown"));
    // clang-format on
};

/// ext4: the same, with ext4_shutdown, which is ext4_force_shutdown without a flush of the journal
/// (fs/ext4/super.c). It has mark_dead as XFS has for its journal's device too.
struct ext4 : block_words {
    static constexpr const char* name = "mark_dead_ext4";
    static constexpr const char* title = "ext4, told that its block device is dead";
    static constexpr auto gone = any_of(state::shut_down);

    // clang-format off
    /// What is done when the device is marked dead.
    static constexpr auto on_event = table(as_in(xfs::on_event));

    /// Where each row was read.
    static constexpr auto row_sources = table(otherwise >> read_in(
        "fs/super.c, fs_bdev_mark_dead; fs/ext4/super.c, ext4_shutdown, EXT4_GOING_FLAGS_NOLOGFLUSH"));
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
    static constexpr auto gone = any_of(state::shut_down);

    // clang-format off
    /// What is done when the device is marked dead.
    static constexpr auto on_event = table(
        when(event::step_failed)         >> done(),
        when(superblock::inactive)       >> attempt(invalidate_block_device) >> done(),
        // missing already, or none of its own: no more than a warning
        when(any_of(state::missing, state::shut_down, state::unknown))
                                         >> attempt(invalidate_block_device) >> done(),
        // btrfs_check_rw_degradable, whatever was asked for at mount
        when(state::in_use, degraded::possible)
            >> attempt(mark_member_missing, go_degraded, invalidate_block_device)
            >> done(state::missing),
        // -EIO, and so the rest of fs_bdev_mark_dead: the sync comes when the member already counts
        // as missing. btrfs_force_shutdown knows no reasons
        when(event::orderly_removal)
            >> attempt(mark_member_missing, sync_filesystem, drop_caches, shut_down,
                       invalidate_block_device) >> done(state::shut_down),
        otherwise
            >> attempt(mark_member_missing, drop_caches, shut_down, invalidate_block_device)
            >> done(state::shut_down));

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
    static constexpr auto gone = any_of(state::offline);

    // clang-format off
    /// What is done when the device is marked dead.
    static constexpr auto on_event = table(
        when(event::step_failed)       >> done(),
        when(claim::given_up)          >> attempt(invalidate_block_device) >> done(),
        // an event before the start is not lost: it waits. (notify_failure of XFS says -EIO.)
        when(any_of(state::missing, state::offline, state::unknown))
            >> attempt(wait_for_start, invalidate_block_device) >> done(),
        // BCH_FORCE_IF_DEGRADED; what comes below does not take the member offline
        when(degraded::possible)
            >> attempt(wait_for_start, take_member_offline, invalidate_block_device)
            >> done(state::offline),
        when(vfs::not_mounted)
            >> attempt(wait_for_start, flush_journal, emergency_read_only, invalidate_block_device)
            >> done(state::read_only),
        when(event::orderly_removal)
            >> attempt(wait_for_start, sync_filesystem, drop_caches, flush_journal,
                       emergency_read_only, invalidate_block_device) >> done(state::read_only),
        otherwise
            >> attempt(wait_for_start, drop_caches, flush_journal, emergency_read_only,
                       invalidate_block_device) >> done(state::read_only));

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
    static constexpr auto gone = any_of(state::offline);

    // clang-format off
    /// What is done when the device is marked dead.
    static constexpr auto on_event = table(
        // what is flushed still goes to the member; it is offline only then
        when(claim::held, in_reach, degraded::impossible, vfs::not_mounted, a_removal)
            >> attempt(wait_for_start, flush_journal, emergency_read_only, take_member_offline,
                       invalidate_block_device) >> done(state::offline),
        when(claim::held, in_reach, degraded::impossible, event::orderly_removal)
            >> attempt(wait_for_start, sync_filesystem, drop_caches, flush_journal,
                       emergency_read_only, take_member_offline, invalidate_block_device)
            >> done(state::offline),
        when(claim::held, in_reach, degraded::impossible, event::surprise_removal)
            >> attempt(wait_for_start, drop_caches, flush_journal, emergency_read_only,
                       take_member_offline, invalidate_block_device) >> done(state::offline),
        as_in(bcachefs_linux_6_15::on_event));

    /// Where each row was read.
    static constexpr auto row_sources = table(
        when(claim::held, in_reach, degraded::impossible)
                  >> read_in("fs/init/dev.c of bcachefs-tools, 14ae54ade9f3 and v1.39.2"),
        otherwise >> read_in("fs/init/dev.c of bcachefs-tools, v1.39.2"));
    // clang-format on
};

} // namespace daxhold::releases::mark_dead
