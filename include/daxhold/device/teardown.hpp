// SPDX-License-Identifier: BSL-1.0
#pragma once

#include "daxhold/device/device.hpp"

#include <cstddef>
#include <type_traits>

namespace daxhold {

/// A step of a driver that gives its device up.
enum class teardown_step {
    flush,       ///< Write out what the driver still buffers (nvdimm_flush).
    kill_dax,    ///< Tell the holder, and let nobody in any more.
    remove_host, ///< Let nobody find the dax device by its disk any more (dax_remove_host).
    put_dax,     ///< Drop the driver's reference to the dax device (put_dax).
    delete_disk, ///< Take the disk away (del_gendisk).
};

/// How many steps there are.
inline constexpr std::size_t teardown_step_count = 5;

/// The kernel's name of a step, for people.
[[nodiscard]] constexpr const char* describe(teardown_step step) noexcept {
    constexpr const char* names[teardown_step_count]{"nvdimm_flush", "kill_dax", "dax_remove_host",
                                                     "put_dax", "del_gendisk"};
    const auto number = static_cast<std::size_t>(step);
    return number < teardown_step_count ? names[number] : "not a step";
}

/// The rule that an order of steps breaks. A break is looked for in this order.
enum class teardown_fault {
    none,                         ///< The order is a teardown.
    has_a_step_that_is_unknown,   ///< A value that is no step.
    has_a_step_twice,             ///< Every step is done at most once.
    lacks_kill_dax,               ///< The holder would never hear of it.
    puts_a_device_that_is_alive,  ///< put_dax comes before kill_dax.
    kills_after_the_disk_is_gone, ///< delete_disk comes before kill_dax.
};

/// Which rule the order of `size` steps at `steps` breaks.
[[nodiscard]] constexpr teardown_fault check(const teardown_step* steps,
                                             std::size_t size) noexcept {
    std::size_t position[teardown_step_count]{}; // counted from 1; 0 is absent
    bool twice = false;
    for (std::size_t i = 0; i < size; ++i) {
        const auto step = static_cast<std::size_t>(steps[i]);
        if (step >= teardown_step_count)
            return teardown_fault::has_a_step_that_is_unknown;
        twice = twice || position[step] != 0;
        position[step] = i + 1;
    }
    const auto at = [&](teardown_step step) { return position[static_cast<std::size_t>(step)]; };
    const auto before_kill = [&](teardown_step step) {
        return at(step) != 0 && at(step) < at(teardown_step::kill_dax);
    };
    if (twice)
        return teardown_fault::has_a_step_twice;
    if (at(teardown_step::kill_dax) == 0)
        return teardown_fault::lacks_kill_dax;
    if (before_kill(teardown_step::put_dax))
        return teardown_fault::puts_a_device_that_is_alive;
    if (before_kill(teardown_step::delete_disk))
        return teardown_fault::kills_after_the_disk_is_gone;
    return teardown_fault::none;
}

/// An order of steps that is known at compile time.
template <teardown_step... Steps>
struct teardown_order {
    /// Which rule the order breaks.
    static constexpr teardown_fault fault = [] {
        constexpr teardown_step steps[]{Steps..., teardown_step::flush};
        return check(steps, sizeof...(Steps));
    }();
};

/// The order of the seed patch: kill_dax at the end of nd_pmem_remove, the rest when the driver's
/// resources are released.
using seed_teardown =
    teardown_order<teardown_step::flush, teardown_step::kill_dax, teardown_step::remove_host,
                   teardown_step::put_dax, teardown_step::delete_disk>;

/// The order of Linux since 6.0: nd_pmem_remove flushes, pmem_release_disk does the rest.
using linux_teardown =
    teardown_order<teardown_step::flush, teardown_step::remove_host, teardown_step::kill_dax,
                   teardown_step::put_dax, teardown_step::delete_disk>;

/// A diagnostic: the order breaks a rule, `Fault`.
template <class Order, teardown_fault Fault>
struct order_is_no_teardown {
    static constexpr bool ok = Fault == teardown_fault::none;
};

/// The driver's side of a teardown: what it does in each step but kill_dax. What a step returns is
/// ignored, as in the kernel: an unbind always goes on.
template <class Host>
concept teardown_host = requires(Host& host) {
    host.flush();
    host.remove_host();
    host.put_dax();
    host.delete_disk();
};

/// A diagnostic: `Host` does not have a function for every step.
template <class Host>
struct teardown_host_lacks_a_step {
    static constexpr bool ok = teardown_host<Host>;
};

/// Told of no step; costs nothing.
struct no_teardown_observer {
    /// A step, right before it is done.
    constexpr void operator()(teardown_step) const noexcept {}
};

namespace detail {

template <class Device, class Host>
constexpr void take(teardown_step step, Device& device, Host& host, result& told) {
    switch (step) {
    case teardown_step::flush:
        return static_cast<void>(host.flush());
    case teardown_step::kill_dax:
        told = kill_dax(device);
        return;
    case teardown_step::remove_host:
        return static_cast<void>(host.remove_host());
    case teardown_step::put_dax:
        return static_cast<void>(host.put_dax());
    case teardown_step::delete_disk:
        return static_cast<void>(host.delete_disk());
    }
}

} // namespace detail

/// Unbinds `device` from its driver; an order that breaks a rule does not compile.
/// `observer(step)` is called as each step begins.
///
/// No step that stands after kill_dax is done before the holder was told, and nobody is inside any
/// more: also where another one is killing the device, whom kill_dax then waits for. An exception
/// out of the holder, the host or the observer leaves the steps that remain undone; the device is
/// dead if kill_dax was begun.
///
/// Returns what the holder said to its removal, as `kill_dax` does, for information: nobody can
/// object to an unbind. -ENXIO where nobody was asked.
template <class Order, class Handle, class Flags, class Synchronization, class Host,
          class Observer = no_teardown_observer>
constexpr result unbind(basic_dax_device<Handle, Flags, Synchronization>& device, Host&& host,
                        Observer&& observer = {}) {
    using host_type = std::remove_reference_t<Host>;
    static_assert(order_is_no_teardown<Order, Order::fault>::ok, "the order breaks this rule");
    static_assert(teardown_host_lacks_a_step<host_type>::ok,
                  "a host has flush, remove_host, put_dax and delete_disk");
    result told = no_such_device;
    if constexpr (teardown_host<host_type>)
        [&]<teardown_step... Steps>(teardown_order<Steps...>) {
            ((observer(Steps), detail::take(Steps, device, host, told)), ...);
        }
    (Order{});
    return told;
}

} // namespace daxhold
