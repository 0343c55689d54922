// SPDX-License-Identifier: BSL-1.0
#pragma once

#include "daxhold/tables/difference.hpp"

#include "random_table.hpp"

/// The difference of two tables, held against a look at every cell.
namespace tests {

using namespace daxhold;
using namespace daxhold::tables;

/// The row of a table that wins in a cell over more facts.
template <auto const& Table, class List>
std::size_t row_in(const cube<List::size>& cell) {
    cube<tables::detail::table_type<Table>::fact_count> own;
    [&]<class... Facts>(daxhold::tables::detail::type_list<Facts...>) {
        [[maybe_unused]] std::size_t fact = 0;
        ((own.values[fact++] = cell.values[List::template index_of<Facts>]), ...);
    }(typename tables::detail::table_type<Table>::facts{});
    return first_row_for(Table, own);
}

template <auto const& Before, auto const& After, auto... Given>
struct pair_of_tables {
    static constexpr const auto& told = difference<Before, After, Given...>;
    using facts = typename std::remove_cvref_t<decltype(told)>::facts;
    using cells = cube<facts::size>;

    /// Whether a cell that changes, and may be looked at, is told of once, with what it changes
    /// from and to, and another one is not.
    static bool is_exact_at(const cells& at, bool may_be_looked_at = true) {
        const auto before = Before.actions[row_in<Before, facts>(at)];
        const auto after = After.actions[row_in<After, facts>(at)];
        std::size_t times_told = 0;
        for (const auto& c : told)
            if (contains(c.cells, at)) {
                ++times_told;
                if (!(Before.actions[c.before_row] == before) ||
                    !(After.actions[c.after_row] == after))
                    return false;
            }
        return times_told == (!(before == after) && may_be_looked_at ? 1U : 0U);
    }

    /// Whether the changes stand in the order of the rows, and no two of them could be one.
    static bool is_in_form() {
        for (const auto& a : told)
            for (const auto& b : told)
                if (&a < &b && (is_after(a, b) || could_be_one(a, b)))
                    return false;
        return true;
    }

    template <class MayBeLookedAt>
    static bool is_exact_where(const MayBeLookedAt& may_be_looked_at) {
        for (std::size_t i = 0; i != cell_count<facts>; ++i)
            if (const auto at = cell(facts{}, i); !is_exact_at(at, may_be_looked_at(at)))
                return false;
        return is_in_form();
    }

    static bool is_exact() {
        return is_exact_where([](const cells&) { return true; });
    }

private:
    static bool is_after(const change<facts::size>& a, const change<facts::size>& b) {
        return a.before_row > b.before_row ||
               (a.before_row == b.before_row && a.after_row > b.after_row);
    }

    static bool could_be_one(const change<facts::size>& a, const change<facts::size>& b) {
        std::size_t different = 0;
        for (std::size_t fact = 0; fact != facts::size; ++fact)
            different += a.cells.values[fact] != b.cells.values[fact];
        return different == 1 && Before.actions[a.before_row] == Before.actions[b.before_row] &&
               After.actions[a.after_row] == After.actions[b.after_row];
    }
};

template <auto const& Before, auto const& After>
[[nodiscard]] bool is_exact() {
    return pair_of_tables<Before, After>::is_exact();
}

} // namespace tests
