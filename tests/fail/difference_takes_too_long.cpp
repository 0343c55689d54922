// SPDX-License-Identifier: BSL-1.0
// Nothing changes, but three correspondences of twelve values are a product of 1728 parts.
// EXPECT: comparing_takes_too_long_at_row<1
// EXPECT: narrow the comparison: difference<before, after, when\(
#include "daxhold/tables.hpp"

using namespace daxhold::tables;

// clang-format off
enum class month : unsigned char { jan, feb, mar, apr, may, jun, jul, aug, sep, oct, nov, dec };
enum class hour : unsigned char { h1, h2, h3, h4, h5, h6, h7, h8, h9, h10, h11, h12 };
enum class tone : unsigned char { c, cis, d, dis, e, f, fis, g, gis, a, ais, b };
enum class sign : unsigned char { aries, taurus, gemini, cancer, leo, virgo, libra, scorpio, archer, goat, water, fish };
enum class apostle : unsigned char { a1, a2, a3, a4, a5, a6, a7, a8, a9, a10, a11, a12 };
enum class colour : unsigned char { c1, c2, c3, c4, c5, c6, c7, c8, c9, c10, c11, c12 };
// clang-format on

/// A row for each value of a fact.
template <class Fact, std::size_t... Value>
constexpr auto row_by_value(std::index_sequence<Value...>, std::size_t base) {
    return table((when(static_cast<Fact>(Value)) >> (base + Value))...);
}
constexpr auto by_month = row_by_value<month>(std::make_index_sequence<12>{}, 0);
constexpr auto by_sign = row_by_value<sign>(std::make_index_sequence<12>{}, 0);

constexpr sign sign_of(month m) { return static_cast<sign>(m); }
constexpr apostle apostle_of(hour h) { return static_cast<apostle>(h); }
constexpr colour colour_of(tone t) { return static_cast<colour>(t); }

#ifdef EXPECT_FAIL
std::size_t changes() {
    return difference<by_month, by_sign, sign_of, apostle_of, colour_of>.size();
}
#else
std::size_t changes() { return difference<by_month, by_sign, sign_of>.size(); }
#endif
