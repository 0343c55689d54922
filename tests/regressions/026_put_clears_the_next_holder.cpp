// SPDX-License-Identifier: BSL-1.0
// 026: a put clears the operations of the next holder.
//
// Wrong: the holder was cleared before its operations; whoever became the holder in between had
// its own operations overwritten by nothing.
// Commit: no commit known; the fixes for fsdev (dax/fsdev, 2026, sixth version), merge UNVERIFIED.
// Input: an umount and a mount on one device at the same time.
// Here: holder and operations are one handle in one cell, which is changed as one. (Every
// interleaving: tests/device/races_of_the_lineage.cpp.)

#include "daxhold/device.hpp"

#include "daxhold/event/lineages.hpp"

#include "both.hpp"

using namespace daxhold;

namespace {

using flags = failure_flags<lineage::linux_6_8::mf_flags>;

struct listener {
    unsigned heard = 0;
    constexpr result notify_failure(byte_range, flags) {
        ++heard;
        return success;
    }
};
using device_type = basic_dax_device<static_holder<listener>, flags>;

struct after_late_put {
    put_outcome late;
    result get;
    result told;
    unsigned first_heard;
    unsigned second_heard;
};

/// The first holder puts itself back; the second one gets the device; the first one puts again,
/// late.
constexpr after_late_put umount_beside_mount() {
    listener first;
    listener second;
    device_type device;
    auto held_by_first = fs_dax_get(device, first);
    static_cast<void>(held_by_first.put());
    const auto held_by_second = fs_dax_get(device, second);
    const auto late = fs_put_dax(device, first);
    const auto told = dax_holder_notify_failure(device, {0, 1}, {});
    return {late, held_by_second.result(), told, first.heard, second.heard};
}

} // namespace

TEST_CASE("026: the next holder keeps its operations") {
    CHECK_BOTH(umount_beside_mount().get == success);
    CHECK_BOTH(umount_beside_mount().late == put_outcome::wrong_holder);
    CHECK_BOTH(umount_beside_mount().told == success);
    CHECK_BOTH(umount_beside_mount().first_heard == 0);
    CHECK_BOTH(umount_beside_mount().second_heard == 1);
}
