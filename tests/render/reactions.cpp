// SPDX-License-Identifier: BSL-1.0
#include "daxhold/render/reactions.hpp"

#include "daxhold/releases/mapped_device.hpp"
#include "daxhold/releases/mark_dead.hpp"
#include "daxhold/tables/markdown.hpp"

#include <doctest/doctest.h>

using namespace daxhold;
using device = releases::mapped_device;

TEST_CASE("reactions as they are written") {
    using enum device::operation;
    CHECK(to_text(device::steps(await_leases, unmap) >> device::attempt(drop_copies) >>
                  device::done(device::state::removed)) ==
          "steps(await_leases, unmap) >> attempt(drop_copies) >> done(state::removed)");
    CHECK(to_text(device::attempt(unmap) >> device::steps(await_leases) >> device::in_progress()) ==
          "attempt(unmap) >> steps(await_leases) >> in_progress()");
    CHECK(to_text(device::refused(EBUSY)) == "refused(EBUSY)");
    CHECK(to_text(device::refused(ETIMEDOUT, device::state::active)) ==
          "refused(ETIMEDOUT, state::active)");
}

TEST_CASE("a table of reactions is shown as other tables are") {
    const auto shown = tables::markdown::table<device::on_event>();
    CHECK(shown.find("attempt(unmap) >> in_progress()") != std::string::npos);
    CHECK(shown.find("state::removed") != std::string::npos);
}

TEST_CASE("the graph of states as a diagram") {
    CHECK(reactions::state_diagram<releases::mark_dead::btrfs>() ==
          "stateDiagram-v2\n"
          "    [*] --> in_use\n"
          "    in_use --> shut_down : orderly_removal, surprise_removal\n"
          "    in_use --> missing : orderly_removal, surprise_removal\n");
}
