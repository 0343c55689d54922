// SPDX-License-Identifier: BSL-1.0
#pragma once

#include "daxhold/laws/trial.hpp"
#include "daxhold/tables/law.hpp"

/// Laws over what policies make of events: what a law is, those that are shipped, and the trials
/// that they are checked in.
namespace daxhold::laws {

/// A law over what a policy makes of events: a type with
/// - `concerns(trial)`, whether it says something about a trial, and
/// - `holds(trial, verdict)`, whether the verdict is as it demands.
/// It may have a `name`, as text, by which a matrix of laws lists it.
template <class Law>
concept policy_law = requires(const trial& t, const verdict& v) {
    { Law::concerns(t) } -> std::same_as<bool>;
    { Law::holds(t, v) } -> std::same_as<bool>;
};

/// The diagnosis of a policy that breaks a law: in this trial.
template <class Policy, class Law, cause Event, situation Where, owner Who, inode State,
          mapping Access>
struct policy_breaks_law {
    static constexpr bool ok = false;
};

/// A trial in which a policy breaks a law, if there is one.
struct breach {
    /// Whether there is one, and which.
    bool exists = false;
    trial where;
};

namespace detail {

template <class Law, class Policy>
consteval breach find_breach() {
    breach first;
    for_each_trial<Policy>([&first](const trial& t, const verdict& v) {
        if (!first.exists && Law::concerns(t) && !Law::holds(t, v))
            first = {true, t};
    });
    return first;
}

} // namespace detail

/// Where a policy breaks a law, if it does.
template <policy_law Law, class Policy>
inline constexpr breach breach_of = detail::find_breach<Law, Policy>();

/// Whether a policy keeps a law, to ask about.
template <policy_law Law, class Policy>
inline constexpr bool is_kept = !breach_of<Law, Policy>.exists;

/// True for a policy that keeps a law; otherwise it does not compile, and the message names the law
/// and a trial in which it is broken: `static_assert(keeps<law, policy>)`.
template <policy_law Law, class Policy>
inline constexpr bool keeps = [] {
    constexpr const auto& found = breach_of<Law, Policy>;
    if constexpr (found.exists)
        static_assert(policy_breaks_law<Policy, Law, found.where.event, found.where.where,
                                        found.where.who, found.where.state, found.where.access>::ok,
                      "a policy breaks a law in this trial");
    return true;
}();

} // namespace daxhold::laws
