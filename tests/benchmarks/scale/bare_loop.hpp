// SPDX-License-Identifier: BSL-1.0
#pragma once

#include "large_filesystem.hpp"

#include <cstdint>

namespace benchmarks {

/// What a bare loop over records counts.
struct census {
    std::uint64_t records = 0;
    std::uint64_t file_data = 0;
};

/// The tightest loop that was found which does what a walk has to: from the first record of a
/// range, whether the next one still begins in it, and whether it is file data.
[[gnu::noinline]] inline census count_owners(const extents& image, byte_range range) {
    census counted;
    const auto* const first = image.first_in(range);
    const auto* const end = image.records.data() + image.records.size();
    const auto* at = first;
    for (; at != end && at->extent.offset() < range.end(); ++at)
        if (at->owner == owner::file_data)
            ++counted.file_data;
    counted.records = static_cast<std::uint64_t>(at - first);
    return counted;
}

} // namespace benchmarks
