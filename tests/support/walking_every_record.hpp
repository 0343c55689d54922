// SPDX-License-Identifier: BSL-1.0
#pragma once

#include "daxhold/event/lineages.hpp"
#include "daxhold/policy/words.hpp"

namespace support {

/// A policy that goes through the inodes in core for every removal, of a part too: it tells users
/// and drops pages, whatever fails.
struct walking_in_core : daxhold::words {
    using mf_flags = daxhold::lineage::linux_6_8::mf_flags;

    // clang-format off
    static constexpr auto gate = table(
        when(mount::not_born)              >> refuse(EIO),
        when(range::outside)               >> refuse(ENXIO),
        when(role::log)                    >> attempt(report_media_event)
                                           >> attempt(shut_down(force_umount)) >> succeed,
        when(rmap::absent, cause::removal) >> attempt(shut_down(force_umount)) >> unsupported,
        when(rmap::absent)                 >> unsupported,
        when(cause::removal)               >> attempt(report_media_event) >> attempt(freeze)
                                           >> walk_in_core,
        otherwise                          >> attempt(report_media_event) >> walk);

    static constexpr auto record = table(
        when(owner::file_data, inode::lookup_failed) >> next,
        when(owner::file_data, inode::in_core, mapping::dax, cause::removal)
            >> collect(kill_users(users::every, poison::not_marked)) >> attempt(invalidate) >> next,
        when(owner::file_data, inode::in_core, mapping::dax)
            >> collect(kill_users(users::early, poison::marked)) >> attempt(report_data_lost)
            >> next,
        when(owner::file_data, inode::in_core, cause::removal) >> attempt(invalidate) >> next,
        when(owner::file_data, inode::in_core)                 >> attempt(report_data_lost) >> next,
        when(none_of(owner::file_data), cause::corruption)     >> note_shutdown >> next,
        otherwise                                              >> next);

    static constexpr auto end = table(
        when(cause::removal)     >> attempt(shut_down(force_umount)) >> attempt(thaw)
                                 >> return_error,
        when(want_shutdown::yes) >> attempt(shut_down(corrupt_ondisk)) >> refuse(efscorrupted),
        otherwise                >> return_error);
    // clang-format on
};

/// A policy, and a gate that has every record walked.
template <class Policy>
struct with_every_record_walked : Policy {
    static constexpr auto gate = [] {
        auto made = Policy::gate;
        for (auto& course : made.actions)
            if (course.end == daxhold::ending::walk_in_core)
                course.end = daxhold::ending::walk;
        return made;
    }();
};

using walking_every_record = with_every_record_walked<walking_in_core>;

} // namespace support
