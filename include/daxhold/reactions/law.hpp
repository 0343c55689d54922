// SPDX-License-Identifier: BSL-1.0
#pragma once

#include "daxhold/reactions/reaction.hpp"
#include "daxhold/tables/cover.hpp"
#include "daxhold/tables/proof.hpp"

#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <utility>

/// \file
/// Laws on the graph of a machine's states, each a constant expression: every state, every event in
/// it, every row that can win there whatever the other facts, and every step of it failing.
///
/// A law is a class with a `name` and a function `judge<Machine>()`, which returns a `finding`.

namespace daxhold::reactions {

/// The diagnosis of a table whose rows are no reactions that lead to the states of its machine.
template <class Action>
struct is_no_reaction {
    static constexpr bool ok = false;
};

namespace detail {

template <class Machine>
using table_of = std::remove_cvref_t<decltype(Machine::on_event)>;

template <class State, class Action>
inline constexpr bool is_reaction = false;
template <class State, class Operation, std::size_t Size>
inline constexpr bool is_reaction<State, reaction<State, Operation, Size>> = true;

/// Whether a machine has a table of reactions. Says what stands against it.
template <class Machine>
consteval bool check_machine() {
    using action = typename table_of<Machine>::action_type;
    if constexpr (is_reaction<typename Machine::state, action>)
        return true;
    else if constexpr (!std::is_same_v<action, refused_reaction>)
        static_assert(is_no_reaction<action>::ok,
                      "a row of a machine's table is a reaction: when(...) >> steps(...) >> "
                      "done(state)");
    return false;
}

/// A bit for each state of an enumeration.
template <class State>
[[nodiscard]] constexpr bool has(std::uint64_t states, State one) noexcept {
    return (states & tables::bit_of(one)) != 0;
}

} // namespace detail

/// The states that some row enters with `in_progress`, a bit a state; the others are at rest.
template <class Machine>
inline constexpr std::uint64_t states_in_progress = [] {
    std::uint64_t found = 0;
    if constexpr (detail::check_machine<Machine>())
        for (const auto& r : Machine::on_event.actions)
            if (r.answer == answer::in_progress && !r.stays)
                found |= tables::bit_of(r.next);
    return found;
}();

/// Whether something is in progress in a state, so that it has to be left again.
template <class Machine>
[[nodiscard]] constexpr bool is_in_progress(typename Machine::state in) noexcept {
    return detail::has(states_in_progress<Machine>, in);
}

namespace detail {

template <class Machine>
struct rows_of_state {
    tables::row_set on[tables::value_count<typename Machine::event>] = {};
};

/// A constant for each state: compilers limit how long one evaluation may take.
template <class Machine, std::size_t State>
inline constexpr rows_of_state<Machine> rows_in = [] {
    using table = table_of<Machine>;
    rows_of_state<Machine> made;
    auto cells = tables::every_cell(Machine::on_event);
    // A fact that is not in the table has the room behind its facts.
    cells.values[table::facts::template index_of<typename Machine::state>] = std::uint64_t{1}
                                                                             << State;
    for (std::size_t e = 0; e != tables::value_count<typename Machine::event>; ++e) {
        cells.values[table::facts::template index_of<typename Machine::event>] = std::uint64_t{1}
                                                                                 << e;
        made.on[e] = tables::rows_that_can_win(Machine::on_event, cells);
    }
    return made;
}();

template <class Machine>
struct graph {
    static constexpr std::size_t states = tables::value_count<typename Machine::state>;
    static constexpr std::size_t events = tables::value_count<typename Machine::event>;

    rows_of_state<Machine> in[states] = {};

