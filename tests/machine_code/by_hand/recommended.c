// SPDX-License-Identifier: BSL-1.0
// What daxhold recommends for XFS, by hand.

#include "filesystem.h"

struct failure_info {
    struct fs_range range;
    bool is_removal;
    bool want_shutdown;
    int error; // the first
};

static void notify_record(struct fs *fs, const struct fs_record *record,
                          struct failure_info *notify) {
    struct fs_inode *inode;
    struct fs_range part;
    uint64_t offset, length;
    int error;

    if (!intersect_ranges(&record->extent, &notify->range, &part))
        return;

    if (record->owner != FILE_DATA) {
        if (!notify->is_removal)
            notify->want_shutdown = true;
        return;
    }

    // An inode that cannot be had has no users.
    if (fs_find_in_core(fs, record->inode_number, &inode))
        return;

    offset = file_offset_of(record, &part);
    length = length_of(&part);
    if (fs_is_dax(inode)) {
        if (notify->is_removal)
            error = fs_kill_users(inode, offset, length, EVERY_USER, POISON_NOT_MARKED);
        else
            error = fs_kill_users(inode, offset, length, EARLY_USERS, POISON_MARKED);
        if (!notify->error)
            notify->error = error;
    }
    if (notify->is_removal)
        fs_invalidate(inode, offset, length);
    else
        fs_report_data_lost(inode, offset, length);
}

static void walk_records(struct fs *fs, struct failure_info *notify) {
    const struct fs_record *record = fs->records;
    const struct fs_record *const end = record + fs->record_count;

    for (; record != end; record++)
        notify_record(fs, record, notify);
}

// Whether two records could as well be one.
static bool continues(const struct fs_record *first, const struct fs_record *next) {
    return next->extent.start == first->extent.end && next->inode_number == first->inode_number &&
           next->file_offset - first->file_offset == length_of(&first->extent) &&
           next->owner == first->owner && next->sharing == first->sharing;
}

// A removal is about file data alone, and neighbouring extents of a file are told as one.
static void walk_in_core(struct fs *fs, struct failure_info *notify) {
    const struct fs_record *record = fs->records;
    const struct fs_record *const end = record + fs->record_count;
    struct fs_record held;
    struct fs_range part;
    bool holds = false;

    for (; record != end; record++) {
        if (!intersect_ranges(&record->extent, &notify->range, &part) ||
            record->owner != FILE_DATA)
            continue;
        if (holds && continues(&held, record)) {
            held.extent.end = record->extent.end;
            continue;
        }
        if (holds)
            notify_record(fs, &held, notify);
        held = *record;
        holds = true;
    }
    if (holds)
        notify_record(fs, &held, notify);
}

static int notify_failure(struct fs *fs, int role, uint64_t offset, uint64_t length,
                          unsigned mf_flags) {
    struct failure_info notify = {.is_removal = mf_flags & MF_MEM_PRE_REMOVE};
    bool frozen = false;

    if (!fs->is_born)
        return -EIO;
    if (!clip_to_device(&fs->device[role], offset, length, &notify.range))
        return -ENXIO;

    fs_report_media_event(fs, role, notify.range.start, length_of(&notify.range));

    if (role == LOG_DEVICE) {
        if (notify.is_removal) {
            fs_sync(fs);
            fs_shut_down(fs, FORCE_UMOUNT);
            return 0;
        }
        fs_shut_down(fs, CORRUPT_ONDISK);
        return -EFSCORRUPTED;
    }
    if (!fs->has_rmap[role]) {
        // Nobody can be told, but nobody goes on using it either.
        if (notify.is_removal) {
            fs_sync(fs);
            fs_shut_down(fs, FORCE_UMOUNT);
        }
        return -EOPNOTSUPP;
    }

    if (notify.is_removal)
        frozen = fs_freeze(fs) == 0;

    if (notify.is_removal)
        walk_in_core(fs, &notify);
    else
        walk_records(fs, &notify);

    if (notify.is_removal) {
        fs_shut_down(fs, FORCE_UMOUNT);
        if (frozen)
            fs_thaw(fs);
        return notify.error;
    }
    if (notify.want_shutdown) {
        fs_shut_down(fs, CORRUPT_ONDISK);
        if (!notify.error)
            return -EFSCORRUPTED;
    }
    // A user who could not be told is no corruption of the filesystem.
    return notify.error;
}

#define POLICY recommended
#define REMOVAL_FLAGS MF_MEM_PRE_REMOVE
#include "entry.h"
