// SPDX-License-Identifier: BSL-1.0
#pragma once

#include "daxhold/policy/engine.hpp"

namespace daxhold {

/// What became of a step, over a whole notification.
struct step_count {
    std::uint64_t taken = 0;   ///< How often it was tried.
    std::uint64_t failed = 0;  ///< How often it failed.
    std::uint64_t skipped = 0; ///< How often it was left out, since one before it failed.
    result first_error;        ///< The first failure.
};

/// What a notification came to: who was told, what was decided for how many records, what was left
/// undone, and the errno that the kernel would return. An observer that counts; it allocates
/// nothing.
struct report : no_observer {
    /// Stands for a row that was not reached.
    static constexpr std::size_t no_row = most_rows_of_policy;

    /// The kernel's answer; `verdict_withheld` where unknown owners decide it.
    result outcome;

    /// Whether the answer depends on owners that were not told.
    bool is_withheld = false;

    /// The rows that won in the gate and in the end table, or `no_row`.
    std::size_t gate_row = no_row;
    std::size_t end_row = no_row;

    /// How many records were decided, how many of them by each row of the record table, and how
    /// many bytes of the device that were.
    std::uint64_t records = 0;
    std::uint64_t records_of_row[most_rows_of_policy] = {};
    std::uint64_t bytes_of_row[most_rows_of_policy] = {};

    /// Records whose owner was not told, their bytes, and the rows that could have won, a bit a
    /// row.
    std::uint64_t records_withheld = 0;
    std::uint64_t bytes_withheld = 0;
    row_set rows_withheld = 0;

    /// What became of each operation, by its number.
    step_count steps[operation_count];

    /// Whether the filesystem was shut down, and the reason that it was given first.
    bool is_shut_down = false;
    shutdown_reason reason = shutdown_reason::corrupt_ondisk;

    /// How the walk ended, and what it did not get to, in bytes of the filesystem's part.
    bool is_walked = false;
    walk_end walk = walk_end::not_started;
    byte_range not_walked;

    /// Whether the freeze that the notification made is still in force when it returns.
    bool is_left_frozen = false;

    /// What became of an operation.
    [[nodiscard]] constexpr const step_count& of(operation what) const noexcept {
        return steps[static_cast<std::size_t>(what)];
    }

    /// The inode mappings whose users were told, an inode once for each of its records.
    [[nodiscard]] constexpr std::uint64_t told() const noexcept {
        return of(operation::kill_users).taken - of(operation::kill_users).failed;
    }

    /// Whether anything that the policy wanted done was not: a step failed or was left out, or a
    /// part of the range was not walked. That nobody in user space had frozen the filesystem
    /// (-EINVAL) leaves nothing undone.
    [[nodiscard]] constexpr bool is_incomplete() const noexcept {
        bool incomplete = !not_walked.empty() || is_left_frozen;
        for (const auto& s : steps) {
            const bool had_nothing_to_undo =
                &s == &of(operation::thaw_user) && s.first_error == result::error(EINVAL);
            incomplete = incomplete || (s.failed != 0 && !had_nothing_to_undo) || s.skipped != 0;
        }
        return incomplete;
    }

    constexpr void gate_decided(std::size_t row) noexcept { gate_row = row; }

    template <class Record>
    constexpr void record_decided(std::size_t row, const Record& /*record*/,
                                  byte_range part) noexcept {
        ++records;
        ++records_of_row[row];
        bytes_of_row[row] += part.length();
    }

    template <class Record>
    constexpr void record_withheld(std::uint64_t rows, const Record& /*record*/,
                                   byte_range part) noexcept {
        ++records_withheld;
        bytes_withheld += part.length();
        rows_withheld |= rows;
    }

    template <class Own>
    constexpr void step_taken(const step<Own>& taken, result how) noexcept {
        auto& count = steps[static_cast<std::size_t>(taken.what)];
        ++count.taken;
        if (!how.ok()) {
            if (count.failed++ == 0)
                count.first_error = how;
        } else if (taken.what == operation::shut_down && !is_shut_down) {
            is_shut_down = true;
            reason = taken.template argument<shutdown_reason>();
        }
    }

    template <class Own>
    constexpr void step_skipped(const step<Own>& skipped) noexcept {
        ++steps[static_cast<std::size_t>(skipped.what)].skipped;
    }

    constexpr void walk_ended(walk_end how, byte_range rest) noexcept {
        is_walked = how != walk_end::not_started;
        walk = how;
        not_walked = rest;
    }

    constexpr void end_decided(std::size_t row) noexcept { end_row = row; }

    constexpr void end_withheld(std::uint64_t /*rows*/) noexcept { is_withheld = true; }

    constexpr void finished(result how, bool left_frozen) noexcept {
        outcome = how;
        is_left_frozen = left_frozen;
    }
};

/// Tells a filesystem of a failure or a removal and reports what became of it; see
/// `notify_failure`.
template <class Policy, class Filesystem>
[[nodiscard]] constexpr report report_failure(Filesystem& fs, role_of<Filesystem> device,
                                              byte_range where, cause why) {
    report made;
    if constexpr (detail::check_fit<Policy, Filesystem>())
        static_cast<void>(notify_failure<Policy>(fs, device, where, why, made));
    return made;
}

} // namespace daxhold
