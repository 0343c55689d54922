// SPDX-License-Identifier: BSL-1.0
// EXPECT: names_a_holder_twice<filesystem, ?filesystem
#include "daxhold/device.hpp"
#include "daxhold/event.hpp"

// A closed set that names a type of holder twice.
using flags = daxhold::failure_flags<daxhold::lineage::linux_6_8::mf_flags>;

struct filesystem {
    constexpr daxhold::result notify_failure(daxhold::byte_range, flags) { return {}; }
};

#ifdef EXPECT_FAIL
daxhold::holder_one_of<filesystem, filesystem> handle;
#else
daxhold::holder_one_of<filesystem> handle;
#endif
