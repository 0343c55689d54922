// SPDX-License-Identifier: BSL-1.0
// EXPECT: filesystem_does_not_answer_for<
// EXPECT: temperature, .*stage::record
// EXPECT: with the record as second
#include "daxhold/event.hpp"
#include "daxhold/policy.hpp"
#include "daxhold/testing.hpp"

using namespace daxhold;
using namespace daxhold::tables;

enum class temperature : unsigned char { cold, warm };

struct pool : testing::mock_filesystem {
#ifndef EXPECT_FAIL
    temperature answer(boost::hana::type<temperature>, const rmap_record&) {
        return temperature::cold;
    }
#endif
};

struct policy : words {
    static constexpr auto gate = table(otherwise >> walk);
    static constexpr auto record =
        table(when(temperature::cold) >> next, otherwise >> note_shutdown >> next);
    static constexpr auto end = table(otherwise >> return_error);
};

using flags = failure_flags<lineage::linux_6_8::mf_flags>;

result tell(filesystem_holder<policy, pool>& holder) {
    return holder.notify_failure({0, 4096}, flags{});
}
