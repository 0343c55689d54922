// SPDX-License-Identifier: BSL-1.0
#pragma once

#include "daxhold/policy/words.hpp"
#include "daxhold/reactions/reaction.hpp"

#include <cerrno>

/// \file
/// A region of a pool of devices in user space, such as SPDK and DAOS have: what becomes of it when
/// its device is to go, is gone, has failed, or comes back. Their own handlers are switches over
/// event and state, and the common mistake is a cell that is empty (SPDK's FTL: `assert(0)` for a
/// removal).

namespace daxhold::releases {

/// A region, for an engine (reactions/engine.hpp). Ours, from what their users report: neither of
/// them has a deadline. What DAOS has is `daos_blobstore`.
struct pool_region : reactions::words {
    static constexpr const char* name = "pool_region";
    static constexpr const char* title = "a region of a device pool";

    enum class state : unsigned char {
        live,         ///< It takes I/O.
        draining,     ///< No new I/O; what was given to it ends by itself.
        aborting,     ///< No new I/O; what was given to it is made to end.
        tearing_down, ///< Nothing is in flight; channels and descriptors are closed.
        failed,       ///< Its memory is bad: no new I/O. The device is still there.
        stuck,        ///< I/O did not end in time. It is kept, until that has ended.
        quarantined,  ///< A step failed halfway: kept, and never used again.
        gone,         ///< Torn down: nothing of it may be touched.
        setting_up,   ///< The device is there anew.
        abandoning,   ///< It went while it was being set up.
    };
    enum class event : unsigned char {
        announced_removal, ///< It will go, and waits until we are done (SPDK_BDEV_EVENT_REMOVE).
        surprise_removal,  ///< It is gone.
        media_error,       ///< Some of it cannot be read (SPDK_BDEV_EVENT_MEDIA_MANAGEMENT).
        resized,           ///< It has another size (SPDK_BDEV_EVENT_RESIZE).
        arrived,           ///< A device is there, the same or another one.
        drained,           ///< The last I/O that was given to it has ended.
        torn_down,         ///< What `tear_down` began has ended.
        set_up_done,       ///< What `set_up` began has ended.
        deadline,          ///< It has taken too long.
        step_failed,       ///< A step could not be taken.
    };
    enum class operation : unsigned char {
        stop_admission, ///< Let no new I/O in, on any core.
        admit,          ///< Let I/O in.
        drain,          ///< Tell `drained` once the last I/O has ended, at once if there is none.
        abort,          ///< Have what is in flight end with an error; the same.
        tear_down,      ///< Begin to close channels and descriptors, to unmap, to free.
        set_up,         ///< Begin to open it.
        take_new_size,  ///< Count with the new size.
    };
    /// What can be known: resources are held, no new I/O gets in, nothing is in flight.
    enum class holds : unsigned char { resources, closed, idle };
    using enum operation;

    static constexpr auto deadline = event::deadline;
    static constexpr auto step_failed = event::step_failed;
    static constexpr auto gone = any_of(state::gone);
    static constexpr auto arrivals = any_of(event::arrived);

    static constexpr auto at_first = any_of(holds::resources);
    // clang-format off
    static constexpr auto effects = table(
        when(stop_admission) >> needs(holds::resources) >> makes(holds::closed) >> or_nothing,
        when(admit)          >> needs(holds::resources) >> ends(holds::closed, holds::idle),
        when(tear_down)      >> needs(holds::resources, holds::closed, holds::idle)
                             >> ends(holds::resources),
        when(set_up)         >> no_effect,
        otherwise            >> needs(holds::resources));
    static constexpr auto learned = table(
        when(any_of(state::draining, state::aborting, state::stuck), event::drained)
                             >> makes(holds::idle),
        when(any_of(state::setting_up, state::abandoning), event::set_up_done)
                             >> makes(holds::resources, holds::closed, holds::idle),
        otherwise            >> no_effect);
    static constexpr auto in_state = table(
        when(state::live)    >> needs(holds::resources) >> ends(holds::closed),
        when(any_of(state::draining, state::aborting, state::failed, state::stuck))
                             >> needs(holds::resources, holds::closed),
        when(any_of(state::tearing_down, state::gone, state::setting_up))
                             >> ends(holds::resources),
        otherwise            >> no_effect);

