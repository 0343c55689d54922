// SPDX-License-Identifier: BSL-1.0
#pragma once

#include "daxhold/tables/row.hpp"

#include <boost/hana/unpack.hpp>

#include <type_traits>
#include <utility>

namespace daxhold::tables {

namespace detail {

template <std::size_t I, class Type>
struct indexed {
    using type = Type;
    static constexpr std::size_t position = I;
};

template <class Indices, class... Types>
struct indexed_types;
template <std::size_t... I, class... Types>
struct indexed_types<std::index_sequence<I...>, Types...> : indexed<I, Types>... {};

// The compiler finds a base class quicker than any template of ours finds a type.
template <std::size_t I, class Type>
indexed<I, Type> find_by_position(const indexed<I, Type>*);
template <class Type, std::size_t I>
indexed<I, Type> find_by_type(const indexed<I, Type>*);

/// A list of types, in which a position is found by type and a type by position.
template <class... Types>
struct type_list {
    static constexpr std::size_t size = sizeof...(Types);

    using all = indexed_types<std::make_index_sequence<size>, Types...>;

    template <std::size_t I>
    using at = typename decltype(find_by_position<I>(static_cast<const all*>(nullptr)))::type;

    /// The position of a type that stands there once, or `size`.
    template <class Type>
    static constexpr std::size_t index_of = [] {
        if constexpr (requires { find_by_type<Type>(static_cast<const all*>(nullptr)); })
            return decltype(find_by_type<Type>(static_cast<const all*>(nullptr)))::position;
        else
            return size;
    }();
};

template <class... Types>
struct type_set : std::type_identity<Types>... {};

/// A list with more types behind it, but for those that are there already.
template <class List, class... More>
struct joined {
    using type = List;
};
template <class... Types, class First, class... More>
struct joined<type_list<Types...>, First, More...>
    : joined<std::conditional_t<__is_base_of(std::type_identity<First>, type_set<Types...>),
                                type_list<Types...>, type_list<Types..., First>>,
             More...> {};

/// A list with the facts of a row behind it. Most rows of a long table bring no new ones.
template <class List, class Row>
struct joined_with_row;
template <class... Types, class Action, class... Facts>
struct joined_with_row<type_list<Types...>, row<Action, Facts...>>
    : std::conditional_t<(__is_base_of(std::type_identity<Facts>, type_set<Types...>) && ...),
                         std::type_identity<type_list<Types...>>,
                         joined<type_list<Types...>, Facts...>> {};

template <class List, class Row>
using join_row = typename joined_with_row<List, Row>::type;

/// The facts of rows, each where it stood first. Four rows at a time, since compilers limit how
/// deep classes may be nested.
template <class List, class... Rows>
struct facts_of_rows {
    using type = List;
};
template <class List, class First, class... Rest>
struct facts_of_rows<List, First, Rest...> : facts_of_rows<join_row<List, First>, Rest...> {};
template <class List, class First, class Second, class Third, class Fourth, class... Rest>
struct facts_of_rows<List, First, Second, Third, Fourth, Rest...>
    : facts_of_rows<join_row<join_row<join_row<join_row<List, First>, Second>, Third>, Fourth>,
                    Rest...> {};

/// Both lists without repetitions, each type where it stood first.
template <class First, class... More>
auto operator|(First, type_list<More...>) -> typename joined<First, More...>::type;

/// The one type of all actions where they are alike, without asking std::common_type, which recurs
/// once for each.
template <class First, class... Rest>
struct common_action
    : std::conditional_t<(std::is_same_v<First, Rest> && ...), std::type_identity<First>,
                         std::common_type<First, Rest...>> {};

template <class Type>
inline constexpr bool is_row = false;
template <class Action, class... Facts>
inline constexpr bool is_row<row<Action, Facts...>> = true;

} // namespace detail

/// A decision table: rows over facts, of which the first that applies wins.
///
/// A plain constant without invariants of its own; whether it is whole is proven where it is used
/// (`proven`, table/proof.hpp). `List` is a detail::type_list of the facts in the order in which
/// the rows first name them.
template <class Action, std::size_t Rows, class List>
struct decision_table {
    /// What it is made of: actions, facts, and how many rows and facts there are.
    using action_type = Action;
    using facts = List;
    static constexpr std::size_t row_count = Rows;
    static constexpr std::size_t fact_count = List::size;

    /// The values of each fact that each row accepts, a bit a value.
    std::uint64_t accepts[Rows][fact_count + 1];

    /// What each row says.
    Action actions[Rows];

    /// Where in its condition each row names each fact, counted from 0: the order in which it asks.
    std::uint8_t places[Rows][fact_count + 1] = {};

