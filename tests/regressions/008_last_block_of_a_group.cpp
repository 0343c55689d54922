// SPDX-License-Identifier: BSL-1.0
// 008: the last block of an allocation group was compared with the group's length.
//
// Wrong: a range was cut at the length of the group, which is the number behind its last block.
// Commit: 3c90c01e4934 (6.6, and 6.1.y in September 2024).
// Input: a range that reaches the last block of a group.
// Here: a range is split at boundaries without naming a last block; every split of 8 bits is
// tried.

#include "daxhold/event/byte_range.hpp"

#include "both.hpp"

using namespace daxhold;

namespace {

using small_range = basic_byte_range<std::uint8_t>;

constexpr unsigned was_last(unsigned last, unsigned group_length) {
    return last < group_length ? last : group_length;
}

/// Whether the pieces of a range make it up in order, none of them over a boundary.
constexpr bool is_split(small_range whole, std::uint8_t boundary) {
    unsigned next = whole.offset();
    bool is_so = true;
    whole.split(boundary, [&](small_range piece) {
        is_so = is_so && !piece.empty() && piece.offset() == next &&
                (boundary == 0 || piece.offset() / boundary == (piece.end() - 1) / boundary);
        next = piece.end();
    });
    return is_so && next == whole.end();
}

bool splits_every_range() {
    for (unsigned offset = 0; offset < 256; ++offset)
        for (unsigned length = 0; length + offset < 256; ++length)
            for (unsigned boundary = 0; boundary < 256; boundary += boundary < 20 ? 1 : 13)
                if (!is_split(
                        {static_cast<std::uint8_t>(offset), static_cast<std::uint8_t>(length)},
                        static_cast<std::uint8_t>(boundary)))
                    return false;
    return true;
}

} // namespace

TEST_CASE("008: the last block of a group") {
    // In a group of 16 blocks the last one is number 15.
    CHECK_BOTH(was_last(31, 16) == 16);
    CHECK_BOTH(is_split({0, 32}, 16));
    CHECK_BOTH(is_split({15, 1}, 16));
    CHECK_BOTH(is_split({15, 2}, 16));
    CHECK(splits_every_range());
}
