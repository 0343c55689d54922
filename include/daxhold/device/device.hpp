// SPDX-License-Identifier: BSL-1.0
#pragma once

#include "daxhold/device/holder.hpp"
#include "daxhold/device/synchronization.hpp"

namespace daxhold {

/// How a put ended.
enum class put_outcome : unsigned char {
    done,              ///< The holder is forgotten, and no notification to it is running any more.
    device_died_first, ///< The device was killed before, and has forgotten its holder. Ordinary: it
                       ///< is what umount meets after an unbind. No notification is running either.
    wrong_holder,      ///< An error: somebody else holds the device; nothing was changed.
    repeated,          ///< An error: nobody holds the device any more, or this token holds nothing.
};

/// Whether the outcome of a put is the fault of the one who put: a wrong or a repeated put.
[[nodiscard]] constexpr bool is_error(put_outcome outcome) noexcept {
    return outcome == put_outcome::wrong_holder || outcome == put_outcome::repeated;
}

/// A diagnostic: a device needs `Flags` to be a `failure_flags<Enumeration>`.
template <class Flags>
struct is_no_set_of_failure_flags {
    static constexpr bool ok = failure_flag_set<Flags>;
};

/// A diagnostic: `Synchronization` does not provide a cell with read and update.
template <class Synchronization, class Value>
struct is_no_synchronization_policy {
    static constexpr bool ok = synchronization<Synchronization, Value>;
};

/// A dax device: whether it is alive, and who holds it (Linux 6.0, drivers/dax/super.c).
///
/// Both are one value in one cell, and every notification works on one snapshot of it. So the races
/// that were found in 2026 in the kernel's separate fields cannot be written: a put that clears the
/// operations of the next holder, operations that are gone when they are read a second time, a
/// window in which a holder is there without its operations.
///
/// `Handle` is how the holder is known (`static_holder`, `holder_one_of`, `any_holder`), `Flags`
/// the `failure_flags` of a lineage, `Synchronization` a policy such as `no_synchronization`.
///
/// A device is alive from its construction on, and outlives all that is registered with it. It
/// neither moves nor copies, for others know it by its address. It is itself a holder, so that one
/// device can lie on another.
///
/// \snippet tests/reference/examples.cpp device
/// \snippet tests/reference/examples.cpp hold
template <class Handle, class Flags, class Synchronization = no_synchronization>
class basic_dax_device {
public:
    /// What the device was made of.
    using handle_type = Handle;
    using flags_type = Flags;
    using synchronization_type = Synchronization;

    /// Alive, and held by nobody.
    constexpr basic_dax_device() {
        static_assert(is_no_set_of_failure_flags<Flags>::ok,
                      "the flags of a device are a failure_flags<Enumeration>");
        if constexpr (is_no_set_of_failure_flags<Flags>::ok)
            handle_diagnostics<Handle, Flags>::check();
        static_assert(is_no_synchronization_policy<Synchronization, snapshot>::ok,
                      "a synchronization policy has a cell<Value> with read(f) and update(f)");
    }
    basic_dax_device(const basic_dax_device&) = delete;
    basic_dax_device& operator=(const basic_dax_device&) = delete;

    /// Whether the device can be notified: true until `kill` has told the holder.
    [[nodiscard]] constexpr bool alive() const {
        return state_.read([](const snapshot& now) { return now.life != stage::dead; });
    }

    /// Who holds the device; an empty handle if nobody does. It may be out of date at once, and
    /// says nothing about how long the holder lives.
    [[nodiscard]] constexpr Handle holder() const {
        return state_.read([](const snapshot& now) { return now.handle; });
    }

    /// Tells the holder that `range`, in bytes of this device, is lost or about to be.
    ///
    /// Checked in this order: -ENXIO when the device is dead, -EOPNOTSUPP without a holder, else
    /// the holder's answer, unchanged. The whole call runs inside of one read section.
    [[gnu::always_inline]] constexpr result notify_failure(byte_range range, Flags flags) const {
        return state_.read([&](const snapshot& now) __attribute__((always_inline)) {
            if (now.life == stage::dead)
                return no_such_device;
            const Handle told = now.handle; // the holder may put itself back where nobody waits
            if (!told)
                return unsupported_operation;
            return told.notify_failure(range, flags);
        });
    }

