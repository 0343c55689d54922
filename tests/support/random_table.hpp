// SPDX-License-Identifier: BSL-1.0
#pragma once

#include "daxhold/tables/cover.hpp"

/// \file
/// Tables from random numbers, the same at compile time and at run time, and the plain reading of a
/// table, cell by cell, to hold the quick ways against.

namespace tests {

/// Facts by their number of values. (Not members of one class template, which clang cannot read.)
// clang-format off
enum class alone0 : unsigned char { a };
enum class two0 : unsigned char { a, b };
enum class two1 : unsigned char { a, b };
enum class two2 : unsigned char { a, b };
enum class two3 : unsigned char { a, b };
enum class two4 : unsigned char { a, b };
enum class two5 : unsigned char { a, b };
enum class two6 : unsigned char { a, b };
enum class two7 : unsigned char { a, b };
enum class two8 : unsigned char { a, b };
enum class two9 : unsigned char { a, b };
enum class three0 : unsigned char { a, b, c };
enum class three1 : unsigned char { a, b, c };
enum class four0 : unsigned char { a, b, c, d };
enum class four1 : unsigned char { a, b, c, d };
enum class four2 : unsigned char { a, b, c, d };
enum class five0 : unsigned char { a, b, c, d, e };
enum class seven0 : unsigned char { a, b, c, d, e, f, g };
// clang-format on

template <class... Facts>
using facts = daxhold::tables::detail::type_list<Facts...>;

using ten_bits = facts<two0, two1, two2, two3, two4, two5, two6, two7, two8, two9>;
using eight_bits = facts<two0, two1, two2, two3, two4, two5, two6, two7>;
using five_bits = facts<two0, two1, two2, two3, two4>;
using quads = facts<four0, four1, four2, two0>;
using mixed = facts<five0, two0, alone0, three0, seven0, two1>;
using small_mix = facts<three0, two0, alone0, four0>;

// clang-format off
#define DAXHOLD_TEN(prefix, values)                                                                \
    enum class prefix##0 : unsigned char values; enum class prefix##1 : unsigned char values; enum class prefix##2 : unsigned char values;         \
    enum class prefix##3 : unsigned char values; enum class prefix##4 : unsigned char values; enum class prefix##5 : unsigned char values;         \
    enum class prefix##6 : unsigned char values; enum class prefix##7 : unsigned char values; enum class prefix##8 : unsigned char values;         \
    enum class prefix##9 : unsigned char values
#define DAXHOLD_TEN_NAMES(prefix)                                                                  \
    prefix##0, prefix##1, prefix##2, prefix##3, prefix##4,                                         \
    prefix##5, prefix##6, prefix##7, prefix##8, prefix##9
#define DAXHOLD_TWO_VALUES { no, yes }
#define DAXHOLD_FOUR_VALUES { a, b, c, d }
// clang-format on
DAXHOLD_TEN(b0, DAXHOLD_TWO_VALUES);
DAXHOLD_TEN(b1, DAXHOLD_TWO_VALUES);
DAXHOLD_TEN(b2, DAXHOLD_TWO_VALUES);
DAXHOLD_TEN(b3, DAXHOLD_TWO_VALUES);
DAXHOLD_TEN(q0, DAXHOLD_FOUR_VALUES);
DAXHOLD_TEN(q1, DAXHOLD_FOUR_VALUES);

using forty_bits = facts<DAXHOLD_TEN_NAMES(b0), DAXHOLD_TEN_NAMES(b1), DAXHOLD_TEN_NAMES(b2),
                         DAXHOLD_TEN_NAMES(b3)>;
using twenty_quads = facts<DAXHOLD_TEN_NAMES(q0), DAXHOLD_TEN_NAMES(q1)>;

/// splitmix64, so that a seed means the same everywhere.
struct random_numbers {
    std::uint64_t state;

    constexpr std::uint64_t operator()() noexcept {
        state += 0x9e3779b97f4a7c15U;
        auto z = state;
        z = (z ^ (z >> 30U)) * 0xbf58476d1ce4e5b9U;
        z = (z ^ (z >> 27U)) * 0x94d049bb133111ebU;
        return z ^ (z >> 31U);
    }

