// SPDX-License-Identifier: BSL-1.0
#pragma once

#include "daxhold/policy/words.hpp"
#include "daxhold/reactions/reaction.hpp"

#include <cerrno>

/// \file
/// A device that a program has mapped and lends out, such as LMCache's arenas on /dev/dax: it is
/// not unmapped while an allocation or a lease is left. What is lent is a raw pointer, which nobody
/// can take back.

namespace daxhold::releases {

/// A mapped device, for an engine. Ours: what LMCache has is `lmcache_arena`; migrating and
/// evicting it has deferred, and a deadline it has not.
struct mapped_device : reactions::words {
    static constexpr const char* name = "mapped_device";
    static constexpr const char* title = "a mapped device with leases";

    enum class state : unsigned char {
        active,    ///< It is given out from.
        draining,  ///< Nothing new is given out; what was is returned by itself.
        migrating, ///< The same, and what is on it is copied elsewhere.
        evicting,  ///< The same, and what is on it is dropped.
        retired,   ///< It was not returned in time: unmapped once it is, and never given out from.
        removed,   ///< Unmapped.
    };
    enum class event : unsigned char {
        asked_to_drain,   ///< It is to go, once what was given out is back.
        asked_to_migrate, ///< The same, and nothing that is on it may be lost.
        asked_to_evict,   ///< The same, and what is on it may be lost.
        migrated,         ///< Everything on it is elsewhere.
        unleased,    ///< Nothing is given out any more. Told again when a view into it has gone.
        unmapped,    ///< `unmap` was possible.
        deadline,    ///< It has taken too long.
        step_failed, ///< A step could not be taken.
    };
    enum class operation : unsigned char {
        stop_giving_out, ///< Give out nothing of it.
        give_out_again,  ///< Give out from it as before.
        await_leases,    ///< Tell `unleased` once nothing is given out, at once if nothing is.
        copy_away,       ///< Begin to copy what is on it elsewhere.
        drop_copies,     ///< Forget the copies: what is on it counts.
        use_copies,      ///< Forget what is on it: the copies count.
        drop_contents,   ///< Forget what is on it.
        unmap,           ///< Unmap it and tell `unmapped`; do nothing while views into it are left.
    };
    /// What can be so: it is mapped, it is given out from, nothing is given out, what was on it can
    /// be found on it, and elsewhere.
    enum class holds : unsigned char { mapping, admission, unleased, contents, copies };
    using enum operation;

    /// Whether the program can do without it: what it hands out as its one region it cannot.
    enum class arena : unsigned char { removable, primary };

    static constexpr auto deadline = event::deadline;
    static constexpr auto step_failed = event::step_failed;
    static constexpr auto gone = any_of(state::removed);

    static constexpr auto at_first = any_of(holds::mapping, holds::admission, holds::contents);
    // clang-format off
    static constexpr auto effects = table(
        when(stop_giving_out) >> needs(holds::mapping) >> ends(holds::admission),
        when(give_out_again)  >> needs(holds::mapping) >> makes(holds::admission)
                              >> ends(holds::unleased) >> or_nothing,
        when(await_leases)    >> needs(holds::mapping),
        when(copy_away)       >> needs(holds::mapping, holds::contents),
        when(drop_copies)     >> ends(holds::copies),
        when(use_copies)      >> needs(holds::copies) >> ends(holds::contents),
        when(drop_contents)   >> needs(holds::mapping) >> ends(holds::contents),
        when(unmap)           >> needs(holds::mapping, holds::unleased));
    static constexpr auto learned = table(
        when(none_of(state::active, state::removed), event::unleased) >> makes(holds::unleased),
        when(none_of(state::active), event::unmapped)                 >> ends(holds::mapping),
        when(state::migrating, event::migrated)                       >> makes(holds::copies),
        otherwise                                                     >> no_effect);
    static constexpr auto in_state = table(
        when(state::active)  >> needs(holds::mapping, holds::admission, holds::contents)
                             >> ends(holds::copies),
        when(state::removed) >> ends(holds::mapping, holds::admission),
        otherwise            >> needs(holds::mapping) >> ends(holds::admission));

