// SPDX-License-Identifier: BSL-1.0
#pragma once

#include "daxhold/event/byte_range.hpp"

#include <cstddef>

namespace daxhold {

/// A piece of a mapped device: `length` bytes from `start` on lie on the lower device number
/// `lower`, from `lower_start` on. A length that passes the largest byte on either side is cut off
/// there.
template <std::unsigned_integral Int>
struct basic_linear_target {
    /// Where it begins on the mapped device, and how many bytes it has.
    Int start = 0;
    Int length = 0;

    /// Which of the lower devices it lies on, and where it begins there.
    unsigned lower = 0;
    Int lower_start = 0;

    /// Where it lies on its lower device.
    [[nodiscard]] constexpr basic_byte_range<Int> on_lower() const noexcept {
        const basic_byte_range<Int> on_upper{start, length};
        return {lower_start, on_upper.length()};
    }
};

/// A target of a device of 64 bits.
using linear_target = basic_linear_target<std::uint64_t>;

/// The translation of a mapped device that strings pieces of lower devices together (dm-linear), as
/// seen from one of them: make one such object for each lower device, all on the same table.
///
/// The targets are not copied, and outlive this. Their bytes of the upper device do not overlap,
/// and need not be sorted. Two targets may share bytes of a lower device (as deduplication does):
/// both are told.
template <std::unsigned_integral Int>
class basic_linear {
public:
    /// What it translates, and what it is made of.
    using range_type = basic_byte_range<Int>;
    using target = basic_linear_target<Int>;

    /// All `the_count` targets of the upper device, seen from lower device number `the_lower`.
    constexpr basic_linear(const target* the_targets, std::size_t the_count,
                           unsigned the_lower) noexcept
        : targets_{the_targets}, size_{the_count}, lower_{the_lower} {}

    /// A whole array of targets, seen from lower device number `the_lower`.
    template <std::size_t Size>
    constexpr basic_linear(const target (&the_targets)[Size], unsigned the_lower) noexcept
        : basic_linear{the_targets, Size, the_lower} {}

    /// See the concept `translation`; there is at most one piece for each target. Targets that
    /// begin at the same byte come in the order of the table. The time grows with the square of the
    /// number of targets that are hit, for it neither allocates nor sorts.
    template <class Sink>
    constexpr void translate(range_type on_lower, Sink&& sink) const {
        if (on_lower.is_whole_device() && lies_on_this_lower_alone()) {
            sink(range_type::whole_device());
            return;
        }
        for (std::size_t next = first_behind(on_lower, size_); next != size_;
             next = first_behind(on_lower, next)) {
            const target& hit = targets_[next];
            sink(part(hit, on_lower).moved_down(hit.lower_start).moved_up(hit.start));
        }
    }

private:
    [[nodiscard]] constexpr bool is_here(const target& t) const noexcept {
        return t.lower == lower_ && !t.on_lower().empty();
    }

    [[nodiscard]] static constexpr range_type part(const target& t, range_type on_lower) noexcept {
        return intersect(on_lower, t.on_lower());
    }

    [[nodiscard]] constexpr bool lies_on_this_lower_alone() const noexcept {
        bool some = false;
        for (std::size_t i = 0; i < size_; ++i) {
            if (targets_[i].length == 0)
                continue;
            if (targets_[i].lower != lower_)
                return false;
            some = some || is_here(targets_[i]);
        }
        return some;
    }

    // Whether target a comes before target b, by the first byte that is hit, then by the table.
    [[nodiscard]] constexpr bool precedes(std::size_t a, std::size_t b,
                                          range_type on_lower) const noexcept {
        const Int first = part(targets_[a], on_lower).offset();
        const Int second = part(targets_[b], on_lower).offset();
        return first < second || (first == second && a < b);
    }

    // The first target that is hit and comes behind `last`; `size_` stands for none, on both sides.
    [[nodiscard]] constexpr std::size_t first_behind(range_type on_lower,
                                                     std::size_t last) const noexcept {
        std::size_t found = size_;
        for (std::size_t i = 0; i < size_; ++i) {
            if (!is_here(targets_[i]) || part(targets_[i], on_lower).empty())
                continue;
            if (last != size_ && !precedes(last, i, on_lower))
                continue;
            if (found == size_ || precedes(i, found, on_lower))
                found = i;
        }
        return found;
    }

    const target* targets_;
    std::size_t size_;
    unsigned lower_;
};

/// The translation of a device of 64 bits.
using linear = basic_linear<std::uint64_t>;

} // namespace daxhold
