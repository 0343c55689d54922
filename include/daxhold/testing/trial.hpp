// SPDX-License-Identifier: BSL-1.0
#pragma once

#include "daxhold/policy/aftermath.hpp"
#include "daxhold/policy/facts.hpp"
#include "daxhold/testing/call_log.hpp"
#include "daxhold/testing/every_cell.hpp"
#include "daxhold/testing/mount_state.hpp"

#include <boost/hana/tuple.hpp>

/// \file
/// One event on a filesystem that has in the event's range a few pieces with an owner, and what
/// came of it. All that a test or a law can ask about is a plain value.

namespace daxhold::testing {

/// What lies in the range of an event: bytes with one owner. Its members are the facts of a record,
/// each with all of its values.
struct piece {
    /// Who owns it; of a file, the state of its inode, and who maps it.
    daxhold::owner owner = owner::file_data;
    daxhold::inode inode = inode::in_core;
    daxhold::mapping mapping = mapping::dax;
    daxhold::kind kind = kind::regular;
    daxhold::mappers mappers = mappers::with_page;

    /// Nobody owns it, whatever the owner; of a policy whose records can say so.
    bool is_free = false;

    /// The facts of the policy's own, as one number.
    std::uint16_t own = 0;

    /// Whether it is data of a file that a process has present.
    [[nodiscard]] constexpr bool is_in_use() const noexcept {
        return !is_free && owner == owner::file_data && inode == inode::in_core &&
               mapping == mapping::dax && mappers == mappers::with_page;
    }

    /// Whether it is the filesystem's own, as far as anybody can tell: what no file owns, and what
    /// an inode in core that is no regular file has in its blocks. Data is not, and what nobody
    /// tells the owner of is.
    [[nodiscard]] constexpr bool is_metadata() const noexcept {
        return !is_free &&
               (owner != owner::file_data || (inode == inode::in_core && kind != kind::regular));
    }

    [[nodiscard]] friend constexpr bool operator==(const piece&, const piece&) noexcept = default;
};

/// How many pieces can lie in the range of a trial. Two show all that one record can do to another;
/// more are for those who look for what was forgotten.
inline constexpr std::size_t most_pieces = 4;

/// One event on one small filesystem. Its members are the facts of an event, each with all of its
/// values, and what lies in the range.
struct trial {
    /// What happens, and to what: the facts of an event.
    daxhold::cause cause = cause::corruption;
    daxhold::scope scope = scope::part;
    daxhold::role role = role::data;
    daxhold::range range = range::inside;
    daxhold::mount mount = mount::born;
    daxhold::rmap rmap = rmap::present;
    daxhold::groups groups = groups::one;
    daxhold::read_only read_only = read_only::no;
    daxhold::already_shut_down already_shut_down = already_shut_down::no;
    daxhold::frozen_by_user frozen_by_user = frozen_by_user::no;

    /// The facts of the policy's own, as one number; of an enumeration of its own for roles too.
    std::uint16_t own = 0;

    /// How many pieces lie in the range, in this order, and whether they are one extent that files
    /// share.
    std::uint8_t count = 0;
    daxhold::sharing sharing = sharing::sole;
    piece pieces[most_pieces] = {};

    /// The number of the call, counted from 1, that fails with -EBUSY; 0 where none does. Counted
    /// are the walk itself and every step that is taken.
    std::uint8_t fails = 0;

    /// The same with one piece more, after the others. Precondition: `count` is less than
    /// `most_pieces`.
    [[nodiscard]] constexpr trial with(const piece& p) const noexcept {
        auto made = *this;
        made.pieces[made.count++] = p;
        return made;
    }

    /// Whether one of the pieces is, or all are.
    template <class Is>
    [[nodiscard]] constexpr bool any(Is is) const {
        for (std::size_t i = 0; i != count; ++i)
            if (is(pieces[i]))
                return true;
        return false;
    }
    template <class Is>
    [[nodiscard]] constexpr bool all(Is is) const {
        return !any([&is](const piece& p) { return !is(p); });
    }

    /// Whether a mount that is in use meets the event.
    [[nodiscard]] constexpr bool is_met() const noexcept {
        return mount == mount::born && already_shut_down == already_shut_down::no &&
               (range == range::inside || range == range::across_end);
    }

