// SPDX-License-Identifier: BSL-1.0
#pragma once

#include "daxhold/event/failure_flags.hpp"
#include "daxhold/event/poison_ledger.hpp"
#include "daxhold/policy/course.hpp"
#include "daxhold/policy/facts.hpp"
#include "daxhold/policy/tables.hpp"

#include <boost/hana/tuple.hpp>

#include <cerrno>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <type_traits>

namespace daxhold {

/// What a release can be known to lead to after a notification.
enum class aftermath : std::uint8_t {
    umount_oopses,       ///< The later umount oopses.
    null_dereference,    ///< The notification itself follows a null pointer.
    exit_oopses,         ///< A process that maps the memory oopses when it exits.
    poison_oopses,       ///< The generic path, which comes after the notification, oopses.
    stays_frozen,        ///< Nobody thaws the filesystem.
    page_count_wraps,    ///< About 2^32 page indexes are walked for each extent.
    reports_too_much,    ///< About 16 TiB are reported as lost, or dropped, for a file of any size.
    reads_wrong_groups,  ///< The records of another part of the device are looked at.
    mappings_stay_live,  ///< Users go on using memory that is about to go away.
    poison_finds_nobody, ///< The generic path finds no file of the page: -EBUSY, nobody is told.
};

/// How something is known of a release.
enum class evidence : std::uint8_t {
    nothing, ///< Nothing is known.
    seen,    ///< A booted kernel was seen to do it.
    read,    ///< It stands in the source.
    derived, ///< It follows from the source, and nobody looked.
};

/// What a row of the table `aftermaths` of a policy says: what follows, how that is known, and from
/// what (a kernel and what was done to it, a function, a commit). In a table `row_sources` it says
/// how that is known which the policy itself does, and nothing follows.
struct knowledge {
    /// What follows, how that is known, and from what.
    value_set<aftermath> aftermaths{};
    evidence how = evidence::nothing;
    text source{};

    [[nodiscard]] friend constexpr bool operator==(const knowledge&,
                                                   const knowledge&) noexcept = default;
};

namespace detail {

template <std::size_t Size, std::same_as<aftermath>... Aftermaths>
[[nodiscard]] constexpr knowledge known_from(evidence how, const char (&source)[Size],
                                             Aftermaths... what) noexcept {
    return {{(std::uint64_t{0} | ... | bit_of(what))}, how, {source, Size - 1}};
}

[[nodiscard]] constexpr course<> ends_with(ending end, int errno_value = 0) noexcept {
    return {{}, 0, end, errno_value};
}

template <operation What, class Signature = typename operation_traits<What>::signature>
struct step_word;

/// An operation with arguments, as a word that is called with them.
template <operation What, class... Arguments>
struct step_word<What, void(Arguments...)> {
    [[nodiscard]] constexpr course<no_own_operation, 1>
    operator()(Arguments... arguments) const noexcept {
        return {{{what(arguments...)}}, 1};
    }

private:
    [[nodiscard]] static constexpr step<> what(Arguments... arguments) noexcept {
        return {What, on_error::stop, {static_cast<std::uint8_t>(arguments)...}};
    }
};

/// The word for an operation: a step, or a function that makes one.
template <operation What>
[[nodiscard]] constexpr auto word_for() noexcept {
    if constexpr (requires(step_word<What> word) { word(); })
        return step_word<What>{}();
    else
        return step_word<What>{};
}

template <class Own, std::size_t Size>
[[nodiscard]] constexpr course<Own, Size> with(course<Own, Size> steps, on_error then) noexcept {
    for (std::size_t i = 0; i != steps.count; ++i)
        steps.steps[i].then = then;
    return steps;
}

} // namespace detail

/// The words of a policy's tables. A policy derives from this empty class, and so finds them before
/// anything of the same name that stands around it: `sync`, `mount`, `stop` are everyday words, and
/// POSIX has functions of such names.
///
/// The facts are aliases; the enumerators of `shutdown_reason` stand alone.
struct words {
    /// The words of tables (tables/row.hpp, tables/table.hpp).
    static constexpr tables::detail::table_word table{};
    static constexpr tables::detail::when_word when{};
    static constexpr tables::detail::any_of_word any_of{};
    static constexpr tables::detail::none_of_word none_of{};
    static constexpr tables::detail::as_in_word as_in{};
    static constexpr auto otherwise = tables::otherwise;

    /// The facts that the engine answers (policy/facts.hpp).
    using already_shut_down = daxhold::already_shut_down;
    using can_freeze = daxhold::can_freeze;
    using can_invalidate = daxhold::can_invalidate;
    using can_kill_users = daxhold::can_kill_users;
    using can_shut_down = daxhold::can_shut_down;
    using cause = daxhold::cause;
    using cut_short = daxhold::cut_short;
    using frozen = daxhold::frozen;
    using frozen_by_user = daxhold::frozen_by_user;
    using groups = daxhold::groups;
    using inode = daxhold::inode;
    using kind = daxhold::kind;
    using mapping = daxhold::mapping;
    using mount = daxhold::mount;
    using owner = daxhold::owner;
    using poisoned = daxhold::poisoned;
    using range = daxhold::range;
    using read_only = daxhold::read_only;
    using rmap = daxhold::rmap;
    using role = daxhold::role;
    using scope = daxhold::scope;
    using sharing = daxhold::sharing;
    using walk_end = daxhold::walk_end;
    using want_shutdown = daxhold::want_shutdown;

