// SPDX-License-Identifier: BSL-1.0
#include "daxhold/policy/course_plan.hpp"

#include "daxhold/releases.hpp"
#include "daxhold/testing.hpp"

#include "../support/both.hpp"

using namespace daxhold;
using namespace daxhold::tables;
using namespace daxhold::words;
using daxhold::detail::course_plan;
using daxhold::detail::diagram_of_courses;
using testing::mock_filesystem;

namespace {

/// How many nodes of a diagram take a step that is this operation.
template <auto const& Table, class Filesystem = mock_filesystem>
constexpr std::size_t nodes_that(operation what) {
    constexpr const auto& diagram = diagram_of_courses<Filesystem, Table>;
    std::size_t count = 0;
    for (std::size_t at = 0; at != diagram.size; ++at) {
        const auto& node = diagram.nodes[at];
        if (node.kind == node_kind::step && Table.actions[node.row].steps[node.step].what == what)
            ++count;
    }
    return count;
}

/// Whether the diagram takes in a cell the steps of the row that wins there, in their order, and
/// ends as it does.
template <auto const& Table>
constexpr bool
does_what_the_row_says(const cube<daxhold::tables::detail::table_type<Table>::fact_count>& cell) {
    constexpr const auto& diagram = diagram_of_courses<mock_filesystem, Table>;
    const auto row = first_row_for(Table, cell);
    const auto& wanted = Table.actions[row];
    std::size_t at = 0;
    std::size_t taken = 0;
    while (diagram.nodes[at].kind != node_kind::leaf) {
        const auto& node = diagram.nodes[at];
        if (node.kind == node_kind::question) {
            at = (cell.values[node.fact] & node.yes_values) != 0 ? node.yes : node.no;
            continue;
        }
        if (taken == wanted.count ||
            !(Table.actions[node.row].steps[node.step] == wanted.steps[taken++]))
            return false;
        at = node.yes;
    }
    const auto& ended = Table.actions[diagram.nodes[at].row];
    return taken == wanted.count && ended.end == wanted.end &&
           ended.errno_value == wanted.errno_value;
}

template <auto const& Table>
constexpr bool does_what_the_rows_say() {
    constexpr auto possible = daxhold::detail::possible_cells(
        Table, daxhold::detail::possible_for_type<mock_filesystem>{});
    constexpr std::size_t facts = daxhold::tables::detail::table_type<Table>::fact_count;
    auto cell = possible;
    for (std::size_t fact = 0; fact != facts; ++fact)
        cell.values[fact] &= ~possible.values[fact] + 1;
    for (;;) {
        if (!does_what_the_row_says<Table>(cell))
            return false;
        // The next cell: the next possible value of the first fact that has one left.
        std::size_t fact = 0;
        for (; fact != facts; ++fact) {
            const auto above = possible.values[fact] & ~(cell.values[fact] * 2 - 1);
            cell.values[fact] = above != 0 ? above & (~above + 1)
                                           : possible.values[fact] & (~possible.values[fact] + 1);
            if (above != 0)
                break;
        }
        if (fact == facts)
            return true;
    }
}

template <class Policy>
constexpr bool does_what_its_tables_say() {
    if constexpr (walking_policy<Policy>)
        return does_what_the_rows_say<Policy::gate>() && does_what_the_rows_say<Policy::record>() &&
               does_what_the_rows_say<Policy::end>();
    else
        return does_what_the_rows_say<Policy::gate>();
}

/// A fact of a filesystem's own, which steps may change.
enum class season { dry, wet };

struct with_own_fact {
    static constexpr auto gate = table(when(season::wet) >> attempt(sync) >> refuse(EIO),
                                       otherwise >> attempt(sync) >> succeed);
};
struct with_own_fact_first {
    static constexpr auto gate = table(when(season::wet) >> attempt(sync) >> refuse(EIO),
                                       when(cause::removal) >> attempt(sync) >> refuse(ENXIO),
                                       otherwise >> attempt(sync) >> succeed);
};
struct own_filesystem : mock_filesystem {
    constexpr season answer(boost::hana::type<season>) const { return season::wet; }
};

/// In front of a walk a step that may fail comes before one that all rows have.
struct skipping {
    static constexpr auto gate =
        table(when(cause::removal) >> begin_walk >> sync >> walk, otherwise >> sync >> walk);
};

} // namespace

