// SPDX-License-Identifier: BSL-1.0
#pragma once

#include "daxhold/event/byte_range.hpp"

#include <cstddef>

/// What a translation makes of a range.
namespace support {

/// The pieces of one range, in the order in which they came; at most eight.
struct pieces {
    daxhold::byte_range told[8]{};
    std::size_t size = 0;

    template <class... Ranges>
    [[nodiscard]] constexpr bool are(Ranges... expected) const {
        std::size_t i = 0;
        return size == sizeof...(Ranges) && ((told[i++] == expected) && ...);
    }
};

template <class Translation>
[[nodiscard]] constexpr pieces pieces_of(const Translation& translation,
                                         daxhold::byte_range on_lower) {
    pieces all;
    translation.translate(on_lower,
                          [&](daxhold::byte_range piece) { all.told[all.size++] = piece; });
    return all;
}

} // namespace support
