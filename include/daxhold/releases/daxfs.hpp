// SPDX-License-Identifier: BSL-1.0
#pragma once

#include "daxhold/event/lineages.hpp"
#include "daxhold/policy/words.hpp"

namespace daxhold::releases {

/// The blast radius that daxfs asks for (multikernel/daxfs #29, September 2026, sections 2 and 8):
/// a failure costs the pages that lay on the failed memory, never the index that finds them. A
/// design: daxfs has no holder yet. Of the issue not everything could be read; a row that it does
/// not tell is marked as ours.
///
/// A filesystem here is one region, which is the unit of placement and failure, and the holder of
/// its device. What is recorded as poisoned stays so (`poison_ledger`): reading the page again, or
/// that the injected error is cleared, changes nothing.
///
/// The risk that is left, as the issue documents it: loads of metadata are plain, and one that hits
/// poison may still panic before any of this is asked.
struct daxfs : words {
    static constexpr const char* name = "daxfs";
    static constexpr const char* title = "daxfs, as its issue 29 asks for";
    using mf_flags = lineage::linux_6_8::mf_flags;

    /// Who owns bytes of a region: the `owner` of its records.
    enum class owner_class : unsigned char {
        overlay_data, ///< A page that was written since the image was made.
        base_data,    ///< A page of the image.
        pcache_data,  ///< A page of the shared page cache.
        metadata,     ///< Inode, directory entry, bucket, slot record, pool entry.
        unallocated,  ///< Owned by nobody, on a free list.
    };

    /// What daxfs does to itself, for a record's part of the range but where it says so.
    enum class own_operation : std::uint8_t {
        mark_page_poisoned,   ///< The bucket's value becomes the sentinel DAXFS_OVL_VAL_POISON.
        insert_poison_bucket, ///< A bucket that hides the image's page.
        mark_slot_poisoned,   ///< The slot becomes POISONED, with no references.
        withdraw_page,        ///< Takes the page off its free list, for good.
        drop_cached_pointer,  ///< Forgets the page's address in the inode's cache.
        unmap,                ///< unmap_mapping_range: a later touch faults, and gets SIGBUS.
        drain_region,         ///< The region gives out no more pages. Not for a record.
        fail_region,          ///< Given up: new access is -EIO or SIGBUS. Not for a record.
    };

    /// What these stand for, for laws.
    [[nodiscard]] static constexpr value_set<owner> stands_for(owner_class who) noexcept {
        if (who == owner_class::unallocated)
            return {};
        return any_of(who == owner_class::metadata ? owner::metadata : owner::file_data);
    }
    [[nodiscard]] static constexpr effect stands_for(own_operation what) noexcept {
        switch (what) {
        case own_operation::mark_page_poisoned:
        case own_operation::insert_poison_bucket:
        case own_operation::mark_slot_poisoned:
        case own_operation::withdraw_page:
            return effect::marks_pages;
        case own_operation::unmap:
            return effect::takes_pages_away;
        case own_operation::fail_region:
            return effect::shuts_down;
        default:
            return effect::none;
        }
    }

    /// Records the poison of an overlay page. As with the steps below: what fails stands in the
    /// answer, and the walk goes on.
    static constexpr auto mark_page_poisoned = collect(perform(own_operation::mark_page_poisoned));
    /// Records the poison of a page of the image.
    static constexpr auto insert_poison_bucket =
        collect(perform(own_operation::insert_poison_bucket));
    /// Records the poison of a page of the shared page cache.
    static constexpr auto mark_slot_poisoned = collect(perform(own_operation::mark_slot_poisoned));
    /// Records the poison of a page that nobody owns.
    static constexpr auto withdraw_page = collect(perform(own_operation::withdraw_page));
    /// Takes a page from those who use it.
    static constexpr auto take_away =
        collect(perform(own_operation::drop_cached_pointer) >> perform(own_operation::unmap));

    /// Its log is no device, and no two files share a page.
    static constexpr auto never_meets =
        never(role::log, role::realtime, role::internal_realtime, sharing::shared);

    // clang-format off
    static constexpr auto gate = table(
        // ours, as XFS
        when(mount::not_born) >> refuse(EIO),
        when(range::outside)  >> refuse(ENXIO),
        // the region goes, the filesystem stays. A region that is drained or failed already is walked
        // again: mappings of it may be left, and a page of it can still fail
        when(cause::removal)  >> attempt(perform(own_operation::drain_region)) >> walk,
        otherwise             >> walk);

    static constexpr auto record = table(
        // DAXFS_SB_SHUTDOWN; the walk goes on, so that users of data in the range are stopped too
        when(owner_class::metadata, cause::corruption) >> collect(shut_down(corrupt_ondisk)) >> next,
        // ours: the home region itself goes
        when(owner_class::metadata)                    >> collect(shut_down(device_removed)) >> next,
        // nothing failed and nothing is marked; whoever comes later finds the region failed
        when(cause::removal, owner_class::unallocated) >> next,
        when(cause::removal)                           >> take_away >> next,
        // ours: it is on no free list any more
        when(poisoned::yes, owner_class::unallocated)  >> next,
        // ours: once is enough, but for a mapping that came into being since
        when(poisoned::yes)                            >> take_away >> next,
        // the poison is recorded first, so that nobody who is stopped can come back to it
        when(owner_class::overlay_data)                >> mark_page_poisoned >> take_away >> next,
        when(owner_class::base_data)                   >> insert_poison_bucket >> take_away >> next,
        when(owner_class::pcache_data)                 >> mark_slot_poisoned >> take_away >> next,
        // ours: that a poisoned page is never given out again holds for a free one, too
        otherwise                                      >> withdraw_page >> next);

    static constexpr auto end = table(
        // ours: what could not be stopped page by page is given up as a whole
        when(cause::removal)   >> attempt(perform(own_operation::fail_region)) >> return_error,
        when(walk_end::failed) >> attempt(perform(own_operation::fail_region)) >> return_error,
        otherwise              >> succeed);
    // clang-format on
};

} // namespace daxhold::releases
