// SPDX-License-Identifier: BSL-1.0
// EXPECT: (could not|cannot) convert|no (known|viable) conversion
#include "daxhold/device.hpp"
#include "daxhold/event.hpp"

// A notification with the flags of another lineage than the device's.
using flags = daxhold::failure_flags<daxhold::lineage::linux_6_8::mf_flags>;

struct filesystem {
    constexpr daxhold::result notify_failure(daxhold::byte_range, flags) { return {}; }
};

using other_lineage = daxhold::lineage::seed::mf_flags;
using this_lineage = daxhold::lineage::linux_6_8::mf_flags;

daxhold::result tell(daxhold::basic_dax_device<daxhold::static_holder<filesystem>, flags>& device) {

#ifdef EXPECT_FAIL
    return device.notify_failure({0, 1}, other_lineage::mem_remove);
#else
    return device.notify_failure({0, 1}, this_lineage::mem_pre_remove);
#endif
}
