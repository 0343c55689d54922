// SPDX-License-Identifier: BSL-1.0
#pragma once

#include "daxhold/tables/proof.hpp"

/// \file
/// What changed between two tables: exactly the cells in which they say something else.

namespace daxhold::tables {

/// Cells in which two tables differ, and a row (counted from 0) of each that says what it does
/// there; other rows with the same action may win in some of them.
template <std::size_t Facts>
struct change {
    /// The cells, from what, and to what.
    cube<Facts> cells;
    std::size_t before_row = 0;
    std::size_t after_row = 0;
};

/// The diagnosis of two tables that differ in more cubes than a difference has room for.
template <std::size_t Most>
struct tables_differ_in_more_pieces_than {
    static constexpr bool ok = false;
};

/// The diagnosis of two tables that compilers would take too long to compare: a row of the first
/// one, counted from 1, with the rows of the second one.
template <std::size_t Row>
struct comparing_takes_too_long_at_row {
    static constexpr bool ok = false;
};

namespace detail {

template <fact... Facts>
type_list<Facts...> facts_of_given(condition<Facts...>);
template <class To, fact From>
type_list<From, typename demanded<To>::fact> facts_of_given(To (*)(From));

} // namespace detail

/// The diagnosis of what narrows no comparison.
template <class Given>
struct narrows_a_comparison {
    static constexpr bool ok = requires(Given given) { detail::facts_of_given(given); };
};

/// The changes between two tables, over the facts of both: those of the first, then those that only
/// the second one names, then those that are only given.
template <class Facts, std::size_t Size>
struct table_difference {
    /// The facts of both tables.
    using facts = Facts;

    /// The changes; the last element is none of them. (An array has at least one element.)
    change<Facts::size> changes[Size + 1] = {};

    /// How many changes there are, and all of them in a loop.
    [[nodiscard]] static constexpr std::size_t size() noexcept { return Size; }
    [[nodiscard]] constexpr const change<Facts::size>* begin() const noexcept { return changes; }
    [[nodiscard]] constexpr const change<Facts::size>* end() const noexcept {
        return changes + Size;
    }
};

namespace detail {

/// What the cells of two tables are counted in.
template <auto const& Before, auto const& After, auto... Given>
using joined_facts =
    decltype(((typename table_type<Before>::facts{} | typename table_type<After>::facts{}) | ... |
              decltype(facts_of_given(Given)){}));

/// A table over more facts, which do not matter to it.
template <class List, auto const& Table>
inline constexpr auto widened = [] {
    using type = table_type<Table>;
    decision_table<typename type::action_type, type::row_count, List> made{};
    for (std::size_t row = 0; row != type::row_count; ++row) {
        fill_every_value(made.accepts[row], List{});
        [&]<class... Facts>(type_list<Facts...>) {
            [[maybe_unused]] std::size_t fact = 0;
            ((made.accepts[row][List::template index_of<Facts>] = Table.accepts[row][fact++]), ...);
        }(typename type::facts{});
        made.actions[row] = Table.actions[row];
    }
    return made;
}();

/// A number for what each row of two tables says, the same for the same action.
template <auto const& Before, auto const& After>
inline constexpr auto outcomes = [] {
    constexpr std::size_t rows = table_type<Before>::row_count;
    struct {
        std::size_t before[rows] = {};
        std::size_t after[table_type<After>::row_count] = {};
    } made;
    for (std::size_t row = 0; row != rows; ++row)
        while (!(Before.actions[made.before[row]] == Before.actions[row]))
            ++made.before[row];
    for (std::size_t row = 0; row != table_type<After>::row_count; ++row) {
        auto& number = made.after[row];
        while (number < rows && !(Before.actions[number] == After.actions[row]))
            ++number;
        while (number >= rows && !(After.actions[number - rows] == After.actions[row]))
            ++number;
    }
    return made;
}();

/// Collects changes that do not overlap.
template <std::size_t Facts>
struct change_list {
    static constexpr std::size_t most = 128;

    change<Facts> changes[most + 1] = {};
    std::size_t count = 0;
    /// The rows of the first table up to which they are complete.
    std::size_t compared = 0;

