// SPDX-License-Identifier: BSL-1.0
// MISTAKE: a typo in an action
// FIRST: did you mean '?.?ignore
// FIRST: igore
// EXPECT: igore
#include "daxhold/tables.hpp"

using namespace daxhold::tables;

enum class role : unsigned char { data, log };
enum class action { ignore, walk };

#ifdef EXPECT_FAIL
static constexpr auto gate = table(when(role::log) >> action::igore, otherwise >> action::walk);
#else
static constexpr auto gate = table(when(role::log) >> action::ignore, otherwise >> action::walk);
#endif

action answer(role r) { return decide<gate>(known(r)); }
