// SPDX-License-Identifier: BSL-1.0
// One cell of 2^40 has no row.
// EXPECT: no_row_applies_to<.*f0::yes, .*f20::yes, .*f39::yes
// EXPECT: add the row, or end the table with `otherwise`
#include "daxhold/tables/decide.hpp"

using namespace daxhold;
using namespace daxhold::tables;

// clang-format off
enum class f0 : unsigned char { no, yes }; enum class f1 : unsigned char { no, yes }; enum class f2 : unsigned char { no, yes };
enum class f3 : unsigned char { no, yes }; enum class f4 : unsigned char { no, yes }; enum class f5 : unsigned char { no, yes };
enum class f6 : unsigned char { no, yes }; enum class f7 : unsigned char { no, yes }; enum class f8 : unsigned char { no, yes };
enum class f9 : unsigned char { no, yes }; enum class f10 : unsigned char { no, yes }; enum class f11 : unsigned char { no, yes };
enum class f12 : unsigned char { no, yes }; enum class f13 : unsigned char { no, yes }; enum class f14 : unsigned char { no, yes };
enum class f15 : unsigned char { no, yes }; enum class f16 : unsigned char { no, yes }; enum class f17 : unsigned char { no, yes };
enum class f18 : unsigned char { no, yes }; enum class f19 : unsigned char { no, yes }; enum class f20 : unsigned char { no, yes };
enum class f21 : unsigned char { no, yes }; enum class f22 : unsigned char { no, yes }; enum class f23 : unsigned char { no, yes };
enum class f24 : unsigned char { no, yes }; enum class f25 : unsigned char { no, yes }; enum class f26 : unsigned char { no, yes };
enum class f27 : unsigned char { no, yes }; enum class f28 : unsigned char { no, yes }; enum class f29 : unsigned char { no, yes };
enum class f30 : unsigned char { no, yes }; enum class f31 : unsigned char { no, yes }; enum class f32 : unsigned char { no, yes };
enum class f33 : unsigned char { no, yes }; enum class f34 : unsigned char { no, yes }; enum class f35 : unsigned char { no, yes };
enum class f36 : unsigned char { no, yes }; enum class f37 : unsigned char { no, yes }; enum class f38 : unsigned char { no, yes };
enum class f39 : unsigned char { no, yes };
// clang-format on

static constexpr auto gate =
    table(when(f0::no) >> 0, when(f1::no) >> 1, when(f2::no) >> 2, when(f3::no) >> 3,
          when(f4::no) >> 4, when(f5::no) >> 5, when(f6::no) >> 6, when(f7::no) >> 7,
          when(f8::no) >> 8, when(f9::no) >> 9, when(f10::no) >> 10, when(f11::no) >> 11,
          when(f12::no) >> 12, when(f13::no) >> 13, when(f14::no) >> 14, when(f15::no) >> 15,
          when(f16::no) >> 16, when(f17::no) >> 17, when(f18::no) >> 18, when(f19::no) >> 19,
          when(f20::no) >> 20, when(f21::no) >> 21, when(f22::no) >> 22, when(f23::no) >> 23,
          when(f24::no) >> 24, when(f25::no) >> 25, when(f26::no) >> 26, when(f27::no) >> 27,
          when(f28::no) >> 28, when(f29::no) >> 29, when(f30::no) >> 30, when(f31::no) >> 31,
          when(f32::no) >> 32, when(f33::no) >> 33, when(f34::no) >> 34, when(f35::no) >> 35,
          when(f36::no) >> 36, when(f37::no) >> 37, when(f38::no) >> 38, when(f39::no) >> 39
#ifndef EXPECT_FAIL
          ,
          otherwise >> 40
#endif
    );

template <class Source>
int answer(Source source) {
    return decide<gate>(source);
}

struct all_set {
    template <class Fact>
    Fact operator()(boost::hana::basic_type<Fact>) const {
        return Fact::yes;
    }
};

int answer_of_all_set() { return answer(all_set{}); }
