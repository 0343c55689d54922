// SPDX-License-Identifier: BSL-1.0
#include "daxhold/policy/tables.hpp"

#include "../support/both.hpp"

namespace {

enum class weather : unsigned char { dry, wet };
enum class ground : unsigned char { soft, hard };

// Written and asked with names of daxhold alone.
constexpr auto walk =
    daxhold::table(daxhold::when(weather::wet, daxhold::none_of(ground::hard)) >> 1,
                   daxhold::when(daxhold::any_of(weather::wet)) >> 2, daxhold::otherwise >> 3);

} // namespace

TEST_CASE("a table is written, proven and asked with the words of daxhold") {
    CHECK_BOTH(daxhold::any_table<decltype(walk)>);
    CHECK_BOTH(daxhold::proven<walk>);
    CHECK_BOTH(daxhold::decide<walk>(daxhold::known(weather::wet, ground::soft)) == 1);
    CHECK_BOTH(daxhold::decide<walk>(daxhold::known(weather::wet, ground::hard)) == 2);
    CHECK_BOTH(daxhold::decide<walk>(daxhold::known(weather::dry, ground::hard)) == 3);
    CHECK_BOTH(daxhold::name_of(ground::soft) == daxhold::text{"soft", 4});
}

TEST_CASE("the rows of a set, in their order") {
    CHECK_BOTH([] {
        std::size_t seen = 0;
        for (const auto row : daxhold::detail::rows_in{0b1010'0001})
            seen = seen * 10 + row;
        return seen;
    }() == 57);
    for (const auto row : daxhold::detail::rows_in{0})
        CHECK(row == 64);
}
