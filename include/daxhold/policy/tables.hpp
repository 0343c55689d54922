// SPDX-License-Identifier: BSL-1.0
#pragma once

#include "daxhold/tables/decide.hpp"
#include "daxhold/tables/explain.hpp"

/// \file
/// The words of the library of tables (daxhold/tables.hpp), as words of this one.

namespace daxhold {

using tables::any_of;
using tables::any_table;
using tables::as_in;
using tables::bit_of;
using tables::cells_of;
using tables::cube;
using tables::decide;
using tables::decide_row;
using tables::decision_table;
using tables::every_cell;
using tables::every_value;
using tables::explain;
using tables::fact;
using tables::fact_name;
using tables::intersect;
using tables::is_empty;
using tables::known;
using tables::known_facts;
using tables::name_of;
using tables::none_of;
using tables::otherwise;
using tables::proven;
using tables::row;
using tables::row_set;
using tables::rows_that_can_win;
using tables::table;
using tables::text;
using tables::value_count;
using tables::value_set;
using tables::when;

/// The largest number of rows of a policy's table: a report counts for each of them.
inline constexpr std::size_t most_rows_of_policy = 64;

namespace detail {

/// The rows of a set, for a loop over their numbers.
struct rows_in {
    row_set rows;

    struct iterator {
        row_set left;
        [[nodiscard]] constexpr std::size_t operator*() const noexcept {
            return static_cast<std::size_t>(tables::detail::lowest(left));
        }
        constexpr iterator& operator++() noexcept {
            left &= left - 1;
            return *this;
        }
        [[nodiscard]] friend constexpr bool operator==(iterator, iterator) noexcept = default;
    };
    [[nodiscard]] constexpr iterator begin() const noexcept { return {rows}; }
    [[nodiscard]] static constexpr iterator end() noexcept { return {0}; }
};

} // namespace detail

} // namespace daxhold
