// SPDX-License-Identifier: BSL-1.0
// A small filesystem and the device that it lies on, as C and C++ see them: what the library's
// machine code is compared with is written in C against this header, by hand. Everything that is
// only declared here is out of reach for the compiler, on both sides.
#pragma once

#include <errno.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#define EFSCORRUPTED 117
#define EHWPOISON_VALUE 133

// The facts, numbered as the library numbers them.

enum failure_cause { CORRUPTION, REMOVAL };
enum event_scope { PART, WHOLE_DEVICE };
enum device_role {
    DATA_DEVICE,
    LOG_DEVICE,
    REALTIME_DEVICE,
    INTERNAL_REALTIME_DEVICE,
    DEVICE_ROLES,
};
enum mount_state { BORN, NOT_BORN };
enum rmap_state { RMAP_PRESENT, RMAP_ABSENT };
// This filesystem fills its part of the device: a range that meets it is inside.
enum range_state { INSIDE, ACROSS_END, AFTER_END, OUTSIDE };
enum group_count { ONE_GROUP, SEVERAL_GROUPS };
enum yes_no { YES, NO };

enum record_owner {
    FILE_DATA,
    ATTRIBUTE_FORK,
    BMBT,
    METADATA,
    OWNED_BY_LOG,
    COW_STAGING,
    UNKNOWN_OWNER,
};
enum inode_state { IN_CORE, NOT_IN_CORE, LOOKUP_FAILED };
enum mapping_kind { DAX, BUFFERED };
// Of this filesystem each file is a regular one.
enum file_kind { REGULAR_FILE, DIRECTORY, SYMLINK, INTERNAL_FILE };

enum walk_ending { CLEAN, FAILED, NOT_STARTED };
enum walk_cut { NOT_CUT_SHORT, CUT_SHORT };
enum wanted_shutdown { NOT_WANTED, WANTED };
enum frozen_by { NOT_BY_US, BY_US };

// Arguments of the operations.

enum told_users { EARLY_USERS, EVERY_USER };
enum page_marking { POISON_MARKED, POISON_NOT_MARKED };
enum reason_to_shut_down { CORRUPT_ONDISK, FORCE_UMOUNT, DEVICE_REMOVED };

// mf_flags of the lineages: a removal has no flag in Linux 6.0 to 6.7.
#define SEED_MF_MEM_REMOVE (1U << 5)
#define MF_MEM_PRE_REMOVE (1U << 7)

struct fs_inode;

// The half-open range of bytes [start, end); the end is not before the start.
struct fs_range {
    uint64_t start;
    uint64_t end;
};

// A record of the reverse mapping; extents count from the start of the filesystem's part, lie in it,
// and none is without bytes. Offsets in a file are those of a loff_t: file_offset and the length of the
// extent do not overflow.
struct fs_record {
    struct fs_range extent;
    int32_t owner; // enum record_owner; for daxfs enum daxfs_owner_class
    uint64_t inode_number;
    uint64_t file_offset;
    int32_t sharing;
};

struct fs {
    bool is_born;
    bool has_rmap[DEVICE_ROLES]; // by enum device_role
    // Where it lies on that device; empty where it has none.
    struct fs_range device[DEVICE_ROLES];
    const struct fs_record *records; // in ascending order of their extents
    uint64_t record_count;
};

// Who holds a device, and what the device is to the filesystem.
struct dax_holder {
    struct fs *fs;
    int32_t role; // enum device_role
};

// A device whose holder comes and goes on one thread.
enum device_life { ALIVE, DYING, DEAD };
struct dax_device {
    unsigned char life; // enum device_life
    struct dax_holder *holder;
};

// What the filesystem does; 0 or a negative errno.
int fs_freeze(struct fs *fs);
int fs_thaw(struct fs *fs);
int fs_thaw_user(struct fs *fs);
int fs_sync(struct fs *fs);
int fs_begin_walk(struct fs *fs);
int fs_shut_down(struct fs *fs, int reason);
int fs_report_media_event(struct fs *fs, int role, uint64_t offset, uint64_t length);
int fs_unmap_range(struct fs *fs, int role, uint64_t offset, uint64_t length);

// 0 and the inode, -ENODATA where it is not in core, else why it cannot be had.
int fs_find_in_core(struct fs *fs, uint64_t inode_number, struct fs_inode **found);
bool fs_is_dax(const struct fs_inode *inode);

// On bytes of the file.
int fs_kill_users(struct fs_inode *inode, uint64_t offset, uint64_t length, int users, int marking);
int fs_invalidate(struct fs_inode *inode, uint64_t offset, uint64_t length);
int fs_report_data_lost(struct fs_inode *inode, uint64_t offset, uint64_t length);

// famfs.
enum famfs_operation { MARK_DEVICE_BAD, MARK_FILE_BAD };
enum famfs_device { DEVICE_GOOD, DEVICE_UNUSABLE, DEVICE_BAD };
enum famfs_file { FILE_GOOD, FILE_BAD };

// daxfs: operations of its own, on the region or on a part of a record.
enum daxfs_owner_class { OVERLAY_DATA, BASE_DATA, PCACHE_DATA, DAXFS_METADATA, UNALLOCATED };
enum daxfs_operation {
    MARK_PAGE_POISONED,
    INSERT_POISON_BUCKET,
    MARK_SLOT_POISONED,
    WITHDRAW_PAGE,
    DROP_CACHED_POINTER,
    UNMAP,
    DRAIN_REGION,
    FAIL_REGION,
};
int fs_perform(struct fs *fs, int operation);
int fs_perform_on_record(struct fs *fs, int operation, const struct fs_record *record,
                         uint64_t offset, uint64_t length);
bool fs_is_poisoned(struct fs *fs, const struct fs_record *record);

#ifdef __cplusplus
}
#endif
