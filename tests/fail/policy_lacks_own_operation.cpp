// SPDX-License-Identifier: BSL-1.0
// EXPECT: filesystem_lacks_operation<
// EXPECT: operation::own, .*stage::gate, 1
// EXPECT: add the member function to the filesystem
#include "daxhold/policy.hpp"

using namespace daxhold;
using namespace daxhold::tables;

enum class action : std::uint8_t { fence };

struct pool {
    bool is_born() { return true; }
    byte_range device_range(role) { return {0, 4096}; }
#ifdef EXPECT_FAIL
    result perform(action, const rmap_record&, byte_range) noexcept { return {}; }
#else
    result perform(action) noexcept { return {}; }
#endif
};

struct policy : words {
    static constexpr auto gate = table(otherwise >> perform(action::fence) >> succeed);
};

result tell(pool& p) { return notify_failure<policy>(p, role::data, {0, 4096}, cause::removal); }
