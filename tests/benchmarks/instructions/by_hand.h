// SPDX-License-Identifier: BSL-1.0
#pragma once

#include "operations.h"

#include <errno.h>

/// \file
/// Filesystem and layers as one writes them in the kernel (fs/xfs/xfs_notify_failure.c of
/// Linux 6.8, and what daxhold::policies::recommended says), each in the shortest way that was
/// found: gates as `if`s in front of a function for each kind of walk, so that an event that does
/// not get so far pays for none of its registers. As C for the devices in by_hand.c, and as C++ for
/// those in dispatched.cpp.
///
/// The records lie in an array, in which one can look ahead; with BY_CALLBACK defined they come
/// through a callback, as from xfs_rmap_query_range.

#define NEVER_INLINE static __attribute__((noinline))
#define ALWAYS_INLINE static inline __attribute__((always_inline))

struct record {
    uint64_t offset;
    uint64_t end;
    enum sample_owner owner;
    uint64_t inode_number;
    uint64_t file_offset;
};

struct filesystem {
    struct sample_superblock sb;
    bool born;
    bool has_rmap;
    /// Where it lies on its devices, by role.
    struct {
        uint64_t start;
        uint64_t end;
    } devices[4];
    const struct record* records_end;
    struct record records[SAMPLE_RECORDS];
};

/// The filesystem as the holder of one of its devices.
struct filesystem_holder {
    struct filesystem* fs;
    enum sample_role role;
};

/// An event as the callback knows it, and what comes of it.
struct failure {
    struct filesystem* fs;
    uint64_t start;
    uint64_t end;
    bool want_shutdown;
    /// The first one, where it does not end the walk.
    int error;
};

static inline uint64_t min_u64(uint64_t a, uint64_t b) { return a < b ? a : b; }
static inline uint64_t max_u64(uint64_t a, uint64_t b) { return a > b ? a : b; }

/// Calls `visit` for each record that is hit, until it returns an error.
#ifdef BY_CALLBACK
NEVER_INLINE
#else
ALWAYS_INLINE
#endif
int query_range(const struct filesystem* fs, uint64_t start, uint64_t end,
                int (*visit)(const struct record*, struct failure*), struct failure* failure) {
    const struct record* record = fs->records;
    const struct record* const last = fs->records_end;
    while (record != last && record->end <= start)
        record++;
    for (; record != last && record->offset < end; record++) {
        const int error = visit(record, failure);
        if (error)
            return error;
    }
    return 0;
}

/// The part of a device that belongs to the filesystem, from its start; false if there is none.
static inline bool clip(const struct filesystem* fs, enum sample_role role, uint64_t offset,
                        uint64_t length, uint64_t* first, uint64_t* last) {
    const uint64_t start = fs->devices[role].start;
    const uint64_t begin = max_u64(offset, start);
    const uint64_t end = min_u64(offset + length, fs->devices[role].end);
    *first = begin - start;
    *last = end - start;
    return begin < end;
}

// Linux 6.8.

static inline int xfs_linux_6_8_corrupt_record(const struct record* record,
                                               struct failure* failure) {
    struct sample_superblock* sb = &failure->fs->sb;
    struct sample_inode* inode;
    if (record->owner != SAMPLE_FILE_DATA) {
        failure->want_shutdown = true;
        return 0;
    }
    const int error = operation_find_in_core(sb, record->inode_number, &inode);
    if (error) {
        if (error != -ENODATA)
            failure->want_shutdown = true;
        return 0;
    }
    if (!inode->is_dax)
        return 0;
    const uint64_t start = max_u64(record->offset, failure->start);
    return operation_kill_users(sb, inode, start - record->offset + record->file_offset,
                                min_u64(record->end, failure->end) - start, SAMPLE_EARLY,
                                SAMPLE_MARKED);
}

NEVER_INLINE int xfs_linux_6_8_corruption(struct filesystem* fs, uint64_t start, uint64_t end) {
    struct failure failure = {fs, start, end, false, 0};
    int error = operation_begin_walk(&fs->sb);
    if (error)
        return error;
    error = query_range(fs, start, end, xfs_linux_6_8_corrupt_record, &failure);
    if (!error && !failure.want_shutdown)
        return 0;
    operation_shut_down(&fs->sb, SAMPLE_CORRUPT_ONDISK);
    return error ? error : -SAMPLE_EFSCORRUPTED;
}

