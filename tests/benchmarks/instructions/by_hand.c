// SPDX-License-Identifier: BSL-1.0
#include "operations.h"

#include <errno.h>
#include <stdlib.h>

/// \file
/// Device, layers and filesystem as one writes them in the kernel: gates as `if`s and a loop over
/// the records (drivers/dax/super.c; fs/xfs/xfs_notify_failure.c of Linux 6.8, and what
/// daxhold::policies::recommended says). Twice: with a holder that is known when it is compiled,
/// beside which everything is measured, and through a pointer to operations, as the kernel has it.

struct record {
    uint64_t offset;
    uint64_t length;
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
        uint64_t length;
    } devices[4];
    size_t record_count;
    struct record records[SAMPLE_RECORDS];
};

/// The filesystem as the holder of one of its devices.
struct filesystem_holder {
    struct filesystem* fs;
    enum sample_role role;
};

struct failure {
    uint64_t start;
    uint64_t end;
    unsigned flags;
    bool want_shutdown;
};

static uint64_t min_u64(uint64_t a, uint64_t b) { return a < b ? a : b; }
static uint64_t max_u64(uint64_t a, uint64_t b) { return a > b ? a : b; }

/// The part of a device that belongs to the filesystem, from its start; false if there is none.
static bool clip(const struct filesystem* fs, enum sample_role role, uint64_t offset,
                 uint64_t length, struct failure* failure) {
    const uint64_t start = fs->devices[role].start;
    const uint64_t end = start + fs->devices[role].length;
    failure->start = max_u64(offset, start);
    failure->end = min_u64(offset + length, end);
    if (failure->start >= failure->end)
        return false;
    failure->start -= start;
    failure->end -= start;
    return true;
}

// Linux 6.8.

static int xfs_linux_6_8_record(struct filesystem* fs, const struct record* record,
                                struct failure* failure) {
    const bool removal = failure->flags & SAMPLE_PRE_REMOVE;
    struct sample_inode* inode;
    if (record->owner != SAMPLE_FILE_DATA) {
        if (!removal)
            failure->want_shutdown = true;
        return 0;
    }
    int error = operation_find_in_core(&fs->sb, record->inode_number, &inode);
    if (error == -ENODATA)
        return 0;
    if (error) {
        failure->want_shutdown = true;
        return 0;
    }
    const uint64_t start = max_u64(record->offset, failure->start);
    const uint64_t end = min_u64(record->offset + record->length, failure->end);
    const uint64_t in_file = start - record->offset + record->file_offset;
    if (inode->is_dax)
        error = operation_kill_users(&fs->sb, inode, in_file, end - start,
                                     removal ? SAMPLE_EVERY : SAMPLE_EARLY,
                                     removal ? SAMPLE_NOT_MARKED : SAMPLE_MARKED);
    if (removal)
        operation_invalidate(&fs->sb, inode, in_file, end - start);
    return error;
}

static int xfs_linux_6_8_notify_failure(struct filesystem_holder* holder, uint64_t offset,
                                        uint64_t length, unsigned flags) {
    struct filesystem* fs = holder->fs;
    struct failure failure = {.flags = flags};
    const bool removal = flags & SAMPLE_PRE_REMOVE;
    int error;
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
    if (!clip(fs, SAMPLE_DATA, offset, length, &failure))
        return -ENXIO;

    bool frozen = false;
    if (removal)
        frozen = operation_freeze(&fs->sb) == 0;
    error = operation_begin_walk(&fs->sb);
    if (error)
        goto out_thaw;
    for (size_t i = 0; i < fs->record_count; i++) {
        const struct record* record = &fs->records[i];
        if (record->offset + record->length <= failure.start)
            continue;
        if (record->offset >= failure.end)
            break;
        error = xfs_linux_6_8_record(fs, record, &failure);
        if (error)
            break;
    }
    if (removal) {
        operation_shut_down(&fs->sb, SAMPLE_FORCE_UMOUNT);
    } else if (error) {
        operation_shut_down(&fs->sb, SAMPLE_CORRUPT_ONDISK);
    } else if (failure.want_shutdown) {
        operation_shut_down(&fs->sb, SAMPLE_CORRUPT_ONDISK);
        return -SAMPLE_EFSCORRUPTED;
    }
out_thaw:
    if (removal) {
        if (frozen)
            operation_thaw(&fs->sb);
        operation_thaw_user(&fs->sb);
    }
    return error;
}

