// SPDX-License-Identifier: BSL-1.0
#pragma once

#include "daxhold/tables/fact.hpp"

namespace daxhold::tables {

/// What a row demands of each fact that it names, all of it at once. Made by `when`.
template <fact... Facts>
struct condition {
    /// The accepted values, one set for each of `Facts`, in the order in which they were written.
    /// (An array has at least one element in C++.)
    std::uint64_t accepts[sizeof...(Facts) + 1] = {};
};

/// A line of a table: the condition under which it applies, and what then.
template <class Action, fact... Facts>
struct row {
    /// What must be so, and what the table says then.
    condition<Facts...> when;
    Action action;
};

namespace detail {

/// The fact of a demand, and the values that it accepts.
template <class Demand>
struct demanded {
    using fact = Demand;
    static constexpr std::uint64_t accepts(Demand value) noexcept { return bit_of(value); }
};
template <fact Fact>
struct demanded<value_set<Fact>> {
    using fact = Fact;
    static constexpr std::uint64_t accepts(value_set<Fact> values) noexcept { return values.bits; }
};

struct when_word {
    template <class... Demands>
    [[nodiscard]] constexpr auto operator()(Demands... demands) const noexcept {
        if constexpr ((std::is_same_v<Demands, refused> || ...))
            return refused{};
        else if constexpr ((check_fact<typename demanded<Demands>::fact>() && ...))
            return condition<typename demanded<Demands>::fact...>{
                {demanded<Demands>::accepts(demands)..., 0}};
        else
            return refused{};
    }
};

} // namespace detail

/// The condition that each of these holds: a value of a fact (`role::log`), or a set of values
/// (`any_of(role::log, role::realtime)`, `none_of(role::data)`). Facts that are not named do not
/// matter.
template <class... Demands>
[[nodiscard]] constexpr auto when(Demands... demands) noexcept {
    return detail::when_word{}(demands...);
}

/// The condition that always holds, for the last row of a table.
inline constexpr condition<> otherwise{};

/// A row: under this condition, this action.
template <fact... Facts, class Action>
[[nodiscard]] constexpr row<Action, Facts...> operator>>(condition<Facts...> when, Action action) {
    return {when, action};
}

/// The same row with a further step after its action, for actions that can be chained by `>>`.
template <class Action, fact... Facts, class Next>
[[nodiscard]] constexpr auto operator>>(row<Action, Facts...> first,
                                        Next following) requires requires {
    first.action >> following;
}
{
    return row<decltype(first.action >> following), Facts...>{first.when,
                                                              first.action >> following};
}

} // namespace daxhold::tables
