// SPDX-License-Identifier: BSL-1.0
#pragma once

#include "daxhold/releases/recommended.hpp"

namespace support {

/// The tables of `recommended`, and a gate that has every record walked.
struct walking_every_record : daxhold::releases::recommended {
    static constexpr auto gate = [] {
        auto made = daxhold::releases::recommended::gate;
        for (auto& course : made.actions)
            if (course.end == daxhold::ending::walk_in_core)
                course.end = daxhold::ending::walk;
        return made;
    }();
};

} // namespace support
