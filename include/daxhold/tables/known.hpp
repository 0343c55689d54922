// SPDX-License-Identifier: BSL-1.0
#pragma once

#include "daxhold/tables/words.hpp"

#include <boost/hana/integral_constant.hpp>
#include <boost/hana/type.hpp>

#include <bit>

/// \file
/// Facts that are known beforehand. Where nothing has to be asked a table is free to look at them
/// in any order, and does so in the way that takes the fewest instructions.

namespace daxhold::tables {

/// Something that can be asked for a fact: `source(hana::type_c<Fact>)` returns a `Fact`.
template <class Source, class Fact>
concept answers = requires(Source& source) {
    { source(boost::hana::type_c<Fact>) } -> std::same_as<Fact>;
};

/// A source whose answers cost nothing, change nothing and stay the same, so that a table may ask
/// for any of its facts, in any order and more than once. It says so itself: `static constexpr bool
/// knows_beforehand = true`.
template <class Source>
concept knows_beforehand = requires {
    requires std::remove_cvref_t<Source>::knows_beforehand;
};

/// How a table is compiled for facts that are known beforehand.
enum class compilation_when_known {
    tests,   ///< Row after row, as one would write it.
    look_up, ///< One look-up by all facts.
    words,   ///< A look-up for each fact, of the rows that accept its value.
};

namespace detail {

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

/// How many cells a table has; 0 for more than `most`.
template <any_table Table>
[[nodiscard]] constexpr std::size_t count_cells(const Table& table, std::size_t most) noexcept {
    const auto all = every_cell(table);
    std::size_t cells = 1;
    for (std::size_t fact = 0; fact != Table::fact_count; ++fact) {
        cells *= count(all.values[fact]);
        if (cells > most)
            return 0;
    }
    return cells;
}

/// How many tests of facts the rows take, in cells that are all alike likely: the sum over
/// `cells_tried` of them, always the same. As compilers see it, a test whose outcome follows from
/// those of the same row, or of the row above, is none.
inline constexpr std::size_t cells_tried = 128;

template <any_table Table, class Demands>
[[nodiscard]] constexpr std::size_t count_tests(const Table& table,
                                                const Demands& demands) noexcept {
    const auto all = every_cell(table);
    std::size_t tests = 0;
    std::uint32_t random = 1;
    for (std::size_t cell = 0; cell != cells_tried; ++cell) {
        std::uint64_t answers[Table::fact_count + 1] = {};
        for (std::size_t fact = 0; fact != Table::fact_count; ++fact) {
            random = random * 1664525U + 1013904223U;
            answers[fact] = std::uint64_t{1} << ((random >> 16U) % count(all.values[fact]));
        }
        auto before = all;
        for (std::size_t row = 0; row != Table::row_count; ++row) {
            auto known = all;
            bool applies = true;
            for (std::size_t at = demands.begins[row]; applies && at != demands.begins[row + 1];
                 ++at) {
                const std::size_t fact = demands.facts[at];
                const auto accepted = table.accepts[row][fact];
                const auto possible = before.values[fact];
                tests += (possible & accepted) != 0 && (possible & ~accepted) != 0 ? 1U : 0U;
                applies = (accepted & answers[fact]) != 0;
                known.values[fact] = possible & (applies ? accepted : ~accepted);
            }
            if (applies)
                break;
            before = known;
        }
    }
    return tests;
}

/// The lists of rows between which one fact decides: for each of its values the rows that accept
/// it, as far as one that leaves nothing to others.
template <std::size_t Rows>
struct row_sections {
    /// Of the table's facts the one, or their count where all rows are one list.
    std::size_t fact = 0;
    /// The most rows of a list.
    std::size_t longest = Rows;
};

template <any_table Table>
[[nodiscard]] constexpr bool leaves_nothing_to_others(const Table& table, std::size_t row,
                                                      std::size_t but_for) noexcept {
    const auto all = every_cell(table);
    for (std::size_t fact = 0; fact != Table::fact_count; ++fact)
        if (fact != but_for && (all.values[fact] & ~table.accepts[row][fact]) != 0)
            return false;
    return true;
}

/// Writes down the rows of one section, and returns how many there are.
template <any_table Table>
[[nodiscard]] constexpr std::size_t list_section(const Table& table, std::size_t fact,
                                                 std::size_t value, std::uint8_t* rows) noexcept {
    std::size_t listed = 0;
    for (std::size_t row = 0; row != Table::row_count; ++row) {
        if (fact != Table::fact_count && ((table.accepts[row][fact] >> value) & 1U) == 0)
            continue;
        rows[listed++] = static_cast<std::uint8_t>(row);
        if (leaves_nothing_to_others(table, row, fact))
            break;
    }
    return listed;
}

/// In sections, where words for all rows would be several and these are fewer.
template <any_table Table>
[[nodiscard]] constexpr row_sections<Table::row_count> find_sections(const Table& table) noexcept {
    row_sections<Table::row_count> found{Table::fact_count};
    if (Table::row_count <= 64)
        return found;
    const auto all = every_cell(table);
    for (std::size_t fact = 0; fact != Table::fact_count; ++fact) {
        std::size_t longest = 0;
        for (std::size_t value = 0; value != count(all.values[fact]); ++value) {
            std::uint8_t rows[Table::row_count] = {};
            const auto length = list_section(table, fact, value, rows);
            longest = longest < length ? length : longest;
        }
        if ((longest + 63) / 64 < (found.longest + 63) / 64)
            found = {fact, longest};
    }
    return found;
}

/// What rows say, in one byte each where that is enough.
template <auto const& Table>
inline constexpr bool are_actions_bytes = [] {
    using action = typename table_type<Table>::action_type;
    if constexpr (std::is_integral_v<action> || std::is_enum_v<action>) {
        for (const auto& each : Table.actions)
            if (static_cast<action>(static_cast<std::uint8_t>(each)) != each)
                return false;
        return true;
    } else {
        return false;
    }
}();

/// The actions of a table, apart from its conditions: nothing else has to be there at run time.
template <auto const& Table>
inline constexpr auto actions_of = []<std::size_t... Row>(std::index_sequence<Row...>) {
    using action = typename table_type<Table>::action_type;
    using stored = std::conditional_t<are_actions_bytes<Table>, std::uint8_t, action>;
    struct list {
        stored of[sizeof...(Row)];
    };
    return list{{static_cast<stored>(Table.actions[Row])...}};
}
(std::make_index_sequence<table_type<Table>::row_count>{});

template <auto const& Table>
[[gnu::always_inline]] constexpr auto action_of_row(std::size_t row) {
    return static_cast<typename table_type<Table>::action_type>(actions_of<Table>.of[row]);
}

/// What a look-up leads to: the number of a row, or at once its action.
enum class result { row, action };

/// What a row leads to, as a byte.
template <auto const& Table, result Kind>
[[nodiscard]] constexpr std::uint8_t result_of(std::size_t row) noexcept {
    if constexpr (Kind == result::action)
        return actions_of<Table>.of[row];
    else
        return static_cast<std::uint8_t>(row);
}

/// The words of a table that is looked at when all is known.
template <auto const& Table, result Kind>
struct words_when_known {
    using type = table_type<Table>;
    using facts = typename type::facts;
    static constexpr auto plan = find_sections(Table);
    static constexpr bool is_one = plan.fact == type::fact_count;
    static constexpr std::size_t sections =
        is_one ? 1
               : value_begins<facts>.of[is_one ? 0 : plan.fact + 1] -
                     value_begins<facts>.of[is_one ? 0 : plan.fact];
    static constexpr std::size_t words = (plan.longest + 63) / 64;
    using word = word_for<(plan.longest < 64 ? plan.longest : 64)>;
    static constexpr std::size_t bits = 8 * sizeof(word);

