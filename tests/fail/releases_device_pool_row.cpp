// SPDX-License-Identifier: BSL-1.0
// A device pool whose handler forgot a row: a device that is pulled while I/O is in flight.
// EXPECT: no_row_applies_to<
// EXPECT: region_state::live
// EXPECT: pool_event::surprise_removal
// EXPECT: in_flight::some
// EXPECT: add the row, or end the table with `otherwise`
#include "daxhold/releases/device_pool.hpp"
#include "daxhold/tables/decide.hpp"

using namespace daxhold;
using namespace daxhold::tables;
using namespace daxhold::releases::pool;

static constexpr std::size_t surprise_with_io = 2;

/// The shipped table without one of its rows, or with all of them.
template <std::size_t Deleted, auto const& All = device_pool::reactions>
static constexpr auto without() {
    constexpr std::size_t rows = All.row_count - (Deleted < All.row_count ? 1 : 0);
    decision_table<reaction, rows, typename std::remove_cvref_t<decltype(All)>::facts> rest{};
    for (std::size_t row = 0; row != rows; ++row) {
        const std::size_t from = row < Deleted ? row : row + 1;
        for (std::size_t fact = 0; fact != rest.fact_count; ++fact)
            rest.accepts[row][fact] = All.accepted(from, fact);
        rest.actions[row] = All.actions[from];
    }
    return rest;
}

#ifdef EXPECT_FAIL
static constexpr auto reactions = without<surprise_with_io>();
#else
static constexpr auto reactions = without<device_pool::reactions.row_count>();
#endif

pool_answer told(region_state state, pool_event event, in_flight io) {
    return decide<reactions>(known(state, event, io)).answer;
}
static_assert(
    device_pool::reactions.actions[surprise_with_io].has(pool_operation::abort_in_flight));
