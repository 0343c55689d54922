// SPDX-License-Identifier: BSL-1.0
// EXPECT: filesystem_does_not_answer_for<
// EXPECT: pool, .*temperature, .*stage::gate
// EXPECT: add `answer\(hana::type<Fact>\)` to the filesystem
#include "daxhold/policy.hpp"

using namespace daxhold;
using namespace daxhold::tables;

enum class temperature : unsigned char { cold, warm };

struct pool {
    bool is_born() { return true; }
    byte_range device_range(role) { return {0, 4096}; }
#ifndef EXPECT_FAIL
    temperature answer(boost::hana::type<temperature>) { return temperature::cold; }
#endif
};

struct policy : words {
    static constexpr auto gate =
        table(when(temperature::cold) >> succeed, otherwise >> unsupported);
};

result tell(pool& p) { return notify_failure<policy>(p, role::data, {0, 4096}, cause::removal); }
