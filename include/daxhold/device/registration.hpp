// SPDX-License-Identifier: BSL-1.0
#pragma once

#include "daxhold/device/device.hpp"

#include <utility>

namespace daxhold {

/// Being the holder of a device, as a value: it moves, does not copy, and puts itself back when it
/// is destroyed. The device outlives it.
///
/// It also tells why there is nothing to put back, so it is never absent: see `result`.
template <class Device>
class [[nodiscard]] registration {
public:
    /// How the device knows its holder.
    using handle_type = typename Device::handle_type;

    /// Holds nothing; its result is -ENODEV.
    constexpr registration() = default;

    /// Tries to make `the_holder` the holder of `the_device`; `result` tells how that went.
    constexpr registration(Device& the_device, handle_type the_holder)
        : device_{&the_device}, handle_{the_holder}, result_{the_device.hold(the_holder)} {
        if (!result_.ok())
            device_ = nullptr;
    }

    constexpr registration(registration&& the_other) noexcept
        : device_{the_other.release()}, handle_{the_other.handle_}, result_{the_other.result_} {}

    /// Puts back what this one holds, then takes over what `other` holds.
    constexpr registration& operator=(registration&& other) noexcept {
        if (this != &other) {
            (void)put();
            device_ = other.release();
            handle_ = other.handle_;
            result_ = other.result_;
        }
        return *this;
    }

    constexpr ~registration() { (void)put(); }

    /// How the registration went: 0, -ENODEV, -EBUSY or -EINVAL, in the order of
    /// `basic_dax_device::hold`. A later put does not change it.
    [[nodiscard]] constexpr daxhold::result result() const noexcept { return result_; }

    /// Whether there is something to put back. The device may have died in the meantime.
    [[nodiscard]] explicit constexpr operator bool() const noexcept { return device_ != nullptr; }

    /// Puts the holder back. `repeated` if there is nothing to put back: it was put before, moved
    /// away, or never succeeded; else the outcomes of `basic_dax_device::put`. Afterwards no
    /// notification to the holder is running any more, and its memory may be freed.
    constexpr put_outcome put() {
        Device* const device = release();
        return device != nullptr ? device->put(handle_) : put_outcome::repeated;
    }

private:
    /// The device, which is then no longer ours to put back.
    constexpr Device* release() noexcept { return std::exchange(device_, nullptr); }

    Device* device_ = nullptr;
    handle_type handle_{};
    daxhold::result result_ = daxhold::result::error(ENODEV);
};

/// Makes `holder` (a holder, or a handle to one) the holder of `device`, by the kernel's name
/// (Linux 7.1, drivers/dax/super.c). `.result()` is 0; or, checked in this order, -ENODEV when the
/// device is dead, -EBUSY when anybody holds it, also this holder, -EINVAL for an empty handle.
template <class Handle, class Flags, class Synchronization, class Holder>
constexpr registration<basic_dax_device<Handle, Flags, Synchronization>>
fs_dax_get(basic_dax_device<Handle, Flags, Synchronization>& device, Holder&& holder) {
    return {device, Handle(static_cast<Holder&&>(holder))};
}

/// Puts `holder` (a holder, or a handle to one) back without a token, by the kernel's name. Checked
/// in this order: `device_died_first`, `repeated`, `wrong_holder`, `done`.
template <class Handle, class Flags, class Synchronization, class Holder>
constexpr put_outcome fs_put_dax(basic_dax_device<Handle, Flags, Synchronization>& device,
                                 Holder&& holder) {
    return device.put(Handle(static_cast<Holder&&>(holder)));
}

} // namespace daxhold
