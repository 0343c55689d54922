// SPDX-License-Identifier: BSL-1.0
#pragma once

#include "daxhold/event/lineages.hpp"
#include "daxhold/policy/course.hpp"
#include "daxhold/policy/facts.hpp"
#include "daxhold/policy/tables.hpp"

namespace daxhold::releases {

using namespace daxhold::words; // NOLINT(google-build-using-namespace)
using enum shutdown_reason;

/// A filesystem that holds no device: ext2, ext4 and erofs on dax, and whatever lies on a mapped
/// device (fs_dax_get_by_bdev with a null holder). The device answers for it: a failure takes the
/// generic path of mm/memory-failure.c, and of a removal nobody hears.
struct no_holder {
    static constexpr const char* name = "no_holder";
    static constexpr const char* title = "a filesystem that registers no holder";
    using mf_flags = lineage::linux_6_8::mf_flags;

    // clang-format off
    static constexpr auto gate = table(
        // nobody registered: nobody hears of it
        when(cause::removal) >> unsupported >> known_for(aftermath::mappings_stay_live),
        // -EOPNOTSUPP sends a memory failure down the generic path
        otherwise            >> unsupported);
    // clang-format on
};

} // namespace daxhold::releases
