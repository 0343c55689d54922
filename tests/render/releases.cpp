// SPDX-License-Identifier: BSL-1.0
#include "daxhold/render/releases.hpp"

#include "both.hpp"

using namespace daxhold;
using namespace daxhold::tables;

TEST_CASE("reactions of a device pool in words") {
    using namespace daxhold::releases::pool;
    CHECK(render::action_text(quiesce >> tear_down >> done(region_state::gone)) ==
          "quiesce, tear_down, then done [gone]");
    CHECK(render::action_text(in_progress(region_state::draining)) == "in_progress [draining]");
    CHECK(render::action_text(refused(region_state::gone, EIO)) == "refused with -EIO [gone]");
}
