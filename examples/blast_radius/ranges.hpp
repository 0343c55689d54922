// SPDX-License-Identifier: BSL-1.0
#pragma once

#include "status.hpp"

#include <daxhold/event/byte_range.hpp>

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace blast_radius {

using daxhold::byte_range;

/// A number of bytes as people write it: decimal, or hexadecimal after 0x, with a suffix K, M, G or
/// T, each 1024 times the one before; Ki and KiB (and so on) mean the same, in any case of letters.
/// KB is refused, because to some it means 1000. A suffix s is sectors of 512 bytes, and b blocks
/// of the filesystem, of `block_size` bytes (0: there is none, and b is refused).
///
/// Throws `refusal` (bad_range) with the offending text: empty, negative, not a whole number, an
/// unknown suffix, more than 2^64 - 1. `what` names the number in that sentence ("the offset").
[[nodiscard]] std::uint64_t parse_size(std::string_view text, std::string_view what = "the size",
                                       std::uint64_t block_size = 0);

/// A range as OFFSET:LENGTH, both as in `parse_size`.
///
/// Throws `refusal` (bad_range), checked in this order: not of the form, a bad offset, a bad
/// length, an empty range (length 0), an end past 2^64 - 1.
[[nodiscard]] byte_range parse_range(std::string_view text, std::uint64_t block_size = 0);

/// Ranges of a text, which is one of these: lines of OFFSET:LENGTH as above; lines of "SECTOR
/// COUNT" as sysfs has them in `badblocks`; the JSON of `ndctl list --media-errors`, whose blocks
/// count in sectors from the start of the namespace. Lines that are empty or begin with # are left
/// out.
///
/// Throws `refusal` (bad_input, bad_range), naming the line that is not understood and `source`;
/// bad_input if there is none.
[[nodiscard]] std::vector<byte_range> parse_ranges(std::string_view text, std::string_view source,
                                                   std::uint64_t block_size = 0);

/// Ascending, without what is there twice; pieces that touch become one.
[[nodiscard]] std::vector<byte_range> merged(std::vector<byte_range> ranges);

/// Throws `refusal` (bad_range) if `range` has bytes at or beyond `device_size`. (0, U64_MAX)
/// passes: it stands for the device itself and not for a size.
void require_within(byte_range range, std::uint64_t device_size);

} // namespace blast_radius
