// SPDX-License-Identifier: BSL-1.0
#pragma once

#include "daxhold/policy/words.hpp"
#include "daxhold/reactions/reaction.hpp"

#include <cerrno>

/// \file
/// Memory of a CXL device with dynamic capacity: the device offers extents, and asks for them back.
/// Extents with the same tag are one group, which comes and goes as a whole. Whoever is asked to
/// give a group back may refuse with -EBUSY, and the device asks again.

namespace daxhold::releases {

/// A tagged group of extents, for an engine. Where several have to agree to a release, `ask_users`
/// is a proposal (reactions/agreement.hpp). Ours; what Linux does is `dynamic_capacity_linux`.
struct dynamic_capacity : reactions::words {
    static constexpr const char* name = "dynamic_capacity";
    static constexpr const char* title = "a group of CXL's dynamic capacity";

    enum class state : unsigned char {
        absent,    ///< The host does not have it.
        online,    ///< It can be used.
        releasing, ///< Its users were asked whether they can do without it.
    };
    enum class event : unsigned char {
        add,            ///< DCD_ADD_CAPACITY, the last of the group (no `more` after it).
        release,        ///< DCD_RELEASE_CAPACITY: the device asks for it.
        forced_release, ///< DCD_FORCED_CAPACITY_RELEASE: the device has taken it.
        agreed,         ///< All users have let go of it.
        in_use,         ///< One of them does not.
        deadline,       ///< It has taken too long.
        step_failed,    ///< A step could not be taken.
    };
    enum class operation : unsigned char {
        add_extents,    ///< All of the group, or none; and accept them.
        ask_users,      ///< Tell `agreed` or `in_use` once that is known.
        tell_users,     ///< That it stays after all.
        revoke,         ///< Take the group's memory from its users: it is not there any more.
        remove_extents, ///< All of the group.
        tell_device,    ///< That it is released.
    };
    /// What can be so: its extents are known to the host, and nobody uses them.
    enum class holds : unsigned char { extents, unused };
    using enum operation;

    static constexpr auto deadline = event::deadline;
    static constexpr auto step_failed = event::step_failed;
    static constexpr auto gone = any_of(state::absent);
    static constexpr auto arrivals = any_of(event::add);

    static constexpr tables::value_set<holds> at_first{};
    // clang-format off
    static constexpr auto effects = table(
        when(add_extents)    >> makes(holds::extents) >> ends(holds::unused) >> or_nothing,
        when(tell_users)     >> needs(holds::extents) >> ends(holds::unused),
        when(revoke)         >> makes(holds::unused),
        when(remove_extents) >> needs(holds::extents) >> ends(holds::extents),
        when(tell_device)    >> no_effect,
        otherwise            >> needs(holds::extents));
    static constexpr auto learned = table(
        when(state::releasing, event::agreed) >> makes(holds::unused),
        otherwise                             >> no_effect);
    static constexpr auto in_state = table(
        when(state::absent) >> ends(holds::extents),
        otherwise           >> needs(holds::extents));

    /// What is done on an event.
    static constexpr auto on_event = table(
        // a group of which one extent cannot be added is not there
        when(state::absent, event::add)           >> steps(add_extents) >> done(state::online),
        when(state::absent, event::step_failed)   >> refused(EIO),
        when(state::absent, event::release)       >> refused(EINVAL),
        when(state::absent)                       >> done(),
        when(any_of(state::online, state::releasing), event::add) >> refused(EEXIST),

        when(state::online, event::release)       >> steps(ask_users) >> in_progress(state::releasing),
        when(state::releasing, event::agreed)     >> attempt(remove_extents, tell_device)
                                                  >> done(state::absent),
        when(state::releasing, any_of(event::in_use, event::deadline, event::step_failed))
            >> attempt(tell_users) >> refused(EBUSY, state::online),
        // the device asks again, and is answered once
        when(state::releasing, event::release)    >> in_progress(),

        when(event::forced_release)               >> attempt(revoke, remove_extents)
                                                  >> done(state::absent),
        otherwise                                 >> done());

    /// Where rows were read, or what they follow from.
    static constexpr auto row_sources = table(
        when(event::forced_release) >> daxhold::words::derived(
            "the CXL specification has it; Linux logs and ignores it"),
        when(event::deadline) >> daxhold::words::derived("Linux decides at once, and asks nobody"),
        otherwise >> daxhold::words::read_in(
            "dax_region_rm_resources, drivers/dax/bus.c, patch 22 of 31, version 10 of May 2026"));
    // clang-format on
};

/// What Linux is to do, by version 10 of the patches (May 2026): cxl_handle_dcd_event_records,
/// cxl_rm_extent (drivers/cxl/core/extent.c), dax_region_rm_resources (drivers/dax/bus.c).
///
/// Nothing is in progress, and nobody is asked: a group is in use or it is not. A release that was
/// refused is answered with nothing, and the device asks again. One that is forced is ignored: the
/// group counts as online, and is not there.
struct dynamic_capacity_linux : reactions::words {
    static constexpr const char* name = "dynamic_capacity_linux";
    static constexpr const char* title =
        "a group of CXL's dynamic capacity, as Linux is to have it";

    using state = dynamic_capacity::state;
    using event = dynamic_capacity::event;
    using operation = dynamic_capacity::operation;
    using enum dynamic_capacity::operation;

    /// Whether an extent of the group is mapped by a dev_dax (dax_resource::use_cnt).
    enum class use : unsigned char { none, some };

    static constexpr auto step_failed = event::step_failed;
    static constexpr auto gone = any_of(state::absent);
    static constexpr auto arrivals = any_of(event::add);

    // clang-format off
    /// What is done on an event.
    static constexpr auto on_event = table(
        when(state::absent, event::add)                >> steps(add_extents) >> done(state::online),
        // what was added already is undone (cxl_dax_group_add)
        when(state::absent, event::step_failed)        >> attempt(remove_extents) >> refused(EIO),
        when(state::absent, event::release)            >> refused(EINVAL),
        when(state::online, event::release, use::some) >> refused(EBUSY),
        when(state::online, event::release)            >> attempt(remove_extents, tell_device)
                                                       >> done(state::absent),
        otherwise                                      >> done());

    /// Where each row was read.
    static constexpr auto row_sources = table(otherwise >> daxhold::words::read_in(
        "cxl_rm_extent, drivers/cxl/core/extent.c; dax_region_rm_resources, drivers/dax/bus.c; "
        "version 10 of the patches, May 2026"));
    // clang-format on
};

} // namespace daxhold::releases
