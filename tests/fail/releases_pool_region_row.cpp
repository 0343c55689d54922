// SPDX-License-Identifier: BSL-1.0
// A pool's region whose handler forgot what is left when a teardown takes too long.
// EXPECT: no_row_applies_to<
// EXPECT: state::quarantined
// EXPECT: event::announced_removal
// EXPECT: add the row, or end the table with `otherwise`
#include "daxhold/reactions.hpp"
#include "daxhold/releases/pool_region.hpp"

using daxhold::releases::pool_region;

struct region : pool_region {
    static constexpr auto on_event = table(
#ifndef EXPECT_FAIL
        when(any_of(state::stuck, state::quarantined),
             any_of(event::announced_removal, event::surprise_removal)) >>
            refused(EBUSY),
        otherwise >> done()
#else
        when(none_of(state::quarantined)) >> done(),
        when(none_of(event::announced_removal, event::surprise_removal)) >> done()
#endif
    );
};
static_assert(daxhold::tables::proven<region::on_event>);
