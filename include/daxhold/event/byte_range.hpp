// SPDX-License-Identifier: BSL-1.0
#pragma once

#include "daxhold/version.hpp"

#include <concepts>
#include <cstdint>

namespace daxhold {

/// A half-open range of bytes [offset, end) whose arithmetic cannot wrap.
///
/// Units are bytes. The offset is relative to the start of whatever the range is said to lie on: a
/// dax device, a partition, a file. Every operation is total: what would pass the largest value of
/// `Int` or fall below zero is cut off, never carried around. (0, max) is the whole device, as in
/// `kill_dax` (Linux 6.0, drivers/dax/super.c), and stays the whole device when it is moved.
///
/// The last representable byte is max - 1, so that the length of the whole device is max.
template <std::unsigned_integral Int>
class basic_byte_range {
public:
    /// The type of offsets and lengths.
    using integer = Int;

    /// The largest value of the integer: the end of the whole device.
    static constexpr Int max = static_cast<Int>(-1);

    /// The empty range at offset 0.
    constexpr basic_byte_range() = default;

    /// `length` bytes from `offset`. An end past `max` is cut off there; `wraps` tells beforehand.
    [[gnu::DAXHOLD_INLINED]] constexpr basic_byte_range(Int offset, Int length) noexcept
        : offset_{offset}, end_{wraps(offset, length) ? max : static_cast<Int>(offset + length)} {}

    /// Every byte of the device, however large it is.
    [[nodiscard, gnu::DAXHOLD_INLINED]] static constexpr basic_byte_range whole_device() noexcept {
        return {0, max};
    }

    /// The bytes from `offset` up to and not including `end`; empty at `offset` if `end` is not
    /// after it.
    [[nodiscard, gnu::DAXHOLD_INLINED]] static constexpr basic_byte_range
    between(Int offset, Int end) noexcept {
        return {ends{offset, end > offset ? end : offset}};
    }

    /// The same, for who knows that the end is not before the offset, and pays for no check: a
    /// constant expression refuses anything else.
    [[nodiscard, gnu::DAXHOLD_INLINED]] static constexpr basic_byte_range
    ordered(Int offset, Int end) noexcept {
        if (__builtin_is_constant_evaluated() && end < offset)
            __builtin_unreachable();
        return {ends{offset, end}};
    }

    /// Whether offset + length is larger than `max`, which C arithmetic would wrap around.
    [[nodiscard, gnu::DAXHOLD_INLINED]] static constexpr bool wraps(Int offset,
                                                                    Int length) noexcept {
        return length > static_cast<Int>(max - offset);
    }

    /// The first byte, the one after the last, and how many there are; whether there are none.
    [[nodiscard, gnu::DAXHOLD_INLINED]] constexpr Int offset() const noexcept { return offset_; }
    [[nodiscard, gnu::DAXHOLD_INLINED]] constexpr Int end() const noexcept { return end_; }
    [[nodiscard, gnu::DAXHOLD_INLINED]] constexpr Int length() const noexcept {
        return static_cast<Int>(end_ - offset_);
    }
    [[nodiscard, gnu::DAXHOLD_INLINED]] constexpr bool empty() const noexcept {
        return offset_ == end_;
    }

    /// Whether this is (0, max), which stands for the device itself and not for a size.
    [[nodiscard, gnu::DAXHOLD_INLINED]] constexpr bool is_whole_device() const noexcept {
        return offset_ == 0 && end_ == max;
    }

    /// Whether the byte at `position` is in this range.
    [[nodiscard]] constexpr bool contains(Int position) const noexcept {
        return position >= offset_ && position < end_;
    }

    /// Whether every byte of `other` is in this range; true of every empty range.
    [[nodiscard]] constexpr bool contains(basic_byte_range other) const noexcept {
        return other.empty() || (other.offset_ >= offset_ && other.end_ <= end_);
    }

    /// Whether the two ranges share a byte. Adjacent ranges do not, and an empty one never does.
    [[nodiscard, gnu::DAXHOLD_INLINED]] constexpr bool
    overlaps(basic_byte_range other) const noexcept {
        return (offset_ > other.offset_ ? offset_ : other.offset_) <
               (end_ < other.end_ ? end_ : other.end_);
    }

