// SPDX-License-Identifier: BSL-1.0
#pragma once

#include "daxhold/reactions/law.hpp"
#include "daxhold/tables/decide.hpp"

#include <cerrno>
#include <concepts>
#include <cstddef>
#include <cstdint>

namespace daxhold::reactions {

/// Which undertaking an event belongs to, so that one that comes too late is known as such. Each
/// time that a state at rest is left, another undertaking begins; each state in progress that is
/// entered is a stage of it.
struct ticket {
    /// Which, counted from 0; both wrap around.
    std::uint32_t undertaking = 0;
    std::uint32_t stage = 0;

    [[nodiscard]] friend constexpr bool operator==(ticket, ticket) noexcept = default;
};

/// What whoever told an event gets.
struct reply {
    /// The answer, and of a refusal why.
    reactions::answer answer = reactions::answer::done;
    result outcome{};

    [[nodiscard]] friend constexpr bool operator==(reply, reply) noexcept = default;
};

/// The lock of an engine that one thread uses.
struct no_lock {
    /// Do nothing.
    constexpr void lock() noexcept {}
    constexpr void unlock() noexcept {}
};

/// What can be watched of an engine. An observer derives from this one and replaces what it wants
/// to see; it may ask the engine, and tells it nothing. It is called by the thread that takes the
/// steps, one call after the other, without a lock.
struct no_observer {
    /// A step begins: if nothing else comes, it is this one that hangs.
    template <class State, class Operation>
    constexpr void step_begins(State /*in*/, Operation /*what*/) noexcept {}

    /// It has ended, and how.
    template <class State, class Operation>
    constexpr void step_ended(State /*in*/, Operation /*what*/, result /*outcome*/) noexcept {}

    /// An event was dealt with: what was answered, also to one who did not wait for it, and the
    /// states before and after.
    template <class State, class Event>
    constexpr void reacted(State /*before*/, Event /*to*/, reply /*answered*/,
                           State /*after*/) noexcept {}

    /// An event of an undertaking that is over was put aside.
    template <class Event>
    constexpr void came_too_late(Event /*what*/) noexcept {}
};

/// The diagnosis of a target without `result perform(operation, ticket) noexcept`.
template <class Target>
struct target_lacks_perform {
    static constexpr bool ok = false;
};

/// The diagnosis of a target without `void set_deadline(state, ticket) noexcept`.
template <class Target>
struct target_lacks_set_deadline {
    static constexpr bool ok = false;
};

/// Runs a machine: takes the steps of its table on a target, one event after the other.
///
/// What a machine is, reaction.hpp says. It begins in its first state, or in another one at rest.
/// Its table is proven whole here, and what is in progress in it ends.
///
/// The target has
/// - `result perform(operation, ticket) noexcept`: does it, or begins it. It does not block: what
///   takes time is begun, and `tell(event, ticket)` says that it has ended, at once or later, from
///   this thread or another one. (What is begun on the way from one state at rest to another one is
///   not waited for: its end is told too late.)
/// - `void set_deadline(state, ticket) noexcept`, where something can be in progress: sees to it
///   that `tell(deadline, ticket)` comes, whatever happens. Called each time that a state in
///   progress is entered, and not for one that is stayed in;
/// - a call operator for each fact that the table asks for beside state and event, as every source
///   has.
///
/// Steps are taken by the thread that told the event, one thread at a time and without the lock. An
/// event that is told meanwhile, from a step or by another thread, waits until they are done, and
/// whoever told it is answered `in_progress` at once. There is room for one of each event: a second
/// one like it is the same one. Nothing is allocated and nothing is thrown.
///
/// `Lock` is `no_lock`, or anything with `lock()` and `unlock()`, such as std::mutex. It is held
/// for a few instructions, never while somebody is called. Not to be used in a signal handler.
template <class Machine, class Target, class Lock = no_lock, class Observer = no_observer>
class engine {
    static_assert(tables::proven<Machine::on_event> &&
                  abides_by<what_is_in_progress_ends, Machine>);

public:
    using state = typename Machine::state;
    using event = typename Machine::event;
    using operation = typename Machine::operation;

    /// Acts on `the_target`. Preconditions: the target outlives it, and `begins_in` is a state at
    /// rest.
    explicit constexpr engine(Target& the_target, state begins_in = state{},
                              Observer the_observer = {}) noexcept
        : target_{&the_target}, observer_{the_observer}, state_{begins_in} {
        if constexpr (!requires(operation what, ticket of) {
                          { the_target.perform(what, of) }
                          noexcept->std::same_as<result>;
                      })
            static_assert(target_lacks_perform<Target>::ok,
                          "a target has `result perform(operation, ticket) noexcept`");
        if constexpr (can_be_in_progress && !requires(state in, ticket of) {
                          { the_target.set_deadline(in, of) }
                          noexcept;
                      })
            static_assert(target_lacks_set_deadline<Target>::ok,
                          "a target has `void set_deadline(state, ticket) noexcept`: what is in "
                          "progress has an end");
    }
    engine(const engine&) = delete;
    engine& operator=(const engine&) = delete;

    /// What has happened. Answers what came of it; `in_progress` where it waits for its turn.
    constexpr reply tell(event what) noexcept { return tell(what, every_undertaking); }

