// SPDX-License-Identifier: BSL-1.0
#pragma once

#include "daxhold/event/result.hpp"
#include "daxhold/policy/operation.hpp"

#include <cerrno>

namespace daxhold::testing {

/// Who holds a freeze: each its own, and both may at once (Linux 6.6, fs/super.c).
enum class freeze_holder : std::uint8_t { kernel, userspace };

/// Whether a mount is frozen, and whether it is shut down, and what that makes of each other: no
/// kinder than XFS is on a booted kernel (7.2.12; fs/super.c: freeze_super, thaw_super).
struct mount_state {
    /// By whom it is frozen.
    bool is_frozen_by_kernel = false;
    bool is_frozen_by_user = false;

    /// Whether it is shut down, and with which reason the first time.
    bool is_shut_down = false;
    shutdown_reason reason = shutdown_reason::corrupt_ondisk;

    /// -EBUSY where this holder has frozen it already; -EIO where it is shut down, unless a user
    /// had frozen it before.
    constexpr result freeze_super(freeze_holder who) noexcept {
        bool& is_frozen = frozen_by(who);
        if (is_frozen)
            return result::error(EBUSY);
        if (is_shut_down && !is_frozen_by_user)
            return result::error(EIO);
        is_frozen = true;
        return success;
    }

    /// -EINVAL where this holder has not frozen it. From inside of the kernel; somebody in user
    /// space does not get that far with a filesystem that is shut down, see `thaw_ioctl`.
    constexpr result thaw_super(freeze_holder who) noexcept {
        bool& is_frozen = frozen_by(who);
        if (!is_frozen)
            return result::error(EINVAL);
        is_frozen = false;
        return success;
    }

    /// What `xfs_freeze -u` comes to: -EIO where it is shut down, since nothing on it can be
    /// opened; else as `thaw_super`.
    constexpr result thaw_ioctl() noexcept {
        return is_shut_down ? result::error(EIO) : thaw_super(freeze_holder::userspace);
    }

    /// Stops it; the first reason counts.
    constexpr void force_shutdown(shutdown_reason why) noexcept {
        if (!is_shut_down)
            reason = why;
        is_shut_down = true;
    }

    /// Whether it is in a state that nobody can end: a writer waits for a thaw that cannot come.
    [[nodiscard]] constexpr bool is_stuck() const noexcept {
        return is_frozen_by_kernel || (is_shut_down && is_frozen_by_user);
    }

    [[nodiscard]] friend constexpr bool operator==(const mount_state&,
                                                   const mount_state&) noexcept = default;

private:
    constexpr bool& frozen_by(freeze_holder who) noexcept {
        return who == freeze_holder::kernel ? is_frozen_by_kernel : is_frozen_by_user;
    }
};

} // namespace daxhold::testing
