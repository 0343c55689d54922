// SPDX-License-Identifier: BSL-1.0
#include "daxhold/event/byte_range.hpp"

#include "../support/both.hpp"

#include <initializer_list>
#include <type_traits>

using daxhold::basic_byte_range;
using daxhold::byte_range;

namespace {

using small = basic_byte_range<std::uint8_t>;
constexpr int small_max = 255;

constexpr std::uint8_t narrow(int value) { return static_cast<std::uint8_t>(value); }
constexpr int saturated(int value) { return value < 0 ? 0 : value > small_max ? small_max : value; }

// What `between` shall give, in arithmetic that cannot wrap.
constexpr bool is(small range, int offset, int end) {
    return range.offset() == offset && range.end() == (end > offset ? end : offset) &&
           range.length() == range.end() - range.offset() && range.empty() == (end <= offset);
}

// Calls f with every range of 8 bits, and returns whether it was true of each of them.
template <class Predicate>
bool all_ranges(Predicate predicate) {
    for (int offset = 0; offset <= small_max; ++offset)
        for (int end = offset; end <= small_max; ++end)
            if (!predicate(small::between(narrow(offset), narrow(end)))) {
                MESSAGE("not so for [" << offset << ", " << end << ")");
                return false;
            }
    return true;
}

template <class Predicate>
bool all_ranges_and_numbers(Predicate predicate) {
    return all_ranges([&](small range) {
        for (int number = 0; number <= small_max; ++number)
            if (!predicate(range, number)) {
                MESSAGE("not so with " << number);
                return false;
            }
        return true;
    });
}

// Every range together with the ranges whose ends lie in every order to its own.
template <class Predicate>
bool all_pairs(Predicate predicate) {
    return all_ranges([&](small a) {
        const int ends[]{0,           a.offset() - 1, a.offset(),  a.offset() + 1,
                         a.end() - 1, a.end(),        a.end() + 1, small_max};
        for (const int offset : ends)
            for (const int end : ends)
                if (saturated(offset) == offset && saturated(end) == end && offset <= end &&
                    !predicate(a, small::between(narrow(offset), narrow(end)))) {
                    MESSAGE("not so with [" << offset << ", " << end << ")");
                    return false;
                }
        return true;
    });
}

constexpr std::uint64_t u64_max = 0xffff'ffff'ffff'ffff;

// The pieces that split makes, as a number: how many, how many bytes, and whether they are in
// order.
struct pieces {
    int count = 0;
    std::uint64_t bytes = 0;
    bool in_order = true;
};

template <class Int>
constexpr pieces pieces_of(basic_byte_range<Int> range, Int boundary) {
    pieces all;
    Int next = range.offset();
    range.split(boundary, [&](basic_byte_range<Int> piece) {
        const bool begins = piece.offset() == next;
        const bool within =
            boundary == 0 || piece.offset() / boundary == (piece.end() - 1) / boundary;
        const bool last = piece.end() == range.end();
        const bool full = boundary != 0 && piece.end() % boundary == 0;
        all.in_order = all.in_order && begins && within && !piece.empty() && (last || full);
        next = piece.end();
        ++all.count;
        all.bytes += piece.length();
    });
    all.in_order = all.in_order && (range.empty() || next == range.end());
    return all;
}

} // namespace

TEST_CASE("a byte range is a small value") {
    CHECK_BOTH(std::is_trivially_copyable_v<byte_range>);
    CHECK_BOTH(sizeof(byte_range) == 16);
    CHECK_BOTH(byte_range{}.empty());
    CHECK_BOTH(byte_range{} == byte_range{0, 0});
    CHECK_BOTH(byte_range{4096, 512} == byte_range::between(4096, 4608));
    CHECK_BOTH(byte_range{4096, 512} != byte_range{4096, 511});
}

TEST_CASE("the whole device is (0, max) and stays so") {
    CHECK_BOTH(byte_range::whole_device() == byte_range{0, u64_max});
    CHECK_BOTH(byte_range::whole_device().length() == u64_max);
    CHECK_BOTH(byte_range::whole_device().is_whole_device());
    CHECK_BOTH(byte_range::whole_device().moved_up(4096).is_whole_device());
    CHECK_BOTH(byte_range::whole_device().moved_down(4096).is_whole_device());
    CHECK_BOTH(byte_range::whole_device().clip(8192) == byte_range{0, 8192});
    CHECK_BOTH(!byte_range{0, u64_max - 1}.is_whole_device());
    CHECK_BOTH(!byte_range{1, u64_max}.is_whole_device());
}

TEST_CASE("nothing wraps at the end of 64 bits") {
    CHECK_BOTH(byte_range{4096, u64_max}.end() == u64_max);
    CHECK_BOTH(byte_range::wraps(4096, u64_max));
    CHECK_BOTH(!byte_range::wraps(4096, u64_max - 4096));
    CHECK_BOTH(byte_range{u64_max - 10, 5}.moved_up(7) == byte_range{u64_max - 3, 3});
    CHECK_BOTH(byte_range{u64_max - 10, 5}.moved_up(100).empty());
    CHECK_BOTH(byte_range{10, 5}.moved_down(12) == byte_range{0, 3});
    CHECK_BOTH(byte_range::between(9, 3).empty());
}

