// SPDX-License-Identifier: BSL-1.0
// XFS in Linux 6.1, by hand. It has no flag for a removal.

#include "filesystem.h"

struct failure_info {
    struct fs_range range;
    bool want_shutdown;
};

// Returns the error that ends the walk.
static int notify_record(struct fs *fs, const struct fs_record *record,
                         struct failure_info *notify) {
    struct fs_inode *inode;
    struct fs_range part;
    int error;

    if (!intersect_ranges(&record->extent, &notify->range, &part))
        return 0;

    if (record->owner != FILE_DATA) {
        // Only behind the walk, so that every user is told.
        notify->want_shutdown = true;
        return 0;
    }

    error = fs_find_in_core(fs, record->inode_number, &inode);
    if (error) {
        // Without an inode in core there is nobody to tell.
        if (error != -ENODATA)
            notify->want_shutdown = true;
        return 0;
    }
    // There is no dax entry to lock.
    if (!fs_is_dax(inode))
        return -EBUSY;

    return fs_kill_users(inode, file_offset_of(record, &part), length_of(&part), EARLY_USERS,
                         POISON_MARKED);
}

static int walk_records(struct fs *fs, struct failure_info *notify) {
    const struct fs_record *record = fs->records;
    const struct fs_record *const end = record + fs->record_count;

    for (; record != end; record++) {
        int error = notify_record(fs, record, notify);

        if (error)
            return error;
    }
    return 0;
}

static int notify_failure(struct fs *fs, int role, uint64_t offset, uint64_t length,
                          unsigned mf_flags) {
    struct failure_info notify = {.want_shutdown = false};
    int error;

    (void)mf_flags;
    if (!fs->is_born)
        return -EIO;
    if (role >= REALTIME_DEVICE)
        return -EOPNOTSUPP;
    if (role == LOG_DEVICE) {
        fs_shut_down(fs, CORRUPT_ONDISK);
        return -EFSCORRUPTED;
    }
    if (!fs->has_rmap[DATA_DEVICE])
        return -EOPNOTSUPP;
    if (!clip_to_device(&fs->device[DATA_DEVICE], offset, length, &notify.range))
        return -ENXIO;

    error = fs_begin_walk(fs);
    if (error)
        return error;
    error = walk_records(fs, &notify);

    if (error || notify.want_shutdown) {
        fs_shut_down(fs, CORRUPT_ONDISK);
        if (!error)
            error = -EFSCORRUPTED;
    }
    return error;
}

#define POLICY xfs_linux_6_1
#define REMOVAL_FLAGS 0
#include "entry.h"
