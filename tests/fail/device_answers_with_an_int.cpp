// SPDX-License-Identifier: BSL-1.0
// EXPECT: is_no_holder_because_its_notify_failure_returns_no_result<vague
#include "daxhold/device.hpp"
#include "daxhold/event.hpp"

// A holder whose answer is a plain number, the sign of which nobody knows.
using flags = daxhold::failure_flags<daxhold::lineage::linux_6_8::mf_flags>;

struct vague {
    constexpr int notify_failure(daxhold::byte_range, flags) { return 0; }
};
struct filesystem {
    constexpr daxhold::result notify_failure(daxhold::byte_range, flags) { return {}; }
};

#ifdef EXPECT_FAIL
daxhold::basic_dax_device<daxhold::holder_one_of<filesystem, vague>, flags> device;
#else
daxhold::basic_dax_device<daxhold::holder_one_of<filesystem>, flags> device;
#endif
