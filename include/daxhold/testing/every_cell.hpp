// SPDX-License-Identifier: BSL-1.0
#pragma once

#include "daxhold/policy/tables.hpp"

/// \file
/// Every cell of a table, asked for its action.

namespace daxhold::testing {

namespace detail {

template <class... Facts>
constexpr known_facts<Facts...> nth_cell(tables::detail::type_list<Facts...>, std::size_t number) {
    [[maybe_unused]] const auto next = [&number](std::size_t values) {
        const auto value = number % values;
        number /= values;
        return value;
    };
    // Braces, so that the first fact is the one that changes fastest.
    return {{{static_cast<Facts>(next(value_count<Facts>))}...}};
}

template <class... Facts>
consteval std::size_t count_cells(tables::detail::type_list<Facts...>) {
    return (value_count<Facts> * ... * std::size_t{1});
}

} // namespace detail

/// The value of a fact in a cell.
template <fact Fact, fact... Facts>
requires(std::same_as<Fact, Facts> || ...) [[nodiscard]] constexpr Fact
    value_in(const known_facts<Facts...>& cell) noexcept {
    return cell(boost::hana::type_c<Fact>);
}

/// How many cells a table has.
template <auto const& Table>
inline constexpr std::size_t
    cell_count = detail::count_cells(typename tables::detail::table_type<Table>::facts{});

/// Calls `f(cell, action)` for every cell of a table (a value for each of its facts), with what the
/// table decides there. The first fact changes fastest. When it is compiled or at run time;
/// compilers limit how many cells one constant expression can have (clang: some hundreds).
template <auto const& Table, class F>
constexpr void for_each_cell(F&& f) {
    using facts = typename tables::detail::table_type<Table>::facts;
    for (std::size_t i = 0; i != cell_count<Table>; ++i) {
        const auto cell = detail::nth_cell(facts{}, i);
        f(cell, decide<Table>(cell));
    }
}

} // namespace daxhold::testing
