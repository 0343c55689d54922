// SPDX-License-Identifier: BSL-1.0
#pragma once

#include "daxhold/releases/xfs_linux_7_0.hpp"

namespace daxhold::releases {

/// XFS in Linux 7.2, which 7.3 still follows: the tables of 7.0, and what booted kernels were seen
/// to do afterwards.
struct xfs_linux_7_2 : words {
    static constexpr const char* name = "xfs_linux_7_2";
    static constexpr const char* title = "XFS in Linux 7.2";
    using mf_flags = lineage::linux_6_8::mf_flags;

    // clang-format off
    static constexpr auto gate = xfs_linux_7_0::gate;
    static constexpr auto record = xfs_linux_7_0::record;
    static constexpr auto end = xfs_linux_7_0::end;

    static constexpr auto aftermaths = table(
        when(cause::corruption, role::data, rmap::absent, sharing::shared)
            >> seen("7.2.12, poison of a page that two files share, without a reverse mapping",
                    poison_finds_nobody),
        when(cause::removal, none_of(role::log), rmap::absent, none_of(mappers::none))
            >> seen("7.2.12 and 7.3.4, unbind without a reverse mapping", mappings_stay_live, exit_oopses),
        // the walk fails
        when(cause::removal, none_of(role::log), rmap::present, already_shut_down::yes,
             none_of(mappers::none))
            >> seen("7.2.12, unbind of a filesystem that was shut down before", mappings_stay_live, exit_oopses),
        // a walk that fails counts nothing
        when(already_shut_down::yes) >> nothing_known,
        // of an inode in core in a group other than the last
        when(cause::removal, none_of(role::log), rmap::present,
             any_of(range::inside, range::across_end), inode::in_core, mapping::dax, groups::several)
            >> seen("7.2.12 and 7.3.4, unbind with four groups", page_count_wraps),
        when(cause::removal, none_of(role::log), rmap::present,
             any_of(range::inside, range::across_end), inode::in_core, groups::several)
            >> seen("7.2.12, unbind with four groups and a file in the page cache", reports_too_much),
        when(none_of(role::log), rmap::present, any_of(range::inside, range::across_end),
             inode::in_core, mapping::dax, groups::several)
            >> derived("the same walk as for a removal", page_count_wraps),
        when(none_of(role::log), rmap::present, any_of(range::inside, range::across_end),
             inode::in_core, groups::several)
            >> derived("the same walk as for a removal", reports_too_much),
        otherwise >> nothing_known);
    // clang-format on
};

} // namespace daxhold::releases
