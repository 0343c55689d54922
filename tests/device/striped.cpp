// SPDX-License-Identifier: BSL-1.0
#include "daxhold/device/striped.hpp"

#include "daxhold/device/any_holder.hpp"
#include "daxhold/device/broadcast.hpp"
#include "daxhold/device/holder_one_of.hpp"
#include "daxhold/device/mapped.hpp"
#include "daxhold/device/registration.hpp"
#include "daxhold/device/static_holder.hpp"
#include "daxhold/event/lineages.hpp"

#include "../support/both.hpp"
#include "../support/pieces.hpp"

#include <cerrno>
#include <cstddef>
#include <initializer_list>

using namespace daxhold;

namespace {

constexpr std::uint64_t u64_max = byte_range::max;

constexpr support::pieces pieces_of(stripe how, byte_range on_lower) {
    return support::pieces_of(striped{how}, on_lower);
}

// Two legs, chunks of 64 KiB, four chunks a leg.
constexpr std::uint64_t chunk = 0x1'0000;
constexpr stripe left{chunk, 2, 0, 0x1000, 4 * chunk};
constexpr stripe right{chunk, 2, 1, 0, 4 * chunk};
constexpr stripe single{chunk, 1, 0, 0x1000, 4 * chunk};

using small = basic_byte_range<std::uint8_t>;
constexpr std::uint8_t narrow(int value) { return static_cast<std::uint8_t>(value); }

using small_stripe = basic_stripe<std::uint8_t>;

// Compares every range of a leg with a map of single bytes.
bool is_the_brute_force_map(small_stripe how) {
    const basic_striped<std::uint8_t> map{how};
    for (int offset = 0; offset <= 255; ++offset)
        for (int end = offset; end <= 255; ++end) {
            const auto range =
                small::between(static_cast<std::uint8_t>(offset), static_cast<std::uint8_t>(end));
            int told[256]{};
            bool good = true;
            bool whole = false;
            int behind = 0;
            map.translate(range, [&](small piece) {
                good = good && !piece.empty() && piece.offset() >= behind;
                behind = piece.end();
                whole = whole || piece.is_whole_device();
                for (int upper = piece.offset(); upper < piece.end(); ++upper)
                    ++told[upper];
            });
            if (how.legs == 1 && range.is_whole_device()) {
                if (!whole)
                    return false;
                continue;
            }
            int expected[256]{};
            for (int i = 0; i < how.leg_length; ++i) {
                const int lower = how.lower_start + i;
                const int upper = (i / how.chunk * how.legs + how.leg) * how.chunk + i % how.chunk;
                if (lower >= offset && lower < end)
                    ++expected[upper];
            }
            for (int upper = 0; upper < 256; ++upper)
                good = good && told[upper] == expected[upper];
            if (!good)
                return false;
        }
    return true;
}

using flags = failure_flags<lineage::linux_6_8::mf_flags>;

/// Somebody who hears of a removal once, and of a corruption piece by piece.
struct arena {
    int events = 0;
    std::uint64_t bytes = 0;
    std::uint64_t last = 0;
    constexpr result notify_failure(byte_range range, flags) {
        ++events;
        bytes += range.length();
        last = range.offset();
        return success;
    }
    template <class Bytes>
    constexpr result notify_removal(const Bytes& removed, flags) {
        ++events;
        removed.each([&](byte_range piece) {
            bytes += piece.length();
            last = piece.offset();
        });
        return success;
    }
};
constexpr flags removal = lineage::linux_6_8::mf_flags::mem_pre_remove;

// A leg of two, of 32 chunks, under a partition that leaves out the first chunk, under an arena.
constexpr stripe wide{chunk, 2, 1, 0, 32 * chunk};
struct part {
    template <class Sink>
    constexpr void translate(byte_range range, Sink&& sink) const {
        if (range.offset() >= chunk)
            sink(range.moved(chunk, 0));
    }
};
struct stack {
    arena user{};
    basic_dax_device<static_holder<arena>, flags> top{};
    mapped<part, decltype(top)> between{part{}, top};
    basic_dax_device<static_holder<decltype(between)>, flags> volume{};
    mapped<striped, decltype(volume)> leg{striped{wide}, volume};
    basic_dax_device<static_holder<decltype(leg)>, flags> lower{};
};

constexpr bool a_leg_that_goes_is_one_event() {
    stack all;
    const auto held = fs_dax_get(all.lower, all.leg);
    const auto mapped_to = fs_dax_get(all.volume, all.between);
    const bool nobody = dax_holder_notify_failure(all.lower, byte_range::whole_device(), removal) ==
                            unsupported_operation &&
                        all.user.events == 0;
    const auto used = fs_dax_get(all.top, all.user);
    const bool once = kill_dax(all.lower) == success && all.user.events == 1 &&
                      all.user.bytes == 32 * chunk && all.user.last == 62 * chunk;
    return nobody && once;
}
constexpr bool pages_that_fail_are_told_each() {
    stack all;
    const auto held = fs_dax_get(all.lower, all.leg);
    const auto mapped_to = fs_dax_get(all.volume, all.between);
    const auto used = fs_dax_get(all.top, all.user);
    return dax_holder_notify_failure(all.lower, {chunk, 3 * chunk}, flags{}) == success &&
           all.user.events == 3 && all.user.bytes == 3 * chunk;
}
constexpr bool none_is_not_told() {
    stack all;
    const auto held = fs_dax_get(all.lower, all.leg);
    const auto mapped_to = fs_dax_get(all.volume, all.between);
    const auto used = fs_dax_get(all.top, all.user);
    return dax_holder_notify_failure(all.lower, {32 * chunk, 1}, removal) == no_such_device &&
           all.user.events == 0;
}

/// Somebody who hears of each piece.
struct piecewise {
    int events = 0;
    result answer{};
    constexpr result notify_failure(byte_range, flags) {
        ++events;
        return answer;
    }
};
/// The volume is held by this handle.
template <class Handle>
struct volume_held_by {
    basic_dax_device<Handle, flags> volume{};
    mapped<striped, decltype(volume)> leg{striped{wide}, volume};
};
template <class Handle, class Holder>
constexpr result leg_goes(Holder& holder) {
    volume_held_by<Handle> held;
    const auto used = fs_dax_get(held.volume, holder);
    return held.leg.notify_failure(byte_range::whole_device(), removal);
}

constexpr bool one_of_several_types_hears_of_it_once() {
    using either = holder_one_of<piecewise, arena>;
    arena user;
    piecewise other{.answer = result::error(EIO)};
    volume_held_by<either> nobodys;
    return leg_goes<either>(user) == success && user.events == 1 && user.bytes == 32 * chunk &&
           leg_goes<either>(other) == result::error(EIO) && other.events == 32 &&
           nobodys.leg.notify_failure(byte_range::whole_device(), removal) == unsupported_operation;
}
constexpr bool each_of_a_broadcast_hears_of_it_as_he_does() {
    arena by_pointer;
    arena by_handle;
    arena array[2];
    piecewise other{.answer = result::error(EIO)};
    using handle = static_holder<arena>;
    arena* const nobody = nullptr;
    using to_all = broadcast<arena*, handle, piecewise*, arena*, handle>;
    to_all all{&by_pointer, handle{by_handle}, &other, nobody, handle{}};
    broadcast_array<arena> to_array{array};
    broadcast<arena*> to_nobody{nobody};
    return leg_goes<static_holder<to_all>>(all) == result::error(EIO) && by_pointer.events == 1 &&
           by_handle.events == 1 && by_handle.bytes == 32 * chunk && other.events == 32 &&
           leg_goes<static_holder<broadcast_array<arena>>>(to_array) == success &&
           array[0].events == 1 && array[1].events == 1 && array[1].bytes == 32 * chunk &&
           leg_goes<static_holder<broadcast<arena*>>>(to_nobody) == no_such_device;
}
/// Whether a holder that hears of each piece, or a handle that hides who it is, costs nothing more.
template <class Holder>
constexpr bool hears_at_once = hears_removal_at_once<Holder, removed_bytes<striped>, flags>;
static_assert(hears_at_once<const holder_one_of<piecewise, arena>>);
static_assert(!hears_at_once<const holder_one_of<piecewise>>);
static_assert(hears_at_once<broadcast<piecewise*, arena*>>);
static_assert(!hears_at_once<broadcast<piecewise*>>);
static_assert(!hears_at_once<broadcast_array<piecewise>>);
static_assert(!hears_at_once<const any_holder<flags>>);

} // namespace

