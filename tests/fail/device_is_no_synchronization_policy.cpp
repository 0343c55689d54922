// SPDX-License-Identifier: BSL-1.0
// EXPECT: is_no_synchronization_policy<careless
#include "daxhold/device.hpp"
#include "daxhold/event.hpp"

// A policy whose cell cannot be updated.
using flags = daxhold::failure_flags<daxhold::lineage::linux_6_8::mf_flags>;

struct filesystem {
    constexpr daxhold::result notify_failure(daxhold::byte_range, flags) { return {}; }
};

struct careless {
    template <class Value>
    struct cell {
        template <class F>
        auto read(F&& f) const {
            return f(value);
        }
        Value value{};
    };
};

#ifdef EXPECT_FAIL
daxhold::basic_dax_device<daxhold::static_holder<filesystem>, flags, careless> device;
#else
daxhold::basic_dax_device<daxhold::static_holder<filesystem>, flags> device;
#endif
