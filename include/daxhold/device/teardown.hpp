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

/// The kernel's name of a step, for people.
[[nodiscard]] constexpr const char* describe(teardown_step step) noexcept {
    switch (step) {
    case teardown_step::flush:
        return "nvdimm_flush";
    case teardown_step::kill_dax:
        return "kill_dax";
    case teardown_step::remove_host:
        return "dax_remove_host";
    case teardown_step::put_dax:
        return "put_dax";
    case teardown_step::delete_disk:
        return "del_gendisk";
    }
    return "not a step";
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
    constexpr std::size_t known = static_cast<std::size_t>(teardown_step::delete_disk) + 1;
    std::size_t position[known]{}; // counted from 1; 0 is absent
    bool twice = false;
    for (std::size_t i = 0; i < size; ++i) {
        const auto step = static_cast<std::size_t>(steps[i]);
        if (step >= known)
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

/// A diagnostic: the order has a value that is no step.
template <class Order>
struct teardown_has_a_step_that_is_unknown {
    static constexpr bool ok = Order::fault != teardown_fault::has_a_step_that_is_unknown;
};

/// A diagnostic: the order has a step twice.
template <class Order>
struct teardown_has_a_step_twice {
    static constexpr bool ok = Order::fault != teardown_fault::has_a_step_twice;
};

/// A diagnostic: the order never kills the device.
template <class Order>
struct teardown_lacks_kill_dax {
    static constexpr bool ok = Order::fault != teardown_fault::lacks_kill_dax;
};

/// A diagnostic: the order has put_dax before kill_dax.
template <class Order>
struct teardown_puts_a_device_that_is_still_alive {
    static constexpr bool ok = Order::fault != teardown_fault::puts_a_device_that_is_alive;
};

/// A diagnostic: the order has delete_disk before kill_dax.
template <class Order>
struct teardown_kills_after_the_disk_is_gone {
    static constexpr bool ok = Order::fault != teardown_fault::kills_after_the_disk_is_gone;
};

/// What names the rule that an order breaks: `check` does not compile for such an order.
template <class Order>
struct teardown_diagnostics {
    static constexpr void check() noexcept {
        static_assert(teardown_has_a_step_that_is_unknown<Order>::ok, "not a teardown_step");
        static_assert(teardown_has_a_step_twice<Order>::ok, "a step is done at most once");
        static_assert(teardown_lacks_kill_dax<Order>::ok, "the holder would never hear of it");
        static_assert(teardown_puts_a_device_that_is_still_alive<Order>::ok,
                      "put_dax comes after kill_dax");
        static_assert(teardown_kills_after_the_disk_is_gone<Order>::ok,
                      "delete_disk comes after kill_dax");
    }
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

    /// Does not compile where it is so.
    static constexpr void check() noexcept {
        static_assert(teardown_host_lacks_a_step<Host>::ok,
                      "a host has flush, remove_host, put_dax and delete_disk");
    }
};

/// Told of no step; costs nothing.
struct no_teardown_observer {
    /// A step, right before it is done.
    constexpr void operator()(teardown_step) const noexcept {}
};

/// What came of an unbind.
struct unbind_outcome {
    /// 0; -EINVAL for an order that breaks a rule, with which nothing was done at all.
    result status = success;

    /// What the holder said to its removal, as `kill_dax` returns it, for information: nobody can
    /// object to an unbind. -ENXIO where nobody was asked.
    result holder = no_such_device;
};

namespace detail {

template <class Device, class Host, class Observer>
constexpr void tear_down(teardown_step step, Device& device, Host& host, Observer& observer,
                         unbind_outcome& outcome) {
    observer(step);
    switch (step) {
    case teardown_step::flush:
        (void)host.flush();
        break;
    case teardown_step::kill_dax:
        outcome.holder = kill_dax(device);
        break;
    case teardown_step::remove_host:
        (void)host.remove_host();
        break;
    case teardown_step::put_dax:
        (void)host.put_dax();
        break;
    case teardown_step::delete_disk:
        (void)host.delete_disk();
        break;
    }
}

template <class Device, class Host, class Observer, teardown_step... Steps>
constexpr void tear_down_all(teardown_order<Steps...> /*order*/, Device& device, Host& host,
                             Observer& observer, unbind_outcome& outcome) {
    (tear_down(Steps, device, host, observer, outcome), ...);
}

} // namespace detail

/// Unbinds `device` from its driver in an order that is known at compile time, and does not compile
/// for an order that breaks a rule. `observer(step)` is called as each step begins.
template <class Order, class Handle, class Flags, class Synchronization, class Host,
          class Observer = no_teardown_observer>
constexpr unbind_outcome unbind(basic_dax_device<Handle, Flags, Synchronization>& device,
                                Host&& host, Observer&& observer = {}) {
    unbind_outcome outcome;
    using host_type = std::remove_reference_t<Host>;
    teardown_diagnostics<Order>::check();
    teardown_host_lacks_a_step<host_type>::check();
    if constexpr (Order::fault == teardown_fault::none && teardown_host<host_type>)
        detail::tear_down_all(Order{}, device, host, observer, outcome);
    return outcome;
}

/// Unbinds `device` from its driver in the order of `size` steps at `steps`. An order that breaks a
/// rule (see `check`) is refused with -EINVAL, and then nothing is done. `observer(step)` is called
/// as each step begins.
template <class Handle, class Flags, class Synchronization, class Host,
          class Observer = no_teardown_observer>
constexpr unbind_outcome unbind(const teardown_step* steps, std::size_t size,
                                basic_dax_device<Handle, Flags, Synchronization>& device,
                                Host&& host, Observer&& observer = {}) {
    using host_type = std::remove_reference_t<Host>;
    unbind_outcome outcome;
    teardown_host_lacks_a_step<host_type>::check();
    if (check(steps, size) != teardown_fault::none) {
        outcome.status = result::error(EINVAL);
        return outcome;
    }
    if constexpr (teardown_host<host_type>)
        for (std::size_t i = 0; i < size; ++i)
            detail::tear_down(steps[i], device, host, observer, outcome);
    return outcome;
}

} // namespace daxhold
