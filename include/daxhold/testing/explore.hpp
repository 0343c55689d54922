// SPDX-License-Identifier: BSL-1.0
#pragma once

#include "daxhold/version.hpp"

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <type_traits>
#include <vector>

/// \file
/// Every interleaving of a few actors, at compile time or at run time.
///
/// What the actors share is a `State`, a plain value. An actor is a function that touches it in
/// steps alone, each of which is as one; between them it is a pure function of what its steps
/// answered. To let it take its next step it is run again from its beginning, where the steps that
/// it took before answer from a log. So a world, the state and a log for each actor, is a plain
/// value too: it is copied, compared, and two ways that lead to the same world go on as one.
///
/// What is explored is sequentially consistent: each step sees everything before it. What a weaker
/// order of memory makes possible is not among it; for that a policy has its stress test under the
/// thread sanitizer, which covers some of it.

namespace daxhold::testing {

/// What an explored state has: it is compared, and says by `broken` which law does not hold in it;
/// a null pointer as long as all do. It may have `at_end()`, which says the same of a state in
/// which every actor is at its end.
template <class State>
concept explored_state = std::regular<State> && requires(const State& state) {
    { state.broken } -> std::convertible_to<const char*>;
};

/// What a step may answer: a number of at most 16 bits, of either sign, or nothing.
template <class Answer>
concept step_answer = std::integral<Answer> || std::is_enum_v<Answer> || std::is_void_v<Answer>;

namespace detail {

using logged_answer = std::uint16_t;

template <class Answer>
constexpr Answer from_log(logged_answer bits) {
    if constexpr (std::is_void_v<Answer>)
        return;
    else if constexpr (std::is_signed_v<Answer>)
        return static_cast<Answer>(static_cast<std::int16_t>(bits));
    else
        return static_cast<Answer>(bits);
}

} // namespace detail

/// What an actor takes its steps with.
template <explored_state State>
class steps {
public:
    /// Number `the_actor` in a state, with what its first steps answered.
    constexpr steps(State& the_state, unsigned the_actor, const detail::logged_answer* the_log,
                    std::size_t the_length) noexcept
        : state_{&the_state}, log_{the_log}, length_{the_length}, actor_{the_actor} {}

    /// Whether the actor has taken the step it was run for, and should come to its end.
    [[nodiscard]] constexpr bool is_over() const noexcept {
        return position_ == length_ && outcome_ != outcome::ended;
    }

    /// Which actor it is, counted from 0.
    [[nodiscard]] constexpr unsigned actor() const noexcept { return actor_; }

    /// A step: `f(State&)`, whose answer the actor may act on. `name` is for people.
    ///
    /// An actor that has taken the step it was run for goes on, but its steps do nothing, and their
    /// answer is 0. So it must come to its end where each step answers 0: what waits is an `await`,
    /// and a loop asks `is_over`.
    template <class F>
    constexpr auto take(const char* name, F&& f) {
        return await(
            name, [](const State&) { return true; }, static_cast<F&&>(f));
    }

    /// A step that can only be taken where `is_ready(const State&)` is true.
    template <class Ready, class F>
    requires step_answer<std::invoke_result_t<F&, State&>>
    constexpr auto await(const char* name, Ready&& is_ready, F&& f) {
        using answer = std::invoke_result_t<F&, State&>;
        if (position_ != length_)
            return detail::from_log<answer>(log_[position_++]);
        if (outcome_ != outcome::ended) {
            goes_on_ = true;
            return detail::from_log<answer>(0);
        }
        name_ = name;
        outcome_ = outcome::blocked;
        if (is_ready(static_cast<const State&>(*state_))) {
            outcome_ = outcome::taken;
            if constexpr (std::is_void_v<answer>) {
                f(*state_);
            } else {
                const answer given = f(*state_);
                answer_ = static_cast<detail::logged_answer>(given);
                if (detail::from_log<answer>(answer_) != given)
                    state_->broken = "a step answers more than 16 bits";
            }
        }
        return detail::from_log<answer>(answer_);
    }

