// SPDX-License-Identifier: BSL-1.0
// XFS in Linux 6.18, by hand.

#include "filesystem.h"

struct failure_info {
    struct fs_range range;
    bool is_removal;
    bool want_shutdown;
};

// Returns the error that ends the walk.
static int notify_record(struct fs *fs, const struct fs_record *record,
                         struct failure_info *notify) {
    struct fs_inode *inode;
    struct fs_range part;
    uint64_t offset, length;
    int error;

    if (!intersect_ranges(&record->extent, &notify->range, &part))
        return 0;

    if (record->owner != FILE_DATA) {
        if (!notify->is_removal)
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

    offset = file_offset_of(record, &part);
    length = length_of(&part);
    if (fs_is_dax(inode)) {
        if (notify->is_removal)
            error = fs_kill_users(inode, offset, length, EVERY_USER, POISON_NOT_MARKED);
        else
            error = fs_kill_users(inode, offset, length, EARLY_USERS, POISON_MARKED);
    }
    // The pages go even if somebody could not be told.
    if (notify->is_removal)
        fs_invalidate(inode, offset, length);
    return error;
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
    struct failure_info notify = {.is_removal = mf_flags & MF_MEM_PRE_REMOVE};
    bool frozen = false;
    bool is_inside;
    int error;

    if (!fs->is_born)
        return -EIO;
    is_inside = clip_to_device(&fs->device[role], offset, length, &notify.range);
    if (role == LOG_DEVICE) {
        // Behind the end of the log nothing is lost.
        if (!is_inside)
            return -ENXIO;
        // The removal of the log is left to the block layer.
        if (notify.is_removal)
            return 0;
        fs_shut_down(fs, CORRUPT_ONDISK);
        return -EFSCORRUPTED;
    }
    if (!fs->has_rmap[role])
        return -EOPNOTSUPP;
    if (!is_inside)
        return -ENXIO;

    if (role == INTERNAL_REALTIME_DEVICE) {
        // No record lies there.
        if (!notify.is_removal)
            return 0;
        frozen = fs_freeze(fs) == 0;
        fs_shut_down(fs, FORCE_UMOUNT);
        if (frozen)
            fs_thaw(fs);
        fs_thaw_user(fs);
        return 0;
    }

    // Without a freeze it goes on all the same.
    if (notify.is_removal)
        frozen = fs_freeze(fs) == 0;

    error = walk_records(fs, &notify);

    if (notify.is_removal) {
        // Before the thaw, so that no new mapping comes into being.
        fs_shut_down(fs, FORCE_UMOUNT);
        if (frozen)
            fs_thaw(fs);
        fs_thaw_user(fs);
        return error;
    }
    if (error || notify.want_shutdown) {
        fs_shut_down(fs, CORRUPT_ONDISK);
        if (!error)
            error = -EFSCORRUPTED;
    }
    return error;
}

#define POLICY xfs_linux_6_18
#define REMOVAL_FLAGS MF_MEM_PRE_REMOVE
#include "entry.h"
