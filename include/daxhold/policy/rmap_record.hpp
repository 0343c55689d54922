// SPDX-License-Identifier: BSL-1.0
#pragma once

#include "daxhold/event/byte_range.hpp"
#include "daxhold/event/result.hpp"
#include "daxhold/policy/facts.hpp"

#include <concepts>
#include <cstdint>

namespace daxhold {

/// A record of a reverse mapping: who owns these bytes. A filesystem may have a type of its own
/// with these members, and with more; `owner` may be an enumeration of its own.
struct rmap_record {
    /// The extent, in bytes from the start of the filesystem's part of the device.
    byte_range extent{};
    /// What they belong to.
    daxhold::owner owner = owner::unknown;
    /// The inode that owns it, where `owner` is one that has an inode.
    std::uint64_t inode_number = 0;
    /// Where the extent lies in the file, in bytes. The engine takes for granted that it ends there
    /// at or below the largest offset: the files of a kernel end at 2^63.
    std::uint64_t file_offset = 0;
    /// Whether the extent may have other owners too.
    daxhold::sharing sharing = sharing::sole;
};

/// The bytes of the file that a part of a record's extent holds. `part` lies in the extent.
template <class Record>
[[nodiscard, gnu::DAXHOLD_INLINED]] constexpr byte_range file_range(const Record& record,
                                                                    byte_range part) noexcept {
    return part.moved_down(record.extent.offset()).moved_up(record.file_offset);
}

/// Whether `next` goes on where `first` ends, on the device and in the file: two records that could
/// as well be one. A type of record with further members has a `continues` of its own, or no two of
/// its records are ever taken for one.
template <std::same_as<rmap_record> Record>
[[nodiscard, gnu::DAXHOLD_INLINED]] constexpr bool continues(const Record& first,
                                                             const Record& next) noexcept {
    return next.extent.offset() == first.extent.end() && next.inode_number == first.inode_number &&
           next.file_offset - first.file_offset == first.extent.length() &&
           next.owner == first.owner && next.sharing == first.sharing;
}

} // namespace daxhold