    /// Whether the actor was at its end, cannot go on, or has taken a step.
    enum class outcome : unsigned char { ended, blocked, taken };

    /// What came of it, once the actor has come back: the `outcome`, the `name` of the step and its
    /// `answer`, and whether there is another one (`goes_on`). For the explorer.
    [[nodiscard]] constexpr outcome came_to() const noexcept { return outcome_; }
    [[nodiscard]] constexpr const char* name() const noexcept { return name_; }
    [[nodiscard]] constexpr detail::logged_answer answer() const noexcept { return answer_; }
    [[nodiscard]] constexpr bool goes_on() const noexcept { return goes_on_; }

private:
    State* state_;
    const detail::logged_answer* log_;
    std::size_t length_;
    std::size_t position_ = 0;
    const char* name_ = "";
    unsigned actor_;
    detail::logged_answer answer_ = 0;
    outcome outcome_ = outcome::ended;
    bool goes_on_ = false;
};

/// Somebody who takes steps.
template <explored_state State>
using actor = void (*)(steps<State>&);

/// What an exploration leaves out because nothing comes of it.
enum class reduction : unsigned char {
    /// Nothing: every order of all steps, one by one.
    none,

    /// An order that differs from another one only by neighbouring steps that do not mind which of
    /// them is first (sleep sets; whether they mind is tried, in the world where they meet).
    sleep_sets,

    /// What follows a world that was seen before.
    merged,
};

/// How far an exploration goes.
struct exploration_bounds {
    /// Any number of preemptions.
    static constexpr unsigned any = ~0U;

    /// How often an actor is left that could go on. With a bound there are no sleep sets.
    unsigned preemptions = any;

    /// How many different worlds are kept in mind.
    std::size_t worlds = 4'000'000;

    /// What is left out.
    reduction leave_out = reduction::merged;
};

/// What is said of the laws.
enum class exploration_verdict : unsigned char {
    kept,      ///< Every interleaving was explored, and no law was broken.
    broken,    ///< A law was broken, in a way that `trace` tells.
    not_known, ///< No law was broken where something was left out by a bound.
};

/// A step on the way to a broken law.
struct traced_step {
    unsigned actor = 0;    ///< Whose, counted from 0.
    const char* name = ""; ///< What it was taken by.
};

/// What came of an exploration.
struct exploration {
    /// How long a trace is at most; a longer way is told by its first steps.
    static constexpr std::size_t most_traced = 96;

    /// What is said of the laws, and which is broken; of a verdict that is not known, why.
    exploration_verdict verdict = exploration_verdict::kept;
    const char* law = nullptr;

    /// Different worlds; without a reduction, and with sleep sets, only those at the end.
    std::size_t worlds = 0;
    /// Steps that were taken: edges between worlds.
    std::size_t steps = 0;
    /// How often everybody was at the end. Where worlds are merged, in how many different worlds.
    std::size_t ends = 0;
    /// In how many different worlds everybody was at the end.
    std::size_t different_ends = 0;

    /// The way to the broken law.
    traced_step trace[most_traced] = {};
    std::size_t trace_length = 0;

    /// Whether all was explored and no law was broken.
    [[nodiscard]] constexpr bool kept() const noexcept {
        return verdict == exploration_verdict::kept;
    }
};

namespace detail {

/// A state, and what each actor's steps have answered so far.
template <class State, unsigned Actors, unsigned MostSteps>
struct world {
    State state;
    logged_answer log[Actors][MostSteps] = {};
    std::uint8_t taken[Actors] = {};
    bool ended[Actors] = {};
    /// Of the logs.
    std::uint64_t hash = 0;

    constexpr void note(unsigned actor, logged_answer answer) noexcept {
        // splitmix64, of the step's place and its answer
        std::uint64_t mixed =
            (std::uint64_t{actor} << 32U) + (std::uint64_t{taken[actor]} << 16U) + answer;
        mixed = (mixed + 0x9e3779b97f4a7c15U) * 0xbf58476d1ce4e5b9U;
        mixed = (mixed ^ (mixed >> 27U)) * 0x94d049bb133111ebU;
        hash ^= mixed ^ (mixed >> 31U);
        log[actor][taken[actor]++] = answer;
    }

