// SPDX-License-Identifier: BSL-1.0
#pragma once

#include "daxhold/releases/xfs_linux_6_8.hpp"

namespace daxhold::releases {

/// XFS in Linux 6.14, which 6.19 still follows (fs/xfs/xfs_notify_failure.c:
/// xfs_dax_notify_failure, xfs_dax_notify_logdev_failure with f4ed93037966,
/// xfs_dax_notify_dev_failure).
///
/// What has to be had before a walk (xfs_trans_alloc_empty) can fail up to 6.16, and so it can
/// here; since 6.17 (e967dc40d501) it cannot, and the rows for `walk_end::not_started` are not
/// reached.
///
/// The end of a group is computed as 0xFFFFFFFF + 1 in 32 bits for every group but the last, so an
/// extent there counts about 2^32 pages: DERIVED from the source and reproduced as arithmetic, not
/// seen on a booted kernel.
struct xfs_linux_6_14 {
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
        when(rmap::absent, cause::removal) >> unsupported
                                           >> known_for(aftermath::mappings_stay_live),
        when(rmap::absent)                 >> unsupported,
        when(range::outside)               >> refuse(ENXIO),
        // a freeze that fails is only logged
        when(groups::one, cause::removal)  >> attempt(freeze) >> begin_walk >> walk,
        when(groups::one)                  >> begin_walk >> walk,
        // in all groups but the last of the range (DERIVED)
        when(cause::removal)               >> attempt(freeze) >> begin_walk >> walk
                                           >> known_for(aftermath::page_count_wraps),
        otherwise                          >> begin_walk >> walk
                                           >> known_for(aftermath::page_count_wraps));

    // xfs_dax_failure_fn is that of 6.8
    static constexpr auto record = xfs_linux_6_8::record;

    // up to 6.16, a walk that does not start is thawed and not shut down
    static constexpr auto end = xfs_linux_6_8::end;
    // clang-format on
};

} // namespace daxhold::releases
