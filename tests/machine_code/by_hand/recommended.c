// SPDX-License-Identifier: BSL-1.0
// What daxhold recommends for XFS, by hand.

#include "filesystem.h"

struct failure_info {
    struct fs_range range;
    bool is_removal;
    bool want_shutdown;
    int error; // the first
};

static void note_error(struct failure_info *notify, int error) {
    if (!notify->error)
        notify->error = error;
}

static void notify_record(struct fs *fs, const struct fs_record *record,
                          struct failure_info *notify) {
    struct fs_inode *inode;
    struct fs_range part;
    uint64_t offset, length;

    if (!intersect_ranges(&record->extent, &notify->range, &part))
        return;

    if (record->owner != FILE_DATA) {
        notify->want_shutdown = true;
        return;
    }

    // An inode that cannot be had has no users.
    if (fs_find_in_core(fs, record->inode_number, &inode))
        return;

    offset = file_offset_of(record, &part);
    length = length_of(&part);
    if (fs_is_dax(inode)) {
        if (notify->is_removal) {
            note_error(notify,
                       fs_kill_users(inode, offset, length, EVERY_USER, POISON_NOT_MARKED));
            note_error(notify, fs_invalidate(inode, offset, length));
            return;
        }
        note_error(notify, fs_kill_users(inode, offset, length, EARLY_USERS, POISON_MARKED));
    }
    // What a removal leaves in the page cache is not lost.
    if (!notify->is_removal)
        fs_report_data_lost(inode, offset, length);
}

static void walk_records(struct fs *fs, struct failure_info *notify) {
    const struct fs_record *record = fs->records;
    const struct fs_record *const end = record + fs->record_count;

    for (; record != end; record++)
        notify_record(fs, record, notify);
}

// Whether a record could as well be one with those from `first` up to `end`.
static bool continues(const struct fs_record *first, uint64_t end, const struct fs_record *next) {
    return next->extent.start == end && next->inode_number == first->inode_number &&
           next->file_offset - first->file_offset == end - first->extent.start &&
           next->sharing == first->sharing;
}

// The removal of the whole device is about file data alone, which lies on it as a whole, and
// neighbouring extents of a file are told as one.
static void walk_in_core(struct fs *fs, struct failure_info *notify) {
    const struct fs_record *record = fs->records;
    const struct fs_record *const end = record + fs->record_count;

    while (record != end) {
        const struct fs_record *const first = record++;
        uint64_t end_of_run = first->extent.end;
        struct fs_inode *inode;

        if (first->owner != FILE_DATA)
            continue;
        for (; record != end; record++) {
            if (record->owner != FILE_DATA)
                continue;
            if (!continues(first, end_of_run, record))
                break;
            end_of_run = record->extent.end;
        }
        if (fs_find_in_core(fs, first->inode_number, &inode) || !fs_is_dax(inode))
            continue;
        note_error(notify, fs_kill_users(inode, first->file_offset,
                                         end_of_run - first->extent.start, EVERY_USER,
                                         POISON_NOT_MARKED));
    }
}

// A freeze by somebody in user space ends with the filesystem.
static void stop(struct fs *fs, int reason) {
    fs_shut_down(fs, reason);
    fs_thaw_user(fs);
}

static int notify_failure(struct fs *fs, int role, uint64_t offset, uint64_t length,
                          unsigned mf_flags) {
    struct failure_info notify = {.is_removal = mf_flags & MF_MEM_PRE_REMOVE};
    const bool is_removal_of_all = notify.is_removal && offset == 0 && length == UINT64_MAX;

    if (!fs->is_born)
        return -EIO;
    if (!clip_to_device(&fs->device[role], offset, length, &notify.range))
        return -ENXIO;

    fs_report_media_event(fs, role, notify.range.start, length_of(&notify.range));

    if (role == LOG_DEVICE) {
        if (notify.is_removal) {
            fs_sync(fs);
            stop(fs, FORCE_UMOUNT);
            return 0;
        }
        stop(fs, CORRUPT_ONDISK);
        return -EFSCORRUPTED;
    }
    if (!fs->has_rmap[role]) {
        // Nobody can be told, but nobody goes on using it either.
        if (is_removal_of_all) {
            fs_sync(fs);
            stop(fs, FORCE_UMOUNT);
        }
        if (notify.is_removal)
            fs_unmap_range(fs, role, notify.range.start, length_of(&notify.range));
        return -EOPNOTSUPP;
    }

    if (is_removal_of_all) {
        walk_in_core(fs, &notify);
        fs_sync(fs);
        stop(fs, FORCE_UMOUNT);
        note_error(&notify, fs_unmap_range(fs, role, notify.range.start, length_of(&notify.range)));
        return notify.error;
    }

    walk_records(fs, &notify);

    if (notify.want_shutdown) {
        if (notify.is_removal) {
            stop(fs, FORCE_UMOUNT);
        } else {
            stop(fs, CORRUPT_ONDISK);
            if (!notify.error)
                return -EFSCORRUPTED;
        }
    }
    // A user who could not be told is no corruption of the filesystem.
    return notify.error;
}

#define POLICY recommended
#define REMOVAL_FLAGS MF_MEM_PRE_REMOVE
#include "entry.h"