    [[nodiscard]] friend constexpr bool operator==(const world& a, const world& b) noexcept {
        if (a.hash != b.hash)
            return false;
        for (unsigned i = 0; i != Actors; ++i) {
            if (a.taken[i] != b.taken[i])
                return false;
            for (unsigned step = 0; step != a.taken[i]; ++step)
                if (a.log[i][step] != b.log[i][step])
                    return false;
        }
        return a.state == b.state;
    }
};

template <class State, unsigned Actors, unsigned MostSteps>
class explorer {
    using world_type = world<State, Actors, MostSteps>;
    using step_outcome = typename steps<State>::outcome;
    static_assert(Actors <= 32 && MostSteps <= 255);

public:
    constexpr explorer(const actor<State>* the_actors, exploration_bounds the_bounds)
        : actors_{the_actors}, bounds_{the_bounds} {}

    constexpr exploration run(const State& start) {
        world_type first{start};
        if (start.broken != nullptr)
            found(start.broken);
        else
            go_on(first, nobody, 0, 0);
        return made_;
    }

private:
    static constexpr unsigned nobody = Actors;

    /// A world that was seen, and how one got there, where a bound makes a difference of that.
    struct seen_world {
        world_type what;
        unsigned last;
        unsigned preemptions;
    };

    /// What comes of an actor's next step; `name` is that of the step.
    constexpr step_outcome take(world_type& in, unsigned number, const char*& name) {
        if (in.ended[number])
            return step_outcome::ended;
        steps<State> next{in.state, number, in.log[number], in.taken[number]};
        actors_[number](next);
        name = next.name();
        if (next.came_to() == step_outcome::taken) {
            in.note(number, next.answer());
            in.ended[number] = !next.goes_on();
            if (in.taken[number] == MostSteps && next.goes_on()) {
                leave_out("an actor takes more steps than it may");
                in.ended[number] = true;
                is_over_ = true;
            }
        } else {
            in.ended[number] = next.came_to() == step_outcome::ended;
        }
        return next.came_to();
    }

    /// Whether two steps that can both be taken lead to the same, whichever is first.
    constexpr bool are_independent(const world_type& after_one, unsigned other,
                                   const world_type& after_other, unsigned one) {
        world_type both = after_one;
        world_type swapped = after_other;
        const char* name = nullptr;
        return take(both, other, name) == step_outcome::taken &&
               take(swapped, one, name) == step_outcome::taken && both == swapped;
    }

    constexpr void found(const char* law) {
        made_.law = law;
        made_.verdict = exploration_verdict::broken;
        is_over_ = true;
        made_.trace_length = path_.size();
        for (std::size_t i = 0; i != path_.size() && i != exploration::most_traced; ++i)
            made_.trace[i] = path_[i];
        if (made_.trace_length > exploration::most_traced)
            made_.trace_length = exploration::most_traced;
    }

    constexpr void leave_out(const char* why) {
        made_.verdict = exploration_verdict::not_known;
        made_.law = why;
    }

    /// Every actor is at its end.
    constexpr void at_end(const world_type& here) {
        ++made_.ends;
        if (bounds_.leave_out != reduction::merged && !is_new(here, nobody, 0))
            return;
        ++made_.different_ends;
        if constexpr (requires { here.state.at_end(); })
            if (const char* law = here.state.at_end(); law != nullptr)
                found(law);
    }

