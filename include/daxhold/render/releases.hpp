// SPDX-License-Identifier: BSL-1.0
#pragma once

#include "daxhold/releases/device_pool.hpp"
#include "daxhold/render/words.hpp"

#include <string>

/// \file
/// Words for the actions of shipped policies that are no courses.

namespace daxhold::releases::pool {

/// A reaction in words: `quiesce, tear_down, then done [gone]`, `refused with -EIO [gone]`, the
/// state that the region is in behind it in brackets.
[[nodiscard]] inline std::string describe_action(const reaction& r) {
    std::string made;
    for (std::size_t i = 0; i != r.count; ++i)
        made += render::name(r.steps[i]) + ", ";
    made += (made.empty() ? "" : "then ") + render::name(r.answer);
    if (r.answer == pool_answer::refused)
        made += " with " + render::name(r.outcome());
    return made + " [" + render::name(r.next) + "]";
}

} // namespace daxhold::releases::pool