    /// Calls `visit(state, event, row, reaction)` for every row that can win in these states, on
    /// these events, a bit each; until it says false.
    template <class Visit>
    constexpr void each(std::uint64_t in_states, std::uint64_t on_events, Visit visit) const {
        for (std::size_t s = 0; s != states; ++s)
            for (std::size_t e = 0; e != events; ++e) {
                if (((in_states >> s) & (on_events >> e) & 1U) == 0)
                    continue;
                for (auto left = in[s].on[e]; left != 0; left &= left - 1) {
                    const auto row = static_cast<std::size_t>(__builtin_ctzll(left));
                    if (!visit(static_cast<typename Machine::state>(s),
                               static_cast<typename Machine::event>(e), row,
                               Machine::on_event.actions[row]))
                        return;
                }
            }
    }
};

template <class Machine, std::size_t... State>
consteval graph<Machine> make_graph(std::index_sequence<State...>) {
    return {{rows_in<Machine, State>...}};
}

template <class Machine>
inline constexpr auto graph_of =
    make_graph<Machine>(std::make_index_sequence<tables::value_count<typename Machine::state>>{});

} // namespace detail

/// What is known of a machine and a law.
enum class standing : unsigned char {
    kept,      ///< It was tried, and holds.
    broken,    ///< It was tried, and does not.
    not_tried, ///< The machine has nothing that the law speaks of, or does not say what it is.
};

/// What is known of a machine and a law, and where it is broken: on which event in which state, by
/// which row (counted from 0).
template <class Machine>
struct finding {
    /// What came of it, and if it is broken: where.
    standing what = standing::not_tried;
    typename Machine::state in{};
    typename Machine::event on{};
    std::size_t row = 0;
};

/// The diagnosis of an enumeration `holds` with more than six values.
template <class Holds>
struct too_many_things_can_be_so {
    static constexpr bool ok = tables::value_count<Holds> <= 6;
};

namespace detail {

template <class Machine>
inline constexpr std::uint64_t every_state = tables::every_value<typename Machine::state>;
template <class Machine>
inline constexpr std::uint64_t every_event = tables::every_value<typename Machine::event>;

/// Whether one of its steps can fail so that the rest is not done.
template <class Reaction>
[[nodiscard]] constexpr bool can_fail(const Reaction& r) noexcept {
    for (std::size_t i = 0; i != r.count; ++i)
        if (!r.steps[i].is_attempt)
            return true;
    return false;
}

/// Looks at rows until one breaks the law.
template <class Machine, class Allows>
constexpr finding<Machine> find_broken(std::uint64_t states, std::uint64_t events, Allows allows) {
    finding<Machine> found{standing::kept};
    graph_of<Machine>.each(states, events, [&](auto in, auto on, std::size_t row, const auto& r) {
        if (allows(in, on, r))
            return true;
        found = {standing::broken, in, on, row};
        return false;
    });
    return found;
}

template <class Machine>
consteval std::uint64_t arrivals_of() {
    if constexpr (requires { Machine::arrivals; })
        return Machine::arrivals.bits;
    else
        return 0;
}

/// What a table says of operations, states or events, in the cell of these values.
template <auto const& Table, class... Facts>
[[nodiscard]] constexpr effect effect_of(Facts... values) noexcept {
    using table = std::remove_cvref_t<decltype(Table)>;
    tables::cube<table::fact_count> cell;
    // A fact that is not in the table has the room behind its facts.
    ((cell.values[table::facts::template index_of<Facts>] = tables::bit_of(values)), ...);
    return Table.actions[tables::first_row_for(Table, cell)];
}

/// What can be so at a time: in which state, what holds, and from where what is in progress began.
struct situation {
    std::uint8_t state = 0;
    /// A step has failed, and that is decided next.
    bool is_failing = false;
    std::uint8_t from = 0;
    std::uint64_t holds = 0;
    std::uint64_t from_holds = 0;

    [[nodiscard]] friend constexpr bool operator==(const situation&,
                                                   const situation&) noexcept = default;
};

/// Every situation that a machine can come to, and the laws that speak of them.
template <class Machine>
struct walk {
    static_assert(tables::proven<Machine::effects> && tables::proven<Machine::learned> &&
                  tables::proven<Machine::in_state>);
    static constexpr std::size_t most = 512;
    bool has_room = true;

    situation all[most] = {};
    std::size_t count = 0;
    finding<Machine> touch{standing::kept};
    finding<Machine> refusal{standing::not_tried};
    finding<Machine> claim{standing::kept};

    /// Sets of what holds, a bit for each set.
    using sets = std::uint64_t;

