// SPDX-License-Identifier: BSL-1.0
#include "daxhold/device/memory_failure.hpp"

#include "daxhold/device/static_holder.hpp"
#include "daxhold/event/lineages.hpp"

#include "../support/both.hpp"

using namespace daxhold;

namespace {

using mf_flags = lineage::linux_6_8::mf_flags;
using flags = failure_flags<mf_flags>;

// Remembers the ranges of one run.
struct ranges {
    byte_range told[4]{};
    std::size_t size = 0;
    constexpr void add(byte_range range) { told[size++] = range; }
    constexpr bool are(byte_range a) const { return size == 1 && told[0] == a; }
    constexpr bool are(byte_range a, byte_range b) const {
        return size == 2 && told[0] == a && told[1] == b;
    }
};

// Answers what it was given; outside of [unsupported_below, unsupported_from) it says that it does
// not know.
struct filesystem {
    result answer = success;
    std::uint64_t unsupported_below = 0;
    std::uint64_t unsupported_from = byte_range::max;
    ranges told{};
    flags last_flags{};
    constexpr result notify_failure(byte_range range, flags f) {
        told.add(range);
        last_flags = f;
        return range.offset() < unsupported_below || range.offset() >= unsupported_from
                   ? unsupported_operation
                   : answer;
    }
};

using device_type = basic_dax_device<static_holder<filesystem>, flags>;

constexpr std::uint64_t page = 4096;
constexpr pagemap<> one{byte_range{256 * page, 16 * page}, 2 * page};
constexpr pagemap<2> two{{byte_range{100 * page, 4 * page}, byte_range{200 * page, 4 * page}}};
// The device's second half lies in front of its first one, and touches it.
constexpr pagemap<2> swapped{{byte_range{104 * page, 4 * page}, byte_range{100 * page, 4 * page}}};

// One run: what was told, what took the generic path, and what came of it.
struct run {
    filesystem fs{};
    ranges generic{};
    memory_failure_outcome outcome{};

    template <std::size_t Ranges>
    constexpr run(const pagemap<Ranges>& memory, failed_pages pages, filesystem holder = {},
                  result generic_answer = success)
        : fs{holder} {
        device_type device;
        (void)device.hold(fs);
        outcome = memory_failure_dev_pagemap(device, memory, pages, mf_flags::must_kill,
                                             [&](byte_range range) {
                                                 generic.add(range);
                                                 return generic_answer;
                                             });
    }
    constexpr bool is(result answer, std::size_t pieces, std::size_t generic_pieces) const {
        return outcome.answer == answer && outcome.pieces == pieces &&
               outcome.generic_pieces == generic_pieces && generic.size == generic_pieces &&
               outcome.took_generic_path() == (generic_pieces != 0);
    }
};

constexpr filesystem answering(result answer, std::uint64_t unsupported_below = 0,
                               std::uint64_t unsupported_from = byte_range::max) {
    filesystem fs;
    fs.answer = answer;
    fs.unsupported_below = unsupported_below;
    fs.unsupported_from = unsupported_from;
    return fs;
}

constexpr memory_failure_outcome without_a_holder(bool dead, result generic_answer) {
    device_type device;
    if (dead)
        (void)device.kill();
    return memory_failure_dev_pagemap(device, one, {258}, {},
                                      [&](byte_range) { return generic_answer; });
}

} // namespace

TEST_CASE("failed pages are addresses") {
    CHECK_BOTH(failed_pages{3}.addresses() == byte_range{3 * page, page});
    CHECK_BOTH(failed_pages{3, 2, 512}.addresses() == byte_range{1536, 1024});
    CHECK_BOTH(failed_pages{3, 2, 1}.addresses() == byte_range{3, 2});
    CHECK_BOTH(failed_pages{byte_range::max, 1}.addresses().empty());
    CHECK_BOTH(failed_pages{1, byte_range::max}.addresses().end() == byte_range::max);
    CHECK_BOTH(!failed_pages{3, 0}.valid());
    CHECK_BOTH(!failed_pages{3, 1, 0}.valid());
    CHECK_BOTH(!failed_pages{3, 1, 4095}.valid());
    CHECK_BOTH(failed_pages{3, 1, 4095}.addresses().empty());
}

TEST_CASE("a page becomes a range of the device, with the flags as they were") {
    CHECK_BOTH(run{one, {258}}.fs.told.are(byte_range{0, page}));
    CHECK_BOTH(run{one, {271}}.fs.told.are(byte_range{13 * page, page}));
    CHECK_BOTH(run{one, {260, 3}}.fs.told.are(byte_range{2 * page, 3 * page}));
    CHECK_BOTH(run{one, {521, 1, 2048}}.fs.told.are(byte_range{5 * 2048, 2048}));
    CHECK_BOTH(run{one, {258}}.fs.last_flags == flags{mf_flags::must_kill});
    CHECK_BOTH(run{one, {258}}.is(success, 1, 0));
}

