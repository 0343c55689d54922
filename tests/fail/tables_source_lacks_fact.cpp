// SPDX-License-Identifier: BSL-1.0
// EXPECT: source_does_not_answer_for<.*cause>
// EXPECT: the source of facts needs an operator
#include "daxhold/tables/decide.hpp"

using namespace daxhold;
using namespace daxhold::tables;

enum class role : unsigned char { data, log };
enum class cause : unsigned char { removal, corruption };

static constexpr auto gate = table(when(role::log, cause::removal) >> 1, otherwise >> 2);

struct filesystem {
    role operator()(boost::hana::type<role>) const { return role::log; }
#ifndef EXPECT_FAIL
    cause operator()(boost::hana::type<cause>) const { return cause::removal; }
#endif
};

int answer(const filesystem& f) { return decide<gate>(f); }