static inline int xfs_linux_6_8_remove_record(const struct record* record,
                                              struct failure* failure) {
    struct sample_superblock* sb = &failure->fs->sb;
    struct sample_inode* inode;
    int error = 0;
    if (record->owner != SAMPLE_FILE_DATA ||
        operation_find_in_core(sb, record->inode_number, &inode))
        return 0;
    const uint64_t start = max_u64(record->offset, failure->start);
    const uint64_t in_file = start - record->offset + record->file_offset;
    const uint64_t length = min_u64(record->end, failure->end) - start;
    if (inode->is_dax)
        error = operation_kill_users(sb, inode, in_file, length, SAMPLE_EVERY, SAMPLE_NOT_MARKED);
    operation_invalidate(sb, inode, in_file, length);
    return error;
}

NEVER_INLINE int xfs_linux_6_8_removal(struct filesystem* fs, uint64_t start, uint64_t end) {
    struct failure failure = {fs, start, end, false, 0};
    const bool frozen = operation_freeze(&fs->sb) == 0;
    int error = operation_begin_walk(&fs->sb);
    if (!error) {
        error = query_range(fs, start, end, xfs_linux_6_8_remove_record, &failure);
        operation_shut_down(&fs->sb, SAMPLE_FORCE_UMOUNT);
    }
    if (frozen)
        operation_thaw(&fs->sb);
    operation_thaw_user(&fs->sb);
    return error;
}

ALWAYS_INLINE int xfs_linux_6_8_notify_failure(const struct filesystem_holder* holder,
                                               uint64_t offset, uint64_t length, unsigned flags) {
    struct filesystem* fs = holder->fs;
    const bool removal = flags & SAMPLE_PRE_REMOVE;
    uint64_t start, end;
    if (!fs->born)
        return -EIO;
    if (holder->role == SAMPLE_REALTIME)
        return -EOPNOTSUPP;
    if (holder->role == SAMPLE_LOG) {
        if (removal)
            return 0;
        operation_shut_down(&fs->sb, SAMPLE_CORRUPT_ONDISK);
        return -SAMPLE_EFSCORRUPTED;
    }
    if (!fs->has_rmap)
        return -EOPNOTSUPP;
    if (!clip(fs, SAMPLE_DATA, offset, length, &start, &end))
        return -ENXIO;
    return removal ? xfs_linux_6_8_removal(fs, start, end)
                   : xfs_linux_6_8_corruption(fs, start, end);
}

// What daxhold recommends.

static inline void note_error(struct failure* failure, int error) {
    if (!failure->error)
        failure->error = error;
}

static inline int recommended_corrupt_record(const struct record* record, struct failure* failure) {
    struct sample_superblock* sb = &failure->fs->sb;
    struct sample_inode* inode;
    if (record->owner != SAMPLE_FILE_DATA) {
        failure->want_shutdown = true;
        return 0;
    }
    if (operation_find_in_core(sb, record->inode_number, &inode))
        return 0;
    const uint64_t start = max_u64(record->offset, failure->start);
    const uint64_t in_file = start - record->offset + record->file_offset;
    const uint64_t length = min_u64(record->end, failure->end) - start;
    if (inode->is_dax)
        note_error(failure,
                   operation_kill_users(sb, inode, in_file, length, SAMPLE_EARLY, SAMPLE_MARKED));
    operation_report_data_lost(sb, inode, in_file, length);
    return 0;
}

static inline int recommended_remove_record(const struct record* record, struct failure* failure) {
    struct sample_superblock* sb = &failure->fs->sb;
    struct sample_inode* inode;
    if (record->owner != SAMPLE_FILE_DATA) {
        failure->want_shutdown = true;
        return 0;
    }
    if (operation_find_in_core(sb, record->inode_number, &inode) || !inode->is_dax)
        return 0;
    const uint64_t start = max_u64(record->offset, failure->start);
    const uint64_t in_file = start - record->offset + record->file_offset;
    const uint64_t length = min_u64(record->end, failure->end) - start;
    note_error(failure,
               operation_kill_users(sb, inode, in_file, length, SAMPLE_EVERY, SAMPLE_NOT_MARKED));
    note_error(failure, operation_invalidate(sb, inode, in_file, length));
    return 0;
}

