// SPDX-License-Identifier: BSL-1.0
// EXPECT: teardown_host_lacks_a_step<forgetful
#include "daxhold/device.hpp"
#include "daxhold/event.hpp"

// A driver that does not do every step.
using flags = daxhold::failure_flags<daxhold::lineage::linux_6_8::mf_flags>;

struct forgetful {
    void flush() {}
    void remove_host() {}
    void put_dax() {}
};
struct pmem : forgetful {
    void delete_disk() {}
};

using device_type = daxhold::basic_dax_device<daxhold::any_holder<flags>, flags>;

#ifdef EXPECT_FAIL
void remove(device_type& device, forgetful& driver) {
#else
void remove(device_type& device, pmem& driver) {
#endif
    (void)daxhold::unbind<daxhold::seed_teardown>(device, driver);
}
