// SPDX-License-Identifier: BSL-1.0
#pragma once

#include "daxhold/reactions/law.hpp"

#include <cstddef>

namespace support {

/// What came of the laws, a letter each in the order of `lawful`: as in the matrix of
/// tests/laws/shipped.cpp: "." for one that is kept, "x" for one that is broken, "?" for one that
/// was not tried.
struct row_of_verdicts {
    char of[7] = {};

    [[nodiscard]] friend constexpr bool operator==(const row_of_verdicts& row, const char* said) {
        for (std::size_t i = 0; i != 7; ++i)
            if (row.of[i] != said[i])
                return false;
        return true;
    }
};

template <class Machine, class... Laws>
[[nodiscard]] constexpr row_of_verdicts verdicts_of() {
    static_assert(daxhold::tables::proven<Machine::on_event>);
    constexpr char letters[] = {'.', 'x', '?'};
    return {
        {letters[static_cast<std::size_t>(daxhold::reactions::finding_of<Laws, Machine>.what)]...}};
}

template <class Machine>
constexpr row_of_verdicts verdicts = verdicts_of<
    Machine, daxhold::reactions::what_is_gone_stays_gone,
    daxhold::reactions::what_is_in_progress_ends, daxhold::reactions::an_answer_is_true,
    daxhold::reactions::nothing_touches_what_was_torn_down,
    daxhold::reactions::a_refusal_changes_nothing, daxhold::reactions::a_state_is_what_it_says>();

} // namespace support
