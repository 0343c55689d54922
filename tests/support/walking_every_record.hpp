// SPDX-License-Identifier: BSL-1.0
#pragma once

#include "daxhold/policies/recommended.hpp"

namespace support {

/// The tables of `recommended`, and a gate that has every record walked.
struct walking_every_record : daxhold::policies::recommended {
    static constexpr auto gate = [] {
        auto made = daxhold::policies::recommended::gate;
        for (auto& course : made.actions)
            if (course.end == daxhold::ending::walk_in_core)
                course.end = daxhold::ending::walk;
        return made;
    }();
};

} // namespace support