    constexpr void add(const situation& s) {
        for (std::size_t i = 0; i != count; ++i)
            if (all[i] == s)
                return;
        has_room = count != most;
        if (has_room)
            all[count++] = s;
    }

    static constexpr void note(finding<Machine>& law, finding<Machine> where) {
        if (law.what != standing::broken)
            law = where;
    }

    template <class Reaction>
    constexpr void react(const situation& at, finding<Machine> where, const Reaction& r) {
        const auto in = where.in;
        const auto after = r.after(in);
        const auto learned = effect_of<Machine::learned>(in, where.on);
        // What is lost by the event itself is not the reaction's to bring back.
        situation next = at;
        next.is_failing = false;
        next.from_holds &= ~learned.ends;
        const auto before = (at.holds & ~learned.ends) | learned.makes;

        situation failed = next;
        failed.is_failing = true;
        if (r.answer == answer::in_progress)
            failed.state = static_cast<std::uint8_t>(after);

        sets now = sets{1} << before;
        for (std::size_t i = 0; i != r.count; ++i) {
            const auto e = effect_of<Machine::effects>(r.steps[i].what);
            sets then = 0;
            for (auto left = now; left != 0; left &= left - 1) {
                const auto holds = static_cast<std::uint64_t>(__builtin_ctzll(left));
                if ((e.needs & ~holds) != 0)
                    note(touch, where);
                then |= sets{1} << ((holds & ~e.ends) | e.makes);
                failed.holds = e.is_whole ? holds : holds & ~e.ends;
                if (r.steps[i].is_attempt)
                    then |= sets{1} << failed.holds;
                else
                    add(failed);
            }
            now = then;
        }

        next.state = static_cast<std::uint8_t>(after);
        const auto claims = effect_of<Machine::in_state>(after);
        for (; now != 0; now &= now - 1) {
            next.holds = static_cast<std::uint64_t>(__builtin_ctzll(now));
            if ((claims.needs & ~next.holds) != 0 || (claims.ends & next.holds) != 0)
                note(claim, where);
            if (r.answer == answer::refused) {
                const bool has_begun = is_in_progress<Machine>(in);
                const bool is_as_before =
                    has_begun && after == in
                        ? next.holds == before
                        : next.state == next.from && next.holds == next.from_holds;
                note(refusal, is_as_before ? finding<Machine>{standing::kept} : broken_at(where));
            }
            auto reached = next;
            if (!is_in_progress<Machine>(after)) {
                reached.from = reached.state;
                reached.from_holds = reached.holds;
            }
            add(reached);
        }
    }

    static constexpr finding<Machine> broken_at(finding<Machine> where) {
        where.what = standing::broken;
        return where;
    }

    constexpr void run() {
        const auto begins_with = Machine::at_first.bits;
        add({0, false, 0, begins_with, begins_with});
        for (std::size_t i = 0; i != count && has_room; ++i) {
            const situation at = all[i];
            const auto events =
                at.is_failing ? tables::bit_of(Machine::step_failed) : every_event<Machine>;
            graph_of<Machine>.each(std::uint64_t{1} << at.state, events,
                                   [&](auto in, auto on, std::size_t row, const auto& r) {
                                       react(at, {standing::broken, in, on, row}, r);
                                       return has_room;
                                   });
        }
        // What was not gone through to the end is not kept.
        for (auto* const law : {&touch, &refusal, &claim})
            if (!has_room && law->what == standing::kept)
                law->what = standing::not_tried;
    }
};

template <class Machine>
inline constexpr walk<Machine> walk_of = [] {
    walk<Machine> made;
    made.run();
    return made;
}();

template <class Machine>
concept says_what_holds = requires {
    typename Machine::holds;
    Machine::effects;
    Machine::learned;
    Machine::in_state;
    Machine::at_first;
};

/// Whether a machine says what holds, and little enough to go through. Says what stands against it.
template <class Machine>
consteval bool can_be_walked() {
    if constexpr (!says_what_holds<Machine>)
        return false;
    else if constexpr (!too_many_things_can_be_so<typename Machine::holds>::ok)
        static_assert(too_many_things_can_be_so<typename Machine::holds>::ok,
                      "at most six things can be so: laws go through all of their sets");
    else
        return true;
    return false;
}

} // namespace detail

/// What is gone stays gone: no event leads out of the states `gone` of a machine, but for its
/// `arrivals`, which say that something is there anew. Not tried on a machine without `gone`.
///
/// For those who ask a device that was removed (SPDK #460, #495), and remove it twice (SPDK #994).
struct what_is_gone_stays_gone {
    static constexpr const char* name = "what_is_gone_stays_gone";

