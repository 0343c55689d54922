// SPDX-License-Identifier: BSL-1.0
#pragma once

#include "daxhold/policy/report.hpp"
#include "daxhold/policy/words.hpp"

/// \file
/// What a release is known to lead to once a notification is over. It is no action: the engine
/// carries nothing of it. It is a table beside the others, `aftermaths`, over the facts of the
/// event and of the walk's end; each row says how it is known. A policy without that table says
/// nothing.

namespace daxhold {

/// What an event came to lead to, as far as that table tells.
struct known_aftermaths {
    /// Bits of `aftermath`: what surely follows, and what follows in some of the states that the
    /// filesystem may be in.
    std::uint8_t certain = 0;
    std::uint8_t possible = 0;

    /// Whether it surely follows.
    [[nodiscard]] constexpr bool has(aftermath what) const noexcept {
        return (certain & static_cast<std::uint8_t>(what)) != 0;
    }

    /// Whether it follows in a state that is not excluded.
    [[nodiscard]] constexpr bool may_have(aftermath what) const noexcept {
        return (possible & static_cast<std::uint8_t>(what)) != 0;
    }

    [[nodiscard]] friend constexpr bool operator==(known_aftermaths,
                                                   known_aftermaths) noexcept = default;
};

/// What the release is known to lead to after a notification of which `made` is the report; the
/// other arguments are those of the notification. `users` says whether somebody maps memory of the
/// event, where that is known.
template <class Policy, class Filesystem>
[[nodiscard]] constexpr known_aftermaths
aftermaths_of(Filesystem& fs, role device, byte_range where, cause why, const report& made,
              value_set<mappers> users = {every_value<mappers>}) {
    known_aftermaths found;
    if constexpr (requires { Policy::aftermaths; }) {
        static_assert(proven<Policy::aftermaths>);
        auto event = detail::arrived(device, where, why);
        const detail::event_source<Filesystem> source{fs, event};
        const auto possible = [&]<class Fact>(detail::fact_type<Fact> asked) -> value_set<Fact> {
            if constexpr (std::same_as<Fact, mappers>)
                return users;
            else if constexpr (std::same_as<Fact, walk_end>)
                return any_of(made.walk);
            else
                return any_of(source(asked));
        };
        const auto cells = detail::possible_cells(Policy::aftermaths, possible);
        found.certain = 0xff;
        for (const auto row : detail::rows_in{rows_that_can_win(Policy::aftermaths, cells)}) {
            const auto bits = Policy::aftermaths.actions[row].aftermaths;
            found.certain = static_cast<std::uint8_t>(found.certain & bits);
            found.possible = static_cast<std::uint8_t>(found.possible | bits);
        }
    }
    return found;
}

} // namespace daxhold
