// SPDX-License-Identifier: BSL-1.0
#pragma once

#include "daxhold/event/result.hpp"

#include <cstddef>
#include <cstdint>
#include <type_traits>

/// \file
/// The words with which a table says what to do: steps in order, and how it ends. All of them are
/// plain constants, chained by `>>`.

namespace daxhold {

/// What a filesystem can be told to do.
enum class operation : std::uint8_t {
    freeze,             ///< Let no new mapping come into being (freeze_super, kernel holder).
    thaw,               ///< Undo our own freeze; without one there is nothing to do.
    thaw_user,          ///< Undo the freeze of somebody in user space.
    sync,               ///< Write back what is dirty.
    begin_walk,         ///< Get what a walk needs (XFS: an empty transaction).
    kill_users,         ///< Tell every process that maps these pages (mf_dax_kill_procs).
    invalidate,         ///< Drop the file's pages (invalidate_inode_pages2_range).
    report_data_lost,   ///< Tell watchers of the file (fserror, Linux 7.0).
    report_media_event, ///< Tell watchers of the filesystem (healthmon, Linux 7.0).
    shut_down,          ///< Stop the filesystem (xfs_force_shutdown).
    note_shutdown, ///< Ask for a shutdown once the walk has ended; the engine does this itself.
    own,           ///< An operation of the filesystem's own.
};

/// How many operations there are.
inline constexpr std::size_t operation_count = 12;

/// Which of the processes that map a page are told.
enum class users : std::uint8_t {
    early, ///< The current one, and those that asked to be told early (PR_MCE_KILL_EARLY).
    every, ///< All of them (Linux 6.8, for a removal).
};

/// Whether the pages are marked as poisoned, never to be used again.
enum class poison : std::uint8_t { marked, not_marked };

/// The reason that a shutdown is given.
enum class shutdown_reason : std::uint8_t {
    corrupt_ondisk, ///< SHUTDOWN_CORRUPT_ONDISK
    force_umount,   ///< SHUTDOWN_FORCE_UMOUNT
    device_removed, ///< SHUTDOWN_DEVICE_REMOVED
};

/// What an error in a step leads to.
enum class on_error : std::uint8_t {
    stop,    ///< It is the error of the walk, which stops behind this record; before a walk, the
             ///< walk does not start.
    collect, ///< It is the error of the walk unless there was one, and the walk goes on.
    ignore,  ///< It stands in the report, and nothing else.
};

/// How a course ends.
enum class ending : std::uint8_t {
    none,         ///< Not said: behind a record that means `next`, elsewhere it is an error.
    finish,       ///< The notification is over, with the course's result.
    finish_error, ///< The notification is over, with the error of the walk, or 0.
    walk,         ///< The reverse mapping is walked.
    walk_in_core, ///< The inodes in core are gone through; see the word.
    next,         ///< The next record.
    stop,         ///< The walk stops with the course's result.
    stop_lookup,  ///< The walk stops with the error of the inode's lookup.
};

/// What a release is known to do behind an outcome: bits of a set.
enum class aftermath : std::uint8_t {
    umount_oopses = 1U << 0U,      ///< The later umount oopses.
    null_dereference = 1U << 1U,   ///< The notification itself follows a null pointer.
    stays_frozen = 1U << 2U,       ///< Nobody thaws the filesystem.
    page_count_wraps = 1U << 3U,   ///< About 2^32 page indexes are walked for each extent.
    mappings_stay_live = 1U << 4U, ///< Users go on using memory that is about to go away.
};

/// A filesystem without operations of its own.
enum class no_own_operation : std::uint8_t {};

/// One thing to do, with its arguments.
template <class Own = no_own_operation>
struct step {
    /// What is done, and what an error in it leads to.
    operation what = operation::own;
    on_error then = on_error::stop;

    /// For `kill_users`: which users, and whether their pages are marked.
    users who = users::early;
    poison pages = poison::marked;