    template <class Machine>
    static consteval finding<Machine> judge() {
        if constexpr (requires { Machine::gone; })
            return detail::find_broken<Machine>(
                Machine::gone.bits, detail::every_event<Machine> & ~detail::arrivals_of<Machine>(),
                [](auto in, auto, const auto& r) {
                    return detail::has(Machine::gone.bits, r.after(in));
                });
        else
            return {};
    }
};

/// What is in progress ends: the deadline, which cannot fail to come, leads out of each state in
/// progress, also where a step of it fails; no event leads back to one that was left, so that
/// nobody can put the end off for ever; and a failure of a step is not answered for ever with steps
/// that fail.
///
/// For those who wait (SPDK #2631: a removal that never ends; ubiblk #486: a completion that is
/// dropped). An engine does not compile for a machine that breaks it.
struct what_is_in_progress_ends {
    static constexpr const char* name = "what_is_in_progress_ends";

    template <class Machine>
    static consteval finding<Machine> judge() {
        constexpr auto progress = states_in_progress<Machine>;
        constexpr auto failure = tables::bit_of(Machine::step_failed);
        auto found = detail::find_broken<Machine>(
            detail::every_state<Machine>, failure, [](auto in, auto, const auto& r) {
                return !detail::can_fail(r) ||
                       (r.answer == answer::in_progress && r.after(in) != in);
            });
        if (found.what == standing::broken || progress == 0)
            return found.what == standing::broken ? found : finding<Machine>{};
        if constexpr (progress != 0) {
            found = detail::find_broken<Machine>(
                progress, tables::bit_of(Machine::deadline), [](auto in, auto, const auto& r) {
                    if (r.after(in) == in)
                        return false;
                    if (!detail::can_fail(r) || r.answer == answer::in_progress)
                        return true;
                    // What comes of a failed step is decided in the state that was to be left.
                    return detail::find_broken<Machine>(tables::bit_of(in), failure,
                                                        [](auto stuck, auto, const auto& then) {
                                                            return then.after(stuck) != stuck;
                                                        })
                               .what == standing::kept;
                });
            if (found.what == standing::broken)
                return found;
            const auto reached = reach<Machine>();
            return detail::find_broken<Machine>(
                progress, detail::every_event<Machine>, [&](auto in, auto, const auto& r) {
                    const auto after = r.after(in);
                    return after == in || !is_in_progress<Machine>(after) ||
                           !detail::has(reached.from[static_cast<std::size_t>(after)], in);
                });
        }
    }

private:
    template <class Machine>
    struct reachable {
        std::uint64_t from[tables::value_count<typename Machine::state>] = {};
    };

    /// The states in progress that can come after each, without one at rest in between.
    template <class Machine>
    static consteval reachable<Machine> reach() {
        reachable<Machine> made;
        constexpr std::size_t states = tables::value_count<typename Machine::state>;
        detail::graph_of<Machine>.each(states_in_progress<Machine>, detail::every_event<Machine>,
                                       [&](auto in, auto, std::size_t, const auto& r) {
                                           if (r.after(in) != in)
                                               made.from[static_cast<std::size_t>(in)] |=
                                                   tables::bit_of(r.after(in)) &
                                                   states_in_progress<Machine>;
                                           return true;
                                       });
        for (std::size_t between = 0; between != states; ++between)
            for (auto& from : made.from)
                if (((from >> between) & 1U) != 0)
                    from |= made.from[between];
        return made;
    }
};

/// Whoever is answered `done` has to wait for nothing, and whoever is answered `in_progress` has:
/// what a row answers is so in the state that it leads to.
///
/// For whoever takes a device away on being answered `done`.
struct an_answer_is_true {
    static constexpr const char* name = "an_answer_is_true";

