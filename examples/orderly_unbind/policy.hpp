// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <daxhold/event/lineages.hpp>
#include <daxhold/policy/words.hpp>

namespace orderly_unbind {

/// How a mounted XFS leaves in order. What a removal does in a kernel, and what no kernel does:
/// users are asked to leave before anything stops them, and are waited for; who only has a file
/// open is told as well as who maps it; and the device goes last.
struct orderly : daxhold::words {
    static constexpr const char* name = "orderly_unbind";
    static constexpr const char* title = "an XFS that leaves in order";
    using mf_flags = daxhold::lineage::linux_6_8::mf_flags;

    /// What comes after the filesystem.
    enum class own_operation : std::uint8_t {
        unmount, ///< Take the mount away, not lazily.
        detach,  ///< Take the device from the system.
    };
    static constexpr auto unmount = attempt(perform(own_operation::unmount));
    static constexpr auto detach = attempt(perform(own_operation::detach));

    /// Whether somebody uses it still, when the walk is over.
    enum class users_left : unsigned char { none, some, not_known };

    // clang-format off
    static constexpr auto gate = table(
        // a run before this one got as far
        when(mount::not_born) >> detach >> succeed,
        // nothing is left to be stopped or written
        when(already_shut_down::yes)
            >> attempt(thaw_user) >> attempt(tell_users) >> attempt(await_users) >> walk_in_core,
        // users are asked while they can still write; only then is anybody kept from it
        otherwise
            >> attempt(tell_users) >> attempt(await_users) >> attempt(freeze) >> walk_in_core);

    static constexpr auto record = table(
        when(none_of(owner::file_data)) >> next,
        when(none_of(inode::in_core))   >> next,
        otherwise
            >> collect(kill_users(users::every, poison::not_marked)) >> collect(kill_openers)
            >> next);

    static constexpr auto end = table(
        // it ends clean. A freeze by somebody else ends with it, as they can no longer end it
        when(users_left::none)
            >> attempt(thaw) >> attempt(thaw_user) >> unmount >> detach >> return_error,
        when(already_shut_down::yes)
            >> attempt(await_users) >> unmount >> detach >> return_error,
        // who does not leave finds nothing. Who was stopped by the freeze goes on after it, and ends
        otherwise
            >> attempt(shut_down(device_removed)) >> attempt(thaw) >> attempt(thaw_user)
            >> attempt(await_users) >> unmount >> detach >> return_error);
    // clang-format on
};

} // namespace orderly_unbind
