// SPDX-License-Identifier: BSL-1.0
#pragma once

#include "daxhold/event/lineages.hpp"
#include "daxhold/policy/words.hpp"

namespace daxhold::releases {

/// famfs on fuse, as its tenth version was posted in March 2026 and not merged
/// (fs/fuse/famfs.c: famfs_dax_notify_failure, famfs_set_daxdev_err, famfs_dax_err,
/// famfs_file_bad). A later one, to which user space hands the devices, has the same functions.
///
/// It asks nothing: flags, offset and length are not looked at. A poisoned line and a device that
/// is about to go are the same to it: the whole device is marked bad, and the answer is 0. That
/// answer keeps memory_failure() from its generic path, so nobody is told by anybody, and what is
/// mapped stays mapped. It breaks each law that says otherwise, and is here for that.
struct famfs : words {
    static constexpr const char* name = "famfs";
    static constexpr const char* title = "famfs on fuse, as of its tenth version";
    using mf_flags = lineage::linux_6_8::mf_flags;

    /// What famfs does to itself.
    enum class own_operation : std::uint8_t {
        mark_device_bad, ///< Sets the error flag of the dax device (famfs_set_daxdev_err).
        mark_file_bad,   ///< Sets the error flag of the file, for good.
    };

    /// What it stands for, for laws: nobody gets at the device's files any more, but through what
    /// is mapped already.
    [[nodiscard]] static constexpr effect stands_for(own_operation what) noexcept {
        return what == own_operation::mark_device_bad ? effect::shuts_down : effect::none;
    }

    /// What lies on the device is files, as far as the kernel knows: superblock and log of famfs
    /// are two of them, and directories are in memory only.
    static constexpr auto never_meets =
        never(role::log, role::realtime, role::internal_realtime, owner::attribute_fork,
              owner::bmbt, owner::metadata, owner::log, owner::cow_staging, owner::unknown,
              mapping::buffered, kind::directory, kind::symlink, kind::internal);

    /// A device that a file lies on, as a later access finds it.
    enum class device : unsigned char {
        good,     ///< It can be used.
        unusable, ///< It never became valid, or somebody else holds it (fs_dax_get failed).
        bad,      ///< It was marked bad by a notification.
    };

    /// Whether an earlier access to the file came upon a bad device.
    enum class file : unsigned char { good, bad };

    /// The errno of memory that failed: EHWPOISON, 133 on Linux. Spelled as a number, because not
    /// every libc has the name.
    static constexpr int ehwpoison = 133;

    // clang-format off
    static constexpr auto gate = table(
        // a device that it does not know is only logged, and the answer is 0 all the same
        otherwise >> attempt(perform(own_operation::mark_device_bad)) >> succeed);

    static constexpr auto aftermaths = table(
        // whoever has no page of it faults, and is refused
        when(mappers::with_page) >> derived("no page is unmapped", mappings_stay_live),
        otherwise                >> nothing_known);

    /// Where each row was read.
    static constexpr auto row_sources = table(
        otherwise >> read_in("fs/fuse/famfs.c, famfs_dax_notify_failure, as posted in March 2026"));

    /// What a read, a write or a fault comes to afterwards; the engine does not ask for it. Who has
    /// the page mapped already never gets here.
    static constexpr auto access = table(
        // famfs_file_bad
        when(file::bad)        >> refuse(EIO),
        when(device::unusable) >> attempt(perform(own_operation::mark_file_bad)) >> refuse(EIO),
        // so a file says -EHWPOISON once, and -EIO from then on
        when(device::bad)      >> attempt(perform(own_operation::mark_file_bad)) >> refuse(ehwpoison),
        otherwise              >> succeed);
    // clang-format on
};

/// famfs standalone, a filesystem of its own beside the one on fuse, as it lies in a mirror of the
/// VFS tree in 2026 (fs/famfs of linux-fsdevel/vfs: famfs_dax_notify_failure and
/// famfs_set_daxdev_err in famfs_inode.c at 0832c9d7194e, what accesses come to in famfs_file.c at
/// 7e90119b6650). Whether it was merged was not found out; the copies of Linus' tree that were
/// looked at have no fs/famfs.
///
/// It asks as little as on fuse, and its answer is 0 just so: nobody is told, and what is mapped
/// stays mapped. But an error of one of its devices ends the whole mount, for files on its other
/// devices too.
///
/// Its versions of 2024 did not get so far: the posted ones, and famfs-linux at 081f16d38f2c, write
/// the event to the log of the kernel, do nothing, and say 0; those on pmem say -EOPNOTSUPP.
struct famfs_standalone : words {
    static constexpr const char* name = "famfs_standalone";
    static constexpr const char* title = "famfs standalone, as of 2026";
    using mf_flags = lineage::linux_6_8::mf_flags;

    /// What famfs does to itself.
    enum class own_operation : std::uint8_t {
        /// Sets the error flags of the dax device and of the mount (famfs_set_daxdev_err). For a
        /// device that is not in its table, or when that is gone (at umount), it does nothing and
        /// says so to the log of the kernel only.
        mark_mount_bad,
        mark_file_bad, ///< Sets the error flag of the file, for good.
    };

    /// What it stands for, for laws: nobody gets at the mount's files any more, but through what is
    /// mapped already.
    [[nodiscard]] static constexpr effect stands_for(own_operation what) noexcept {
        return what == own_operation::mark_mount_bad ? effect::shuts_down : effect::none;
    }

    /// As on fuse.
    static constexpr auto never_meets = famfs::never_meets;

    /// Whether one of the devices of the mount had an error (`deverror`).
    enum class device_error : unsigned char { no, yes };

    /// A device that a file lies on, as a later access finds it.
    enum class device : unsigned char {
        good,     ///< It can be used.
        unusable, ///< It is not in the table, or somebody else holds it (fs_dax_get failed).
    };

    /// Whether an earlier access to the file came upon an unusable device.
    using file = famfs::file;

    // clang-format off
    static constexpr auto gate = table(
        otherwise >> attempt(perform(own_operation::mark_mount_bad)) >> succeed);

    static constexpr auto aftermaths = table(
        // whoever has no page of it faults, and gets SIGBUS
        when(mappers::with_page) >> derived("no page is unmapped", mappings_stay_live),
        otherwise                >> nothing_known);

    /// Where each row was read.
    static constexpr auto row_sources = table(
        otherwise >> read_in("fs/famfs/famfs_inode.c, famfs_dax_notify_failure, 0832c9d7194e"));

    /// What a read or a write comes to afterwards, as far as devices are the reason; the engine does
    /// not ask for it. A fault gets SIGBUS where these are refused. An mmap is refused as they are,
    /// but does not look at the device that the file lies on. A new name is refused with -ENODEV;
    /// link, unlink and rename do not look.
    static constexpr auto access = table(
        // famfs_rw_prep; it stands before famfs_dax_err, whose -EHWPOISON is not reached any more
        when(device_error::yes) >> refuse(ENODEV),
        // famfs_file_invalid
        when(file::bad)         >> refuse(EIO),
        when(device::unusable)  >> attempt(perform(own_operation::mark_file_bad)) >> refuse(EIO),
        otherwise               >> succeed);
    // clang-format on
};

} // namespace daxhold::releases
