// SPDX-License-Identifier: BSL-1.0
// EXPECT: deleted (function|constructor)
#include "daxhold/device.hpp"
#include "daxhold/event.hpp"

// A mapped device whose upper one would be gone at once.
using flags = daxhold::failure_flags<daxhold::lineage::linux_6_8::mf_flags>;

struct filesystem {
    constexpr daxhold::result notify_failure(daxhold::byte_range, flags) { return {}; }
};

filesystem upper;

#ifdef EXPECT_FAIL
daxhold::mapped<daxhold::partition, filesystem> layer{daxhold::partition{{0, 4096}}, filesystem{}};
#else
daxhold::mapped<daxhold::partition, filesystem> layer{daxhold::partition{{0, 4096}}, upper};
#endif
