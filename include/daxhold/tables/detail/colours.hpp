// SPDX-License-Identifier: BSL-1.0
#pragma once

#include "daxhold/version.hpp"

#include <cstddef>
#include <string>

/// \file
/// Colours for fills that carry black text.

namespace daxhold::tables::detail {

/// The colour of the action of this number. The first eight people see apart who see colours
/// differently: the "light" scheme of Paul Tol's "Colour Schemes" (SRON technical note, 2021),
/// without its grey. Those after them are a golden angle of the hue apart; where they become many,
/// the numbers of rows tell.
[[nodiscard]] inline std::string colour_of(std::size_t number) {
    static constexpr const char* first[] = {"#77AADD", "#EE8866", "#EEDD88", "#44BB99",
                                            "#FFAABB", "#99DDFF", "#BBCC33", "#AAAA00"};
    if (number < std::size(first))
        return first[number];
    // A turn of the hue has 1536 parts. It begins where the eight colours above are far away.
    std::string made = "#";
    for (std::size_t channel = 0; channel != 3; ++channel) {
        const auto at = (949 * number + 512 * channel + 1392) % 1536;
        const auto value = 120 + 125 * (at < 768 ? 768 - at : at - 768) / 768;
        constexpr const char* digits = "0123456789ABCDEF";
        (made += digits[value / 16]) += digits[value % 16];
    }
    return made;
}

} // namespace daxhold::tables::detail
