// SPDX-License-Identifier: BSL-1.0
#pragma once

#include "daxhold/policy/text.hpp"
#include "daxhold/reactions/law.hpp"

#include <cstdint>
#include <string>
#include <vector>

/// \file
/// Text for reactions, so that their tables can be shown as other tables are, and their graphs.

namespace daxhold::reactions {

/// A reaction as it is written: `steps(quiesce) >> attempt(abort, close) >> done(state::gone)`,
/// `refused(EBUSY)`.
template <class State, class Operation, std::size_t Size>
[[nodiscard]] std::string to_text(const reaction<State, Operation, Size>& r) {
    std::string made;
    for (std::size_t i = 0; i != r.count; ++i) {
        const bool goes_on = i != 0 && r.steps[i - 1].is_attempt == r.steps[i].is_attempt;
        made += goes_on ? ", " : r.steps[i].is_attempt ? "attempt(" : "steps(";
        made += tables::to_text(tables::name_of(r.steps[i].what));
        if (i + 1 == r.count || r.steps[i + 1].is_attempt != r.steps[i].is_attempt)
            made += ") >> ";
    }
    made += tables::to_text(tables::name_of(r.answer)) + "(";
    if (r.answer == answer::refused)
        made += errno_name(r.errno_value) + (r.stays ? "" : ", ");
    return made + (r.stays ? "" : tables::to_text(r.next)) + ")";
}

/// The graph of a machine's states as a diagram of Mermaid: an arrow for each state that can follow
/// another one, with the events that lead there, whatever the other facts. Events that leave a
/// state as it is are left out, and states that do not come after the first one.
template <class Machine>
[[nodiscard]] std::string state_diagram() {
    using state = typename Machine::state;
    using event = typename Machine::event;
    constexpr std::size_t states = tables::value_count<state>;
    const auto name = [](auto value) { return tables::to_text(tables::name_of(value)); };
    std::vector<std::uint64_t> events(states * states);
    detail::graph_of<Machine>.each(
        ~std::uint64_t{0}, ~std::uint64_t{0}, [&](state in, event on, std::size_t, const auto& r) {
            events[static_cast<std::size_t>(in) * states + static_cast<std::size_t>(r.after(in))] |=
                tables::bit_of(on);
            return true;
        });
    std::uint64_t reached = 1;
    for (std::size_t more = 0; more != states; ++more)
        for (std::size_t arrow = 0; arrow != events.size(); ++arrow)
            if (events[arrow] != 0 && ((reached >> (arrow / states)) & 1U) != 0)
                reached |= std::uint64_t{1} << (arrow % states);
    std::string made = "stateDiagram-v2\n    [*] --> " + name(state{}) + "\n";
    for (std::size_t arrow = 0; arrow != events.size(); ++arrow) {
        if (events[arrow] == 0 || arrow / states == arrow % states ||
            ((reached >> (arrow / states)) & 1U) == 0)
            continue;
        std::string label;
        for (std::size_t e = 0; e != tables::value_count<event>; ++e)
            if (((events[arrow] >> e) & 1U) != 0)
                label += (label.empty() ? "" : ", ") + name(static_cast<event>(e));
        made += "    " + name(static_cast<state>(arrow / states)) + " --> " +
                name(static_cast<state>(arrow % states)) + " : " + label + "\n";
    }
    return made;
}

} // namespace daxhold::reactions
