// SPDX-License-Identifier: BSL-1.0
// MISTAKE: a row is hidden by those above it
// FIRST: move it up or remove it
// FIRST: row_can_never_win<3, daxhold::tables::row_numbers<1> ?>
// EXPECT: row_can_never_win<3, .*row_numbers<1>
// EXPECT: the rows above it leave it nothing
#include "daxhold/tables/decide.hpp"

using namespace daxhold;
using namespace daxhold::tables;

enum class role : unsigned char { data, log, realtime };
enum class cause : unsigned char { removal, corruption };

static constexpr auto gate = table(
#ifdef EXPECT_FAIL
    when(role::log) >> 1, when(role::data) >> 2, when(role::log, cause::removal) >> 3,
#else
    when(role::log, cause::removal) >> 3, when(role::log) >> 1, when(role::data) >> 2,
#endif
    otherwise >> 4);

int answer(role r, cause c) { return decide<gate>(known(r, c)); }
