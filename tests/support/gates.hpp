// SPDX-License-Identifier: BSL-1.0
#pragma once

#include "lone_record.hpp"

/// What a release does before it looks at any record, for every event that can come: its gate as a
/// chain of questions, as the kernel has it.
namespace support {

/// A filesystem with a device of each role, of 256 blocks, on which it may end before. There is
/// nothing on it, so that a walk finds nothing.
struct filesystem_of_every_role : mock_filesystem_with_devices {
    bool is_rmap_present = true;
    [[nodiscard]] constexpr byte_range device_range(role /*device*/) const noexcept {
        return data_device;
    }
    [[nodiscard]] constexpr std::uint64_t filesystem_end(role /*device*/) const noexcept {
        return end;
    }
    [[nodiscard]] constexpr bool has_rmap(role /*device*/) const noexcept {
        return is_rmap_present;
    }
};

/// An event, as a gate can tell it from others.
struct gate_event {
    daxhold::mount mount;
    daxhold::role device;
    daxhold::cause cause;
    daxhold::scope scope;
    daxhold::range range;
    daxhold::rmap rmap;

    [[nodiscard]] constexpr bool is_outside_of_the_filesystem() const {
        return range == range::outside || range == range::after_end;
    }
    [[nodiscard]] constexpr bool is_removal() const { return cause == cause::removal; }
};

/// What a policy does at such an event.
template <class Policy>
[[nodiscard]] constexpr notified<filesystem_of_every_role> at_gate(const gate_event& e) {
    filesystem_of_every_role fs;
    fs.born = e.mount == mount::born;
    fs.is_rmap_present = e.rmap == rmap::present;
    if (e.scope == scope::part || e.range == range::across_end)
        fs.end = blocks(0, 128).end();
    const auto where = e.scope == scope::whole_device ? byte_range::whole_device()
                       : e.range == range::inside     ? blocks(100, 1)
                       : e.range == range::across_end ? blocks(127, 2)
                       : e.range == range::after_end  ? blocks(128, 1)
                                                      : blocks(256, 1);
    return notify<Policy>(fs, e.cause, where, e.device);
}

/// The first event at which a policy does otherwise than `expected(event)`, a consequence, demands;
/// counted from 1, and 0 if there is none.
template <class Policy, class Expected>
[[nodiscard]] constexpr std::size_t first_wrong_gate(Expected expected) {
    std::size_t number = 0;
    for (std::size_t i = 0; i != 2 * value_count<role> * 2 * 2 * value_count<range> * 2; ++i) {
        auto rest = i;
        const auto next = [&rest](std::size_t count) {
            const auto value = rest % count;
            rest /= count;
            return value;
        };
        const gate_event e{static_cast<mount>(next(2)),
                           static_cast<role>(next(value_count<role>)),
                           static_cast<cause>(next(2)),
                           static_cast<scope>(next(2)),
                           static_cast<range>(next(value_count<range>)),
                           static_cast<rmap>(next(2))};
        // A whole device lies nowhere else.
        if (e.scope == scope::whole_device && e.is_outside_of_the_filesystem())
            continue;
        ++number;
        const auto n = at_gate<Policy>(e);
        if (!(n.what() == expected(e)) || !n.is_true())
            return number;
    }
    return 0;
}

} // namespace support