TEST_CASE("a leg that goes is one event, through every layer, and not one for each chunk") {
    CHECK_BOTH(a_leg_that_goes_is_one_event());
    CHECK_BOTH(one_of_several_types_hears_of_it_once());
    CHECK_BOTH(each_of_a_broadcast_hears_of_it_as_he_does());
    CHECK_BOTH(pages_that_fail_are_told_each());
    CHECK_BOTH(none_is_not_told());
}

TEST_CASE("a stripe is a translation") {
    CHECK_BOTH(translation<striped>);
    CHECK_BOTH(translation<basic_striped<std::uint8_t>, std::uint8_t>);
}

TEST_CASE("chunk i of the striped device is chunk i / legs of leg i % legs") {
    CHECK_BOTH(pieces_of(left, {0x1000, 1}).are(byte_range{0, 1}));
    CHECK_BOTH(pieces_of(right, {0, 1}).are(byte_range{chunk, 1}));
    CHECK_BOTH(pieces_of(left, {0x1000 + chunk, 0x10}).are(byte_range{2 * chunk, 0x10}));
    CHECK_BOTH(pieces_of(right, {3 * chunk + 7, 0x10}).are(byte_range{7 * chunk + 7, 0x10}));
}

TEST_CASE("a range over several chunks becomes a piece for each, clipped") {
    CHECK_BOTH(pieces_of(right, {chunk - 1, chunk + 2})
                   .are(byte_range{2 * chunk - 1, 1}, byte_range{3 * chunk, chunk},
                        byte_range{5 * chunk, 1}));
    CHECK_BOTH(pieces_of(left, {0, 0x1000}).are());
    CHECK_BOTH(pieces_of(left, {0, 0x1001}).are(byte_range{0, 1}));
    CHECK_BOTH(pieces_of(right, {4 * chunk, chunk}).are());
    CHECK_BOTH(pieces_of(right, {4 * chunk - 1, chunk}).are(byte_range{8 * chunk - 1, 1}));
}

