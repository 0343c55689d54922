// SPDX-License-Identifier: BSL-1.0
// A table with more cells than a picture can show.
// EXPECT: table_has_too_many_cells_for_a_picture<1331
// EXPECT: a picture shows at most 1024 cells

#include "daxhold/tables/svg.hpp"

#include <boost/hana/append.hpp>
#include <boost/hana/concat.hpp>
#include <boost/hana/tuple.hpp>

using namespace daxhold::tables;

enum class a : unsigned char { v0, v1, v2, v3, v4, v5, v6, v7, v8, v9, v10, v11 };
enum class b : unsigned char { v0, v1, v2, v3, v4, v5, v6, v7, v8, v9, v10, v11 };
enum class c : unsigned char { v0, v1, v2, v3, v4, v5, v6, v7, v8, v9, v10, v11 };

template <class Fact>
constexpr auto ten_rows(int first) {
    return boost::hana::make_tuple(when(Fact::v1) >> first, when(Fact::v2) >> (first + 1),
                                   when(Fact::v3) >> (first + 2), when(Fact::v4) >> (first + 3),
                                   when(Fact::v5) >> (first + 4), when(Fact::v6) >> (first + 5),
                                   when(Fact::v7) >> (first + 6), when(Fact::v8) >> (first + 7),
                                   when(Fact::v9) >> (first + 8), when(Fact::v10) >> (first + 9));
}

struct tables {
    static constexpr auto two = table(
        boost::hana::append(boost::hana::concat(ten_rows<a>(0), ten_rows<b>(10)), otherwise >> 30));
    static constexpr auto three = table(boost::hana::append(
        boost::hana::concat(boost::hana::concat(ten_rows<a>(0), ten_rows<b>(10)), ten_rows<c>(20)),
        otherwise >> 30));
};

#ifdef EXPECT_FAIL
std::string text() { return svg::table<tables::three>(); }
#else
std::string text() { return svg::table<tables::two>(); }
#endif
