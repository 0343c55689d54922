// SPDX-License-Identifier: BSL-1.0
#pragma once

#include "daxhold/version.hpp"

#include <atomic>

namespace daxhold::detail {

/// Wakes those who wait for something to become so. Whoever may have made it so announces that
/// afterwards; a waiter that looked before the announcement looks again.
template <template <class> class Atomic>
class basic_changes {
public:
    /// Something may have become so. From a signal handler too.
    void announce() noexcept {
        count_.fetch_add(1);
        count_.notify_all();
    }

    /// Comes back when `is_so()`, which is asked at first and after each announcement.
    template <class Condition>
    void wait_until(Condition&& is_so) const {
        for (;;) {
            const unsigned seen = count_.load();
            if (is_so())
                return;
            count_.wait(seen);
        }
    }

private:
    Atomic<unsigned> count_{0};
};

using changes = basic_changes<std::atomic>;

/// Announces at the end of its block, however that is left.
class announced_afterwards {
public:
    explicit announced_afterwards(changes& the_changes) noexcept : changes_{&the_changes} {}
    announced_afterwards(const announced_afterwards&) = delete;
    announced_afterwards& operator=(const announced_afterwards&) = delete;
    ~announced_afterwards() { changes_->announce(); }

private:
    changes* changes_;
};

} // namespace daxhold::detail