/// A freeze by somebody in user space ends with the filesystem.
static inline void recommended_stop(struct filesystem* fs, enum sample_shutdown reason) {
    operation_shut_down(&fs->sb, reason);
    operation_thaw_user(&fs->sb);
}

NEVER_INLINE int recommended_corruption(struct filesystem* fs, enum sample_role role,
                                        uint64_t start, uint64_t end) {
    struct failure failure = {fs, start, end, false, 0};
    operation_report_media_event(&fs->sb, role, start, end - start);
    query_range(fs, start, end, recommended_corrupt_record, &failure);
    if (!failure.want_shutdown)
        return failure.error;
    recommended_stop(fs, SAMPLE_CORRUPT_ONDISK);
    return failure.error ? failure.error : -SAMPLE_EFSCORRUPTED;
}

NEVER_INLINE int recommended_removal_of_part(struct filesystem* fs, enum sample_role role,
                                             uint64_t start, uint64_t end) {
    struct failure failure = {fs, start, end, false, 0};
    operation_report_media_event(&fs->sb, role, start, end - start);
    query_range(fs, start, end, recommended_remove_record, &failure);
    if (failure.want_shutdown)
        recommended_stop(fs, SAMPLE_FORCE_UMOUNT);
    return failure.error;
}

/// Tells the users of a part of a file; 0, or the error.
static inline int recommended_kill(struct filesystem* fs, uint64_t inode_number,
                                   uint64_t file_offset, uint64_t length) {
    struct sample_inode* inode;
    if (operation_find_in_core(&fs->sb, inode_number, &inode) || !inode->is_dax)
        return 0;
    return operation_kill_users(&fs->sb, inode, file_offset, length, SAMPLE_EVERY,
                                SAMPLE_NOT_MARKED);
}

// The removal of the whole device is about file data alone, and concerns each record as a whole;
// neighbouring extents of a file are told as one.

#ifdef BY_CALLBACK

/// What was seen of a file's neighbouring extents, until the next record is none of them; nothing
/// has no length.
struct held_extent {
    struct filesystem* fs;
    uint64_t end;
    uint64_t inode_number;
    uint64_t file_offset;
    uint64_t length;
    int error;
};

static inline void let_go(struct held_extent* held) {
    if (!held->length)
        return;
    const int error =
        recommended_kill(held->fs, held->inode_number, held->file_offset, held->length);
    if (!held->error)
        held->error = error;
}

static inline int recommended_remove_file_data(const struct record* record, void* private_data) {
    struct held_extent* held = (struct held_extent*)private_data;
    const uint64_t length = record->end - record->offset;
    if (record->owner != SAMPLE_FILE_DATA)
        return 0;
    if (record->offset == held->end && record->inode_number == held->inode_number &&
        record->file_offset == held->file_offset + held->length) {
        held->end = record->end;
        held->length += length;
        return 0;
    }
    let_go(held);
    held->end = record->end;
    held->inode_number = record->inode_number;
    held->file_offset = record->file_offset;
    held->length = length;
    return 0;
}

/// As xfs_rmap_query_all.
NEVER_INLINE int query_all(const struct filesystem* fs, int (*visit)(const struct record*, void*),
                           void* private_data) {
    for (const struct record* record = fs->records; record != fs->records_end; record++) {
        const int error = visit(record, private_data);
        if (error)
            return error;
    }
    return 0;
}

static inline int recommended_remove_all_file_data(struct filesystem* fs) {
    struct held_extent held = {fs, 0, 0, 0, 0, 0};
    query_all(fs, recommended_remove_file_data, &held);
    let_go(&held);
    return held.error;
}

#else

static inline int recommended_remove_all_file_data(struct filesystem* fs) {
    const struct record* record = fs->records;
    const struct record* const last = fs->records_end;
    int first_error = 0;
    while (record != last) {
        const struct record* const first = record++;
        if (first->owner != SAMPLE_FILE_DATA)
            continue;
        uint64_t end = first->end;
        while (record != last && record->offset == end &&
               record->inode_number == first->inode_number &&
               record->file_offset - first->file_offset == end - first->offset &&
               record->owner == SAMPLE_FILE_DATA)
            end = record++->end;
        const int error =
            recommended_kill(fs, first->inode_number, first->file_offset, end - first->offset);
        if (!first_error)
            first_error = error;
    }
    return first_error;
}

