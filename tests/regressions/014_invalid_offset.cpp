// SPDX-License-Identifier: BSL-1.0
// 014: a number that stands for "no offset" is used as one.
//
// Wrong: the generic path computed with a page offset of all ones, which stands for none.
// Commit: no commit known; fixed by Dan Williams in a release candidate of 6.0.
// Input: the generic path for a page whose offset in a file is not known.
// Here: no number stands for anything else. The generic path gets the piece of the device that
// failed; where there is none it is not called. Page numbers at the end of what can be counted are
// cut off, not carried around.

#include "daxhold/device.hpp"

#include "../support/notification.hpp"

using namespace support;

namespace {

struct nobody {
    constexpr result notify_failure(byte_range, failure_flags<lineage::linux_6_8::mf_flags>) {
        return success;
    }
};

struct what_was_called {
    memory_failure_outcome of;
    byte_range generic{};
    unsigned calls = 0;
};

constexpr what_was_called fail(failed_pages pages, byte_range at) {
    basic_dax_device<static_holder<nobody>, failure_flags<lineage::linux_6_8::mf_flags>> device;
    what_was_called seen;
    seen.of = memory_failure_dev_pagemap(device, pagemap<>{at}, pages, {}, [&](byte_range piece) {
        seen.generic = piece;
        ++seen.calls;
        return success;
    });
    return seen;
}

constexpr std::uint64_t all_ones = ~std::uint64_t{0};

} // namespace

TEST_CASE("014: all ones is no offset") {
    CHECK_BOTH(fail({.pfn = 257}, {1U << 20U, 1U << 20U}).generic == byte_range{4096, 4096});
    CHECK_BOTH(fail({.pfn = all_ones}, {1U << 20U, 1U << 20U}).calls == 0);
    CHECK_BOTH(fail({.pfn = all_ones}, {1U << 20U, 1U << 20U}).of.answer == no_such_device);
    CHECK_BOTH(
        fail({.pfn = all_ones / 4096, .count = all_ones}, {all_ones - 8191, 8191}).generic.end() <=
        8191);
}