// What daxhold recommends.

static void recommended_record(struct filesystem* fs, const struct record* record,
                               struct failure* failure, int* first_error) {
    const bool removal = failure->flags & SAMPLE_PRE_REMOVE;
    struct sample_inode* inode;
    int error = 0;
    if (record->owner != SAMPLE_FILE_DATA) {
        failure->want_shutdown = true;
        return;
    }
    if (operation_find_in_core(&fs->sb, record->inode_number, &inode))
        return;
    if (removal && !inode->is_dax)
        return;
    const uint64_t start = max_u64(record->offset, failure->start);
    const uint64_t end = min_u64(record->offset + record->length, failure->end);
    const uint64_t in_file = start - record->offset + record->file_offset;
    if (inode->is_dax)
        error = operation_kill_users(&fs->sb, inode, in_file, end - start,
                                     removal ? SAMPLE_EVERY : SAMPLE_EARLY,
                                     removal ? SAMPLE_NOT_MARKED : SAMPLE_MARKED);
    if (error && !*first_error)
        *first_error = error;
    if (!removal) {
        operation_report_data_lost(&fs->sb, inode, in_file, end - start);
        return;
    }
    error = operation_invalidate(&fs->sb, inode, in_file, end - start);
    if (error && !*first_error)
        *first_error = error;
}

static void recommended_walk(struct filesystem* fs, struct failure* failure, int* first_error) {
    for (size_t i = 0; i < fs->record_count; i++) {
        const struct record* record = &fs->records[i];
        if (record->offset + record->length <= failure->start)
            continue;
        if (record->offset >= failure->end)
            break;
        recommended_record(fs, record, failure, first_error);
    }
}

/// Whether two records could as well be one.
static bool continues(const struct record* first, const struct record* next) {
    return next->offset == first->offset + first->length &&
           next->inode_number == first->inode_number &&
           next->file_offset - first->file_offset == first->length && next->owner == first->owner;
}

/// The removal of the whole device is about file data alone, and concerns each record as a whole;
/// neighbouring extents of a file are told as one.
static void recommended_walk_in_core(struct filesystem* fs, int* first_error) {
    const struct record* const end = fs->records + fs->record_count;
    for (const struct record* record = fs->records; record < end; record++) {
        struct sample_inode* inode;
        if (record->owner != SAMPLE_FILE_DATA)
            continue;
        const struct record* const first = record;
        while (record + 1 < end && continues(record, record + 1))
            record++;
        if (operation_find_in_core(&fs->sb, first->inode_number, &inode) || !inode->is_dax)
            continue;
        const int error = operation_kill_users(&fs->sb, inode, first->file_offset,
                                               record->offset + record->length - first->offset,
                                               SAMPLE_EVERY, SAMPLE_NOT_MARKED);
        if (error && !*first_error)
            *first_error = error;
    }
}

/// A freeze by somebody in user space ends with the filesystem.
static void recommended_stop(struct filesystem* fs, enum sample_shutdown reason) {
    operation_shut_down(&fs->sb, reason);
    operation_thaw_user(&fs->sb);
}

static int recommended_notify_failure(struct filesystem_holder* holder, uint64_t offset,
                                      uint64_t length, unsigned flags) {
    struct filesystem* fs = holder->fs;
    struct failure failure = {.flags = flags};
    const bool removal = flags & SAMPLE_PRE_REMOVE;
    const bool removal_of_all = removal && offset == 0 && length == UINT64_MAX;
    int error = 0;
    if (!fs->born)
        return -EIO;
    if (!clip(fs, holder->role, offset, length, &failure))
        return -ENXIO;
    operation_report_media_event(&fs->sb, holder->role, failure.start, failure.end - failure.start);
    if (holder->role == SAMPLE_LOG) {
        if (removal) {
            operation_sync(&fs->sb);
            recommended_stop(fs, SAMPLE_FORCE_UMOUNT);
            return 0;
        }
        recommended_stop(fs, SAMPLE_CORRUPT_ONDISK);
        return -SAMPLE_EFSCORRUPTED;
    }
    if (!fs->has_rmap) {
        if (removal_of_all) {
            operation_sync(&fs->sb);
            recommended_stop(fs, SAMPLE_FORCE_UMOUNT);
        }
        if (removal)
            operation_unmap_range(&fs->sb, holder->role, failure.start,
                                  failure.end - failure.start);
        return -EOPNOTSUPP;
    }

    if (removal_of_all) {
        recommended_walk_in_core(fs, &error);
        operation_sync(&fs->sb);
        recommended_stop(fs, SAMPLE_FORCE_UMOUNT);
        const int unmapped = operation_unmap_range(&fs->sb, holder->role, failure.start,
                                                   failure.end - failure.start);
        return error ? error : unmapped;
    }
    recommended_walk(fs, &failure, &error);
    if (!failure.want_shutdown)
        return error;
    recommended_stop(fs, removal ? SAMPLE_FORCE_UMOUNT : SAMPLE_CORRUPT_ONDISK);
    return error || removal ? error : -SAMPLE_EFSCORRUPTED;
}

