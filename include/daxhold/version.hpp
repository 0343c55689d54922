// SPDX-License-Identifier: BSL-1.0
#pragma once

/// \file
/// The version of daxhold, told here and nowhere else: the build reads these three lines. While the
/// first number is 0, a change of the second may break users; a change of the third never does.
///
/// It is what every header includes first, so that a compiler that was not told to take C++20 says
/// that, and stops.

#if __cplusplus < 202002L
#    error daxhold needs C++20: compile with -std=c++20, or newer
// A header that is not there is what compilers stop at; after an #error they go on.
#    include "daxhold needs C++20: -std=c++20"
#endif

#ifdef DAXHOLD_VERSION_MAJOR
#    error two copies of daxhold in one file: include/daxhold and a single header of it, or two versions
#    include "two copies of daxhold"
#endif

/// The three numbers of the version, for the preprocessor.
#define DAXHOLD_VERSION_MAJOR 0
#define DAXHOLD_VERSION_MINOR 1
#define DAXHOLD_VERSION_PATCH 0

/// The name of an attribute of GNU, for what is inlined wherever compilers optimise. Where they do
/// not, `always_inline` would give each caller a copy of all that is below it, with each check of a
/// sanitizer, and gain nothing: without it tests/policy/engine.cpp compiles in half of the time and
/// memory (clang 19, -O0, sanitizers: 16 instead of 32 s, 1.1 instead of 2.7 GB).
#ifdef __OPTIMIZE__
#    define DAXHOLD_INLINED always_inline
#else
#    define DAXHOLD_INLINED unused
#endif

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
