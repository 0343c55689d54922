// SPDX-License-Identifier: BSL-1.0
#include "daxhold/tables/diagram.hpp"

#include "both.hpp"
#include "random_table.hpp"

using namespace daxhold;
using namespace daxhold::tables;
using namespace tests;

namespace {

enum class role : unsigned char { data, log, realtime };
enum class cause : unsigned char { removal, corruption };
enum class rmap : unsigned char { present, absent };

constexpr auto gate = table(when(role::log, cause::removal) >> 1, when(role::log) >> 2,
                            when(rmap::absent) >> 3, otherwise >> 4);

/// What is true of every diagram of a table, from one node down: a fact is asked for once, and
/// looked at only where that tells cells apart; yes and no share what is possible; and a leaf names
/// the row that wins in every cell that gets there. Notes which nodes were seen.
template <std::size_t Capacity, class Table>
constexpr bool is_sound(const decision_diagram<Capacity>& diagram, const Table& table,
                        std::size_t at, cube<Table::fact_count> cells, std::uint64_t asked,
                        bool (&seen)[Capacity]) {
    seen[at] = true;
    const diagram_node& node = diagram.nodes[at];
    if (node.kind == node_kind::leaf) {
        for (std::size_t row = 0; row != Table::row_count && row <= node.row; ++row)
            if (row == node.row ? !contains(cells_of(table, row), cells)
                                : !is_empty(intersect(cells, cells_of(table, row))))
                return false;
        return node.row <= Table::row_count;
    }
    if (node.fact >= Table::fact_count || node.known != (((asked >> node.fact) & 1U) != 0) ||
        node.yes_values == 0 || node.no_values == 0 || (node.yes_values & node.no_values) != 0 ||
        (node.yes_values | node.no_values) != cells.values[node.fact] || node.yes <= at ||
        node.no <= at)
        return false;
    asked |= std::uint64_t{1} << node.fact;
    auto no = cells;
    cells.values[node.fact] = node.yes_values;
    no.values[node.fact] = node.no_values;
    return node.yes != node.no && is_sound(diagram, table, node.yes, cells, asked, seen) &&
           is_sound(diagram, table, node.no, no, asked, seen);
}

template <std::size_t Capacity, class Table>
constexpr bool builds_sound_diagram(const Table& table) {
    const auto diagram = build_diagram<Capacity>(table);
    bool seen[Capacity] = {};
    if (diagram.is_oversized || !is_sound(diagram, table, 0, every_cell(table), 0, seen))
        return false;
    // No node is there in vain or twice, and each knows from how many places it is reached.
    for (std::size_t at = 0; at != diagram.size; ++at) {
        if (!seen[at])
            return false;
        std::size_t reached = at == 0 ? 1 : 0;
        for (std::size_t other = 0; other != diagram.size; ++other) {
            const auto& node = diagram.nodes[other];
            if (other != at && node == diagram.nodes[at])
                return false;
            if (node.kind == node_kind::question)
                reached += (node.yes == at ? 1U : 0U) + (node.no == at ? 1U : 0U);
        }
        if (reached != diagram.nodes[at].reached)
            return false;
    }
    return true;
}

template <class Facts, std::size_t Rows>
void check_many(std::uint64_t seeds) {
    for (std::uint64_t seed = 0; seed != seeds; ++seed)
        for (const std::size_t spread : {1U, 2U, 3U, 5U}) {
            CAPTURE(seed);
            CAPTURE(spread);
            // Not always a row for every cell, and seldom without dead rows.
            REQUIRE(builds_sound_diagram<4096>(random_table<Facts, Rows>(seed, spread)));
        }
}

// clang-format off
#define DAXHOLD_EIGHT(n) a##n##0, a##n##1, a##n##2, a##n##3, a##n##4, a##n##5, a##n##6, a##n##7,
#define DAXHOLD_SIXTY_FOUR                                                                         \
    { DAXHOLD_EIGHT(0) DAXHOLD_EIGHT(1) DAXHOLD_EIGHT(2) DAXHOLD_EIGHT(3)                          \
      DAXHOLD_EIGHT(4) DAXHOLD_EIGHT(5) DAXHOLD_EIGHT(6) DAXHOLD_EIGHT(7) }
enum class wide0 : unsigned char DAXHOLD_SIXTY_FOUR;
enum class wide1 : unsigned char DAXHOLD_SIXTY_FOUR;
enum class wide2 : unsigned char DAXHOLD_SIXTY_FOUR;
enum class wide3 : unsigned char DAXHOLD_SIXTY_FOUR;
enum class wide4 : unsigned char DAXHOLD_SIXTY_FOUR;
enum class wide5 : unsigned char DAXHOLD_SIXTY_FOUR;
// clang-format on

/// Each row leaves out one value of five facts and wants one of the sixth, so that a path goes past
/// all rows and looks at all facts for each.
constexpr auto deep = [] {
    auto made = open_table<facts<wide0, wide1, wide2, wide3, wide4, wide5>, 64>();
    for (std::size_t row = 0; row != 63; ++row) {
        for (std::size_t fact = 0; fact != 5; ++fact)
            made.accepts[row][fact] &= ~(std::uint64_t{1} << row);
        made.accepts[row][5] = std::uint64_t{1} << row;
    }
    return made;
}();

/// One fact, a row for each of its first values, and one for the rest.
template <std::size_t Rows>
constexpr auto staircase = [] {
    auto made = open_table<facts<wide0>, Rows>();
    for (std::size_t row = 0; row != Rows - 1; ++row)
        made.accepts[row][0] = std::uint64_t{1} << row;
    return made;
}();

} // namespace