#endif

NEVER_INLINE int recommended_removal_of_all(struct filesystem* fs, enum sample_role role,
                                            uint64_t start, uint64_t end) {
    operation_report_media_event(&fs->sb, role, start, end - start);
    const int error = recommended_remove_all_file_data(fs);
    operation_sync(&fs->sb);
    recommended_stop(fs, SAMPLE_FORCE_UMOUNT);
    const int unmapped = operation_unmap_range(&fs->sb, role, start, end - start);
    return error ? error : unmapped;
}

NEVER_INLINE int recommended_log(struct filesystem* fs, uint64_t start, uint64_t end,
                                 bool removal) {
    operation_report_media_event(&fs->sb, SAMPLE_LOG, start, end - start);
    if (removal)
        operation_sync(&fs->sb);
    recommended_stop(fs, removal ? SAMPLE_FORCE_UMOUNT : SAMPLE_CORRUPT_ONDISK);
    return removal ? 0 : -SAMPLE_EFSCORRUPTED;
}

NEVER_INLINE int recommended_without_rmap(struct filesystem* fs, enum sample_role role,
                                          uint64_t start, uint64_t end, bool removal, bool all) {
    operation_report_media_event(&fs->sb, role, start, end - start);
    if (all) {
        operation_sync(&fs->sb);
        recommended_stop(fs, SAMPLE_FORCE_UMOUNT);
    }
    if (removal)
        operation_unmap_range(&fs->sb, role, start, end - start);
    return -EOPNOTSUPP;
}

ALWAYS_INLINE int recommended_notify_failure(const struct filesystem_holder* holder,
                                             uint64_t offset, uint64_t length, unsigned flags) {
    struct filesystem* fs = holder->fs;
    const enum sample_role role = holder->role;
    const bool removal = flags & SAMPLE_PRE_REMOVE;
    const bool all = removal && offset == 0 && length == UINT64_MAX;
    uint64_t start, end;
    if (!fs->born)
        return -EIO;
    if (!clip(fs, role, offset, length, &start, &end))
        return -ENXIO;
    if (role == SAMPLE_LOG)
        return recommended_log(fs, start, end, removal);
    if (!fs->has_rmap)
        return recommended_without_rmap(fs, role, start, end, removal, all);
    if (!removal)
        return recommended_corruption(fs, role, start, end);
    return all ? recommended_removal_of_all(fs, role, start, end)
               : recommended_removal_of_part(fs, role, start, end);
}

static inline void fill_filesystem(struct filesystem* fs, enum sample_layout layout) {
    const uint64_t start = layout == LAYOUT_DIRECT ? sample_start : 0;
    sample_superblock_init(&fs->sb);
    fs->born = true;
    fs->has_rmap = true;
    fs->devices[SAMPLE_DATA].start = start;
    fs->devices[SAMPLE_DATA].end = start + sample_size;
    fs->records_end = fs->records + SAMPLE_RECORDS;
    for (size_t i = 0; i < SAMPLE_RECORDS; i++) {
        const struct record record = {
            sample_records[i].offset, sample_records[i].offset + sample_records[i].length,
            sample_records[i].owner, sample_records[i].inode_number, sample_records[i].file_offset};
        fs->records[i] = record;
    }
}

// The layers.

/// A partition of a disk, or the pieces of a mapped device that lie on one of its lower devices.
struct partition {
    uint64_t start;
    uint64_t end;
};

struct linear {
    const struct sample_target* targets;
    const struct sample_target* targets_end;
    unsigned lower;
    /// Whether the targets on this lower device ascend there as they do in the table, and have
    /// bytes none of which is cut off; whether there are some, and none on another one.
    bool ascends;
    bool is_alone;
};

/// The piece of a partition that lies on a range of the disk; false if there is none.
static inline bool partition_piece(const struct partition* partition, uint64_t* offset,
                                   uint64_t* length) {
    if (*offset == 0 && *length == UINT64_MAX)
        return partition->start != partition->end;
    const uint64_t start = max_u64(*offset, partition->start);
    const uint64_t end = min_u64(*offset + *length, partition->end);
    if (start >= end)
        return false;
    *offset = start - partition->start;
    *length = end - start;
    return true;
}

