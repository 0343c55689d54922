// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <doctest/doctest.h>

/// Checks a constant expression twice: by the compiler, and again at run time.
#define CHECK_BOTH(...)                                                                            \
    do {                                                                                           \
        static_assert(__VA_ARGS__);                                                                \
        CHECK(__VA_ARGS__);                                                                        \
    } while (false)
