// SPDX-License-Identifier: BSL-1.0
// EXPECT: a table has at most 64 facts
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
enum class f39 : unsigned char { no, yes }; enum class f40 : unsigned char { no, yes }; enum class f41 : unsigned char { no, yes };
enum class f42 : unsigned char { no, yes }; enum class f43 : unsigned char { no, yes }; enum class f44 : unsigned char { no, yes };
enum class f45 : unsigned char { no, yes }; enum class f46 : unsigned char { no, yes }; enum class f47 : unsigned char { no, yes };
enum class f48 : unsigned char { no, yes }; enum class f49 : unsigned char { no, yes }; enum class f50 : unsigned char { no, yes };
enum class f51 : unsigned char { no, yes }; enum class f52 : unsigned char { no, yes }; enum class f53 : unsigned char { no, yes };
enum class f54 : unsigned char { no, yes }; enum class f55 : unsigned char { no, yes }; enum class f56 : unsigned char { no, yes };
enum class f57 : unsigned char { no, yes }; enum class f58 : unsigned char { no, yes }; enum class f59 : unsigned char { no, yes };
enum class f60 : unsigned char { no, yes }; enum class f61 : unsigned char { no, yes }; enum class f62 : unsigned char { no, yes };
enum class f63 : unsigned char { no, yes }; enum class f64 : unsigned char { no, yes };
// clang-format on

static constexpr auto gate = table(
#ifdef EXPECT_FAIL
    when(f64::no) >> 64,
#endif
    when(f0::no, f1::yes) >> 0, when(f2::no, f3::yes) >> 2, when(f4::no, f5::yes) >> 4,
    when(f6::no, f7::yes) >> 6, when(f8::no, f9::yes) >> 8, when(f10::no, f11::yes) >> 10,
    when(f12::no, f13::yes) >> 12, when(f14::no, f15::yes) >> 14, when(f16::no, f17::yes) >> 16,
    when(f18::no, f19::yes) >> 18, when(f20::no, f21::yes) >> 20, when(f22::no, f23::yes) >> 22,
    when(f24::no, f25::yes) >> 24, when(f26::no, f27::yes) >> 26, when(f28::no, f29::yes) >> 28,
    when(f30::no, f31::yes) >> 30, when(f32::no, f33::yes) >> 32, when(f34::no, f35::yes) >> 34,
    when(f36::no, f37::yes) >> 36, when(f38::no, f39::yes) >> 38, when(f40::no, f41::yes) >> 40,
    when(f42::no, f43::yes) >> 42, when(f44::no, f45::yes) >> 44, when(f46::no, f47::yes) >> 46,
    when(f48::no, f49::yes) >> 48, when(f50::no, f51::yes) >> 50, when(f52::no, f53::yes) >> 52,
    when(f54::no, f55::yes) >> 54, when(f56::no, f57::yes) >> 56, when(f58::no, f59::yes) >> 58,
    when(f60::no, f61::yes) >> 60, when(f62::no, f63::yes) >> 62, otherwise >> 65);

struct all_set {
    template <class Fact>
    Fact operator()(boost::hana::basic_type<Fact>) const {
        return Fact::yes;
    }
};

int answer() { return decide<gate>(all_set{}); }
