// SPDX-License-Identifier: BSL-1.0
#pragma once

#include "daxhold/policy/aftermath.hpp"
#include "daxhold/policy/facts.hpp"
#include "daxhold/testing/call_log.hpp"
#include "daxhold/testing/mount_state.hpp"

/// \file
/// One event on a filesystem that has in the event's range a few pieces with an owner, and what
/// came of it. All that a law can ask about is a plain value.

namespace daxhold::laws {

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
    testing::mount_state mount;
    moment shut_down = never;
    moment frozen = never;

    /// What became of the pieces.
    piece_fate of[most_pieces] = {};

    /// How many calls there were, questions for inodes apart, and which of them failed.
    std::uint8_t calls = 0;
    testing::call failed = testing::call::find_in_core;
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
};

} // namespace daxhold::laws
