// SPDX-License-Identifier: BSL-1.0
#pragma once

#include "daxhold/tables/proof.hpp"

#include <boost/hana/type.hpp>

/// \file
/// The words of rows of a table: for each value of each fact the rows that accept it, a bit each.
/// The row that wins is the lowest bit that is in the words of all answers, so that an answer costs
/// the same for one row as for 64.

namespace daxhold::tables::detail {

/// Where the words of each fact begin among those of all values.
template <class List>
inline constexpr auto value_begins = [] {
    struct {
        std::size_t of[List::size + 1] = {};
    } made;
    std::size_t fact = 0;
    [&]<class... Facts>(type_list<Facts...>) {
        ((made.of[fact + 1] = made.of[fact] + value_count<Facts>, ++fact), ...);
    }(List{});
    return made;
}();

/// The smallest integer with a bit for each of so many rows.
template <std::size_t Rows>
using word_for = std::conditional_t<
    (Rows > 32), bits_for<Rows>,
    std::conditional_t<(Rows > 16), std::uint32_t,
                       std::conditional_t<(Rows > 8), std::uint16_t, std::uint8_t>>>;

/// Words, one behind the other for the values of one fact after the other.
template <class Word, std::size_t Values>
struct word_list {
    Word accepting[Values + 1] = {};
};

template <auto const& Table>
inline constexpr auto words_of = [] {
    using type = table_type<Table>;
    using word = word_for<type::row_count>;
    constexpr const auto& begins = value_begins<typename type::facts>;
    constexpr const auto& index = index_of_rows<Table>;
    word_list<word, begins.of[type::fact_count]> made;
    for (std::size_t fact = 0; fact != type::fact_count; ++fact)
        for (auto at = begins.of[fact]; at != begins.of[fact + 1]; ++at)
            made.accepting[at] = static_cast<word>(index.accepting[fact][at - begins.of[fact]]);
    return made;
}();

/// How often a row wants something of a fact.
template <any_table Table>
[[nodiscard]] constexpr std::size_t count_demands(const Table& table) noexcept {
    std::size_t demands = 0;
    const auto all = every_cell(table);
    for (std::size_t row = 0; row != Table::row_count; ++row)
        for (std::size_t fact = 0; fact != Table::fact_count; ++fact)
            demands += (all.values[fact] & ~table.accepted(row, fact)) != 0 ? 1U : 0U;
    return demands;
}

/// The facts of which each row wants something, one row behind the other.
template <std::size_t Rows, std::size_t Demands>
struct row_demands {
    std::uint8_t facts[Demands + 1] = {};
    /// Where those of each row begin; those of the last row end at the last entry.
    std::uint16_t begins[Rows + 1] = {};
};

/// In an order by numbers: `rank(row, fact)`.
template <std::size_t Demands, any_table Table, class Rank>
[[nodiscard]] constexpr auto list_demands(const Table& table, const Rank& rank) noexcept {
    row_demands<Table::row_count, Demands> made;
    const auto every = every_cell(table);
    std::size_t size = 0;
    for (std::size_t row = 0; row != Table::row_count; ++row) {
        const auto begin = size;
        made.begins[row] = static_cast<std::uint16_t>(begin);
        for (std::size_t fact = 0; fact != Table::fact_count; ++fact) {
            if ((every.values[fact] & ~table.accepted(row, fact)) == 0)
                continue;
            auto at = size++;
            const auto own = rank(row, fact);
            for (; at != begin && rank(row, made.facts[at - 1]) > own; --at)
                made.facts[at] = made.facts[at - 1];
            made.facts[at] = static_cast<std::uint8_t>(fact);
        }
    }
    made.begins[Table::row_count] = static_cast<std::uint16_t>(size);
    return made;
}

/// In the order in which a row asks for them.
template <auto const& Table>
inline constexpr auto demands_of = list_demands<count_demands(Table)>(Table, [](std::size_t row,
                                                                                std::size_t fact) {
    return Table.places[row][fact];
});

/// Asks a source for one fact after the other, as long as one can matter: the first that is not
/// known of those that the first row wants which can still apply. Its code grows with the facts
/// only.
template <auto const& Table>
struct questions {
    using type = table_type<Table>;
    using facts = typename type::facts;

    using word = word_for<type::row_count>;

    word left = static_cast<word>(rows_above<type>(type::row_count));
    fact_set_of<type> asked = 0;

    template <std::size_t Fact, class Source>
    [[gnu::DAXHOLD_INLINED]] constexpr void ask_for(Source& source) {
        const auto value = source(boost::hana::type_c<typename facts::template at<Fact>>);
        left = static_cast<word>(left & words_of<Table>.accepting[value_begins<facts>.of[Fact] +
                                                                  static_cast<std::size_t>(value)]);
    }

    template <class Source, std::size_t... Fact>
    [[gnu::DAXHOLD_INLINED]] constexpr void ask(Source& source, std::size_t wanted,
                                                std::index_sequence<Fact...>) {
        static_cast<void>(
            ((wanted == Fact && (this->template ask_for<Fact>(source), true)) || ...));
    }

    /// The first row that applies. The table is whole.
    template <class Source>
    constexpr std::size_t find(Source& source) {
        constexpr const auto& demands = demands_of<Table>;
        if constexpr (mistake_in<Table>.what != mistake::none)
            return 0;
        for (;;) {
            const auto row = static_cast<std::size_t>(lowest(left));
            std::size_t at = demands.begins[row];
            while (at != demands.begins[row + 1] && ((asked >> demands.facts[at]) & 1U) != 0)
                ++at;
            if (at == demands.begins[row + 1])
                return row;
            asked |= fact_set_of<type>{1} << demands.facts[at];
            ask(source, demands.facts[at], std::make_index_sequence<type::fact_count>{});
        }
    }
};

} // namespace daxhold::tables::detail
