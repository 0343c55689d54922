// SPDX-License-Identifier: BSL-1.0
// EXPECT: deleted (function|constructor)
#include "daxhold/device.hpp"
#include "daxhold/event.hpp"

// A holder that would be gone before it could be put.
using flags = daxhold::failure_flags<daxhold::lineage::linux_6_8::mf_flags>;

struct filesystem {
    constexpr daxhold::result notify_failure(daxhold::byte_range, flags) { return {}; }
};

filesystem somebody;

#ifdef EXPECT_FAIL
daxhold::static_holder<filesystem> handle{filesystem{}};
#else
daxhold::static_holder<filesystem> handle{somebody};
#endif
