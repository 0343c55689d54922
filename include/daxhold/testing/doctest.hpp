// SPDX-License-Identifier: BSL-1.0
#pragma once

#include "daxhold/testing/golden.hpp"

#include <doctest/doctest.h>

/// \file
/// How doctest prints the values of the library where a check fails: facts by their names (those of
/// your own too), results by what they mean, rows and courses as they are written. Include it
/// before the first check.
///
/// The umbrella leaves this out: not everybody has doctest.

namespace daxhold::testing {

/// A value that has a text, which is more than a number.
template <class Value>
concept printable = (tables::fact<Value> || !std::is_enum_v<Value>)&&requires(const Value& value) {
    { to_text(value) } -> std::same_as<std::string>;
};

} // namespace daxhold::testing

/// \cond
// These are names of doctest, and not of this library.

// doctest prints an enumeration as its number, and asks nobody, unless it takes it for something
// else.
template <daxhold::tables::fact Fact>
struct doctest::detail::types::is_enum<Fact> {
    static constexpr bool value = false;
};

/// doctest's own way to print what is no enumeration.
template <daxhold::testing::printable Value>
struct doctest::StringMaker<Value> {
    static String convert(const Value& value) {
        using daxhold::testing::to_text;
        return to_text(value).c_str();
    }
};

/// A comparison with a golden file says what is different.
template <>
struct doctest::StringMaker<daxhold::testing::golden_comparison> {
    static String convert(const daxhold::testing::golden_comparison& compared) {
        return compared.is_same ? "the same as the golden file" : compared.difference.c_str();
    }
};

/// \endcond
