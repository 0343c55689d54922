// SPDX-License-Identifier: BSL-1.0
// EXPECT: is_no_set_of_failure_flags<unsigned( int)?>
#include "daxhold/device.hpp"
#include "daxhold/event.hpp"

// A device whose flags are a number, and so of no lineage.
using flags = daxhold::failure_flags<daxhold::lineage::linux_6_8::mf_flags>;

struct filesystem {
    template <class Flags>
    constexpr daxhold::result notify_failure(daxhold::byte_range, Flags) {
        return {};
    }
};

#ifdef EXPECT_FAIL
daxhold::basic_dax_device<daxhold::static_holder<filesystem>, unsigned> device;
#else
daxhold::basic_dax_device<daxhold::static_holder<filesystem>, flags> device;
#endif
