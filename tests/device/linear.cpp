// SPDX-License-Identifier: BSL-1.0
#include "daxhold/device/linear.hpp"

#include "daxhold/device/mapped.hpp"

#include "../support/both.hpp"
#include "../support/pieces.hpp"

#include <algorithm>
#include <iterator>

using namespace daxhold;
using support::pieces_of;

namespace {

constexpr std::uint64_t u64_max = byte_range::max;

// Two targets on disk 0, in the opposite order there, and one on disk 1.
constexpr linear_target table[]{
    {0, 0x1000, 0, 0x8000},
    {0x1000, 0x2000, 1, 0x4000},
    {0x3000, 0x1000, 0, 0x7000},
};
constexpr linear on_disk_0{table, 0};
constexpr linear on_disk_1{table, 1};
constexpr linear on_disk_2{table, 2};

constexpr linear_target one_disk[]{{0, 0x1000, 0, 0x8000}, {0x1000, 0x1000, 0, 0x2000}};
constexpr linear alone{one_disk, 0};

constexpr linear_target shared[]{{0x400, 0x100, 0, 0x40}, {0x200, 0x100, 0, 0x40}};
constexpr linear_target shared_and_descending[]{
    {0x400, 0x100, 0, 0x40}, {0x200, 0x100, 0, 0x40}, {0x600, 0x100, 0, 0}};
constexpr linear_target ascending[]{{0x1000, 0x10, 0, 0},
                                    {0, 0x10, 0, 0x10},
                                    {0x3000, 0x10, 1, 0},
                                    {0x2000, 0x10, 0, 0x10},
                                    {0x2010, 0x20, 0, 0x18}};
constexpr linear_target at_the_end[]{{0, 0x1000, 0, u64_max - 0x1000}, {0x1000, 0x10, 1, 0}};
constexpr linear_target passes_the_end[]{{u64_max - 0x10, 0x1000, 0, 0}, {0, 0x10, 1, 0}};
constexpr linear_target nothing[]{{0, 0, 0, 0}};
constexpr linear_target with_an_empty_one[]{{0, 0, 1, 0}, {0, 0x1000, 0, 0x1000}};

using small = basic_byte_range<std::uint8_t>;
using small_target = basic_linear_target<std::uint8_t>;

// Compares every range of one lower device with a map of single bytes. `alone` tells whether all of
// the upper device lies on that lower one.
template <std::size_t Size>
bool is_the_brute_force_map(const small_target (&targets)[Size], unsigned lower,
                            bool whole_is_whole) {
    const basic_linear<std::uint8_t> map{targets, lower};
    int lower_of[256]; // of each upper byte that lies on this lower device
    for (int& byte : lower_of)
        byte = -1;
    for (const auto& target : targets)
        for (int i = 0; i < target.length; ++i)
            if (target.lower == lower && target.start + i < 255 && target.lower_start + i < 255)
                lower_of[target.start + i] = target.lower_start + i;
    for (int offset = 0; offset <= 255; ++offset)
        for (int end = offset; end <= 255; ++end) {
            const auto range =
                small::between(static_cast<std::uint8_t>(offset), static_cast<std::uint8_t>(end));
            int told[256]{};
            int last_lower = -1;
            bool good = true;
            bool whole = false;
            map.translate(range, [&](small piece) {
                whole = whole || piece.is_whole_device();
                good = good && !piece.empty();
                good = good && (whole || lower_of[piece.offset()] >= last_lower);
                last_lower = lower_of[piece.offset()];
                for (int upper = piece.offset(); upper < piece.end(); ++upper)
                    ++told[upper];
            });
            if (whole_is_whole && range.is_whole_device()) {
                if (!whole)
                    return false;
                continue;
            }
            for (int upper = 0; upper < 255; ++upper) {
                const int from = lower_of[upper];
                const bool expected = from >= offset && from < end && from >= 0;
                good = good && told[upper] == (expected ? 1 : 0);
            }
            if (!good)
                return false;
        }
    return true;
}

} // namespace

