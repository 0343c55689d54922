// SPDX-License-Identifier: BSL-1.0
// A number is no fact, though it converts into one in other languages.
// EXPECT: source_does_not_answer_for<.*role>
// EXPECT: the source of facts needs an operator
#include "daxhold/tables/decide.hpp"

using namespace daxhold;
using namespace daxhold::tables;

enum class role : unsigned char { data, log };

static constexpr auto gate = table(when(role::log) >> 1, otherwise >> 2);

struct filesystem {
#ifdef EXPECT_FAIL
    int operator()(boost::hana::type<role>) const { return 1; }
#else
    role operator()(boost::hana::type<role>) const { return role::log; }
#endif
};

int answer(const filesystem& f) { return decide<gate>(f); }
