// SPDX-License-Identifier: BSL-1.0
// A pool of one's own, with a lock for its threads.
#include <daxhold/reactions.hpp>

#include <mutex>

// clang-format off
struct pool : daxhold::reactions::words {
    enum class state : unsigned char { live, draining, aborting, lost, gone };
    enum class event : unsigned char { removal, drained, deadline, step_failed };
    enum class operation : unsigned char { stop_admission, abort, tear_down };
    enum class holds : unsigned char { memory, idle };
    using enum operation;
    static constexpr auto deadline = event::deadline;
    static constexpr auto step_failed = event::step_failed;
    static constexpr auto gone = any_of(state::gone);

    static constexpr auto on_event = table(
        when(state::live, event::removal) >> steps(stop_admission) >> in_progress(state::draining),
        when(state::live)                                          >> done(),
        when(any_of(state::draining, state::aborting), event::drained)
                                                   >> steps(tear_down) >> done(state::gone),
        when(state::draining, event::deadline)     >> steps(abort) >> in_progress(state::aborting),
        when(any_of(state::draining, state::aborting), event::removal) >> in_progress(),
        when(any_of(state::draining, state::aborting)) >> done(state::lost),
        otherwise                                      >> done());

    // For the laws: what is so at first, what operations need and end, what is learned by events,
    // and what is so in the states.
    static constexpr auto at_first = any_of(holds::memory);
    static constexpr auto effects = table(
        when(tear_down) >> needs(holds::memory, holds::idle) >> ends(holds::memory),
        otherwise       >> needs(holds::memory));
    static constexpr auto learned = table(
        when(none_of(state::live), event::drained) >> makes(holds::idle),
        otherwise                                  >> no_effect);
    static constexpr auto in_state = table(
        when(state::live) >> needs(holds::memory), when(state::gone) >> ends(holds::memory),
        otherwise         >> no_effect);
};
// clang-format on
static_assert(daxhold::reactions::lawful<pool>);

struct device { // the target: what is done, without waiting for anything
    daxhold::result perform(pool::operation what, daxhold::reactions::ticket of) noexcept;
    void set_deadline(pool::state, daxhold::reactions::ticket) noexcept {} // starts a timer
    daxhold::reactions::engine<pool, device, std::mutex> engine{*this};
};
daxhold::result device::perform(pool::operation what, daxhold::reactions::ticket of) noexcept {
    if (what ==
        pool::operation::stop_admission) // nothing is in flight: else told when it has ended
        static_cast<void>(engine.tell(pool::event::drained, of));
    return {};
}

int main() { return device{}.engine.tell(pool::event::removal).outcome.value(); }