    /// The bytes that both ranges have; empty where they have none.
    [[nodiscard, gnu::DAXHOLD_INLINED]] friend constexpr basic_byte_range
    intersect(basic_byte_range a, basic_byte_range b) noexcept {
        return between(a.offset_ > b.offset_ ? a.offset_ : b.offset_,
                       a.end_ < b.end_ ? a.end_ : b.end_);
    }

    /// The bytes that this range has in common with one that it overlaps. For who has asked that,
    /// and pays for no check: a constant expression refuses anything else.
    [[nodiscard, gnu::DAXHOLD_INLINED]] constexpr basic_byte_range
    overlap_with(basic_byte_range other) const noexcept {
        if (__builtin_is_constant_evaluated() && !overlaps(other))
            __builtin_unreachable();
        return {ends{offset_ > other.offset_ ? offset_ : other.offset_,
                     end_ < other.end_ ? end_ : other.end_}};
    }

    /// The range where `from`, which is not after its first byte, is at `to`. For who knows that
    /// the range then ends at or below `max`, and pays for no check: a constant expression refuses
    /// anything else. `moved_up` and `moved_down` are for who does not know.
    [[nodiscard, gnu::DAXHOLD_INLINED]] constexpr basic_byte_range moved(Int from,
                                                                         Int to) const noexcept {
        if (__builtin_is_constant_evaluated() &&
            (from > offset_ || wraps(static_cast<Int>(end_ - from), to)))
            __builtin_unreachable();
        const auto first = static_cast<Int>(offset_ - from + to);
        return {ends{first, static_cast<Int>(first + length())}};
    }

    /// What lies on a device of `size` bytes: the whole device becomes [0, size).
    [[nodiscard]] constexpr basic_byte_range clip(Int size) const noexcept {
        return intersect(*this, basic_byte_range{0, size});
    }

    /// The range `distance` bytes higher up; bytes that would pass `max` are cut off.
    [[nodiscard, gnu::DAXHOLD_INLINED]] constexpr basic_byte_range
    moved_up(Int distance) const noexcept {
        if (is_whole_device())
            return *this;
        const auto shifted = [distance](Int position) {
            return wraps(position, distance) ? max : static_cast<Int>(position + distance);
        };
        return between(shifted(offset_), shifted(end_));
    }

    /// The range `distance` bytes lower down; bytes that would fall below zero are cut off.
    [[nodiscard, gnu::DAXHOLD_INLINED]] constexpr basic_byte_range
    moved_down(Int distance) const noexcept {
        if (is_whole_device())
            return *this;
        const auto shifted = [distance](Int position) {
            return position > distance ? static_cast<Int>(position - distance) : Int{0};
        };
        return between(shifted(offset_), shifted(end_));
    }

    /// The part that lies below `position`; with `from` it makes up the whole range.
    [[nodiscard]] constexpr basic_byte_range below(Int position) const noexcept {
        return between(offset_, position < end_ ? position : end_);
    }

    /// The part that starts at `position` or after it.
    [[nodiscard, gnu::DAXHOLD_INLINED]] constexpr basic_byte_range
    from(Int position) const noexcept {
        return between(position > offset_ ? position : offset_, end_);
    }

    /// Calls `piece(range)` for the pieces between multiples of `boundary` bytes, in ascending
    /// order; an empty range has none. `boundary` 0 means that there are no boundaries.
    template <class Piece>
    constexpr void split(Int boundary, Piece&& piece) const {
        for (auto rest = *this; !rest.empty();) {
            const auto length =
                boundary == 0 ? max : static_cast<Int>(boundary - rest.offset_ % boundary);
            const auto head = intersect(rest, basic_byte_range{rest.offset_, length});
            piece(head);
            rest = rest.from(head.end_);
        }
    }

    [[nodiscard]] friend constexpr bool operator==(basic_byte_range,
                                                   basic_byte_range) noexcept = default;

private:
    /// An end that is not before the offset.
    struct ends {
        Int offset;
        Int end;
    };
    [[gnu::DAXHOLD_INLINED]] constexpr basic_byte_range(ends range) noexcept
        : offset_{range.offset}, end_{range.end} {}

    Int offset_ = 0;
    Int end_ = 0;
};

/// The ranges of this library: 64 bits, as in the kernel's `u64 offset, u64 length`.
using byte_range = basic_byte_range<std::uint64_t>;

} // namespace daxhold
