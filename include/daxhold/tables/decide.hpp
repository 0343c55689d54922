// SPDX-License-Identifier: BSL-1.0
#pragma once

#include "daxhold/tables/diagram.hpp"

#include <boost/hana/integral_constant.hpp>
#include <boost/hana/type.hpp>

#include <bit>

/// \file
/// A table at work: asks for facts, one at a time and only where they can matter, and hands out the
/// row that wins. All of it is inlined: what is left is the chain of tests that one would write.

namespace daxhold::tables {

/// Something that can be asked for a fact: `source(hana::type_c<Fact>)` returns a `Fact`.
template <class Source, class Fact>
concept answers = requires(Source& source) {
    { source(boost::hana::type_c<Fact>) } -> std::same_as<Fact>;
};

/// The diagnosis of a source that a table asks for a fact which it does not know.
template <class Source, class Fact>
struct source_does_not_answer_for {
    static constexpr bool ok = answers<Source, Fact>;
};

/// How a table is compiled.
enum class compilation {
    diagram, ///< A decision diagram: the test of a node knows all that was learned above it.
    chain,   ///< Row after row in a loop: a little data for each demand, and code for each fact.
};

/// The way that is taken for a table: a diagram, unless that would grow out of proportion.
template <auto const& Table>
inline constexpr compilation compilation_of =
    diagram_of<Table>.is_oversized ? compilation::chain : compilation::diagram;

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

/// The answers so far, one member a fact, so that each can live in a register of its own.
template <class Fact>
struct answer {
    Fact value{};
};

template <class List>
struct answers_to;

template <class... Facts>
struct answers_to<type_list<Facts...>> : answer<Facts>... {};

[[nodiscard]] constexpr bool is_one_bit(std::uint64_t bits) noexcept {
    return bits != 0 && (bits & (bits - 1)) == 0;
}

/// Whether a value is among `Yes`, where it is known to be among `Yes` or `No`: by the cheapest
/// comparison that tells the two apart.
template <std::uint64_t Yes, std::uint64_t No, class Fact>
[[nodiscard, gnu::always_inline]] constexpr bool is_among(Fact value) noexcept {
    if constexpr (is_one_bit(Yes))
        return value == static_cast<Fact>(lowest(Yes));
    else if constexpr (is_one_bit(No))
        return value != static_cast<Fact>(lowest(No));
    else if constexpr (lowest(Yes) >= std::bit_width(No))
        return value >= static_cast<Fact>(lowest(Yes));
    else if constexpr (lowest(No) >= std::bit_width(Yes))
        return value < static_cast<Fact>(lowest(No));
    else
        return ((Yes >> static_cast<unsigned>(value)) & 1U) != 0;
}

/// A diagram at work. A node that is reached from several places is a block of its own: where it
/// goes is then a number, below `join` a row, and from there on a node, and `run` takes the nodes
/// up in their order. Everything else stands where it is reached from, so that what is left is the
/// jumps that one would write.
template <auto const& Diagram, class Facts>
struct diagram_run {
    static constexpr std::size_t join = 256;

    [[nodiscard]] static constexpr bool is_join(std::size_t node) noexcept {
        return Diagram.nodes[node].kind == node_kind::question && Diagram.nodes[node].reached > 1;
    }

    /// Whether the answer to a question is yes.
    template <std::size_t Node, class Source>
    [[gnu::always_inline]] static constexpr bool look(Source& source, answers_to<Facts>& known) {
        constexpr const diagram_node& node = Diagram.nodes[Node];
        using fact = typename Facts::template at<node.fact>;
        auto& value = static_cast<answer<fact>&>(known).value;
        if constexpr (!node.known)
            value = source(boost::hana::type_c<fact>);
        return is_among<node.yes_values, node.no_values>(value);
    }

    /// From a node down, in a diagram without joins: calls `leaf(hana::size_c<Row>)`.
    template <std::size_t Node, class Source, class Leaf>
    [[gnu::always_inline]] static constexpr decltype(auto)
    descend(Source& source, answers_to<Facts>& known, Leaf& leaf) {
        constexpr const diagram_node& node = Diagram.nodes[Node];
        if constexpr (node.kind == node_kind::leaf) {
            return leaf(boost::hana::size_c<node.row>);
        } else {
            if (look<Node>(source, known))
                return descend<node.yes>(source, known, leaf);
            return descend<node.no>(source, known, leaf);
        }
    }

