// SPDX-License-Identifier: BSL-1.0
#pragma once

#include "daxhold/tables/difference.hpp"

/// What is to differ between two tables, as a list.
namespace support {

/// The cells in which both rows stand (any value where a fact is not named), and the two rows,
/// counted from 1.
template <daxhold::tables::fact... Named>
struct expected_change {
    daxhold::tables::condition<Named...> where;
    std::size_t before_row;
    std::size_t after_row;
};
template <daxhold::tables::fact... Named>
[[nodiscard]] constexpr expected_change<Named...>
change_of(daxhold::tables::condition<Named...> where, std::size_t before_row,
          std::size_t after_row) {
    return {where, before_row, after_row};
}

/// Whether a difference is exactly this list, in its order.
template <class Difference, class... Expected>
[[nodiscard]] constexpr bool is_exactly(const Difference& told, const Expected&... list) {
    using facts = typename Difference::facts;
    if (told.size() != sizeof...(list))
        return false;
    std::size_t number = 0;
    const auto matches = [&]<daxhold::tables::fact... Named>(const expected_change<Named...>& e) {
        daxhold::tables::cube<facts::size> cells;
        daxhold::tables::detail::fill_every_value(cells.values, facts{});
        [[maybe_unused]] std::size_t demand = 0;
        ((cells.values[facts::template index_of<Named>] = e.where.accepts[demand++]), ...);
        const auto& c = told.changes[number++];
        for (std::size_t i = 0; i != facts::size; ++i)
            if (cells.values[i] != c.cells.values[i])
                return false;
        return c.before_row + 1 == e.before_row && c.after_row + 1 == e.after_row;
    };
    return (matches(list) && ...);
}

} // namespace support
