// SPDX-License-Identifier: BSL-1.0
#pragma once

#include "daxhold/event/lineages.hpp"
#include "daxhold/policy/words.hpp"

namespace daxhold::releases {

/// A filesystem that holds no device: ext2, ext4 and erofs on dax, and whatever lies on a mapped
/// device (fs_dax_get_by_bdev with a null holder). The device answers for it: a failure takes the
/// generic path of mm/memory-failure.c, and of a removal nobody hears.
struct no_holder : words {
    static constexpr const char* name = "no_holder";
    static constexpr const char* title = "a filesystem that registers no holder";
    using mf_flags = lineage::linux_6_8::mf_flags;

    // clang-format off
    static constexpr auto gate = table(
        // nobody registered: -EOPNOTSUPP sends a memory failure down the generic path, and of a
        // removal nobody hears
        otherwise >> unsupported);

    static constexpr auto aftermaths = table(
        when(cause::removal, none_of(mappers::none))
            >> seen("ext4 and XFS on dm-linear, 6.16.12 to 7.3.4", mappings_stay_live, exit_oopses),
        otherwise >> nothing_known);
    // clang-format on
};

/// The same in Linux 6.0 to 6.12, where the processes end and the umount does not.
struct no_holder_linux_6_0 : words {
    static constexpr const char* name = "no_holder_linux_6_0";
    static constexpr const char* title = "a filesystem that registers no holder, up to Linux 6.12";
    using mf_flags = lineage::linux_6_8::mf_flags;

    // clang-format off
    static constexpr auto gate = no_holder::gate;

    static constexpr auto aftermaths = table(
        when(cause::removal, none_of(mappers::none))
            >> seen("ext4 and XFS on dm-linear, 6.1.192 and 6.12.117", mappings_stay_live,
                    umount_oopses),
        otherwise >> nothing_known);
    // clang-format on
};

} // namespace daxhold::releases
