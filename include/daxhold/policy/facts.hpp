// SPDX-License-Identifier: BSL-1.0
#pragma once

#include "daxhold/event/failure_flags.hpp"

/// \file
/// The facts that the engine can answer for every filesystem. A table names those that it needs; a
/// fact of a filesystem's own is answered by the filesystem (policy/contract.hpp).

namespace daxhold {

// Of the event; the `cause` belongs to the event room.

/// Whether the event is about the whole device, (0, max), or a part of it.
enum class scope : std::uint8_t { part, whole_device };

/// What the device that the event comes from is to the filesystem. A log that lies on the data
/// device is data. A filesystem may have an enumeration of its own (policy/contract.hpp).
enum class role : std::uint8_t {
    data,              ///< The filesystem's own data and metadata.
    log,               ///< A log on a device of its own.
    realtime,          ///< A realtime section on a device of its own.
    internal_realtime, ///< Data, with a realtime section after it on the same device (Linux 6.15).
};

/// Whether the mount has got as far as being usable (SB_BORN in the kernel).
enum class mount : std::uint8_t { born, not_born };

/// Whether the filesystem can tell the owners of a range of this device.
enum class rmap : std::uint8_t { present, absent };

/// Where the event's range lies: a filesystem can be smaller than the device, or the part of one,
/// that it was made on.
enum class range : std::uint8_t {
    inside,     ///< It meets the filesystem, and nothing after the filesystem's end.
    across_end, ///< It meets the filesystem and what comes after it on its device.
    after_end,  ///< It lies on the filesystem's device, after the filesystem's end.
    outside,    ///< It lies on no part of the device that is the filesystem's.
};

/// Whether the range that is walked lies in one allocation group. A filesystem without allocation
/// groups has one.
enum class groups : std::uint8_t { one, several };

/// Whether the mount is read-only (SB_RDONLY).
enum class read_only : std::uint8_t { no, yes };

/// Whether the filesystem had been shut down before the event came (XFS: xfs_is_shutdown).
enum class already_shut_down : std::uint8_t { no, yes };

/// Whether somebody in user space had frozen the filesystem before the event came (FIFREEZE).
enum class frozen_by_user : std::uint8_t { no, yes };

/// Whether the filesystem has the operation at all; known when it is compiled.
enum class can_freeze : std::uint8_t { yes, no };
enum class can_kill_users : std::uint8_t { yes, no };
enum class can_invalidate : std::uint8_t { yes, no };
enum class can_shut_down : std::uint8_t { yes, no };

// Of a record of the reverse mapping.

/// Who owns the bytes of a record.
enum class owner : std::uint8_t {
    file_data,      ///< The data of a file.
    attribute_fork, ///< Extended attributes outside of the inode.
    bmbt,           ///< The extent map of a file (XFS: block map btree).
    metadata,       ///< Everything else that belongs to no file: headers, btrees, inodes.
    log,            ///< The log on the data device.
    cow_staging,    ///< Blocks set aside for a copy on write that has not ended.
    unknown,        ///< The filesystem does not say, or not to us.
};

/// Whether the inode that owns a record is in core.
enum class inode : std::uint8_t {
    in_core,       ///< There, and at hand.
    not_in_core,   ///< Not there: nobody uses the file.
    lookup_failed, ///< There, and not to be had: being reclaimed (-EAGAIN), unlinked (-ENOENT).
};

/// Whether the inode's pages are the device's own memory, or copies in the page cache.
enum class mapping : std::uint8_t { dax, buffered };

/// What kind of file an inode in core is (S_IFMT). Only a regular file can be dax; what the others
/// have in their blocks is the filesystem's own. An inode that is not in core counts as regular:
/// its kind is not known.
enum class kind : std::uint8_t {
    regular,   ///< S_IFREG, or not known.
    directory, ///< S_IFDIR
    symlink,   ///< S_IFLNK
    internal,  ///< The filesystem's own: quota, bitmaps of a realtime section.
};

/// Whether the record's extent may have other owners too.
enum class sharing : std::uint8_t { sole, shared };

// Of a walk that has ended.

/// How the walk over the reverse mapping ended.
enum class walk_end : std::uint8_t {
    clean,       ///< Every record was dealt with.
    failed,      ///< An error ended it, or was collected on the way.
    not_started, ///< A step before it failed.
};

/// Whether an error ended the walk before it had seen all records. Where errors are collected
/// (`collect`), a walk can have failed and not been cut short.
enum class cut_short : std::uint8_t { no, yes };

/// Whether a record asked for a shutdown at the end (XFS since 6.1: want_shutdown).
enum class want_shutdown : std::uint8_t { no, yes };

/// Whether a process maps memory of the event. The engine does not ask; what a release is known to
/// lead to can depend on it (policy/aftermath.hpp). Who maps a file and has not touched the page
/// has nothing of it yet: no signal is for them, and a later fault is a new one.
enum class mappers : std::uint8_t {
    none,         ///< Nobody maps it.
    without_page, ///< Somebody maps it, and nobody has a page of it present.
    with_page,    ///< Somebody has a page of it present.
};

/// Whether the filesystem is frozen by this notification. A freeze by somebody else is not ours.
enum class frozen : std::uint8_t { not_by_us, by_us };

} // namespace daxhold