TEST_CASE("a linear map is a translation") {
    CHECK_BOTH(translation<linear>);
    CHECK_BOTH(translation<basic_linear<std::uint8_t>, std::uint8_t>);
}

TEST_CASE("a range in one target becomes one piece") {
    CHECK_BOTH(pieces_of(on_disk_0, {0x8100, 0x10}).are(byte_range{0x100, 0x10}));
    CHECK_BOTH(pieces_of(on_disk_1, {0x4000, 0x2000}).are(byte_range{0x1000, 0x2000}));
    CHECK_BOTH(pieces_of(on_disk_1, {0, 0x4001}).are(byte_range{0x1000, 1}));
}

TEST_CASE("a range over two targets becomes two pieces, in the order of the lower device") {
    CHECK_BOTH(
        pieces_of(on_disk_0, {0x7f00, 0x200}).are(byte_range{0x3f00, 0x100}, byte_range{0, 0x100}));
}

TEST_CASE("what is in no target is nobody's") {
    CHECK_BOTH(pieces_of(on_disk_0, {0, 0x7000}).are());
    CHECK_BOTH(pieces_of(on_disk_0, {0x9000, 0x1000}).are());
    CHECK_BOTH(pieces_of(on_disk_0, {0x8000, 0}).are());
    CHECK_BOTH(pieces_of(on_disk_2, {0, 0x10000}).are());
}

TEST_CASE("the whole of one of two disks is every piece on it; the whole of the only one is all") {
    constexpr auto whole = byte_range::whole_device();
    CHECK_BOTH(pieces_of(on_disk_0, whole).are(byte_range{0x3000, 0x1000}, byte_range{0, 0x1000}));
    CHECK_BOTH(pieces_of(on_disk_1, whole).are(byte_range{0x1000, 0x2000}));
    CHECK_BOTH(pieces_of(on_disk_2, whole).are());
    CHECK_BOTH(pieces_of(alone, whole).are(whole));
    CHECK_BOTH(pieces_of(linear{with_an_empty_one, 0}, whole).are(whole));
    CHECK_BOTH(pieces_of(linear{with_an_empty_one, 1}, whole).are());
    CHECK_BOTH(pieces_of(linear{nothing, 0}, whole).are());
    CHECK_BOTH(pieces_of(linear{nullptr, 0, 0}, whole).are());
}

TEST_CASE("two targets that share bytes are both told, in the order of the table") {
    CHECK_BOTH(
        pieces_of(linear{shared, 0}, {0x40, 1}).are(byte_range{0x400, 1}, byte_range{0x200, 1}));
    CHECK_BOTH(pieces_of(linear{shared, 0}, {0x50, 0x10})
                   .are(byte_range{0x410, 0x10}, byte_range{0x210, 0x10}));

    constexpr linear descending{shared_and_descending, 0};
    CHECK_BOTH(pieces_of(descending, {0x40, 1})
                   .are(byte_range{0x400, 1}, byte_range{0x200, 1}, byte_range{0x640, 1}));
    CHECK_BOTH(pieces_of(descending, {0x30, 0x11})
                   .are(byte_range{0x630, 0x11}, byte_range{0x400, 1}, byte_range{0x200, 1}));
}

TEST_CASE("a table that ascends on the lower device is told in its order, up to the range's end") {
    constexpr linear map{ascending, 0};
    CHECK_BOTH(pieces_of(map, {0xf, 2})
                   .are(byte_range{0x100f, 1}, byte_range{0, 1}, byte_range{0x2000, 1}));
    CHECK_BOTH(pieces_of(map, {0x1f, 2})
                   .are(byte_range{0xf, 1}, byte_range{0x200f, 1}, byte_range{0x2017, 2}));
    CHECK_BOTH(pieces_of(map, {0x37, 0x10}).are(byte_range{0x202f, 1}));
    CHECK_BOTH(pieces_of(map, {0x18, 0}).are());
    CHECK_BOTH(pieces_of(map, {0x38, 0x10}).are());
    CHECK_BOTH(pieces_of(linear{ascending, 1}, {0, 1}).are(byte_range{0x3000, 1}));
}

