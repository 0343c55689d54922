// SPDX-License-Identifier: BSL-1.0
// The library's side of the comparison: for each policy a notification through the device, and
// kill_dax.

#include "small_filesystem.hpp"

using namespace machine_code;

#define DAXHOLD_GIVEN(policy)                                                                      \
    extern "C" int given_notify_failure_##policy(const device_of<releases::policy>* device,        \
                                                 std::uint64_t offset, std::uint64_t length,       \
                                                 unsigned mf_flags) {                              \
        using flags = failure_flags<releases::policy::mf_flags>;                                   \
        return device->notify_failure({offset, length}, flags::from_bits(mf_flags)).value();       \
    }                                                                                              \
    extern "C" int given_kill_dax_##policy(device_of<releases::policy>* device) {                  \
        return kill_dax(*device).value();                                                          \
    }

#ifdef POLICY
#    define DAXHOLD_GIVEN_NAMED(policy) DAXHOLD_GIVEN(policy)
DAXHOLD_GIVEN_NAMED(POLICY)
#else
DAXHOLD_GIVEN(xfs_v12)
DAXHOLD_GIVEN(xfs_seed_as_posted)
DAXHOLD_GIVEN(xfs_seed_as_intended)
DAXHOLD_GIVEN(xfs_linux_6_0)
DAXHOLD_GIVEN(xfs_linux_6_1)
DAXHOLD_GIVEN(xfs_linux_6_8)
DAXHOLD_GIVEN(xfs_linux_6_14)
DAXHOLD_GIVEN(xfs_linux_6_18)
DAXHOLD_GIVEN(xfs_linux_7_0)
DAXHOLD_GIVEN(no_holder)
DAXHOLD_GIVEN(famfs)
DAXHOLD_GIVEN(daxfs)
DAXHOLD_GIVEN(recommended)
#endif
