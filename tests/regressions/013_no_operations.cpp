// SPDX-License-Identifier: BSL-1.0
// 013: a device whose operations are a null pointer.
//
// Wrong: memory_failure() asked the page map for its handler without looking whether it has any
// operations.
// Commit: no commit known; fixed by Dan Williams in a release candidate of 6.0.
// Input: poison that is injected into device-dax, which has none: an oops.
// Here: nobody being there is a value of its own: the answer is -EOPNOTSUPP, and the generic path
// is taken. Operations and holder are one thing, so that one cannot be there without the other.

#include "daxhold/device.hpp"
#include "daxhold/releases/xfs_linux_6_8.hpp"

#include "../support/notification.hpp"

using namespace support;

namespace {

using flags = failure_flags<lineage::linux_6_8::mf_flags>;

template <class Handle>
constexpr memory_failure_outcome poison_without_holder() {
    basic_dax_device<Handle, flags> device;
    const pagemap<> memory{byte_range{1U << 20U, 1U << 20U}};
    return memory_failure_dev_pagemap(device, memory, {.pfn = 256}, {},
                                      [](byte_range) { return success; });
}

using filesystem_is_holder = filesystem_holder<releases::xfs_linux_6_8, mock_filesystem>;

} // namespace

TEST_CASE("013: nobody is there") {
    CHECK_BOTH(poison_without_holder<static_holder<filesystem_is_holder>>().holder ==
               unsupported_operation);
    CHECK_BOTH(poison_without_holder<static_holder<filesystem_is_holder>>().took_generic_path());
    CHECK_BOTH(poison_without_holder<holder_one_of<filesystem_is_holder>>().took_generic_path());
    CHECK_BOTH(poison_without_holder<any_holder<flags>>().took_generic_path());
    CHECK_BOTH(static_holder<filesystem_is_holder>{}.notify_failure(blocks(0, 1), flags{}) ==
               unsupported_operation);
}
