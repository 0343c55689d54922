// SPDX-License-Identifier: BSL-1.0
#pragma once

#include "daxhold/device/device.hpp"
#include "daxhold/device/static_holder.hpp"
#include "daxhold/event/lineages.hpp"
#include "daxhold/testing/explore.hpp"

#include <cstddef>
#include <cstdint>
#include <utility>

/// \file
/// A device whose every interleaving is explored: the `basic_dax_device` that runs in production,
/// with a synchronization policy whose cells lie in the explored state; and the laws of its
/// lifecycle.
///
/// The policy does what the concept `synchronization` says, and no more: readers of an older value
/// may go on until somebody waits for them. That `srcu_synchronization` does so is explored by a
/// test of its own, atomic by atomic (tests/device/srcu_interleavings.cpp).

namespace daxhold::testing {

/// What explored devices keep in the state, as its member `cells`, for at most `Actors` actors.
template <unsigned Actors, unsigned Cells = 1>
struct explored_cells {
    static_assert(Actors * Cells <= 32);

    /// The value of each cell, as a number.
    std::uint16_t value[Cells] = {};

    /// How many read sections each actor is in, one inside of the other.
    std::uint8_t sections[Cells][Actors] = {};

    /// Whose read sections each actor waits for: a bit for each cell and actor.
    std::uint32_t awaited[Actors] = {};

    [[nodiscard]] friend constexpr bool operator==(const explored_cells&,
                                                   const explored_cells&) noexcept = default;

    /// The bit of an actor's read section.
    [[nodiscard]] static constexpr std::uint32_t bit(unsigned cell, unsigned actor) noexcept {
        return std::uint32_t{1} << (cell * Actors + actor);
    }

    /// The read sections that somebody waits for who changes this cell.
    [[nodiscard]] constexpr std::uint32_t open(synchronization_domain domain,
                                               unsigned of) const noexcept {
        std::uint32_t bits = 0;
        for (unsigned cell = 0; cell != Cells; ++cell)
            for (unsigned actor = 0; actor != Actors; ++actor)
                if (sections[cell][actor] != 0 &&
                    (cell == of || domain == synchronization_domain::process))
                    bits |= bit(cell, actor);
        return bits;
    }

    /// An actor leaves a read section; nobody waits for it any more if it was its outermost one.
    constexpr void leave(unsigned cell, unsigned actor) noexcept {
        if (--sections[cell][actor] == 0)
            for (auto& bits : awaited)
                bits &= ~bit(cell, actor);
    }
};

/// The synchronization of an explored device: each change, the beginning and the end of each read
/// section, and each wait is a step. The holders of a state are known by their number.
template <class State, synchronization_domain Domain = synchronization_domain::cell>
struct explored_synchronization {
    static constexpr auto domain = Domain;
    static constexpr bool sections_nest = true;
    static constexpr bool update_waits = false;

    /// A cell of the state; see the concept `synchronization`. `Value` is a `device_state`.
    template <class Value>
    class cell {
        using handle = decltype(Value::holder);

    public:
        /// Cell number `the_cell`, of a device that one of `the_holders` may hold.
        template <std::size_t Holders>
        constexpr cell(steps<State>& the_steps, const handle (&the_holders)[Holders],
                       unsigned the_cell = 0) noexcept
            : steps_{&the_steps}, holders_{the_holders}, holder_count_{Holders}, cell_{the_cell} {}

        template <class Reader>
        constexpr auto read(Reader&& reader) const {
            const section inside{*this};
            return static_cast<Reader&&>(reader)(inside.value);
        }

        template <class Updater>
        constexpr auto update(Updater&& updater) {
            Value value = change("updates", updater, false);
            return static_cast<Updater&&>(updater)(value);
        }

        template <class Updater>
        constexpr auto update_and_wait(Updater&& updater) {
            Value value = change("updates and waits", updater, true);
            return daxhold::detail::call_then(static_cast<Updater&&>(updater), value, [&] {
                if (must_wait_)
                    steps_->await(
                        "readers have left",
                        [&](const State& s) { return s.cells.awaited[steps_->actor()] == 0; },
                        [](State&) {});
            });
        }

        template <class Predicate>
        constexpr void wait_until(Predicate&& predicate) const {
            steps_->await(
                "waits",
                [&](const State& s) {
                    return predicate(static_cast<const Value&>(decoded(s.cells.value[cell_])));
                },
                [](State&) {});
        }

