// SPDX-License-Identifier: BSL-1.0
#pragma once

#include "daxhold/tables/fact.hpp"

#include <boost/hana/tuple.hpp>

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

template <class Demand>
inline constexpr bool is_demand = fact<Demand>;
template <fact Fact>
inline constexpr bool is_demand<value_set<Fact>> = true;

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

/// Stands for a condition or a row whose mistake has been told, so that it is told once.
struct refused_row {
    template <class Action>
    friend constexpr refused_row operator>>(refused_row refused, Action) noexcept {
        return refused;
    }
};

} // namespace detail

/// The diagnosis of a condition that is no value of a fact, nor a set of them.
template <class... Demands>
struct demands_are_values_of_facts {
    static constexpr bool ok = (detail::is_demand<Demands> && ...);
};

/// The condition that each of these holds: a value of a fact (`role::log`), or a set of values
/// (`any_of(role::log, role::realtime)`, `none_of(role::data)`). Facts that are not named do not
/// matter.
template <class... Demands>
[[nodiscard]] constexpr auto when(Demands... demands) noexcept {
    if constexpr ((detail::is_demand<Demands> && ...)) {
        return condition<typename detail::demanded<Demands>::fact...>{
            {detail::demanded<Demands>::accepts(demands)..., 0}};
    } else {
        static_assert(demands_are_values_of_facts<Demands...>::ok,
                      "a row demands values of scoped enumerations that count from 0 without "
                      "a gap, up to 64 of them");
        return detail::refused_row{};
    }
}

/// The condition that always holds, for the last row of a table.
inline constexpr condition<> otherwise{};

/// A row: under this condition, this action.
template <fact... Facts, class Action>
[[nodiscard]] constexpr row<Action, Facts...> operator>>(condition<Facts...> when, Action action) {
    return {when, action};
}

/// The same row with a further step behind its action, for actions that can be chained by `>>`.
template <class Action, fact... Facts, class Next>
[[nodiscard]] constexpr auto operator>>(row<Action, Facts...> first,
                                        Next following) requires requires {
    first.action >> following;
}
{
    return row<decltype(first.action >> following), Facts...>{first.when,
                                                              first.action >> following};
}

/// Rows that several tables share, as a hana::tuple: `table(rows(...))`, or joined with others by
/// hana::concat, hana::append and their like.
template <class... Rows>
[[nodiscard]] constexpr auto rows(Rows... r) {
    return boost::hana::make_tuple(r...);
}

} // namespace daxhold::tables
