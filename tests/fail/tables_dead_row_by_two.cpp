// SPDX-License-Identifier: BSL-1.0
// No row alone hides row 4, rows 1 and 3 do it together, and row 2 has nothing to do with it.
// EXPECT: row_can_never_win<4, .*row_numbers<1, 3>
// EXPECT: the rows above it leave it nothing
#include "daxhold/tables/decide.hpp"

using namespace daxhold;
using namespace daxhold::tables;

enum class role : unsigned char { data, log, realtime };
enum class cause : unsigned char { removal, corruption };
enum class rmap : unsigned char { present, absent };

static constexpr auto gate =
    table(when(role::log, cause::removal) >> 1, when(role::data, rmap::absent) >> 2,
#ifdef EXPECT_FAIL
          when(cause::corruption) >> 3,
#else
          when(cause::corruption, rmap::absent) >> 3,
#endif
          when(role::log) >> 4, otherwise >> 5);

int answer(role r, cause c, rmap m) { return decide<gate>(known(r, c, m)); }
