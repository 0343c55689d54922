// SPDX-License-Identifier: BSL-1.0
#include "daxhold/policy/tables.hpp"

#include "../support/both.hpp"

using namespace daxhold;

namespace {

enum class moon : unsigned char { fresh, full };
enum class wolf : unsigned char { asleep, howling };
constexpr auto wolves = table(when(moon::full) >> wolf::howling, otherwise >> wolf::asleep);

} // namespace

TEST_CASE("the words of tables are words of the library too") {
    static_assert(proven<wolves>);
    CHECK_BOTH(decide<wolves>(known(moon::full)) == wolf::howling);
    CHECK_BOTH(decide<wolves>(known(moon::fresh)) == wolf::asleep);
    CHECK_BOTH(rows_that_can_win(wolves, every_cell(wolves)) == 3);
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
