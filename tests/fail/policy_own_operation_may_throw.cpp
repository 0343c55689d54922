// SPDX-License-Identifier: BSL-1.0
// EXPECT: declare the member function for the operation \(`perform` for own\) noexcept
// EXPECT: operation_may_throw<pool, (\(daxhold::operation\)12|daxhold::operation::own)>
#include "daxhold/policy.hpp"

using namespace daxhold;

enum class action : std::uint8_t { fence };

struct pool {
    bool is_born() { return true; }
    byte_range device_range(role) { return {0, 4096}; }
    result for_each_mapping(role, byte_range range, auto&& visit) {
        visit(rmap_record{range, owner::metadata});
        return {};
    }
    result perform(action) noexcept { return {}; }
#ifdef EXPECT_FAIL
    result perform(action, const rmap_record&, byte_range) { return {}; }
#else
    result perform(action, const rmap_record&, byte_range) noexcept { return {}; }
#endif
};

struct policy : words {
    static constexpr auto gate = table(otherwise >> perform(action::fence) >> walk);
    static constexpr auto record = table(otherwise >> perform(action::fence) >> next);
    static constexpr auto end = table(otherwise >> return_error);
};

result tell(pool& p) { return notify_failure<policy>(p, role::data, {0, 4096}, cause::removal); }
