// SPDX-License-Identifier: BSL-1.0
#pragma once

#include "daxhold/tables/diagram.hpp"
#include "daxhold/tables/known.hpp"

/// \file
/// A table at work: asks for facts, one at a time and only where they can matter, and hands out the
/// row that wins. All of it is inlined: what is left is the chain of tests that one would write.

namespace daxhold::tables {

/// The diagnosis of a source that a table asks for a fact which it does not know.
template <class Source, class Fact>
struct source_does_not_answer_for {
    static constexpr bool ok = answers<Source, Fact>;
};

/// A source that says which answers it can ever give, by a static member `possible_values<Fact>`, a
/// bit a value, for each fact of a table: what this settles is neither asked for nor compiled.
/// Where it gives another answer all the same, any row may be decided on.
template <class Source, class Fact>
concept limits_answers = requires {
    std::remove_cvref_t<Source>::template possible_values<Fact>;
};

/// How a table is compiled for facts that have to be asked for.
enum class compilation {
    diagram, ///< A decision diagram: the test of a node knows all that was learned above it.
    words,   ///< A loop that asks for one fact after the other, and keeps the rows that are left.
};

/// The way that is taken for a table: a diagram, unless that would grow out of proportion.
template <auto const& Table>
inline constexpr compilation compilation_of =
    diagram_of<Table>.is_oversized ? compilation::words : compilation::diagram;

namespace detail {

template <class Source, class... Facts>
consteval std::size_t find_unanswered(type_list<Facts...>) {
    std::size_t position = 0;
    static_cast<void>(((!answers<Source, Facts> || (++position, false)) || ...));
    return position;
}

/// Whether a source answers for all facts. Says which is the first that it does not answer for.
template <class Source, class List>
consteval bool check_source() {
    constexpr auto unanswered = find_unanswered<Source>(List{});
    if constexpr (unanswered != List::size) {
        using check = source_does_not_answer_for<Source, typename List::template at<unanswered>>;
        static_assert(check::ok, "the source of facts needs an operator()(hana::type<Fact>) that "
                                 "returns the fact, for each fact of the table");
    }
    return unanswered == List::size;
}

template <auto const& Table, class Source, class... Facts>
consteval auto settle_diagram(type_list<Facts...>) {
    if constexpr ((limits_answers<Source, Facts> && ...)) {
        const std::uint64_t possible[] = {
            std::remove_cvref_t<Source>::template possible_values<Facts>..., 0};
        return settled(diagram_of<Table>, possible);
    } else {
        return diagram_of<Table>;
    }
}

/// The diagram of a table for a source.
template <auto const& Table, class Source>
inline constexpr auto
    diagram_for = settle_diagram<Table, Source>(typename table_type<Table>::facts{});

/// A diagram at work. A node that is reached from several places is a block of its own: where it
/// goes is then a number, below `join` a row, and from there on a node, and `run` takes the nodes
/// up in their order. Everything else stands where it is reached from, so that what is left is the
/// jumps that one would write.
template <auto const& Diagram, class Facts>
struct diagram_run {
    static constexpr std::size_t join = 2 * most_rows;

    [[nodiscard]] static constexpr bool is_join(std::size_t node) noexcept {
        return Diagram.nodes[node].kind == node_kind::question && Diagram.nodes[node].reached > 1;
    }

    // One function a question: to compilers each is work, however little it does.

    /// From a node down, in a diagram without joins: calls `leaf(hana::size_c<Row>)`.
    template <std::size_t Node, class Source, class Leaf>
    [[gnu::DAXHOLD_INLINED]] static constexpr decltype(auto)
    descend(Source& source, answers_to<Facts>& known, Leaf& leaf) {
        constexpr const diagram_node& node = Diagram.nodes[Node];
        if constexpr (node.kind == node_kind::leaf) {
            return leaf(boost::hana::size_c<node.row>);
        } else {
            using fact = typename Facts::template at<node.fact>;
            auto& value = static_cast<answer<fact>&>(known).value;
            if constexpr (!node.known)
                value = source(boost::hana::type_c<fact>);
            constexpr const diagram_node& yes = Diagram.nodes[node.yes];
            constexpr const diagram_node& no = Diagram.nodes[node.no];
            if (is_among<node.yes_values, node.no_values>(value)) {
                if constexpr (yes.kind == node_kind::leaf)
                    return leaf(boost::hana::size_c<yes.row>);
                else
                    return descend<node.yes>(source, known, leaf);
            }
            if constexpr (no.kind == node_kind::leaf)
                return leaf(boost::hana::size_c<no.row>);
            else
                return descend<node.no>(source, known, leaf);
        }
    }