// The devices, each with the one kind of holder that it can have.

struct disk {
    bool alive;
    struct filesystem_holder* holder;
};

static int disk_notify_6_8(struct disk* disk, uint64_t offset, uint64_t length, unsigned flags) {
    if (!disk->alive)
        return -ENXIO;
    if (!disk->holder)
        return -EOPNOTSUPP;
    return xfs_linux_6_8_notify_failure(disk->holder, offset, length, flags);
}

static int disk_notify_recommended(struct disk* disk, uint64_t offset, uint64_t length,
                                   unsigned flags) {
    if (!disk->alive)
        return -ENXIO;
    if (!disk->holder)
        return -EOPNOTSUPP;
    return recommended_notify_failure(disk->holder, offset, length, flags);
}

/// A partition of a disk, or the pieces of a mapped device that lie on one of its lower devices.
struct partition {
    uint64_t start;
    uint64_t length;
};

struct linear {
    const struct sample_target* targets;
    size_t target_count;
    unsigned lower;
    /// Whether the targets on this lower device ascend there as they do in the table, and have
    /// bytes none of which is cut off.
    bool ascends;
};

/// The piece of a partition that lies on a range of the disk; false if there is none.
static bool partition_piece(const struct partition* partition, uint64_t* offset, uint64_t* length) {
    if (*offset == 0 && *length == UINT64_MAX)
        return partition->length != 0;
    const uint64_t start = max_u64(*offset, partition->start);
    const uint64_t end = min_u64(*offset + *length, partition->start + partition->length);
    if (start >= end)
        return false;
    *offset = start - partition->start;
    *length = end - start;
    return true;
}

static bool lies_on_one_lower(const struct linear* linear) {
    bool some = false;
    for (size_t i = 0; i < linear->target_count; i++) {
        if (linear->targets[i].length == 0)
            continue;
        if (linear->targets[i].lower != linear->lower)
            return false;
        some = true;
    }
    return some;
}

/// Where a target ends on its lower device; what 64 bits cannot tell of either device is cut off.
static uint64_t lower_end(const struct sample_target* target) {
    const uint64_t length = min_u64(target->length, UINT64_MAX - target->start);
    return target->lower_start + min_u64(length, UINT64_MAX - target->lower_start);
}

static bool ascends(const struct linear* linear) {
    uint64_t last = 0;
    for (size_t i = 0; i < linear->target_count; i++) {
        const struct sample_target* target = &linear->targets[i];
        if (target->lower != linear->lower)
            continue;
        if (target->lower_start < last || target->length == 0 ||
            lower_end(target) - target->lower_start != target->length)
            return false;
        last = target->lower_start;
    }
    return true;
}

static void init_linear(struct linear* linear, const struct sample_target* targets,
                        size_t target_count, unsigned lower) {
    linear->targets = targets;
    linear->target_count = target_count;
    linear->lower = lower;
    linear->ascends = ascends(linear);
}

/// The next target behind number `told` in the order of the lower device, where the table has
/// another one: by the first byte that is hit, then by the table. `target_count` stands for none,
/// before the first one and behind the last.
static size_t next_in_order(const struct linear* linear, uint64_t offset, uint64_t end,
                            size_t told) {
    const size_t none = linear->target_count;
    const uint64_t last = told == none ? 0 : max_u64(offset, linear->targets[told].lower_start);
    size_t found = none;
    uint64_t first = 0;
    for (size_t i = 0; i < linear->target_count; i++) {
        const struct sample_target* target = &linear->targets[i];
        const uint64_t start = max_u64(offset, target->lower_start);
        if (target->lower != linear->lower || start >= min_u64(end, lower_end(target)))
            continue;
        if (told != none && (start < last || (start == last && i <= told)))
            continue;
        if (found == none || start < first) {
            found = i;
            first = start;
        }
    }
    return found;
}

