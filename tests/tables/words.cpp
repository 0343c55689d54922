// SPDX-License-Identifier: BSL-1.0
#include "daxhold/tables/words.hpp"

#include "both.hpp"
#include "random_table.hpp"

using namespace daxhold::tables;
using namespace tests;

namespace {

enum class role : unsigned char { data, log, realtime };
enum class cause : unsigned char { removal, corruption };

constexpr auto gate = table(when(cause::removal, role::log) >> 1, when(role::data) >> 2,
                            when(cause::corruption) >> 3, otherwise >> 4);

/// The rows that accept all values of a cell, by the words of the table.
template <auto const& Table>
constexpr bool words_agree_everywhere() {
    using type = detail::table_type<Table>;
    using facts = typename type::facts;
    for (std::size_t i = 0; i != cell_count<facts>; ++i) {
        const auto at = cell(facts{}, i);
        auto left = static_cast<detail::word_for<type::row_count>>(
            detail::rows_above<type>(type::row_count));
        for (std::size_t fact = 0; fact != type::fact_count; ++fact)
            left = static_cast<decltype(left)>(
                left & detail::words_of<Table>.accepting[detail::value_begins<facts>.of[fact] +
                                                         static_cast<std::size_t>(
                                                             detail::lowest(at.values[fact]))]);
        if (static_cast<std::size_t>(detail::lowest(left)) != first_row_for(Table, at))
            return false;
    }
    return true;
}

} // namespace

TEST_CASE("the lowest bit of the words of all answers is the row that wins") {
    CHECK_BOTH(words_agree_everywhere<gate>());
    CHECK(words_agree_everywhere<whole_table<small_mix, 20, 1, 2>>());
    CHECK(words_agree_everywhere<whole_table<mixed, 60, 2, 1>>());
    CHECK(words_agree_everywhere<whole_table<ten_bits, 250, 4, 1>>());
}

TEST_CASE("a word is as small as the rows allow") {
    CHECK_BOTH(sizeof(detail::word_for<8>) == 1);
    CHECK_BOTH(sizeof(detail::word_for<9>) == 2);
    CHECK_BOTH(sizeof(detail::word_for<17>) == 4);
    CHECK_BOTH(sizeof(detail::word_for<33>) == 8);
    CHECK_BOTH(sizeof(detail::word_for<65>) == 16);
}

TEST_CASE("what a row demands is listed in the order in which it asks") {
    constexpr const auto& demands = detail::demands_of<gate>;
    CHECK_BOTH(demands.begins[1] == 2);
    CHECK_BOTH(demands.begins[2] == 3);
    CHECK_BOTH(demands.begins[4] == 4);
    CHECK_BOTH(demands.facts[0] == 0);
    CHECK_BOTH(demands.facts[1] == 1);
    CHECK_BOTH(demands.facts[2] == 1);
    CHECK_BOTH(demands.facts[3] == 0);
}
