// SPDX-License-Identifier: BSL-1.0
#pragma once

#include "daxhold/policy/check.hpp"
#include "daxhold/policy/engine.hpp"
#include "daxhold/policy/report.hpp"
#include "daxhold/tables/cover.hpp"
#include "daxhold/testing/trial.hpp"

/// \file
/// A policy tried out: what it makes of one event on a filesystem that is as a trial says.

namespace daxhold::testing {

namespace detail {

/// What a policy's own enumerators stand for among ours: static members `stands_for(own)` of the
/// policy, for owners `-> value_set<owner>`, where the empty one is nobody, else `-> role`,
/// `-> effect`.
template <class Policy, class Own, class Ours>
concept tells_meaning = requires(Own own) {
    { Policy::stands_for(own) } -> std::same_as<Ours>;
};

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
inline constexpr bool is_own = !is_of_trial<Fact> && !is_of_piece<Fact> && !is_of_end<Fact>;
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
    if constexpr (is_of_trial<Fact>)
        return t.*member_of_trial<Fact>;
    else if constexpr (std::same_as<Fact, mappers>)
        return t.count != 0 ? p.mappers : mappers::none;
    else if constexpr (is_of_piece<Fact>)
        return p.*member_of_piece<Fact>;
    else if constexpr (has_fact<own_of_event<Policy>, Fact>)
        return value_in<Fact>(nth_cell(own_of_event<Policy>{}, t.own));
    else
        return value_in<Fact>(nth_cell(own_of_record<Policy>{}, p.own));
}

/// The row of a table that wins for a trial and one of its pieces: the first that accepts all of
/// its facts.
template <class Policy, auto const& Table, class... Facts>
constexpr std::size_t row_for([[maybe_unused]] const trial& t, [[maybe_unused]] std::size_t at,
                              type_list<Facts...>) {
    auto rows = tables::detail::rows_above<tables::detail::table_type<Table>>(Table.row_count);
    [[maybe_unused]] std::size_t fact = 0;
    ((rows &= tables::detail::index_of_rows<Table>.accepting[fact++][static_cast<std::size_t>(
          fact_in<Policy, Facts>(t, at))]),
     ...);
    return static_cast<std::size_t>(tables::detail::lowest(rows));
}
template <class Policy, auto const& Table>
constexpr std::size_t row_for(const trial& t, std::size_t at = 0) {
    return row_for<Policy, Table>(t, at, typename tables::detail::table_type<Table>::facts{});
}

/// A record of a filesystem with owners of its own.
template <class Owner>
struct record_with {
    byte_range extent{};
    Owner owner{};
    std::uint64_t inode_number = 0;
    std::uint64_t file_offset = 0;
    daxhold::sharing sharing = sharing::sole;
};
template <class Owner>
using record_for = std::conditional_t<std::same_as<Owner, owner>, rmap_record, record_with<Owner>>;

/// The bytes of a block, and how many blocks the device has; the filesystem ends in the middle of
/// it, or with it, and the pieces lie before the middle.
inline constexpr std::uint64_t block = 4096;
inline constexpr std::uint64_t device_blocks = 64;
inline constexpr std::uint64_t end_block = 32;
constexpr byte_range blocks(std::uint64_t first, std::uint64_t count) noexcept {
    return {first * block, count * block};
}

/// The filesystem of a trial. It has every operation and answers for every fact; see trial.hpp for
/// what fails.
template <class Policy>
class filesystem_on_trial {
    const trial& t_;
    verdict& v_;

public:
    using role = role_for<Policy>;
    using record = record_for<owner_of<Policy>>;
    using inode_handle = std::size_t;

    constexpr filesystem_on_trial(const trial& the_trial, verdict& the_verdict) noexcept
        : t_{the_trial}, v_{the_verdict} {
        v_.mount.is_shut_down = t_.already_shut_down == already_shut_down::yes;
        v_.mount.is_frozen_by_user = t_.frozen_by_user == frozen_by_user::yes;
    }