TEST_CASE("the whole of one of several legs is every chunk on it; of the only leg it is all") {
    constexpr auto whole = byte_range::whole_device();
    CHECK_BOTH(pieces_of(right, whole)
                   .are(byte_range{chunk, chunk}, byte_range{3 * chunk, chunk},
                        byte_range{5 * chunk, chunk}, byte_range{7 * chunk, chunk}));
    CHECK_BOTH(pieces_of(single, whole).are(whole));
    CHECK_BOTH(pieces_of(single, {0, 3 * chunk}).are(byte_range{0, 3 * chunk - 0x1000}));
}

TEST_CASE("what is no stripe has no pieces") {
    constexpr byte_range start{0, 0x10};
    CHECK_BOTH(left.valid());
    CHECK_BOTH(!stripe{0, 2, 0, 0, chunk}.valid());
    CHECK_BOTH(!stripe{chunk, 0, 0, 0, chunk}.valid());
    CHECK_BOTH(!stripe{chunk, 2, 2, 0, chunk}.valid());
    CHECK_BOTH(!stripe{chunk, 2, 0, u64_max, chunk}.valid());
    CHECK_BOTH(!stripe{chunk, 2, 0, 0, u64_max}.valid());
    CHECK_BOTH(!stripe{u64_max, 2, 0, 0, u64_max}.valid());
    CHECK_BOTH(!stripe{}.valid());
    CHECK_BOTH(pieces_of({0, 2, 0, 0, chunk}, start).are());
    CHECK_BOTH(pieces_of({chunk, 0, 0, 0, chunk}, start).are());
    CHECK_BOTH(pieces_of({chunk, 2, 2, 0, chunk}, start).are());
    CHECK_BOTH(pieces_of({chunk, 2, 1, 0, 0}, byte_range::whole_device()).are());
}

TEST_CASE("nothing is lost at the end of 64 bits") {
    // The last chunk that two legs can have.
    constexpr stripe huge{1ULL << 62, 3, 2, 5, 1ULL << 62};
    CHECK_BOTH(huge.valid());
    CHECK_BOTH(pieces_of(huge, {5 + (1ULL << 62) - 1, 1}).are(byte_range{3 * (1ULL << 62) - 1, 1}));
    constexpr stripe at_the_end{chunk, 2, 1, u64_max - chunk, chunk};
    CHECK_BOTH(pieces_of(at_the_end, {u64_max - 1, 1}).are(byte_range{2 * chunk - 1, 1}));
}

TEST_CASE("8 bits, every range of a leg: each byte is where brute force says") {
    int stripes = 0;
    for (const int bytes : {1, 2, 7, 16, 60})
        for (const int legs : {1, 2, 3, 4})
            for (const int start : {0, 10, 200})
                for (const int length : {0, 1, 16, 33, 55}) {
                    const small_stripe how{narrow(bytes), narrow(legs), narrow(legs - 1),
                                           narrow(start), narrow(length)};
                    if (!how.valid() || (length == 0 && legs == 1))
                        continue;
                    ++stripes;
                    CAPTURE(bytes);
                    CAPTURE(legs);
                    CAPTURE(start);
                    CAPTURE(length);
                    REQUIRE(is_the_brute_force_map(how));
                }
    CHECK(stripes > 100);
}

TEST_CASE("8 bits: the legs together have every byte of the striped device, each once") {
    for (const int bytes : {1, 3, 10}) {
        int told[256]{};
        for (std::uint8_t leg = 0; leg < 4; ++leg)
            basic_striped<std::uint8_t>{{narrow(bytes), 4, leg, leg, 60}}.translate(
                small::whole_device(), [&](small piece) {
                    for (int upper = piece.offset(); upper < piece.end(); ++upper)
                        ++told[upper];
                });
        bool good = true;
        for (int upper = 0; upper < 256; ++upper)
            good = good && told[upper] == (upper < 240 ? 1 : 0);
        CHECK(good);
    }
}
