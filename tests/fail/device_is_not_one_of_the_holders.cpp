// SPDX-License-Identifier: BSL-1.0
// EXPECT: is_not_one_of_the_holders<stranger, ?filesystem, ?pool
#include "daxhold/device.hpp"
#include "daxhold/event.hpp"

// A holder of a type that the device's closed set does not name.
using flags = daxhold::failure_flags<daxhold::lineage::linux_6_8::mf_flags>;

struct filesystem {
    constexpr daxhold::result notify_failure(daxhold::byte_range, flags) { return {}; }
};
struct pool : filesystem {};
struct stranger : filesystem {};

daxhold::basic_dax_device<daxhold::holder_one_of<filesystem, pool>, flags> device;
stranger unknown;
pool known;

#ifdef EXPECT_FAIL
auto held = daxhold::fs_dax_get(device, unknown);
#else
auto held = daxhold::fs_dax_get(device, known);
#endif