    /// From a node down as far as a row or a node that is a join.
    template <std::size_t Node, class Source>
    [[gnu::DAXHOLD_INLINED]] static constexpr std::size_t pass(Source& source,
                                                               answers_to<Facts>& known) {
        constexpr const diagram_node& node = Diagram.nodes[Node];
        if constexpr (node.kind == node_kind::leaf) {
            return node.row;
        } else {
            using fact = typename Facts::template at<node.fact>;
            auto& value = static_cast<answer<fact>&>(known).value;
            if constexpr (!node.known)
                value = source(boost::hana::type_c<fact>);
            if (is_among<node.yes_values, node.no_values>(value)) {
                if constexpr (is_join(node.yes))
                    return join + node.yes;
                else
                    return pass<node.yes>(source, known);
            }
            if constexpr (is_join(node.no))
                return join + node.no;
            else
                return pass<node.no>(source, known);
        }
    }

    /// The nodes that are reached from several places, in their order, and whether one of the rows
    /// is.
    static constexpr auto shared = [] {
        struct {
            std::size_t joins[Diagram.size] = {};
            std::size_t count = 0;
            bool has_row = false;
        } made;
        for (std::size_t node = 0; node != Diagram.size; ++node)
            if (is_join(node))
                made.joins[made.count++] = node;
            else if (Diagram.nodes[node].reached > 1)
                made.has_row = true;
        return made;
    }();

    template <std::size_t Node, class Source>
    [[gnu::DAXHOLD_INLINED]] static constexpr void join_at(std::size_t& at, Source& source,
                                                           answers_to<Facts>& known) {
        if (at == join + Node)
            at = pass<Node>(source, known);
    }

