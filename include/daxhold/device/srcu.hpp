// SPDX-License-Identifier: BSL-1.0
#pragma once

#include "daxhold/device/detail/changes.hpp"
#include "daxhold/device/synchronization.hpp"

#include <atomic>
#include <cstddef>
#include <mutex>
#include <utility>

namespace daxhold {

namespace detail {

/// What SRCU is made of: whose operations happen in one order for everybody (memory_order_seq_cst),
/// a mutex, and a variable that is written while nobody reads it.
struct standard_primitives {
    template <class Value>
    using atomic = std::atomic<Value>;
    using mutex = std::mutex;

    template <class Value>
    class variable {
    public:
        [[nodiscard]] const Value& get() const noexcept { return value_; }
        void set(const Value& value) { value_ = value; }

    private:
        Value value_{};
    };
};

} // namespace detail

/// Sleepable RCU for one cell, without a dependency: what a device among threads should have.
///
/// A cell keeps its value in one of four places. An update writes the new value into another one
/// and then says that it is there; each place counts those who are reading it. So a reader waits
/// for nobody, whatever it interrupted, and may sleep; and an update that waits, waits for those
/// who read an older value alone: whoever comes later reads the new one, and starves nobody. An
/// update that leaves the value as it was writes nothing.
///
/// `update` waits for readers only where three older values are still being read, which for a
/// device means that notifications of three holders before are still running. From inside of one of
/// them it would wait for itself: a holder does not hold its device while it is notified.
///
/// Every place is counted by all threads that read it, so that many who notify at the same time
/// wait for a cache line; a notification is a rare event.
///
/// `Primitives`, and the number of places, are there so that a test explores every interleaving of
/// what stands here.
template <class Primitives, std::size_t Places = 4>
struct basic_srcu_synchronization {
    static constexpr auto domain = synchronization_domain::cell;
    static constexpr bool sections_nest = true;
    static constexpr bool update_waits = false;

    /// A value and the places that it was in; see the concept `synchronization`.
    template <class Value>
    class cell {
        using mutex = typename Primitives::mutex;
        template <class Type>
        using atomic = typename Primitives::template atomic<Type>;

    public:
        cell() = default;
        cell(const cell&) = delete;
        cell& operator=(const cell&) = delete;

        template <class Reader>
        auto read(Reader&& reader) const {
            const section inside{*this};
            return std::forward<Reader>(reader)(inside.value());
        }

        template <class Updater>
        auto update(Updater&& updater) {
            const std::lock_guard<mutex> lock{updating_};
            Value next = current_.load()->value.get();
            return detail::call_then(std::forward<Updater>(updater), next, [&] { publish(next); });
        }

        template <class Updater>
        auto update_and_wait(Updater&& updater) {
            std::unique_lock<mutex> lock{updating_};
            Value next = current_.load()->value.get();
            return detail::call_then(std::forward<Updater>(updater), next, [&] {
                publish(next);
                unsigned times_written[places];
                for (std::size_t i = 0; i != places; ++i)
                    times_written[i] = places_[i].times_written.load();
                const place* const newest = current_.load();
                lock.unlock();
                for (std::size_t i = 0; i != places; ++i)
                    if (&places_[i] != newest)
                        changes_.wait_until([&] {
                            // Where something newer stands, the older readers have left.
                            return places_[i].times_written.load() != times_written[i] ||
                                   places_[i].is_left();
                        });
            });
        }

        template <class Predicate>
        void wait_until(Predicate&& predicate) const {
            changes_.wait_until([&] { return read(predicate); });
        }

    private:
        static constexpr std::size_t places = Places;
        /// In the count of a place: somebody waits for the last reader to leave.
        static constexpr unsigned awaited = 1U << 31U;

        struct place {
            atomic<unsigned> readers{0};
            atomic<unsigned> times_written{0};
            typename Primitives::template variable<Value> value{};

            /// Whether nobody reads what stands there, but for those who are about to find out that
            /// it is old. If not, the last one to leave announces it.
            [[nodiscard]] bool is_left() noexcept {
                return (readers.load() & ~awaited) == 0 ||
                       (readers.fetch_or(awaited) & ~awaited) == 0;
            }
        };

        /// A read section. What is done with `current_` and with the counts happens in one order
        /// for everybody (memory_order_seq_cst): either the reader sees that its place is an old
        /// one, or the updater sees the reader.
        class section {
        public:
            explicit section(const cell& the_cell) noexcept : of_{the_cell} {
                enter();
                while (at_ != of_.current_.load()) {
                    leave();
                    enter();
                }
            }
            section(const section&) = delete;
            section& operator=(const section&) = delete;
            ~section() { leave(); }

            [[nodiscard]] decltype(auto) value() const noexcept { return at_->value.get(); }

        private:
            void enter() noexcept {
                at_ = of_.current_.load();
                at_->readers.fetch_add(1);
            }
            void leave() const noexcept {
                if (at_->readers.fetch_sub(1) == (awaited | 1U)) [[unlikely]]
                    of_.changes_.announce();
            }

            const cell& of_;
            place* at_ = nullptr;
        };

        /// Under `updating_`.
        void publish(const Value& next) {
            place* const now = current_.load();
            if (next == now->value.get())
                return;
            place* to = nullptr;
            changes_.wait_until([&] {
                for (place& each : places_)
                    if (&each != now && each.is_left())
                        to = &each;
                return to != nullptr;
            });
            to->readers.fetch_and(~awaited);
            to->value.set(next);
            to->times_written.fetch_add(1);
            current_.store(to);
            changes_.announce();
        }

        mutex updating_;
        place places_[places]{};
        atomic<place*> current_{&places_[0]};
        mutable detail::basic_changes<Primitives::template atomic> changes_;
    };
};

/// What a device among threads should have; see `basic_srcu_synchronization`.
using srcu_synchronization = basic_srcu_synchronization<detail::standard_primitives>;

} // namespace daxhold
