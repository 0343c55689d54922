// SPDX-License-Identifier: BSL-1.0
#include "daxhold/tables/decide.hpp"

#include "both.hpp"
#include "random_table.hpp"

using namespace daxhold;
using namespace daxhold::tables;
using namespace tests;

namespace {

enum class role : unsigned char { data, log, realtime };
enum class cause : unsigned char { removal, corruption };
enum class rmap : unsigned char { present, absent };
enum class mount : unsigned char { born, not_born };

/// What was asked for, by the facts' positions in the table.
struct questions {
    std::size_t facts[72] = {};
    std::size_t count = 0;

    friend constexpr bool operator==(const questions& a, const questions& b) {
        if (a.count != b.count)
            return false;
        for (std::size_t i = 0; i != a.count; ++i)
            if (a.facts[i] != b.facts[i])
                return false;
        return true;
    }
};

/// Answers from a cell, and writes down what it was asked for.
template <class Facts>
struct witness {
    cube<Facts::size> cell;
    questions asked = {};

    template <class Fact>
    constexpr Fact operator()(boost::hana::basic_type<Fact>) {
        constexpr auto position = Facts::template index_of<Fact>;
        static_assert(position != Facts::size);
        asked.facts[asked.count++] = position;
        return static_cast<Fact>(tables::detail::lowest(cell.values[position]));
    }
};

struct outcome {
    std::size_t row = 0;
    questions asked;