    /// What is done on an event.
    static constexpr auto on_event = table(
        when(state::active, any_of(event::asked_to_drain, event::asked_to_migrate,
                                   event::asked_to_evict), arena::primary) >> refused(EBUSY),
        when(state::active, event::asked_to_drain)
            >> attempt(stop_giving_out) >> steps(await_leases) >> in_progress(state::draining),
        when(state::active, event::asked_to_migrate)
            >> attempt(stop_giving_out) >> steps(copy_away) >> in_progress(state::migrating),
        when(any_of(state::active, state::draining), event::asked_to_evict)
            >> attempt(stop_giving_out, drop_contents) >> steps(await_leases)
            >> in_progress(state::evicting),
        when(state::active) >> done(),

        // the copies are found from now on, and only who has a pointer already is waited for
        when(state::migrating, event::migrated)
            >> attempt(use_copies) >> steps(await_leases) >> in_progress(state::evicting),
        // could not be copied: whoever has it on lease is waited for
        when(state::migrating, event::step_failed)
            >> attempt(drop_copies) >> steps(await_leases) >> in_progress(state::draining),

        // a view that is left keeps it from being unmapped, and the next that goes tries again
        when(any_of(state::draining, state::evicting), event::unleased)
            >> attempt(unmap) >> in_progress(),
        when(state::retired, event::unleased) >> attempt(unmap) >> done(),
        when(none_of(state::active, state::removed), event::unmapped) >> done(state::removed),

        // nothing of it was lost: it is as if nobody had asked
        when(any_of(state::draining, state::migrating), event::deadline)
            >> attempt(drop_copies) >> steps(give_out_again) >> refused(ETIMEDOUT, state::active),
        when(state::draining, event::step_failed) >> done(state::retired),
        when(state::evicting, event::deadline)    >> done(state::retired),

        when(any_of(state::draining, state::migrating, state::evicting)) >> in_progress(),
        when(state::retired, any_of(event::asked_to_drain, event::asked_to_migrate,
                                    event::asked_to_evict)) >> refused(EBUSY),
        // removed, and asked again: there is no such device (LMCache: 404)
        when(state::removed, any_of(event::asked_to_drain, event::asked_to_migrate,
                                    event::asked_to_evict)) >> refused(ENOENT),
        otherwise >> done());

    /// Where rows were read, or what they follow from.
    static constexpr auto row_sources = table(
        when(any_of(state::migrating, state::evicting, state::retired)) >> daxhold::words::derived(
            "what LMCache's device-dax-l1.md defers, and LMCache #4307; nobody has it"),
        when(event::deadline) >> daxhold::words::derived("nobody has a deadline"),
        otherwise >> daxhold::words::read_in(
            "docs/design/v1/distributed/memory_manager/device-dax-l1.md of LMCache, 1b9448b26a4d"));
    // clang-format on
};

/// An arena of LMCache's Device-DAX tier (DevDaxMemoryAllocator, LMCache #3972): `active`,
/// `draining`, `removed`, and no other way to remove it than to drain it.
///
/// It has no deadline: a lease that is never returned keeps it draining.
/// `what_is_in_progress_ends` is broken, and no engine runs it.
struct lmcache_arena : reactions::words {
    static constexpr const char* name = "lmcache_arena";
    static constexpr const char* title = "an arena of LMCache on a Device-DAX device";

    /// DevDaxArenaState.
    enum class state : unsigned char { active, draining, removed };
    enum class event : unsigned char {
        remove_device, ///< DevDaxRemoveMode.DRAIN.
        freed,         ///< An allocation was freed; whether it was the last is a fact.
        step_failed,   ///< A step could not be taken.
    };
    enum class operation : unsigned char { exclude_from_allocation, unmap };
    using enum operation;

    /// Whether it is the primary one.
    using arena = mapped_device::arena;

    /// Whether allocations are left on it.
    enum class allocations : unsigned char { none, some };

    static constexpr auto step_failed = event::step_failed;
    /// It has none: that something is freed can fail to come.
    static constexpr auto deadline = event::freed;
    static constexpr auto gone = any_of(state::removed);

    // clang-format off
    /// What is done on an event.
    static constexpr auto on_event = table(
        when(state::active, event::remove_device, arena::primary) >> refused(EBUSY), // 409
        when(state::active, event::remove_device) >> attempt(exclude_from_allocation)
                                                  >> in_progress(state::draining),
        when(state::draining, event::freed, allocations::none) >> steps(unmap) >> done(state::removed),
        // the unmap is deferred by views that are left, and later frees try again
        when(state::draining)                     >> in_progress(),
        when(state::removed, event::remove_device) >> refused(ENOENT), // 404
        otherwise                                 >> done());

    /// Where rows were read.
    static constexpr auto row_sources = table(otherwise >> daxhold::words::read_in(
        "docs/design/v1/distributed/memory_manager/device-dax-l1.md of LMCache, 1b9448b26a4d"));
    // clang-format on
};

} // namespace daxhold::releases