    [[nodiscard]] constexpr bool is_born() const noexcept { return t_.mount == mount::born; }
    [[nodiscard]] constexpr byte_range device_range(role /*device*/) const noexcept {
        const bool is_nowhere = t_.scope == scope::whole_device && t_.range == range::outside;
        return is_nowhere ? byte_range{} : blocks(0, device_blocks);
    }
    [[nodiscard]] constexpr std::uint64_t filesystem_end(role /*device*/) const noexcept {
        return (t_.scope == scope::whole_device && t_.range == range::inside ? device_blocks
                                                                             : end_block) *
               block;
    }
    [[nodiscard]] constexpr bool has_rmap(role /*device*/) const noexcept {
        return t_.rmap == rmap::present;
    }
    [[nodiscard]] constexpr bool spans_groups(role /*device*/, byte_range /*r*/) const noexcept {
        return t_.groups == groups::several;
    }
    [[nodiscard]] constexpr bool is_read_only() const noexcept {
        return t_.read_only == read_only::yes;
    }
    [[nodiscard]] constexpr bool is_shut_down_already() const noexcept {
        return t_.already_shut_down == already_shut_down::yes;
    }
    [[nodiscard]] constexpr bool is_frozen_already() const noexcept {
        return t_.frozen_by_user == frozen_by_user::yes;
    }

    template <class Fact>
    requires(has_fact<own_of_event<Policy>, Fact> && !std::same_as<Fact, role>)
        [[nodiscard]] constexpr Fact answer(daxhold::detail::fact_type<Fact> /*of*/) const {
        return fact_in<Policy, Fact>(t_);
    }
    template <class Fact>
    requires(has_fact<own_of_record<Policy>, Fact> && !std::same_as<Fact, owner_of<Policy>>)
        [[nodiscard]] constexpr Fact
        answer(daxhold::detail::fact_type<Fact> /*of*/, const record& r) const {
        return fact_in<Policy, Fact>(t_, r.inode_number);
    }

    template <class Visitor>
    constexpr result for_each_mapping(role /*device*/, byte_range /*r*/, Visitor&& visit) {
        if (const auto outcome = next(call::read_rmap); !outcome.ok())
            return outcome;
        // A policy that does not ask is one for filesystems that have it.
        if (has_fact<decltype(facts_of_gate<Policy>()), rmap> && t_.rmap == rmap::absent)
            return unsupported_operation;
        if (v_.mount.is_shut_down)
            return result::error(EIO);
        for (std::size_t i = 0; i != t_.count; ++i) {
            const auto first = end_block - most_pieces + (t_.sharing == sharing::sole ? i : 0);
            const record r{blocks(first, 1), owner_at(i), i, 0, t_.sharing};
            if (!visit(r))
                break;
        }
        return {};
    }
    constexpr result find_in_core(const record& r, inode_handle& found) const noexcept {
        found = r.inode_number;
        const auto state = t_.pieces[found].inode;
        return state == inode::in_core       ? success
               : state == inode::not_in_core ? result::error(ENODATA)
                                             : result::error(EAGAIN);
    }
    [[nodiscard]] constexpr bool is_dax(inode_handle i) const noexcept {
        return t_.pieces[i].mapping == mapping::dax;
    }
    [[nodiscard]] constexpr kind kind_of(inode_handle i) const noexcept {
        return t_.pieces[i].kind;
    }

    constexpr result tell_users() noexcept {
        const auto outcome = next(call::tell_users);
        if (outcome.ok())
            for (auto& fate : v_.of)
                fate.told_all = fate.told_all < v_.calls ? fate.told_all : v_.calls;
        return outcome;
    }
    constexpr result await_users() noexcept { return next(call::await_users); }
    constexpr result freeze() noexcept {
        auto outcome = next(call::freeze);
        if (outcome.ok())
            outcome = v_.mount.freeze_super(freeze_holder::kernel);
        if (outcome.ok())
            v_.frozen = v_.calls;
        return outcome;
    }
    constexpr result thaw() noexcept {
        const auto outcome = next(call::thaw);
        return outcome.ok() ? v_.mount.thaw_super(freeze_holder::kernel) : outcome;
    }
    constexpr result thaw_user() noexcept {
        const auto outcome = next(call::thaw_user);
        return outcome.ok() ? v_.mount.thaw_super(freeze_holder::userspace) : outcome;
    }
    constexpr result sync() noexcept { return next(call::sync); }
    constexpr result begin_walk() noexcept { return next(call::begin_walk); }
    constexpr result kill_users(inode_handle i, byte_range /*file*/, users who,
                                poison pages) noexcept {
        const auto outcome = next(call::kill_users);
        if (!outcome.ok() || !is_dax(i))
            return outcome.ok() ? result::error(EBUSY) : outcome;
        auto& told = who == users::every ? v_.of[i].told_all : v_.of[i].told_early;
        told = told < v_.calls ? told : v_.calls;
        v_.of[i].is_poisoned = v_.of[i].is_poisoned || pages == poison::marked;
        return {};
    }
    constexpr result kill_openers(inode_handle /*i*/, byte_range /*file*/) noexcept {
        return next(call::kill_openers);
    }
    constexpr result invalidate(inode_handle i, byte_range /*file*/) noexcept {
        const auto outcome = next(call::invalidate);
        if (outcome.ok())
            v_.of[i].taken_away = v_.calls;
        return outcome;
    }
    constexpr result report_data_lost(inode_handle i, byte_range /*file*/) noexcept {
        const auto outcome = next(call::report_data_lost);
        v_.of[i].is_reported_lost = v_.of[i].is_reported_lost || outcome.ok();
        return outcome;
    }
    constexpr result report_media_event(role /*device*/, byte_range /*r*/) noexcept {
        return next(call::report_media_event);
    }
    constexpr result unmap_range(role /*device*/, byte_range /*r*/) noexcept {
        const auto outcome = next(call::unmap_range);
        if (outcome.ok())
            for (auto& fate : v_.of)
                fate.taken_away = v_.calls;
        return outcome;
    }
    constexpr result shut_down(shutdown_reason why) noexcept {
        const auto outcome = next(call::shut_down);
        if (outcome.ok())
            stop(why);
        return outcome;
    }

