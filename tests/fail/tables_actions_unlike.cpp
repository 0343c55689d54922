// SPDX-License-Identifier: BSL-1.0
// EXPECT: the actions of a table have a type in common
#include "daxhold/tables/decide.hpp"

using namespace daxhold;
using namespace daxhold::tables;

enum class role : unsigned char { data, log };
struct walk {};
struct ignore {};

static constexpr auto gate = table(
    when(role::log) >> walk{},
#ifdef EXPECT_FAIL
    otherwise >> ignore {}
#else
    otherwise >> walk{}
#endif
);

walk answer(role r) { return decide<gate>(known(r)); }
