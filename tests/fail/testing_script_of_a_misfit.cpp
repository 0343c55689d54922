// SPDX-License-Identifier: BSL-1.0
// EXPECT: operation_may_throw<disk, .*freeze>
// EXPECT: have it return errors as a result
#include "daxhold/policy.hpp"
#include "daxhold/testing/mock_of.hpp"
#include "daxhold/testing/script.hpp"

using namespace daxhold;

struct page {
    byte_range extent;
};

struct disk : testing::mock_of<page> {
    using mock_of::mock_of;
#ifdef EXPECT_FAIL
    constexpr result freeze() { return success; }
#else
    constexpr result freeze() noexcept { return success; }
#endif
};

struct policy : words {
    static constexpr auto gate = table(otherwise >> freeze >> succeed);
};

constexpr auto story = testing::run_script<policy>(disk{page{{0, 4096}}}, testing::remove_device());
static_assert(story.size() == 1);
