// SPDX-License-Identifier: BSL-1.0
// daxfs, as its issue 29 asks for, by hand.

#include "filesystem.h"

struct failure_info {
    struct fs_range range;
    bool is_removal;
    int error; // the first
};

static void note_error(struct failure_info *notify, int error) {
    if (!notify->error)
        notify->error = error;
}

static void perform(struct fs *fs, int operation, const struct fs_record *record,
                    const struct fs_range *part, struct failure_info *notify) {
    note_error(notify, fs_perform_on_record(fs, operation, record, part->start, length_of(part)));
}

// Takes a page from those who use it.
static void take_away(struct fs *fs, const struct fs_record *record, const struct fs_range *part,
                      struct failure_info *notify) {
    perform(fs, DROP_CACHED_POINTER, record, part, notify);
    perform(fs, UNMAP, record, part, notify);
}

static void notify_record(struct fs *fs, const struct fs_record *record,
                          struct failure_info *notify) {
    struct fs_range part;

    if (!intersect_ranges(&record->extent, &notify->range, &part))
        return;

    if (record->owner == DAXFS_METADATA) {
        note_error(notify, fs_shut_down(fs, notify->is_removal ? DEVICE_REMOVED : CORRUPT_ONDISK));
        return;
    }

    // What is not broken, or is known to be, is not marked.
    if (!notify->is_removal && !fs_is_poisoned(fs, record)) {
        // Marked first, so that nobody who is stopped can come back to it.
        switch (record->owner) {
        case OVERLAY_DATA:
            perform(fs, MARK_PAGE_POISONED, record, &part, notify);
            break;
        case BASE_DATA:
            perform(fs, INSERT_POISON_BUCKET, record, &part, notify);
            break;
        case PCACHE_DATA:
            perform(fs, MARK_SLOT_POISONED, record, &part, notify);
            break;
        default:
            perform(fs, WITHDRAW_PAGE, record, &part, notify);
            break;
        }
    }
    if (record->owner != UNALLOCATED)
        take_away(fs, record, &part, notify);
}

static void walk_records(struct fs *fs, struct failure_info *notify) {
    const struct fs_record *record = fs->records;
    const struct fs_record *const end = record + fs->record_count;

    for (; record != end; record++)
        notify_record(fs, record, notify);
}

static int notify_failure(struct fs *fs, int role, uint64_t offset, uint64_t length,
                          unsigned mf_flags) {
    struct failure_info notify = {.is_removal = mf_flags & MF_MEM_PRE_REMOVE};

    if (!fs->is_born)
        return -EIO;
    if (!clip_to_device(&fs->device[role], offset, length, &notify.range))
        return -ENXIO;

    if (notify.is_removal)
        fs_perform(fs, DRAIN_REGION);

    walk_records(fs, &notify);

    // What could not be stopped page by page is given up as a whole.
    if (notify.is_removal || notify.error)
        fs_perform(fs, FAIL_REGION);
    return notify.error;
}

#define POLICY daxfs
#define REMOVAL_FLAGS MF_MEM_PRE_REMOVE
#include "entry.h"
