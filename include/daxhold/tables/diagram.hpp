// SPDX-License-Identifier: BSL-1.0
#pragma once

#include "daxhold/tables/words.hpp"

/// \file
/// The decision diagram of a table, as data: the questions, and where they lead. Rows are read in
/// order: the first row that can still apply is asked for, fact by fact, in the order in which it
/// names them; but what is known already is looked at before anything is asked. What comes out the
/// same is one node, from however many places it is reached.

namespace daxhold::tables {

/// What a node of a decision diagram is.
enum class node_kind : std::uint8_t {
    question, ///< A fact is looked at.
    leaf,     ///< It is decided.
};

/// A node of a decision diagram.
struct diagram_node {
    /// What it is.
    node_kind kind = node_kind::leaf;

    /// Of a question: the fact that is looked at, by its position in the table; whether it was
    /// asked for further up, and only its value is looked at again; the values that lead to `yes`,
    /// and those still possible that lead to `no`.
    std::uint8_t fact = 0;
    bool known = false;
    std::uint64_t yes_values = 0;
    std::uint64_t no_values = 0;

    /// Of a leaf: the row that wins; `row_count` where no row applies.
    std::uint16_t row = 0;

    /// Of a question: the positions of the next nodes, after this one.
    std::uint16_t yes = 0;
    std::uint16_t no = 0;

    /// From how many places it is reached.
    std::uint16_t reached = 0;

    [[nodiscard]] friend constexpr bool operator==(const diagram_node& a,
                                                   const diagram_node& b) noexcept {
        return a.kind == b.kind && a.fact == b.fact && a.known == b.known &&
               a.yes_values == b.yes_values && a.no_values == b.no_values && a.row == b.row &&
               a.yes == b.yes && a.no == b.no;
    }
};

/// A decision diagram of at most `Capacity` nodes; the first is the root, and nodes come before
/// those that they lead to.
template <std::size_t Capacity>
struct decision_diagram {
    /// The nodes, of which the first `size` are in use.
    diagram_node nodes[Capacity];
    std::size_t size = 0;

    /// The table needs more than `Capacity` nodes, and what is here is not a diagram.
    bool is_oversized = false;
};

namespace detail {

/// The limits for a diagram: its longest path, on which compilers recur, and its nodes, each of
/// which is a function to them.
inline constexpr std::size_t deepest_diagram = 100;
inline constexpr std::size_t largest_diagram = 128;

/// A diagram has a leaf for each row and at least one question less: with more rows than these it
/// is not even tried.
inline constexpr std::size_t most_rows_of_diagram = 48;

/// In proportion to what was written: at most twice as many questions as the rows have demands,
/// with room for the tests that a diagram repeats in its branches.
template <any_table Table>
[[nodiscard]] constexpr std::size_t proportionate_size(const Table& table) noexcept {
    const std::size_t proportionate = 16 + 2 * count_demands(table);
    return proportionate < largest_diagram ? proportionate : largest_diagram;
}

/// Counts from how many places each node is reached.
template <std::size_t Capacity>
constexpr void count_arrows(decision_diagram<Capacity>& diagram) noexcept {
    diagram.nodes[0].reached = 1;
    for (std::size_t at = 0; at != diagram.size; ++at) {
        const auto& node = diagram.nodes[at];
        if (node.kind == node_kind::question && node.reached != 0) {
            ++diagram.nodes[node.yes].reached;
            ++diagram.nodes[node.no].reached;
        }
    }
}

/// The diagram without the questions that are settled where each fact has one of its `possible`
/// values, which are then reached from nowhere. A question that asks for a fact of which more than
/// one value is left stays: it may be looked at again further down.
template <std::size_t Capacity>
[[nodiscard]] constexpr decision_diagram<Capacity> settled(decision_diagram<Capacity> made,
                                                           const std::uint64_t* possible) noexcept {
    std::uint16_t leads_to[Capacity] = {};
    for (auto at = made.size; at-- != 0;) {
        auto& node = made.nodes[at];
        node.reached = 0;
        leads_to[at] = static_cast<std::uint16_t>(at);
        if (node.kind == node_kind::leaf)
            continue;
        node.yes = leads_to[node.yes];
        node.no = leads_to[node.no];
        const auto values = possible[node.fact];
        if (!node.known && (values & (values - 1)) != 0)
            continue;
        if ((node.no_values & values) == 0)
            leads_to[at] = node.yes;
        else if ((node.yes_values & values) == 0)
            leads_to[at] = node.no;
    }
    made.nodes[0] = made.nodes[leads_to[0]];
    count_arrows(made);
    return made;
}

template <any_table Table, std::size_t Capacity>
struct diagram_builder {
    static constexpr std::size_t facts = Table::fact_count;
    using rows_type = row_set_of<Table>;
    using facts_type = fact_set_of<Table>;
    static constexpr std::uint16_t no_node = 0xffff;

