// SPDX-License-Identifier: BSL-1.0
#pragma once

#include "daxhold/event/lineages.hpp"
#include "daxhold/policy/words.hpp"

/// \file
/// XFS in the patches of April 2022, before any of it was in a release.

/// The policies that are shipped: what filesystems do in a release, and what has been proposed.
namespace daxhold::releases {

/// XFS in "[PATCH v12] fsdax: introduce fs query to support reflink" (linux-xfs, 10 April 2022),
/// which the seed was based on: xfs_dax_notify_failure and xfs_dax_failure_fn.
///
/// Not in the tables, as it is no function of the facts: v12 never sets the flags that its walk
/// looks at, and does not ask whether the mount was born.
struct xfs_v12 : words {
    static constexpr const char* name = "xfs_v12";
    static constexpr const char* title = "XFS as of v12, before the seed patch";
    using mf_flags = lineage::linux_6_0::mf_flags;

    /// A realtime device has no reverse mapping, and no section of the data device is one.
    static constexpr auto never_meets =
        never(when(role::realtime, rmap::present), role::internal_realtime);

    // clang-format off
    static constexpr auto gate = table(
        // "notify_failure() not supported on realtime device"
        when(any_of(role::realtime, role::internal_realtime)) >> unsupported,
        // any range of an external log, any flags
        when(role::log)      >> attempt(shut_down(corrupt_ondisk)) >> refuse(efscorrupted),
        when(rmap::absent)   >> unsupported,
        when(range::outside) >> refuse(ENXIO),
        otherwise            >> begin_walk >> walk);

    static constexpr auto record = table(
        // the first record that is no file data shuts down at once and ends the walk
        when(none_of(owner::file_data)) >> attempt(shut_down(corrupt_ondisk)) >> stop(efscorrupted),
        // xfs_iget(XFS_IGET_INCORE): -ENODATA
        when(inode::not_in_core)        >> next,
        when(inode::lookup_failed)      >> stop_with_lookup_error,
        // mf_dax_kill_procs: there is no dax entry to lock
        when(mapping::buffered)         >> stop(EBUSY),
        otherwise                       >> kill_users(users::early, poison::marked) >> next);

    static constexpr auto end = table(
        otherwise >> return_error);
    // clang-format on
};

/// The seed as it was posted ("[RFC PATCH] mm, pmem, xfs: Introduce MF_MEM_REMOVE for unbind", 10
/// April 2022): its condition shuts down unless the event is a removal *and* the record is file
/// data. As in v12 the flags are taken to be what the driver said.
struct xfs_seed_as_posted : words {
    static constexpr const char* name = "xfs_seed_as_posted";
    static constexpr const char* title = "XFS with the seed patch as it was posted";
    using mf_flags = lineage::seed::mf_flags;

    /// As before the patch.
    static constexpr auto never_meets = xfs_v12::never_meets;

    // clang-format off
    static constexpr auto gate = table(
        when(any_of(role::realtime, role::internal_realtime)) >> unsupported,
        // the log of a device that is to be removed is left alone
        when(role::log, cause::removal) >> unsupported,
        when(role::log)                 >> attempt(shut_down(corrupt_ondisk))
                                        >> refuse(efscorrupted),
        when(rmap::absent)              >> unsupported,
        when(range::outside)            >> refuse(ENXIO),
        otherwise                       >> begin_walk >> walk);

    // a removal marks the pages as poisoned all the same
    static constexpr auto record = table(
        // !(mf_flags & MF_MEM_REMOVE) || ...
        when(cause::corruption) >> attempt(shut_down(corrupt_ondisk)) >> stop(efscorrupted),
        // ... || XFS_RMAP_NON_INODE_OWNER || attr fork || bmbt block
        as_in(xfs_v12::record));

    static constexpr auto end = xfs_v12::end;
    // clang-format on
};

/// The seed as its message intends ("do not shutdown filesystem directly if something not
/// supported, or if failure range includes metadata area"), which v4 of the patch then did.
struct xfs_seed_as_intended : words {
    static constexpr const char* name = "xfs_seed_as_intended";
    static constexpr const char* title = "XFS with the seed patch as its message intends";
    using mf_flags = lineage::seed::mf_flags;

    /// As before the patch.
    static constexpr auto never_meets = xfs_v12::never_meets;

    // clang-format off
    static constexpr auto gate = xfs_seed_as_posted::gate;

    static constexpr auto record = table(
        // a removal passes over what is no file data, so that every user is told
        when(none_of(owner::file_data), cause::removal) >> next,
        as_in(xfs_v12::record));

    static constexpr auto end = xfs_v12::end;
    // clang-format on
};

} // namespace daxhold::releases