    template <class Own>
    constexpr result perform(Own what) noexcept {
        return perform_on(what, 0, most_pieces);
    }
    template <class Own>
    constexpr result perform(Own what, const record& r, byte_range /*part*/) noexcept {
        return perform_on(what, r.inode_number, r.inode_number + 1);
    }

private:
    [[nodiscard]] constexpr owner_of<Policy> owner_at(std::size_t i) const noexcept {
        return fact_in<Policy, owner_of<Policy>>(t_, i);
    }

    constexpr result next(call what) noexcept {
        if (++v_.calls != t_.fails)
            return {};
        v_.has_failed = true;
        v_.failed = what;
        return result::error(EBUSY);
    }

    constexpr void stop(shutdown_reason why) noexcept {
        v_.mount.force_shutdown(why);
        v_.shut_down = v_.shut_down < v_.calls ? v_.shut_down : v_.calls;
    }

    template <class Own>
    constexpr result perform_on(Own what, std::size_t first, std::size_t last) noexcept {
        const auto outcome = next(call::perform);
        if constexpr (!tells_meaning<Policy, Own, effect>) {
            v_.is_unknown = true;
        } else if (outcome.ok()) {
            const auto meant = Policy::stands_for(what);
            if (meant == effect::shuts_down)
                stop(shutdown_reason::device_removed);
            for (auto i = first; i != last; ++i) {
                if (meant == effect::takes_pages_away)
                    v_.of[i].taken_away = v_.calls;
                v_.of[i].is_poisoned = v_.of[i].is_poisoned || meant == effect::marks_pages;
            }
        }
        return outcome;
    }
};

/// The range of the event of a trial, in bytes of the device.
constexpr byte_range range_of(const trial& t) noexcept {
    if (t.scope == scope::whole_device)
        return byte_range::whole_device();
    switch (t.range) {
    case range::inside:
        return blocks(end_block - most_pieces, most_pieces);
    case range::across_end:
        return blocks(end_block - most_pieces, 2 * most_pieces);
    case range::after_end:
        return blocks(end_block, 2);
    default:
        return blocks(device_blocks, 2);
    }
}

/// What is known to follow.
template <class Policy>
constexpr value_set<aftermath> aftermaths_in(const trial& t) {
    value_set<aftermath> known{};
    if constexpr (requires { Policy::aftermaths; })
        for (std::size_t at = 0; at == 0 || at < t.count; ++at)
            known.bits |= Policy::aftermaths.actions[row_for<Policy, Policy::aftermaths>(t, at)]
                              .aftermaths.bits;
    return known;
}

} // namespace detail

/// What a policy makes of a trial: the engine, unobserved or watched by an observer (a `report`
/// says which rows won), on a filesystem that is as the trial says. The event is told to it as it
/// is; whether the flags of its release can tell a removal is the driver's business.
///
/// A policy with owners, roles or operations of its own says what they stand for by static members
/// `stands_for(own)` that return a `value_set<owner>` (the empty one is nobody), a `role` or an
/// `effect`. Without them nothing is known of what it does.
template <class Policy, class... Observer>
[[nodiscard]] constexpr verdict try_out(const trial& t, Observer&... watching) {
    verdict v;
    v.aftermaths = detail::aftermaths_in<Policy>(t);
    detail::filesystem_on_trial<Policy> fs{t, v};
    v.answer = notify_failure<Policy>(fs, detail::fact_in<Policy, detail::role_for<Policy>>(t),
                                      detail::range_of(t), t.cause, watching...);
    return v;
}

} // namespace daxhold::testing