    /// The fact in which alone two cubes differ, or `Facts` if there is more than one.
    [[nodiscard]] static constexpr std::size_t only_other_fact(const cube<Facts>& a,
                                                               const cube<Facts>& b) noexcept {
        std::size_t other = Facts;
        for (std::size_t fact = 0; fact != Facts; ++fact)
            if (a.values[fact] != b.values[fact]) {
                if (other != Facts)
                    return Facts;
                other = fact;
            }
        return other;
    }

    /// Adds a change, in the order of the rows. Two that are one but for the values of a fact
    /// become one, which then may be one with a third.
    template <class Alike>
    constexpr void add(change<Facts> added, const Alike& is_alike) {
        for (std::size_t i = 0; i != count;) {
            const auto& old = changes[i];
            const auto fact =
                is_alike(old, added) ? only_other_fact(old.cells, added.cells) : Facts;
            if (fact == Facts) {
                ++i;
                continue;
            }
            const auto values = added.cells.values[fact];
            added = old;
            added.cells.values[fact] |= values;
            for (auto at = i; at + 1 < count; ++at)
                changes[at] = changes[at + 1];
            --count;
            i = 0;
        }
        if (count == most + 1)
            return;
        auto at = count++;
        for (; at != 0 && is_after(changes[at - 1], added); --at)
            changes[at] = changes[at - 1];
        changes[at] = added;
    }

    [[nodiscard]] static constexpr bool is_after(const change<Facts>& a,
                                                 const change<Facts>& b) noexcept {
        return a.before_row != b.before_row ? a.before_row > b.before_row
                                            : a.after_row > b.after_row;
    }
};

/// Two tables, widened to the same facts, at comparison: a search for `find_by`.
template <auto const& Before, auto const& After, auto... Given>
struct comparison {
    static constexpr std::size_t facts = table_type<Before>::fact_count;
    /// Stays well below what compilers allow in one evaluation (clang: a million statements).
    static constexpr std::size_t steps_at_once = 400'000;

    change_list<facts> found;
    bool has_ended = false;
    std::size_t steps = 0;

    static constexpr const auto& said = outcomes<Before, After>;

    /// Whether two changes are from the same action to the same one.
    static constexpr auto is_alike = [](const change<facts>& a, const change<facts>& b) {
        return said.before[a.before_row] == said.before[b.before_row] &&
               said.after[a.after_row] == said.after[b.after_row];
    };

    /// Compares row after row, and begins none with less than most of what one evaluation may take.
    template <class Table, class Index>
    constexpr void run(const Table& /*before*/, const Index& /*index*/) {
        for (steps = steps_at_once; !has_ended && steps > steps_at_once * 3 / 4;) {
            compare_row(found.compared, every_cell(Before), Given...);
            has_ended = !spend(0) || ++found.compared == table_type<Before>::row_count;
        }
    }

    constexpr bool spend(std::size_t some) {
        steps -= some < steps ? some : steps;
        return steps != 0 && found.count <= found.most;
    }

    /// Adds what neither of some rows covers: of `cells`, which is what two other rows share.
    constexpr void add_uncovered(change<facts> part, row_set_of<table_type<Before>> above_before,
                                 row_set_of<table_type<After>> above_after,
                                 bits_for<facts> open_facts) {
        if (!spend(20 + 25 * count(open_facts)))
            return;
        const auto before = index_of_rows<Before>.compare(part.cells, above_before, open_facts);
        const auto after = index_of_rows<After>.compare(part.cells, above_after, open_facts);
        if (before.covers() || after.covers())
            return;
        if ((before.alive | after.alive) == 0) {
            spend(10 * found.count);
            found.add(part, is_alike);
            return;
        }
        open_facts = before.open_facts | after.open_facts;
        const auto nearest = before.nearest();
        const auto other = after.nearest();
        const auto& accepts =
            after.alive == 0 ||
                    (before.alive != 0 && before.count_open(nearest) <= after.count_open(other))
                ? Before.accepts[nearest]
                : After.accepts[other];
        for (auto left = open_facts; left != 0; left &= left - 1) {
            const auto fact = lowest(left);
            auto outside = part;
            if ((outside.cells.values[fact] &= ~accepts[fact]) == 0)
                continue;
            add_uncovered(outside, before.alive, after.alive, open_facts);
            part.cells.values[fact] &= accepts[fact];
        }
    }

