// SPDX-License-Identifier: BSL-1.0
// MISTAKE: an operation has another signature
// FIRST: the member function for the operation is there
// FIRST: result ?\(daxhold::shutdown_reason\)
// EXPECT: the member function for the operation is there, and cannot be called like the signature
// EXPECT: member_function_has_another_signature<disk,
// ?(\(daxhold::operation\)9|daxhold::operation::shut_down), ?daxhold::result
// ?\(daxhold::shutdown_reason\)>
#include "daxhold/policy.hpp"

struct policy : daxhold::words {
    static constexpr auto gate = table(otherwise >> shut_down(corrupt_ondisk) >> succeed);
};

struct disk {
    bool is_born() const { return true; }
    daxhold::byte_range device_range(daxhold::role) const { return {0, 4096}; }
#ifdef EXPECT_FAIL
    void shut_down(int why) { reason = why; }
    int reason = 0;
#else
    daxhold::result shut_down(daxhold::shutdown_reason why) noexcept {
        reason = why;
        return {};
    }
    daxhold::shutdown_reason reason = {};
#endif
};

daxhold::result tell(disk& fs) {
    return daxhold::notify_failure<policy>(fs, daxhold::role::data, {0, 4096},
                                           daxhold::cause::corruption);
}
