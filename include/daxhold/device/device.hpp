// SPDX-License-Identifier: BSL-1.0
#pragma once

#include "daxhold/device/holder.hpp"
#include "daxhold/device/synchronization.hpp"

#include <concepts>

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

/// A diagnostic: `Synchronization` lacks something that a device asks of its policy.
template <class Synchronization, class Value>
struct is_no_synchronization_policy {
    static constexpr bool ok = synchronization<Synchronization, Value>;
};

/// How far a device is on its way out. It is alive to notifications until it is dead, and to those
/// who want to hold it only while it is `alive`.
enum class device_stage : unsigned char {
    alive, ///< From its construction on.
    dying, ///< It is being killed, and its holder is being told.
    dead,  ///< Its holder was told and is forgotten.
};

/// All that a device knows, as one value: what the cell of its synchronization holds.
template <class Handle>
struct device_state {
    device_stage stage = device_stage::alive; ///< Alive at first.
    Handle holder{};                          ///< Empty where nobody holds the device.

    [[nodiscard]] friend constexpr bool operator==(const device_state&,
                                                   const device_state&) noexcept = default;
};

/// A dax device: whether it is alive, and who holds it (Linux 6.0, drivers/dax/super.c).
///
/// Both are one value in one cell, and every notification works on one snapshot of it. So the races
/// that were found in 2026 in the kernel's separate fields cannot be written: a put that clears the
/// operations of the next holder, operations that are gone when they are read a second time, a
/// window in which a holder is there without its operations.
///
/// `Handle` is how the holder is known (`static_holder`, `holder_one_of`, `any_holder`), `Flags`
/// the `failure_flags` of a lineage, `Synchronization` a policy such as `no_synchronization`, or
/// `srcu_synchronization` for a device among threads.
///
/// A device is alive from its construction on, and outlives all that is registered with it. It
/// neither moves nor copies, for others know it by its address. It is itself a holder, so that one
/// device can lie on another. What changes it (`hold`, `put`, `kill`) is for threads, and not for
/// signal handlers.
///
/// A holder that throws is left like one that answers: the read section ends, a device that is
/// being killed is dead, and the exception goes on to the one who notified or killed. What else it
/// breaks is the holder's own. A holder must not leave by longjmp (undefined where a destructor is
/// passed over): the read section would never end, so that the next put would wait for ever, and a
/// device that is being killed would be dying for ever.
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
    constexpr basic_dax_device() { check(); }

    /// The same; the arguments are those of the cell of its synchronization.
    template <class... Arguments>
    requires(sizeof...(Arguments) > 0 &&
             std::constructible_from<
                 typename Synchronization::template cell<device_state<Handle>>,
                 Arguments...>) explicit constexpr basic_dax_device(Arguments&&... arguments)
        : state_(static_cast<Arguments&&>(arguments)...) {
        check();
    }
    basic_dax_device(const basic_dax_device&) = delete;
    basic_dax_device& operator=(const basic_dax_device&) = delete;

    /// Whether the device can be notified: true until `kill` has told the holder.
    [[nodiscard]] constexpr bool alive() const {
        return state_.read([](const state& now) { return now.stage != device_stage::dead; });
    }

    /// Who holds the device; an empty handle if nobody does. It may be out of date at once, and
    /// says nothing about how long the holder lives.
    [[nodiscard]] constexpr Handle holder() const {
        return state_.read([](const state& now) { return now.holder; });
    }

    /// Tells the holder that `range`, in bytes of this device, is lost or about to be.
    ///
    /// Checked in this order: -ENXIO when the device is dead, -EOPNOTSUPP without a holder, else
    /// the holder's answer, unchanged. The whole call runs inside of one read section. Any number
    /// of threads may call it, unless the policy is `no_synchronization`; with
    /// `srcu_synchronization` also a signal handler, whatever it has interrupted, if the holder may
    /// be called there.
    [[gnu::DAXHOLD_INLINED]] constexpr result notify_failure(byte_range range, Flags flags) const {
        if constexpr (!is_no_holder_handle<Handle, Flags>::ok)
            return unsupported_operation;
        else
            return state_.read([&](const state& now) __attribute__((DAXHOLD_INLINED)) {
                if (now.stage == device_stage::dead)
                    return no_such_device;
                const Handle told = now.holder; // the holder may put itself back where nobody waits
                if (!told)
                    return unsupported_operation;
                return told.notify_failure(range, flags);
            });
    }

    /// Tells the holder that these bytes of this device are about to be removed, as one event; see
    /// `hears_removal_at_once`. What is checked, and who may call it, is as for `notify_failure`.
    template <class Bytes>
    requires hears_removal_at_once<const Handle, Bytes, Flags>
    constexpr result notify_removal(const Bytes& bytes, Flags flags) const {
        return state_.read([&](const state& now) {
            if (now.stage == device_stage::dead)
                return no_such_device;
            const Handle told = now.holder;
            if (!told)
                return unsupported_operation;
            return told.notify_removal(bytes, flags);
        });
    }

    /// Makes `handle` the holder. Checked in this order: -ENODEV when the device is dead or is just
    /// being killed, -EBUSY when anybody holds it (also when it is the same holder), -EINVAL for an
    /// empty handle, else 0. It waits for no notification, but where the policy's `update_waits`.
    ///
    /// A device that is being killed takes nobody in: its removal would never be told to him.
    constexpr result hold(Handle handle) {
        // What is no handle is refused where the device is made, and nothing more is said of it.
        if constexpr (!is_no_holder_handle<Handle, Flags>::ok)
            return result::error(EINVAL);
        else
            return state_.update([&](state& now) {
                if (now.stage != device_stage::alive)
                    return result::error(ENODEV);
                if (now.holder)
                    return result::error(EBUSY);
                if (!handle)
                    return result::error(EINVAL);
                now.holder = handle;
                return success;
            });
    }

    /// Ends what `hold` began. Checked in this order: `device_died_first` when the device is dead,
    /// `repeated` when nobody holds it, `wrong_holder` when it is another one, else `done`.
    ///
    /// Comes back when no notification to the holder is running any more, whatever the outcome: the
    /// holder's memory may then be freed. Not to be called from inside of a notification, unless
    /// the policy is `no_synchronization`.
    [[nodiscard]] constexpr put_outcome put(Handle handle) {
        if constexpr (!is_no_holder_handle<Handle, Flags>::ok)
            return put_outcome::repeated;
        else
            return state_.update_and_wait([&](state& now) {
                if (now.stage == device_stage::dead)
                    return put_outcome::device_died_first;
                if (!now.holder)
                    return put_outcome::repeated;
                if (!(now.holder == handle))
                    return put_outcome::wrong_holder;
                now.holder = Handle{};
                return put_outcome::done;
            });
    }

    /// Takes the device away: tells the holder that the whole device goes, while it is still alive;
    /// then it is dead, its holder is forgotten, and those inside are waited for.
    ///
    /// Returns the holder's answer, for information: it cannot object. -EOPNOTSUPP when there is no
    /// holder. -ENXIO when the device is dead or another one is killing it: nobody is told a second
    /// time. Whoever comes back, the first or another one, comes back when the holder was told, the
    /// device is dead, and nobody is inside any more: what belongs to it may then be freed. Only
    /// with `no_synchronization`, where the other one can but be inside of the first, does it not
    /// wait; with others it is not to be called from inside of a notification.
    [[gnu::DAXHOLD_INLINED]] constexpr result kill() {
        const bool first = state_.update([](state & now) __attribute__((DAXHOLD_INLINED)) {
            const bool was_alive = now.stage == device_stage::alive;
            if (was_alive)
                now.stage = device_stage::dying;
            return was_alive;
        });
        if (!first) {
            state_.wait_until([](const state& now) { return now.stage == device_stage::dead; });
            state_.update_and_wait([](state&) {});
            return no_such_device;
        }
        const dead_afterwards removal{state_};
        return notify_failure(byte_range::whole_device(),
                              removal_flags<typename Flags::enumeration>());
    }

