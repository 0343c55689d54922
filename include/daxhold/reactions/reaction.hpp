// SPDX-License-Identifier: BSL-1.0
#pragma once

#include "daxhold/event/result.hpp"
#include "daxhold/tables/table.hpp"

#include <cstddef>
#include <cstdint>
#include <type_traits>

/// \file
/// What a row of a table of reactions says: steps in order, then an ending, which has to be said.
///
/// A machine is a class that derives from `reactions::words` and has
/// - the enumerations `state`, `event` and `operation`, which are facts; it begins in the first
///   state;
/// - `on_event`, a table of reactions;
/// - `step_failed`, the event that a step has failed, and where something can be in progress
///   `deadline`, the event that it has taken too long;
/// - for the laws: `gone`, the states that are left by nothing but the events `arrivals`; and
///   `holds`, an enumeration of at most six things that can be so, with `at_first`, those that are
///   so at first, and three tables: `effects` of operations, what is `learned` by an event in a
///   state, and what is so `in_state`.

/// What takes its time: states, events, and what is done on an event in a state.
namespace daxhold::reactions {

/// What whoever told an event is answered.
enum class answer : unsigned char {
    done,        ///< Dealt with: nothing of it is still to come.
    in_progress, ///< Begun, and it goes on with an event that is yet to come. Nobody waits in here.
    refused,     ///< Nothing has changed.
};

/// A step of a reaction.
template <class Operation>
struct step {
    /// What is done.
    Operation what{};

    /// Whether its failure changes nothing: the next step is taken all the same.
    bool is_attempt = false;

    [[nodiscard]] friend constexpr bool operator==(step, step) noexcept = default;
};

/// Steps without an ending; no action of a table yet.
template <class Operation, std::size_t Size>
struct step_list {
    /// In the order in which they are taken.
    step<Operation> steps[Size] = {};
};

/// Stand where nothing is said of a state, and where there is no step.
enum class no_state : unsigned char { none };
enum class no_operation : unsigned char { none };

/// Steps in order, the answer, and the state that comes of them.
///
/// With `in_progress` the state is entered before the first step is taken, so that whatever comes
/// meanwhile meets it there. With `done` and `refused` it is entered once the last was taken.
template <class State, class Operation, std::size_t Size>
struct reaction {
    /// The steps, of which the first `count` are in use. (An array has at least one element.)
    step<Operation> steps[Size + 1] = {};
    std::size_t count = 0;

    /// What whoever told the event is answered, and of a refusal why: an errno, positive.
    reactions::answer answer = reactions::answer::done;
    int errno_value = 0;

    /// Whether the state stays as it is; else which one it is then.
    bool stays = true;
    State next{};

    /// The state after it, of what was in state `before`.
    [[nodiscard]] constexpr State after(State before) const noexcept {
        return stays ? before : next;
    }

    /// Success, or why it was refused.
    [[nodiscard]] constexpr result outcome() const noexcept { return result::error(errno_value); }

    /// Whether such a step is taken.
    [[nodiscard]] constexpr bool has(Operation what) const noexcept {
        for (std::size_t i = 0; i != count; ++i)
            if (steps[i].what == what)
                return true;
        return false;
    }

    /// A short one can stand where there is room for more, and one that says nothing of a state, or
    /// has no step, wherever there are some.
    template <class OtherState, class OtherOperation, std::size_t Larger>
    requires(
        Larger >= Size &&
        (std::is_same_v<State, OtherState> || std::is_same_v<State, no_state>)&&(
            std::is_same_v<Operation, OtherOperation> ||
            std::is_same_v<Operation, no_operation>)&&!(std::is_same_v<State, OtherState> &&
                                                        std::is_same_v<Operation, OtherOperation> &&
                                                        Larger == Size)) constexpr
    operator reaction<OtherState, OtherOperation, Larger>() // NOLINT(google-explicit-constructor)
        const noexcept {
        reaction<OtherState, OtherOperation, Larger> same{{}, count, answer, errno_value, stays};
        if constexpr (std::is_same_v<Operation, OtherOperation>)
            for (std::size_t i = 0; i != count; ++i)
                same.steps[i] = steps[i];
        if constexpr (std::is_same_v<State, OtherState>)
            same.next = next;
        return same;
    }