TEST_CASE("a diagram asks in the order of the rows") {
    constexpr auto& nodes = diagram_of<gate>.nodes;
    CHECK_BOTH(!diagram_of<gate>.is_oversized);
    // log?
    CHECK_BOTH(nodes[0].fact == 0);
    CHECK_BOTH(!nodes[0].known);
    CHECK_BOTH(nodes[0].yes_values == 2);
    CHECK_BOTH(nodes[0].no_values == 5);
    // log: removal? Then it is decided, and nobody asks for rmap.
    CHECK_BOTH(nodes[nodes[0].yes].fact == 1);
    CHECK_BOTH(nodes[nodes[nodes[0].yes].yes].kind == node_kind::leaf);
    CHECK_BOTH(nodes[nodes[nodes[0].yes].yes].row == 0);
    CHECK_BOTH(nodes[nodes[nodes[0].yes].no].row == 1);
    // not log: nobody asks for the cause
    CHECK_BOTH(nodes[nodes[0].no].fact == 2);
    CHECK_BOTH(nodes[nodes[nodes[0].no].yes].row == 2);
    CHECK_BOTH(nodes[nodes[nodes[0].no].no].row == 3);
    CHECK_BOTH(diagram_of<gate>.size == 7);
}

TEST_CASE("a fact that was asked for is looked at again, and before one that was not") {
    constexpr auto made =
        table(when(role::log) >> 1, when(cause::removal, role::realtime) >> 2, otherwise >> 3);
    static constexpr auto diagram = build_diagram<16>(made);
    constexpr auto& second = diagram.nodes[diagram.nodes[0].no];
    CHECK_BOTH(second.fact == 0);
    CHECK_BOTH(second.known);
    CHECK_BOTH(second.yes_values == 4);
    CHECK_BOTH(second.no_values == 1);
    CHECK_BOTH(diagram.nodes[second.yes].fact == 1);
    CHECK_BOTH(!diagram.nodes[second.yes].known);
    CHECK_BOTH(diagram.nodes[second.no].row == 2);
}

TEST_CASE("a diagram without questions is a leaf") {
    constexpr auto made = table(otherwise >> 1);
    constexpr auto diagram = build_diagram<4>(made);
    CHECK_BOTH(diagram.size == 1);
    CHECK_BOTH(diagram.nodes[0].kind == node_kind::leaf);
    CHECK_BOTH(diagram.nodes[0].row == 0);
}

TEST_CASE("a fact with one value is never looked at") {
    constexpr auto made = table(when(alone0::a, role::log) >> 1, otherwise >> 2);
    constexpr auto diagram = build_diagram<16>(made);
    CHECK_BOTH(diagram.size == 3);
    CHECK_BOTH(diagram.nodes[0].fact == 1);
}

TEST_CASE("where no row applies the leaf says so") {
    constexpr auto made = table(when(role::log) >> 1);
    constexpr auto diagram = build_diagram<16>(made);
    CHECK_BOTH(diagram.nodes[diagram.nodes[0].no].row == 1);
}

TEST_CASE("a row that contradicts itself is never reached") {
    constexpr auto made = table(when(role::log, role::data) >> 1, otherwise >> 2);
    constexpr auto diagram = build_diagram<16>(made);
    CHECK_BOTH(diagram.size == 1);
    CHECK_BOTH(diagram.nodes[0].row == 1);
}

TEST_CASE("a diagram that needs more room is oversized") {
    CHECK_BOTH(!build_diagram<7>(gate).is_oversized);
    CHECK_BOTH(build_diagram<6>(gate).is_oversized);
    CHECK_BOTH(build_diagram<1>(gate).is_oversized);
}

TEST_CASE("what is in proportion grows with the demands of the rows") {
    CHECK_BOTH(tables::detail::proportionate_size(table(otherwise >> 1)) == 16);
    CHECK_BOTH(tables::detail::proportionate_size(gate) == 16 + 2 * 4);
    // A demand for all values is none.
    CHECK_BOTH(tables::detail::proportionate_size(
                   table(when(any_of(cause::removal, cause::corruption), alone0::a) >> 1)) == 16);
    CHECK_BOTH(tables::detail::proportionate_size(deep) == tables::detail::largest_diagram);
}

TEST_CASE("many rows over one fact are a diagram") {
    CHECK_BOTH(!diagram_of<staircase<48>>.is_oversized);
    CHECK_BOTH(diagram_of<staircase<48>>.size == 95);
    // With more rows it is not tried.
    CHECK_BOTH(diagram_of<staircase<49>>.is_oversized);
}

TEST_CASE("a diagram of long paths is oversized, and no strain on the compiler") {
    CHECK_BOTH(diagram_of<deep>.is_oversized);
}

TEST_CASE("diagrams of random tables, by the compiler") {
    static_assert(builds_sound_diagram<200>(random_table<small_mix, 6>(1, 1)));
    static_assert(builds_sound_diagram<200>(random_table<small_mix, 9>(2, 2)));
    static_assert(builds_sound_diagram<200>(random_table<five_bits, 8>(3, 2)));
    static_assert(builds_sound_diagram<200>(random_table<facts<>, 1>(4, 1)));
}

TEST_CASE("diagrams of random tables") {
    check_many<facts<alone0>, 2>(10);
    check_many<small_mix, 5>(200);
    check_many<small_mix, 20>(200);
    check_many<five_bits, 10>(200);
    check_many<eight_bits, 30>(50);
    check_many<quads, 20>(50);
    check_many<mixed, 12>(20);
    check_many<ten_bits, 64>(5);
}
