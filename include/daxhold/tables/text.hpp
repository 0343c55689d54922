// SPDX-License-Identifier: BSL-1.0
#pragma once

#include "daxhold/tables/decide.hpp"

#include <concepts>
#include <functional>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

/// \file
/// Facts, rows and tables as text, in the words in which they are written in a source. At run time;
/// the umbrella leaves this out, as it needs `<string>`.
///
/// An action of a table is described by functions beside its type, which argument-dependent look-up
/// finds: `to_text(action)`, as a string; and where it is a sequence, if one likes,
/// `parts_of(action)`, its parts as a std::vector<std::string>. Enumerations, numbers and what
/// converts to std::string_view need neither.

namespace daxhold::tables {

/// A piece of text.
[[nodiscard]] inline std::string to_text(text t) { return {t.data, t.size}; }

/// A value of an enumeration: `owner::file_data`; one that is no enumerator, or of an enumeration
/// that is no fact: `owner(12)`.
template <class Enumeration>
requires std::is_enum_v<Enumeration>
[[nodiscard]] std::string to_text(Enumeration value) {
    const auto type = to_text(detail::spell_type<Enumeration>());
    if constexpr (fact<Enumeration>)
        if (static_cast<std::size_t>(value) < value_count<Enumeration>)
            return type + "::" + to_text(name_of(value));
    return type + "(" + std::to_string(+static_cast<std::underlying_type_t<Enumeration>>(value)) +
           ")";
}

namespace detail {

template <class Pieces = std::vector<std::string>, class Written = std::identity>
[[nodiscard]] std::string join(const Pieces& pieces, std::string_view between,
                               Written written = {}) {
    std::string made;
    for (const auto& piece : pieces)
        (made += &piece == &*pieces.begin() ? std::string_view{} : between) += written(piece);
    return made;
}

} // namespace detail

/// Values of a fact, the shorter of what is in the set and what is not: `role::log`,
/// `any_of(role::log, role::realtime)`, `none_of(owner::file_data)`.
template <fact Fact>
[[nodiscard]] std::string to_text(value_set<Fact> values) {
    std::vector<std::string> in;
    std::vector<std::string> out;
    for (std::size_t i = 0; i != value_count<Fact>; ++i)
        (((values.bits >> i) & 1U) != 0 ? in : out).push_back(to_text(static_cast<Fact>(i)));
    if (in.size() == 1)
        return in[0];
    return out.size() < in.size() ? "none_of(" + detail::join(out, ", ") + ")"
                                  : "any_of(" + detail::join(in, ", ") + ")";
}

namespace detail {

/// What a row demands of its facts; every value of a fact is no demand.
template <class... Facts>
[[nodiscard]] std::string demands_to_text(type_list<Facts...>, const std::uint64_t* accepts) {
    std::vector<std::string> demands;
    [[maybe_unused]] const auto add = [&]<class Fact>(value_set<Fact> values) {
        if (values.bits != every_value<Fact>)
            demands.push_back(to_text(values));
    };
    (add(value_set<Facts>{*accepts++}), ...);
    return demands.empty() ? "otherwise" : "when(" + join(demands, ", ") + ")";
}

} // namespace detail

/// A condition as it is written: `when(cause::removal, owner::file_data)`, `otherwise`.
template <fact... Facts>
[[nodiscard]] std::string to_text(const condition<Facts...>& c) {
    return detail::demands_to_text(detail::type_list<Facts...>{}, c.accepts);
}

/// A cell: `role::log, cause::removal`.
template <fact... Facts>
[[nodiscard]] std::string to_text(const known_facts<Facts...>& cell) {
    return detail::join({to_text(cell(boost::hana::type_c<Facts>))...}, ", ");
}

/// An action that has a text.
template <class Action>
concept action_with_text = requires(const Action& action) {
    { to_text(action) } -> std::convertible_to<std::string>;
}
|| std::convertible_to<const Action&, std::string_view> || std::is_arithmetic_v<Action>;

/// The diagnosis of a table whose actions nobody can describe.
template <class Action>
struct action_has_no_text {
    static constexpr bool ok = action_with_text<Action>;
};

/// An action as text: as `to_text` beside its type has it, or a number or text as it is.
template <class Action>
[[nodiscard]] std::string action_to_text(const Action& action) {
    static_assert(action_has_no_text<Action>::ok,
                  "add a function `std::string to_text(const Action&)` beside the action's type, "
                  "or include the header that has it");
    if constexpr (!action_has_no_text<Action>::ok)
        return {};
    else if constexpr (requires { to_text(action); })
        return to_text(action);
    else if constexpr (std::convertible_to<const Action&, std::string_view>)
        return std::string{static_cast<std::string_view>(action)};
    else if constexpr (std::same_as<Action, bool>)
        return action ? "true" : "false";
    else
        return std::to_string(action);
}

/// A row as it is written: `when(role::log) >> succeed`.
template <action_with_text Action, fact... Facts>
[[nodiscard]] std::string to_text(const row<Action, Facts...>& r) {
    return to_text(r.when) + " >> " + action_to_text(r.action);
}

/// A table, a line a row.
template <action_with_text Action, std::size_t Rows, class Facts>
[[nodiscard]] std::string to_text(const decision_table<Action, Rows, Facts>& table) {
    std::string made;
    for (std::size_t row = 0; row != Rows; ++row)
        made += detail::demands_to_text(Facts{}, cells_of(table, row).values) + " >> " +
                action_to_text(table.actions[row]) + "\n";
    return made;
}

} // namespace daxhold::tables
