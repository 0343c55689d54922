// SPDX-License-Identifier: BSL-1.0
// EXPECT: is_no_holder_because_it_lacks_notify_failure<deaf
#include "daxhold/device.hpp"
#include "daxhold/event.hpp"

// A holder that cannot be told of a failure.
using flags = daxhold::failure_flags<daxhold::lineage::linux_6_8::mf_flags>;

struct deaf {};
struct filesystem {
    constexpr daxhold::result notify_failure(daxhold::byte_range, flags) { return {}; }
};

#ifdef EXPECT_FAIL
daxhold::basic_dax_device<daxhold::static_holder<deaf>, flags> device;
#else
daxhold::basic_dax_device<daxhold::static_holder<filesystem>, flags> device;
#endif
