// SPDX-License-Identifier: BSL-1.0
#pragma once

#include "daxhold/policy/text.hpp"
#include "daxhold/reactions/reaction.hpp"

#include <string>

/// \file
/// Text for reactions, so that their tables can be shown as other tables are.

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

} // namespace daxhold::reactions
