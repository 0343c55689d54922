// SPDX-License-Identifier: BSL-1.0
#pragma once

#include "daxhold/policy/words.hpp"

namespace support {

/// Whether a table `row_sources` says of every cell where it was read: there is no row that claims
/// that a kernel was seen, and nothing follows from any of them.
template <auto const& Table>
[[nodiscard]] constexpr bool is_read_everywhere() {
    static_assert(daxhold::proven<Table>);
    for (const auto& from : Table.actions)
        if (from.how != daxhold::evidence::read || from.source.size == 0 ||
            from.aftermaths.bits != 0)
            return false;
    return true;
}

} // namespace support
