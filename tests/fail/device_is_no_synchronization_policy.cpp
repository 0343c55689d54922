// SPDX-License-Identifier: BSL-1.0
// EXPECT: is_no_synchronization_policy<careless
#include "daxhold/device.hpp"
#include "daxhold/event.hpp"

// A policy whose update returns nothing: kill could not ask it whether it is the first.
using flags = daxhold::failure_flags<daxhold::lineage::linux_6_8::mf_flags>;

struct filesystem {
    constexpr daxhold::result notify_failure(daxhold::byte_range, flags) { return {}; }
};

struct careless : daxhold::no_synchronization {
    template <class Value>
    struct cell : daxhold::no_synchronization::cell<Value> {
        template <class F>
        void update(F&& f) {
            daxhold::no_synchronization::cell<Value>::update(f);
        }
    };
};

#ifdef EXPECT_FAIL
daxhold::basic_dax_device<daxhold::static_holder<filesystem>, flags, careless> device;
#else
daxhold::basic_dax_device<daxhold::static_holder<filesystem>, flags> device;
#endif
