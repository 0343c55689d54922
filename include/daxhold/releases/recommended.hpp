// SPDX-License-Identifier: BSL-1.0
#pragma once

#include "daxhold/releases/xfs_linux_7_0.hpp"

namespace daxhold::releases {

/// What we would have XFS do: Linux 7.0, but for these rows.
struct recommended : words {
    static constexpr const char* name = "recommended";
    static constexpr const char* title = "what daxhold recommends for XFS";
    using mf_flags = lineage::linux_6_8::mf_flags;

    // clang-format off
    static constexpr auto gate = table(
        // a filesystem does not outlive its log: it is written out while the device is still there,
        // and not left to the block layer, which comes when it is gone
        when(mount::born, range::inside, role::log, cause::removal)
            >> attempt(report_media_event) >> attempt(sync) >> attempt(shut_down(force_umount))
            >> succeed,
        // nobody can be told one by one, but nobody goes on using it either, and the answer says
        // that users were not told
        when(mount::born, range::inside, none_of(role::log), cause::removal, rmap::absent)
            >> attempt(report_media_event) >> attempt(sync) >> attempt(shut_down(force_umount))
            >> unsupported,
        // pages are counted in 64 bits: several groups are nothing special. Under the freeze nothing
        // is gone through but what is in use
        when(mount::born, range::inside, none_of(role::log), cause::removal)
            >> attempt(report_media_event) >> attempt(freeze) >> walk_in_core,
        as_in(xfs_linux_7_0::gate));

    static constexpr auto record = table(
        // an inode that is about to be reclaimed has no users: no reason to shut down
        when(owner::file_data, inode::lookup_failed) >> next,
        // a user who cannot be told does not keep the others from being told; a removal has lost no
        // data, so none is reported
        when(owner::file_data, inode::in_core, mapping::dax, cause::removal)
            >> collect(kill_users(users::every, poison::not_marked)) >> attempt(invalidate) >> next,
        when(owner::file_data, inode::in_core, mapping::dax)
            >> collect(kill_users(users::early, poison::marked)) >> attempt(report_data_lost)
            >> next,
        when(owner::file_data, inode::in_core, cause::removal) >> attempt(invalidate) >> next,
        as_in(xfs_linux_7_0::record));

    static constexpr auto end = table(
        // a freeze by somebody in user space is theirs to thaw
        when(cause::removal)                      >> attempt(shut_down(force_umount)) >> attempt(thaw)
                                                  >> return_error,
        // a user of file data who could not be told is an error, and no corruption of the filesystem
        when(walk_end::failed, want_shutdown::no) >> return_error,
        as_in(xfs_linux_7_0::end));
    // clang-format on
};

} // namespace daxhold::releases