    template <class Machine>
    static consteval finding<Machine> judge() {
        return detail::find_broken<Machine>(
            detail::every_state<Machine>, detail::every_event<Machine>,
            [](auto in, auto, const auto& r) {
                return r.answer == answer::refused ||
                       (r.answer == answer::in_progress) == is_in_progress<Machine>(r.after(in));
            });
    }
};

/// Nothing touches what was torn down, nor what is still in use: each step finds what it needs
/// (`effects`), on every way to it and after every failure before it.
///
/// For those who assert that nothing is in flight, and crash (SPDK #998, tcmu-runner #276), and
/// who unmap what is lent (LMCache #3972). Not tried on a machine that does not say what its
/// operations need.
struct nothing_touches_what_was_torn_down {
    static constexpr const char* name = "nothing_touches_what_was_torn_down";

    template <class Machine>
    static consteval finding<Machine> judge() {
        if constexpr (detail::can_be_walked<Machine>())
            return detail::walk_of<Machine>.touch;
        else
            return {};
    }
};

/// A refusal changes nothing: the state is the one in which the request came, however much of it
/// had begun, and what held then holds again. Not tried on a machine that refuses nothing, or that
/// does not say what its operations change.
struct a_refusal_changes_nothing {
    static constexpr const char* name = "a_refusal_changes_nothing";

    template <class Machine>
    static consteval finding<Machine> judge() {
        if constexpr (detail::can_be_walked<Machine>())
            return detail::walk_of<Machine>.refusal;
        else
            return {};
    }
};

/// A state is what it says: what `in_state` says of it is so on every way to it. What is gone was
/// torn down, and what is live takes I/O.
struct a_state_is_what_it_says {
    static constexpr const char* name = "a_state_is_what_it_says";

    template <class Machine>
    static consteval finding<Machine> judge() {
        if constexpr (detail::can_be_walked<Machine>())
            return detail::walk_of<Machine>.claim;
        else
            return {};
    }
};

/// What came of a law and a machine, to ask about.
template <class Law, class Machine>
inline constexpr finding<Machine> finding_of = [] {
    if constexpr (detail::check_machine<Machine>())
        return Law::template judge<Machine>();
    else
        return finding<Machine>{};
}();

/// The diagnosis of a broken law: the row (counted from 1) that breaks it, in this state, on this
/// event.
template <class Law, std::size_t Row, auto State, auto Event>
struct law_is_broken_by_row {
    static constexpr bool ok = false;
};

/// True for a machine that does not break a law; otherwise it does not compile, and the message
/// names the law, the row, a state and an event. A law that was not tried is not broken; ask
/// `finding_of` for that.
template <class Law, class Machine>
inline constexpr bool abides_by = [] {
    constexpr const auto& found = finding_of<Law, Machine>;
    if constexpr (found.what == standing::broken)
        static_assert(law_is_broken_by_row<Law, found.row + 1, found.in, found.on>::ok,
                      "a machine breaks a law by this row, in this state on this event");
    return true;
}();

/// True for a machine whose table is whole and that breaks none of these laws; otherwise it does
/// not compile. Write `static_assert(reactions::lawful<my_machine>)` below every machine.
// clang-format off
template <class Machine>
inline constexpr bool lawful =
    (static_cast<void>(detail::check_machine<Machine>()),
     static_cast<void>(detail::can_be_walked<Machine>()), true) &&
    tables::proven<Machine::on_event> &&
    abides_by<what_is_gone_stays_gone, Machine> &&
    abides_by<what_is_in_progress_ends, Machine> &&
    abides_by<an_answer_is_true, Machine> &&
    abides_by<nothing_touches_what_was_torn_down, Machine> &&
    abides_by<a_refusal_changes_nothing, Machine> &&
    abides_by<a_state_is_what_it_says, Machine>;
// clang-format on

} // namespace daxhold::reactions
