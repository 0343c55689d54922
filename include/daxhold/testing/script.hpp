// SPDX-License-Identifier: BSL-1.0
#pragma once

#include "daxhold/device/registration.hpp"
#include "daxhold/device/static_holder.hpp"
#include "daxhold/event/lineages.hpp"
#include "daxhold/policy/check.hpp"
#include "daxhold/policy/filesystem_holder.hpp"
#include "daxhold/testing/mock_filesystem.hpp"

#include <concepts>
#include <utility>

/// \file
/// A story as a short list of events and faults, told to a mock filesystem through a dax device,
/// with the flags of the policy's release. When it is compiled or at run time:
///
/// \snippet tests/reference/examples.cpp script

namespace daxhold::testing {

namespace detail {

template <class Policy>
constexpr auto flags_of() {
    if constexpr (requires { typename Policy::mf_flags; })
        return failure_flags<typename Policy::mf_flags>{};
    else
        return failure_flags<lineage::linux_6_8::mf_flags>{};
}

} // namespace detail

/// What a script is about: a mock filesystem, `fs`, and the `device` that it holds, by its `holder`
/// and the registration `held`. A policy without `mf_flags` gets those of Linux 6.8.
template <class Policy, class Mock>
struct mounted {
    /// How the device knows the filesystem.
    using holder_type = filesystem_holder<Policy, Mock>;
    using device_type =
        basic_dax_device<static_holder<holder_type>, decltype(detail::flags_of<Policy>())>;

    Mock& fs;
    device_type device{};
    holder_type holder{fs};
    registration<device_type> held = fs_dax_get(device, holder);
};

// The steps of a script. Each is a function of a `mounted` filesystem that returns what came of it,
// a `result` or a `put_outcome`; so one of your own is a lambda.

/// Memory of the device fails: its holder is told of the range, in bytes of the device.
[[nodiscard]] constexpr auto fail_range(byte_range where) noexcept {
    return [where](auto& on) { return dax_holder_notify_failure(on.device, where, {}); };
}

/// The driver is unbound: kill_dax, with the flags of the release.
[[nodiscard]] constexpr auto remove_device() noexcept {
    return [](auto& on) { return kill_dax(on.device); };
}

/// The `nth` such call from here on (counted from 1) fails with `errno_value`, once. Precondition:
/// the errno is positive, as in `<cerrno>`.
[[nodiscard]] constexpr auto let_fail(call what, std::uint64_t nth, int errno_value) noexcept {
    return [=](auto& on) {
        on.fs.faults.fail(what, on.fs.faults.made(what) + nth, errno_value);
        return success;
    };
}

/// Somebody in user space freezes the filesystem (xfs_freeze -f): -EBUSY if they have already, -EIO
/// if it is shut down.
[[nodiscard]] constexpr auto freeze_by_user() noexcept {
    return [](auto& on) { return on.fs.freeze_super(freeze_holder::userspace); };
}

/// And thaws it (xfs_freeze -u): -EIO if it is shut down, -EINVAL if it is not frozen by user
/// space.
[[nodiscard]] constexpr auto thaw_by_user() noexcept {
    return [](auto& on) { return on.fs.thaw_ioctl(); };
}

/// A mount that was not born before is born (SB_BORN).
[[nodiscard]] constexpr auto finish_mount() noexcept {
    return [](auto& on) {
        on.fs.born = true;
        return success;
    };
}

/// The filesystem registers as the holder of the device: -ENODEV when the device is dead, -EBUSY
/// when it holds it already. A script begins with a filesystem that is registered.
[[nodiscard]] constexpr auto mount_again() noexcept {
    return [](auto& on) {
        auto again = fs_dax_get(on.device, on.holder);
        const result answer = again.result();
        if (answer.ok())
            on.held = std::move(again);
        return answer;
    };
}

/// The filesystem puts the device back.
[[nodiscard]] constexpr auto unmount() noexcept {
    return [](auto& on) { return on.held.put(); };
}

/// What came of a step.
struct script_outcome {
    /// The holder's answer, or that of the device.
    result answer{};
    /// Of `unmount`.
    put_outcome put = put_outcome::done;
    /// How many calls the filesystem had seen after it.
    std::size_t calls = 0;
    /// Whether the filesystem was shut down after it.
    bool is_shut_down = false;

    [[nodiscard]] friend constexpr bool operator==(const script_outcome& o, result r) noexcept {
        return o.answer == r;
    }
    [[nodiscard]] friend constexpr bool operator==(const script_outcome& o,
                                                   put_outcome p) noexcept {
        return o.put == p;
    }
};

/// What came of a script: the filesystem at its end, and of each step.
template <class Mock, std::size_t Steps>
struct transcript {
    /// The filesystem at the end, and what came of each step. (An array has at least one element.)
    Mock fs;
    script_outcome of[Steps + 1] = {};

    /// Whether the device is alive at the end.
    bool is_alive = true;

    /// How many steps there were, and what came of step number `step`, counted from 0.
    [[nodiscard]] static constexpr std::size_t size() noexcept { return Steps; }
    [[nodiscard]] constexpr const script_outcome& operator[](std::size_t step) const noexcept {
        return of[step];
    }

    /// Whether the steps came to this: a `result` for each of them, or a `put_outcome` for
    /// `unmount`.
    template <class... Expected>
    requires(sizeof...(Expected) == Steps)
        [[nodiscard]] constexpr bool is(Expected... expected) const noexcept {
        std::size_t step = 0;
        return ((of[step++] == expected) && ...);
    }
};

/// Tells a mock filesystem, which holds a dax device, what happens, step by step.
template <class Policy, class Mock, class... Steps>
[[nodiscard]] constexpr transcript<Mock, sizeof...(Steps)> run_script(const Mock& fs,
                                                                      Steps... steps) {
    transcript<Mock, sizeof...(Steps)> made{fs};
    // Where they do not fit, that is all that is said.
    if constexpr (daxhold::detail::check_fit<Policy, Mock>()) {
        mounted<Policy, Mock> on{made.fs};
        auto* outcome = made.of;
        [[maybe_unused]] const auto note = [&](auto answer) {
            if constexpr (std::same_as<decltype(answer), put_outcome>)
                outcome->put = answer;
            else
                outcome->answer = answer;
            outcome->calls = made.fs.log.size();
            outcome->is_shut_down = made.fs.is_shut_down;
            ++outcome;
        };
        (note(steps(on)), ...);
        made.is_alive = on.device.alive();
    }
    return made;
}

} // namespace daxhold::testing