/// The piece of the mapped device where a range of the lower device hits a target that ends at
/// `target_end`; false if it does not.
static bool linear_piece(const struct sample_target* target, uint64_t target_end, uint64_t* offset,
                         uint64_t* length) {
    const uint64_t start = max_u64(*offset, target->lower_start);
    const uint64_t end = min_u64(*offset + *length, target_end);
    if (start >= end)
        return false;
    *offset = start - target->lower_start + target->start;
    *length = end - start;
    return true;
}

/// -ENXIO says that nobody was concerned, and -EOPNOTSUPP counts for more than success.
static int combine(int first, int second) {
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

/// The layers as holders of the device below them.
struct partition_holder {
    struct partition partition;
    struct disk* upper;
};

struct linear_holder {
    struct linear linear;
    struct disk* upper;
};

struct partitioned_disk {
    bool alive;
    struct partition_holder* holder;
};

struct mapped_disk {
    bool alive;
    struct linear_holder* holder;
};

struct stack {
    struct sample_stack driver;
    struct filesystem fs;
    struct filesystem_holder holder;
    /// The device that the filesystem holds; those that the driver knows, if it is another one.
    struct disk disk;
    struct partitioned_disk partitioned;
    struct mapped_disk mapped;
    struct partition_holder partition;
    struct linear_holder linear;
};

static int direct_6_8(struct sample_stack* driver, uint64_t offset, uint64_t length,
                      unsigned flags) {
    struct stack* stack = (struct stack*)driver;
    return disk_notify_6_8(&stack->disk, offset, length, flags);
}

static int direct_recommended(struct sample_stack* driver, uint64_t offset, uint64_t length,
                              unsigned flags) {
    struct stack* stack = (struct stack*)driver;
    return disk_notify_recommended(&stack->disk, offset, length, flags);
}

static int partition_6_8(struct sample_stack* driver, uint64_t offset, uint64_t length,
                         unsigned flags) {
    const struct partitioned_disk* disk = &((struct stack*)driver)->partitioned;
    if (!disk->alive)
        return -ENXIO;
    if (!disk->holder)
        return -EOPNOTSUPP;
    if (!partition_piece(&disk->holder->partition, &offset, &length))
        return -ENXIO;
    return disk_notify_6_8(disk->holder->upper, offset, length, flags);
}

static int linear_6_8(struct sample_stack* driver, uint64_t offset, uint64_t length,
                      unsigned flags) {
    const struct mapped_disk* disk = &((struct stack*)driver)->mapped;
    int answer = -ENXIO;
    if (!disk->alive)
        return -ENXIO;
    if (!disk->holder)
        return -EOPNOTSUPP;
    const struct linear* linear = &disk->holder->linear;
    struct disk* upper = disk->holder->upper;
    const uint64_t end = offset + length;
    if (offset == 0 && length == UINT64_MAX && lies_on_one_lower(linear))
        return disk_notify_6_8(upper, offset, length, flags);
    if (!linear->ascends) {
        size_t i = linear->target_count;
        while ((i = next_in_order(linear, offset, end, i)) != linear->target_count) {
            const struct sample_target* target = &linear->targets[i];
            uint64_t piece = offset;
            uint64_t piece_length = length;
            if (linear_piece(target, lower_end(target), &piece, &piece_length))
                answer = combine(answer, disk_notify_6_8(upper, piece, piece_length, flags));
        }
        return answer;
    }
    for (size_t i = 0; i < linear->target_count; i++) {
        const struct sample_target* target = &linear->targets[i];
        uint64_t piece = offset;
        uint64_t piece_length = length;
        if (target->lower != linear->lower)
            continue;
        if (target->lower_start >= end)
            break;
        if (linear_piece(target, target->lower_start + target->length, &piece, &piece_length))
            answer = combine(answer, disk_notify_6_8(upper, piece, piece_length, flags));
    }
    return answer;
}

static int kill_6_8(struct sample_stack* driver) {
    struct stack* stack = (struct stack*)driver;
    const int answer = disk_notify_6_8(&stack->disk, 0, UINT64_MAX, SAMPLE_PRE_REMOVE);
    stack->disk.alive = false;
    stack->disk.holder = NULL;
    return answer;
}

static int kill_recommended(struct sample_stack* driver) {
    struct stack* stack = (struct stack*)driver;
    const int answer = disk_notify_recommended(&stack->disk, 0, UINT64_MAX, SAMPLE_PRE_REMOVE);
    stack->disk.alive = false;
    stack->disk.holder = NULL;
    return answer;
}

static void fill_filesystem(struct filesystem* fs, enum sample_layout layout) {
    sample_superblock_init(&fs->sb);
    fs->born = true;
    fs->has_rmap = true;
    fs->devices[SAMPLE_DATA].start = layout == LAYOUT_DIRECT ? sample_start : 0;
    fs->devices[SAMPLE_DATA].length = sample_size;
    fs->record_count = SAMPLE_RECORDS;
    for (size_t i = 0; i < SAMPLE_RECORDS; i++) {
        const struct record record = {sample_records[i].offset, sample_records[i].length,
                                      sample_records[i].owner, sample_records[i].inode_number,
                                      sample_records[i].file_offset};
        fs->records[i] = record;
    }
}

static void free_stack(struct sample_stack* driver) { free(driver); }

struct sample_stack* make_by_hand(enum sample_layout layout, enum sample_policy policy) {
    struct stack* stack = calloc(1, sizeof *stack);
    if (!stack)
        abort();
    fill_filesystem(&stack->fs, layout);
    stack->holder.fs = &stack->fs;
    stack->disk.alive = true;
    if (layout != LAYOUT_UNHELD)
        stack->disk.holder = &stack->holder;
    stack->partitioned.alive = true;
    stack->partitioned.holder = &stack->partition;
    stack->partition.partition.start = sample_partition_start;
    stack->partition.partition.length = sample_size;
    stack->partition.upper = &stack->disk;
    stack->mapped.alive = true;
    stack->mapped.holder = &stack->linear;
    init_linear(&stack->linear.linear, sample_targets_of(layout), SAMPLE_TARGETS, 0);
    stack->linear.upper = &stack->disk;
    stack->driver.notify_failure = layout == LAYOUT_PARTITION       ? partition_6_8
                                   : layout == LAYOUT_LINEAR        ? linear_6_8
                                   : layout == LAYOUT_UNORDERED     ? linear_6_8
                                   : policy == POLICY_XFS_LINUX_6_8 ? direct_6_8
                                                                    : direct_recommended;
    stack->driver.kill = policy == POLICY_XFS_LINUX_6_8 ? kill_6_8 : kill_recommended;
    stack->driver.destroy = free_stack;
    return &stack->driver;
}

// The devices as the kernel has them: whoever holds one comes with a pointer to operations.

struct dax_device;

struct dax_holder_operations {
    int (*notify_failure)(struct dax_device* device, uint64_t offset, uint64_t length,
                          unsigned flags);
};

struct dax_device {
    bool alive;
    void* holder_data;
    const struct dax_holder_operations* holder_ops;
};

static int dax_holder_notify_failure(struct dax_device* device, uint64_t offset, uint64_t length,
                                     unsigned flags) {
    if (!device->alive)
        return -ENXIO;
    if (!device->holder_ops)
        return -EOPNOTSUPP;
    return device->holder_ops->notify_failure(device, offset, length, flags);
}

static int kill_dax(struct dax_device* device) {
    const int answer = dax_holder_notify_failure(device, 0, UINT64_MAX, SAMPLE_PRE_REMOVE);
    device->alive = false;
    device->holder_ops = NULL;
    device->holder_data = NULL;
    return answer;
}

static int xfs_linux_6_8_dax_notify_failure(struct dax_device* device, uint64_t offset,
                                            uint64_t length, unsigned flags) {
    return xfs_linux_6_8_notify_failure(device->holder_data, offset, length, flags);
}

static int recommended_dax_notify_failure(struct dax_device* device, uint64_t offset,
                                          uint64_t length, unsigned flags) {
    return recommended_notify_failure(device->holder_data, offset, length, flags);
}

struct mapped_partition {
    struct partition partition;
    struct dax_device* upper;
};

static int partition_dax_notify_failure(struct dax_device* device, uint64_t offset, uint64_t length,
                                        unsigned flags) {
    const struct mapped_partition* mapped = device->holder_data;
    if (!partition_piece(&mapped->partition, &offset, &length))
        return -ENXIO;
    return dax_holder_notify_failure(mapped->upper, offset, length, flags);
}

struct mapped_linear {
    struct linear linear;
    struct dax_device* upper;
};

static int linear_dax_notify_failure(struct dax_device* device, uint64_t offset, uint64_t length,
                                     unsigned flags) {
    const struct mapped_linear* mapped = device->holder_data;
    const struct linear* linear = &mapped->linear;
    struct dax_device* upper = mapped->upper;
    const uint64_t end = offset + length;
    int answer = -ENXIO;
    if (offset == 0 && length == UINT64_MAX && lies_on_one_lower(linear))
        return dax_holder_notify_failure(upper, offset, length, flags);
    if (!linear->ascends) {
        size_t i = linear->target_count;
        while ((i = next_in_order(linear, offset, end, i)) != linear->target_count) {
            const struct sample_target* target = &linear->targets[i];
            uint64_t piece = offset;
            uint64_t piece_length = length;
            if (linear_piece(target, lower_end(target), &piece, &piece_length))
                answer =
                    combine(answer, dax_holder_notify_failure(upper, piece, piece_length, flags));
        }
        return answer;
    }
    for (size_t i = 0; i < linear->target_count; i++) {
        const struct sample_target* target = &linear->targets[i];
        uint64_t piece = offset;
        uint64_t piece_length = length;
        if (target->lower != linear->lower)
            continue;
        if (target->lower_start >= end)
            break;
        if (linear_piece(target, target->lower_start + target->length, &piece, &piece_length))
            answer = combine(answer, dax_holder_notify_failure(upper, piece, piece_length, flags));
    }
    return answer;
}

static const struct dax_holder_operations xfs_linux_6_8_operations = {
    xfs_linux_6_8_dax_notify_failure};
static const struct dax_holder_operations recommended_operations = {recommended_dax_notify_failure};
static const struct dax_holder_operations partition_operations = {partition_dax_notify_failure};
static const struct dax_holder_operations linear_operations = {linear_dax_notify_failure};

struct stack_with_operations {
    struct sample_stack driver;
    struct dax_device* device;
    struct filesystem fs;
    struct filesystem_holder holder;
    struct dax_device own_device;
    struct dax_device lower_device;
    struct mapped_partition partition;
    struct mapped_linear linear;
};

static int notify_with_operations(struct sample_stack* driver, uint64_t offset, uint64_t length,
                                  unsigned flags) {
    struct stack_with_operations* stack = (struct stack_with_operations*)driver;
    return dax_holder_notify_failure(stack->device, offset, length, flags);
}

static int kill_with_operations(struct sample_stack* driver) {
    struct stack_with_operations* stack = (struct stack_with_operations*)driver;
    return kill_dax(stack->device);
}

struct sample_stack* make_by_hand_with_operations(enum sample_layout layout,
                                                  enum sample_policy policy) {
    struct stack_with_operations* stack = calloc(1, sizeof *stack);
    if (!stack)
        abort();
    fill_filesystem(&stack->fs, layout);
    stack->holder.fs = &stack->fs;
    stack->own_device.alive = true;
    if (layout != LAYOUT_UNHELD) {
        stack->own_device.holder_data = &stack->holder;
        stack->own_device.holder_ops =
            policy == POLICY_XFS_LINUX_6_8 ? &xfs_linux_6_8_operations : &recommended_operations;
    }
    stack->device = &stack->own_device;
    stack->lower_device.alive = true;
    if (layout == LAYOUT_PARTITION) {
        stack->partition.partition.start = sample_partition_start;
        stack->partition.partition.length = sample_size;
        stack->partition.upper = &stack->own_device;
        stack->lower_device.holder_data = &stack->partition;
        stack->lower_device.holder_ops = &partition_operations;
        stack->device = &stack->lower_device;
    } else if (layout == LAYOUT_LINEAR || layout == LAYOUT_UNORDERED) {
        init_linear(&stack->linear.linear, sample_targets_of(layout), SAMPLE_TARGETS, 0);
        stack->linear.upper = &stack->own_device;
        stack->lower_device.holder_data = &stack->linear;
        stack->lower_device.holder_ops = &linear_operations;
        stack->device = &stack->lower_device;
    }
    stack->driver.notify_failure = notify_with_operations;
    stack->driver.kill = kill_with_operations;
    stack->driver.destroy = free_stack;
    return &stack->driver;
}
