// SPDX-License-Identifier: BSL-1.0
// EXPECT: narrows_a_comparison<.*cause>
// EXPECT: a comparison is narrowed by `when\(\.\.\.\)` and by functions from a value of a fact
#include "daxhold/tables.hpp"

using namespace daxhold::tables;

enum class cause : unsigned char { corruption, removal };
constexpr auto ours = table(when(cause::corruption) >> 1, otherwise >> 2);
constexpr auto theirs = table(when(cause::corruption) >> 2, otherwise >> 2);

#ifdef EXPECT_FAIL
std::size_t changes() { return difference<ours, theirs, cause::removal>.size(); }
#else
std::size_t changes() { return difference<ours, theirs, when(cause::removal)>.size(); }
#endif
