// SPDX-License-Identifier: BSL-1.0
#pragma once

#include "daxhold/laws/trial.hpp"
#include "daxhold/policy/check.hpp"

/// \file
/// What a trial says to each fact of a policy's tables, those of its own too.

namespace daxhold::laws::detail {

/// What a policy's own enumerators stand for among ours: static members `stands_for(own)` of the
/// policy, for owners `-> value_set<owner>`, where the empty one is nobody, else `-> role`,
/// `-> effect`.
template <class Policy, class Own, class Ours>
concept tells_meaning = requires(Own own) {
    { Policy::stands_for(own) } -> std::same_as<Ours>;
};

/// The facts of a record and of an event that a trial has a value for.
template <class Fact>
inline constexpr bool is_of_piece =
    std::same_as<Fact, owner> || std::same_as<Fact, inode> || std::same_as<Fact, mapping> ||
    std::same_as<Fact, kind> || std::same_as<Fact, mappers> || std::same_as<Fact, sharing>;
template <class Fact>
inline constexpr bool is_of_trial =
    std::same_as<Fact, cause> || std::same_as<Fact, scope> || std::same_as<Fact, role> ||
    std::same_as<Fact, range> || std::same_as<Fact, mount> || std::same_as<Fact, rmap> ||
    std::same_as<Fact, groups> || std::same_as<Fact, read_only> ||
    std::same_as<Fact, already_shut_down> || std::same_as<Fact, frozen_by_user>;
template <class Fact>
inline constexpr bool is_of_end = std::same_as<Fact, cut_short> || std::same_as<Fact, walk_end> ||
                                  std::same_as<Fact, want_shutdown> || std::same_as<Fact, frozen>;

using tables::detail::type_list;

/// The facts of a table; none where there is no table.
template <class Policy>
consteval auto facts_of_gate() {
    return typename tables::detail::table_type<Policy::gate>::facts{};
}
template <class Policy>
consteval auto facts_of_record() {
    if constexpr (daxhold::detail::has_three_tables<Policy>)
        return typename tables::detail::table_type<Policy::record>::facts{};
    else
        return type_list<>{};
}
template <class Policy>
consteval auto facts_of_end() {
    if constexpr (daxhold::detail::has_three_tables<Policy>)
        return typename tables::detail::table_type<Policy::end>::facts{};
    else
        return type_list<>{};
}
template <class Policy>
consteval auto facts_of_aftermaths() {
    if constexpr (requires { Policy::aftermaths; })
        return typename tables::detail::table_type<Policy::aftermaths>::facts{};
    else
        return type_list<>{};
}

template <class List, class Fact>
inline constexpr bool has_fact = List::template index_of<Fact> != List::size;

/// A fact as a list of one, or of none.
template <bool IsWanted, class Fact>
using list_if = std::conditional_t<IsWanted, type_list<Fact>, type_list<>>;

/// The facts of a list that a filesystem on trial answers itself: those of the policy's own, and
/// whether it has an operation, which is otherwise known by the type.
template <class Fact>
inline constexpr bool is_own = !is_of_piece<Fact> && !is_of_trial<Fact> && !is_of_end<Fact>;
template <class... Facts>
consteval auto own_facts(type_list<Facts...>) {
    return decltype((type_list<>{} | ... | list_if<is_own<Facts>, Facts>{})){};
}

/// Those of them that are not in another list.
template <class Others, class... Facts>
consteval auto others_than(type_list<Facts...>) {
    return decltype((type_list<>{} | ... | list_if<!has_fact<Others, Facts>, Facts>{})){};
}

/// The facts of a policy's own: of an event, and of a record.
template <class Policy>
using own_of_event =
    decltype(own_facts(decltype(facts_of_gate<Policy>() | facts_of_end<Policy>()){}));
template <class Policy>
using own_of_record =
    decltype(others_than<own_of_event<Policy>>(own_facts(facts_of_record<Policy>())));

template <class... Facts>
consteval std::size_t count_combinations(type_list<Facts...>) {
    return (std::size_t{1} * ... * value_count<Facts>);
}

/// The value of a fact in a number that stands for all facts of a list, the first one changing
/// fastest.
template <class Fact, class... Facts>
constexpr Fact value_in(std::size_t number, type_list<Facts...>) {
    std::size_t before = 1;
    static_cast<void>(
        ((std::same_as<Fact, Facts> || (before *= value_count<Facts>, false)) || ...));
    return static_cast<Fact>(number / before % value_count<Fact>);
}

/// The enumeration of a record's owner: the policy's own, where it says what it stands for.
template <class Policy, class... Facts>
consteval auto find_owner(type_list<Facts...>) {
    using found = decltype((type_list<>{} | ... |
                            std::conditional_t<tells_meaning<Policy, Facts, value_set<owner>>,
                                               type_list<Facts>, type_list<>>{}));
    if constexpr (found::size != 0)
        return typename found::template at<0>{};
    else
        return owner{};
}
template <class Policy>
using owner_of = decltype(find_owner<Policy>(own_of_record<Policy>{}));

/// The enumeration of roles, likewise.
template <class Policy, class... Facts>
consteval auto find_role(type_list<Facts...>) {
    using found = decltype((
        type_list<>{} | ... |
        std::conditional_t<tells_meaning<Policy, Facts, role>, type_list<Facts>, type_list<>>{}));
    if constexpr (found::size != 0)
        return typename found::template at<0>{};
    else
        return role{};
}
template <class Policy>
using role_for = decltype(find_role<Policy>(own_of_event<Policy>{}));

/// The value of a fact in a trial; of a record, for piece number `at`.
template <class Policy, class Fact>
constexpr Fact fact_in(const trial& t, std::size_t at = 0) {
    const piece& p = t.pieces[at];
    if constexpr (std::same_as<Fact, cause>)
        return t.cause;
    else if constexpr (std::same_as<Fact, scope>)
        return t.scope;
    else if constexpr (std::same_as<Fact, role>)
        return t.role;
    else if constexpr (std::same_as<Fact, range>)
        return t.range;
    else if constexpr (std::same_as<Fact, mount>)
        return t.mount;
    else if constexpr (std::same_as<Fact, rmap>)
        return t.rmap;
    else if constexpr (std::same_as<Fact, groups>)
        return t.groups;
    else if constexpr (std::same_as<Fact, read_only>)
        return t.read_only;
    else if constexpr (std::same_as<Fact, already_shut_down>)
        return t.already_shut_down;
    else if constexpr (std::same_as<Fact, frozen_by_user>)
        return t.frozen_by_user;
    else if constexpr (std::same_as<Fact, owner>)
        return p.owner;
    else if constexpr (std::same_as<Fact, inode>)
        return p.inode;
    else if constexpr (std::same_as<Fact, mapping>)
        return p.mapping;
    else if constexpr (std::same_as<Fact, kind>)
        return p.kind;
    else if constexpr (std::same_as<Fact, mappers>)
        return t.count != 0 ? p.mappers : mappers::none;
    else if constexpr (std::same_as<Fact, sharing>)
        return t.sharing;
    else if constexpr (has_fact<own_of_event<Policy>, Fact>)
        return value_in<Fact>(t.own, own_of_event<Policy>{});
    else
        return value_in<Fact>(p.own, own_of_record<Policy>{});
}

/// The row of a table that wins for a trial and one of its pieces: the first that accepts all of
/// its facts.
template <class Policy, auto const& Table, class... Facts>
constexpr std::size_t row_for(const trial& t, [[maybe_unused]] std::size_t at,
                              type_list<Facts...>) {
    const std::uint64_t cell[] = {bit_of(fact_in<Policy, Facts>(t, at))..., 0};
    for (std::size_t row = 0;; ++row) {
        std::size_t fact = 0;
        while (fact != sizeof...(Facts) && (Table.accepts[row][fact] & cell[fact]) != 0)
            ++fact;
        if (fact == sizeof...(Facts))
            return row;
    }
}
template <class Policy, auto const& Table>
constexpr std::size_t row_for(const trial& t, std::size_t at = 0) {
    return row_for<Policy, Table>(t, at, typename tables::detail::table_type<Table>::facts{});
}

} // namespace daxhold::laws::detail
