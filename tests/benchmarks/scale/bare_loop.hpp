// SPDX-License-Identifier: BSL-1.0
#pragma once

#include "large_filesystem.hpp"

#include <cstdint>
#include <vector>

namespace benchmarks {

/// What a bare loop over records counts.
struct census {
    std::uint64_t outside = 0;
    std::uint64_t file_data = 0;
    std::uint64_t others = 0;
};

/// The least that a walk can do: whether a record meets the range, whose it is, one more of them.
[[gnu::noinline]] inline census count_owners(const std::vector<rmap_record>& records,
                                             byte_range range) {
    census counted;
    for (const auto& record : records) {
        if (record.extent.end() <= range.offset() || record.extent.offset() >= range.end())
            ++counted.outside;
        else if (record.owner == owner::file_data)
            ++counted.file_data;
        else
            ++counted.others;
    }
    return counted;
}

} // namespace benchmarks