TEST_CASE("adjacent ranges do not overlap") {
    CHECK_BOTH(!byte_range{0, 4096}.overlaps(byte_range{4096, 4096}));
    CHECK_BOTH(byte_range{0, 4097}.overlaps(byte_range{4096, 4096}));
    CHECK_BOTH(!byte_range{0, 4096}.overlaps(byte_range{100, 0}));
}

TEST_CASE("split cuts at multiples of the boundary, counted from 0") {
    CHECK_BOTH(pieces_of<std::uint64_t>({1000, 10000}, 4096).count == 3);
    CHECK_BOTH(pieces_of<std::uint64_t>({1000, 10000}, 4096).bytes == 10000);
    CHECK_BOTH(pieces_of<std::uint64_t>({1000, 10000}, 4096).in_order);
    CHECK_BOTH(pieces_of<std::uint64_t>({1000, 10000}, 0).count == 1);
    CHECK_BOTH(pieces_of<std::uint64_t>({1000, 0}, 4096).count == 0);
    CHECK_BOTH(pieces_of<std::uint64_t>({u64_max - 10, 10}, 4).bytes == 10);
    CHECK_BOTH(pieces_of<std::uint64_t>({u64_max - 10, 10}, 4).in_order);
}

TEST_CASE("8 bits, exhaustively: construction") {
    CHECK(all_ranges_and_numbers([](small range, int) { return range.end() >= range.offset(); }));
    bool good = true;
    for (int offset = 0; offset <= small_max; ++offset)
        for (int length = 0; length <= small_max; ++length) {
            const small range{narrow(offset), narrow(length)};
            good = good && is(range, offset, saturated(offset + length)) &&
                   small::wraps(narrow(offset), narrow(length)) == (offset + length > small_max) &&
                   range.is_whole_device() == (offset == 0 && length == small_max) &&
                   is(small::between(narrow(offset), narrow(length)), offset, length);
        }
    CHECK(good);
}

TEST_CASE("8 bits, exhaustively: moved_up and moved_down") {
    CHECK(all_ranges_and_numbers([](small range, int distance) {
        const small up = range.moved_up(narrow(distance));
        const small down = range.moved_down(narrow(distance));
        if (range.is_whole_device())
            return up == range && down == range;
        return is(up, saturated(range.offset() + distance), saturated(range.end() + distance)) &&
               is(down, saturated(range.offset() - distance), saturated(range.end() - distance));
    }));
}

TEST_CASE("8 bits, exhaustively: contains, clip, below, from") {
    CHECK(all_ranges_and_numbers([](small range, int number) {
        const auto at = narrow(number);
        const small low = range.below(at);
        const small high = range.from(at);
        return range.contains(at) == (number >= range.offset() && number < range.end()) &&
               is(low, range.offset(), number < range.end() ? number : range.end()) &&
               is(high, number > range.offset() ? number : range.offset(), range.end()) &&
               low.length() + high.length() == range.length() && !low.overlaps(high) &&
               range.clip(at).length() == low.length() && (low.empty() || range.clip(at) == low);
    }));
}

TEST_CASE("8 bits, every range against every order of ends: intersect, overlaps, contains") {
    CHECK(all_pairs([](small a, small b) {
        const int first = a.offset() > b.offset() ? a.offset() : b.offset();
        const int end = a.end() < b.end() ? a.end() : b.end();
        const bool inside = b.empty() || (a.offset() <= b.offset() && b.end() <= a.end());
        return is(intersect(a, b), first, end) && intersect(a, b) == intersect(b, a) &&
               a.overlaps(b) == (first < end) && b.overlaps(a) == (first < end) &&
               a.contains(b) == inside;
    }));
}

TEST_CASE("8 bits, every range: split loses nothing and repeats nothing") {
    CHECK(all_ranges([](small range) {
        for (const int boundary : {0, 1, 2, 3, 5, 8, 64, 100, 127, 128, 129, 254, 255}) {
            const pieces all = pieces_of<std::uint8_t>(range, narrow(boundary));
            if (!all.in_order || all.bytes != range.length())
                return false;
        }
        return true;
    }));
}

TEST_CASE("what overlaps has in common what intersect says, without a check") {
    CHECK(all_pairs([](small a, small b) {
        const bool overlaps = !intersect(a, b).empty();
        return a.overlaps(b) == overlaps && (!overlaps || a.overlap_with(b) == intersect(a, b));
    }));
    CHECK_BOTH(byte_range::ordered(50, 150) == byte_range::between(50, 150));
    CHECK_BOTH(byte_range::ordered(u64_max, u64_max) == byte_range{u64_max, 0});
    CHECK_BOTH(byte_range{0, 100}.overlap_with({50, 100}) == byte_range{50, 50});
    CHECK_BOTH(byte_range::whole_device().overlap_with({7, 1}) == byte_range{7, 1});
}

TEST_CASE("a range is moved without a check where it can be") {
    CHECK(all_ranges_and_numbers([](small range, int to) {
        for (const int from : {0, range.offset() / 2, int{range.offset()}}) {
            if (range.end() - from + to > small_max)
                continue;
            const auto moved = range.moved(narrow(from), narrow(to));
            if (!is(moved, range.offset() - from + to, range.end() - from + to) ||
                moved.length() != range.length())
                return false;
        }
        return true;
    }));
    CHECK_BOTH(byte_range{100, 10}.moved(90, 5) == byte_range{15, 10});
    CHECK_BOTH(byte_range{u64_max - 10, 10}.moved(u64_max - 10, 0) == byte_range{0, 10});
}
