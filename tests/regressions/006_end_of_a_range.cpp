// SPDX-License-Identifier: BSL-1.0
// 006: where a range ends.
//
// Wrong: the end of a range was its start plus its length, compared with the last byte of the
// filesystem; a range that ends where the filesystem starts counted as one of it; and what passed
// the end was cut by subtracting what was left instead of keeping it.
// Commit: 5cf32f63b0f4 (6.5, and 6.1.y in September 2024).
// Input: a range that ends on the edge of the filesystem; one that lies right below it; one that
// crosses its end, the longest of which is (0, U64_MAX).
// Here: ranges are half-open and cannot wrap, and the 8-bit range is tried with every pair of
// ranges. No policy reproduces this: the range type cannot make it.

#include "daxhold/event/byte_range.hpp"

#include "both.hpp"

using namespace daxhold;

namespace {

using small_range = basic_byte_range<std::uint8_t>;

// The arithmetic as it was, in bytes of a device on which the filesystem has [start, last].

constexpr bool was_outside(std::uint64_t offset, std::uint64_t length, std::uint64_t start,
                           std::uint64_t last) {
    return offset + length < start || offset > last;
}
constexpr std::uint64_t was_cut(std::uint64_t offset, std::uint64_t length, std::uint64_t last) {
    return offset + length > last ? length - (last - offset) : length;
}

/// Every pair of ranges of 8 bits: what they share is what lies in both, byte by byte.
bool shares_exactly_the_bytes() {
    for (unsigned a = 0; a < 256; a += 5)
        for (unsigned length = 0; length < 256; ++length)
            for (unsigned b = 0; b < 256; b += 7)
                for (unsigned other = 0; other < 256; other += 3) {
                    const small_range one{static_cast<std::uint8_t>(a),
                                          static_cast<std::uint8_t>(length)};
                    const small_range two{static_cast<std::uint8_t>(b),
                                          static_cast<std::uint8_t>(other)};
                    const auto both = intersect(one, two);
                    const unsigned begin = a > b ? a : b;
                    const unsigned end_of_one = a + length > 255 ? 255 : a + length;
                    const unsigned end_of_two = b + other > 255 ? 255 : b + other;
                    const unsigned end = end_of_one < end_of_two ? end_of_one : end_of_two;
                    if (both.empty() != (begin >= end) ||
                        (!both.empty() && (both.offset() != begin || both.end() != end)))
                        return false;
                }
    return true;
}

} // namespace

TEST_CASE("006: a range that lies right below the filesystem") {
    CHECK_BOTH(!was_outside(0, 4096, 4096, 8191));
    CHECK_BOTH(!byte_range{0, 4096}.overlaps({4096, 4096}));
}

TEST_CASE("006: a range that ends on the edge") {
    CHECK_BOTH(was_cut(4096, 4096, 8191) == 1);
    CHECK_BOTH(byte_range{4096, 4096}.clip(8192).length() == 4096);
}

TEST_CASE("006: a range that crosses the end") {
    CHECK_BOTH(was_cut(4096, 8192, 8191) == 4097);
    CHECK_BOTH(byte_range{4096, 8192}.clip(8192).length() == 4096);
    CHECK_BOTH(was_cut(0, ~std::uint64_t{0}, 8191) > 8192);
    CHECK_BOTH(byte_range::whole_device().clip(8192) == byte_range{0, 8192});
    CHECK(shares_exactly_the_bytes());
}