    /// For `shut_down`.
    shutdown_reason reason = shutdown_reason::corrupt_ondisk;

    /// For `own`: which operation of the filesystem's own.
    Own own{};

    [[nodiscard]] friend constexpr bool operator==(const step&, const step&) noexcept = default;
};

/// Whether records are walked behind it.
[[nodiscard]] constexpr bool is_walk(ending end) noexcept {
    return end == ending::walk || end == ending::walk_in_core;
}

/// Steps in order, and how it ends. `Own` is the enumeration of a filesystem's own operations.
template <class Own = no_own_operation>
struct course {
    /// How many steps there is room for.
    static constexpr std::size_t most_steps = 6;

    /// The steps, of which the first `count` are in use.
    step<Own> steps[most_steps] = {};
    std::uint8_t count = 0;

    /// How it ends, and what is known of a release afterwards: bits of `aftermath`.
    ending end = ending::none;
    std::uint8_t aftermaths = 0;

    /// With which errno it ends: positive, or 0 for success.
    int errno_value = 0;

    /// More steps were written than there is room for; a table with such a course does not compile
    /// where it is used.
    bool is_too_long = false;

    /// A course without own operations is a course of every filesystem.
    template <class Other>
    requires(std::is_same_v<Own, no_own_operation> && !std::is_same_v<Other, Own>) constexpr
    operator course<Other>() const noexcept { // NOLINT(google-explicit-constructor)
        course<Other> same{{}, count, end, aftermaths, errno_value, is_too_long};
        for (std::size_t i = 0; i != count; ++i)
            same.steps[i] = {steps[i].what,  steps[i].then,   steps[i].who,
                             steps[i].pages, steps[i].reason, {}};
        return same;
    }

    /// What the notification or the walk is ended with.
    [[nodiscard]] constexpr result outcome() const noexcept { return result::error(errno_value); }

    /// Whether one of its steps is such an operation.
    [[nodiscard]] constexpr bool has(operation what) const noexcept {
        for (std::size_t i = 0; i != count; ++i)
            if (steps[i].what == what)
                return true;
        return false;
    }

    /// Whether a release is known to do this afterwards.
    [[nodiscard]] constexpr bool has(aftermath what) const noexcept {
        return (aftermaths & static_cast<std::uint8_t>(what)) != 0;
    }

