// SPDX-License-Identifier: BSL-1.0
// 027: the operations are read twice.
//
// Wrong: a notification looked whether there are operations, and then read them again to call
// them.
// Commit: no commit known; the fixes for fsdev (dax/fsdev, 2026, sixth version), merge UNVERIFIED.
// Input: a put between the two reads: a call through a null pointer.
// Here: a notification works on one snapshot. Shown where a put can come in between in one thread:
// the holder puts itself back from inside of its own notification, and every kind of handle goes
// through with it.

#include "daxhold/device.hpp"

#include "daxhold/event/lineages.hpp"

#include "both.hpp"

using namespace daxhold;

namespace {

using flags = failure_flags<lineage::linux_6_8::mf_flags>;

/// Puts itself back while it is told.
template <template <class> class Handle>
struct leaves_while_told {
    using device_type = basic_dax_device<Handle<leaves_while_told>, flags>;

    device_type* device = nullptr;
    unsigned heard = 0;
    put_outcome left = put_outcome::repeated;

    constexpr result notify_failure(byte_range, flags) {
        ++heard;
        left = fs_put_dax(*device, *this);
        ++heard;
        return result::error(EIO);
    }
};

template <class Holder>
using one_of = holder_one_of<Holder>;

struct after_put_in_between {
    result told;
    result told_again;
    unsigned heard;
    put_outcome left;
};

template <template <class> class Handle>
constexpr after_put_in_between put_in_between() {
    typename leaves_while_told<Handle>::device_type device;
    leaves_while_told<Handle> holder{&device};
    static_cast<void>(device.hold(Handle<leaves_while_told<Handle>>(holder)));
    const auto told = dax_holder_notify_failure(device, {0, 1}, {});
    const auto again = dax_holder_notify_failure(device, {0, 1}, {});
    return {told, again, holder.heard, holder.left};
}

} // namespace

TEST_CASE("027: a put in the middle of a notification") {
    CHECK_BOTH(put_in_between<static_holder>().told == result::error(EIO));
    CHECK_BOTH(put_in_between<static_holder>().heard == 2);
    CHECK_BOTH(put_in_between<static_holder>().left == put_outcome::done);
    CHECK_BOTH(put_in_between<static_holder>().told_again == unsupported_operation);
    CHECK_BOTH(put_in_between<one_of>().told == result::error(EIO));
    CHECK_BOTH(put_in_between<one_of>().told_again == unsupported_operation);
}