static inline void init_partition(struct partition* partition) {
    partition->start = sample_partition_start;
    partition->end = sample_partition_start + sample_size;
}

/// Where a target ends on its lower device; what 64 bits cannot tell of either device is cut off.
static inline uint64_t lower_end(const struct sample_target* target) {
    const uint64_t length = min_u64(target->length, UINT64_MAX - target->start);
    return target->lower_start + min_u64(length, UINT64_MAX - target->lower_start);
}

static inline void init_linear(struct linear* linear, const struct sample_target* targets,
                               size_t target_count, unsigned lower) {
    uint64_t last = 0;
    bool has_bytes = false;
    linear->targets = targets;
    linear->targets_end = targets + target_count;
    linear->lower = lower;
    linear->ascends = true;
    linear->is_alone = true;
    for (const struct sample_target* target = targets; target != linear->targets_end; target++) {
        if (target->lower != lower) {
            if (target->length != 0)
                linear->is_alone = false;
            continue;
        }
        has_bytes = has_bytes || target->length != 0;
        if (target->lower_start < last || target->length == 0 ||
            lower_end(target) - target->lower_start != target->length)
            linear->ascends = false;
        last = target->lower_start;
    }
    linear->is_alone = linear->is_alone && has_bytes;
}

/// -ENXIO says that nobody was concerned, and -EOPNOTSUPP counts for more than success.
static inline int combine(int first, int second) {
    if (first == -ENXIO)
        return second;
    if (second == -ENXIO)
        return first;
    if (first && first != -EOPNOTSUPP)
        return first;
    if (second && second != -EOPNOTSUPP)
        return second;
    return first ? first : second;
}

typedef int tell_upper(const void* upper, uint64_t offset, uint64_t length, unsigned flags);

/// The next target behind `told` in the order of the lower device, where the table has another one:
/// by the first byte that is hit, then by the table. No target stands for none, before the first
/// one and behind the last.
static inline const struct sample_target* next_in_order(const struct linear* linear,
                                                        uint64_t offset, uint64_t end,
                                                        const struct sample_target* told) {
    const uint64_t last = told ? max_u64(offset, told->lower_start) : 0;
    const struct sample_target* found = NULL;
    uint64_t first = 0;
    for (const struct sample_target* target = linear->targets; target != linear->targets_end;
         target++) {
        const uint64_t start = max_u64(offset, target->lower_start);
        if (target->lower != linear->lower || start >= min_u64(end, lower_end(target)))
            continue;
        if (told && (start < last || (start == last && target <= told)))
            continue;
        if (!found || start < first) {
            found = target;
            first = start;
        }
    }
    return found;
}

/// `tell_linear` for a table in no order.
NEVER_INLINE int tell_unordered(const struct linear* linear, const void* upper, tell_upper* tell,
                                uint64_t offset, uint64_t end, unsigned flags) {
    const struct sample_target* target = NULL;
    int answer = -ENXIO;
    while ((target = next_in_order(linear, offset, end, target))) {
        const uint64_t start = max_u64(offset, target->lower_start);
        answer = combine(answer, tell(upper, start - target->lower_start + target->start,
                                      min_u64(end, lower_end(target)) - start, flags));
    }
    return answer;
}

/// Tells `upper` of each piece of a mapped device that lies on a range of the lower one.
ALWAYS_INLINE int tell_linear(const struct linear* linear, const void* upper, tell_upper* tell,
                              uint64_t offset, uint64_t length, unsigned flags) {
    const uint64_t end = offset + length;
    int answer = -ENXIO;
    if (linear->is_alone && offset == 0 && length == UINT64_MAX)
        return tell(upper, offset, length, flags);
    if (!linear->ascends)
        return tell_unordered(linear, upper, tell, offset, end, flags);
    for (const struct sample_target* target = linear->targets; target != linear->targets_end;
         target++) {
        if (target->lower != linear->lower)
            continue;
        if (target->lower_start >= end)
            break;
        const uint64_t target_end = target->lower_start + target->length;
        if (target_end <= offset)
            continue;
        const uint64_t start = max_u64(offset, target->lower_start);
        answer = combine(answer, tell(upper, start - target->lower_start + target->start,
                                      min_u64(end, target_end) - start, flags));
    }
    return answer;
}
