// SPDX-License-Identifier: BSL-1.0
// MISTAKE: a device stores its holder itself
// FIRST: a device stores a handle: static_holder
// FIRST: is_no_holder_handle<filesystem
// EXPECT: is_no_holder_handle<filesystem
#include "daxhold/device.hpp"
#include "daxhold/event.hpp"

// A device that would store the filesystem, and not a handle to it.
using flags = daxhold::failure_flags<daxhold::lineage::linux_6_8::mf_flags>;

struct filesystem {
    constexpr daxhold::result notify_failure(daxhold::byte_range, flags) { return {}; }
};

#ifdef EXPECT_FAIL
daxhold::basic_dax_device<filesystem, flags> device;
#else
daxhold::basic_dax_device<daxhold::static_holder<filesystem>, flags> device;
#endif

filesystem fs;
auto held = daxhold::fs_dax_get(device, fs);
daxhold::result answer = device.notify_failure({0, 4096}, {});