TEST_CASE("what is outside of the device is -ENXIO, and nobody is told") {
    CHECK_BOTH(run{one, {255}}.is(no_such_device, 0, 0));
    CHECK_BOTH(run{one, {256}}.is(no_such_device, 0, 0)); // the driver's own
    CHECK_BOTH(run{one, {272}}.is(no_such_device, 0, 0));
    CHECK_BOTH(run{one, {~0ULL}}.is(no_such_device, 0, 0));
    CHECK_BOTH(run{one, {272}}.fs.told.size == 0);
}

TEST_CASE("what makes no sense is -EINVAL, and nobody is told") {
    CHECK_BOTH(run{one, {258, 0}}.is(result::error(EINVAL), 0, 0));
    CHECK_BOTH(run{one, {258, 1, 3000}}.is(result::error(EINVAL), 0, 0));
    CHECK_BOTH(run{one, {258, 0}}.fs.told.size == 0);
}

TEST_CASE("a failure that hangs out of the device is clipped") {
    CHECK_BOTH(run{one, {250, 9}}.fs.told.are(byte_range{0, page}));
    CHECK_BOTH(run{one, {271, 100}}.fs.told.are(byte_range{13 * page, page}));
    CHECK_BOTH(run{one, {0, ~0ULL}}.fs.told.are(byte_range{0, 14 * page}));
}

TEST_CASE("a failure over several ranges of memory is told in pieces, all of them") {
    CHECK_BOTH(run{two, {103}}.fs.told.are(byte_range{3 * page, page}));
    CHECK_BOTH(run{two, {200}}.fs.told.are(byte_range{4 * page, page}));
    CHECK_BOTH(
        run{two, {103, 98}}.fs.told.are(byte_range{3 * page, page}, byte_range{4 * page, page}));
    CHECK_BOTH(run{two, {104, 96}}.is(no_such_device, 0, 0)); // just the gap
    CHECK_BOTH(run{swapped, {103, 2}}.fs.told.are(byte_range{0, page}, byte_range{7 * page, page}));
    CHECK_BOTH(run{two, {103, 98}}.is(success, 2, 0));
    CHECK_BOTH(run{two, {103, 98}, answering(filesystem_corrupted)}.is(filesystem_corrupted, 2, 0));
}

TEST_CASE("only -EOPNOTSUPP takes the generic path, whose answer then counts") {
    constexpr auto busy = result::error(EBUSY);
    constexpr auto unsupported = answering(unsupported_operation);
    CHECK_BOTH(run{one, {258}, unsupported}.is(success, 1, 1));
    CHECK_BOTH(run{one, {258}, unsupported}.generic.are(byte_range{0, page}));
    CHECK_BOTH(run{one, {258}, unsupported}.outcome.holder == unsupported_operation);
    CHECK_BOTH(run{one, {258}, unsupported, busy}.is(busy, 1, 1));
    CHECK_BOTH(run{one, {258}, answering(no_such_device)}.is(no_such_device, 1, 0));
    CHECK_BOTH(run{one, {258}, answering(result::error(EIO))}.is(result::error(EIO), 1, 0));
    CHECK_BOTH(run{one, {258}, answering(filesystem_corrupted)}.is(filesystem_corrupted, 1, 0));
}

TEST_CASE("each piece takes its own path") {
    constexpr auto half = answering(success, 4 * page);
    constexpr auto busy = result::error(EBUSY);
    CHECK_BOTH(run{two, {103, 98}, half}.is(success, 2, 1));
    CHECK_BOTH(run{two, {103, 98}, half}.generic.are(byte_range{3 * page, page}));
    CHECK_BOTH(run{two, {103, 98}, half, busy}.is(busy, 2, 1));
    CHECK_BOTH(run{two, {103, 98}, answering(filesystem_corrupted, 4 * page)}.is(
        filesystem_corrupted, 2, 1));
    CHECK_BOTH(run{two, {103, 98}, half}.outcome.holder == unsupported_operation);
}

TEST_CASE("what an earlier piece came to is not lost in what a later one comes to") {
    constexpr auto busy = result::error(EBUSY);
    constexpr auto first = answering(filesystem_corrupted, 0, 4 * page);
    CHECK_BOTH(run{two, {103, 98}, first}.is(filesystem_corrupted, 2, 1));
    CHECK_BOTH(run{two, {103, 98}, first, busy}.is(filesystem_corrupted, 2, 1));
    CHECK_BOTH(run{two, {103, 98}, first}.generic.are(byte_range{4 * page, page}));
    CHECK_BOTH(run{two, {103, 98}, first}.outcome.holder == filesystem_corrupted);
    CHECK_BOTH(run{two, {103, 98}, answering(busy, 4 * page)}.is(busy, 2, 1));
}

TEST_CASE("a device without a holder takes the generic path; a dead one does not") {
    constexpr auto busy = result::error(EBUSY);
    CHECK_BOTH(without_a_holder(false, success).answer == success);
    CHECK_BOTH(without_a_holder(false, busy).answer == busy);
    CHECK_BOTH(without_a_holder(false, busy).took_generic_path());
    CHECK_BOTH(without_a_holder(true, busy).answer == no_such_device);
    CHECK_BOTH(!without_a_holder(true, busy).took_generic_path());
}
