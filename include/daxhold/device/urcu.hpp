// SPDX-License-Identifier: BSL-1.0
#pragma once

#include "daxhold/device/detail/changes.hpp"
#include "daxhold/device/synchronization.hpp"

#include <urcu/urcu-bp.h>
#include <urcu/urcu-memb.h>

#include <atomic>
#include <cstddef>
#include <mutex>
#include <utility>

namespace daxhold {

namespace detail {

// The flavours of liburcu. Whoever uses one links with it: -lurcu-bp, -lurcu-memb.
struct urcu_bp {
    static void read_lock() noexcept { urcu_bp_read_lock(); }
    static void read_unlock() noexcept { urcu_bp_read_unlock(); }
    static void synchronize() noexcept { urcu_bp_synchronize_rcu(); }
};
struct urcu_memb {
    static void read_lock() noexcept { urcu_memb_read_lock(); }
    static void read_unlock() noexcept { urcu_memb_read_unlock(); }
    static void synchronize() noexcept { urcu_memb_synchronize_rcu(); }
};

} // namespace detail

/// Userspace RCU (liburcu), for a program that has it anyway. `Flavor` has static member functions
/// `read_lock`, `read_unlock` and `synchronize`; for those of liburcu there are names below.
///
/// Its domain is the process: a put waits for every read section of that flavour anywhere in the
/// program, also for those that have nothing to do with a device. From inside of a notification
/// nobody may put or kill, whatever the device: so a holder may not kill the device above from
/// inside of the removal of the one below.
///
/// Readers wait for nobody. `update` waits for readers only where there were three changes since
/// somebody last waited for them.
template <class Flavor>
struct urcu_synchronization {
    static constexpr auto domain = synchronization_domain::process;
    static constexpr bool sections_nest = true;
    static constexpr bool update_waits = false;

    /// A value and the places that it was in; see the concept `synchronization`.
    template <class Value>
    class cell {
    public:
        cell() = default;
        cell(const cell&) = delete;
        cell& operator=(const cell&) = delete;

        template <class Reader>
        auto read(Reader&& reader) const {
            const section inside;
            return std::forward<Reader>(reader)(
                std::as_const(current_.load(std::memory_order_acquire)->value));
        }

        template <class Updater>
        auto update(Updater&& updater) {
            const std::lock_guard lock{updating_};
            Value next = current_.load()->value;
            return detail::call_then(std::forward<Updater>(updater), next, [&] { publish(next); });
        }

        template <class Updater>
        auto update_and_wait(Updater&& updater) {
            std::unique_lock lock{updating_};
            Value next = current_.load()->value;
            return detail::call_then(std::forward<Updater>(updater), next, [&] {
                publish(next);
                unsigned times_written[places];
                for (std::size_t i = 0; i != places; ++i)
                    times_written[i] = places_[i].times_written;
                const place* const newest = current_.load();
                lock.unlock();
                Flavor::synchronize();
                lock.lock();
                // What has been written anew in the meantime may be read again.
                for (std::size_t i = 0; i != places; ++i)
                    if (&places_[i] != newest && places_[i].times_written == times_written[i])
                        places_[i].is_old = false;
            });
        }

        template <class Predicate>
        void wait_until(Predicate&& predicate) const {
            changes_.wait_until([&] { return read(predicate); });
        }

    private:
        static constexpr std::size_t places = 4;

        struct place {
            Value value{};
            unsigned times_written = 0;
            /// Somebody may still read what stands there, though there is something newer.
            bool is_old = false;
        };

        struct section {
            section() noexcept { Flavor::read_lock(); }
            section(const section&) = delete;
            section& operator=(const section&) = delete;
            ~section() { Flavor::read_unlock(); }
        };

        /// Under `updating_`.
        void publish(const Value& next) {
            place* const now = current_.load();
            if (next == now->value)
                return;
            place* to = free_place();
            if (to == nullptr) {
                Flavor::synchronize();
                for (place& each : places_)
                    each.is_old = false;
                to = free_place();
            }
            to->value = next;
            ++to->times_written;
            now->is_old = true;
            current_.store(to, std::memory_order_release);
            changes_.announce();
        }

        place* free_place() {
            for (place& each : places_)
                if (&each != current_.load() && !each.is_old)
                    return &each;
            return nullptr;
        }

        std::mutex updating_;
        place places_[places]{};
        std::atomic<place*> current_{&places_[0]};
        detail::changes changes_;
    };
};

/// The flavour for which no thread has to register itself: -lurcu-bp.
using urcu_bp_synchronization = urcu_synchronization<detail::urcu_bp>;

/// The flavour for which every thread that notifies, kills or asks registers itself before
/// (urcu_memb_register_thread), and unregisters itself at its end: -lurcu-memb.
using urcu_memb_synchronization = urcu_synchronization<detail::urcu_memb>;

} // namespace daxhold