    friend constexpr bool operator==(const outcome&, const outcome&) = default;
};

constexpr auto row_number = [](auto row) { return std::size_t{decltype(row)::value}; };

template <auto const& Table>
using facts_of = typename tables::detail::table_type<Table>::facts;

template <auto const& Table>
constexpr outcome run(const cube<tables::detail::table_type<Table>::fact_count>& cell) {
    witness<facts_of<Table>> source{cell};
    const auto row = decide_row<Table>(source, row_number);
    return {row, source.asked};
}

template <auto const& Table, compilation Way>
constexpr outcome run_by(const cube<tables::detail::table_type<Table>::fact_count>& cell) {
    witness<facts_of<Table>> source{cell};
    auto leaf = row_number;
    const auto row =
        detail::decide_by<Table, Way, daxhold::tables::detail::leaf_size::large>(source, leaf);
    return {row, source.asked};
}

/// Walks a diagram as data.
template <std::size_t Capacity, std::size_t Facts>
constexpr outcome walk(const decision_diagram<Capacity>& diagram, const cube<Facts>& cell) {
    outcome found;
    std::size_t at = 0;
    for (; diagram.nodes[at].kind != node_kind::leaf;) {
        const auto& node = diagram.nodes[at];
        if (!node.known)
            found.asked.facts[found.asked.count++] = node.fact;
        at = (cell.values[node.fact] & node.yes_values) != 0 ? node.yes : node.no;
    }
    found.row = diagram.nodes[at].row;
    return found;
}

constexpr bool asks_once(const questions& asked) {
    for (std::size_t i = 0; i != asked.count; ++i)
        for (std::size_t j = 0; j != i; ++j)
            if (asked.facts[i] == asked.facts[j])
                return false;
    return true;
}

/// Whether each question mattered when it was asked: with the answers before it, there are two
/// cells that differ in that fact alone and in which different rows win.
template <class Table>
constexpr bool every_question_mattered(const Table& table, const cube<Table::fact_count>& cell,
                                       const questions& asked) {
    auto possible = every_cell(table);
    for (std::size_t i = 0; i != asked.count; ++i) {
        const auto fact = asked.facts[i];
        bool mattered = false;
        for (std::size_t n = 0; n != cell_count<typename Table::facts> && !mattered; ++n) {
            auto other = tests::cell(typename Table::facts{}, n);
            if (!contains(possible, other))
                continue;
            const auto row = first_row_for(table, other);
            other.values[fact] = cell.values[fact];
            mattered = first_row_for(table, other) != row;
        }
        if (!mattered)
            return false;
        possible.values[fact] = cell.values[fact];
    }
    return true;
}

/// All that is promised of a decision, in one cell.
template <auto const& Table>
constexpr bool keeps_promises(const cube<tables::detail::table_type<Table>::fact_count>& cell) {
    const auto decided = run<Table>(cell);
    if (decided.row != first_row_for(Table, cell) || !asks_once(decided.asked) ||
        decided != run_by<Table, compilation::words>(cell))
        return false;
    if constexpr (diagram_of<Table>.is_oversized)
        return true;
    else
        return decided == run_by<Table, compilation::diagram>(cell) &&
               decided == walk(diagram_of<Table>, cell);
}

template <auto const& Table>
constexpr bool keeps_promises_everywhere() {
    for (std::size_t i = 0; i != cell_count<facts_of<Table>>; ++i) {
        const auto at = cell(facts_of<Table>{}, i);
        if (!keeps_promises<Table>(at) || !every_question_mattered(Table, at, run<Table>(at).asked))
            return false;
    }
    return true;
}

template <class Fact, class Limited>
constexpr std::uint64_t limit_of(value_set<Limited> values) {
    return std::is_same_v<Fact, Limited> ? values.bits : ~std::uint64_t{0};
}

/// A source that says that it answers nothing but these values.
template <class Facts, auto... Limits>
struct limited_witness : witness<Facts> {
    template <class Fact>
    static constexpr std::uint64_t possible_values = (every_value<Fact> & ... &
                                                      limit_of<Fact>(Limits));
};

/// Whether such a source comes to the same rows, and is not asked for what it has told already.
template <auto const& Table, auto... Limits>
constexpr bool is_decided_within() {
    using source_type = limited_witness<facts_of<Table>, Limits...>;
    return []<class... Facts>(tables::detail::type_list<Facts...>) {
        const std::uint64_t possible[] = {source_type::template possible_values<Facts>...};
        for (std::size_t i = 0; i != cell_count<facts_of<Table>>; ++i) {
            const auto at = cell(facts_of<Table>{}, i);
            bool can_be = true;
            for (std::size_t fact = 0; fact != sizeof...(Facts); ++fact)
                can_be = can_be && (at.values[fact] & possible[fact]) != 0;
            if (!can_be)
                continue;
            source_type source{{at}};
            if (decide_row<Table>(source, row_number) != first_row_for(Table, at) ||
                !asks_once(source.asked))
                return false;
            for (std::size_t n = 0; n != source.asked.count; ++n)
                if (tables::detail::is_one_bit(possible[source.asked.facts[n]]))
                    return false;
        }
        return true;
    }(facts_of<Table>{});
}

constexpr auto gate =
    table(when(mount::not_born) >> 1, when(role::realtime) >> 2,
          when(role::log, cause::removal) >> 3, when(role::log) >> 4, when(rmap::absent) >> 5,
          when(any_of(cause::removal, cause::corruption), role::data) >> 6);

/// Over three facts of more values, with sets, and a fact that is looked at again.
constexpr auto sets = table(when(any_of(seven0::a, seven0::c, seven0::g), none_of(five0::b)) >> 'a',
                            when(none_of(seven0::c, seven0::d), five0::e, two0::a) >> 'b',
                            when(any_of(five0::a, five0::b, five0::d), seven0::d) >> 'c',
                            when(two0::b, any_of(seven0::b, seven0::d)) >> 'd', otherwise >> 'e');

/// A table whose rows share few facts: its diagram repeats later rows in many branches.
constexpr auto sprawling = [] {
    auto made = open_table<ten_bits, 24>();
    random_numbers next{10};
    for (std::size_t row = 0; row != 23; ++row)
        for (std::size_t i = 0; i != 5; ++i)
            made.accepts[row][next.below(10)] = 1 + next.below(2);
    return made;
}();

/// As many rows over as many facts as a table should take: 63 rows of four facts.
constexpr auto largest = [] {
    auto made = open_table<forty_bits, 64>();
    random_numbers next{64};
    for (std::size_t row = 0; row != 63; ++row)
        for (std::size_t i = 0; i != 4; ++i)
            made.accepts[row][next.below(40)] = 1 + next.below(2);
    return made;
}();

template <class Facts, std::size_t Rows, std::size_t Spread, std::uint64_t... Seed>
void check_random(std::integer_sequence<std::uint64_t, Seed...>) {
    const auto check = []<std::uint64_t S>(std::integral_constant<std::uint64_t, S>) {
        CAPTURE(S);
        CHECK(keeps_promises_everywhere<whole_table<Facts, Rows, S, Spread>>());
    };
    (check(std::integral_constant<std::uint64_t, Seed>{}), ...);
}

} // namespace

TEST_CASE("the first row that applies is decided on") {
    CHECK_BOTH(decide<gate>(known(mount::not_born, role::log, cause::removal, rmap::absent)) == 1);
    CHECK_BOTH(decide<gate>(known(mount::born, role::realtime, cause::removal, rmap::absent)) == 2);
    CHECK_BOTH(decide<gate>(known(mount::born, role::log, cause::removal, rmap::absent)) == 3);
    CHECK_BOTH(decide<gate>(known(mount::born, role::log, cause::corruption, rmap::absent)) == 4);
    CHECK_BOTH(decide<gate>(known(mount::born, role::data, cause::removal, rmap::absent)) == 5);
    CHECK_BOTH(decide<gate>(known(mount::born, role::data, cause::removal, rmap::present)) == 6);
}