    /// What is done on an event.
    static constexpr auto on_event = table(
        // I/O gets its time to end (LMCache #3972), and nobody blocks in the callback (SPDK #3205)
        when(state::live, event::announced_removal)
            >> steps(stop_admission, drain) >> in_progress(state::draining),
        // there is no device that would end it
        when(state::live, event::surprise_removal)
            >> steps(stop_admission, abort) >> in_progress(state::aborting),
        // the region is the unit of failure; what is left of it is for a removal to tear down
        when(state::live, event::media_error) >> steps(stop_admission) >> done(state::failed),
        when(state::live, event::resized)     >> steps(take_new_size) >> done(),
        when(state::live, event::step_failed) >> refused(EIO),
        when(state::live, event::arrived)     >> refused(EEXIST),
        when(state::live)                     >> done(),

        when(state::failed, event::announced_removal) >> steps(drain) >> in_progress(state::draining),
        when(state::failed, event::surprise_removal)  >> steps(abort) >> in_progress(state::aborting),

        // nothing is in flight and nothing new gets in: the only way to a teardown (SPDK #998,
        // tcmu-runner #276: an assertion on I/O outstanding)
        when(any_of(state::draining, state::aborting, state::stuck), event::drained)
            >> steps(tear_down) >> in_progress(state::tearing_down),
        // announced, and then pulled; or it takes too long (SPDK #2631)
        when(state::draining, any_of(event::surprise_removal, event::deadline))
            >> steps(abort) >> in_progress(state::aborting),
        when(state::aborting, event::deadline) >> done(state::stuck),
        when(state::tearing_down, event::torn_down) >> done(state::gone),
        when(any_of(state::tearing_down, state::setting_up, state::abandoning), event::deadline)
            >> done(state::quarantined),
        // fail closed (DragonOS #2093): what was left halfway is not used again
        when(any_of(state::draining, state::aborting, state::tearing_down, state::setting_up,
                    state::abandoning), event::step_failed) >> done(state::quarantined),

        when(state::setting_up, event::set_up_done) >> steps(admit) >> done(state::live),
        // a removal of what is not there yet is not lost
        when(state::setting_up, any_of(event::announced_removal, event::surprise_removal))
            >> in_progress(state::abandoning),
        when(state::abandoning, event::set_up_done)
            >> steps(tear_down) >> in_progress(state::tearing_down),

        when(any_of(state::draining, state::aborting, state::tearing_down, state::setting_up,
                    state::abandoning), any_of(event::resized, event::arrived)) >> refused(EBUSY),
        // told again, by another thread (SPDK #994), or the memory fails on its way out
        when(any_of(state::draining, state::aborting, state::tearing_down, state::setting_up,
                    state::abandoning)) >> in_progress(),

        // its memory may still be read and written: it cannot be let go
        when(any_of(state::stuck, state::quarantined),
             any_of(event::announced_removal, event::surprise_removal)) >> refused(EBUSY),
        when(any_of(state::stuck, state::quarantined, state::failed),
             any_of(event::resized, event::arrived)) >> refused(EBUSY),

        // what comes back is set up anew (DAOS: OUT to SETUP to NORMAL)
        when(state::gone, event::arrived) >> steps(set_up) >> in_progress(state::setting_up),
        // there is no memory that could have failed, and no size
        when(state::gone, any_of(event::media_error, event::resized)) >> refused(ENXIO),
        // removed and asked for again (SPDK #460, #495, #994): an answer, and no crash
        otherwise >> done());

