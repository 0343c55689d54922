// SPDX-License-Identifier: BSL-1.0
#pragma once

#include "daxhold/tables/row.hpp"

#include <boost/hana/at.hpp>
#include <boost/hana/basic_tuple.hpp>
#include <boost/hana/concept/foldable.hpp>
#include <boost/hana/integral_constant.hpp>
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

/// A list of types, in which a position is found by type and a type by position. Ours, and not
/// Hana's: forty look-ups among forty types cost g++ 12 some 10 ms here, 250 ms by hana::index_if
/// and 220 ms in a hana::map, beyond what the headers cost (clang 14: 25, 280 and 310 ms).
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

/// Both lists without repetitions, each type where it stood first. Most rows of a long table bring
/// nothing new.
template <class... Types, class... More>
auto operator|(type_list<Types...>, type_list<More...>) ->
    typename std::conditional_t<(__is_base_of(std::type_identity<More>, type_set<Types...>) && ...),
                                std::type_identity<type_list<Types...>>,
                                joined<type_list<Types...>, More...>>::type;

template <class Action, class... Facts>
type_list<Facts...> facts_of(const row<Action, Facts...>&);

/// The one type of all actions where they are alike, without asking std::common_type, which recurs
/// once for each.
template <class First, class... Rest>
struct common_action
    : std::conditional_t<(std::is_same_v<First, Rest> && ...), std::type_identity<First>,
                         std::common_type<First, Rest...>> {};

template <auto const& Table>
using table_type = std::remove_cvref_t<decltype(Table)>;

template <class Type>
inline constexpr bool is_row = false;
template <class Action, class... Facts>
inline constexpr bool is_row<row<Action, Facts...>> = true;

} // namespace detail

/// A decision table: rows over facts, of which the first that applies wins.
///
/// A plain constant without invariants of its own; whether it is whole is proven where it is used
/// (`proven`, tables/proof.hpp). `List` is a detail::type_list of the facts in the order in which
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

    /// The first row that is one of another table, see `as_in`; `row_count` if there is none.
    std::size_t inherited_from = Rows;

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
inline constexpr std::size_t most_rows = 256;
inline constexpr std::size_t most_facts = 128;

/// The diagnosis of a table of something else than rows.
template <class... Rows>
struct rows_are_conditions_with_actions {
    static constexpr bool ok = false;
};

/// The diagnosis of a table whose actions are of types without one in common.
template <class... Actions>
struct actions_have_a_type_in_common {
    static constexpr bool ok = false;
};

