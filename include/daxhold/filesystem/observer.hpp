// SPDX-License-Identifier: BSL-1.0
#pragma once

#include "daxhold/event/byte_range.hpp"
#include "daxhold/event/result.hpp"
#include "daxhold/filesystem/course.hpp"
#include "daxhold/filesystem/facts.hpp"

#include <cstddef>
#include <cstdint>

namespace daxhold {

/// What can be watched of a notification, in the order in which it happens. An observer derives
/// from this one and replaces what it wants to see; what is not watched costs nothing.
///
/// Rows are numbered from 0 in the table that is named. Ranges are bytes from the start of the
/// filesystem's part of the device.
struct no_observer {
    /// The row of the gate table that won.
    constexpr void gate_decided(std::size_t /*row*/) noexcept {}

    /// The row of the record table that won for `part` of a record, before its steps are taken.
    template <class Record>
    constexpr void record_decided(std::size_t /*row*/, const Record& /*record*/,
                                  byte_range /*part*/) noexcept {}

    /// A record whose owner was not told, and what could have won for it, a bit a row.
    template <class Record>
    constexpr void record_withheld(std::uint64_t /*rows*/, const Record& /*record*/,
                                   byte_range /*part*/) noexcept {}

    /// A step that was taken, and how it went.
    template <class Own>
    constexpr void step_taken(const step<Own>& /*taken*/, result /*outcome*/) noexcept {}

    /// A step that was left out, since one before it failed.
    template <class Own>
    constexpr void step_skipped(const step<Own>& /*skipped*/) noexcept {}

    /// The end of the walk. `rest` is what it did not get to.
    constexpr void walk_ended(walk_end /*how*/, byte_range /*rest*/) noexcept {}

    /// The row of the end table that won.
    constexpr void end_decided(std::size_t /*row*/) noexcept {}

    /// What could have won in the end table, a bit a row, when the records with unknown owners
    /// decide it.
    constexpr void end_withheld(std::uint64_t /*rows*/) noexcept {}

    /// The result of the notification, what its release is known to do after it (bits of
    /// `aftermath`), and whether our own freeze is still in force.
    constexpr void finished(result /*outcome*/, std::uint8_t /*aftermaths*/,
                            bool /*is_left_frozen*/) noexcept {}
};

} // namespace daxhold
