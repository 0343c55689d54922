// SPDX-License-Identifier: BSL-1.0
#pragma once

#include "daxhold/device/registration.hpp"
#include "daxhold/device/static_holder.hpp"
#include "daxhold/event/lineages.hpp"
#include "daxhold/policy/filesystem_holder.hpp"
#include "daxhold/testing/mock_filesystem.hpp"

#include <utility>

/// \file
/// A story as a short list of events and faults, told to a mock filesystem through a dax device,
/// with the flags of the policy's release. When it is compiled or at run time:
///
/// \snippet tests/reference/examples.cpp script

namespace daxhold::testing {

/// A step of a script; made by the functions below.
struct script_step {
    /// Which of these functions has made it.
    enum class kind : std::uint8_t {
        fail_range,
        remove_device,
        fault,
        freeze_by_user,
        thaw_by_user,
        finish_mount,
        mount,
        unmount,
    };

    /// The function, and what it was called with; where it has no such argument, as here.
    kind what = kind::fail_range;
    byte_range where{};
    call faulty = call::read_rmap;
    std::uint64_t nth = 0;
    int errno_value = 0;
};

/// Memory of the device fails: its holder is told of the range, in bytes of the device.
[[nodiscard]] constexpr script_step fail_range(byte_range where) noexcept {
    return {script_step::kind::fail_range, where};
}

/// The driver is unbound: kill_dax, with the flags of the release.
[[nodiscard]] constexpr script_step remove_device() noexcept {
    return {script_step::kind::remove_device};
}

/// The `nth` such call from here on (counted from 1) fails with `errno_value`, once.
[[nodiscard]] constexpr script_step let_fail(call what, std::uint64_t nth,
                                             int errno_value) noexcept {
    return {script_step::kind::fault, {}, what, nth, errno_value};
}

/// Somebody in user space freezes the filesystem (xfs_freeze -f): -EBUSY if it is frozen.
[[nodiscard]] constexpr script_step freeze_by_user() noexcept {
    return {script_step::kind::freeze_by_user};
}

/// And thaws it (xfs_freeze -u): -EINVAL if it is not frozen by user space.
[[nodiscard]] constexpr script_step thaw_by_user() noexcept {
    return {script_step::kind::thaw_by_user};
}

/// A mount that was not born before is born (SB_BORN).
[[nodiscard]] constexpr script_step finish_mount() noexcept {
    return {script_step::kind::finish_mount};
}

/// The filesystem registers as the holder of the device: -ENODEV when the device is dead, -EBUSY
/// when it holds it already. A script begins with a filesystem that is registered.
[[nodiscard]] constexpr script_step mount_again() noexcept { return {script_step::kind::mount}; }

/// The filesystem puts the device back.
[[nodiscard]] constexpr script_step unmount() noexcept { return {script_step::kind::unmount}; }

/// What came of a step.
struct script_outcome {
    /// The holder's answer, or that of the device.
    result answer{};
    /// Of `unmount`.
    put_outcome put = put_outcome::done;
    /// How many calls the filesystem had seen behind it.
    std::size_t calls = 0;
    /// Whether the filesystem was shut down behind it.
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

namespace detail {

template <class Policy>
struct flags_of {
    using type = lineage::linux_6_8::mf_flags;
};
template <class Policy>
requires requires { typename Policy::mf_flags; }
struct flags_of<Policy> {
    using type = typename Policy::mf_flags;
};

template <class Policy, class Mock>
class script_run {
public:
    explicit constexpr script_run(Mock& fs, role device)
        : fs_{fs}, holder_{fs, device}, held_{fs_dax_get(device_, holder_)} {}

    constexpr script_outcome take(const script_step& step) {
        script_outcome outcome;
        switch (step.what) {
        case script_step::kind::fail_range:
            outcome.answer = dax_holder_notify_failure(device_, step.where, {});
            break;
        case script_step::kind::remove_device:
            outcome.answer = kill_dax(device_);
            break;
        case script_step::kind::fault:
            fs_.faults.fail(step.faulty, fs_.faults.made(step.faulty) + step.nth, step.errno_value);
            break;
        case script_step::kind::freeze_by_user:
            outcome.answer = fs_.is_frozen_by_user ? result::error(EBUSY) : success;
            fs_.is_frozen_by_user = true;
            break;
        case script_step::kind::thaw_by_user:
            outcome.answer = fs_.is_frozen_by_user ? success : result::error(EINVAL);
            fs_.is_frozen_by_user = false;
            break;
        case script_step::kind::finish_mount:
            fs_.born = true;
            break;
        case script_step::kind::mount: {
            auto again = fs_dax_get(device_, holder_);
            outcome.answer = again.result();
            if (outcome.answer.ok())
                held_ = std::move(again);
            break;
        }
        case script_step::kind::unmount:
            outcome.put = held_.put();
            break;
        }
        outcome.calls = fs_.log.size();
        outcome.is_shut_down = fs_.is_shut_down;
        return outcome;
    }

    [[nodiscard]] constexpr bool is_alive() const { return device_.alive(); }

private:
    using holder_type = filesystem_holder<Policy, Mock>;
    using device_type = basic_dax_device<static_holder<holder_type>,
                                         failure_flags<typename flags_of<Policy>::type>>;

    Mock& fs_;
    device_type device_;
    holder_type holder_;
    registration<device_type> held_;
};

} // namespace detail

/// Tells a mock filesystem, which holds a dax device, what happens, step by step. A policy without
/// `mf_flags` gets those of Linux 6.8.
template <class Policy, class Mock, std::same_as<script_step>... Steps>
[[nodiscard]] constexpr transcript<Mock, sizeof...(Steps)> run_script(const Mock& fs,
                                                                      Steps... steps) {
    transcript<Mock, sizeof...(Steps)> made{fs};
    detail::script_run<Policy, Mock> run{made.fs, role::data};
    std::size_t number = 0;
    ((made.of[number++] = run.take(steps)), ...);
    made.is_alive = run.is_alive();
    return made;
}

} // namespace daxhold::testing