    /// Makes `handle` the holder. Checked in this order: -ENODEV when the device is dead or is just
    /// being killed, -EBUSY when anybody holds it (also when it is the same holder), -EINVAL for an
    /// empty handle, else 0.
    ///
    /// A device that is being killed takes nobody in: its removal would never be told to him.
    constexpr result hold(Handle handle) {
        return state_.update([&](snapshot& now) {
            if (now.life != stage::alive)
                return result::error(ENODEV);
            if (now.handle)
                return result::error(EBUSY);
            if (!handle)
                return result::error(EINVAL);
            now.handle = handle;
            return success;
        });
    }

    /// Ends what `hold` began. Checked in this order: `device_died_first` when the device is dead,
    /// `repeated` when nobody holds it, `wrong_holder` when it is another one, else `done`.
    ///
    /// Comes back when no notification to the holder is running any more, whatever the outcome: the
    /// holder's memory may then be freed.
    [[nodiscard]] constexpr put_outcome put(Handle handle) {
        return state_.update([&](snapshot& now) {
            if (now.life == stage::dead)
                return put_outcome::device_died_first;
            if (!now.handle)
                return put_outcome::repeated;
            if (!(now.handle == handle))
                return put_outcome::wrong_holder;
            now.handle = Handle{};
            return put_outcome::done;
        });
    }

    /// Takes the device away: tells the holder that the whole device goes, while it is still alive;
    /// then it is dead, its holder is forgotten, and those inside are waited for.
    ///
    /// Returns the holder's answer, for information: it cannot object. -EOPNOTSUPP when there is no
    /// holder. -ENXIO when the device is dead or another one is killing it: nobody is told a second
    /// time, and it is the first call whose return means that nobody is inside any more.
    [[gnu::always_inline]] constexpr result kill() {
        const bool first = state_.update([](snapshot & now) __attribute__((always_inline)) {
            const bool was_alive = now.life == stage::alive;
            if (was_alive)
                now.life = stage::dying;
            return was_alive;
        });
        if (!first)
            return no_such_device;
        const result answer = notify_failure(byte_range::whole_device(),
                                             removal_flags<typename Flags::enumeration>());
        state_.update([](snapshot & now) __attribute__((always_inline)) {
            now = {stage::dead, Handle{}};
        });
        return answer;
    }

private:
    // A dying device is alive to notifications, and dead to those who want to hold it.
    enum class stage : unsigned char { alive, dying, dead };

    struct snapshot {
        stage life = stage::alive;
        Handle handle{};
    };

    typename Synchronization::template cell<snapshot> state_{};
};

/// `device.alive()`, by the kernel's name.
template <class Handle, class Flags, class Synchronization>
[[nodiscard]] constexpr bool
dax_alive(const basic_dax_device<Handle, Flags, Synchronization>& device) {
    return device.alive();
}

/// `device.holder()`, by the kernel's name.
template <class Handle, class Flags, class Synchronization>
[[nodiscard]] constexpr Handle
dax_holder(const basic_dax_device<Handle, Flags, Synchronization>& device) {
    return device.holder();
}

/// `device.notify_failure(range, flags)`, by the kernel's name.
template <class Handle, class Flags, class Synchronization>
[[gnu::always_inline]] constexpr result
dax_holder_notify_failure(const basic_dax_device<Handle, Flags, Synchronization>& device,
                          byte_range range, std::type_identity_t<Flags> flags) {
    return device.notify_failure(range, flags);
}

/// `device.kill()`, by the kernel's name. The flags are those of a removal in the lineage: the
/// seed's MF_MEM_REMOVE, MF_MEM_PRE_REMOVE from Linux 6.8 on, none at all in 6.0 to 6.7.
///
/// The kernel discards the answer of the holder; so may the caller, after a look at it.
template <class Handle, class Flags, class Synchronization>
[[gnu::always_inline]] constexpr result
kill_dax(basic_dax_device<Handle, Flags, Synchronization>& device) {
    return device.kill();
}

} // namespace daxhold
