// SPDX-License-Identifier: BSL-1.0
#pragma once

#include "daxhold/event/lineages.hpp"
#include "daxhold/policy/words.hpp"

namespace daxhold::releases {

/// What we would have XFS do: Linux 7.0 but for the rows with a comment, and every law that is
/// shipped is kept.
struct recommended : words {
    static constexpr const char* name = "recommended";
    static constexpr const char* title = "what daxhold recommends for XFS";
    using mf_flags = lineage::linux_6_8::mf_flags;

    // clang-format off
    static constexpr auto gate = table(
        when(mount::not_born)              >> refuse(EIO),
        when(range::outside)               >> refuse(ENXIO),
        // a filesystem does not outlive its log: it is written out while the device is still there,
        // and not left to the block layer, which comes when it is gone
        when(role::log, cause::removal)    >> attempt(report_media_event) >> attempt(sync)
                                           >> attempt(shut_down(force_umount)) >> succeed,
        when(role::log)                    >> attempt(report_media_event)
                                           >> attempt(shut_down(corrupt_ondisk))
                                           >> refuse(efscorrupted),
        // nobody can be told one by one, but nobody goes on using it either, and the answer says
        // that users were not told
        when(rmap::absent, cause::removal) >> attempt(report_media_event) >> attempt(sync)
                                           >> attempt(shut_down(force_umount)) >> unsupported,
        when(rmap::absent)                 >> attempt(report_media_event) >> unsupported,
        // pages are counted in 64 bits: several groups are nothing special. Under the freeze nothing
        // is gone through but what is in use
        when(cause::removal)               >> attempt(report_media_event) >> attempt(freeze)
                                           >> walk_in_core,
        otherwise                          >> attempt(report_media_event) >> walk);

    static constexpr auto record = table(
        when(none_of(owner::file_data), cause::removal) >> next,
        when(none_of(owner::file_data))    >> note_shutdown >> next,
        // an inode that is about to be reclaimed has no users: no reason to shut down
        when(none_of(inode::in_core))      >> next,
        // a user who cannot be told does not keep the others from being told; a removal has lost no
        // data, so none is reported
        when(mapping::dax, cause::removal) >> collect(kill_users(users::every, poison::not_marked))
                                           >> attempt(invalidate) >> next,
        when(mapping::dax)                 >> collect(kill_users(users::early, poison::marked))
                                           >> attempt(report_data_lost) >> next,
        when(cause::removal)               >> attempt(invalidate) >> next,
        otherwise                          >> attempt(report_data_lost) >> next);

    static constexpr auto end = table(
        // a freeze by somebody in user space is theirs to thaw
        when(cause::removal)                      >> attempt(shut_down(force_umount)) >> attempt(thaw)
                                                  >> return_error,
        // a user of file data who could not be told is an error, and no corruption of the filesystem
        when(walk_end::failed, want_shutdown::no) >> return_error,
        when(walk_end::failed)                    >> attempt(shut_down(corrupt_ondisk))
                                                  >> return_error,
        when(want_shutdown::yes)                  >> attempt(shut_down(corrupt_ondisk))
                                                  >> refuse(efscorrupted),
        otherwise                                 >> succeed);
    // clang-format on
};

} // namespace daxhold::releases
