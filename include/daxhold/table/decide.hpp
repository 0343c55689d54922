// SPDX-License-Identifier: BSL-1.0
#pragma once

#include "daxhold/table/proof.hpp"
#include "daxhold/table/tree.hpp"

#include <boost/hana/integral_constant.hpp>
#include <boost/hana/type.hpp>

/// \file
/// A table at work: asks for facts, one at a time and only where they can matter, and hands out the
/// row that wins. All of it is inlined: what is left is the chain of tests that one would write.

namespace daxhold {

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
    tree,  ///< A decision tree: the test of a node knows all that was learned above it.
    chain, ///< Row after row, with the answers in a key. Its size grows with the rows only.
};

/// The way that is taken for a table: a tree, unless that would grow out of proportion.
template <auto const& Table>
inline constexpr compilation compilation_of =
    tree_of<Table>.is_oversized ? compilation::chain : compilation::tree;

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
    else
        return ((Yes >> static_cast<unsigned>(value)) & 1U) != 0;
}

template <auto const& Table, std::size_t Row, class Leaf>
[[gnu::always_inline]] constexpr decltype(auto) reach(Leaf& leaf) {
    return leaf(boost::hana::size_c<Row>);
}

template <auto const& Table, std::size_t Node, class Source, class Answers, class Leaf>
[[gnu::always_inline]] constexpr decltype(auto) descend(Source& source, Answers& known,
                                                        Leaf& leaf) {
    constexpr const tree_node& node = tree_of<Table>.nodes[Node];
    if constexpr (node.fact == tree_node::no_fact) {
        return reach<Table, node.row>(leaf);
    } else {
        using fact = typename table_type<Table>::facts::template at<node.fact>;
        auto& value = static_cast<answer<fact>&>(known).value;
        if constexpr (!node.known)
            value = source(boost::hana::type_c<fact>);
        if (is_among<node.yes_values, node.no_values>(value))
            return descend<Table, node.yes>(source, known, leaf);
        return descend<Table, node.no>(source, known, leaf);
    }
}

/// The values of a fact as bits of a key; a fact does not stretch over two words.
struct lane {
    std::size_t word = 0;
    unsigned shift = 0;
};

template <std::size_t Facts>
struct key_layout {
    lane lanes[Facts + 1];
    std::size_t words = 1;
};

template <class... Facts>
consteval auto lay_out_key(type_list<Facts...>) {
    key_layout<sizeof...(Facts)> layout;
    const std::size_t widths[] = {value_count<Facts>..., 0};
    std::size_t word = 0;
    std::size_t used = 0;
    for (std::size_t i = 0; i != sizeof...(Facts); ++i) {
        if (used + widths[i] > 64) {
            ++word;
            used = 0;
        }
        layout.lanes[i] = {word, static_cast<unsigned>(used)};
        used += widths[i];
    }
    layout.words = word + 1;
    return layout;
}

/// What a chain knows: in `possible` the values that each fact can still have, in `asked` all
/// values of the facts that were asked for.
template <auto const& Table>
struct chain {
    using type = table_type<Table>;
    using facts = typename type::facts;
    static constexpr auto layout = lay_out_key(facts{});

    std::uint64_t possible[layout.words] = {};
    std::uint64_t asked[layout.words] = {};

    struct key {
        std::uint64_t words[layout.words] = {};
    };

    static constexpr key pack(const cube<type::fact_count>& cells) {
        key packed;
        for (std::size_t fact = 0; fact != type::fact_count; ++fact)
            packed.words[layout.lanes[fact].word] |= cells.values[fact] << layout.lanes[fact].shift;
        return packed;
    }

    template <std::size_t Row>
    static constexpr key refused = [] {
        auto cells = every_cell(Table);
        for (std::size_t fact = 0; fact != type::fact_count; ++fact)
            cells.values[fact] &= ~Table.accepted(Row, fact);
        return pack(cells);
    }();

    static constexpr key all = pack(every_cell(Table));

    constexpr chain() noexcept {
        for (std::size_t word = 0; word != layout.words; ++word)
            possible[word] = all.words[word];
    }

    /// Whether what is known rules the row out.
    template <std::size_t Row>
    [[nodiscard]] constexpr bool is_ruled_out() const noexcept {
        for (std::size_t word = 0; word != layout.words; ++word)
            if ((possible[word] & asked[word] & refused<Row>.words[word]) != 0)
                return true;
        return false;
    }

    /// Asks for a fact if the row cares for it and nobody asked before. Returns false if the answer
    /// rules the row out.
    template <std::size_t Row, std::size_t Fact, class Source>
    constexpr bool ask(Source& source) {
        constexpr auto at = layout.lanes[Fact];
        using fact = typename facts::template at<Fact>;
        constexpr std::uint64_t values = every_value<fact> << at.shift;
        constexpr std::uint64_t refused_values = refused<Row>.words[at.word] & values;
        if constexpr (refused_values == 0) {
            return true;
        } else {
            if ((asked[at.word] & values) != 0)
                return true;
            const auto answer = bit_of(source(boost::hana::type_c<fact>)) << at.shift;
            possible[at.word] = (possible[at.word] & ~values) | answer;
            asked[at.word] |= values;
            return (answer & refused_values) == 0;
        }
    }

    template <std::size_t Row, class Source, std::size_t... Fact>
    constexpr bool applies(Source& source, std::index_sequence<Fact...>) {
        return !is_ruled_out<Row>() && (ask<Row, Fact>(source) && ...);
    }
};

template <auto const& Table, std::size_t Row, class Source, class Leaf>
constexpr decltype(auto) follow(chain<Table>& known, Source& source, Leaf& leaf) {
    using type = table_type<Table>;
    if constexpr (Row + 1 == type::row_count) {
        return reach<Table, Row>(leaf);
    } else {
        if (known.template applies<Row>(source, std::make_index_sequence<type::fact_count>{}))
            return reach<Table, Row>(leaf);
        return follow<Table, Row + 1>(known, source, leaf);
    }
}

template <auto const& Table, compilation Way, class Source, class Leaf>
[[gnu::always_inline]] constexpr decltype(auto) decide_by(Source& source, Leaf& leaf) {
    if constexpr (Way == compilation::tree) {
        answers_to<typename table_type<Table>::facts> known;
        return descend<Table, 0>(source, known, leaf);
    } else {
        chain<Table> known;
        return follow<Table, 0>(known, source, leaf);
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
    else if constexpr (detail::mistake_in<Table>.what != detail::mistake::none)
        return detail::decide_by<Table, compilation::chain>(source, leaf);
    else
        return detail::decide_by<Table, compilation_of<Table>>(source, leaf);
}

/// The action of the row that wins; see `decide_row` for what is asked.
template <auto const& Table, class Source>
[[nodiscard, gnu::always_inline]] constexpr auto decide(Source&& source) {
    static_assert(detail::prove<Table>());
    return decide_row<Table>(source, [](auto row) { return Table.actions[decltype(row)::value]; });
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
template <fact... Facts>
[[nodiscard]] constexpr known_facts<Facts...> known(Facts... values) noexcept {
    return {{{values}...}};
}

} // namespace daxhold