    [[nodiscard]] friend constexpr bool operator==(const reaction&,
                                                   const reaction&) noexcept = default;
};

/// The diagnosis of a step, or another ending, after an ending.
template <class Following>
struct nothing_follows_an_ending {
    static constexpr bool ok = false;
};

/// First these steps, then those.
template <class Operation, std::size_t SizeA, std::size_t SizeB>
[[nodiscard]] constexpr step_list<Operation, SizeA + SizeB>
operator>>(const step_list<Operation, SizeA>& first,
           const step_list<Operation, SizeB>& second) noexcept {
    step_list<Operation, SizeA + SizeB> both;
    for (std::size_t i = 0; i != SizeA; ++i)
        both.steps[i] = first.steps[i];
    for (std::size_t i = 0; i != SizeB; ++i)
        both.steps[SizeA + i] = second.steps[i];
    return both;
}

/// These steps, and then this ending.
template <class Operation, std::size_t Size, class State>
[[nodiscard]] constexpr reaction<State, Operation, Size>
operator>>(const step_list<Operation, Size>& first,
           const reaction<State, no_operation, 0>& ending) noexcept {
    reaction<State, Operation, Size> made{
        {}, Size, ending.answer, ending.errno_value, ending.stays, ending.next};
    for (std::size_t i = 0; i != Size; ++i)
        made.steps[i] = first.steps[i];
    return made;
}

/// Does not compile: an ending is the last that a row says.
template <class State, class Operation, std::size_t Size, class Following>
constexpr reaction<State, Operation, Size> operator>>(const reaction<State, Operation, Size>& ended,
                                                      const Following& /*following*/) noexcept {
    static_assert(nothing_follows_an_ending<Following>::ok,
                  "the ending of a reaction stands last: steps(...) >> done(state)");
    return ended;
}

/// What an operation needs, and what is so once it was done, as bits of an enumeration `holds` of
/// what can be so. For the laws; no engine looks at it.
struct effect {
    std::uint64_t needs = 0; ///< Has to be so before.
    std::uint64_t makes = 0; ///< Is so afterwards; not where it fails.
    std::uint64_t ends = 0;  ///< Is no longer known to be so; also where it fails, unless
    bool is_whole = false;   ///< a failure of it has changed nothing.

    [[nodiscard]] friend constexpr bool operator==(effect, effect) noexcept = default;
};

/// Both.
[[nodiscard]] constexpr effect operator>>(effect a, effect b) noexcept {
    return {a.needs | b.needs, a.makes | b.makes, a.ends | b.ends, a.is_whole || b.is_whole};
}

/// The diagnosis of a row (counted from 1) that has steps and no ending.
template <std::size_t Row>
struct no_ending_is_said_in_row {
    static constexpr bool ok = false;
};

namespace detail {

/// Stands for the reactions of a table whose mistake has been told.
struct refused_reaction {};

template <class Row>
inline constexpr bool lacks_ending = false;
template <class Operation, std::size_t Size, class... Facts>
inline constexpr bool lacks_ending<tables::row<step_list<Operation, Size>, Facts...>> = true;

template <class... Rows>
consteval std::size_t find_row_without_ending() {
    std::size_t row = 0;
    static_cast<void>(((++row, lacks_ending<Rows>) || ...));
    return (lacks_ending<Rows> || ...) ? row : 0;
}

struct table_word {
    template <class... Rows>
    [[nodiscard]] constexpr auto operator()(const Rows&... rows) const {
        constexpr std::size_t row = find_row_without_ending<Rows...>();
        if constexpr (row != 0) {
            static_assert(no_ending_is_said_in_row<row>::ok,
                          "a reaction says how it ends: steps(...) >> done(state), >> "
                          "in_progress(state) or >> refused(errno)");
            return tables::decision_table<refused_reaction, 1, tables::detail::type_list<>>{};
        } else {
            return tables::table(rows...);
        }
    }
};

template <class Operation, std::size_t Size>
[[nodiscard]] constexpr step_list<Operation, Size>
list_steps(bool is_attempt, const Operation (&all)[Size]) noexcept {
    step_list<Operation, Size> made;
    for (std::size_t i = 0; i != Size; ++i)
        made.steps[i] = {all[i], is_attempt};
    return made;
}

} // namespace detail

/// The words of tables of reactions. A machine derives from this empty class, as a policy does from
/// `daxhold::words`.
struct words {
    /// The words of tables (tables/row.hpp, tables/table.hpp). A row with steps and without an
    /// ending does not compile.
    static constexpr detail::table_word table{};
    static constexpr tables::detail::when_word when{};
    static constexpr tables::detail::any_of_word any_of{};
    static constexpr tables::detail::none_of_word none_of{};
    static constexpr tables::detail::as_in_word as_in{};
    static constexpr auto otherwise = tables::otherwise;

