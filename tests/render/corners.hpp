// SPDX-License-Identifier: BSL-1.0
#pragma once

#include "daxhold/policy/words.hpp"

/// What the shipped policies do not do: a policy that does it, for C and for the comparison of it.
struct corners : daxhold::words {
    static constexpr const char* name = "corners";

    // clang-format off
    static constexpr auto gate = table(
        when(mount::not_born) >> freeze >> refuse(EIO),
        // errors that keep the walk from starting, that do not, and a thaw of what may be frozen
        when(cause::removal, role::log)  >> freeze >> collect(sync) >> thaw >> thaw >> walk,
        when(cause::removal, role::data) >> attempt(freeze) >> sync >> note_shutdown >> walk,
        when(range::across_end)          >> collect(freeze) >> collect(thaw) >> walk,
        when(none_of(range::inside), scope::part) >> succeed,
        otherwise >> walk);

    static constexpr auto record = table(
        // an error that counts, then one that is collected, before and at an end of the walk
        when(owner::unknown) >> sync >> collect(thaw_user) >> stop(ENODEV),
        when(any_of(owner::log, owner::cow_staging)) >> collect(sync) >> thaw_user >> next,
        when(none_of(owner::file_data, owner::bmbt)) >> stop(EIO),
        when(inode::lookup_failed) >> sync >> stop_with_lookup_error,
        // two that count
        when(inode::in_core, mapping::dax, kind::regular)
            >> invalidate >> thaw_user >> attempt(sync) >> next,
        when(inode::in_core, any_of(kind::directory, kind::symlink)) >> note_shutdown >> next,
        when(inode::in_core, kind::internal) >> collect(freeze) >> next,
        when(inode::in_core) >> attempt(thaw) >> attempt(shut_down(device_removed)) >> next,
        otherwise >> next);

    static constexpr auto end = table(
        when(walk_end::not_started, frozen::by_us) >> thaw >> return_error,
        when(walk_end::failed, cut_short::no) >> sync >> return_error,
        when(cut_short::yes, want_shutdown::yes) >> thaw >> sync >> return_error,
        when(want_shutdown::yes) >> attempt(shut_down(corrupt_ondisk)) >> refuse(efscorrupted),
        when(frozen::by_us) >> attempt(thaw) >> unsupported,
        when(cut_short::yes) >> attempt(sync) >> refuse(EBUSY),
        otherwise >> succeed);
    // clang-format on
};