    constexpr std::size_t below(std::size_t limit) noexcept {
        return static_cast<std::size_t>((*this)() % limit);
    }
};

/// A table of rows that accept everything; the action of each is its number.
template <class Facts, std::size_t Rows>
constexpr daxhold::tables::decision_table<std::size_t, Rows, Facts> open_table() {
    daxhold::tables::decision_table<std::size_t, Rows, Facts> made{};
    for (std::size_t row = 0; row != Rows; ++row) {
        daxhold::tables::detail::fill_every_value(made.accepts[row], Facts{});
        made.actions[row] = row;
    }
    return made;
}

/// Rows that each care for about one fact in `spread`, and accept a random set of its values,
/// seldom none.
template <class Facts, std::size_t Rows>
constexpr auto random_table(std::uint64_t seed, std::size_t spread) {
    auto made = open_table<Facts, Rows>();
    random_numbers next{seed};
    for (auto& accepts : made.accepts)
        for (std::size_t fact = 0; fact != Facts::size; ++fact)
            if (next.below(spread) == 0)
                if (const auto values = accepts[fact] & next(); values != 0 || next.below(8) == 0)
                    accepts[fact] = values;
    return made;
}

/// Pigeons do not fit into one hole less: for each pigeon a row where it sits nowhere, and for each
/// two pigeons and each hole a row where both sit in it.
template <std::size_t Pigeons, std::size_t Rows>
constexpr auto pigeons = [] {
    constexpr std::size_t holes = Pigeons - 1;
    auto made = open_table<forty_bits, Rows>();
    const auto sits = [](std::size_t pigeon, std::size_t hole) {
        return 2 * (holes * pigeon + hole);
    };
    std::size_t row = 0;
    for (std::size_t pigeon = 0; pigeon != Pigeons; ++pigeon, ++row)
        for (std::size_t hole = 0; hole != holes; ++hole)
            made.accepts[row][sits(pigeon, hole)] = 1;
    for (std::size_t hole = 0; hole != holes; ++hole)
        for (std::size_t pigeon = 0; pigeon != Pigeons; ++pigeon)
            for (std::size_t other = 0; other != pigeon; ++other, ++row) {
                made.accepts[row][sits(pigeon, hole)] = 2;
                made.accepts[row][sits(other, hole)] = 2;
            }
    return made;
}();

template <class Facts>
constexpr std::size_t cell_count = 1;
template <class... Facts>
constexpr std::size_t cell_count<facts<Facts...>> = (daxhold::tables::value_count<Facts> * ... * 1);

/// Cell number `number` of all: a cube with one value for each fact.
template <class... Facts>
constexpr daxhold::tables::cube<sizeof...(Facts)> cell(facts<Facts...>, std::size_t number) {
    daxhold::tables::cube<sizeof...(Facts)> made;
    const std::size_t widths[] = {daxhold::tables::value_count<Facts>..., 1};
    for (std::size_t fact = 0; fact != sizeof...(Facts); ++fact) {
        made.values[fact] = std::uint64_t{1} << (number % widths[fact]);
        number /= widths[fact];
    }
    return made;
}

template <std::size_t Facts>
constexpr bool contains(const daxhold::tables::cube<Facts>& cells,
                        const daxhold::tables::cube<Facts>& cell) {
    for (std::size_t fact = 0; fact != Facts; ++fact)
        if ((cell.values[fact] & ~cells.values[fact]) != 0)
            return false;
    return true;
}

/// The rows that win in some cell of `cells`, found by looking at every cell. Bit `row_count`,
/// where there is room for it, tells of a cell to which no row applies.
template <class Table>
constexpr daxhold::tables::row_set
enumerate_winners(const Table& table, const daxhold::tables::cube<Table::fact_count>& cells) {
    daxhold::tables::row_set winners = 0;
    for (std::size_t i = 0; i != cell_count<typename Table::facts>; ++i)
        if (const auto at = cell(typename Table::facts{}, i); contains(cells, at))
            if (const auto row = first_row_for(table, at); row != 64)
                winners |= daxhold::tables::row_set{1} << row;
    return winners;
}

/// Whether `cells` have a cell that none of `rows` covers, found by looking at every cell.
template <class Table>
constexpr bool enumerate_uncovered(const Table& table,
                                   const daxhold::tables::cube<Table::fact_count>& cells,
                                   daxhold::tables::row_set rows) {
    for (std::size_t i = 0; i != cell_count<typename Table::facts>; ++i) {
        const auto at = cell(typename Table::facts{}, i);
        if (!contains(cells, at))
            continue;
        bool is_covered = false;
        for (std::size_t row = 0; row != Table::row_count; ++row)
            if (((rows >> row) & 1U) != 0)
                is_covered = is_covered || contains(cells_of(table, row), at);
        if (!is_covered)
            return true;
    }
    return false;
}

/// A table of the rows that can win; the action of each is its number.
template <auto const& Table>
constexpr auto without_dead_rows = [] {
    using type = daxhold::tables::detail::table_type<Table>;
    constexpr auto winners = rows_that_can_win(Table, every_cell(Table));
    auto made = open_table<typename type::facts, daxhold::tables::detail::count(winners)>();
    std::size_t row = 0;
    for (auto left = winners; left != 0; left &= left - 1, ++row)
        for (std::size_t fact = 0; fact != type::fact_count; ++fact)
            made.accepts[row][fact] =
                Table
                    .accepts[static_cast<std::size_t>(daxhold::tables::detail::lowest(left))][fact];
    return made;
}();

template <class Facts, std::size_t Rows, std::uint64_t Seed, std::size_t Spread>
constexpr auto random_table_with_otherwise = [] {
    auto made = random_table<Facts, Rows>(Seed, Spread);
    daxhold::tables::detail::fill_every_value(made.accepts[Rows - 1], Facts{});
    return made;
}();

/// A random table that is whole: what cannot win is left out, and the last row catches the rest.
template <class Facts, std::size_t Rows, std::uint64_t Seed, std::size_t Spread>
constexpr auto whole_table =
    without_dead_rows<random_table_with_otherwise<Facts, Rows, Seed, Spread>>;

} // namespace tests