    /// These operations, in this order. The first that fails is the last: what comes of it is
    /// decided as the event `step_failed`.
    template <class Operation, std::same_as<Operation>... More>
    requires std::is_enum_v<Operation>
    [[nodiscard]] static constexpr step_list<Operation, 1 + sizeof...(More)>
    steps(Operation first, More... more) noexcept {
        return detail::list_steps(false, {first, more...});
    }

    /// These operations, in this order; that one fails changes nothing, and an observer hears of
    /// it.
    template <class Operation, std::same_as<Operation>... More>
    requires std::is_enum_v<Operation>
    [[nodiscard]] static constexpr step_list<Operation, 1 + sizeof...(More)>
    attempt(Operation first, More... more) noexcept {
        return detail::list_steps(true, {first, more...});
    }

    /// Dealt with, and in that state now.
    template <tables::fact State>
    [[nodiscard]] static constexpr reaction<State, no_operation, 0> done(State next) noexcept {
        return {{}, 0, answer::done, 0, false, next};
    }

    /// Dealt with, and in the same state as before.
    [[nodiscard]] static constexpr reaction<no_state, no_operation, 0> done() noexcept {
        return {{}, 0, answer::done, 0, true};
    }

    /// Begun, and in that state until another event ends it.
    template <tables::fact State>
    [[nodiscard]] static constexpr reaction<State, no_operation, 0>
    in_progress(State next) noexcept {
        return {{}, 0, answer::in_progress, 0, false, next};
    }

    /// Begun before, and in the same state.
    [[nodiscard]] static constexpr reaction<no_state, no_operation, 0> in_progress() noexcept {
        return {{}, 0, answer::in_progress, 0, true};
    }

    /// Refused with this errno (positive, as in `<cerrno>`), and in the same state as before.
    [[nodiscard]] static constexpr reaction<no_state, no_operation, 0>
    refused(int errno_value) noexcept {
        return {{}, 0, answer::refused, errno_value, true};
    }

    /// Refused after all, when it had begun: back in the state from which it began.
    template <tables::fact State>
    [[nodiscard]] static constexpr reaction<State, no_operation, 0>
    refused(int errno_value, State back_to) noexcept {
        return {{}, 0, answer::refused, errno_value, false, back_to};
    }

    /// For the laws: these have to be so before an operation, or in a state.
    template <tables::fact... Holds>
    [[nodiscard]] static constexpr effect needs(Holds... what) noexcept {
        return {(tables::bit_of(what) | ...), 0, 0};
    }

    /// These are so once an operation was done, or an event has come.
    template <tables::fact... Holds>
    [[nodiscard]] static constexpr effect makes(Holds... what) noexcept {
        return {0, (tables::bit_of(what) | ...), 0};
    }

    /// These are no longer so; in a state: are not so there.
    template <tables::fact... Holds>
    [[nodiscard]] static constexpr effect ends(Holds... what) noexcept {
        return {0, 0, (tables::bit_of(what) | ...)};
    }

    /// That an operation fails has changed nothing: it is done as a whole or not at all.
    static constexpr effect or_nothing{0, 0, 0, true};

    /// Changes nothing of what is so, and needs nothing.
    static constexpr effect no_effect{};
};

} // namespace daxhold::reactions

/// \cond
// This is a name of the standard library, and not of this one.

/// The reaction that has room for both.
template <class StateA, class OperationA, std::size_t SizeA, class StateB, class OperationB,
          std::size_t SizeB>
requires(
    (std::is_same_v<StateA, StateB> || std::is_same_v<StateA, daxhold::reactions::no_state> ||
     std::is_same_v<StateB,
                    daxhold::reactions::
                        no_state>)&&(std::is_same_v<OperationA, OperationB> ||
                                     std::is_same_v<OperationA, daxhold::reactions::no_operation> ||
                                     std::is_same_v<OperationB,
                                                    daxhold::reactions::no_operation>)) struct std::
    common_type<daxhold::reactions::reaction<StateA, OperationA, SizeA>,
                daxhold::reactions::reaction<StateB, OperationB, SizeB>> {
    using type = daxhold::reactions::reaction<
        std::conditional_t<std::is_same_v<StateA, daxhold::reactions::no_state>, StateB, StateA>,
        std::conditional_t<std::is_same_v<OperationA, daxhold::reactions::no_operation>, OperationB,
                           OperationA>,
        (SizeA < SizeB ? SizeB : SizeA)>;
};

/// \endcond