    /// The same, of what was begun with that ticket. If that undertaking is over, or for a deadline
    /// that stage, nothing is done, and the answer is -ESTALE.
    constexpr reply tell(event what, ticket of) noexcept {
        {
            guard held{lock_};
            if (is_taking_steps_) {
                wait({what, of});
                return {answer::in_progress};
            }
            is_taking_steps_ = true;
        }
        reply ours{};
        bool is_first = true;
        for (told next{what, of};;) {
            const reply answered = react(next);
            // What was begun may have ended before whoever told it is answered.
            if (is_first ||
                (ours.answer == answer::in_progress && !is_in_progress<Machine>(state_)))
                ours = answered;
            is_first = false;
            guard held{lock_};
            if (waiting_count_ == 0) {
                is_taking_steps_ = false;
                return ours;
            }
            next = waiting_[0];
            --waiting_count_;
            for (std::size_t i = 0; i != waiting_count_; ++i)
                waiting_[i] = waiting_[i + 1];
        }
    }

    /// The state now. While steps are taken for `done` it is still the one before.
    [[nodiscard]] constexpr state now() const noexcept {
        guard held{lock_};
        return state_;
    }

    /// Whether something is in progress: a state that is to be left, or steps that are being taken.
    [[nodiscard]] constexpr bool is_busy() const noexcept {
        guard held{lock_};
        return is_taking_steps_ || is_in_progress<Machine>(state_);
    }

    /// Who watches.
    [[nodiscard]] constexpr Observer& observer() noexcept { return observer_; }

private:
    static constexpr bool can_be_in_progress = states_in_progress<Machine> != 0;
    static constexpr ticket every_undertaking{~std::uint32_t{0}, ~std::uint32_t{0}};

    struct told {
        event what{};
        ticket of{};
    };

    struct guard {
        Lock& held;
        explicit constexpr guard(Lock& lock) noexcept : held{lock} { held.lock(); }
        constexpr ~guard() { held.unlock(); }
        guard(const guard&) = delete;
        guard& operator=(const guard&) = delete;
    };

    /// Answers the table: state and event, and the rest is the target's.
    struct source {
        state in;
        event what;
        const Target& target;

        /// Where the table asks for nothing but these two, one look-up by both is least: for a cell
        /// of releases/pool_region.hpp 15 instructions instead of 23, and 1.0 kB instead of 2.8.
        static constexpr bool knows_beforehand =
            []<class... Facts>(tables::detail::type_list<Facts...>) {
                return ((std::same_as<Facts, state> || std::same_as<Facts, event>)&&...);
            }(typename tables::detail::table_type<Machine::on_event>::facts{});

        constexpr state operator()(boost::hana::basic_type<state> /*fact*/) const noexcept {
            return in;
        }
        constexpr event operator()(boost::hana::basic_type<event> /*fact*/) const noexcept {
            return what;
        }
        template <class Fact>
        requires requires(const Target& asked) { asked(boost::hana::basic_type<Fact>{}); }
        constexpr Fact operator()(boost::hana::basic_type<Fact> fact) const { return target(fact); }
    };

    constexpr void wait(told one) noexcept {
        for (std::size_t i = 0; i != waiting_count_; ++i)
            if (waiting_[i].what == one.what) {
                // The later of the two is not yet too late when the earlier is.
                if (is_earlier(waiting_[i].of, one.of))
                    waiting_[i].of = one.of;
                return;
            }
        waiting_[waiting_count_++] = one;
    }

    [[nodiscard]] static constexpr bool is_earlier(ticket a, ticket b) noexcept {
        return a.undertaking != b.undertaking ? a.undertaking < b.undertaking : a.stage < b.stage;
    }

    [[nodiscard]] constexpr bool is_too_late(told one) const noexcept {
        if (one.of == every_undertaking)
            return false;
        if constexpr (can_be_in_progress)
            if (one.what == Machine::deadline)
                return one.of != ticket_;
        return one.of.undertaking != ticket_.undertaking;
    }

    constexpr void enter(state next) noexcept {
        const bool is_new = next != state_;
        const bool is_to_end = is_in_progress<Machine>(next);
        {
            guard held{lock_};
            if (is_new && !is_in_progress<Machine>(state_))
                ++ticket_.undertaking;
            if (is_new)
                ++ticket_.stage;
            state_ = next;
        }
        if constexpr (can_be_in_progress)
            if (is_new && is_to_end)
                target_->set_deadline(next, ticket_);
    }

    /// Takes a step. Whether the next one may be taken.
    constexpr bool take(step<operation> s) noexcept {
        observer_.step_begins(state_, s.what);
        const result outcome = target_->perform(s.what, ticket_);
        observer_.step_ended(state_, s.what, outcome);
        return outcome.ok() || s.is_attempt;
    }

    constexpr reply react(told one) noexcept {
        if (is_too_late(one)) {
            observer_.came_too_late(one.what);
            return {answer::refused, result::error(ESTALE)};
        }
        for (event what = one.what;;) {
            const state before = state_;
            const auto r = tables::decide<Machine::on_event>(source{before, what, *target_});
            const state after = r.after(before);
            if (r.answer == answer::in_progress)
                enter(after);
            std::size_t taken = 0;
            while (taken != r.count && take(r.steps[taken]))
                ++taken;
            if (taken != r.count) {
                what = Machine::step_failed;
                continue;
            }
            enter(after);
            const reply answered{r.answer, r.outcome()};
            observer_.reacted(before, what, answered, after);
            return answered;
        }
    }

    Target* target_;
    [[no_unique_address]] Observer observer_;
    [[no_unique_address]] mutable Lock lock_{};
    state state_;
    ticket ticket_{};
    bool is_taking_steps_ = false;
    std::size_t waiting_count_ = 0;
    told waiting_[tables::value_count<event>] = {};
};

} // namespace daxhold::reactions
