// SPDX-License-Identifier: BSL-1.0
#pragma once

#include "daxhold/device/checked.hpp"
#include "daxhold/device/device.hpp"
#include "daxhold/device/shared_mutex.hpp"
#include "daxhold/device/srcu.hpp"
#include "daxhold/device/static_holder.hpp"
#include "daxhold/device/urcu.hpp"
#include "daxhold/event/lineages.hpp"

/// \file
/// Every synchronization policy, and what one would write without the library: a mutex around it
/// all.

namespace benchmarks {

using namespace daxhold;

using flags = failure_flags<lineage::linux_6_8::mf_flags>;
inline constexpr byte_range page{4096, 4096};

/// A std::mutex that is held while the holder is called.
struct mutex_synchronization {
    static constexpr auto domain = synchronization_domain::cell;
    static constexpr bool sections_nest = false;
    static constexpr bool update_waits = true;

    template <class Value>
    class cell {
    public:
        template <class F>
        auto read(F&& f) const {
            const std::lock_guard lock{mutex_};
            return std::forward<F>(f)(value_);
        }
        template <class F>
        auto update(F&& f) {
            const std::lock_guard lock{mutex_};
            return std::forward<F>(f)(value_);
        }
        template <class F>
        auto update_and_wait(F&& f) {
            return update(std::forward<F>(f));
        }
        // A second kill waits for the first one's mutex, and that is all that one would write.
        template <class F>
        void wait_until(F&&) const {}

    private:
        mutable std::mutex mutex_;
        Value value_{};
    };
};

/// Calls `f.template operator()<Policy>(name)` for each, by the name that it has in tables.
template <class F>
void for_each_policy(F&& f) {
    f.template operator()<no_synchronization>("none");
    f.template operator()<srcu_synchronization>("srcu");
    f.template operator()<urcu_memb_synchronization>("urcu_memb");
    f.template operator()<urcu_bp_synchronization>("urcu_bp");
    f.template operator()<shared_mutex_synchronization>("shared_mutex");
    f.template operator()<mutex_synchronization>("std::mutex");
    f.template operator()<checked_synchronization<srcu_synchronization>>("checked srcu");
}

/// For the flavour of liburcu that wants to know of every thread that reads.
struct registered_thread {
    registered_thread() { urcu_memb_register_thread(); }
    registered_thread(const registered_thread&) = delete;
    registered_thread& operator=(const registered_thread&) = delete;
    ~registered_thread() { urcu_memb_unregister_thread(); }
};

} // namespace benchmarks
