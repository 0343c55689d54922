// SPDX-License-Identifier: BSL-1.0
#include "daxhold/tables/detail/colours.hpp"

#include <doctest/doctest.h>

#include <array>
#include <cmath>
#include <string>

using namespace daxhold::tables::detail;

namespace {

using rgb = std::array<double, 3>;

/// The light of a colour, without the gamma of sRGB.
rgb light_of(const std::string& colour) {
    rgb light{};
    for (std::size_t i = 0; i != 3; ++i) {
        const double value = std::stoi(colour.substr(1 + 2 * i, 2), nullptr, 16) / 255.0;
        light[i] = value <= 0.04045 ? value / 12.92 : std::pow((value + 0.055) / 1.055, 2.4);
    }
    return light;
}

/// Oklab, in which distances are about as large as they look.
rgb lab_of(const rgb& c) {
    const double l = std::cbrt(0.4122214708 * c[0] + 0.5363325363 * c[1] + 0.0514459929 * c[2]);
    const double m = std::cbrt(0.2119034982 * c[0] + 0.6806995451 * c[1] + 0.1073969566 * c[2]);
    const double s = std::cbrt(0.0883024619 * c[0] + 0.2817188376 * c[1] + 0.6299787005 * c[2]);
    return {0.2104542553 * l + 0.7936177850 * m - 0.0040720468 * s,
            1.9779984951 * l - 2.4285922050 * m + 0.4505937099 * s,
            0.0259040371 * l + 0.7827717662 * m - 0.8086757660 * s};
}

double distance(const rgb& a, const rgb& b) {
    return std::hypot(a[0] - b[0], a[1] - b[1], a[2] - b[2]);
}

using matrix = std::array<rgb, 3>;

rgb seen_by(const matrix& eye, const rgb& light) {
    rgb seen{};
    for (std::size_t i = 0; i != 3; ++i)
        for (std::size_t j = 0; j != 3; ++j)
            seen[i] += eye[i][j] * light[j];
    for (auto& each : seen)
        each = each < 0 ? 0 : each;
    return seen;
}

// Machado, Oliveira, Fernandes: "A Physiologically-based Model for Simulation of Color Vision
// Deficiency" (2009), at full severity.
constexpr matrix full{{{1, 0, 0}, {0, 1, 0}, {0, 0, 1}}};
constexpr matrix protanopia{{{0.152286, 1.052583, -0.204868},
                             {0.114503, 0.786281, 0.099216},
                             {-0.003882, -0.048116, 1.051998}}};
constexpr matrix deuteranopia{{{0.367322, 0.860646, -0.227968},
                               {0.280085, 0.672501, 0.047413},
                               {-0.011820, 0.042940, 0.968881}}};

} // namespace

TEST_CASE("black text can be read on every colour") {
    for (std::size_t number = 0; number != 64; ++number) {
        const auto light = light_of(colour_of(number));
        const double luminance = 0.2126 * light[0] + 0.7152 * light[1] + 0.0722 * light[2];
        // The text is #222222; 4.5 is what WCAG asks for.
        CHECK((luminance + 0.05) / (0.0159 + 0.05) >= 4.5);
    }
}

TEST_CASE("no two of eight colours look alike, to whichever eye, nor two of sixteen to most") {
    for (const auto* const eye : {&full, &protanopia, &deuteranopia})
        for (std::size_t i = 0; i != (eye == &full ? 16U : 8U); ++i)
            for (std::size_t j = 0; j != i; ++j) {
                CAPTURE(i);
                CAPTURE(j);
                CHECK(distance(lab_of(seen_by(*eye, light_of(colour_of(i)))),
                               lab_of(seen_by(*eye, light_of(colour_of(j))))) > 0.04);
            }
}
