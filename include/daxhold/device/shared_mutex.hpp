// SPDX-License-Identifier: BSL-1.0
#pragma once

#include "daxhold/device/detail/changes.hpp"
#include "daxhold/device/synchronization.hpp"

#include <mutex>
#include <shared_mutex>
#include <utility>

namespace daxhold {

/// A std::shared_mutex for each cell: many notifications at the same time, and every update waits
/// until they have left, that of a hold too.
///
/// It starves: glibc lets readers in while a writer waits, so that a put or a kill comes back only
/// in a moment in which nobody notifies, which may be never. `srcu_synchronization` does not.
///
/// A read section must not be nested in another one of the same cell on the same thread: a holder
/// asks its device nothing, and tells it nothing, from inside of its own notify_failure. Devices of
/// different layers have cells of their own and do nest.
struct shared_mutex_synchronization {
    static constexpr auto domain = synchronization_domain::cell;
    static constexpr bool sections_nest = false;
    static constexpr bool update_waits = true;

    /// A value and its mutex; see the concept `synchronization`.
    template <class Value>
    class cell {
    public:
        template <class Reader>
        auto read(Reader&& reader) const {
            const std::shared_lock lock{mutex_};
            return std::forward<Reader>(reader)(value_);
        }

        template <class Updater>
        auto update(Updater&& updater) {
            const detail::announced_afterwards unlocked{changes_};
            const std::lock_guard lock{mutex_};
            return std::forward<Updater>(updater)(value_);
        }

        template <class Updater>
        auto update_and_wait(Updater&& updater) {
            return update(std::forward<Updater>(updater));
        }

        template <class Predicate>
        void wait_until(Predicate&& predicate) const {
            changes_.wait_until([&] { return read(predicate); });
        }

    private:
        mutable std::shared_mutex mutex_;
        detail::changes changes_;
        Value value_{};
    };
};

} // namespace daxhold