    template <std::size_t Node, class Source>
    [[gnu::always_inline]] static constexpr std::size_t enter(Source& source,
                                                              answers_to<Facts>& known) {
        if constexpr (is_join(Node))
            return join + Node;
        else
            return pass<Node>(source, known);
    }

    template <std::size_t Node, class Source>
    [[gnu::always_inline]] static constexpr std::size_t pass(Source& source,
                                                             answers_to<Facts>& known) {
        constexpr const diagram_node& node = Diagram.nodes[Node];
        if constexpr (node.kind == node_kind::leaf) {
            return node.row;
        } else {
            if (look<Node>(source, known))
                return enter<node.yes>(source, known);
            return enter<node.no>(source, known);
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
    [[gnu::always_inline]] static constexpr void join_at(std::size_t& at, Source& source,
                                                         answers_to<Facts>& known) {
        if (at == join + Node)
            at = pass<Node>(source, known);
    }

    /// The number of the row that is decided.
    template <class Source>
    [[gnu::always_inline]] static constexpr std::size_t run(Source& source) {
        return [&]<std::size_t... Nth>(std::index_sequence<Nth...>) __attribute__((always_inline)) {
            answers_to<Facts> known;
            std::size_t at = pass<0>(source, known);
            (join_at<shared.joins[Nth]>(at, source, known), ...);
            return at;
        }
        (std::make_index_sequence<shared.count>{});
    }
};

/// Calls `leaf(hana::size_c<Row>)` for a row number that is known at run time only; `Rows` are
/// those that it can be.
template <row_set Rows, class Leaf>
[[gnu::always_inline]] constexpr decltype(auto) with_row(std::size_t row, Leaf& leaf) {
    constexpr auto first = static_cast<std::size_t>(lowest(Rows));
    if constexpr ((Rows & (Rows - 1)) == 0) {
        return leaf(boost::hana::size_c<first>);
    } else {
        if (row == first)
            return leaf(boost::hana::size_c<first>);
        return with_row<(Rows & (Rows - 1))>(row, leaf);
    }
}

/// The demands of all rows, one behind the other in the order in which they are asked for: a chain
/// as data.
template <std::size_t Rows, std::size_t Demands>
struct row_demands {
    struct demand {
        std::uint64_t accepts = 0;
        std::uint8_t fact = 0;
    };

    demand all[Demands + 1];
    /// Where the demands of each row begin; those of the last row end at the last entry.
    std::uint16_t begins[Rows + 1] = {};
};

template <std::size_t Demands, any_table Table>
[[nodiscard]] constexpr auto list_demands(const Table& table) noexcept {
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
            for (;
                 at != begin && table.places[row][made.all[at - 1].fact] > table.places[row][fact];
                 --at)
                made.all[at] = made.all[at - 1];
            made.all[at] = {table.accepted(row, fact), static_cast<std::uint8_t>(fact)};
        }
    }
    made.begins[Table::row_count] = static_cast<std::uint16_t>(size);
    return made;
}

template <auto const& Table>
inline constexpr auto demands_of = list_demands<count_demands(Table)>(Table);

/// A chain at work: a loop over the rows and their demands, whose code grows with the facts only.
template <auto const& Table>
struct chain {
    using type = table_type<Table>;
    using facts = typename type::facts;

    /// The answer to each fact, a bit; none before it was asked for.
    std::uint64_t answers[type::fact_count + 1] = {};

    template <class Source, std::size_t... Fact>
    constexpr void ask(Source& source, std::size_t wanted, std::index_sequence<Fact...>) {
        static_cast<void>(
            ((wanted == Fact && (answers[Fact] = bit_of(source(
                                     boost::hana::type_c<typename facts::template at<Fact>>)),
                                 true)) ||
             ...));
    }

