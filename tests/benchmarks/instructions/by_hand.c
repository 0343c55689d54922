// SPDX-License-Identifier: BSL-1.0
#include "by_hand.h"

#include <stdlib.h>

/// \file
/// The devices in C (drivers/dax/super.c). With a holder that is known when it is compiled, beside
/// which everything is measured, its records in an array or, with BY_CALLBACK defined, through a
/// callback; and through a pointer to operations, as the kernel has it.

static void free_stack(struct sample_stack* driver) { free(driver); }

static void* allocate(size_t size) {
    void* made = calloc(1, size);
    if (!made)
        abort();
    return made;
}

// Each device with the one kind of holder that it can have.

struct disk {
    bool alive;
    const struct filesystem_holder* holder;
};

struct partitioned_disk {
    bool alive;
    const struct partition* holder;
    const struct disk* upper;
};

struct mapped_disk {
    bool alive;
    const struct linear* holder;
    const struct disk* upper;
};

struct stack {
    struct sample_stack driver;
    /// The device that the filesystem holds; those that the driver knows, if it is another one.
    struct disk disk;
    struct partitioned_disk partitioned;
    struct mapped_disk mapped;
    struct filesystem_holder holder;
    struct partition partition;
    struct linear linear;
    struct filesystem fs;
};

ALWAYS_INLINE int disk_notify_6_8(const struct disk* disk, uint64_t offset, uint64_t length,
                                  unsigned flags) {
    if (!disk->alive)
        return -ENXIO;
    if (!disk->holder)
        return -EOPNOTSUPP;
    return xfs_linux_6_8_notify_failure(disk->holder, offset, length, flags);
}

ALWAYS_INLINE int disk_notify_recommended(const struct disk* disk, uint64_t offset, uint64_t length,
                                          unsigned flags) {
    if (!disk->alive)
        return -ENXIO;
    if (!disk->holder)
        return -EOPNOTSUPP;
    return recommended_notify_failure(disk->holder, offset, length, flags);
}

static int direct_6_8(struct sample_stack* driver, uint64_t offset, uint64_t length,
                      unsigned flags) {
    return disk_notify_6_8(&((struct stack*)driver)->disk, offset, length, flags);
}

static int direct_recommended(struct sample_stack* driver, uint64_t offset, uint64_t length,
                              unsigned flags) {
    return disk_notify_recommended(&((struct stack*)driver)->disk, offset, length, flags);
}

static int partition_6_8(struct sample_stack* driver, uint64_t offset, uint64_t length,
                         unsigned flags) {
    const struct partitioned_disk* disk = &((struct stack*)driver)->partitioned;
    if (!disk->alive)
        return -ENXIO;
    if (!disk->holder)
        return -EOPNOTSUPP;
    if (!partition_piece(disk->holder, &offset, &length))
        return -ENXIO;
    return disk_notify_6_8(disk->upper, offset, length, flags);
}

NEVER_INLINE int tell_disk(const void* disk, uint64_t offset, uint64_t length, unsigned flags) {
    return disk_notify_6_8((const struct disk*)disk, offset, length, flags);
}

static int linear_6_8(struct sample_stack* driver, uint64_t offset, uint64_t length,
                      unsigned flags) {
    const struct mapped_disk* disk = &((struct stack*)driver)->mapped;
    if (!disk->alive)
        return -ENXIO;
    if (!disk->holder)
        return -EOPNOTSUPP;
    return tell_linear(disk->holder, disk->upper, tell_disk, offset, length, flags);
}

static int kill_6_8(struct sample_stack* driver) {
    struct disk* disk = &((struct stack*)driver)->disk;
    const int answer = disk_notify_6_8(disk, 0, UINT64_MAX, SAMPLE_PRE_REMOVE);
    disk->alive = false;
    disk->holder = NULL;
    return answer;
}

static int kill_recommended(struct sample_stack* driver) {
    struct disk* disk = &((struct stack*)driver)->disk;
    const int answer = disk_notify_recommended(disk, 0, UINT64_MAX, SAMPLE_PRE_REMOVE);
    disk->alive = false;
    disk->holder = NULL;
    return answer;
}

#ifdef BY_CALLBACK
#    define MAKE make_by_hand_with_callback
#else
#    define MAKE make_by_hand
#endif