    /// The arguments of steps.
    using poison = daxhold::poison;
    using users = daxhold::users;
    using enum shutdown_reason;

    // Steps: the operations of the list (policy/operation.hpp).
#define DAXHOLD_OPERATION(name, about, arguments, purpose)                                         \
    static constexpr auto name = detail::word_for<operation::name>();
    DAXHOLD_OPERATIONS(DAXHOLD_OPERATION)
#undef DAXHOLD_OPERATION

    /// Asks for a shutdown once the walk has ended: `want_shutdown::yes` for the end table.
    static constexpr auto note_shutdown = detail::word_for<operation::note_shutdown>();

    /// An operation of the filesystem's own, which `perform` of the filesystem gets.
    template <class Own>
    requires std::is_enum_v<Own>
    [[nodiscard]] static constexpr course<Own, 1> perform(Own own) noexcept {
        step<Own> made;
        made.own = own;
        return {{made}, 1};
    }

    // What an error in steps leads to; where nothing is said, the walk stops.

    /// That one of these steps fails stands in the report and changes nothing else.
    template <class Own, std::size_t Size>
    [[nodiscard]] static constexpr course<Own, Size> attempt(const course<Own, Size>& c) noexcept {
        return detail::with(c, on_error::ignore);
    }

    /// That one of these steps fails is the error of the walk, which goes on all the same.
    template <class Own, std::size_t Size>
    [[nodiscard]] static constexpr course<Own, Size> collect(const course<Own, Size>& c) noexcept {
        return detail::with(c, on_error::collect);
    }

    // Endings.

    /// The notification is over, with success.
    static constexpr course<> succeed = detail::ends_with(ending::finish);

    /// The errno of a filesystem that found itself corrupted (event/result.hpp).
    static constexpr int efscorrupted = daxhold::efscorrupted;

    /// The notification is over, with this errno (positive, as in `<cerrno>`).
    [[nodiscard]] static constexpr course<> refuse(int errno_value) noexcept {
        return detail::ends_with(ending::finish, errno_value);
    }

    /// The notification is over: not handled here, somebody else has to (-EOPNOTSUPP).
    static constexpr course<> unsupported = detail::ends_with(ending::finish, EOPNOTSUPP);

    /// The notification is over, with the first error of the walk, or success if there was none.
    static constexpr course<> return_error = detail::ends_with(ending::finish_error);

    /// The reverse mapping of the range is walked, record by record.
    static constexpr course<> walk = detail::ends_with(ending::walk);

    /// The inodes in core are gone through, with the same outcome as a walk: where the event is
    /// about the whole device and the filesystem can list its inodes in core, one inode after the
    /// other, so that the work is in proportion to what is in use; else the reverse mapping is
    /// walked, and neighbouring extents of a file are one. For a gate row after which the record
    /// table does nothing but to inodes in core, and stops at no error; else it does not compile.
    static constexpr course<> walk_in_core = detail::ends_with(ending::walk_in_core);

    /// On to the next record.
    static constexpr course<> next = detail::ends_with(ending::next);

    /// The walk stops with this errno (positive, as in `<cerrno>`).
    [[nodiscard]] static constexpr course<> stop(int errno_value) noexcept {
        return detail::ends_with(ending::stop, errno_value);
    }

    /// The walk stops with the error of the inode's lookup.
    static constexpr course<> stop_with_lookup_error = detail::ends_with(ending::stop_lookup);

    /// What a filesystem with this policy never meets, for its member `never_meets`: values of
    /// facts, or conditions, such as `never(role::log, when(role::realtime, rmap::present))`. Laws
    /// do not try it, and say so.
    template <class... What>
    [[nodiscard]] static constexpr auto never(What... what) noexcept {
        return boost::hana::make_tuple(condition_of(what)...);
    }

    /// What a release is known to lead to, in its table `aftermaths` (policy/aftermath.hpp).
    using mappers = daxhold::mappers;
    using enum aftermath;

    /// Nothing is known to follow.
    static constexpr knowledge nothing_known{};

    /// A booted kernel was seen to do this: which, and when.
    template <std::size_t Size, class... Aftermaths>
    [[nodiscard]] static constexpr knowledge seen(const char (&where)[Size],
                                                  Aftermaths... what) noexcept {
        return detail::known_from(evidence::seen, where, what...);
    }
    /// It stands in the source: where.
    template <std::size_t Size, class... Aftermaths>
    [[nodiscard]] static constexpr knowledge read_in(const char (&where)[Size],
                                                     Aftermaths... what) noexcept {
        return detail::known_from(evidence::read, where, what...);
    }
    /// It follows from the source: from what. Nobody looked.
    template <std::size_t Size, class... Aftermaths>
    [[nodiscard]] static constexpr knowledge derived(const char (&from)[Size],
                                                     Aftermaths... what) noexcept {
        return detail::known_from(evidence::derived, from, what...);
    }

private:
    template <class What>
    [[nodiscard]] static constexpr auto condition_of(What what) noexcept {
        if constexpr (std::is_enum_v<What>)
            return when(what);
        else
            return what;
    }
};

} // namespace daxhold
