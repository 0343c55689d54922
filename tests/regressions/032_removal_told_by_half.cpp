// SPDX-License-Identifier: BSL-1.0
// 032: a holder that throws leaves its device dying for ever.
//
// Wrong: an exception out of a holder, while its device was killed, left the device dying: nobody
// could hold it, it was notified all the same, and a second kill did nothing. (In this library.)
// Commit: "A put is not starved, a second kill waits, and what hangs says so".
// Input: a holder that throws when it is told of the removal.
// Here: the removal comes to its end however the holder is left, and the exception goes on to the
// one who killed.

#include "daxhold/device.hpp"

#include "daxhold/event/lineages.hpp"

#include "both.hpp"

using namespace daxhold;

namespace {

using flags = failure_flags<lineage::linux_6_8::mf_flags>;

struct throws {
    result notify_failure(byte_range, flags) { throw 1; }
};

} // namespace

TEST_CASE("032: what is killed is dead, whatever its holder does") {
    basic_dax_device<static_holder<throws>, flags> device;
    throws holder;
    auto mounted = fs_dax_get(device, holder);
    CHECK_THROWS_AS(static_cast<void>(kill_dax(device)), int);
    CHECK(!device.alive());
    CHECK(!device.holder());
    CHECK(dax_holder_notify_failure(device, {0, 1}, {}) == no_such_device);
    CHECK(kill_dax(device) == no_such_device);
    CHECK(mounted.put() == put_outcome::device_died_first);
}
