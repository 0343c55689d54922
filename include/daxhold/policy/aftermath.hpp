// SPDX-License-Identifier: BSL-1.0
#pragma once

#include "daxhold/policy/sources.hpp"
#include "daxhold/policy/words.hpp"

/// \file
/// What a release is known to lead to once a notification is over. It is no action: the engine
/// carries nothing of it. It is a table beside the others, `aftermaths`, over the facts of the
/// event, of what lies there, and of who maps it; each row says how it is known. A policy without
/// that table says nothing.

namespace daxhold {

/// What an event came to lead to, as far as that table tells.
struct known_aftermaths {
    /// What surely follows, and what follows in some of the states that the filesystem may be in.
    value_set<aftermath> certain{};
    value_set<aftermath> possible{};

    /// Whether it surely follows.
    [[nodiscard]] constexpr bool has(aftermath what) const noexcept {
        return (certain.bits & bit_of(what)) != 0;
    }

    /// Whether it follows in a state that is not excluded.
    [[nodiscard]] constexpr bool may_have(aftermath what) const noexcept {
        return (possible.bits & bit_of(what)) != 0;
    }

    [[nodiscard]] friend constexpr bool operator==(known_aftermaths,
                                                   known_aftermaths) noexcept = default;
};

/// What the release is known to lead to after a notification with these arguments. To be asked
/// before it: what the filesystem tells of itself is its state as the event comes. `users` says
/// whether somebody maps memory of the event, where that is known.
template <class Policy, class Filesystem>
[[nodiscard]] constexpr known_aftermaths
aftermaths_of(Filesystem& fs, role_of<Filesystem> device, byte_range where, cause why,
              value_set<mappers> users = {every_value<mappers>}) {
    known_aftermaths found;
    if constexpr (requires { Policy::aftermaths; }) {
        static_assert(proven<Policy::aftermaths>);
        auto event = detail::arrived(device, where, why);
        const detail::event_source<Filesystem> source{fs, event};
        const auto possible = [&]<class Fact>(detail::fact_type<Fact> asked) -> value_set<Fact> {
            if constexpr (std::same_as<Fact, mappers>)
                return users;
            else if constexpr (requires { source(asked); })
                return any_of(source(asked));
            else // of a record: there may be any
                return {every_value<Fact>};
        };
        const auto cells = detail::possible_cells(Policy::aftermaths, possible);
        found.certain.bits = every_value<aftermath>;
        for (const auto row : detail::rows_in{rows_that_can_win(Policy::aftermaths, cells)}) {
            found.certain.bits &= Policy::aftermaths.actions[row].aftermaths.bits;
            found.possible.bits |= Policy::aftermaths.actions[row].aftermaths.bits;
        }
    }
    return found;
}

} // namespace daxhold