    private:
        using number = std::uint16_t;
        static constexpr number wait_bit = 1U << 15U;

        struct section {
            const cell& of;
            Value value;

            explicit constexpr section(const cell& the_cell)
                : of{the_cell}, value{the_cell.decoded(
                                    the_cell.steps_->take("enters a read section", [&](State& s) {
                                        ++s.cells.sections[the_cell.cell_][the_cell.actor()];
                                        return s.cells.value[the_cell.cell_];
                                    }))} {}
            section(const section&) = delete;
            section& operator=(const section&) = delete;
            constexpr ~section() {
                of.steps_->take("leaves the read section",
                                [&](State& s) { s.cells.leave(of.cell_, of.actor()); });
            }
        };

        [[nodiscard]] constexpr unsigned actor() const noexcept { return steps_->actor(); }

        /// The value before the change. What the change answers is found out again from that each
        /// time that the actor runs, so it need not be in the log.
        template <class Updater>
        constexpr Value change(const char* name, Updater& updater, bool waits) {
            const number seen = steps_->take(name, [&](State& s) {
                number before = s.cells.value[cell_];
                Value value = decoded(before);
                static_cast<void>(updater(value));
                s.cells.value[cell_] = encoded(value);
                if (waits)
                    s.cells.awaited[actor()] = s.cells.open(Domain, cell_);
                if (s.cells.awaited[actor()] != 0)
                    before |= wait_bit;
                return before;
            });
            must_wait_ = (seen & wait_bit) != 0;
            return decoded(static_cast<number>(seen & ~wait_bit));
        }

        /// 4 bits of stage below the number of the holder, counted from 1.
        [[nodiscard]] constexpr number encoded(const Value& value) const {
            unsigned holder = 0;
            for (unsigned i = 0; i != holder_count_; ++i)
                if (holders_[i] == value.holder)
                    holder = i + 1;
            return static_cast<number>((holder << 4U) + static_cast<unsigned>(value.stage));
        }
        [[nodiscard]] constexpr Value decoded(number bits) const {
            Value value{static_cast<device_stage>(bits & 15U), {}};
            if (const unsigned holder = bits >> 4U; holder != 0)
                value.holder = holders_[holder - 1];
            return value;
        }

        steps<State>* steps_;
        const handle* holders_;
        unsigned holder_count_;
        unsigned cell_;
        bool must_wait_ = false;
    };
};

/// What the laws of a lifecycle need to know of the holders of one device, as the member `life` of
/// a state. Actors note in it what they do, by the functions below, each of which is a step.
template <unsigned Holders>
struct lifecycle {
    /// The memory of a holder was freed: who freed it had returned from a put or a kill.
    bool is_freed[Holders] = {};
    /// A holder holds the device from the beginning to the end, so that it must be told.
    bool stays[Holders] = {};
    /// How often a holder began to be told of the removal.
    std::uint8_t removals[Holders] = {};
    /// A holder was told of the removal, to the end.
    bool was_told[Holders] = {};
    /// Somebody's kill has returned.
    bool is_killed = false;

    [[nodiscard]] friend constexpr bool operator==(const lifecycle&,
                                                   const lifecycle&) noexcept = default;

    /// Whether everybody who had to be was told of the removal.
    [[nodiscard]] constexpr bool all_were_told() const noexcept {
        for (unsigned i = 0; i != Holders; ++i)
            if (stays[i] && !was_told[i])
                return false;
        return true;
    }
};

/// A notification of holder number `holder`, from its beginning to the end of this object: for the
/// first line of its notify_failure. The laws: nobody is notified after its put or after the kill,
/// since its memory may have been freed; a removal is told once.
template <class State>
class explored_notification {
public:
    /// It begins: the holder is called.
    constexpr explored_notification(steps<State>& the_steps, unsigned the_holder, cause the_cause)
        : steps_{&the_steps}, holder_{the_holder}, is_removal_{the_cause == cause::removal} {
        steps_->take(is_removal_ ? "is told of the removal" : "is notified", [&](State& s) {
            touch(s);
            if (is_removal_ && ++s.life.removals[holder_] == 2)
                s.broken = "a removal is told once";
        });
    }
    explored_notification(const explored_notification&) = delete;
    explored_notification& operator=(const explored_notification&) = delete;
    constexpr ~explored_notification() {
        steps_->take("was notified", [&](State& s) {
            touch(s);
            s.life.was_told[holder_] = s.life.was_told[holder_] || is_removal_;
        });
    }

private:
    constexpr void touch(State& s) const {
        if (s.life.is_freed[holder_])
            s.broken = "nobody is notified after its put, nor after the kill";
    }

