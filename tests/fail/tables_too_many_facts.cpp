// SPDX-License-Identifier: BSL-1.0
// EXPECT: a table has at most 128 facts
#include "daxhold/tables/table.hpp"

#include "daxhold/tables/decide.hpp"

using namespace daxhold;
using namespace daxhold::tables;

// clang-format off
#define FACT(n) enum class f##n : unsigned char { no, yes };
#define EIGHT(n) FACT(n##0) FACT(n##1) FACT(n##2) FACT(n##3) FACT(n##4) FACT(n##5) FACT(n##6) FACT(n##7)
#define ALL(x) x(a) x(b) x(c) x(d) x(e) x(f) x(g) x(h) x(i) x(j) x(k) x(l) x(m) x(n) x(o) x(p)
ALL(EIGHT) FACT(q0)

#define ROW(n) when(f##n##0::yes, f##n##1::yes, f##n##2::yes, f##n##3::yes, \
                    f##n##4::yes, f##n##5::yes, f##n##6::yes, f##n##7::yes) >> 1,
    // clang-format on

    static constexpr auto gate = table(
#ifdef EXPECT_FAIL
        when(fq0::no) >> 1,
#endif
        ALL(ROW) otherwise >> 0);

#ifndef EXPECT_FAIL
struct all_alike {
    template <class Fact>
    constexpr Fact operator()(boost::hana::basic_type<Fact>) const {
        return is_no ? Fact::no : Fact::yes;
    }
    bool is_no;
};

static_assert(decide<gate>(all_alike{false}) == 1);
static_assert(decide<gate>(all_alike{true}) == 0);
#endif
