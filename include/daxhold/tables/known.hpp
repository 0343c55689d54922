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
[[nodiscard, gnu::DAXHOLD_INLINED]] constexpr bool is_among(Fact value) noexcept {
    if constexpr (is_one_bit(Yes))
        return value == static_cast<Fact>(lowest(Yes));
    else if constexpr (is_one_bit(No))
        return value != static_cast<Fact>(lowest(No));
    else if constexpr (lowest(Yes) >= std::bit_width(No))
        return value >= static_cast<Fact>(lowest(Yes));
    else if constexpr (lowest(No) >= std::bit_width(Yes))
        return value < static_cast<Fact>(lowest(No));
    else if constexpr (count(Yes) == 2)
        return value == static_cast<Fact>(lowest(Yes)) ||
               value == static_cast<Fact>(lowest(Yes & (Yes - 1)));
    else if constexpr (count(No) == 2)
        return !is_among<No, Yes>(value);
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

/// The facts of which each row wants something, those first that keep most cells from it.
template <auto const& Table>
inline constexpr auto tests_of = list_demands<count_demands(Table)>(Table, [](std::size_t row,
                                                                              std::size_t fact) {
    constexpr auto all = every_cell(Table);
    return 64 * count(Table.accepts[row][fact]) / count(all.values[fact]);
});

/// The rows of a table in sections, by the value of one fact.
template <auto const& Table>
struct sections_by {
    using type = table_type<Table>;

    /// The fact, or the count of facts where all rows are one section.
    std::size_t fact = type::fact_count;

    [[nodiscard]] constexpr bool is_one() const noexcept { return fact == type::fact_count; }

    /// How many there are.
    [[nodiscard]] constexpr std::size_t size() const noexcept {
        constexpr auto all = every_cell(Table);
        return is_one() ? 1 : count(all.values[fact]);
    }

    /// The first row that wants something of the fact; the last if none does.
    [[nodiscard]] constexpr std::size_t begin() const noexcept {
        constexpr auto all = every_cell(Table);
        std::size_t row = 0;
        while (!is_one() && row + 1 != type::row_count &&
               (all.values[fact] & ~Table.accepts[row][fact]) == 0)
            ++row;
        return row;
    }

    /// Writes down the rows of one section, from row number `row` on and as far as one that wants
    /// nothing else, and returns how many there are.
    constexpr std::size_t list(std::size_t value, std::size_t row,
                               std::uint8_t* rows) const noexcept {
        constexpr const auto& tests = tests_of<Table>;
        std::size_t listed = 0;
        for (; row != type::row_count; ++row) {
            if (!is_one() && ((Table.accepts[row][fact] >> value) & 1U) == 0)
                continue;
            rows[listed++] = static_cast<std::uint8_t>(row);
            const auto at = tests.begins[row];
            const auto wanted = tests.begins[row + 1] - at;
            if (wanted == 0 || (wanted == 1 && tests.facts[at] == fact))
                break;
        }
        return listed;
    }

    /// The most rows of one.
    [[nodiscard]] constexpr std::size_t longest() const noexcept {
        std::size_t most = 0;
        for (std::size_t value = 0; value != size(); ++value) {
            std::uint8_t rows[type::row_count] = {};
            const auto length = list(value, 0, rows);
            most = most < length ? length : most;
        }
        return most;
    }
};

/// What is expected of tests, row after row, in cells that are all alike likely, as if no row told
/// anything of the next.
template <auto const& Table>
struct expected_tests {
    using type = table_type<Table>;

    /// How many are taken in a cell, and how many there are.
    double taken = 0;
    double written = 0;
    /// For each fact, by how many rows that are come to it is named.
    double named[type::fact_count + 1] = {};

    explicit constexpr expected_tests(const sections_by<Table>& sections) noexcept {
        const auto first = sections.begin();
        double reached = 1;
        for (std::size_t row = 0; row != first; ++row)
            reached -= add(row, sections.fact, reached);
        reached /= static_cast<double>(sections.size());
        for (std::size_t value = 0; value != sections.size(); ++value) {
            std::uint8_t rows[type::row_count] = {};
            const auto length = sections.list(value, first, rows);
            auto left = reached;
            for (std::size_t i = 0; i != length; ++i)
                left -= add(rows[i], sections.fact, left);
        }
        // Of sections, two of which are told apart by a test.
        for (auto size = sections.size(); size != 1; size = (size + 1) / 2)
            taken += 1;
    }

    /// Adds those of a row for so many that come to it, and returns for how many it applies.
    constexpr double add(std::size_t row, std::size_t known, double reached) noexcept {
        constexpr auto all = every_cell(Table);
        constexpr const auto& tests = tests_of<Table>;
        auto applies = reached;
        for (std::size_t at = tests.begins[row]; at != tests.begins[row + 1]; ++at) {
            const std::size_t fact = tests.facts[at];
            if (fact == known)
                continue;
            named[fact] += reached;
            taken += applies;
            written += 1;
            applies *= static_cast<double>(count(Table.accepts[row][fact])) /
                       static_cast<double>(count(all.values[fact]));
        }
        return applies;
    }

    /// In instructions: two for a test, and one less executed is worth twenty tests more.
    [[nodiscard]] constexpr double cost() const noexcept { return 3 + 2 * taken + written / 20; }
};

template <auto const& Table>
inline constexpr expected_tests<Table> tests_in_one_section{{}};

/// In sections of the fact that is named most.
template <auto const& Table>
inline constexpr auto widest_sections = [] {
    constexpr const auto& named = tests_in_one_section<Table>.named;
    sections_by<Table> found{0};
    for (std::size_t fact = 1; fact < table_type<Table>::fact_count; ++fact)
        if (named[fact] > named[found.fact])
            found.fact = fact;
    return found;
}();

/// In sections where words for all rows would be several and these are fewer.
template <auto const& Table>
inline constexpr auto sections_of_words = [] {
    constexpr std::size_t rows = table_type<Table>::row_count;
    sections_by<Table> found;
    if constexpr (rows > 64)
        if ((widest_sections<Table>.longest() + 63) / 64 < (rows + 63) / 64)
            found = widest_sections<Table>;
    return found;
}();

/// In sections where these cost less.
template <auto const& Table>
inline constexpr auto sections_of_tests = [] {
    sections_by<Table> found;
    if constexpr (table_type<Table>::fact_count != 0)
        if (expected_tests<Table>{widest_sections<Table>}.cost() <
            tests_in_one_section<Table>.cost())
            found = widest_sections<Table>;
    return found;
}();

/// Has answers that are in memory looked at there again, where there are more than registers that a
/// function need not save: a comparison with memory is one instruction, and an answer that is kept
/// elsewhere costs more than that. (A sparse table of 64 rows executes 57 instructions instead of
/// 77, and has half of the bytes: g++ 12, tests/benchmarks/tables.)
template <auto const& Table>
[[gnu::DAXHOLD_INLINED]] constexpr void forget_answers() noexcept {
    if constexpr (table_type<Table>::fact_count > 6)
        if (!std::is_constant_evaluated())
            __asm__("" ::: "memory");
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
[[gnu::DAXHOLD_INLINED]] constexpr auto action_of_row(std::size_t row) {
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
    static constexpr auto plan = sections_of_words<Table>;
    static constexpr bool is_one = plan.is_one();
    static constexpr std::size_t sections = plan.size();
    static constexpr std::size_t longest = plan.longest();
    static constexpr std::size_t words = (longest + 63) / 64;
    using word = word_for<(longest < 64 ? longest : 64)>;
    static constexpr std::size_t bits = 8 * sizeof(word);

    /// Whether the place of a row among those of its section is not yet what it leads to.
    static constexpr bool has_results = !is_one || Kind == result::action;

    struct section {
        word accepting[words][value_begins<facts>.of[type::fact_count] + 1] = {};
        std::uint8_t results[has_results ? longest : 1] = {};
    };
    struct data {
        section of[sections];
    };

    static constexpr data made = [] {
        data filled{};
        for (std::size_t s = 0; s != sections; ++s) {
            std::uint8_t rows[type::row_count] = {};
            const auto length = plan.list(s, 0, rows);
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
    [[gnu::DAXHOLD_INLINED]] static constexpr void narrow(word& left, const section& part,
                                                          Source& source) {
        if constexpr (matters.to[Nth][Fact]) {
            const auto value = source(boost::hana::type_c<typename facts::template at<Fact>>);
            left = static_cast<word>(left & part.accepting[Nth][value_begins<facts>.of[Fact] +
                                                                static_cast<std::size_t>(value)]);
        }
    }

    template <std::size_t Nth, class Source, std::size_t... Fact>
    [[gnu::DAXHOLD_INLINED]] static constexpr std::size_t
    find_from(const section& part, Source& source, std::index_sequence<Fact...> all) {
        auto left = static_cast<word>(~word{0});
        (narrow<Nth, Fact>(left, part, source), ...);
        if constexpr (Nth + 1 != words)
            if (left == 0) {
                forget_answers<Table>();
                return find_from<Nth + 1>(part, source, all);
            }
        const auto place =
            bits * Nth + static_cast<std::size_t>(static_cast<unsigned>(lowest(left)));
        if constexpr (has_results)
            return part.results[place];
        else
            return place;
    }

    /// What the row that wins leads to.
    template <class Source>
    [[gnu::DAXHOLD_INLINED]] static constexpr std::size_t find(Source& source) {
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
    [[gnu::DAXHOLD_INLINED]] static constexpr std::size_t find(Source& source) {
        return [&]<std::size_t... Fact>(std::index_sequence<Fact...>)
            __attribute__((DAXHOLD_INLINED)) {
            // Of 32 bits, whose instructions are shorter.
            std::uint32_t number = 0;
            ((number = number * std::uint32_t{width(Fact)} +
                       static_cast<std::uint32_t>(
                           source(boost::hana::type_c<typename facts::template at<Fact>>))),
             ...);
            return std::size_t{made.of[number]};
        }
        (std::make_index_sequence<type::fact_count>{});
    }
};

/// Test after test: the rows above all sections, which section, and the rows of that.
template <auto const& Table>
struct tests_when_known {
    using type = table_type<Table>;
    using facts = typename type::facts;
    static constexpr auto plan = sections_of_tests<Table>;

    /// Stands for the rows above all sections.
    static constexpr std::size_t above = plan.size();

    /// Of a section its rows, and how many of them are tested: of the last all that is left.
    template <std::size_t Section>
    static constexpr auto rows_of = [] {
        struct {
            std::uint8_t at[type::row_count] = {};
            std::size_t tested = 0;
        } made;
        if (Section != above)
            made.tested = plan.list(Section, plan.begin(), made.at) - 1;
        else
            for (; made.tested != plan.begin(); ++made.tested)
                made.at[made.tested] = static_cast<std::uint8_t>(made.tested);
        return made;
    }();

    template <std::size_t Row>
    using tests_in = std::make_index_sequence<std::size_t{tests_of<Table>.begins[Row + 1]} -
                                              tests_of<Table>.begins[Row]>;

    template <std::size_t Position, std::uint64_t Yes, class Source>
    [[gnu::DAXHOLD_INLINED]] static constexpr bool meets(Source& source) {
        using fact = typename facts::template at<Position>;
        if constexpr (Position == plan.fact)
            return true;
        else
            return is_among<Yes, every_value<fact> & ~Yes>(source(boost::hana::type_c<fact>));
    }

    template <std::size_t Row, class Source, std::size_t... At>
    [[gnu::DAXHOLD_INLINED]] static constexpr bool applies([[maybe_unused]] Source& source,
                                                           std::index_sequence<At...>) {
        constexpr const auto& tests = tests_of<Table>;
        if constexpr (Row != 0)
            forget_answers<Table>();
        return (meets<tests.facts[tests.begins[Row] + At],
                      Table.accepts[Row][tests.facts[tests.begins[Row] + At]]>(source) &&
                ...);
    }

    // Four rows to a function: compilers limit how deep functions may be.
    template <std::size_t Section, std::size_t Nth, class Source, class Leaf>
    [[gnu::DAXHOLD_INLINED]] static constexpr decltype(auto) find_in(Source& source, Leaf& leaf) {
        using boost::hana::size_c;
        constexpr const auto& rows = rows_of<Section>;
        if constexpr (Nth < rows.tested)
            if (applies<rows.at[Nth]>(source, tests_in<rows.at[Nth]>{}))
                return leaf(size_c<rows.at[Nth]>);
        if constexpr (Nth + 1 < rows.tested)
            if (applies<rows.at[Nth + 1]>(source, tests_in<rows.at[Nth + 1]>{}))
                return leaf(size_c<rows.at[Nth + 1]>);
        if constexpr (Nth + 2 < rows.tested)
            if (applies<rows.at[Nth + 2]>(source, tests_in<rows.at[Nth + 2]>{}))
                return leaf(size_c<rows.at[Nth + 2]>);
        if constexpr (Nth + 3 < rows.tested)
            if (applies<rows.at[Nth + 3]>(source, tests_in<rows.at[Nth + 3]>{}))
                return leaf(size_c<rows.at[Nth + 3]>);
        if constexpr (Nth + 4 < rows.tested) {
            return find_in<Section, Nth + 4>(source, leaf);
        } else if constexpr (Section != above) {
            return leaf(size_c<rows.at[rows.tested]>);
        } else {
            using fact = typename facts::template at<plan.fact>;
            forget_answers<Table>();
            const auto value = static_cast<std::size_t>(source(boost::hana::type_c<fact>));
            return find_section<0, plan.size() - 1>(value, source, leaf);
        }
    }

    template <std::size_t First, std::size_t Last, class Source, class Leaf>
    [[gnu::DAXHOLD_INLINED]] static constexpr decltype(auto)
    find_section(std::size_t value, Source& source, Leaf& leaf) {
        if constexpr (First == Last) {
            return find_in<First, 0>(source, leaf);
        } else {
            constexpr auto middle = (First + Last) / 2;
            if (value <= middle)
                return find_section<First, middle>(value, source, leaf);
            return find_section<middle + 1, Last>(value, source, leaf);
        }
    }

    template <class Source, class Leaf>
    [[gnu::DAXHOLD_INLINED]] static constexpr decltype(auto) find(Source& source, Leaf& leaf) {
        return find_in<(plan.is_one() ? 0 : above), 0>(source, leaf);
    }
};

} // namespace detail

/// The way that is taken for a table where all facts are known beforehand: that which takes the
/// fewest instructions, as far as that can be told. One look-up is three for a fact, words are two
/// for a fact, and each way takes some besides. (tests/benchmarks/tables counts what they are.)
template <auto const& Table>
inline constexpr compilation_when_known compilation_when_known_of = [] {
    using type = detail::table_type<Table>;
    constexpr std::size_t most_cells = 512;
    // Few rows are a few instructions in any way, and need no data when they are tests.
    if constexpr (type::row_count < 4) {
        return compilation_when_known::tests;
    } else {
        const double words = 2 * type::fact_count + (type::row_count <= 64 ? 5 : 9);
        const double look_up =
            detail::count_cells(Table, most_cells) == 0 ? words + 1 : 3 * type::fact_count + 1;
        // More rows than these would be much code, and much to compile.
        if constexpr (type::row_count <= 64) {
            const detail::expected_tests<Table> tests{detail::sections_of_tests<Table>};
            if (tests.cost() < words && tests.cost() < look_up)
                return compilation_when_known::tests;
        }
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
