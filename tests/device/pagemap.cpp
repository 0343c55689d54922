// SPDX-License-Identifier: BSL-1.0
#include "daxhold/device/pagemap.hpp"

#include "../support/both.hpp"

#include <initializer_list>
#include <type_traits>

using namespace daxhold;

namespace {

constexpr std::uint64_t u64_max = byte_range::max;
constexpr byte_range outside{};

constexpr byte_range at(std::uint64_t offset) { return {offset, 1}; }

// One range of 64 KiB at 1 MiB, of which the driver keeps 8 KiB.
constexpr pagemap<> one{byte_range{0x10'0000, 0x1'0000}, 0x2000};

// Three ranges; the second lies below the first, and the third touches the first.
constexpr pagemap<3> three{
    {byte_range{0x8000, 0x1000}, byte_range{0x1000, 0x3000}, byte_range{0x9000, 0x1000}}, 0x1800};

using small = basic_byte_range<std::uint8_t>;

// Whether every byte that `translate` tells of a range is the one that `place_of` tells, in the
// order of the device and each once, and every byte outside of it is left out.
template <std::size_t Ranges>
bool pieces_are_the_bytes(const basic_pagemap<std::uint8_t, Ranges>& map, small physical,
                          const int (&offset_at)[256]) {
    bool told[256]{};
    bool good = true;
    int behind = 0;
    map.translate(physical, [&](small piece) {
        good = good && !piece.empty() && piece.offset() >= behind;
        behind = piece.end();
        for (int offset = piece.offset(); offset < piece.end(); ++offset)
            told[offset] = true;
    });
    bool expected[256]{};
    for (int address = physical.offset(); address < physical.end(); ++address)
        if (offset_at[address] >= 0)
            expected[offset_at[address]] = true;
    for (int offset = 0; offset < 256; ++offset)
        good = good && told[offset] == expected[offset];
    return good;
}

// Strings the ranges together byte by byte, and compares with the map for every range of addresses.
template <std::size_t Ranges>
bool is_the_brute_force_map(const small (&ranges)[Ranges], int data_offset) {
    const basic_pagemap<std::uint8_t, Ranges> map = [&] {
        if constexpr (Ranges == 1)
            return basic_pagemap{ranges[0], static_cast<std::uint8_t>(data_offset)};
        else
            return basic_pagemap{ranges, static_cast<std::uint8_t>(data_offset)};
    }();
    int offset_at[256];
    for (int& offset : offset_at)
        offset = -1;
    int next = -data_offset;
    for (const small range : ranges)
        for (int address = range.offset(); address < range.end(); ++address, ++next)
            if (next >= 0)
                offset_at[address] = next;
    if (map.size() != (next > 0 ? next : 0))
        return false;
    for (int address = 0; address < 255; ++address) {
        const auto found = map.place_of(static_cast<std::uint8_t>(address));
        const bool inside = offset_at[address] >= 0;
        if (found.length() != (inside ? 1 : 0) || (inside && found.offset() != offset_at[address]))
            return false;
    }
    for (int offset = 0; offset <= 255; ++offset)
        for (int end = offset; end <= 255; ++end)
            if (!pieces_are_the_bytes(map,
                                      small::between(static_cast<std::uint8_t>(offset),
                                                     static_cast<std::uint8_t>(end)),
                                      offset_at))
                return false;
    return true;
}

} // namespace

TEST_CASE("one range: physical address minus start minus the driver's bytes") {
    CHECK_BOTH(one.size() == 0xe000);
    CHECK_BOTH(one.place_of(0x10'2000) == at(0));
    CHECK_BOTH(one.place_of(0x10'ffff) == at(0xdfff));
    CHECK_BOTH(one.place_of(0x11'0000) == outside);
    CHECK_BOTH(one.place_of(0xf'ffff) == outside);
}

TEST_CASE("the driver's own bytes have no offset, and nothing wraps") {
    CHECK_BOTH(one.place_of(0x10'0000) == outside);
    CHECK_BOTH(one.place_of(0x10'1fff) == outside);
    CHECK_BOTH(pagemap<>{byte_range{0x1000, 0x1000}, 0x2000}.size() == 0);
    CHECK_BOTH(pagemap<>{byte_range{0x1000, 0x1000}, 0x2000}.place_of(0x1800) == outside);
}

TEST_CASE("several ranges are strung together in their order") {
    CHECK_BOTH(three.size() == 0x3800);
    CHECK_BOTH(three.place_of(0x8000) == outside); // the driver's bytes go on into the second
    CHECK_BOTH(three.place_of(0x17ff) == outside);
    CHECK_BOTH(three.place_of(0x1800) == at(0));
    CHECK_BOTH(three.place_of(0x3fff) == at(0x27ff));
    CHECK_BOTH(three.place_of(0x9000) == at(0x2800));
    CHECK_BOTH(three.place_of(0x9fff) == at(0x37ff));
    CHECK_BOTH(three.place_of(0x4000) == outside);
}

TEST_CASE("the end of 64 bits") {
    constexpr pagemap<> last{byte_range{u64_max - 0x1000, 0x1000}};
    CHECK_BOTH(last.place_of(u64_max - 1) == at(0xfff));
    CHECK_BOTH(last.place_of(u64_max) == outside); // the last byte there is comes before it
    constexpr pagemap<> everything{byte_range::whole_device()};
    CHECK_BOTH(everything.place_of(u64_max - 1) == at(u64_max - 1));
    CHECK_BOTH(everything.size() == u64_max);
}

TEST_CASE("ranges that overlap, which they must not: what cannot be counted is outside") {
    using small_pagemap = basic_pagemap<std::uint8_t, 2>;
    constexpr small_pagemap map{{small{0, 200}, small{150, 100}}};
    CHECK_BOTH(map.size() == 255);
    CHECK_BOTH(map.place_of(204) == small{254, 1});
    CHECK_BOTH(map.place_of(205) == small{});
    CHECK_BOTH(map.place_of(249) == small{});
}

TEST_CASE("the number of ranges is found out") {
    const small two[]{{0, 1}, {2, 1}};
    CHECK_BOTH(std::is_same_v<decltype(basic_pagemap{byte_range{}}), pagemap<>>);
    CHECK_BOTH(std::is_same_v<decltype(basic_pagemap{two}), basic_pagemap<std::uint8_t, 2>>);
}

TEST_CASE("8 bits, every range of addresses: each byte is where brute force says") {
    for (const int data_offset : {0, 1, 10, 19, 20, 21, 47, 100, 255}) {
        CAPTURE(data_offset);
        CHECK(is_the_brute_force_map({small{0, 255}}, data_offset));
        CHECK(is_the_brute_force_map({small{50, 20}}, data_offset));
        CHECK(is_the_brute_force_map({small{235, 20}}, data_offset));
        CHECK(is_the_brute_force_map({small{0, 0}}, data_offset));
        CHECK(is_the_brute_force_map({small{100, 20}, small{10, 30}, small{120, 7}}, data_offset));
        CHECK(is_the_brute_force_map({small{128, 127}, small{0, 128}}, data_offset));
        CHECK(is_the_brute_force_map({small{5, 0}, small{0, 5}, small{250, 5}}, data_offset));
    }
}
