// SPDX-License-Identifier: BSL-1.0
#pragma once

#include "daxhold/event/byte_range.hpp"
#include "daxhold/event/result.hpp"
#include "daxhold/policy/course.hpp"
#include "daxhold/policy/facts.hpp"

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

    /// A step that is about to be taken: where it never ends, this is the last that is heard.
    template <class Own>
    constexpr void step_begins(const step<Own>& /*begun*/) noexcept {}

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

    /// The result of the notification, and whether our own freeze is still in force.
    constexpr void finished(result /*outcome*/, bool /*is_left_frozen*/) noexcept {}
};

namespace detail {

/// Who watches; nobody takes no room.
template <class Observer>
struct observer_reference {
    Observer& observer;

    explicit constexpr observer_reference(Observer& the_observer) noexcept
        : observer{the_observer} {}
    [[nodiscard]] constexpr Observer& operator()() const noexcept { return observer; }
};
template <>
struct observer_reference<no_observer> {
    explicit constexpr observer_reference(no_observer& /*nobody*/) noexcept {}
    [[nodiscard]] constexpr no_observer operator()() const noexcept { return {}; }
};

/// What those who watch are told at the end: what the walk did not get to.
struct progress_of_walk {
    byte_range rest{};
    bool is_stopped = false;

    constexpr void begin(byte_range part) noexcept { rest = part; }
    constexpr void reach(byte_range part) noexcept { rest = rest.from(part.offset()); }
    constexpr void stop() noexcept { is_stopped = true; }
    constexpr void end(result outcome) noexcept {
        if (outcome.ok() && !is_stopped)
            rest = {};
    }
};

struct no_progress {
    static constexpr byte_range rest{};

    static constexpr void begin(byte_range /*part*/) noexcept {}
    static constexpr void reach(byte_range /*part*/) noexcept {}
    static constexpr void stop() noexcept {}
    static constexpr void end(result /*outcome*/) noexcept {}
};

} // namespace detail

} // namespace daxhold
