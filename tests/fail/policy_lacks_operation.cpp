// SPDX-License-Identifier: BSL-1.0
// MISTAKE: the filesystem lacks an operation
// FIRST: add the member function to the filesystem
// FIRST: filesystem_lacks_operation<pool, .*freeze
// EXPECT: filesystem_lacks_operation<
// EXPECT: pool
// EXPECT: operation::freeze, .*stage::gate, 2
// EXPECT: add the member function to the filesystem, or a row above
#include "daxhold/policy.hpp"

using namespace daxhold;
using namespace daxhold::tables;

struct pool {
    bool is_born() { return true; }
    byte_range device_range(role) { return {0, 4096}; }
    template <class Visitor>
    result for_each_mapping(role, byte_range, Visitor&&) {
        return {};
    }
};

struct policy : words {
    static constexpr auto gate = table(
#ifdef EXPECT_FAIL
        when(cause::corruption) >> walk,
#else
        when(can_freeze::no) >> walk,
#endif
        otherwise >> freeze >> walk);
    static constexpr auto record = table(otherwise >> next);
    static constexpr auto end = table(otherwise >> return_error);
};

result tell(pool& p) { return notify_failure<policy>(p, role::data, {0, 4096}, cause::removal); }
