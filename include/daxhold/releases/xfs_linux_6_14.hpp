// SPDX-License-Identifier: BSL-1.0
#pragma once

#include "daxhold/releases/xfs_linux_6_8.hpp"

namespace daxhold::releases {

/// XFS in Linux 6.14, which 6.17 still follows (fs/xfs/xfs_notify_failure.c:
/// xfs_dax_notify_failure, xfs_dax_notify_logdev_failure with f4ed93037966,
/// xfs_dax_notify_dev_failure).
///
/// A range is compared with the device, not with the filesystem. What has to be had before a walk
/// (xfs_trans_alloc_empty) can fail up to 6.16, and so it can here; since 6.17 (e967dc40d501) it
/// cannot, and the rows for `walk_end::not_started` are not reached.
///
/// An internal realtime section is there since 6.15. The end of a group is computed as 0xFFFFFFFF +
/// 1 in 32 bits for every group but the last, so an extent there counts about 2^32 pages.
struct xfs_linux_6_14 : words {
    static constexpr const char* name = "xfs_linux_6_14";
    static constexpr const char* title = "XFS in Linux 6.14";
    using mf_flags = lineage::linux_6_8::mf_flags;

    // clang-format off
    static constexpr auto gate = table(
        when(mount::not_born)              >> refuse(EIO),
        // f4ed93037966: an error beyond the end of the log no longer counts
        when(role::log, range::outside)    >> refuse(ENXIO),
        // left to the block layer's mark_dead
        when(role::log, cause::removal)    >> succeed,
        when(role::log)                    >> attempt(shut_down(corrupt_ondisk))
                                           >> refuse(efscorrupted),
        // still before the range is looked at; the realtime device has groups, and perhaps rmaps
        when(rmap::absent)                 >> unsupported,
        when(range::outside)               >> refuse(ENXIO),
        // a realtime section on the data device: every event is taken for its groups, and what is
        // checked is the length of the data section. Nothing that lies there is found in them
        when(role::internal_realtime, cause::corruption) >> succeed,
        when(role::internal_realtime)                    >> attempt(freeze)
                                                         >> attempt(shut_down(force_umount))
                                                         >> attempt(thaw) >> attempt(thaw_user)
                                                         >> succeed,
        // a freeze that fails is only logged
        when(cause::removal)               >> attempt(freeze) >> begin_walk >> walk,
        otherwise                          >> begin_walk >> walk);

    // xfs_dax_failure_fn is that of 6.8
    static constexpr auto record = xfs_linux_6_8::record;

    // up to 6.16, a walk that does not start is thawed and not shut down
    static constexpr auto end = xfs_linux_6_8::end;

    static constexpr auto aftermaths = table(
        // memory that is gone is unmapped by whoever exits
        when(cause::removal, none_of(role::log), rmap::absent, none_of(mappers::none))
            >> seen("6.16.12 and 6.17.13, unbind without a reverse mapping", mappings_stay_live,
                    exit_oopses),
        when(cause::removal, none_of(role::log), rmap::present, already_shut_down::yes,
             none_of(mappers::none))
            >> derived("as seen on 7.2.12: the walk fails", mappings_stay_live, exit_oopses),
        // a walk that fails counts nothing
        when(already_shut_down::yes) >> nothing_known,
        // of a dax inode in core in a group other than the last; or of any one, where the range goes
        // beyond the last
        when(cause::removal, none_of(role::log), rmap::present,
             any_of(range::inside, range::across_end), inode::in_core, mapping::dax, groups::several)
            >> seen("6.17.13, unbind with four groups", page_count_wraps),
        when(cause::removal, none_of(role::log), rmap::present, range::across_end, inode::in_core,
             mapping::dax)
            >> seen("6.17.13, unbind of a filesystem that is smaller", page_count_wraps),
        when(none_of(role::log), rmap::present, any_of(range::inside, range::across_end),
             inode::in_core, mapping::dax, groups::several)
            >> derived("the same walk as for a removal", page_count_wraps),
        otherwise >> nothing_known);
    // clang-format on
};

} // namespace daxhold::releases
