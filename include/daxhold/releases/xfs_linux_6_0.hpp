// SPDX-License-Identifier: BSL-1.0
#pragma once

#include "daxhold/releases/xfs_rfc.hpp"

namespace daxhold::releases {

/// XFS in Linux 6.0, the first release that has a dax holder (commits 8012b8660855 and
/// 6f643c57d57c, fs/xfs/xfs_notify_failure.c: xfs_dax_notify_failure, xfs_dax_notify_ddev_failure,
/// xfs_dax_failure_fn).
///
/// An unbind passes no flags and looks like a corruption of the whole device. Its walk starts at
/// the static header of the first allocation group, which is metadata, and so it ends there: nobody
/// is told (DERIVED).
///
/// Not in the tables, as it is no function of the facts: the flags of the walk are never set (fixed
/// in 6.1), and two poisoned pages in one call use a freed list entry (mm/memory-failure.c, fixed
/// in 6.1). The range errors of 6.0 have no place here: the range type cannot make them.
struct xfs_linux_6_0 : words {
    static constexpr const char* name = "xfs_linux_6_0";
    static constexpr const char* title = "XFS in Linux 6.0";
    using mf_flags = lineage::linux_6_0::mf_flags;

    /// A realtime device has no reverse mapping, and no section of the data device is one.
    static constexpr auto never_meets =
        never(when(role::realtime, rmap::present), role::internal_realtime);

    // clang-format off
    static constexpr auto gate = table(
        // SB_BORN, which v12 did not ask for and the first release candidates read in a wrong word
        when(mount::not_born) >> refuse(EIO),
        as_in(xfs_v12::gate));

    // the shutdown is inline, and an inode that is cached and about to be reclaimed ends the walk
    // with -EAGAIN (DERIVED)
    static constexpr auto record = xfs_v12::record;

    // an error of the walk does not shut down
    static constexpr auto end = xfs_v12::end;

    static constexpr auto aftermaths = table(
        // of the whole device the first header ends the walk before it gets there
        when(scope::part, any_of(range::across_end, range::after_end), role::data, rmap::present)
            >> derived("as seen on 6.1.192: there is no group after the last", null_dereference),
        // the later umount is told of 6.1.192, and was not looked for here
        when(scope::whole_device, none_of(role::log), none_of(mappers::none))
            >> derived("the walk ends at the first header; without a reverse mapping there is none",
                       mappings_stay_live),
        otherwise >> nothing_known);
    // clang-format on
};

} // namespace daxhold::releases
