// SPDX-License-Identifier: BSL-1.0
#pragma once

#include "daxhold/policy/text.hpp"
#include "daxhold/releases/device_pool.hpp"

#include <string>

/// \file
/// Text for the actions of shipped policies that are no courses.

namespace daxhold::releases::pool {

/// A reaction as it is written: `quiesce >> tear_down >> done(region_state::gone)`,
/// `refused(region_state::gone, EIO)`.
[[nodiscard]] inline std::string to_text(const reaction& r) {
    std::string made;
    for (std::size_t i = 0; i != r.count; ++i)
        made += daxhold::to_text(name_of(r.steps[i])) + " >> ";
    made += daxhold::to_text(name_of(r.answer)) + "(" + daxhold::to_text(r.next);
    if (r.answer == pool_answer::refused)
        made += ", " + errno_name(r.errno_value);
    return made + ")";
}

} // namespace daxhold::releases::pool
