// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <cstdint>
#include <string_view>

#include "daxhold/event/byte_range.hpp"

namespace blast_radius {

/// A number of bytes as people write it: decimal, or hexadecimal behind 0x, with a suffix K, M, G
/// or T, each 1024 times the one before; Ki and KiB (and so on) mean the same, in any case of
/// letters. KB is refused, because to some it means 1000.
///
/// Throws `problem` (bad_range) with the offending text: empty, negative, not a whole number, an
/// unknown suffix, more than 2^64 - 1. `what` names the number in that sentence ("the offset").
[[nodiscard]] std::uint64_t parse_size(std::string_view text, std::string_view what = "the size");

/// A range as OFFSET:LENGTH, both as in `parse_size`.
///
/// Throws `problem` (bad_range), checked in this order: not of the form, a bad offset, a bad
/// length, an empty range (length 0), an end past 2^64 - 1.
[[nodiscard]] daxhold::byte_range parse_range(std::string_view text);

/// Throws `problem` (bad_range) if `range` has bytes at or beyond `device_size`. (0, U64_MAX)
/// passes: it stands for the device itself and not for a size.
void require_within(daxhold::byte_range range, std::uint64_t device_size);

} // namespace blast_radius