    /// The values of fact number `fact` that row number `row` accepts, both counted from 0.
    [[nodiscard]] constexpr std::uint64_t accepted(std::size_t row,
                                                   std::size_t fact) const noexcept {
        return accepts[row][fact];
    }
};

/// Any decision table.
template <class Table>
concept any_table = requires {
    typename Table::facts;
    typename Table::action_type;
    Table::row_count;
};

/// The largest number of rows of a table, and of facts.
inline constexpr std::size_t most_rows = 64;
inline constexpr std::size_t most_facts = 64;

/// The diagnosis of a table of something else than rows.
template <class... Rows>
struct rows_are_conditions_with_actions {
    static constexpr bool ok =
        ((detail::is_row<Rows> || std::is_same_v<Rows, detail::refused_row>)&&...);
};

/// The diagnosis of a table whose actions are of types without one in common.
template <class... Actions>
struct actions_have_a_type_in_common {
    static constexpr bool ok = requires { typename detail::common_action<Actions...>::type; };
};

namespace detail {

/// Narrows what a row accepts to its demands, in the order in which it names them.
constexpr void fill_row(std::uint64_t* accepts, std::uint8_t* places, const std::size_t* facts,
                        const std::uint64_t* demands, std::size_t count) {
    std::uint8_t place = 0;
    std::uint64_t named = 0;
    for (std::size_t i = 0; i != count; ++i) {
        const auto fact = facts[i];
        accepts[fact] &= demands[i];
        if (((named >> fact) & 1U) == 0)
            places[fact] = place++;
        named |= std::uint64_t{1} << fact;
    }
}

template <class Table, class Action, class... Facts>
constexpr void fill_row(Table& made, std::size_t number, const row<Action, Facts...>& r) {
    const std::size_t facts[] = {Table::facts::template index_of<Facts>..., 0};
    fill_row(made.accepts[number], made.places[number], facts, r.when.accepts, sizeof...(Facts));
}

template <class... All>
constexpr void fill_every_value([[maybe_unused]] std::uint64_t* accepts, type_list<All...>) {
    [[maybe_unused]] std::size_t position = 0;
    ((accepts[position++] = every_value<All>), ...);
}

template <class Row>
using action_of = decltype(std::declval<Row>().action);

/// Whether a table can be made of these. Says what stands against it, but for what has been told
/// already.
template <class... Rows>
consteval bool check_rows() {
    static_assert(sizeof...(Rows) >= 1, "a table has at least one row");
    static_assert(sizeof...(Rows) <= most_rows, "a table has at most 64 rows");
    if constexpr (!(is_row<Rows> && ...)) {
        static_assert(rows_are_conditions_with_actions<Rows...>::ok,
                      "a row of a table is `when(...) >> action`");
        return false;
    } else if constexpr (sizeof...(Rows) < 1 || sizeof...(Rows) > most_rows) {
        return false;
    } else if constexpr (requires { typename common_action<action_of<Rows>...>::type; }) {
        return true;
    } else {
        static_assert(actions_have_a_type_in_common<action_of<Rows>...>::ok,
                      "the actions of a table have a type in common");
        return false;
    }
}

template <class List, class... Rows>
constexpr auto make_table(const Rows&... rows) {
    using action = typename common_action<action_of<Rows>...>::type;
    decision_table<action, sizeof...(Rows), List> made{{}, {static_cast<action>(rows.action)...}};
    for (auto& accepts : made.accepts)
        fill_every_value(accepts, List{});
    std::size_t number = 0;
    (fill_row(made, number++, rows), ...);
    return made;
}

/// Stands for a table whose mistake has been told: without facts, and whole, so that nothing
/// follows from it.
template <class First, class... Rest>
constexpr auto refused_table(const First& first, const Rest&... rest) {
    if constexpr (is_row<First>)
        return decision_table<decltype(first.action), 1, type_list<>>{{}, {first.action}};
    else if constexpr (sizeof...(Rest) != 0)
        return refused_table(rest...);
    else
        return decision_table<int, 1, type_list<>>{};
}

} // namespace detail

/// A table of these rows, of which the first that applies wins. At most `most_rows` rows over at
/// most `most_facts` facts. Contradictions, holes and dead rows are found where the table is used,
/// by `proven`.
///
/// \snippet tests/reference/examples.cpp table
template <class... Rows>
[[nodiscard]] constexpr auto table(const Rows&... rows) {
    if constexpr (!detail::check_rows<Rows...>()) {
        return detail::refused_table(detail::refused_row{}, rows...);
    } else {
        using list = typename detail::facts_of_rows<detail::type_list<>, Rows...>::type;
        static_assert(list::size <= most_facts, "a table has at most 64 facts");
        if constexpr (list::size <= most_facts)
            return detail::make_table<list>(rows...);
        else
            return detail::refused_table(rows...);
    }
}

/// A table of the rows in a hana::tuple, as `rows` makes it.
template <class... Rows>
[[nodiscard]] constexpr auto table(const boost::hana::tuple<Rows...>& rows) {
    if constexpr (!detail::check_rows<Rows...>())
        return detail::refused_table(detail::refused_row{});
    else
        return boost::hana::unpack(rows, [](const auto&... r) { return table(r...); });
}

} // namespace daxhold::tables
