// SPDX-License-Identifier: BSL-1.0
#pragma once

/// \file
/// The version of daxhold, told here and nowhere else: the build reads these three lines. While the
/// first number is 0, a change of the second may break users; a change of the third never does.

/// The three numbers of the version, for the preprocessor.
#define DAXHOLD_VERSION_MAJOR 0
#define DAXHOLD_VERSION_MINOR 1
#define DAXHOLD_VERSION_PATCH 0

namespace daxhold {

/// A version of this library.
struct version_number {
    /// Its three numbers.
    int major;
    int minor;
    int patch;

    [[nodiscard]] friend constexpr bool operator==(version_number,
                                                   version_number) noexcept = default;
};

/// The version of the headers that this program is compiled with.
inline constexpr version_number version{DAXHOLD_VERSION_MAJOR, DAXHOLD_VERSION_MINOR,
                                        DAXHOLD_VERSION_PATCH};

} // namespace daxhold
