// SPDX-License-Identifier: BSL-1.0
#pragma once

#include "daxhold/releases/xfs_linux_6_0.hpp"

namespace daxhold::releases {

/// XFS in Linux 6.1, as its stable releases are since September 2024 (fs/xfs/xfs_notify_failure.c:
/// xfs_dax_notify_failure, xfs_dax_notify_ddev_failure, xfs_dax_failure_fn).
///
/// An unbind has no flag of its own here: it arrives as a corruption of the whole device. The
/// range errors of 6.1 to 6.6 (a range one byte past
/// the end, one block that counts as none) are fixed in 6.1.y and not part of this policy.
struct xfs_linux_6_1 : words {
    static constexpr const char* name = "xfs_linux_6_1";
    static constexpr const char* title = "XFS in Linux 6.1";
    using mf_flags = lineage::linux_6_0::mf_flags;

    /// A realtime device has no reverse mapping, and no section of the data device is one.
    static constexpr auto never_meets =
        never(when(role::realtime, rmap::present), role::internal_realtime);

    // clang-format off
    static constexpr auto gate = xfs_linux_6_0::gate;

    static constexpr auto record = table(
        // "on memory failure, only shut down fs after scanning all mappings"
        when(none_of(owner::file_data)) >> note_shutdown >> next,
        when(inode::not_in_core)        >> next,
        // also an inode that is cached and about to be reclaimed: -EAGAIN
        when(inode::lookup_failed)      >> note_shutdown >> next,
        // mf_dax_kill_procs: there is no dax entry to lock
        when(mapping::buffered)         >> stop(EBUSY),
        otherwise                       >> kill_users(users::early, poison::marked) >> next);

    static constexpr auto end = table(
        // xfs_trans_alloc_empty failed
        when(walk_end::not_started) >> return_error,
        when(walk_end::failed)      >> attempt(shut_down(corrupt_ondisk)) >> return_error,
        when(want_shutdown::yes)    >> attempt(shut_down(corrupt_ondisk)) >> refuse(efscorrupted),
        otherwise                   >> succeed);

    static constexpr auto aftermaths = table(
        // there is no group after the last, and nobody looks
        when(any_of(range::across_end, range::after_end), role::data, rmap::present)
            >> seen("6.1.192, poison after the end, and unbind of a filesystem that is smaller",
                    null_dereference),
        // those who were not told go on using the memory
        when(scope::whole_device, role::data, none_of(mappers::none))
            >> seen("6.1.192, unbind with and without a reverse mapping", mappings_stay_live,
                    umount_oopses),
        when(scope::whole_device, role::realtime, none_of(mappers::none))
            >> seen("6.1.192, unbind of the realtime device", mappings_stay_live,
                       umount_oopses),
        otherwise >> nothing_known);
    // clang-format on
};

} // namespace daxhold::releases
