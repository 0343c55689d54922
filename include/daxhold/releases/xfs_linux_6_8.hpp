// SPDX-License-Identifier: BSL-1.0
#pragma once

#include "daxhold/event/lineages.hpp"
#include "daxhold/policy/words.hpp"

namespace daxhold::releases {

/// XFS in Linux 6.8 (commit fa422b353d21, fs/xfs/xfs_notify_failure.c), which 6.12 still follows.
struct xfs_linux_6_8 : words {
    static constexpr const char* name = "xfs_linux_6_8";
    static constexpr const char* title = "XFS in Linux 6.8";
    using mf_flags = lineage::linux_6_8::mf_flags;

    /// A realtime device has no reverse mapping, and no section of the data device is one.
    static constexpr auto never_meets =
        never(when(role::realtime, rmap::present), role::internal_realtime);

    // clang-format off
    static constexpr auto gate = table(
        // a removal too: it is lost
        when(mount::not_born)              >> refuse(EIO),
        when(any_of(role::realtime, role::internal_realtime)) >> unsupported,
        // left to the block layer's mark_dead
        when(role::log, cause::removal)    >> succeed,
        when(role::log)                    >> attempt(shut_down(corrupt_ondisk))
                                           >> refuse(efscorrupted),
        // a removal too: no freeze, nobody told, nobody falls back
        when(rmap::absent)                 >> unsupported,
        when(range::outside)               >> refuse(ENXIO),
        // a freeze that fails is only logged
        when(cause::removal)               >> attempt(freeze) >> begin_walk >> walk,
        otherwise                          >> begin_walk >> walk);

    static constexpr auto record = table(
        when(none_of(owner::file_data), cause::removal) >> next,
        when(none_of(owner::file_data))                 >> note_shutdown >> next,
        when(inode::not_in_core)                        >> next,
        // in a removal nobody looks at the note
        when(inode::lookup_failed)                      >> note_shutdown >> next,
        // the pages are dropped even if somebody could not be told; the error then ends the walk
        when(mapping::dax, cause::removal)              >> kill_users(users::every, poison::not_marked)
                                                        >> attempt(invalidate) >> next,
        when(mapping::dax)                              >> kill_users(users::early, poison::marked)
                                                        >> next,
        when(cause::removal)                            >> attempt(invalidate) >> next,
        // a corruption under a file in the page cache: neither told nor left to others
        otherwise                                       >> next);

    static constexpr auto end = table(
        // xfs_trans_alloc_empty failed: thawed, not shut down
        when(walk_end::not_started, cause::removal) >> attempt(thaw) >> attempt(thaw_user)
                                                    >> return_error,
        when(walk_end::not_started)                 >> return_error,
        // shut down before the thaw, so that no new mapping comes into being; a freeze by somebody
        // in user space is undone as well
        when(cause::removal)                        >> attempt(shut_down(force_umount))
                                                    >> attempt(thaw) >> attempt(thaw_user)
                                                    >> return_error,
        when(walk_end::failed)                      >> attempt(shut_down(corrupt_ondisk))
                                                    >> return_error,
        when(want_shutdown::yes)                    >> attempt(shut_down(corrupt_ondisk))
                                                    >> refuse(efscorrupted),
        otherwise                                   >> succeed);

    static constexpr auto aftermaths = table(
        when(cause::removal, role::data, rmap::present, any_of(range::inside, range::across_end),
             already_shut_down::yes, none_of(mappers::none))
            >> derived("as seen on 7.2.12: the walk fails", mappings_stay_live, umount_oopses),
        // there is no group after the last, and nobody looks; the task that froze it is gone
        when(range::across_end, cause::removal, role::data, rmap::present)
            >> seen("6.12.117, unbind of a filesystem that is smaller", null_dereference,
                    stays_frozen),
        when(any_of(range::across_end, range::after_end), role::data, rmap::present)
            >> seen("6.12.117, poison after the end", null_dereference),
        // dax_lock_folio; the injector is killed, and every later memory_failure() hangs
        when(cause::corruption, role::data, rmap::absent, sharing::shared, none_of(mappers::none))
            >> seen("6.12.117, poison of a page that two files share, without a reverse mapping",
                    poison_oopses),
        when(cause::removal, role::data, rmap::absent, none_of(mappers::none))
            >> seen("6.12.117, unbind without a reverse mapping", mappings_stay_live,
                    umount_oopses),
        when(cause::removal, role::realtime, none_of(mappers::none))
            >> seen("6.12.117, unbind of the realtime device", mappings_stay_live,
                       umount_oopses),
        otherwise >> nothing_known);
    // clang-format on
};

} // namespace daxhold::releases
