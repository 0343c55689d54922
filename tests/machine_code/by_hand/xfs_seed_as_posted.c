// SPDX-License-Identifier: BSL-1.0
// XFS with the seed patch as it was posted, by hand.

#include "filesystem.h"

struct failure_info {
    struct fs_range range;
    bool is_removal;
};

// Returns the error that ends the walk.
static int notify_record(struct fs *fs, const struct fs_record *record,
                         const struct failure_info *notify) {
    struct fs_inode *inode;
    struct fs_range part;
    int error;

    if (!intersect_ranges(&record->extent, &notify->range, &part))
        return 0;

    if (!notify->is_removal || record->owner != FILE_DATA) {
        fs_shut_down(fs, CORRUPT_ONDISK);
        return -EFSCORRUPTED;
    }

    error = fs_find_in_core(fs, record->inode_number, &inode);
    if (error == -ENODATA)
        return 0;
    if (error)
        return error;
    // There is no dax entry to lock.
    if (!fs_is_dax(inode))
        return -EBUSY;

    return fs_kill_users(inode, file_offset_of(record, &part), length_of(&part), EARLY_USERS,
                         POISON_MARKED);
}

static int walk_records(struct fs *fs, const struct failure_info *notify) {
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
    struct failure_info notify = {.is_removal = mf_flags & SEED_MF_MEM_REMOVE};
    int error;

    if (role >= REALTIME_DEVICE)
        return -EOPNOTSUPP;
    if (role == LOG_DEVICE) {
        if (notify.is_removal)
            return -EOPNOTSUPP;
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
    return walk_records(fs, &notify);
}

#define POLICY xfs_seed_as_posted
#define REMOVAL_FLAGS SEED_MF_MEM_REMOVE
#include "entry.h"
