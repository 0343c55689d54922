// SPDX-License-Identifier: BSL-1.0
// EXPECT(gcc): uninitialized
// EXPECT(clang): uninitialized
#include "daxhold/event/lineages.hpp"

using namespace daxhold;

using bits = failure_flags<lineage::seed::mf_flags>::bits_type;

/// What is handed to a walk, with flags of its own.
struct failure_info {
    std::uint64_t offset;
    bits flags;
};

constexpr cause cause_of_walk() {
    failure_info info;
    info.offset = 0;
#ifndef EXPECT_FAIL
    info.flags = 0;
#endif
    return cause_of(failure_flags<lineage::seed::mf_flags>::from_bits(info.flags));
}

static_assert(cause_of_walk() == cause::corruption);
