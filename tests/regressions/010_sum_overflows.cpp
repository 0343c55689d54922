// SPDX-License-Identifier: BSL-1.0
// 010: offset + length overflows.
//
// Wrong: whether a range lies outside was asked of a sum that wraps around.
// Commit: fa422b353d21 (6.8), which treats (0, U64_MAX) apart.
// Input: (0, U64_MAX) on a filesystem that does not start at 0, as every unbind passes it.
// Here: a sum cannot wrap, and the whole device stays that wherever it is moved. The range of 8
// bits is tried with every offset, length and distance.

#include "daxhold/device/partition.hpp"
#include "daxhold/event/byte_range.hpp"

#include "both.hpp"

using namespace daxhold;

namespace {

using small_range = basic_byte_range<std::uint8_t>;

bool never_wraps() {
    for (unsigned offset = 0; offset < 256; ++offset)
        for (unsigned length = 0; length < 256; ++length) {
            const small_range range{static_cast<std::uint8_t>(offset),
                                    static_cast<std::uint8_t>(length)};
            if (range.end() < range.offset() ||
                range.end() != (offset + length > 255 ? 255 : offset + length))
                return false;
            for (unsigned distance = 0; distance < 256; ++distance) {
                const auto up = range.moved_up(static_cast<std::uint8_t>(distance));
                const auto down = range.moved_down(static_cast<std::uint8_t>(distance));
                if (up.end() < up.offset() || down.end() < down.offset() ||
                    up.length() > range.length() || down.length() > range.length())
                    return false;
            }
        }
    return true;
}

} // namespace

TEST_CASE("010: a sum that wraps around") {
    constexpr std::uint64_t all = ~std::uint64_t{0};
    CHECK_BOTH(4096 + all == 4095);
    CHECK_BOTH(byte_range{4096, all}.end() == all);
    CHECK_BOTH(byte_range::whole_device().moved_up(4096).is_whole_device());
    CHECK_BOTH(byte_range::whole_device().moved_down(4096).is_whole_device());
    CHECK_BOTH(byte_range::whole_device().overlaps({4096, 4096}));
    CHECK(never_wraps());
}
