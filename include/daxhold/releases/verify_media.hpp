// SPDX-License-Identifier: BSL-1.0
#pragma once

#include "daxhold/policy/words.hpp"

/// \file
/// What XFS does when somebody asks it to read its devices and a read fails: XFS_IOC_VERIFY_MEDIA,
/// since Linux 7.0 (b8accfd65d31; fs/xfs/xfs_verify_media.c, read at 56feb532bb92 and
/// 500af712f9cb). xfs_scrub is who asks. It learns of the same thing as notify_failure does, memory
/// or a sector that cannot be read, and makes the opposite of it: watchers are told and nothing
/// else is done. There is no shutdown, no user of a file is told, and nothing is unmapped or
/// marked.
///
/// The tables `request` and `caller` are to be asked by `decide`. `gate`, `record` and `end` have
/// the shape of a policy's, of the event that a read of this range has failed: the engine can run
/// them, and laws can be held against them. It is no holder of a device, and so not among
/// `releases::shipped`.

/// XFS, asked to read its devices.
namespace daxhold::releases::verify_media {

/// Who asks: CAP_SYS_ADMIN, or not.
enum class privilege : unsigned char { admin, none };

/// The request itself (struct xfs_verify_media).
enum class argument : unsigned char {
    valid,      ///< As the kernel knows it.
    unreadable, ///< It cannot be copied from user space.
    unknown,    ///< Padding, a flag or a device that this kernel does not know.
};

/// The device that is to be read.
enum class target : unsigned char {
    present, ///< It is there.
    absent,  ///< There is no such device, or it is the log and lies on the data device.
};

/// Whether the range, cut off at the end of the device, has the alignment of its logical sectors.
enum class alignment : unsigned char { aligned, misaligned };

/// That range.
enum class extent : unsigned char { some, empty };

/// Whether there is memory for a buffer (at most 1 MiB, the size of a read) and a bio.
enum class memory : unsigned char { available, exhausted };

/// Whether a fatal signal came in after one of the reads, but for the last one.
enum class fatal_signal : unsigned char { none, pending };

/// Where the read that failed stands among those of the request, each of which is at most 1 MiB; it
/// is the last one.
enum class failed_read : unsigned char { first, later };

/// Whether the request says XFS_VERIFY_MEDIA_REPORT.
enum class report_flag : unsigned char { set, clear };

/// Why the read failed (blk_status_t).
enum class read_error : unsigned char {
    data_lost, ///< BLK_STS_PROTECTION, BLK_STS_IOERR, BLK_STS_MEDIUM
    transient, ///< Any other.
};

/// What can be done that the words of the tables lack.
enum class own_operation : std::uint8_t {
    read_media,           ///< Reads the range from its start on, up to the first read that fails.
    tell_caller,          ///< me_ioerror, a positive errno.
    mark_map_sick,        ///< xfs_bmap_mark_sick, of the fork whose block it is.
    mark_attributes_sick, ///< XFS_SICK_INO_XATTR
};

/// XFS, since Linux 7.0. An internal realtime section was not looked at.
struct xfs : words {
    static constexpr const char* name = "verify_media_xfs";
    static constexpr const char* title = "XFS, verifying media";

    /// What these stand for, for laws: whoever looks at the health of a file hears of it, and all
    /// may go on.
    [[nodiscard]] static constexpr effect stands_for(own_operation /*what*/) noexcept {
        return effect::none;
    }

    /// It is asked on an open file, one read at a time, and looks on the device only. Inodes are
    /// read from disk (xfs_iget without XFS_IGET_INCORE), as `find_in_core` of a filesystem then
    /// has to.
    static constexpr auto never_meets = never(cause::removal, scope::whole_device, mount::not_born,
                                              range::outside, inode::not_in_core);

    // clang-format off
    /// What the ioctl comes to. A read that fails is no failure of it: the end of what was verified
    /// comes back in me_start_daddr.
    static constexpr auto request = table(
        when(privilege::none)         >> refuse(EPERM),
        when(argument::unreadable)    >> refuse(EFAULT),
        when(argument::unknown)       >> refuse(EINVAL),
        when(target::absent)          >> refuse(ENODEV),
        when(alignment::misaligned)   >> refuse(EINVAL),
        when(extent::empty)           >> succeed,
        when(memory::exhausted)       >> refuse(ENOMEM),
        // what was verified until then is not said
        when(fatal_signal::pending)   >> attempt(perform(own_operation::read_media)) >> refuse(EINTR),
        // -EFAULT if the answer cannot be copied to user space
        otherwise                     >> attempt(perform(own_operation::read_media)) >> succeed);

    /// What whoever asks is told of a read that failed. Of a later one it is the shorter range that
    /// tells; a request that begins there meets it first.
    static constexpr auto caller = table(
        when(failed_read::first) >> attempt(perform(own_operation::tell_caller)) >> succeed,
        otherwise                >> succeed);

    /// What else becomes of it (xfs_verify_media_error).
    static constexpr auto gate = table(
        when(read_error::transient) >> succeed,
        when(report_flag::clear)    >> succeed,
        // of a log on a device of its own too: nobody owns parts of it
        when(rmap::absent)          >> attempt(report_media_event) >> succeed,
        otherwise                   >> attempt(report_media_event) >> walk);

    /// What becomes of the owners (xfs_verify_report_data_lost).
    static constexpr auto record = table(
        // an owner that is no inode: headers, btrees, inodes, the log, and what is unknown
        when(none_of(owner::file_data, owner::attribute_fork, owner::bmbt)) >> next,
        when(inode::lookup_failed)   >> next,
        when(owner::bmbt)            >> attempt(perform(own_operation::mark_map_sick)) >> next,
        when(owner::attribute_fork)  >> attempt(perform(own_operation::mark_attributes_sick)) >> next,
        // blocks of directories and symbolic links count as data. (75690e5fdd74 is to leave out the
        // filesystem's own inodes; it was not read)
        otherwise                    >> attempt(report_data_lost) >> next);

    /// Nobody hears of an error of the walk: a group whose header cannot be read ends it.
    static constexpr auto end = table(otherwise >> succeed);

    static constexpr auto aftermaths = table(
        // the first group of a range that goes on in the next is taken to end at 0xFFFFFFFF + 1
        when(rmap::present, owner::file_data, groups::several)
                  >> derived("xfs_verify_report_losses, the same arithmetic as for notify_failure",
                             reports_too_much),
        otherwise >> nothing_known);

    /// Where each row was read.
    static constexpr auto row_sources = table(
        otherwise >> read_in("fs/xfs/xfs_verify_media.c, 56feb532bb92 and 500af712f9cb"));
    // clang-format on
};

} // namespace daxhold::releases::verify_media