TEST_CASE("each cell, each way, by the compiler") {
    static_assert(keeps_promises_everywhere<gate>());
    static_assert(keeps_promises_everywhere<sets>());
    static_assert(keeps_promises_everywhere<whole_table<small_mix, 6, 1, 2>>());
}

TEST_CASE("each cell, each way") {
    CHECK(keeps_promises_everywhere<gate>());
    CHECK(keeps_promises_everywhere<sets>());
    CHECK(keeps_promises_everywhere<sprawling>());
}

TEST_CASE("random tables, each cell, each way") {
    using seeds = std::make_integer_sequence<std::uint64_t, 6>;
    check_random<small_mix, 6, 2>(seeds{});
    check_random<small_mix, 12, 1>(seeds{});
    check_random<five_bits, 9, 2>(seeds{});
    check_random<quads, 10, 2>(seeds{});
    check_random<mixed, 6, 2>(seeds{});
    check_random<eight_bits, 10, 3>(seeds{});
}

TEST_CASE("questions are counted") {
    constexpr auto count = [](mount m, role r, cause c, rmap p) {
        return run<gate>({{bit_of(m), bit_of(r), bit_of(c), bit_of(p)}}).asked.count;
    };
    CHECK_BOTH(count(mount::not_born, role::log, cause::removal, rmap::absent) == 1);
    CHECK_BOTH(count(mount::born, role::realtime, cause::removal, rmap::absent) == 2);
    CHECK_BOTH(count(mount::born, role::log, cause::removal, rmap::absent) == 3);
    CHECK_BOTH(count(mount::born, role::log, cause::corruption, rmap::absent) == 3);
    // Neither where the device is the data device does the cause matter.
    CHECK_BOTH(count(mount::born, role::data, cause::removal, rmap::absent) == 3);
    CHECK_BOTH(count(mount::born, role::data, cause::removal, rmap::present) == 3);
}

TEST_CASE("questions come in the order of the rows") {
    constexpr auto asked = run<gate>({{1, 1, 1, 1}}).asked;
    CHECK_BOTH(asked.facts[0] == 0);
    CHECK_BOTH(asked.facts[1] == 1);
    CHECK_BOTH(asked.facts[2] == 3);
}

TEST_CASE("the way that a table is compiled") {
    CHECK_BOTH(compilation_of<gate> == compilation::diagram);
    CHECK_BOTH(compilation_of<sets> == compilation::diagram);
    CHECK_BOTH(compilation_of<sprawling> == compilation::words);
    CHECK_BOTH(compilation_of<largest> == compilation::words);
}

TEST_CASE("words ask what a diagram would ask, however large") {
    static const auto diagram = build_diagram<8192>(sprawling);
    REQUIRE(!diagram.is_oversized);
    CHECK(diagram.size > daxhold::tables::detail::largest_diagram);
    for (std::size_t i = 0; i != cell_count<ten_bits>; ++i) {
        const auto at = cell(ten_bits{}, i);
        REQUIRE(run<sprawling>(at) == walk(diagram, at));
    }
}

TEST_CASE("more rows than bits of a word") {
    static constexpr const auto& many = whole_table<ten_bits, 250, 4, 1>;
    static_assert(daxhold::tables::detail::table_type<many>::row_count > 64);
    CHECK_BOTH(compilation_of<many> == compilation::words);
    static const auto diagram = build_diagram<8192>(many);
    REQUIRE(!diagram.is_oversized);
    for (std::size_t i = 0; i != cell_count<ten_bits>; ++i) {
        const auto at = cell(ten_bits{}, i);
        REQUIRE(run<many>(at).row == first_row_for(many, at));
        REQUIRE(run<many>(at) == walk(diagram, at));
    }
}

TEST_CASE("64 rows over 40 bits") {
    random_numbers next{1};
    row_set won = 0;
    for (int i = 0; i != 3000; ++i) {
        cube<40> at;
        for (auto& values : at.values)
            values = 1 + next.below(2);
        const auto decided = run<largest>(at);
        REQUIRE(decided.row == first_row_for(largest, at));
        REQUIRE(asks_once(decided.asked));
        won |= row_set{1} << decided.row;
    }
    CHECK(detail::count(won) > 30);
}

TEST_CASE("64 rows over 40 bits, by the compiler") {
    constexpr auto at = [] {
        cube<40> made;
        for (auto& values : made.values)
            values = 2;
        return made;
    }();
    CHECK_BOTH(run<largest>(at).row == first_row_for(largest, at));
}