TEST_CASE("nothing is lost at the end of 64 bits, and nothing wraps") {
    constexpr auto whole = byte_range::whole_device();
    CHECK_BOTH(pieces_of(linear{at_the_end, 0}, {u64_max - 1, 1}).are(byte_range{0xfff, 1}));
    CHECK_BOTH(pieces_of(linear{at_the_end, 0}, whole).are(byte_range{0, 0x1000}));
    CHECK_BOTH(pieces_of(linear{passes_the_end, 0}, whole).are(byte_range{u64_max - 0x10, 0x10}));
}

TEST_CASE("8 bits, every range of each lower device: each byte is where brute force says") {
    const small_target several[]{{0, 20, 0, 100}, {20, 30, 1, 0}, {50, 10, 0, 120}, {60, 5, 0, 90}};
    CHECK(is_the_brute_force_map(several, 0, false));
    CHECK(is_the_brute_force_map(several, 1, false));
    CHECK(is_the_brute_force_map(several, 2, false));

    const small_target only[]{{100, 50, 0, 10}, {0, 100, 0, 60}, {150, 105, 0, 160}};
    CHECK(is_the_brute_force_map(only, 0, true));

    const small_target identical[]{{0, 255, 0, 0}};
    CHECK(is_the_brute_force_map(identical, 0, true));

    const small_target shares[]{{0, 50, 0, 20}, {50, 50, 0, 40}, {100, 50, 1, 40}, {150, 9, 0, 40}};
    CHECK(is_the_brute_force_map(shares, 0, false));

    const small_target passes[]{{200, 255, 0, 0}, {0, 100, 0, 220}, {100, 1, 1, 0}};
    CHECK(is_the_brute_force_map(passes, 0, false));

    const small_target moved_whole[]{{5, 255, 0, 0}, {0, 5, 1, 0}};
    CHECK(is_the_brute_force_map(moved_whole, 0, false));
}

TEST_CASE("8 bits, tables in every order, with what is empty or cut off") {
    std::uint32_t state = 1;
    const auto below = [&](std::uint32_t bound) { // as in any C library's rand
        state = state * 1103515245U + 12345U;
        return static_cast<std::uint8_t>((state >> 16U) % bound);
    };
    int ascending_tables = 0;
    for (int round = 0; round < 60; ++round) {
        small_target targets[4];
        std::uint8_t start = below(40);
        for (auto& target : targets) {
            target = {start, below(8) == 0 ? std::uint8_t{0} : below(54), below(4) == 0 ? 1U : 0U,
                      below(6) == 0 ? below(255) : below(150)};
            start = static_cast<std::uint8_t>(start + target.length);
        }
        const auto by_lower = [](const small_target& a, const small_target& b) {
            return a.lower_start < b.lower_start;
        };
        if (round % 2 == 0)
            std::sort(std::begin(targets), std::end(targets), by_lower);
        ascending_tables += std::is_sorted(std::begin(targets), std::end(targets), by_lower);
        for (unsigned lower = 0; lower < 2; ++lower) {
            bool is_alone = true;
            bool has_bytes = false;
            for (const auto& target : targets) {
                is_alone = is_alone && (target.length == 0 || target.lower == lower);
                has_bytes = has_bytes || (target.lower == lower && !target.on_lower().empty());
            }
            CAPTURE(round);
            CHECK(is_the_brute_force_map(targets, lower, is_alone && has_bytes));
        }
    }
    CHECK(ascending_tables >= 30);
    CHECK(ascending_tables < 60);
}