    /// Where rows were read, or what they follow from.
    static constexpr auto row_sources = table(
        when(state::gone, event::arrived) >> daxhold::words::read_in(
            "src/bio/bio_recovery.c of DAOS, bio_bs_state_set, 0e11b01223b3"),
        otherwise >> daxhold::words::derived(
            "what users of SPDK and DAOS report: SPDK #231, #460, #495, #527, #994, #998, #2012, #2631, "
            "#3205; DAOS #3458, #18793; nobody has these deadlines"));
    // clang-format on
};

/// The state of a blobstore as DAOS has it, one to a device: bio_bs_state_set and
/// bio_bs_state_transit (src/bio/bio_recovery.c), which its owner polls every minute, or every ten
/// seconds once it is faulty.
///
/// It has no deadline. A teardown waits as long as anybody holds the blobstore, and a set-up as
/// long as it takes: `what_is_in_progress_ends` is broken, and no engine runs it.
struct daos_blobstore : reactions::words {
    static constexpr const char* name = "daos_blobstore";
    static constexpr const char* title = "a blobstore of DAOS";

    /// BIO_BS_STATE_NORMAL and so on.
    enum class state : unsigned char { normal, faulty, teardown, out, setup };
    enum class event : unsigned char {
        set_faulty,  ///< By an administrator, or since it failed too often.
        removed,     ///< SPDK_BDEV_EVENT_REMOVE, bio_bdev_event_cb.
        replaced,    ///< A device was plugged in, and is to be used.
        polled,      ///< bio_bs_state_transit: nothing has ended.
        done_so_far, ///< The same, and what the state waits for has ended.
        step_failed, ///< A reaction returned an error.
    };
    enum class operation : unsigned char {
        faulty_reaction, ///< bio_reaction_ops::faulty_reaction: 0 done, 1 in progress, or an error.
        tear_down,       ///< on_teardown: close blobs, put channels, unload the blobstore.
        set_up,          ///< on_setup: load it, open blobs.
    };
    using enum operation;

    static constexpr auto step_failed = event::step_failed;
    /// It has none: what it polls is not one that cannot fail to come.
    static constexpr auto deadline = event::polled;
    static constexpr auto gone = any_of(state::out);
    static constexpr auto arrivals = any_of(event::replaced);

    // clang-format off
    /// What is done on an event.
    static constexpr auto on_event = table(
        when(any_of(state::normal, state::setup), event::set_faulty)
            >> steps(faulty_reaction) >> in_progress(state::faulty),
        when(any_of(state::normal, state::setup), event::removed)
            >> steps(tear_down) >> in_progress(state::teardown),
        // a device that is faulty already, and then removed: nothing further
        when(state::faulty, event::done_so_far) >> steps(tear_down) >> in_progress(state::teardown),
        // an error is logged, and it is tried again when it is polled
        when(any_of(state::faulty, state::teardown, state::setup), event::step_failed)
            >> in_progress(),
        when(state::faulty, event::polled)   >> attempt(faulty_reaction) >> in_progress(),
        when(state::teardown, event::polled) >> attempt(tear_down) >> in_progress(),
        when(state::setup, event::polled)    >> attempt(set_up) >> in_progress(),
        when(state::teardown, event::done_so_far) >> done(state::out),
        when(state::setup, event::done_so_far)    >> done(state::normal),
        when(state::out, event::replaced)    >> steps(set_up) >> in_progress(state::setup),
        // -DER_INVAL
        when(event::replaced)                >> refused(EINVAL),
        when(any_of(state::teardown, state::out), event::set_faulty) >> refused(EINVAL),
        when(any_of(state::faulty, state::teardown, state::setup)) >> in_progress(),
        otherwise                            >> done());

    /// Where rows were read.
    static constexpr auto row_sources = table(
        when(event::removed) >> daxhold::words::read_in(
            "src/bio/bio_xstream.c of DAOS, bio_bdev_event_cb; its README, NVMe SSD Hot Plug"),
        otherwise >> daxhold::words::read_in("src/bio/bio_recovery.c of DAOS, 0e11b01223b3"));
    // clang-format on
};

} // namespace daxhold::releases