    /// The number of the row that is decided.
    template <class Source>
    [[gnu::DAXHOLD_INLINED]] static constexpr std::size_t run(Source& source) {
        return [&]<std::size_t... Nth>(std::index_sequence<Nth...>)
            __attribute__((DAXHOLD_INLINED)) {
            answers_to<Facts> known{};
            std::size_t at = pass<0>(source, known);
            (join_at<shared.joins[Nth]>(at, source, known), ...);
            return at;
        }
        (std::make_index_sequence<shared.count>{});
    }
};

/// Calls `leaf(hana::size_c<Row>)` for a row number that is known at run time only; `Rows` are
/// those that it can be.
template <auto Rows, class Leaf>
[[gnu::DAXHOLD_INLINED]] constexpr decltype(auto) with_row(std::size_t row, Leaf& leaf) {
    constexpr auto first = static_cast<std::size_t>(lowest(Rows));
    if constexpr ((Rows & (Rows - 1)) == 0) {
        return leaf(boost::hana::size_c<first>);
    } else {
        if (row == first)
            return leaf(boost::hana::size_c<first>);
        return with_row<(Rows & (Rows - 1))>(row, leaf);
    }
}

/// The way that is taken for a table, also if a mistake in it has been told: then whatever compiles
/// will do.
template <auto const& Table>
inline constexpr compilation way_of = [] {
    if constexpr (mistake_in<Table>.what != mistake::none)
        return compilation::words;
    else
        return compilation_of<Table>;
}();

/// What a leaf is: something small, that may stand wherever its row is decided, or something that
/// stands once.
enum class leaf_size { small, large };

template <auto const& Table>
inline constexpr auto every_row = rows_above<table_type<Table>>(table_type<Table>::row_count);

/// What `decide_row` does, for who has checked table and source.
template <auto const& Table, compilation Way = way_of<Table>, leaf_size Size = leaf_size::large,
          class Source, class Leaf>
[[gnu::DAXHOLD_INLINED]] constexpr decltype(auto) decide_by(Source& source, Leaf&& leaf) {
    using facts = typename table_type<Table>::facts;
    if constexpr (Way == compilation::words) {
        return with_row<every_row<Table>>(questions<Table>{}.find(source), leaf);
    } else {
        using run = diagram_run<diagram_for<Table, Source>, facts>;
        if constexpr (run::shared.count != 0 || (Size == leaf_size::large && run::shared.has_row)) {
            return with_row<every_row<Table>>(run::run(source), leaf);
        } else {
            answers_to<facts> known{};
            return run::template descend<0>(source, known, leaf);
        }
    }
}

template <auto const& Table, compilation_when_known Way, result Kind>
using look_up_by = std::conditional_t<Way == compilation_when_known::words,
                                      words_when_known<Table, Kind>, cells_when_known<Table, Kind>>;

/// The same where all facts are known beforehand.
template <auto const& Table, compilation_when_known Way, class Source, class Leaf>
[[gnu::DAXHOLD_INLINED]] constexpr decltype(auto) decide_when_known_by(Source& source, Leaf& leaf) {
    if constexpr (Way != compilation_when_known::tests) {
        return with_row<every_row<Table>>(look_up_by<Table, Way, result::row>::find(source), leaf);
    } else if constexpr (sections_of_tests<Table>.is_one()) {
        return tests_when_known<Table>::find(source, leaf);
    } else {
        auto number = [](auto row) { return std::size_t{decltype(row)::value}; };
        return with_row<every_row<Table>>(tests_when_known<Table>::find(source, number), leaf);
    }
}

template <auto const& Table, compilation_when_known Way, class Source>
[[gnu::DAXHOLD_INLINED]] constexpr auto decide_action_when_known_by(Source& source) {
    using action = typename table_type<Table>::action_type;
    if constexpr (Way == compilation_when_known::tests) {
        auto leaf = [](auto row) { return Table.actions[decltype(row)::value]; };
        return tests_when_known<Table>::find(source, leaf);
    } else if constexpr (are_actions_bytes<Table>) {
        return static_cast<action>(look_up_by<Table, Way, result::action>::find(source));
    } else {
        return action_of_row<Table>(look_up_by<Table, Way, result::row>::find(source));
    }
}

template <auto const& Table>
inline constexpr auto way_when_known_of = [] {
    if constexpr (mistake_in<Table>.what != mistake::none)
        return compilation_when_known::words;
    else
        return compilation_when_known_of<Table>;
}();

} // namespace detail

/// Calls `leaf(hana::size_c<Row>)` with the number of the row that wins, counted from 0, and
/// returns what it returns. The table must be `proven`; `source` is asked for each fact at most
/// once, and only while the answer can matter: in the order of the rows, and within a row in the
/// order in which the table first names the facts, those already asked for first. Only a source
/// that `knows_beforehand` is asked in any order.
template <auto const& Table, class Source, class Leaf>
[[gnu::DAXHOLD_INLINED]] constexpr decltype(auto) decide_row(Source&& source, Leaf&& leaf) {
    using facts = typename detail::table_type<Table>::facts;
    static_assert(detail::prove<Table>());
    // After a mistake has been told, whatever compiles will do.
    if constexpr (!detail::check_source<std::remove_reference_t<Source>, facts>())
        return leaf(boost::hana::size_c<0>);
    else if constexpr (knows_beforehand<Source>)
        return detail::decide_when_known_by<Table, detail::way_when_known_of<Table>>(source, leaf);
    else
        return detail::decide_by<Table>(source, leaf);
}

/// The action of the row that wins; see `decide_row` for what is asked. The table is `static
/// constexpr`, also within a function.
template <auto const& StaticTable, class Source>
[[nodiscard, gnu::DAXHOLD_INLINED]] constexpr auto decide(Source&& source) {
    using facts = typename detail::table_type<StaticTable>::facts;
    if constexpr (mistake_in<StaticTable>.what == mistake::no_constant) {
        static_assert(is_no_constant<StaticTable>::ok,
                      "a table is constexpr, and so is all that its rows call");
        return StaticTable.actions[0];
    } else {
        static_assert(detail::prove<StaticTable>());
        if constexpr (!detail::check_source<std::remove_reference_t<Source>, facts>()) {
            return StaticTable.actions[0];
        } else if constexpr (knows_beforehand<Source>) {
            return detail::decide_action_when_known_by<StaticTable,
                                                       detail::way_when_known_of<StaticTable>>(
                source);
        } else if constexpr (detail::way_of<StaticTable> == compilation::words) {
            return detail::action_of_row<StaticTable>(
                detail::questions<StaticTable>{}.find(source));
        } else {
            auto leaf = [](auto row) { return StaticTable.actions[decltype(row)::value]; };
            return detail::decide_by<StaticTable, compilation::diagram, detail::leaf_size::small>(
                source, leaf);
        }
    }
}

} // namespace daxhold::tables
