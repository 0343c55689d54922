// SPDX-License-Identifier: BSL-1.0
// 029: a lookup invents a device that is alive.
//
// Wrong: looking a device up by its number made one, alive, for a number that no device has.
// Commit: no commit known; the fixes for fsdev (dax/fsdev, 2026) put dax_dev_find in its place,
// merge UNVERIFIED.
// Input: a lookup by the number of a device that is gone.
// Here: it does not apply to the library, which looks nothing up: a device is an object that
// somebody made. What can be shown: nothing else is alive. A registration without a device holds
// nothing, a device that died takes nobody in, and devices cannot be copied
// (tests/fail/regression_029_invented_device.cpp).

#include "daxhold/device.hpp"

#include "daxhold/event/lineages.hpp"

#include "both.hpp"

#include <type_traits>

using namespace daxhold;

namespace {

using flags = failure_flags<lineage::linux_6_8::mf_flags>;

struct indifferent {
    constexpr result notify_failure(byte_range, flags) { return success; }
};
using indifferent_device = basic_dax_device<static_holder<indifferent>, flags>;

constexpr result get_after_kill() {
    indifferent l;
    indifferent_device device;
    static_cast<void>(kill_dax(device));
    return fs_dax_get(device, l).result();
}

} // namespace

TEST_CASE("029: nothing is alive that nobody made") {
    CHECK_BOTH(!std::is_copy_constructible_v<indifferent_device>);
    CHECK_BOTH(!std::is_move_constructible_v<indifferent_device>);
    CHECK_BOTH(registration<indifferent_device>{}.result() == result::error(ENODEV));
    CHECK_BOTH(!registration<indifferent_device>{});
    CHECK_BOTH(get_after_kill() == result::error(ENODEV));
}