namespace detail {

/// The rows of a table, for another one.
template <any_table Table>
struct rows_as_in {
    Table table;
};

/// Those of none.
struct no_rows {
    using facts = type_list<>;
    static constexpr std::size_t row_count = 0;
};

template <class Part>
inline constexpr bool is_rows_as_in = false;
template <any_table Table>
inline constexpr bool is_rows_as_in<rows_as_in<Table>> = true;

/// Narrows what a row accepts to its demands, in the order in which it names them.
constexpr void fill_row(std::uint64_t* accepts, std::uint8_t* places, const std::size_t* facts,
                        const std::uint64_t* demands, std::size_t count) {
    std::uint8_t place = 0;
    for (std::size_t i = 0; i != count; ++i) {
        const auto fact = facts[i];
        accepts[fact] &= demands[i];
        bool is_new = true;
        for (std::size_t before = 0; before != i; ++before)
            is_new = is_new && facts[before] != fact;
        if (is_new)
            places[fact] = place++;
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

/// The rows of another table over the same facts and more, from number `first` on.
template <class Table, class Base, class... Facts>
constexpr void fill_rows_as_in(Table& made, std::size_t first, const Base& base,
                               type_list<Facts...>) {
    const std::size_t facts[] = {Table::facts::template index_of<Facts>..., 0};
    for (std::size_t row = 0; row != Base::row_count; ++row)
        for (std::size_t fact = 0; fact != sizeof...(Facts); ++fact) {
            made.accepts[first + row][facts[fact]] = base.accepts[row][fact];
            made.places[first + row][facts[fact]] = base.places[row][fact];
        }
    made.inherited_from = first;
}

template <class Row>
using action_of = decltype(std::declval<Row>().action);

template <class List, class Action, std::size_t... I, class Base, class... Rows>
constexpr auto make_table(std::index_sequence<I...>, const Base& base, const Rows&... rows) {
    decision_table<Action, sizeof...(Rows) + sizeof...(I), List> made{
        {}, {static_cast<Action>(rows.action)..., static_cast<Action>(base.actions[I])...}};
    for (auto& accepts : made.accepts)
        fill_every_value(accepts, List{});
    std::size_t number = 0;
    (fill_row(made, number++, rows), ...);
    if constexpr (sizeof...(I) != 0)
        fill_rows_as_in(made, number, base, typename Base::facts{});
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

template <class Base, class... Rows>
struct action_in_common : common_action<action_of<Rows>..., typename Base::action_type> {};
template <class... Rows>
struct action_in_common<no_rows, Rows...> : common_action<action_of<Rows>...> {};

/// Whether the last part is `as_in`. (A fold in a decltype is refused by g++ 16.)
template <class... Parts>
[[nodiscard]] consteval bool ends_as_in() noexcept {
    bool made = false;
    ((made = is_rows_as_in<Parts>), ...);
    return made;
}

/// Whether these are a Foldable of rows, or end with the rows of another table.
template <class Base, class... Parts>
inline constexpr bool are_to_be_taken_apart = false;
template <class First, class... Rest>
inline constexpr bool are_to_be_taken_apart<no_rows, First, Rest...> =
    ends_as_in<First, Rest...>() || (sizeof...(Rest) == 0 && boost::hana::Foldable<First>::value);

template <class... Parts>
constexpr auto take_apart(const boost::hana::basic_tuple<Parts...>& parts);

/// A table of rows, and below them those of another table. Says what stands against it, but for
/// what has been told already.
template <class Base, class... Rows>
constexpr auto check_and_make_table(const Base& base, const Rows&... rows) {
    constexpr std::size_t count = sizeof...(Rows) + Base::row_count;
    static_assert(count >= 1, "a table has at least one row");
    static_assert(count <= most_rows, "a table has at most 256 rows");
    // (More rows than that cannot even be folded by clang.)
    if constexpr (count < 1 || count > most_rows) {
        return refused_table(refused{}, rows...);
    } else if constexpr ((std::is_same_v<Rows, refused> || ...)) {
        return refused_table(refused{}, rows...);
    } else if constexpr (!(is_row<Rows> && ...)) {
        if constexpr (are_to_be_taken_apart<Base, Rows...>) {
            return take_apart(boost::hana::make_basic_tuple(rows...));
        } else {
            static_assert(rows_are_conditions_with_actions<Rows...>::ok,
                          "a row of a table is `when(...) >> action`, and as_in stands last");
            return refused_table(rows...);
        }
    } else if constexpr (!requires { typename action_in_common<Base, Rows...>::type; }) {
        static_assert(actions_have_a_type_in_common<action_of<Rows>...>::ok,
                      "the actions of a table have a type in common");
        return refused_table(rows...);
    } else {
        using list =
            decltype((type_list<>{} | ... | decltype(facts_of(rows)){}) | typename Base::facts{});
        static_assert(list::size <= most_facts, "a table has at most 128 facts");
        if constexpr (list::size <= most_facts)
            return make_table<list, typename action_in_common<Base, Rows...>::type>(
                std::make_index_sequence<Base::row_count>{}, base, rows...);
        else
            return refused_table(rows...);
    }
}

template <class Base, class... Rows, std::size_t... I>
constexpr auto make_above(const Base& base, const boost::hana::basic_tuple<Rows...>& rows,
                          std::index_sequence<I...>) {
    if constexpr (is_rows_as_in<Base>)
        return check_and_make_table(base.table, boost::hana::at_c<I>(rows)...);
    else
        return check_and_make_table(no_rows{}, boost::hana::at_c<I>(rows)...);
}

template <class Base, class... Rows>
constexpr auto make_above(const Base& base, const boost::hana::basic_tuple<Rows...>& rows) {
    return make_above(base, rows, std::make_index_sequence<sizeof...(Rows)>{});
}

template <class... Parts>
constexpr auto take_apart(const boost::hana::basic_tuple<Parts...>& parts) {
    const auto& first = boost::hana::at_c<0>(parts);
    const auto& last = boost::hana::at_c<sizeof...(Parts) - 1>(parts);
    constexpr std::size_t rows = sizeof...(Parts) - (ends_as_in<Parts...>() ? 1 : 0);
    if constexpr (rows == 1 && boost::hana::Foldable<std::remove_cvref_t<decltype(first)>>::value)
        return make_above(last, boost::hana::unpack(first, boost::hana::make_basic_tuple));
    else
        return make_above(last, parts, std::make_index_sequence<rows>{});
}

struct table_word {
    template <class... Parts>
    [[nodiscard]] constexpr auto operator()(const Parts&... parts) const {
        return check_and_make_table(no_rows{}, parts...);
    }
};

struct as_in_word {
    template <any_table Table>
    [[nodiscard]] constexpr rows_as_in<Table> operator()(const Table& table) const {
        return {table};
    }
};

} // namespace detail

/// A table of rows, of which the first that applies wins: `table(when(...) >> action, ...)`, or of
/// a Foldable of rows (a hana::tuple, say). At most `most_rows` rows over at most `most_facts`
/// facts. Contradictions, holes and dead rows are found where the table is used, by `proven`.
///
/// \snippet tests/reference/examples.cpp table
template <class... Parts>
[[nodiscard]] constexpr auto table(const Parts&... parts) {
    return detail::check_and_make_table(detail::no_rows{}, parts...);
}

/// The rows of another table, as the last argument of `table`: what the rows above leave is decided
/// as there. `table(when(role::log) >> 1, as_in(other))` is "as the other, but for the log". It is
/// no mistake that some of them can no longer win.
template <any_table Table>
[[nodiscard]] constexpr detail::rows_as_in<Table> as_in(const Table& table) {
    return {table};
}

} // namespace daxhold::tables