struct sample_stack* MAKE(enum sample_layout layout, enum sample_policy policy) {
    struct stack* stack = (struct stack*)allocate(sizeof *stack);
    fill_filesystem(&stack->fs, layout);
    stack->holder.fs = &stack->fs;
    stack->disk.alive = true;
    if (layout != LAYOUT_UNHELD)
        stack->disk.holder = &stack->holder;
    stack->partitioned.alive = true;
    stack->partitioned.holder = &stack->partition;
    stack->partitioned.upper = &stack->disk;
    init_partition(&stack->partition);
    stack->mapped.alive = true;
    stack->mapped.holder = &stack->linear;
    stack->mapped.upper = &stack->disk;
    init_linear(&stack->linear, sample_targets_of(layout), SAMPLE_TARGETS, 0);
    stack->driver.notify_failure = layout == LAYOUT_PARTITION       ? partition_6_8
                                   : layout == LAYOUT_LINEAR        ? linear_6_8
                                   : layout == LAYOUT_UNORDERED     ? linear_6_8
                                   : policy == POLICY_XFS_LINUX_6_8 ? direct_6_8
                                                                    : direct_recommended;
    stack->driver.kill = policy == POLICY_XFS_LINUX_6_8 ? kill_6_8 : kill_recommended;
    stack->driver.destroy = free_stack;
    return &stack->driver;
}

#ifndef BY_CALLBACK

// The devices as the kernel has them: whoever holds one comes with a pointer to operations.

struct dax_device;

struct dax_holder_operations {
    int (*notify_failure)(const struct dax_device* device, uint64_t offset, uint64_t length,
                          unsigned flags);
};

struct dax_device {
    bool alive;
    void* holder_data;
    const struct dax_holder_operations* holder_ops;
};

static inline int dax_holder_notify_failure(const struct dax_device* device, uint64_t offset,
                                            uint64_t length, unsigned flags) {
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

static int xfs_linux_6_8_dax_notify_failure(const struct dax_device* device, uint64_t offset,
                                            uint64_t length, unsigned flags) {
    return xfs_linux_6_8_notify_failure((const struct filesystem_holder*)device->holder_data,
                                        offset, length, flags);
}

static int recommended_dax_notify_failure(const struct dax_device* device, uint64_t offset,
                                          uint64_t length, unsigned flags) {
    return recommended_notify_failure((const struct filesystem_holder*)device->holder_data, offset,
                                      length, flags);
}

/// A layer as the holder of the device below it.
struct layer {
    struct partition partition;
    struct linear linear;
    const struct dax_device* upper;
};

static int partition_dax_notify_failure(const struct dax_device* device, uint64_t offset,
                                        uint64_t length, unsigned flags) {
    const struct layer* layer = (const struct layer*)device->holder_data;
    if (!partition_piece(&layer->partition, &offset, &length))
        return -ENXIO;
    return dax_holder_notify_failure(layer->upper, offset, length, flags);
}

NEVER_INLINE int tell_device(const void* device, uint64_t offset, uint64_t length, unsigned flags) {
    return dax_holder_notify_failure((const struct dax_device*)device, offset, length, flags);
}

static int linear_dax_notify_failure(const struct dax_device* device, uint64_t offset,
                                     uint64_t length, unsigned flags) {
    const struct layer* layer = (const struct layer*)device->holder_data;
    return tell_linear(&layer->linear, layer->upper, tell_device, offset, length, flags);
}

static const struct dax_holder_operations xfs_linux_6_8_operations = {
    xfs_linux_6_8_dax_notify_failure};
static const struct dax_holder_operations recommended_operations = {recommended_dax_notify_failure};
static const struct dax_holder_operations partition_operations = {partition_dax_notify_failure};
static const struct dax_holder_operations linear_operations = {linear_dax_notify_failure};

struct stack_with_operations {
    struct sample_stack driver;
    struct dax_device* device;
    struct dax_device own_device;
    struct dax_device lower_device;
    struct filesystem_holder holder;
    struct filesystem fs;
    struct layer layer;
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
    struct stack_with_operations* stack = (struct stack_with_operations*)allocate(sizeof *stack);
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
    if (layout != LAYOUT_DIRECT && layout != LAYOUT_UNHELD) {
        init_partition(&stack->layer.partition);
        init_linear(&stack->layer.linear, sample_targets_of(layout), SAMPLE_TARGETS, 0);
        stack->layer.upper = &stack->own_device;
        stack->lower_device.holder_data = &stack->layer;
        stack->lower_device.holder_ops =
            layout == LAYOUT_PARTITION ? &partition_operations : &linear_operations;
        stack->device = &stack->lower_device;
    }
    stack->driver.notify_failure = notify_with_operations;
    stack->driver.kill = kill_with_operations;
    stack->driver.destroy = free_stack;
    return &stack->driver;
}

#endif
