// SPDX-License-Identifier: BSL-1.0
#pragma once

#include "daxhold/event/failure_flags.hpp"
#include "daxhold/policy/engine.hpp"

namespace daxhold {

/// A filesystem as the holder of a device: what a dax device calls, for every lineage of flags.
/// Precondition: the filesystem and the observer outlive it.
///
/// It is told of one range at a time. So the leg of a stripe that goes is a removal of each chunk,
/// one after the other, and where the first of them shuts the filesystem down, those who use the
/// others are not told: nothing can be read of it any more.
template <class Policy, class Filesystem, class Observer = no_observer>
class filesystem_holder {
public:
    /// `device` is what the device that is held is to the filesystem; without it, the first of its
    /// roles, which is the data device of `daxhold::role`.
    explicit constexpr filesystem_holder(Filesystem& fs, role_of<Filesystem> device = {}) requires
        std::same_as<Observer, no_observer>
        : fs_{&fs}, device_{device} {}

    /// The same, watched by `observer`.
    constexpr filesystem_holder(Filesystem& fs, role_of<Filesystem> device, Observer& observer)
        : fs_{&fs}, device_{device}, observer_{&observer} {}

    /// The range is in bytes of the device, or the whole device. Returns what the policy answers.
    template <class Enumeration>
    [[gnu::DAXHOLD_INLINED]] constexpr result notify_failure(byte_range where,
                                                             failure_flags<Enumeration> flags) {
        if constexpr (std::same_as<Observer, no_observer>)
            return daxhold::notify_failure<Policy>(*fs_, device_, where, cause_of(flags));
        else
            return daxhold::notify_failure<Policy>(*fs_, device_, where, cause_of(flags),
                                                   *observer_);
    }

private:
    Filesystem* fs_;
    role_of<Filesystem> device_;
    Observer* observer_ = nullptr;
};

} // namespace daxhold