    /// Whether the place of a row among those of its section is not yet what it leads to.
    static constexpr bool has_results = !is_one || Kind == result::action;

    struct section {
        word accepting[words][value_begins<facts>.of[type::fact_count] + 1] = {};
        std::uint8_t results[has_results ? plan.longest : 1] = {};
    };
    struct data {
        section of[sections];
    };

    static constexpr data made = [] {
        data filled{};
        for (std::size_t s = 0; s != sections; ++s) {
            std::uint8_t rows[type::row_count] = {};
            const auto length = list_section(Table, plan.fact, s, rows);
            for (std::size_t i = 0; i != length; ++i) {
                if constexpr (has_results)
                    filled.of[s].results[i] = result_of<Table, Kind>(rows[i]);
                for (std::size_t fact = 0; fact != type::fact_count; ++fact) {
                    const auto begin = value_begins<facts>.of[fact];
                    for (auto left = Table.accepts[rows[i]][fact]; left != 0; left &= left - 1) {
                        auto& to =
                            filled.of[s].accepting[i / bits]
                                                  [begin + static_cast<std::size_t>(lowest(left))];
                        to = static_cast<word>(to | (word{1} << (i % bits)));
                    }
                }
            }
        }
        return filled;
    }();

    /// Whether a fact tells rows of a word apart.
    static constexpr auto matters = [] {
        struct {
            bool to[words][type::fact_count + 1] = {};
        } found;
        for (std::size_t nth = 0; nth != words; ++nth)
            for (std::size_t fact = 0; fact != type::fact_count; ++fact)
                for (const auto& part : made.of) {
                    const auto begin = value_begins<facts>.of[fact];
                    for (auto at = begin; at != value_begins<facts>.of[fact + 1]; ++at)
                        if (fact != plan.fact &&
                            part.accepting[nth][at] != part.accepting[nth][begin])
                            found.to[nth][fact] = true;
                }
        return found;
    }();

