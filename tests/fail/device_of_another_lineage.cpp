// SPDX-License-Identifier: BSL-1.0
// EXPECT: is_no_holder_because_it_lacks_notify_failure<filesystem,.*linux_6_8
#include "daxhold/device.hpp"
#include "daxhold/event.hpp"

// A holder that knows the flags of another lineage.
using seed_flags = daxhold::failure_flags<daxhold::lineage::seed::mf_flags>;
using flags = daxhold::failure_flags<daxhold::lineage::linux_6_8::mf_flags>;

struct filesystem {
    constexpr daxhold::result notify_failure(daxhold::byte_range, seed_flags) { return {}; }
};

#ifdef EXPECT_FAIL
daxhold::basic_dax_device<daxhold::static_holder<filesystem>, flags> device;
#else
daxhold::basic_dax_device<daxhold::static_holder<filesystem>, seed_flags> device;
#endif
