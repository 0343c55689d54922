// SPDX-License-Identifier: BSL-1.0
#pragma once

#include "daxhold/event/lineages.hpp"
#include "daxhold/policy/words.hpp"

namespace daxhold::releases {

/// What we would have XFS do. Each row that differs from Linux 7.2 says why.
struct recommended : words {
    static constexpr const char* name = "recommended";
    static constexpr const char* title = "what daxhold recommends for XFS";
    using mf_flags = lineage::linux_6_8::mf_flags;

    /// How every shutdown goes: a freeze by somebody in user space ends with the filesystem, as
    /// they can no longer end it themselves.
    static constexpr auto stop_as_umounted = attempt(shut_down(force_umount)) >> attempt(thaw_user);
    static constexpr auto stop_as_corrupt = attempt(shut_down(corrupt_ondisk)) >>
                                            attempt(thaw_user);

    // clang-format off
    static constexpr auto gate = table(
        when(mount::not_born)                          >> refuse(EIO),
        when(any_of(range::after_end, range::outside)) >> refuse(ENXIO),
        // a filesystem does not outlive its log: it is written out while the device is still there,
        // and not left to the block layer, which comes when it is gone
        when(role::log, cause::removal)
            >> attempt(report_media_event) >> attempt(sync) >> stop_as_umounted
            >> succeed,
        when(role::log)
            >> attempt(report_media_event) >> stop_as_corrupt
            >> refuse(efscorrupted),
        // nobody can be told one by one, but nobody goes on using it either, and the answer says
        // that users were not told
        when(rmap::absent, cause::removal, scope::whole_device)
            >> attempt(report_media_event) >> attempt(sync) >> stop_as_umounted
            >> attempt(unmap_range) >> unsupported,
        when(rmap::absent, cause::removal)
            >> attempt(report_media_event) >> attempt(unmap_range) >> unsupported,
        // users are told before anything else, while they can act on it; nothing is gone through but
        // what is in use. Pages are counted in 64 bits: several groups are nothing special. A
        // realtime section on the data device has groups of its own, and is asked as well
        when(rmap::present, cause::removal, scope::whole_device)
            >> attempt(report_media_event) >> walk_in_core,
        when(rmap::present, cause::removal)
            >> attempt(report_media_event) >> walk,
        when(rmap::present)
            >> attempt(report_media_event) >> walk,
        // the generic path of memory_failure() tells those whom it can find
        otherwise
            >> attempt(report_media_event) >> unsupported);

    static constexpr auto record = table(
        // the whole device goes, and what is on it is told of at the end
        when(none_of(owner::file_data), cause::removal, scope::whole_device) >> next,
        // what an inode has in its blocks that is no regular file is metadata
        when(owner::file_data, inode::in_core, none_of(kind::regular), cause::removal,
             scope::whole_device)
            >> next,
        when(owner::file_data, inode::in_core, none_of(kind::regular)) >> note_shutdown >> next,
        when(none_of(owner::file_data))                                >> note_shutdown >> next,
        // an inode that is about to be reclaimed has no users: no reason to shut down
        when(none_of(inode::in_core)) >> next,
        // a user who cannot be told does not keep the others from being told; a removal has lost no
        // data, so none is reported; the pages of the whole device are taken away at the end, once
        // nobody can get at them again
        when(mapping::dax, cause::removal, scope::whole_device)
            >> collect(kill_users(users::every, poison::not_marked)) >> next,
        when(mapping::dax, cause::removal)
            >> collect(kill_users(users::every, poison::not_marked)) >> collect(invalidate) >> next,
        when(mapping::dax)
            >> collect(kill_users(users::early, poison::marked)) >> attempt(report_data_lost)
            >> next,
        when(cause::removal) >> next,
        otherwise            >> attempt(report_data_lost) >> next);

    static constexpr auto end = table(
        // what users wrote when they were told is written out. A freeze would keep readers from
        // nothing; a shutdown does, so pages are taken away after it, whatever the walk came to
        when(cause::removal, scope::whole_device)
            >> attempt(sync) >> stop_as_umounted >> collect(unmap_range) >> return_error,
        // a part that holds nothing of the filesystem's own hurts nobody else; what cannot be read may
        // have been metadata
        when(cause::removal, cut_short::yes)     >> stop_as_umounted >> return_error,
        when(cause::removal, want_shutdown::yes) >> stop_as_umounted >> return_error,
        when(cause::removal)                     >> return_error,
        when(cut_short::yes)                     >> stop_as_corrupt >> return_error,
        when(want_shutdown::yes, walk_end::clean) >> stop_as_corrupt >> refuse(efscorrupted),
        when(want_shutdown::yes)                 >> stop_as_corrupt >> return_error,
        // a user of file data who could not be told is an error, and no corruption of the filesystem
        otherwise                                >> return_error);
    // clang-format on
};

} // namespace daxhold::releases
