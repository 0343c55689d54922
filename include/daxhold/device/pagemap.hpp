// SPDX-License-Identifier: BSL-1.0
#pragma once

#include "daxhold/event/byte_range.hpp"

#include <concepts>
#include <cstddef>
#include <cstdint>

namespace daxhold {

/// Which physical memory a device consists of (the kernel's struct dev_pagemap): one or several
/// ranges of physical addresses, in the order in which the device strings them together, which need
/// not be ascending. The ranges do not overlap.
///
/// The first `data_offset` bytes of all this memory belong to the driver (its info block and page
/// structs) and not to the data: they have no offset in the device. They may be more than the first
/// range. Addresses, lengths and offsets are in bytes.
///
/// The kernel computes the offset by a subtraction that wraps around for the driver's own bytes
/// (Linux 6.0, pmem_pagemap_memory_failure), and took the first of several ranges for all of them
/// (Linux 7.1, drivers/dax/fsdev.c): neither can happen here.
template <std::unsigned_integral Int, std::size_t Ranges>
class basic_pagemap {
public:
    /// The types of addresses, and of their ranges.
    using integer = Int;
    using range_type = basic_byte_range<Int>;

    static_assert(Ranges > 0, "a device consists of at least one range of memory");

    /// A device of one range of physical addresses.
    explicit constexpr basic_pagemap(range_type the_memory, Int the_data_offset = 0) noexcept
        requires(Ranges == 1)
        : ranges_{the_memory}, data_offset_{the_data_offset} {}

    /// A device of several ranges of physical addresses.
    explicit constexpr basic_pagemap(const range_type (&the_memory)[Ranges],
                                     Int the_data_offset = 0) noexcept requires(Ranges > 1)
        : data_offset_{the_data_offset} {
        for (std::size_t i = 0; i < Ranges; ++i)
            ranges_[i] = the_memory[i];
    }

    /// The bytes of data: how long the device is. What cannot be counted is cut off.
    [[nodiscard]] constexpr Int size() const noexcept {
        Int all = 0;
        for (const auto& range : ranges_)
            all = end_of(all, range);
        return all > data_offset_ ? static_cast<Int>(all - data_offset_) : Int{0};
    }

    /// Where the byte at a physical address lies in the device. Empty for an address that is in
    /// none of the ranges, or is the driver's own.
    [[nodiscard]] constexpr range_type place_of(Int address) const noexcept {
        range_type place;
        translate({address, 1}, [&](range_type piece) { place = piece; });
        return place;
    }

    /// Calls `sink(piece)` for the pieces of the device, as ranges of offsets, that a range of
    /// physical addresses covers: at most one for each range of memory, in the order of the device.
    /// What is outside of the device or is the driver's own is left out.
    template <class Sink>
    constexpr void translate(range_type physical, Sink&& sink) const {
        Int start = 0; // of the range at hand, in the device's memory
        for (const auto& range : ranges_) {
            if (physical.overlaps(range)) {
                const range_type piece = physical.overlap_with(range)
                                             .moved(range.offset(), 0)
                                             .moved_up(start)
                                             .from(data_offset_);
                if (!piece.empty())
                    sink(piece.moved(data_offset_, 0));
            }
            start = end_of(start, range);
        }
    }

private:
    [[nodiscard]] static constexpr Int end_of(Int start, range_type range) noexcept {
        return range_type{start, range.length()}.end();
    }

    range_type ranges_[Ranges]{};
    Int data_offset_ = 0;
};

template <std::unsigned_integral Int>
basic_pagemap(basic_byte_range<Int>, Int = 0) -> basic_pagemap<Int, 1>;
template <std::unsigned_integral Int, std::size_t Ranges>
basic_pagemap(const basic_byte_range<Int> (&)[Ranges], Int = 0) -> basic_pagemap<Int, Ranges>;

/// The physical memory of a device of 64 bits: `pagemap<>{range, data_offset}`, or for several
/// ranges `pagemap<2>{{first, second}, data_offset}`.
template <std::size_t Ranges = 1>
using pagemap = basic_pagemap<std::uint64_t, Ranges>;

} // namespace daxhold