    /// The first row that applies; the last one if no other does.
    template <class Source>
    constexpr std::size_t find(Source& source) {
        constexpr const auto& demands = demands_of<Table>;
        std::size_t row = 0;
        for (; row + 1 != type::row_count; ++row) {
            bool applies = true;
            for (std::size_t i = demands.begins[row]; applies && i != demands.begins[row + 1];
                 ++i) {
                const auto answer = answers[demands.all[i].fact];
                applies = answer == 0 || (answer & demands.all[i].accepts) != 0;
            }
            for (std::size_t i = demands.begins[row]; applies && i != demands.begins[row + 1];
                 ++i) {
                const std::size_t fact = demands.all[i].fact;
                if (answers[fact] == 0)
                    ask(source, fact, std::make_index_sequence<type::fact_count>{});
                applies = (answers[fact] & demands.all[i].accepts) != 0;
            }
            if (applies)
                break;
        }
        return row;
    }
};

/// The way that is taken for a table, also if a mistake in it has been told: then whatever compiles
/// will do.
template <auto const& Table>
inline constexpr compilation way_of = [] {
    if constexpr (mistake_in<Table>.what != mistake::none)
        return compilation::chain;
    else
        return compilation_of<Table>;
}();

/// What a leaf is: something small, that may stand wherever its row is decided, or something that
/// stands once.
enum class leaf_size { small, large };

template <auto const& Table, compilation Way, leaf_size Size, class Source, class Leaf>
[[gnu::always_inline]] constexpr decltype(auto) decide_by(Source& source, Leaf& leaf) {
    using facts = typename table_type<Table>::facts;
    constexpr row_set every_row = first_bits(table_type<Table>::row_count);
    if constexpr (Way == compilation::chain) {
        chain<Table> known;
        return with_row<every_row>(known.find(source), leaf);
    } else {
        using run = diagram_run<diagram_of<Table>, facts>;
        if constexpr (run::shared.count != 0 || (Size == leaf_size::large && run::shared.has_row)) {
            return with_row<every_row>(run::run(source), leaf);
        } else {
            answers_to<facts> known;
            return run::template descend<0>(source, known, leaf);
        }
    }
}

} // namespace detail

/// Calls `leaf(hana::size_c<Row>)` with the number of the row that wins, counted from 0, and
/// returns what it returns. The table must be `proven`; `source` is asked for each fact at most
/// once, and only while the answer can matter: in the order of the rows, and within a row in the
/// order in which the table first names the facts, those already asked for first.
template <auto const& Table, class Source, class Leaf>
[[gnu::always_inline]] constexpr decltype(auto) decide_row(Source&& source, Leaf&& leaf) {
    using facts = typename detail::table_type<Table>::facts;
    static_assert(detail::prove<Table>());
    // After a mistake has been told, whatever compiles will do.
    if constexpr (!detail::check_source<std::remove_reference_t<Source>, facts>())
        return leaf(boost::hana::size_c<0>);
    else
        return detail::decide_by<Table, detail::way_of<Table>, detail::leaf_size::large>(source,
                                                                                         leaf);
}

/// The action of the row that wins; see `decide_row` for what is asked. The table is `static
/// constexpr`, also within a function.
template <auto const& StaticTable, class Source>
[[nodiscard, gnu::always_inline]] constexpr auto decide(Source&& source) {
    using facts = typename detail::table_type<StaticTable>::facts;
    if constexpr (mistake_in<StaticTable>.what == mistake::no_constant) {
        static_assert(is_no_constant<StaticTable>::ok,
                      "a table is constexpr, and so is all that its rows call");
        return StaticTable.actions[0];
    } else {
        static_assert(detail::prove<StaticTable>());
        if constexpr (!detail::check_source<std::remove_reference_t<Source>, facts>()) {
            return StaticTable.actions[0];
        } else if constexpr (detail::way_of<StaticTable> == compilation::chain) {
            detail::chain<StaticTable> known;
            return StaticTable.actions[known.find(source)];
        } else {
            auto leaf = [](auto row) { return StaticTable.actions[decltype(row)::value]; };
            return detail::decide_by<StaticTable, compilation::diagram, detail::leaf_size::small>(
                source, leaf);
        }
    }
}

/// A source of facts that are known beforehand: `known(mount::born, role::log)`.
template <fact... Facts>
struct known_facts : detail::answers_to<detail::type_list<Facts...>> {
    /// The value of the fact that is asked for.
    template <class Fact>
    requires(std::same_as<Fact, Facts> || ...) [[nodiscard]] constexpr Fact
    operator()(boost::hana::basic_type<Fact>) const noexcept {
        return static_cast<const detail::answer<Fact>&>(*this).value;
    }
};

/// These facts, as a source that a table can ask.
template <class... Facts>
[[nodiscard]] constexpr auto known(Facts... values) noexcept {
    if constexpr ((detail::check_fact<Facts>() && ...))
        return known_facts<Facts...>{{{values}...}};
    else
        return detail::refused{};
}

} // namespace daxhold::tables
