// SPDX-License-Identifier: BSL-1.0
#pragma once

#include "daxhold/testing/golden.hpp"

#include <doctest/doctest.h>

/// \file
/// How doctest prints the values of the library where a check fails: facts by their names, results
/// by what they mean, rows and courses as they are written. Include it before the first check.
///
/// doctest finds the printer of an enumeration beside the enumeration. For a fact of your own it is
/// one line in the fact's namespace:
///
/// \snippet tests/reference/examples.cpp print
///
/// The umbrella leaves this out: not everybody has doctest.

namespace daxhold::testing {

/// A value as doctest prints it.
template <class Value>
[[nodiscard]] doctest::String to_doctest(const Value& value) {
    return to_text(value).c_str();
}

/// A value that has a text, and is no enumeration.
template <class Value>
concept printable = !std::is_enum_v<Value> && requires(const Value& value) {
    { to_text(value) } -> std::same_as<std::string>;
};

} // namespace daxhold::testing

namespace daxhold {

// NOLINTBEGIN(readability-identifier-naming): doctest looks for this name
/// How doctest prints an enumeration of the library: by the name of its value.
inline doctest::String toString(cause v) { return testing::to_doctest(v); }
inline doctest::String toString(meaning v) { return testing::to_doctest(v); }
inline doctest::String toString(scope v) { return testing::to_doctest(v); }
inline doctest::String toString(role v) { return testing::to_doctest(v); }
inline doctest::String toString(mount v) { return testing::to_doctest(v); }
inline doctest::String toString(rmap v) { return testing::to_doctest(v); }
inline doctest::String toString(range v) { return testing::to_doctest(v); }
inline doctest::String toString(groups v) { return testing::to_doctest(v); }
inline doctest::String toString(can_freeze v) { return testing::to_doctest(v); }
inline doctest::String toString(can_kill_users v) { return testing::to_doctest(v); }
inline doctest::String toString(can_invalidate v) { return testing::to_doctest(v); }
inline doctest::String toString(can_shut_down v) { return testing::to_doctest(v); }
inline doctest::String toString(owner v) { return testing::to_doctest(v); }
inline doctest::String toString(inode v) { return testing::to_doctest(v); }
inline doctest::String toString(mapping v) { return testing::to_doctest(v); }
inline doctest::String toString(sharing v) { return testing::to_doctest(v); }
inline doctest::String toString(walk_end v) { return testing::to_doctest(v); }
inline doctest::String toString(want_shutdown v) { return testing::to_doctest(v); }
inline doctest::String toString(frozen v) { return testing::to_doctest(v); }
inline doctest::String toString(operation v) { return testing::to_doctest(v); }
inline doctest::String toString(users v) { return testing::to_doctest(v); }
inline doctest::String toString(poison v) { return testing::to_doctest(v); }
inline doctest::String toString(shutdown_reason v) { return testing::to_doctest(v); }
inline doctest::String toString(on_error v) { return testing::to_doctest(v); }
inline doctest::String toString(ending v) { return testing::to_doctest(v); }
inline doctest::String toString(put_outcome v) { return testing::to_doctest(v); }

} // namespace daxhold

namespace daxhold::testing {

/// How doctest prints a call of a mock filesystem: by its name.
inline doctest::String toString(call v) { return to_doctest(v); }
// NOLINTEND(readability-identifier-naming)

} // namespace daxhold::testing

/// \cond
// These are names of doctest, and not of this library.

/// doctest's own way to print what is no enumeration.
template <daxhold::testing::printable Value>
struct doctest::StringMaker<Value> {
    static String convert(const Value& value) { return daxhold::testing::to_doctest(value); }
};

/// A comparison with a golden file says what is different.
template <>
struct doctest::StringMaker<daxhold::testing::golden_comparison> {
    static String convert(const daxhold::testing::golden_comparison& compared) {
        return compared.is_same ? "the same as the golden file" : compared.difference.c_str();
    }
};

/// \endcond
