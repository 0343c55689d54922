// SPDX-License-Identifier: BSL-1.0
// EXPECT: is_no_translation_because_it_lacks_translate<nothing
#include "daxhold/device.hpp"
#include "daxhold/event.hpp"

// A mapped device without a translation.
using flags = daxhold::failure_flags<daxhold::lineage::linux_6_8::mf_flags>;

struct filesystem {
    constexpr daxhold::result notify_failure(daxhold::byte_range, flags) { return {}; }
};
struct nothing {};

filesystem upper;

#ifdef EXPECT_FAIL
daxhold::mapped layer{nothing{}, upper};
#else
daxhold::mapped layer{daxhold::partition{{0, 4096}}, upper};
#endif
