// SPDX-License-Identifier: BSL-1.0
// EXPECT: a table has at most 256 rows
#include "daxhold/tables/table.hpp"

#include "daxhold/tables/decide.hpp"

using namespace daxhold;
using namespace daxhold::tables;

enum class low : unsigned char {
    l0,
    l1,
    l2,
    l3,
    l4,
    l5,
    l6,
    l7,
    l8,
    l9,
    l10,
    l11,
    l12,
    l13,
    l14,
    l15
};
enum class high : unsigned char {
    h0,
    h1,
    h2,
    h3,
    h4,
    h5,
    h6,
    h7,
    h8,
    h9,
    h10,
    h11,
    h12,
    h13,
    h14,
    h15
};

#ifdef EXPECT_FAIL
constexpr std::size_t cells = 256;
#else
constexpr std::size_t cells = 255;
#endif

static constexpr auto gate = []<std::size_t... Cell>(std::index_sequence<Cell...>) {
    return table((when(static_cast<high>(Cell / 16), static_cast<low>(Cell % 16)) >>
                  static_cast<int>(Cell))...,
                 otherwise >> 256);
}
(std::make_index_sequence<cells>{});

#ifndef EXPECT_FAIL
static_assert(decide<gate>(known(high::h15, low::l14)) == 254);
static_assert(decide<gate>(known(high::h15, low::l15)) == 256);
#endif
int answer(high h, low l) { return decide<gate>(known(h, l)); }
