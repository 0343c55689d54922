// SPDX-License-Identifier: BSL-1.0
// EXPECT(gcc): cannot convert .*mount.* to .*mf_flags
// EXPECT(clang): cannot initialize|no known conversion|no viable conversion
#include "daxhold/event/lineages.hpp"
#include "daxhold/policy/facts.hpp"

using namespace daxhold;

bool is_removal(failure_flags<lineage::linux_6_8::mf_flags> flags) {
#ifdef EXPECT_FAIL
    return flags.has(mount::born);
#else
    return flags.has(lineage::linux_6_8::mf_flags::mem_pre_remove);
#endif
}