    [[nodiscard]] friend constexpr bool operator==(const trial&, const trial&) noexcept = default;
};

/// The members of a trial and of a piece that are facts, in the order in which they are said.
inline constexpr auto facts_of_trial =
    boost::hana::make_tuple(&trial::cause, &trial::scope, &trial::role, &trial::range,
                            &trial::mount, &trial::rmap, &trial::groups, &trial::read_only,
                            &trial::already_shut_down, &trial::frozen_by_user, &trial::sharing);
inline constexpr auto facts_of_piece = boost::hana::make_tuple(
    &piece::owner, &piece::inode, &piece::mapping, &piece::kind, &piece::mappers);

namespace detail {

template <class Of, class... Facts>
tables::detail::type_list<Facts...> types_of(const boost::hana::tuple<Facts Of::*...>& facts);
using types_of_trial = decltype(types_of(facts_of_trial));
using types_of_piece = decltype(types_of(facts_of_piece));

template <class Fact>
inline constexpr bool is_of_trial = types_of_trial::template index_of<Fact> != types_of_trial::size;
template <class Fact>
inline constexpr bool is_of_piece = types_of_piece::template index_of<Fact> != types_of_piece::size;
template <class Fact>
inline constexpr Fact trial::*
    member_of_trial = boost::hana::at_c<types_of_trial::template index_of<Fact>>(facts_of_trial);
template <class Fact>
inline constexpr Fact piece::*
    member_of_piece = boost::hana::at_c<types_of_piece::template index_of<Fact>>(facts_of_piece);

} // namespace detail

/// Whether a fact of a piece has a value to be asked for, beside those before it: of what no file
/// owns only the owner is known, of an inode that is not in core nothing more; a file that is dax
/// is a regular one, and what is mapped of another is not the device's own memory.
template <class Fact>
[[nodiscard]] constexpr bool is_open(const piece& p) noexcept {
    if constexpr (std::same_as<Fact, owner>)
        return true;
    else if constexpr (std::same_as<Fact, inode>)
        return p.owner == owner::file_data;
    else if constexpr (std::same_as<Fact, mapping>)
        return is_open<inode>(p) && p.inode == inode::in_core;
    else
        return is_open<mapping>(p) && (p.mapping == mapping::dax) == std::same_as<Fact, mappers>;
}

namespace detail {

/// Whether there is something to say of a fact, beside what is usual.
template <class Fact>
constexpr bool is_said(const trial& t, Fact trial::*fact) noexcept {
    return t.*fact != trial{}.*fact;
}
template <class Fact>
constexpr bool is_said(const piece& p, Fact piece::*fact) noexcept {
    return is_open<Fact>(p) && p.*fact != piece{}.*fact;
}

} // namespace detail

/// Calls `f(trial)` for every event, with one piece in its range, or one that a second file shares:
/// some thousands. Each fact has each of its values, but for the states that the mount was in
/// before (read-only, shut down, frozen: in none), and for who maps (somebody has it present). At
/// run time; a constant expression has room for some dozens.
template <class F>
constexpr void for_each_trial(F&& f) {
    const auto set = []<class Fact>(trial& t, Fact value) {
        if constexpr (detail::is_of_piece<Fact>)
            t.pieces[0].*detail::member_of_piece<Fact> = value;
        else
            t.*detail::member_of_trial<Fact> = value;
    };
    const auto can_be = []<class Fact>(const piece& p, Fact value) {
        if constexpr (detail::is_of_piece<Fact>)
            return value == Fact{} || is_open<Fact>(p);
        else
            return true;
    };
    const auto visit = [&]<class... Facts>(tables::detail::type_list<Facts...> facts) {
        for (std::size_t i = 0; i != detail::count_cells(facts); ++i) {
            const auto cell = detail::nth_cell(facts, i);
            trial t{.count = 1};
            (set(t, value_in<Facts>(cell)), ...);
            const piece& p = t.pieces[0];
            const bool is_regular = p.owner == owner::file_data && p.kind == kind::regular;
            const bool is_shared = t.sharing == sharing::shared;
            // A whole device that holds a filesystem is not after it.
            const bool is_nowhere = t.scope == scope::whole_device && t.range == range::after_end;
            if ((can_be(p, value_in<Facts>(cell)) && ...) && (is_regular || !is_shared) &&
                !is_nowhere)
                f(is_shared ? t.with({}) : t);
        }
    };
    visit(tables::detail::type_list<sharing, kind, mapping, inode, owner, cause, scope, role, mount,
                                    rmap, range, groups>{});
}

/// When something happened, as the number of the call by which it did; `never` is after everything.
using moment = std::uint8_t;
inline constexpr moment never = 255;

/// What became of a piece, and of those who use it.
struct piece_fate {
    moment told_early = never;     ///< Those who asked to be told early were told.
    moment told_all = never;       ///< Every process was told.
    moment taken_away = never;     ///< Its pages were taken away, for the last time.
    bool is_poisoned = false;      ///< Its pages were marked as poisoned.
    bool is_reported_lost = false; ///< It was reported as lost to those who watch the file.

    /// When its users were told by any means.
    [[nodiscard]] constexpr moment told() const noexcept {
        return told_early < told_all ? told_early : told_all;
    }

    [[nodiscard]] friend constexpr bool operator==(const piece_fate&,
                                                   const piece_fate&) noexcept = default;
};

/// What came of a trial.
struct verdict {
    /// What the driver was told.
    result answer;

    /// The mount when the notification has returned, and when what happened to it.
    mount_state mount;
    moment shut_down = never;
    moment frozen = never;

    /// What became of the pieces.
    piece_fate of[most_pieces] = {};

    /// How many calls there were, questions for inodes apart, and which of them failed.
    std::uint8_t calls = 0;
    call failed = call::find_in_core;
    bool has_failed = false;

    /// An operation of the policy's own was taken, and nobody said what it amounts to
    /// (`stands_for`).
    bool is_unknown = false;

    /// What the release is known to lead to.
    value_set<aftermath> aftermaths{};

    /// Whether it is known to lead to this.
    [[nodiscard]] constexpr bool has(aftermath what) const noexcept {
        return (aftermaths.bits & bit_of(what)) != 0;
    }

    /// Whether the notification shut the filesystem down.
    [[nodiscard]] constexpr bool shuts_down() const noexcept { return shut_down != never; }

    /// The generic path of memory_failure() comes next, and tells one owner of a page.
    [[nodiscard]] constexpr bool is_left_to_the_generic_path(const trial& t) const noexcept {
        return t.cause == cause::corruption && falls_back(answer);
    }

    [[nodiscard]] friend constexpr bool operator==(const verdict&,
                                                   const verdict&) noexcept = default;
};

} // namespace daxhold::testing