    const Table& table;
    const row_index<Table>& index;

    // Nodes here come behind those that they lead to, which makes equal ones easy to find.
    decision_diagram<Capacity> made{};
    std::size_t expansions = 0;
    std::uint16_t first_in_bucket[64] = {};
    std::uint16_t next_in_bucket[Capacity] = {};

    constexpr diagram_builder(const Table& the_table, const row_index<Table>& the_index) noexcept
        : table{the_table}, index{the_index} {
        for (auto& first : first_in_bucket)
            first = no_node;
    }

    /// The node that is like this one, added if there is none.
    constexpr std::uint16_t add(const diagram_node& node) noexcept {
        if (made.is_oversized)
            return 0;
        const auto bucket = (node.yes * 7U + node.no * 13U + node.fact * 3U + node.row * 5U) % 64U;
        for (auto at = first_in_bucket[bucket]; at != no_node; at = next_in_bucket[at])
            if (made.nodes[at] == node)
                return at;
        if (made.size == Capacity) {
            made.is_oversized = true;
            return 0;
        }
        const auto at = static_cast<std::uint16_t>(made.size++);
        made.nodes[at] = node;
        next_in_bucket[at] = first_in_bucket[bucket];
        first_in_bucket[bucket] = at;
        return at;
    }

    /// The first fact in the order of the row that `row` leaves open in `cells`: of those that are
    /// known, or of those that are not. `facts` if there is none.
    [[nodiscard]] constexpr std::size_t first_open(std::size_t row, const cube<facts>& cells,
                                                   facts_type known, bool is_known) const noexcept {
        std::size_t first = facts;
        for (std::size_t fact = 0; fact != facts; ++fact)
            if ((cells.values[fact] & ~index.accepts[row][fact]) != 0 &&
                (((known >> fact) & 1U) != 0) == is_known &&
                (first == facts || table.places[row][fact] < table.places[row][first]))
                first = fact;
        return first;
    }

    /// The rows that can still apply where a fact has one of these values.
    [[nodiscard]] constexpr rows_type meeting(rows_type rows, std::size_t fact,
                                              std::uint64_t values) const noexcept {
        rows_type met = 0;
        for (; values != 0; values &= values - 1)
            met |= index.accepting[fact][lowest(values)];
        return rows & met;
    }

    /// Whether, whatever the known facts turn out to be, `asked` is the next that is asked for.
    [[nodiscard]] constexpr bool asks_next(std::size_t asked, const cube<facts>& cells,
                                           facts_type known, rows_type alive,
                                           std::size_t levels) const noexcept {
        if (alive == 0 || levels == 0)
            return false;
        const auto row = static_cast<std::size_t>(lowest(alive));
        const auto fact = first_open(row, cells, known, true);
        if (fact == facts)
            return first_open(row, cells, known, false) == asked;
        for (const auto values : {cells.values[fact] & index.accepts[row][fact],
                                  cells.values[fact] & ~index.accepts[row][fact]}) {
            auto part = cells;
            part.values[fact] = values;
            if (!asks_next(asked, part, known, meeting(alive, fact, values), levels - 1))
                return false;
        }
        return true;
    }

