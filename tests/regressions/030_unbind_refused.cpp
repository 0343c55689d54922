// SPDX-License-Identifier: BSL-1.0
// 030: an unbind is refused while somebody holds the device.
//
// Wrong: answering -EBUSY to an unbind, for which there is no precedent: a driver can always be
// unbound.
// Commit: no commit known; posted in January 2026 with the third version of famfs, and dropped in
// review.
// Input: an unbind of a device that is held.
// Here: a holder is told and cannot object: its answer comes back for information, and the device
// is dead all the same.

#include "daxhold/device.hpp"
#include "daxhold/event/lineages.hpp"

#include "both.hpp"

using namespace daxhold;

namespace {

using flags = failure_flags<lineage::linux_6_8::mf_flags>;

/// Does not want to let go.
struct objecting {
    unsigned heard = 0;
    constexpr result notify_failure(byte_range, flags) {
        ++heard;
        return result::error(EBUSY);
    }
};
struct host {
    unsigned steps = 0;
    constexpr void flush() { ++steps; }
    constexpr void remove_host() { ++steps; }
    constexpr void put_dax() { ++steps; }
    constexpr void delete_disk() { ++steps; }
};

struct after_unbind {
    result holder;
    unsigned heard;
    unsigned steps;
    bool is_alive;
};

constexpr after_unbind unbind_held_device() {
    objecting fs;
    host driver;
    basic_dax_device<static_holder<objecting>, flags> device;
    const auto held = fs_dax_get(device, fs);
    const auto answer = unbind<linux_teardown>(device, driver);
    return {answer, fs.heard, driver.steps, device.alive()};
}

} // namespace

TEST_CASE("030: nobody can refuse an unbind") {
    CHECK_BOTH(unbind_held_device().holder == result::error(EBUSY));
    CHECK_BOTH(unbind_held_device().heard == 1);
    CHECK_BOTH(unbind_held_device().steps == 4);
    CHECK_BOTH(!unbind_held_device().is_alive);
}