TEST_CASE("a table without facts asks nothing") {
    static constexpr auto only = table(otherwise >> 9);
    CHECK_BOTH(decide<only>(known()) == 9);
    CHECK_BOTH(run_by<only, compilation::words>({}).row == 0);
}

TEST_CASE("a fact with one value is not asked for") {
    static constexpr auto made = table(when(alone0::a, role::log) >> 1, otherwise >> 2);
    CHECK_BOTH(run<made>({{1, 2}}).asked.count == 1);
    CHECK_BOTH(keeps_promises_everywhere<made>());
}

TEST_CASE("a source may say what it can answer") {
    CHECK_BOTH(is_decided_within<gate, any_of(cause::removal), none_of(role::log)>());
    CHECK_BOTH(is_decided_within<gate, any_of(mount::not_born)>());
    CHECK_BOTH(is_decided_within<sets, any_of(two0::b), any_of(seven0::b, seven0::d)>());
    CHECK_BOTH(is_decided_within<sets, none_of(seven0::c), any_of(five0::b, five0::e)>());
    CHECK_BOTH(is_decided_within<whole_table<small_mix, 6, 1, 2>>());
}

TEST_CASE("a source may be constant, a temporary, or change as it answers") {
    const auto constant = known(mount::born, role::log, cause::removal, rmap::present);
    CHECK(decide<gate>(constant) == 3);
    witness<facts_of<gate>> counting{{{1, 2, 1, 1}}};
    CHECK(decide<gate>(counting) == 3);
    CHECK(counting.asked.count == 3);
    CHECK(decide<gate>(witness<facts_of<gate>>{{{1, 2, 2, 1}}}) == 4);
}

TEST_CASE("a source may be one generic lambda, or one overload a fact") {
    constexpr auto made = [](role device) {
        return [device](auto asked) {
            using fact = typename decltype(asked)::type;
            if constexpr (std::same_as<fact, role>)
                return device;
            else
                return fact{};
        };
    };
    CHECK_BOTH(decide<gate>(made(role::log)) == 3);
    struct overloads {
        constexpr role operator()(boost::hana::type<role>) const { return role::data; }
        constexpr cause operator()(boost::hana::type<cause>) const { return cause::removal; }
        constexpr rmap operator()(boost::hana::type<rmap>) const { return rmap::absent; }
        constexpr mount operator()(boost::hana::type<mount>) const { return mount::born; }
    };
    CHECK_BOTH(decide<gate>(overloads{}) == 5);
}

TEST_CASE("what a source has to answer") {
    CHECK_BOTH(answers<known_facts<role>, role>);
    CHECK_BOTH(answers<const known_facts<role, rmap>, rmap>);
    CHECK_BOTH(!answers<known_facts<role>, rmap>);
    CHECK_BOTH(answers<witness<facts_of<gate>>, role>);
    CHECK_BOTH(!answers<const witness<facts_of<gate>>, role>);
    CHECK_BOTH(!answers<int, role>);
}

TEST_CASE("more may be known than a table asks for") {
    static constexpr auto made = table(when(role::log) >> 1, otherwise >> 2);
    CHECK_BOTH(decide<made>(known(rmap::absent, role::log, two0::b)) == 1);
}

TEST_CASE("a leaf returns what it likes") {
    const auto source = known(mount::born, role::log, cause::removal, rmap::present);
    int rows[6] = {};
    static_assert(std::same_as<decltype(decide_row<gate>(source, [](auto) {})), void>);
    decide_row<gate>(source, [&](auto row) { ++rows[decltype(row)::value]; });
    CHECK(rows[2] == 1);
    int& chosen = decide_row<gate>(source, [&](auto row) -> int& { return rows[row]; });
    CHECK(&chosen == &rows[2]);
}

TEST_CASE("words return what their leaf likes") {
    witness<facts_of<sprawling>> source{cell(ten_bits{}, 77)};
    const auto row = first_row_for(sprawling, source.cell);
    int rows[24] = {};
    int& chosen = decide_row<sprawling>(source, [&](auto won) -> int& { return rows[won]; });
    CHECK(&chosen == &rows[row]);
}

TEST_CASE("actions are handed out as they are") {
    struct verdict {
        int error;
        const char* reason;
    };
    static constexpr auto made =
        table(when(role::log) >> verdict{-5, "log"}, otherwise >> verdict{0, "data"});
    CHECK_BOTH(decide<made>(known(role::log)).error == -5);
    CHECK_BOTH(decide<made>(known(role::data)).reason[0] == 'd');
}