    template <std::size_t Nth, std::size_t Fact, class Source>
    [[gnu::always_inline]] static constexpr void narrow(word& left, const section& part,
                                                        Source& source) {
        if constexpr (matters.to[Nth][Fact]) {
            const auto value = source(boost::hana::type_c<typename facts::template at<Fact>>);
            left = static_cast<word>(left & part.accepting[Nth][value_begins<facts>.of[Fact] +
                                                                static_cast<std::size_t>(value)]);
        }
    }

    template <std::size_t Nth, class Source, std::size_t... Fact>
    [[gnu::always_inline]] static constexpr std::size_t
    find_from(const section& part, Source& source, std::index_sequence<Fact...> all) {
        auto left = static_cast<word>(~word{0});
        (narrow<Nth, Fact>(left, part, source), ...);
        if constexpr (Nth + 1 != words)
            if (left == 0)
                return find_from<Nth + 1>(part, source, all);
        const auto place =
            bits * Nth + static_cast<std::size_t>(static_cast<unsigned>(lowest(left)));
        if constexpr (has_results)
            return part.results[place];
        else
            return place;
    }

    /// What the row that wins leads to.
    template <class Source>
    [[gnu::always_inline]] static constexpr std::size_t find(Source& source) {
        constexpr auto every_fact = std::make_index_sequence<type::fact_count>{};
        if constexpr (is_one) {
            return find_from<0>(made.of[0], source, every_fact);
        } else {
            const auto value = static_cast<std::size_t>(
                source(boost::hana::type_c<typename facts::template at<plan.fact>>));
            const section* part = &made.of[value];
            // Otherwise g++ computes the section into each index: an instruction a fact.
            if (!std::is_constant_evaluated())
                __asm__("" : "+r"(part));
            return find_from<0>(*part, source, every_fact);
        }
    }
};

/// What wins in each cell, by the cell's number.
template <auto const& Table, result Kind>
struct cells_when_known {
    using type = table_type<Table>;
    using facts = typename type::facts;
    static constexpr std::size_t cells = count_cells(Table, ~std::size_t{0} / 256);

    static constexpr std::size_t width(std::size_t fact) noexcept {
        return value_begins<facts>.of[fact + 1] - value_begins<facts>.of[fact];
    }

    static constexpr auto made = [] {
        struct {
            std::uint8_t of[cells] = {};
        } filled;
        for (std::size_t number = 0; number != cells; ++number) {
            cube<type::fact_count> cell;
            auto left = number;
            for (auto fact = type::fact_count; fact-- != 0; left /= width(fact))
                cell.values[fact] = std::uint64_t{1} << (left % width(fact));
            filled.of[number] = result_of<Table, Kind>(first_row_for(Table, cell));
        }
        return filled;
    }();

