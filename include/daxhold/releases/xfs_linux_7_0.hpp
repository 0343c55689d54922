// SPDX-License-Identifier: BSL-1.0
#pragma once

#include "daxhold/event/lineages.hpp"
#include "daxhold/policy/words.hpp"

namespace daxhold::releases {

/// XFS in Linux 7.0 (fs/xfs/xfs_notify_failure.c: xfs_dax_notify_failure,
/// xfs_dax_notify_logdev_failure, xfs_dax_notify_dev_failure, xfs_dax_failure_fn).
///
/// A range that is outside comes before everything else, and nothing outside is a media event. Each
/// shutdown is itself told to those who watch the filesystem, by xfs_force_shutdown and by no step.
///
/// Since 6.14 the end of a group is computed as 0xFFFFFFFF + 1 in 32 bits for every group but the
/// last, so an extent there counts about 2^32 pages. Debian has images of it and no modules: it was
/// not booted.
struct xfs_linux_7_0 : words {
    static constexpr const char* name = "xfs_linux_7_0";
    static constexpr const char* title = "XFS in Linux 7.0";
    using mf_flags = lineage::linux_6_8::mf_flags;

    // clang-format off
    static constexpr auto gate = table(
        when(mount::not_born)              >> refuse(EIO),
        when(any_of(range::after_end, range::outside)) >> refuse(ENXIO),
        when(role::log, cause::removal)    >> attempt(report_media_event) >> succeed,
        when(role::log)                    >> attempt(report_media_event)
                                           >> attempt(shut_down(corrupt_ondisk))
                                           >> refuse(efscorrupted),
        when(rmap::absent)                 >> attempt(report_media_event) >> unsupported,
        // a realtime section on the data device: every event is taken for its groups, and what is
        // checked is the length of the data section. Nothing that lies there is found in them
        when(role::internal_realtime, cause::corruption) >> attempt(report_media_event) >> succeed,
        when(role::internal_realtime)                    >> attempt(report_media_event)
                                                         >> attempt(freeze)
                                                         >> attempt(shut_down(force_umount))
                                                         >> attempt(thaw) >> attempt(thaw_user)
                                                         >> succeed,
        when(cause::removal)               >> attempt(report_media_event) >> attempt(freeze)
                                           >> walk,
        otherwise                          >> attempt(report_media_event) >> walk);

    static constexpr auto record = table(
        when(none_of(owner::file_data), cause::removal) >> next,
        when(none_of(owner::file_data))                 >> note_shutdown >> next,
        when(inode::not_in_core)                        >> next,
        when(inode::lookup_failed)                      >> note_shutdown >> next,
        // data is reported as lost even where a removal has lost nothing yet
        when(mapping::dax, cause::removal)              >> kill_users(users::every, poison::not_marked)
                                                        >> attempt(invalidate)
                                                        >> attempt(report_data_lost) >> next,
        when(mapping::dax)                              >> kill_users(users::early, poison::marked)
                                                        >> attempt(report_data_lost) >> next,
        when(cause::removal)                            >> attempt(invalidate)
                                                        >> attempt(report_data_lost) >> next,
        otherwise                                       >> attempt(report_data_lost) >> next);

    static constexpr auto end = table(
        when(cause::removal)     >> attempt(shut_down(force_umount))
                                 >> attempt(thaw) >> attempt(thaw_user) >> return_error,
        when(walk_end::failed)   >> attempt(shut_down(corrupt_ondisk)) >> return_error,
        when(want_shutdown::yes) >> attempt(shut_down(corrupt_ondisk)) >> refuse(efscorrupted),
        otherwise                >> succeed);

    static constexpr auto aftermaths = table(
        when(cause::corruption, role::data, rmap::absent, sharing::shared)
            >> derived("seen on 6.18.15 and 7.2.12", poison_finds_nobody),
        when(cause::removal, none_of(role::log), rmap::absent, none_of(mappers::none))
            >> derived("seen on 6.18.15 and 7.2.12", mappings_stay_live, exit_oopses),
        // the walk fails
        when(cause::removal, none_of(role::log), rmap::present, already_shut_down::yes,
             none_of(mappers::none))
            >> derived("seen on 7.2.12", mappings_stay_live, exit_oopses),
        // a walk that fails counts nothing
        when(already_shut_down::yes) >> nothing_known,
        // of an inode in core in a group other than the last
        when(cause::removal, none_of(role::log), rmap::present,
             any_of(range::inside, range::across_end), inode::in_core, mapping::dax, groups::several)
            >> derived("seen on 6.18.15 and 7.2.12", page_count_wraps),
        when(cause::removal, none_of(role::log), rmap::present,
             any_of(range::inside, range::across_end), inode::in_core, groups::several)
            >> derived("seen on 7.2.12", reports_too_much),
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