TEST_CASE("a diagram of courses does what the rows say") {
    CHECK(does_what_its_tables_say<releases::xfs_v12>());
    CHECK(does_what_its_tables_say<releases::xfs_seed_as_posted>());
    CHECK(does_what_its_tables_say<releases::xfs_seed_as_intended>());
    CHECK(does_what_its_tables_say<releases::xfs_linux_6_0>());
    CHECK(does_what_its_tables_say<releases::xfs_linux_6_1>());
    CHECK_BOTH(does_what_its_tables_say<releases::xfs_linux_6_8>());
    CHECK(does_what_its_tables_say<releases::xfs_linux_6_14>());
    CHECK(does_what_its_tables_say<releases::xfs_linux_7_0>());
    CHECK(does_what_its_tables_say<releases::no_holder>());
    CHECK_BOTH(does_what_its_tables_say<releases::recommended>());
}

TEST_CASE("what rows have in common is there once") {
    // Ten rows report the event, most of them first.
    CHECK_BOTH(nodes_that<releases::xfs_linux_7_0::gate>(operation::report_media_event) == 1);
    CHECK_BOTH(nodes_that<releases::xfs_linux_6_8::gate>(operation::begin_walk) == 1);
    CHECK_BOTH(nodes_that<releases::xfs_linux_6_8::record>(operation::invalidate) == 1);
    CHECK_BOTH(nodes_that<releases::xfs_linux_6_8::record>(operation::note_shutdown) == 1);
    // To other users, with other marks.
    CHECK_BOTH(nodes_that<releases::xfs_linux_6_8::record>(operation::kill_users) == 2);
    CHECK_BOTH(nodes_that<releases::xfs_linux_6_8::end>(operation::thaw_user) == 1);
}

TEST_CASE("a fact of the filesystem's own is asked for before any step") {
    constexpr const auto& plain = diagram_of_courses<own_filesystem, with_own_fact::gate>;
    CHECK_BOTH(plain.nodes[0].kind == node_kind::question);
    CHECK_BOTH(nodes_that<with_own_fact::gate, own_filesystem>(operation::sync) == 2);
    // Behind it, what the engine knows can be asked for after the step that the rest has in common.
    CHECK_BOTH(nodes_that<with_own_fact_first::gate, own_filesystem>(operation::sync) == 2);
}

TEST_CASE("a step that a failure leaves out is not one that is taken in any case") {
    CHECK_BOTH(!course_plan<skipping::gate>::may_be_skipped({0, 0}));
    CHECK_BOTH(course_plan<skipping::gate>::may_be_skipped({0, 1}));
    CHECK_BOTH(!course_plan<skipping::gate>::may_be_skipped({1, 0}));
    CHECK_BOTH(nodes_that<skipping::gate>(operation::sync) == 2);
}

TEST_CASE("what a policy can do at all") {
    CHECK_BOTH(daxhold::detail::can_collect<releases::recommended>());
    CHECK_BOTH(!daxhold::detail::can_collect<releases::xfs_linux_6_8>());
    CHECK_BOTH(!daxhold::detail::can_collect<releases::no_holder>());
    CHECK_BOTH(daxhold::detail::works_twice_on_inodes<releases::xfs_linux_6_8>());
    CHECK_BOTH(!daxhold::detail::works_twice_on_inodes<releases::xfs_v12>());
    CHECK_BOTH(!daxhold::detail::works_twice_on_inodes<releases::no_holder>());
    CHECK_BOTH(daxhold::detail::can_walk_in_core<mock_filesystem, releases::recommended::gate>());
    CHECK_BOTH(
        !daxhold::detail::can_walk_in_core<mock_filesystem, releases::xfs_linux_7_0::gate>());
    CHECK_BOTH(!daxhold::detail::asks_for_scope<releases::recommended>());
}
