// SPDX-License-Identifier: BSL-1.0
// EXPECT: is_no_holder_because_it_lacks_notify_failure<deaf
#include "daxhold/device.hpp"
#include "daxhold/event.hpp"

// A handle to any holder, made of what is none.
using flags = daxhold::failure_flags<daxhold::lineage::linux_6_8::mf_flags>;

struct deaf {};
struct filesystem {
    constexpr daxhold::result notify_failure(daxhold::byte_range, flags) { return {}; }
};

deaf nobody;
filesystem somebody;

#ifdef EXPECT_FAIL
daxhold::any_holder<flags> handle{nobody};
#else
daxhold::any_holder<flags> handle{somebody};
#endif
