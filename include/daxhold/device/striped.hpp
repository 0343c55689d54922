// SPDX-License-Identifier: BSL-1.0
#pragma once

#include "daxhold/event/byte_range.hpp"

namespace daxhold {

/// How a striped device is spread over its legs, and where one of them lies (dm-stripe). Chunk
/// number i of the striped device is chunk i / legs of leg i % legs. All sizes are in bytes.
template <std::unsigned_integral Int>
struct basic_stripe {
    Int chunk = 0;       ///< At least 1.
    Int legs = 1;        ///< How many lower devices there are; at least 1.
    Int leg = 0;         ///< Which of them this is, counted from 0.
    Int lower_start = 0; ///< Where the striped device begins on this lower device.
    Int leg_length = 0;  ///< How many bytes of this lower device it takes.

    /// Whether it is a stripe: with a chunk, a leg that there is, and bytes whose offsets in the
    /// striped device and on the lower device can all be told.
    [[nodiscard]] constexpr bool valid() const noexcept {
        if (chunk == 0 || legs == 0 || leg >= legs ||
            basic_byte_range<Int>::wraps(lower_start, leg_length))
            return false;
        const auto chunks = static_cast<Int>(leg_length / chunk + (leg_length % chunk != 0));
        const auto all = basic_byte_range<Int>::max / chunk;
        return chunks <= all / legs;
    }
};

/// A stripe of a device of 64 bits.
using stripe = basic_stripe<std::uint64_t>;

/// The translation of a striped device as seen from one of its legs; see `basic_stripe`.
///
/// A range of a leg becomes one piece for each chunk that it touches. So the whole of a leg, if it
/// is one of several, is told chunk by chunk; if it is the only one, it is the whole device. A
/// stripe that is not valid has no pieces.
template <std::unsigned_integral Int>
class basic_striped {
public:
    /// What it translates.
    using range_type = basic_byte_range<Int>;

    /// The leg that `the_stripe` describes.
    explicit constexpr basic_striped(basic_stripe<Int> the_stripe) noexcept : stripe_{the_stripe} {
        if (the_stripe.valid())
            leg_ = {the_stripe.lower_start, the_stripe.leg_length};
    }

    /// See the concept `translation`.
    template <class Sink>
    [[gnu::DAXHOLD_INLINED]] constexpr void translate(range_type on_lower, Sink&& sink) const {
        if (!on_lower.overlaps(leg_))
            return;
        const range_type on_leg = on_lower.overlap_with(leg_).moved(leg_.offset(), 0);
        if (stripe_.legs == 1) {
            sink(on_lower.is_whole_device() ? on_lower : on_leg);
            return;
        }
        const auto row = static_cast<Int>(on_leg.offset() / stripe_.chunk);
        const auto number = static_cast<Int>(row * stripe_.legs + stripe_.leg);
        auto chunk = static_cast<Int>(number * stripe_.chunk);
        auto within = static_cast<Int>(on_leg.offset() % stripe_.chunk);
        for (Int left = on_leg.length();;) {
            const auto rest = static_cast<Int>(stripe_.chunk - within);
            const Int length = left < rest ? left : rest;
            sink(range_type{0, length}.moved(0, static_cast<Int>(chunk + within)));
            left = static_cast<Int>(left - length);
            if (left == 0)
                return;
            chunk = static_cast<Int>(chunk + stripe_.legs * stripe_.chunk);
            within = 0;
        }
    }

private:
    basic_stripe<Int> stripe_;
    range_type leg_{}; // none of a stripe that is not valid
};

/// The translation of a device of 64 bits.
using striped = basic_striped<std::uint64_t>;

} // namespace daxhold
