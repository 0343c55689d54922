// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <cstddef>

/// \file
/// Colours for fills that carry black text, which people see apart who see colours differently.

namespace daxhold::render::detail {

/// The "light" scheme of Paul Tol's "Colour Schemes" (SRON technical note, 2021), without its grey.
inline constexpr const char* colours[] = {"#77AADD", "#EE8866", "#EEDD88", "#44BB99",
                                          "#FFAABB", "#99DDFF", "#BBCC33", "#AAAA00"};
inline constexpr std::size_t colour_count = sizeof(colours) / sizeof(colours[0]);

/// For what has no row.
inline constexpr const char* no_colour = "#DDDDDD";

} // namespace daxhold::render::detail
