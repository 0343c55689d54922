// SPDX-License-Identifier: BSL-1.0
#pragma once

#include "daxhold/testing/call_log.hpp"

#include <concepts>

namespace daxhold::testing {

/// A filesystem over records of one's own, to derive from: it has a reverse mapping and can be shut
/// down, and knows no inodes. What it lacks (`answer` for facts of one's own, `perform` for one's
/// own operations, `find_in_core`, `kill_users` ...) is added where it is derived from; see
/// filesystem/concepts.hpp. Every call can be told to fail, and is recorded.
///
/// `Record` has the members `extent` and `owner`, whatever the owner is.
template <std::default_initializable Record>
class mock_of {
public:
    /// Its records, and how many of them there is room for.
    using record = Record;
    static constexpr std::size_t most_records = 16;

    // What it is; set freely before a notification.

    /// Whether it is usable yet.
    bool born = true;
    /// Where it lies on its only device, in bytes.
    byte_range data_device{0, std::uint64_t{1} << 20U};
    /// Frozen by somebody in user space.
    bool is_frozen_by_user = false;
    /// Which of its calls fail.
    fault_plan faults;

    // What became of it.

    /// What was done to it, and whether it was shut down: with which reason, the first time.
    call_log log;
    bool is_shut_down = false;
    shutdown_reason reason = shutdown_reason::corrupt_ondisk;

    /// A filesystem with these records, in ascending order of their extents.
    template <std::same_as<Record>... Records>
    requires(sizeof...(Records) <=
             most_records) explicit constexpr mock_of(const Records&... the_records)
        : records_{the_records...}, count_{sizeof...(Records)} {}

    [[nodiscard]] constexpr bool is_born() const noexcept { return born; }

    [[nodiscard]] constexpr byte_range device_range(role device) const noexcept {
        return device == role::data ? data_device : byte_range{};
    }

    template <class Visitor>
    constexpr result for_each_mapping(role /*device*/, byte_range where, Visitor&& visit) {
        for (std::size_t i = 0; i != count_; ++i) {
            if (!records_[i].extent.overlaps(where))
                continue;
            if (const auto outcome = faults.next(call::read_rmap); !outcome.ok())
                return outcome;
            if (!visit(records_[i]))
                break;
        }
        return {};
    }

    constexpr result shut_down(shutdown_reason why) noexcept {
        const auto outcome = faults.next(call::shut_down);
        if (outcome.ok() && !is_shut_down) {
            is_shut_down = true;
            reason = why;
        }
        entry made;
        made.what = call::shut_down;
        made.reason = why;
        made.outcome = outcome;
        log.add(made);
        return outcome;
    }

private:
    Record records_[most_records] = {};
    std::size_t count_ = 0;
};

} // namespace daxhold::testing
