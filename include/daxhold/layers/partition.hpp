// SPDX-License-Identifier: BSL-1.0
#pragma once

#include "daxhold/event/byte_range.hpp"

namespace daxhold {

/// The translation of a partition: its first byte is the first one of a range of bytes of the
/// disk. The whole disk is the whole partition, unless the partition has no bytes.
template <std::unsigned_integral Int>
class basic_partition {
public:
    /// What it translates.
    using range_type = basic_byte_range<Int>;

    /// The partition that lies at `the_place` of the disk.
    explicit constexpr basic_partition(range_type the_place) noexcept : on_disk_{the_place} {}

    /// See the concept `translation`; there is at most one piece.
    template <class Sink>
    constexpr void translate(range_type on_disk, Sink&& sink) const {
        const range_type hit = intersect(on_disk, on_disk_);
        if (hit.empty())
            return;
        sink(on_disk.is_whole_device() ? range_type::whole_device()
                                       : hit.moved_down(on_disk_.offset()));
    }

private:
    range_type on_disk_;
};

/// A partition of a disk of 64 bits.
using partition = basic_partition<std::uint64_t>;

} // namespace daxhold
