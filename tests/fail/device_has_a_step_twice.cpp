// SPDX-License-Identifier: BSL-1.0
// EXPECT: order_is_no_teardown<daxhold::teardown_order<
// EXPECT: teardown_fault::has_a_step_twice
#include "daxhold/device.hpp"
#include "daxhold/event.hpp"

// An order that has a step twice.
using flags = daxhold::failure_flags<daxhold::lineage::linux_6_8::mf_flags>;

struct pmem {
    void flush() {}
    void remove_host() {}
    void put_dax() {}
    void delete_disk() {}
};

using step = daxhold::teardown_step;
using device_type = daxhold::basic_dax_device<daxhold::any_holder<flags>, flags>;

#ifdef EXPECT_FAIL
using order = daxhold::teardown_order<step::flush, step::kill_dax, step::flush, step::put_dax>;
#else
using order =
    daxhold::teardown_order<step::flush, step::kill_dax, step::put_dax, step::delete_disk>;
#endif

void remove(device_type& device, pmem& driver) { (void)daxhold::unbind<order>(device, driver); }
