// SPDX-License-Identifier: BSL-1.0
#include "daxhold/testing/mount_state.hpp"

#include "both.hpp"

using namespace daxhold;
using namespace daxhold::testing;

namespace {

constexpr auto kernel = freeze_holder::kernel;
constexpr auto userspace = freeze_holder::userspace;

/// A mount frozen by these, then shut down if that is wanted.
constexpr mount_state mount_with(bool by_kernel, bool by_user, bool is_shut_down) {
    mount_state made{.is_frozen_by_kernel = by_kernel, .is_frozen_by_user = by_user};
    if (is_shut_down)
        made.force_shutdown(shutdown_reason::device_removed);
    return made;
}

} // namespace

TEST_CASE("each holder has a freeze of its own") {
    CHECK_BOTH(mount_with(false, true, false).freeze_super(kernel) == success);
    CHECK_BOTH(mount_with(true, false, false).freeze_super(userspace) == success);
    CHECK_BOTH(mount_with(true, false, false).freeze_super(kernel) == result::error(EBUSY));
    CHECK_BOTH(mount_with(true, false, false).thaw_super(userspace) == result::error(EINVAL));
    CHECK_BOTH(mount_with(true, true, false).thaw_super(kernel) == success);
}

TEST_CASE("what is shut down cannot be frozen, nor thawed from user space") {
    CHECK_BOTH(mount_with(false, false, true).freeze_super(kernel) == result::error(EIO));
    // 0 where a user had frozen it before (7.2.12).
    CHECK_BOTH(mount_with(false, true, true).freeze_super(kernel) == success);
    CHECK_BOTH(mount_with(false, true, true).thaw_ioctl() == result::error(EIO));
    CHECK_BOTH(mount_with(false, true, false).thaw_ioctl() == success);
    CHECK_BOTH(mount_with(false, false, false).thaw_ioctl() == result::error(EINVAL));
    // From inside of the kernel it can.
    CHECK_BOTH(mount_with(false, true, true).thaw_super(userspace) == success);
}

TEST_CASE("the first reason of a shutdown counts") {
    mount_state mount;
    mount.force_shutdown(shutdown_reason::force_umount);
    mount.force_shutdown(shutdown_reason::corrupt_ondisk);
    CHECK((mount.is_shut_down && mount.reason == shutdown_reason::force_umount));
}

TEST_CASE("a state that nobody can end") {
    CHECK_BOTH(mount_with(false, true, true).is_stuck());
    CHECK_BOTH(mount_with(true, false, false).is_stuck());
    CHECK_BOTH(!mount_with(false, true, false).is_stuck());
    CHECK_BOTH(!mount_with(false, false, true).is_stuck());
}
