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
    [[gnu::DAXHOLD_INLINED]] constexpr void translate(range_type on_disk, Sink&& sink) const {
        if (!on_disk.overlaps(on_disk_))
            return;
        if (!on_disk.is_whole_device()) [[likely]]
            on_disk = on_disk.overlap_with(on_disk_).moved(on_disk_.offset(), 0);
        sink(on_disk);
    }

private:
    range_type on_disk_;
};

/// A partition of a disk of 64 bits.
using partition = basic_partition<std::uint64_t>;

} // namespace daxhold
