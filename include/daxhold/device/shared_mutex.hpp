// SPDX-License-Identifier: BSL-1.0
#pragma once

#include "daxhold/device/synchronization.hpp"

#include <mutex>
#include <shared_mutex>
#include <utility>

namespace daxhold {

/// A std::shared_mutex for each cell: many notifications at the same time, and an update waits
/// until they have left. Not part of the umbrella, because `<shared_mutex>` is heavy.
///
/// A read section must not be nested in another one of the same cell on the same thread: a holder
/// asks its device nothing, and tells it nothing, from inside of its own notify_failure. Devices of
/// different layers have cells of their own and do nest.
struct shared_mutex_synchronization {
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
            const std::lock_guard lock{mutex_};
            return std::forward<Updater>(updater)(value_);
        }

    private:
        mutable std::shared_mutex mutex_;
        Value value_{};
    };
};

} // namespace daxhold