    /// Everything that can follow. `asleep` are the actors whose next step was taken before.
    constexpr void go_on(const world_type& here, unsigned last, unsigned preemptions,
                         std::uint32_t asleep) {
        const bool is_bounded = bounds_.preemptions != exploration_bounds::any;
        if (bounds_.leave_out == reduction::merged &&
            !is_new(here, is_bounded ? last : nobody, is_bounded ? preemptions : 0))
            return;

        // A step of each, so that one knows who can go on.
        std::vector<world_type> after(Actors, here);
        const char* names[Actors] = {};
        bool can_go_on[Actors] = {};
        bool is_at_end = true;
        bool is_stuck = true;
        for (unsigned i = 0; i != Actors; ++i) {
            const auto outcome = take(after[i], i, names[i]);
            can_go_on[i] = outcome == step_outcome::taken;
            is_at_end = is_at_end && outcome == step_outcome::ended;
            is_stuck = is_stuck && !can_go_on[i];
        }
        if (is_at_end)
            return at_end(here);
        if (is_stuck)
            return found("no deadlock");

        const bool sleeps = bounds_.leave_out == reduction::sleep_sets && !is_bounded;
        for (unsigned i = 0; i != Actors && !is_over_; ++i) {
            if (!can_go_on[i] || (sleeps && ((asleep >> i) & 1U) != 0))
                continue;
            const bool preempts = last != nobody && last != i && can_go_on[last];
            if (preempts && preemptions == bounds_.preemptions) {
                leave_out("more preemptions were left out");
                continue;
            }
            ++made_.steps;
            path_.push_back({i, names[i]});
            if (after[i].state.broken != nullptr) {
                found(after[i].state.broken);
                return;
            }
            std::uint32_t stay_asleep = 0;
            if (sleeps) {
                for (unsigned other = 0; other != Actors; ++other)
                    if (((asleep >> other) & 1U) != 0 && other != i &&
                        are_independent(after[i], other, after[other], i))
                        stay_asleep |= std::uint32_t{1} << other;
                asleep |= std::uint32_t{1} << i;
            }
            go_on(after[i], i, preemptions + (preempts ? 1U : 0U), stay_asleep);
            if (!is_over_)
                path_.pop_back();
        }
    }

    /// Whether a world was not seen before; it is kept in mind.
    constexpr bool is_new(const world_type& here, unsigned last, unsigned preemptions) {
        if (places_.size() <= 2 * seen_.size())
            make_room();
        std::size_t at = here.hash & (places_.size() - 1);
        for (; places_[at] != 0; at = (at + 1) & (places_.size() - 1)) {
            const seen_world& there = seen_[places_[at] - 1];
            if (there.last == last && there.preemptions == preemptions && there.what == here)
                return false;
        }
        if (seen_.size() == bounds_.worlds) {
            leave_out("more worlds were left out");
            is_over_ = true;
            return false;
        }
        seen_.push_back({here, last, preemptions});
        places_[at] = static_cast<std::uint32_t>(seen_.size());
        made_.worlds = seen_.size();
        return true;
    }

    constexpr void make_room() {
        places_.assign(places_.empty() ? 64 : 4 * places_.size(), 0);
        for (std::size_t i = 0; i != seen_.size(); ++i) {
            std::size_t at = seen_[i].what.hash & (places_.size() - 1);
            while (places_[at] != 0)
                at = (at + 1) & (places_.size() - 1);
            places_[at] = static_cast<std::uint32_t>(i + 1);
        }
    }

    const actor<State>* actors_;
    exploration_bounds bounds_;
    exploration made_;
    std::vector<seen_world> seen_;
    std::vector<std::uint32_t> places_; // a hash table of 1 + the place in seen_; 0 is free
    std::vector<traced_step> path_;
    bool is_over_ = false;
};

} // namespace detail

/// Lets the actors take their steps from the state `start` on, in every order, and says whether a
/// law is broken in any of them; it stops at the first. Somebody who cannot go on while nobody else
/// can breaks the law "no deadlock".
///
/// No actor takes more than `MostSteps` steps, 255 at most. A world has that many answers for each
/// actor, so a number close to what is needed saves memory.
template <unsigned MostSteps = 32, explored_state State, unsigned Actors>
[[nodiscard]] constexpr exploration
explore(const State& start, const actor<State> (&actors)[Actors], exploration_bounds bounds = {}) {
    return detail::explorer<State, Actors, MostSteps>{actors, bounds}.run(start);
}

} // namespace daxhold::testing