private:
    using state = device_state<Handle>;
    using cell = typename Synchronization::template cell<state>;

    /// A removal, which comes to its end also where the holder throws.
    struct dead_afterwards {
        cell& of;

        explicit constexpr dead_afterwards(cell& the_cell) noexcept : of{the_cell} {}
        dead_afterwards(const dead_afterwards&) = delete;
        dead_afterwards& operator=(const dead_afterwards&) = delete;
        [[gnu::DAXHOLD_INLINED]] constexpr ~dead_afterwards() {
            of.update_and_wait([](state & now) __attribute__((DAXHOLD_INLINED)) {
                now = {device_stage::dead, Handle{}};
            });
        }
    };

    static constexpr void check() noexcept {
        static_assert(is_no_set_of_failure_flags<Flags>::ok,
                      "the flags of a device are a failure_flags<Enumeration>");
        if constexpr (is_no_set_of_failure_flags<Flags>::ok)
            handle_diagnostics<Handle, Flags>::check();
        // A policy is tried with the state of the device, which has to be one.
        if constexpr (is_no_holder_handle<Handle, Flags>::ok)
            static_assert(is_no_synchronization_policy<Synchronization, state>::ok,
                          "a synchronization policy has domain, sections_nest, update_waits, and a "
                          "cell<Value> with read, update, update_and_wait and wait_until");
    }

    cell state_{};
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
[[gnu::DAXHOLD_INLINED]] constexpr result
dax_holder_notify_failure(const basic_dax_device<Handle, Flags, Synchronization>& device,
                          byte_range range, std::type_identity_t<Flags> flags) {
    return device.notify_failure(range, flags);
}

/// `device.kill()`, by the kernel's name. The flags are those of a removal in the lineage: the
/// seed's MF_MEM_REMOVE, MF_MEM_PRE_REMOVE from Linux 6.8 on, none at all in 6.0 to 6.7.
///
/// The kernel discards the answer of the holder; so may the caller, after a look at it.
template <class Handle, class Flags, class Synchronization>
[[gnu::DAXHOLD_INLINED]] constexpr result
kill_dax(basic_dax_device<Handle, Flags, Synchronization>& device) {
    return device.kill();
}

} // namespace daxhold
