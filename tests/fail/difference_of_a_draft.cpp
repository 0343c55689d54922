// SPDX-License-Identifier: BSL-1.0
// EXPECT: no_row_applies_to<
// EXPECT: cause::removal
// EXPECT: add the row, or end the table with `otherwise`
#include "daxhold/event/failure_flags.hpp"
#include "daxhold/tables.hpp"

using namespace daxhold;
using namespace daxhold::tables;

constexpr auto ours = table(when(cause::corruption) >> 1, otherwise >> 2);
#ifdef EXPECT_FAIL
constexpr auto draft = table(when(cause::corruption) >> 2);
#else
constexpr auto draft = table(when(cause::corruption) >> 2, otherwise >> 2);
#endif

std::size_t changes() { return difference<ours, draft>.size(); }
