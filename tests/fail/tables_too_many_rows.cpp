// SPDX-License-Identifier: BSL-1.0
// EXPECT: a table has at most 64 rows
#include "daxhold/tables/decide.hpp"

using namespace daxhold;
using namespace daxhold::tables;

enum class low : unsigned char { l0, l1, l2, l3, l4, l5, l6, l7 };
enum class high : unsigned char { h0, h1, h2, h3, h4, h5, h6, h7, h8 };

static constexpr auto gate = table(
    when(high::h0, low::l0) >> 0, when(high::h0, low::l1) >> 1, when(high::h0, low::l2) >> 2,
    when(high::h0, low::l3) >> 3, when(high::h0, low::l4) >> 4, when(high::h0, low::l5) >> 5,
    when(high::h0, low::l6) >> 6, when(high::h0, low::l7) >> 7, when(high::h1, low::l0) >> 8,
    when(high::h1, low::l1) >> 9, when(high::h1, low::l2) >> 10, when(high::h1, low::l3) >> 11,
    when(high::h1, low::l4) >> 12, when(high::h1, low::l5) >> 13, when(high::h1, low::l6) >> 14,
    when(high::h1, low::l7) >> 15, when(high::h2, low::l0) >> 16, when(high::h2, low::l1) >> 17,
    when(high::h2, low::l2) >> 18, when(high::h2, low::l3) >> 19, when(high::h2, low::l4) >> 20,
    when(high::h2, low::l5) >> 21, when(high::h2, low::l6) >> 22, when(high::h2, low::l7) >> 23,
    when(high::h3, low::l0) >> 24, when(high::h3, low::l1) >> 25, when(high::h3, low::l2) >> 26,
    when(high::h3, low::l3) >> 27, when(high::h3, low::l4) >> 28, when(high::h3, low::l5) >> 29,
    when(high::h3, low::l6) >> 30, when(high::h3, low::l7) >> 31, when(high::h4, low::l0) >> 32,
    when(high::h4, low::l1) >> 33, when(high::h4, low::l2) >> 34, when(high::h4, low::l3) >> 35,
    when(high::h4, low::l4) >> 36, when(high::h4, low::l5) >> 37, when(high::h4, low::l6) >> 38,
    when(high::h4, low::l7) >> 39, when(high::h5, low::l0) >> 40, when(high::h5, low::l1) >> 41,
    when(high::h5, low::l2) >> 42, when(high::h5, low::l3) >> 43, when(high::h5, low::l4) >> 44,
    when(high::h5, low::l5) >> 45, when(high::h5, low::l6) >> 46, when(high::h5, low::l7) >> 47,
    when(high::h6, low::l0) >> 48, when(high::h6, low::l1) >> 49, when(high::h6, low::l2) >> 50,
    when(high::h6, low::l3) >> 51, when(high::h6, low::l4) >> 52, when(high::h6, low::l5) >> 53,
    when(high::h6, low::l6) >> 54, when(high::h6, low::l7) >> 55, when(high::h7, low::l0) >> 56,
    when(high::h7, low::l1) >> 57, when(high::h7, low::l2) >> 58, when(high::h7, low::l3) >> 59,
    when(high::h7, low::l4) >> 60, when(high::h7, low::l5) >> 61, when(high::h7, low::l6) >> 62,
#ifdef EXPECT_FAIL
    when(high::h7, low::l7) >> 63,
#endif
    otherwise >> 64);

int answer(high h, low l) { return decide<gate>(known(h, l)); }
