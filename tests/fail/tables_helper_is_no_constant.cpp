// SPDX-License-Identifier: BSL-1.0
// MISTAKE: a helper in a table is not constexpr
// FIRST: error_of
// EXPECT: non-'?constexpr'? function '(int )?error_of
// EXPECT: a table is constexpr, and so is all that its rows call
#include "daxhold/tables.hpp"

using namespace daxhold::tables;

enum class role : unsigned char { data, log };

#ifdef EXPECT_FAIL
int error_of(int number) { return -number; }
#else
constexpr int error_of(int number) { return -number; }
#endif

static constexpr auto gate = table(when(role::log) >> error_of(5), otherwise >> 0);

int answer(role r) { return decide<gate>(known(r)); }