    /// Compares a row of the first table with all rows of the second one, within some cells.
    constexpr void compare_row(std::size_t row, const cube<facts>& within) {
        const auto cells = intersect(within, cells_of(Before, row));
        for (std::size_t other = 0; other != table_type<After>::row_count; ++other) {
            if (said.before[row] == said.after[other])
                continue;
            if (!spend(15 * facts))
                return;
            const auto both = intersect(cells, cells_of(After, other));
            if (!is_empty(both))
                add_uncovered({both, row, other}, rows_above<table_type<Before>>(row),
                              rows_above<table_type<After>>(other),
                              first_bits_of<bits_for<facts>>(facts));
        }
    }

    template <class... Named, class... More>
    constexpr void compare_row(std::size_t row, cube<facts> within,
                               const condition<Named...>& where, More... more) {
        [[maybe_unused]] std::size_t demand = 0;
        ((within.values[position_of<Named>] &= where.accepts[demand++]), ...);
        compare_row(row, within, more...);
    }
    template <class To, class From, class... More>
    constexpr void compare_row(std::size_t row, const cube<facts>& within,
                               To (*correspondent)(From), More... more) {
        using to = demanded<To>;
        for (auto left = within.values[position_of<From>]; left != 0; left &= left - 1) {
            auto part = within;
            part.values[position_of<From>] = left & (~left + 1);
            part.values[position_of<typename to::fact>] &=
                to::accepts(correspondent(static_cast<From>(lowest(left))));
            compare_row(row, part, more...);
        }
    }

    template <class Fact>
    static constexpr std::size_t position_of = table_type<Before>::facts::template index_of<Fact>;
};

template <auto const& Before, auto const& After, auto... Given>
consteval auto find_difference() {
    if constexpr (!(narrows_a_comparison<decltype(Given)>::ok && ...)) {
        static_assert((narrows_a_comparison<decltype(Given)>::ok && ...),
                      "a comparison is narrowed by `when(...)` and by functions from a value of a "
                      "fact to those of another one that correspond");
        return table_difference<type_list<>, 0>{};
    } else if constexpr (!prove<Before>() || !prove<After>() ||
                         mistake_in<Before>.what != mistake::none ||
                         mistake_in<After>.what != mistake::none) {
        return table_difference<type_list<>, 0>{};
    } else {
        using facts = joined_facts<Before, After, Given...>;
        constexpr const auto& before = widened<facts, Before>;
        constexpr auto changes =
            find_by<comparison<before, widened<facts, After>, Given...>, before>();
        if constexpr (changes.count > changes.most) {
            static_assert(tables_differ_in_more_pieces_than<changes.most>::ok,
                          "narrow the comparison: difference<before, after, when(...)>");
            return table_difference<facts, 0>{};
        } else if constexpr (changes.compared != table_type<Before>::row_count) {
            static_assert(comparing_takes_too_long_at_row<changes.compared + 1>::ok,
                          "narrow the comparison: difference<before, after, when(...)>");
            return table_difference<facts, 0>{};
        } else {
            table_difference<facts, changes.count> packed;
            for (std::size_t i = 0; i != changes.count; ++i)
                packed.changes[i] = changes.changes[i];
            return packed;
        }
    }
}

} // namespace detail

/// Exactly the cells in which `After` says something else than `Before`, as cubes that do not
/// overlap, in the order of the rows; cubes that are one but for the values of a fact are told as
/// one.
///
/// What is `Given` narrows where the tables are compared: any number of
/// - conditions, `difference<before, after, when(cause::removal)>`, and
/// - functions from a value of one fact to the values of another one that correspond to it, or to
///   the one value, where the tables name the same thing in two ways:
///   `constexpr value_set<owner> owners_of(owner_class)`.
///
/// Both tables are whole and their actions can be compared. It does not compile where there are
/// more than 128 such cubes, or where finding them takes longer than compilers allow.
template <auto const& Before, auto const& After, auto... Given>
inline constexpr auto difference = detail::find_difference<Before, After, Given...>();

} // namespace daxhold::tables