    [[nodiscard]] friend constexpr bool operator==(const course&, const course&) noexcept = default;
};

namespace detail {

template <class A, class B>
using common_own = std::conditional_t<std::is_same_v<A, no_own_operation>, B, A>;

constexpr course<> one_step(step<> s) noexcept { return {{s}, 1}; }

constexpr course<> ends_with(ending end, int errno_value = 0) noexcept {
    return {{}, 0, end, 0, errno_value};
}

} // namespace detail

/// First this, then that. A later ending replaces an earlier one.
template <class A, class B>
[[nodiscard]] constexpr course<detail::common_own<A, B>> operator>>(course<A> first,
                                                                    course<B> second) noexcept {
    course<detail::common_own<A, B>> made = first;
    const course<detail::common_own<A, B>> rest = second;
    made.is_too_long = made.is_too_long || rest.is_too_long ||
                       made.count + std::size_t{rest.count} > made.most_steps;
    for (std::size_t i = 0; i != rest.count && made.count != made.most_steps; ++i)
        made.steps[made.count++] = rest.steps[i];
    if (rest.end != ending::none) {
        made.end = rest.end;
        made.errno_value = rest.errno_value;
    }
    made.aftermaths = static_cast<std::uint8_t>(made.aftermaths | rest.aftermaths);
    return made;
}

/// The words of the tables. A namespace of their own, since they are everyday words: a policy says
/// `using namespace daxhold::words`.
namespace words {

/// A step that is the `operation` of the same name.
inline constexpr course<> freeze = detail::one_step({operation::freeze});
inline constexpr course<> thaw = detail::one_step({operation::thaw});
inline constexpr course<> thaw_user = detail::one_step({operation::thaw_user});
inline constexpr course<> sync = detail::one_step({operation::sync});
inline constexpr course<> begin_walk = detail::one_step({operation::begin_walk});
inline constexpr course<> invalidate = detail::one_step({operation::invalidate});
inline constexpr course<> report_data_lost = detail::one_step({operation::report_data_lost});
inline constexpr course<> report_media_event = detail::one_step({operation::report_media_event});
inline constexpr course<> note_shutdown = detail::one_step({operation::note_shutdown});

/// Tells the users of the record's pages, and marks the pages as poisoned or not.
[[nodiscard]] constexpr course<> kill_users(users who, poison pages) noexcept {
    return detail::one_step({operation::kill_users, on_error::stop, who, pages});
}

/// Stops the filesystem, now.
[[nodiscard]] constexpr course<> shut_down(shutdown_reason reason) noexcept {
    return detail::one_step(
        {operation::shut_down, on_error::stop, users::early, poison::marked, reason});
}

/// An operation of the filesystem's own, which `perform` of the filesystem gets.
template <class Own>
requires std::is_enum_v<Own>
[[nodiscard]] constexpr course<Own> perform(Own own) noexcept {
    step<Own> made;
    made.own = own;
    return {{made}, 1};
}

/// The same steps; that one of them fails stands in the report and changes nothing else.
template <class Own>
[[nodiscard]] constexpr course<Own> attempt(course<Own> c) noexcept {
    for (std::size_t i = 0; i != c.count; ++i)
        c.steps[i].then = on_error::ignore;
    return c;
}

/// The same steps; that one of them fails is the error of the walk, which goes on all the same.
template <class Own>
[[nodiscard]] constexpr course<Own> collect(course<Own> c) noexcept {
    for (std::size_t i = 0; i != c.count; ++i)
        c.steps[i].then = on_error::collect;
    return c;
}

/// The notification is over, with success.
inline constexpr course<> succeed = detail::ends_with(ending::finish);

/// The notification is over, with this errno (positive, as in `<cerrno>`).
[[nodiscard]] constexpr course<> refuse(int errno_value) noexcept {
    return detail::ends_with(ending::finish, errno_value);
}

/// The notification is over: not handled here, somebody else has to (-EOPNOTSUPP).
inline constexpr course<> unsupported = refuse(EOPNOTSUPP);

/// The notification is over, with the first error of the walk, or success if there was none.
inline constexpr course<> return_error = detail::ends_with(ending::finish_error);

/// The reverse mapping of the range is walked, record by record.
inline constexpr course<> walk = detail::ends_with(ending::walk);

/// The inodes in core are gone through, with the same outcome as a walk: where the event is about
/// the whole device and the filesystem can list its inodes in core, one inode after the other, so
/// that the work is in proportion to what is in use; else the reverse mapping is walked, and
/// neighbouring extents of a file are one. For a gate row behind which the record table does
/// nothing but to inodes in core, and stops at no error; else it does not compile.
inline constexpr course<> walk_in_core = detail::ends_with(ending::walk_in_core);

/// On to the next record.
inline constexpr course<> next = detail::ends_with(ending::next);

/// The walk stops with this errno (positive, as in `<cerrno>`).
[[nodiscard]] constexpr course<> stop(int errno_value) noexcept {
    return detail::ends_with(ending::stop, errno_value);
}

/// The walk stops with the error of the inode's lookup.
inline constexpr course<> stop_with_lookup_error = detail::ends_with(ending::stop_lookup);

/// What this release is known to do behind this outcome.
[[nodiscard]] constexpr course<> known_for(aftermath what) noexcept {
    return {{}, 0, ending::none, static_cast<std::uint8_t>(what)};
}

} // namespace words

} // namespace daxhold
