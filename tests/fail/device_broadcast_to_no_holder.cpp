// SPDX-License-Identifier: BSL-1.0
// EXPECT: is_no_holder_because_it_lacks_notify_failure<daxhold::broadcast<
#include "daxhold/device.hpp"
#include "daxhold/event.hpp"

// A broadcast to somebody who cannot be told.
using flags = daxhold::failure_flags<daxhold::lineage::linux_6_8::mf_flags>;

struct deaf {};
struct filesystem {
    constexpr daxhold::result notify_failure(daxhold::byte_range, flags) { return {}; }
};

template <class... Holders>
using device_under =
    daxhold::basic_dax_device<daxhold::static_holder<daxhold::broadcast<Holders...>>, flags>;

#ifdef EXPECT_FAIL
device_under<filesystem*, deaf*> device;
#else
device_under<filesystem*> device;
#endif
