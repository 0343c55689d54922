// SPDX-License-Identifier: BSL-1.0
// MISTAKE: the filesystem is const
// FIRST: hand it over without const
// FIRST: filesystem_is_const<const disk>
// EXPECT: to be notified changes a filesystem: hand it over without const
// EXPECT: filesystem_is_const<const disk>
#include "daxhold/policy.hpp"

struct policy : daxhold::words {
    static constexpr auto gate = table(otherwise >> succeed);
};

struct disk {
    bool is_born() const { return true; }
    daxhold::byte_range device_range(daxhold::role) const { return {0, 4096}; }
};

#ifdef EXPECT_FAIL
daxhold::result tell(const disk& fs) {
#else
daxhold::result tell(disk& fs) {
#endif
    return daxhold::notify_failure<policy>(fs, daxhold::role::data, {0, 4096},
                                           daxhold::cause::corruption);
}
