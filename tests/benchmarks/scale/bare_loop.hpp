// SPDX-License-Identifier: BSL-1.0
#pragma once

#include "large_filesystem.hpp"

#include <algorithm>
#include <cstdint>

namespace benchmarks {

/// What a bare loop over records counts.
struct census {
    std::uint64_t records = 0;
    std::uint64_t file_data = 0;
};

/// The tightest loop that was found which finds each record of file data, so that something could
/// be done for it: it knows where the range ends, and std::find_if goes four records at a time.
[[gnu::noinline]] inline census count_owners(const extents& image, byte_range range) {
    const auto is_file_data = [](const packed_record& record) {
        return record.owner == owner::file_data;
    };
    const auto* at = image.first_in(range);
    const auto* const last = image.end_in(range, at);
    census counted{static_cast<std::uint64_t>(last - at)};
    for (; (at = std::find_if(at, last, is_file_data)) != last; ++at)
        ++counted.file_data;
    return counted;
}

} // namespace benchmarks
