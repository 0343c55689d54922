// SPDX-License-Identifier: BSL-1.0
#pragma once

#include "daxhold/table/cover.hpp"

/// \file
/// The decision tree of a table, as data. Rows are read in order: the first row that can still
/// apply is asked for, fact by fact, a fact that is already known before one that is not.

namespace daxhold {

/// A question of a decision tree, or a leaf of it.
struct tree_node {
    /// The fact that is looked at, by its position in the table; a leaf has `no_fact`.
    std::uint8_t fact = no_fact;
    /// Whether the fact was asked for further up, and only its value is looked at again.
    bool known = false;
    /// At a leaf, the row that wins; `row_count` where no row applies.
    std::uint8_t row = 0;

    /// The values that lead to `yes`, and those still possible that lead to `no`.
    std::uint64_t yes_values = 0;
    std::uint64_t no_values = 0;

    /// The positions of the next nodes.
    std::uint16_t yes = 0;
    std::uint16_t no = 0;

    /// Stands for the fact of a leaf.
    static constexpr std::uint8_t no_fact = 255;
};

/// A decision tree of at most `Capacity` nodes; the first is the root.
template <std::size_t Capacity>
struct decision_tree {
    /// The nodes, of which the first `size` are in use.
    tree_node nodes[Capacity];
    std::size_t size = 0;

    /// The table needs more than `Capacity` nodes, and what is here is not a tree.
    bool is_oversized = false;
};

namespace detail {

/// The compilers' limits for a tree: its longest path, on which they recur, and its nodes, each of
/// which is a function to them.
inline constexpr std::size_t deepest_tree = 200;
inline constexpr std::size_t largest_tree = 512;

/// In proportion to what was written: at most twice as many questions as the rows have demands,
/// with room for the tests that a tree repeats in its branches.
template <any_table Table>
[[nodiscard]] constexpr std::size_t proportionate_tree_size(const Table& table) noexcept {
    std::size_t demands = 0;
    const auto all = every_cell(table);
    for (std::size_t row = 0; row != Table::row_count; ++row)
        for (std::size_t fact = 0; fact != Table::fact_count; ++fact)
            if ((all.values[fact] & ~table.accepted(row, fact)) != 0)
                ++demands;
    const std::size_t proportionate = 16 + 2 * demands;
    return proportionate < largest_tree ? proportionate : largest_tree;
}

template <any_table Table, std::size_t Capacity>
struct tree_builder {
    static constexpr std::size_t facts = Table::fact_count;

    const row_index<Table>& index;
    decision_tree<Capacity> tree;

    constexpr std::uint16_t add(tree_node node) noexcept {
        if (tree.size == Capacity) {
            tree.is_oversized = true;
            return 0;
        }
        tree.nodes[tree.size] = node;
        return static_cast<std::uint16_t>(tree.size++);
    }

    /// The fact to look at so that `row` is settled in `cells`, or `facts` if it applies already.
    [[nodiscard]] constexpr std::size_t next_fact(std::size_t row, const cube<facts>& cells,
                                                  std::uint64_t known) const noexcept {
        std::size_t next = facts;
        for (std::size_t fact = facts; fact-- != 0;)
            if ((cells.values[fact] & ~index.accepts[row][fact]) != 0 &&
                (next == facts || ((known >> fact) & 1U) != 0 || ((known >> next) & 1U) == 0))
                next = fact;
        return next;
    }

    constexpr std::uint16_t build(const cube<facts>& cells, std::uint64_t known, row_set alive,
                                  std::size_t depth) noexcept {
        if (depth == deepest_tree)
            tree.is_oversized = true;
        if (tree.is_oversized)
            return 0;
        if (alive == 0)
            return add({tree_node::no_fact, false, static_cast<std::uint8_t>(Table::row_count)});
        const auto row = static_cast<std::size_t>(lowest(alive));
        const auto fact = next_fact(row, cells, known);
        if (fact == facts)
            return add({tree_node::no_fact, false, static_cast<std::uint8_t>(row)});
        const auto accepted = index.accepts[row][fact];
        const std::uint64_t values[] = {cells.values[fact] & accepted,
                                        cells.values[fact] & ~accepted};
        const auto at = add({static_cast<std::uint8_t>(fact), ((known >> fact) & 1U) != 0, 0,
                             values[0], values[1]});
        std::uint16_t next[] = {0, 0};
        for (int branch = 0; branch != 2; ++branch) {
            auto part = cells;
            part.values[fact] = values[branch];
            row_set meeting = 0;
            for (auto left = values[branch]; left != 0; left &= left - 1)
                meeting |= index.accepting[fact][lowest(left)];
            next[branch] =
                build(part, known | (std::uint64_t{1} << fact), alive & meeting, depth + 1);
        }
        if (!tree.is_oversized) {
            tree.nodes[at].yes = next[0];
            tree.nodes[at].no = next[1];
        }
        return at;
    }
};

} // namespace detail

/// Builds the decision tree of a table, which is oversized if it needs more than `Capacity` nodes.
template <std::size_t Capacity, any_table Table>
[[nodiscard]] constexpr decision_tree<Capacity> build_tree(const Table& table) noexcept {
    const detail::row_index<Table> index{table};
    detail::tree_builder<Table, Capacity> builder{index, {}};
    row_set possible = 0;
    for (std::size_t row = 0; row != Table::row_count; ++row)
        if (!is_empty(cells_of(table, row)))
            possible |= row_set{1} << row;
    builder.build(every_cell(table), 0, possible, 0);
    return builder.tree;
}

/// The decision tree of a table, unless it would grow out of proportion to its rows.
template <auto const& Table>
inline constexpr auto tree_of = build_tree<detail::proportionate_tree_size(Table)>(Table);

} // namespace daxhold
