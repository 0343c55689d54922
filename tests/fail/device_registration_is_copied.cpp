// SPDX-License-Identifier: BSL-1.0
// EXPECT: deleted (function|constructor)|implicitly[- ]deleted
#include "daxhold/device.hpp"
#include "daxhold/event.hpp"

#include <utility>

// A registration that two would put back.
using flags = daxhold::failure_flags<daxhold::lineage::linux_6_8::mf_flags>;

struct filesystem {
    constexpr daxhold::result notify_failure(daxhold::byte_range, flags) { return {}; }
};

filesystem somebody;
daxhold::basic_dax_device<daxhold::static_holder<filesystem>, flags> device;
auto held = daxhold::fs_dax_get(device, somebody);

#ifdef EXPECT_FAIL
auto other = held;
#else
auto other = std::move(held);
#endif