    /// The fact to look at so that the first row is settled in `cells`, or `facts` if it applies
    /// already. What is known is looked at first, so that nothing is asked in vain; but what will
    /// be asked next in any case is asked at once, rather than in each branch.
    [[nodiscard]] constexpr std::size_t next_fact(const cube<facts>& cells, facts_type known,
                                                  rows_type alive) const noexcept {
        constexpr std::size_t look_ahead = 4;
        const auto row = static_cast<std::size_t>(lowest(alive));
        const auto looked_at = first_open(row, cells, known, true);
        const auto asked = first_open(row, cells, known, false);
        if (looked_at == facts)
            return asked;
        return asked != facts && asks_next(asked, cells, known, alive, look_ahead) ? asked
                                                                                   : looked_at;
    }

    constexpr std::uint16_t build(const cube<facts>& cells, facts_type known, rows_type alive,
                                  std::size_t depth) noexcept {
        if (depth == deepest_diagram || ++expansions > 2 * Capacity)
            made.is_oversized = true;
        if (made.is_oversized)
            return 0;
        if (alive == 0)
            return add({.row = static_cast<std::uint16_t>(Table::row_count)});
        const auto row = static_cast<std::size_t>(lowest(alive));
        const auto fact = next_fact(cells, known, alive);
        if (fact == facts)
            return add({.row = static_cast<std::uint16_t>(row)});
        const auto accepted = index.accepts[row][fact];
        diagram_node question{.kind = node_kind::question,
                              .fact = static_cast<std::uint8_t>(fact),
                              .known = ((known >> fact) & 1U) != 0,
                              .yes_values = cells.values[fact] & accepted,
                              .no_values = cells.values[fact] & ~accepted};
        // What is made last stands first: yes before no.
        for (const bool yes : {false, true}) {
            auto part = cells;
            part.values[fact] = yes ? question.yes_values : question.no_values;
            (yes ? question.yes : question.no) =
                build(part, known | (facts_type{1} << fact),
                      meeting(alive, fact, part.values[fact]), depth + 1);
        }
        return question.yes == question.no ? question.yes : add(question);
    }

    /// What was made, the other way round, with the count of places that lead to each node.
    [[nodiscard]] constexpr decision_diagram<Capacity> turn_over() const noexcept {
        decision_diagram<Capacity> turned;
        turned.is_oversized = made.is_oversized;
        if (made.is_oversized)
            return turned;
        turned.size = made.size;
        const auto last = static_cast<std::uint16_t>(made.size - 1);
        for (std::size_t at = 0; at != made.size; ++at) {
            auto& node = turned.nodes[last - at];
            node = made.nodes[at];
            if (node.kind == node_kind::question) {
                node.yes = static_cast<std::uint16_t>(last - node.yes);
                node.no = static_cast<std::uint16_t>(last - node.no);
            }
        }
        count_arrows(turned);
        return turned;
    }
};

/// Stands for a diagram that is not tried.
[[nodiscard]] constexpr decision_diagram<1> oversized_diagram() noexcept {
    decision_diagram<1> made;
    made.is_oversized = true;
    return made;
}

} // namespace detail

/// Builds the decision diagram of a table; it is oversized if it needs more than `Capacity` nodes.
template <std::size_t Capacity, any_table Table>
[[nodiscard]] constexpr decision_diagram<Capacity> build_diagram(const Table& table) noexcept {
    const detail::row_index<Table> index{table};
    detail::diagram_builder<Table, Capacity> builder{table, index};
    row_set_of<Table> alive = 0;
    for (std::size_t row = 0; row != Table::row_count; ++row)
        if (!is_empty(cells_of(table, row)))
            alive |= row_set_of<Table>{1} << row;
    builder.build(every_cell(table), 0, alive, 0);
    return builder.turn_over();
}

/// The decision diagram of a table, unless it would grow out of proportion to its rows.
template <auto const& Table>
inline constexpr auto diagram_of = [] {
    if constexpr (std::remove_cvref_t<decltype(Table)>::row_count > detail::most_rows_of_diagram)
        return detail::oversized_diagram();
    else
        return build_diagram<detail::proportionate_size(Table)>(Table);
}();

} // namespace daxhold::tables
