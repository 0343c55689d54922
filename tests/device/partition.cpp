// SPDX-License-Identifier: BSL-1.0
#include "daxhold/device/partition.hpp"

#include "daxhold/device/mapped.hpp"

#include "../support/both.hpp"

using namespace daxhold;

namespace {

// What comes of one range: the piece, or an empty one.
constexpr byte_range piece_of(partition where, byte_range on_disk) {
    byte_range told;
    where.translate(on_disk, [&](byte_range piece) { told = piece; });
    return told;
}

constexpr std::uint64_t u64_max = byte_range::max;
constexpr partition second{byte_range{0x1000, 0x3000}};
constexpr partition last{byte_range{u64_max - 0x1000, 0x1000}};

using small = basic_byte_range<std::uint8_t>;

// Compares every range of the disk with the bytes of the partition, one by one.
bool is_the_brute_force_map(small on_disk) {
    const basic_partition<std::uint8_t> where{on_disk};
    for (int offset = 0; offset <= 255; ++offset)
        for (int end = offset; end <= 255; ++end) {
            const auto range =
                small::between(static_cast<std::uint8_t>(offset), static_cast<std::uint8_t>(end));
            int pieces = 0;
            small told;
            where.translate(range, [&](small piece) {
                ++pieces;
                told = piece;
            });
            if (pieces > 1 || (pieces == 1 && told.empty()))
                return false;
            if (range.is_whole_device() && !on_disk.empty()) {
                if (!told.is_whole_device())
                    return false;
                continue;
            }
            for (int upper = 0; upper < 255; ++upper) {
                const int lower = upper + on_disk.offset();
                const bool expected = lower < on_disk.end() && lower >= offset && lower < end;
                if (told.contains(static_cast<std::uint8_t>(upper)) != expected)
                    return false;
            }
        }
    return true;
}

} // namespace

TEST_CASE("a partition is a translation") {
    CHECK_BOTH(translation<partition>);
    CHECK_BOTH(translation<basic_partition<std::uint8_t>, std::uint8_t>);
}

TEST_CASE("a range of the disk is clipped to the partition and counted from its start") {
    CHECK_BOTH(piece_of(second, {0x1000, 0x3000}) == byte_range{0, 0x3000});
    CHECK_BOTH(piece_of(second, {0x2000, 0x200}) == byte_range{0x1000, 0x200});
    CHECK_BOTH(piece_of(second, {0x0800, 0x1000}) == byte_range{0, 0x800});
    CHECK_BOTH(piece_of(second, {0x3f00, 0x1000}) == byte_range{0x2f00, 0x100});
    CHECK_BOTH(piece_of(second, {0, u64_max - 1}) == byte_range{0, 0x3000});
}

TEST_CASE("what touches the partition from outside is not in it") {
    CHECK_BOTH(piece_of(second, {0, 0x1000}).empty());
    CHECK_BOTH(piece_of(second, {0x4000, 0x1000}).empty());
    CHECK_BOTH(piece_of(second, {0x2000, 0}).empty());
}

TEST_CASE("the whole disk is the whole partition") {
    CHECK_BOTH(piece_of(second, byte_range::whole_device()).is_whole_device());
    CHECK_BOTH(piece_of(last, byte_range::whole_device()).is_whole_device());
    CHECK_BOTH(piece_of(partition{{0x1000, 0}}, byte_range::whole_device()).empty());
}

TEST_CASE("nothing is lost at the end of 64 bits") {
    CHECK_BOTH(piece_of(last, {u64_max - 1, 1}) == byte_range{0xfff, 1});
    CHECK_BOTH(piece_of(last, {u64_max - 0x1001, u64_max}) == byte_range{0, 0x1000});
}

TEST_CASE("8 bits, every range of the disk: each byte is where brute force says") {
    CHECK(is_the_brute_force_map({0, 255}));
    CHECK(is_the_brute_force_map({0, 100}));
    CHECK(is_the_brute_force_map({1, 254}));
    CHECK(is_the_brute_force_map({100, 50}));
    CHECK(is_the_brute_force_map({254, 1}));
    CHECK(is_the_brute_force_map({254, 200}));
    CHECK(is_the_brute_force_map({255, 1}));
    CHECK(is_the_brute_force_map({100, 0}));
}
