// SPDX-License-Identifier: BSL-1.0
#include "daxhold/render/releases.hpp"

#include "daxhold/tables/markdown.hpp"

#include <doctest/doctest.h>

using namespace daxhold;
using namespace daxhold::releases::pool;

TEST_CASE("reactions of a device pool as they are written") {
    CHECK(to_text(quiesce >> tear_down >> done(region_state::gone)) ==
          "quiesce >> tear_down >> done(region_state::gone)");
    CHECK(to_text(in_progress(region_state::draining)) == "in_progress(region_state::draining)");
    CHECK(to_text(refused(region_state::gone, EIO)) == "refused(region_state::gone, EIO)");
    CHECK(tables::markdown::table<releases::device_pool::reactions>().find(
              "done(region_state::gone)") != std::string::npos);
}
