// SPDX-License-Identifier: BSL-1.0
#pragma once

#include "daxhold/releases/xfs_linux_6_14.hpp"

namespace daxhold::releases {

/// XFS in Linux 6.18, which 6.19 still follows (fs/xfs/xfs_notify_failure.c:
/// xfs_dax_notify_failure, xfs_dax_notify_logdev_failure, xfs_dax_notify_dev_failure).
///
/// A range is compared with the filesystem (414d21d65b8e), and what is had before a walk
/// (xfs_trans_alloc_empty) cannot fail (e967dc40d501); the rest is as in 6.14, and so is the end of
/// a group, by which an extent counts about 2^32 pages.
struct xfs_linux_6_18 : words {
    static constexpr const char* name = "xfs_linux_6_18";
    static constexpr const char* title = "XFS in Linux 6.18";
    using mf_flags = lineage::linux_6_8::mf_flags;

    // clang-format off
    static constexpr auto gate = table(
        when(mount::not_born)              >> refuse(EIO),
        when(role::log, any_of(range::after_end, range::outside)) >> refuse(ENXIO),
        // left to the block layer's mark_dead
        when(role::log, cause::removal)    >> succeed,
        when(role::log)                    >> attempt(shut_down(corrupt_ondisk))
                                           >> refuse(efscorrupted),
        // still before the range is looked at
        when(rmap::absent)                 >> unsupported,
        when(any_of(range::after_end, range::outside)) >> refuse(ENXIO),
        // a realtime section on the data device: every event is taken for its groups, and what is
        // checked is the length of the data section. Nothing that lies there is found in them
        when(role::internal_realtime, cause::corruption) >> succeed,
        when(role::internal_realtime)                    >> attempt(freeze)
                                                         >> attempt(shut_down(force_umount))
                                                         >> attempt(thaw) >> attempt(thaw_user)
                                                         >> succeed,
        // a freeze that fails is only logged
        when(cause::removal)               >> attempt(freeze) >> walk,
        otherwise                          >> walk);

    static constexpr auto record = xfs_linux_6_8::record;

    static constexpr auto end = table(
        // shut down before the thaw; a freeze by somebody in user space is undone as well
        when(cause::removal)     >> attempt(shut_down(force_umount))
                                 >> attempt(thaw) >> attempt(thaw_user) >> return_error,
        when(walk_end::failed)   >> attempt(shut_down(corrupt_ondisk)) >> return_error,
        when(want_shutdown::yes) >> attempt(shut_down(corrupt_ondisk)) >> refuse(efscorrupted),
        otherwise                >> succeed);

    static constexpr auto aftermaths = table(
        when(cause::corruption, role::data, rmap::absent, sharing::shared)
            >> seen("6.18.15, poison of a page that two files share, without a reverse mapping",
                    poison_finds_nobody),
        when(cause::removal, none_of(role::log), rmap::absent, none_of(mappers::none))
            >> seen("6.18.15, unbind without a reverse mapping", mappings_stay_live, exit_oopses),
        when(cause::removal, none_of(role::log), rmap::present, already_shut_down::yes,
             none_of(mappers::none))
            >> derived("as seen on 7.2.12: the walk fails", mappings_stay_live, exit_oopses),
        // a walk that fails counts nothing
        when(already_shut_down::yes) >> nothing_known,
        // of a dax inode in core in a group other than the last
        when(cause::removal, none_of(role::log), rmap::present,
             any_of(range::inside, range::across_end), inode::in_core, mapping::dax, groups::several)
            >> seen("6.18.15, unbind with four groups", page_count_wraps),
        when(none_of(role::log), rmap::present, any_of(range::inside, range::across_end),
             inode::in_core, mapping::dax, groups::several)
            >> derived("the same walk as for a removal", page_count_wraps),
        otherwise >> nothing_known);
    // clang-format on
};

} // namespace daxhold::releases
