// SPDX-License-Identifier: BSL-1.0
#include "daxhold/testing/every_cell.hpp"

#include "daxhold/policy/facts.hpp"

#include "../support/words.hpp"
#include "both.hpp"

using namespace daxhold;
using namespace daxhold::tables;
using namespace daxhold::testing;
using namespace spelled;

namespace {

enum class moon : unsigned char { new_moon, full };
enum class action { sleep, howl };

constexpr auto wolf =
    table(when(moon::full, inode::in_core) >> action::howl, otherwise >> action::sleep);
constexpr auto stone = table(otherwise >> action::sleep);

/// Whether every cell comes once, in order, with what the first row that applies says.
template <auto const& Table>
constexpr bool visits_every_cell_once() {
    std::size_t number = 0;
    bool is_so = true;
    for_each_cell<Table>([&](const auto& cell, action what) {
        is_so = is_so && decide<Table>(cell) == what;
        ++number;
    });
    return is_so && number == cell_count<Table>;
}

constexpr std::size_t count_howls() {
    std::size_t howls = 0;
    for_each_cell<wolf>([&](const auto& cell, action what) {
        const bool expected =
            value_in<moon>(cell) == moon::full && value_in<inode>(cell) == inode::in_core;
        howls += what == action::howl && expected ? 1U : 0U;
    });
    return howls;
}

constexpr bool the_first_fact_changes_fastest() {
    std::size_t number = 0;
    bool is_so = true;
    for_each_cell<wolf>([&](const auto& cell, action) {
        is_so = is_so && static_cast<std::size_t>(value_in<moon>(cell)) == number % 2 &&
                static_cast<std::size_t>(value_in<inode>(cell)) == number / 2;
        ++number;
    });
    return is_so;
}

} // namespace

TEST_CASE("every cell of a table") {
    CHECK_BOTH(visits_every_cell_once<wolf>());
    CHECK_BOTH(visits_every_cell_once<stone>());
    CHECK_BOTH(cell_count<wolf> == 6);
    CHECK_BOTH(cell_count<stone> == 1);
    CHECK_BOTH(count_howls() == 1);
    CHECK_BOTH(the_first_fact_changes_fastest());
}