    template <class Source>
    [[gnu::always_inline]] static constexpr std::size_t find(Source& source) {
        return [&]<std::size_t... Fact>(std::index_sequence<Fact...>)
            __attribute__((always_inline)) {
            std::size_t number = 0;
            ((number = number * width(Fact) +
                       static_cast<std::size_t>(
                           source(boost::hana::type_c<typename facts::template at<Fact>>))),
             ...);
            return std::size_t{made.of[number]};
        }
        (std::make_index_sequence<type::fact_count>{});
    }
};

/// Row after row, four to a function: compilers limit how deep functions may be.
template <auto const& Table>
struct tests_when_known {
    using type = table_type<Table>;
    using facts = typename type::facts;

    template <std::size_t Row, std::size_t At, class Source>
    [[gnu::always_inline]] static constexpr bool meets(Source& source) {
        constexpr std::size_t position =
            demands_of<Table>.facts[demands_of<Table>.begins[Row] + At];
        using fact = typename facts::template at<position>;
        constexpr auto yes = Table.accepts[Row][position];
        return is_among<yes, every_value<fact> & ~yes>(source(boost::hana::type_c<fact>));
    }

    template <std::size_t Row, class Source, std::size_t... At>
    [[gnu::always_inline]] static constexpr bool applies([[maybe_unused]] Source& source,
                                                         std::index_sequence<At...>) {
        return (meets<Row, At>(source) && ...);
    }

    template <std::size_t Row, class Source>
    [[gnu::always_inline]] static constexpr bool applies(Source& source) {
        if constexpr (Row + 1 >= type::row_count)
            return true;
        else
            return applies<Row>(
                source, std::make_index_sequence<std::size_t{demands_of<Table>.begins[Row + 1]} -
                                                 demands_of<Table>.begins[Row]>{});
    }

    template <std::size_t Row, class Leaf>
    [[gnu::always_inline]] static constexpr decltype(auto) leave(Leaf& leaf) {
        return leaf(boost::hana::size_c<(Row < type::row_count ? Row : type::row_count - 1)>);
    }

    template <std::size_t Row, class Source, class Leaf>
    [[gnu::always_inline]] static constexpr decltype(auto) find(Source& source, Leaf& leaf) {
        if (applies<Row>(source))
            return leave<Row>(leaf);
        if (applies<Row + 1>(source))
            return leave<Row + 1>(leaf);
        if (applies<Row + 2>(source))
            return leave<Row + 2>(leaf);
        if (applies<Row + 3>(source))
            return leave<Row + 3>(leaf);
        if constexpr (Row + 4 < type::row_count)
            return find<Row + 4>(source, leaf);
        else
            return leave<Row + 4>(leaf);
    }
};

} // namespace detail

/// The way that is taken for a table where all facts are known beforehand: that which takes the
/// fewest instructions: two and a half for a test, two for a fact of words, three for a fact of one
/// look-up, and what each way needs besides. (tests/benchmarks/tables counts what they are.)
template <auto const& Table>
inline constexpr compilation_when_known compilation_when_known_of = [] {
    using type = detail::table_type<Table>;
    constexpr std::size_t most_cells = 512;
    // Few rows are a few instructions in any way, and need no data when they are tests.
    if constexpr (type::row_count < 4) {
        return compilation_when_known::tests;
    } else {
        // More rows than these would be much code, and much to compile.
        const auto tests = type::row_count > 64
                               ? ~std::size_t{0}
                               : 3 + 5 * detail::count_tests(Table, detail::demands_of<Table>) /
                                         (2 * detail::cells_tried);
        const std::size_t words = 2 * type::fact_count + (type::row_count <= 64 ? 5 : 9);
        const std::size_t look_up = detail::count_cells(Table, most_cells) == 0
                                        ? ~std::size_t{0}
                                        : 3 * type::fact_count + 1;
        if (tests < words && tests < look_up)
            return compilation_when_known::tests;
        return look_up <= words ? compilation_when_known::look_up : compilation_when_known::words;
    }
}();

/// A source of facts that are known beforehand: `known(mount::born, role::log)`.
template <fact... Facts>
struct known_facts : detail::answers_to<detail::type_list<Facts...>> {
    /// What makes it a source that the concept of that name admits.
    static constexpr bool knows_beforehand = true;

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
