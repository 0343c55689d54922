// SPDX-License-Identifier: BSL-1.0
// EXPECT: deleted
// EXPECT: basic_dax_device
#include "daxhold/device.hpp"
#include "daxhold/event/lineages.hpp"

using namespace daxhold;

using flags = failure_flags<lineage::linux_6_8::mf_flags>;
using device = basic_dax_device<any_holder<flags>, flags>;

bool is_there(device& found) {
#ifdef EXPECT_FAIL
    auto another = found;
#else
    auto& another = found;
#endif
    return another.alive();
}
