// SPDX-License-Identifier: BSL-1.0
#pragma once

#include "daxhold/testing/call_log.hpp"
#include "daxhold/testing/mount_state.hpp"

#include <concepts>

namespace daxhold::testing {

/// A filesystem over records of one's own, to derive from: it has a reverse mapping and can be shut
/// down, and knows no inodes. What it lacks (`answer` for facts of one's own, `perform` for one's
/// own operations, `find_in_core`, `kill_users` ...) is added where it is derived from; see
/// policy/contract.hpp. Every call can be told to fail, and is recorded. It is usable in constant
/// expressions: nothing is allocated, records have a fixed capacity.
///
/// `Record` has the members `extent` and `owner`, whatever the owner is. Records are kept as they
/// are handed out: there are few, and to pack them takes a fifth more steps of an evaluation.
template <std::default_initializable Record>
class mock_of : public mount_state {
public:
    /// Its records, and how many of them there is room for.
    using record = Record;
    static constexpr std::size_t most_records = 16;

    // What it is, beside its `mount_state`; set freely before a notification.

    /// Whether it is usable yet.
    bool born = true;
    /// Where it lies on its only device, in bytes.
    byte_range data_device{0, std::uint64_t{1} << 20U};
    /// Which of its calls fail.
    fault_plan faults;

    // What became of it.

    /// What was done to it.
    call_log log;

    /// A filesystem with these records. Precondition: they ascend in the order of their extents.
    template <std::same_as<Record>... Records>
    requires(sizeof...(Records) <=
             most_records) explicit constexpr mock_of(const Records&... the_records)
        : records_{the_records...}, record_count_{sizeof...(Records)} {}

    /// Adds a record. Preconditions: it comes after the others in the order of their extents, and
    /// there are fewer than `most_records`.
    constexpr void add(const Record& r) noexcept { records_[record_count_++] = r; }

    /// Its records, for a loop from `begin` to `end`: `size` of them from `first` on.
    struct record_list {
        const Record* first;
        std::size_t size;
        [[nodiscard]] constexpr const Record* begin() const noexcept { return first; }
        [[nodiscard]] constexpr const Record* end() const noexcept { return first + size; }
    };
    [[nodiscard]] constexpr record_list records() const noexcept {
        return {records_, record_count_};
    }

    // What the engine asks, and tells it to do.

    [[nodiscard]] constexpr bool is_born() const noexcept { return born; }

    [[nodiscard]] constexpr byte_range device_range(role device) const noexcept {
        return device == role::data ? data_device : byte_range{};
    }

    template <class Visitor>
    constexpr result for_each_mapping(role /*device*/, byte_range where, Visitor&& visit) {
        for (const auto& r : records()) {
            if (!r.extent.overlaps(where))
                continue;
            if (const auto outcome = faults.next(call::read_rmap); !outcome.ok())
                return outcome;
            if (!visit(r))
                break;
        }
        return {};
    }

    constexpr result shut_down(shutdown_reason why) noexcept {
        const auto outcome = faults.next(call::shut_down);
        if (outcome.ok())
            force_shutdown(why);
        return note({.what = call::shut_down, .reason = why}, outcome);
    }

protected:
    /// Records what was done, and how it went.
    constexpr result note(entry e, result outcome) noexcept {
        e.outcome = outcome;
        log.add(e);
        return outcome;
    }

private:
    Record records_[most_records] = {};
    std::size_t record_count_ = 0;
};

} // namespace daxhold::testing
