// SPDX-License-Identifier: BSL-1.0
#pragma once

#include "daxhold/tables/difference.hpp"

#include "random_table.hpp"

#include <vector>

/// The difference of two tables, held against a look at every cell.
namespace tests {

using namespace daxhold;
using namespace daxhold::tables;

/// What two tables over the same facts say in a cell.
template <class Action>
struct said {
    Action before;
    Action after;
    [[nodiscard]] bool is_change() const { return !(before == after); }
};

template <auto const& Before, auto const& After>
struct pair_of_tables {
    static constexpr const auto& told = difference<Before, After>;
    using facts = typename std::remove_cvref_t<decltype(told)>::facts;
    using action = typename daxhold::tables::detail::common_action<
        typename tables::detail::table_type<Before>::action_type,
        typename tables::detail::table_type<After>::action_type>::type;
    using cells = cube<facts::size>;

    static constexpr auto before = daxhold::tables::detail::widen<facts>(Before);
    static constexpr auto after = daxhold::tables::detail::widen<facts>(After);

    static said<action> in(const cells& cell) {
        return {before.actions[first_row_for(before, cell)],
                after.actions[first_row_for(after, cell)]};
    }

    /// Whether every cell of a cube changes from what its rows say to what its rows say.
    static bool is_true(const change<facts::size>& c, const cells& of) {
        for (std::size_t i = 0; i != cell_count<facts>; ++i)
            if (const auto at = cell(facts{}, i); contains(of, at))
                if (const auto s = in(at);
                    !s.is_change() ||
                    !(s.before == static_cast<action>(before.actions[c.before_row])) ||
                    !(s.after == static_cast<action>(after.actions[c.after_row])))
                    return false;
        return true;
    }

    /// Whether there is no value of any fact that could be added to a cube.
    static bool is_largest(const change<facts::size>& c) {
        const auto all = every_cell(before);
        for (std::size_t fact = 0; fact != facts::size; ++fact)
            for (auto left = all.values[fact] & ~c.cells.values[fact]; left != 0;
                 left &= left - 1) {
                auto larger = c.cells;
                larger.values[fact] |= left & (~left + 1);
                if (is_true(c, larger))
                    return false;
            }
        return true;
    }

    /// Whether the cubes have exactly the cells that change, cell by cell.
    static bool is_exact() {
        for (std::size_t i = 0; i != cell_count<facts>; ++i) {
            const auto at = cell(facts{}, i);
            bool is_told = false;
            for (const auto& c : told)
                is_told = is_told || contains(c.cells, at);
            if (is_told != in(at).is_change())
                return false;
        }
        for (const auto& c : told)
            if (!is_true(c, c.cells) || !is_largest(c))
                return false;
        return true;
    }

    /// The fewest cubes that can tell the difference, found by trying all; for at most 64 cells.
    static std::size_t fewest() {
        static_assert(cell_count<facts> <= 64);
        std::vector<said<action>> classes;
        std::vector<std::uint64_t> members;
        for (std::size_t i = 0; i != cell_count<facts>; ++i) {
            const auto s = in(cell(facts{}, i));
            if (!s.is_change())
                continue;
            std::size_t k = 0;
            while (k != classes.size() &&
                   !(classes[k].before == s.before && classes[k].after == s.after))
                ++k;
            if (k == classes.size()) {
                classes.push_back(s);
                members.push_back(0);
            }
            members[k] |= std::uint64_t{1} << i;
        }
        std::size_t sum = 0;
        for (const auto cells_of_class : members)
            sum += fewest_for(cells_of_class);
        return sum;
    }

private:
    /// Of a set of cells, a bit a cell: all the cubes in it that are in no larger one.
    static std::vector<std::uint64_t> largest_cubes(std::uint64_t of) {
        const auto all = every_cell(before);
        std::vector<std::uint64_t> found;
        cells c;
        for (std::size_t fact = 0; fact != facts::size; ++fact)
            c.values[fact] = 1;
        for (std::size_t fact = 0; fact != facts::size;) {
            std::uint64_t has = 0;
            for (std::size_t i = 0; i != cell_count<facts>; ++i)
                if (contains(c, cell(facts{}, i)))
                    has |= std::uint64_t{1} << i;
            if ((has & ~of) == 0)
                found.push_back(has);
            for (fact = 0; fact != facts::size && ++c.values[fact] > all.values[fact]; ++fact)
                c.values[fact] = 1;
        }
        std::vector<std::uint64_t> largest;
        for (const auto a : found) {
            bool is_part = false;
            for (const auto b : found)
                is_part = is_part || (a != b && (a & ~b) == 0);
            if (!is_part)
                largest.push_back(a);
        }
        return largest;
    }

    static std::size_t fewest_for(std::uint64_t of) {
        const auto cubes = largest_cubes(of);
        std::size_t best = 65;
        const auto search = [&](const auto& self, std::uint64_t left, std::size_t used) -> void {
            if (used >= best)
                return;
            if (left == 0) {
                best = used;
                return;
            }
            const auto lowest = left & (~left + 1);
            for (const auto c : cubes)
                if ((c & lowest) != 0)
                    self(self, left & ~c, used + 1);
        };
        search(search, of, 0);
        return best;
    }
};

template <auto const& Before, auto const& After>
[[nodiscard]] bool is_exact() {
    return pair_of_tables<Before, After>::is_exact();
}

} // namespace tests
