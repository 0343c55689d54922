// SPDX-License-Identifier: BSL-1.0
// Everything below the first row is dead; the message is as short as for one row.
// EXPECT: row_can_never_win<2, .*row_numbers<1>
// EXPECT: the rows above it leave it nothing
#include "daxhold/tables/decide.hpp"

using namespace daxhold;
using namespace daxhold::tables;

enum class step : unsigned char { a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p };

static constexpr auto gate =
    table(when(
#ifdef EXPECT_FAIL
              any_of(step::a, step::b, step::c, step::d, step::e, step::f, step::g, step::h,
                     step::i, step::j, step::k, step::l, step::m, step::n, step::o, step::p)
#else
              step::p
#endif
                  ) >>
              0,
          when(step::a) >> 1, when(step::b) >> 2, when(step::c) >> 3, when(step::d) >> 4,
          when(step::e) >> 5, when(step::f) >> 6, when(step::g) >> 7, when(step::h) >> 8,
          when(step::i) >> 9, when(step::j) >> 10, when(step::k) >> 11, when(step::l) >> 12,
          when(step::m) >> 13, when(step::n) >> 14, otherwise >> 15);

int answer(step s) { return decide<gate>(known(s)); }