    steps<State>* steps_;
    unsigned holder_;
    bool is_removal_;
};

/// An explored device, `device`, with the steps `taken` on it, and its `holders`, each constructed
/// from the steps and its number, with their `handles`. Each actor constructs one, anew each time
/// that it runs: what lasts is in the state. Its other functions are what actors do.
template <class State, class Holder, unsigned Holders, class Synchronization>
struct explored_device {
    /// What the holders and the device are.
    using flags = failure_flags<lineage::linux_6_8::mf_flags>;
    using handle = static_holder<Holder>;
    using device_type = basic_dax_device<handle, flags, Synchronization>;

    steps<State>& taken;
    Holder holders[Holders];
    handle handles[Holders];
    device_type device;

    /// In cell number `the_cell` of the state.
    explicit constexpr explored_device(steps<State>& the_steps, unsigned the_cell = 0)
        : explored_device{the_steps, the_cell, std::make_integer_sequence<unsigned, Holders>{}} {}

    /// A page fails, and the holder is told, if there is one.
    constexpr result notify() { return device.notify_failure({4096, 4096}, {}); }

    /// Becomes the holder, puts itself back, and frees its memory. The laws: what is held is put by
    /// its holder, and by nobody else; and who loses the device to a kill was told.
    constexpr void mount_and_unmount(unsigned holder) {
        if (!device.hold(handles[holder]).ok())
            return;
        const put_outcome outcome = device.put(handles[holder]);
        taken.take("frees its memory", [=](State& s) {
            s.life.is_freed[holder] = true;
            if (is_error(outcome))
                s.broken = "nobody is put by another";
            if (outcome == put_outcome::device_died_first && !s.life.was_told[holder])
                s.broken = "who loses the device was told of its removal";
        });
    }

    /// Puts the device as one who does not hold it: of an umount that comes twice.
    constexpr void put_what_another_holds(unsigned holder) {
        static_cast<void>(device.put(handles[holder]));
    }

    /// Takes the device away, and then frees all that belonged to it. The law: who comes back from
    /// a kill comes back when the holder was told.
    constexpr void kill() {
        static_cast<void>(device.kill());
        taken.take("frees what was of the device", [](State& s) {
            s.life.is_killed = true;
            if (!s.life.all_were_told())
                s.broken = "a kill returns when the holder was told";
            for (bool& is_freed : s.life.is_freed)
                is_freed = true;
        });
    }

    /// Looks whether the device is alive. The law: dead means that the holder was told.
    constexpr void ask() {
        if (device.alive())
            return;
        taken.take("finds it dead", [](State& s) {
            if (!s.life.all_were_told())
                s.broken = "dead means that the holder was told";
        });
    }

private:
    template <unsigned... Numbers>
    constexpr explored_device(steps<State>& the_steps, unsigned the_cell,
                              std::integer_sequence<unsigned, Numbers...>)
        : taken{the_steps}, holders{Holder{the_steps, Numbers}...}, handles{holders[Numbers]...},
          device{the_steps, handles, the_cell} {}
};

/// What a device is at the end, of which a kill has returned: the law that it is dead, and that its
/// holder is forgotten. For `at_end` of a state; null if it holds.
template <class State>
[[nodiscard]] constexpr const char* forgotten_at_the_end(const State& s, unsigned cell = 0) {
    return s.life.is_killed && s.cells.value[cell] != static_cast<unsigned>(device_stage::dead)
               ? "what is dead is forgotten"
               : nullptr;
}

/// Lets holder number `holder` hold the device from the beginning on, and never put it.
template <class State>
constexpr State held_from_the_start(State start, unsigned holder = 0, unsigned cell = 0) {
    start.cells.value[cell] = static_cast<std::uint16_t>((holder + 1) << 4U);
    start.life.stays[holder] = true;
    return start;
}

} // namespace daxhold::testing
