// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/// \file
/// What all versions of the small filesystem have in common: its inodes, what its records say, the
/// operations on it, and how a driver comes to it. The operations are functions of a translation
/// unit of their own, so that they are the same calls, with the same arguments, for everybody.

#ifdef __cplusplus
extern "C" {
#    define NEVER_THROWS noexcept
#else
#    define NEVER_THROWS
#endif

/// The values of these are those of the enumerations of daxhold of the same name.
enum sample_role { SAMPLE_DATA, SAMPLE_LOG, SAMPLE_REALTIME, SAMPLE_INTERNAL_REALTIME };
enum sample_owner { SAMPLE_FILE_DATA, SAMPLE_ATTRIBUTE_FORK, SAMPLE_BMBT, SAMPLE_METADATA };
enum sample_users { SAMPLE_EARLY, SAMPLE_EVERY };
enum sample_poison { SAMPLE_MARKED, SAMPLE_NOT_MARKED };
enum sample_shutdown { SAMPLE_CORRUPT_ONDISK, SAMPLE_FORCE_UMOUNT };

/// MF_MEM_PRE_REMOVE of Linux 6.8: the device is about to go.
#define SAMPLE_PRE_REMOVE (1U << 7)

/// -EFSCORRUPTED.
#define SAMPLE_EFSCORRUPTED 117

struct sample_inode {
    uint64_t number;
    /// 0 if it can be had, or the negative errno of its lookup.
    int lookup_error;
    bool is_dax;
    /// How often something was done to it.
    uint64_t calls;
};

enum { SAMPLE_INODES = 5, SAMPLE_RECORDS = 8 };

/// What the operations work on: a part of every version's filesystem.
struct sample_superblock {
    struct sample_inode inodes[SAMPLE_INODES];
    uint64_t calls;
};

/// What a record says, in bytes.
struct sample_record {
    uint64_t offset;
    uint64_t length;
    enum sample_owner owner;
    uint64_t inode_number;
    uint64_t file_offset;
};

/// A piece of a mapped device, as in daxhold::linear_target.
struct sample_target {
    uint64_t start;
    uint64_t length;
    unsigned lower;
    uint64_t lower_start;
};

/// The eight records, in ascending order of their extents; how many bytes the filesystem has, and
/// where it begins on a device that it has to itself, and on a disk of which it has a partition.
extern const struct sample_record sample_records[SAMPLE_RECORDS];
extern const uint64_t sample_size;
extern const uint64_t sample_start;
extern const uint64_t sample_partition_start;

enum { SAMPLE_TARGETS = 3 };

/// A device of three pieces, the first and the last of which are on the lower device 0.
extern const struct sample_target sample_targets[SAMPLE_TARGETS];

/// The same pieces the other way round: those on the lower device 0 do not ascend there.
extern const struct sample_target sample_targets_unordered[SAMPLE_TARGETS];

void sample_superblock_init(struct sample_superblock* sb);

/// The operations: 0 or a negative errno.
int operation_find_in_core(struct sample_superblock* sb, uint64_t number,
                           struct sample_inode** found) NEVER_THROWS;
int operation_freeze(struct sample_superblock* sb) NEVER_THROWS;
int operation_thaw(struct sample_superblock* sb) NEVER_THROWS;
int operation_thaw_user(struct sample_superblock* sb) NEVER_THROWS;
int operation_sync(struct sample_superblock* sb) NEVER_THROWS;
int operation_begin_walk(struct sample_superblock* sb) NEVER_THROWS;
int operation_shut_down(struct sample_superblock* sb, enum sample_shutdown reason) NEVER_THROWS;
int operation_report_media_event(struct sample_superblock* sb, enum sample_role device,
                                 uint64_t offset, uint64_t length) NEVER_THROWS;
int operation_unmap_range(struct sample_superblock* sb, enum sample_role device, uint64_t offset,
                          uint64_t length) NEVER_THROWS;
int operation_kill_users(struct sample_superblock* sb, struct sample_inode* inode, uint64_t offset,
                         uint64_t length, enum sample_users who,
                         enum sample_poison pages) NEVER_THROWS;
int operation_invalidate(struct sample_superblock* sb, struct sample_inode* inode, uint64_t offset,
                         uint64_t length) NEVER_THROWS;
int operation_report_data_lost(struct sample_superblock* sb, struct sample_inode* inode,
                               uint64_t offset, uint64_t length) NEVER_THROWS;

/// One call of an operation, with its arguments as numbers.
struct operation_call {
    const char* name;
    uint64_t arguments[4];
};

enum { MOST_OPERATION_CALLS = 64 };

/// The calls since `operation_calls_clear`; there are none in the build whose instructions are
/// counted.
extern struct operation_call operation_calls[MOST_OPERATION_CALLS];
extern size_t operation_call_count;
void operation_calls_clear(void);

/// How the filesystem lies under the device that is told.
enum sample_layout {
    LAYOUT_DIRECT,
    LAYOUT_PARTITION,
    LAYOUT_LINEAR,
    LAYOUT_UNHELD,
    /// As LAYOUT_LINEAR, with a table in no order; by hand and by the library only.
    LAYOUT_UNORDERED,
};

/// The table of a layout that has one.
const struct sample_target* sample_targets_of(enum sample_layout layout);

enum sample_policy { POLICY_XFS_LINUX_6_8, POLICY_RECOMMENDED };

/// A device, and all that lies on it, as a driver sees it. `notify_failure` and `kill` are one
/// indirect call for everybody; every version fills them with a function of its own.
struct sample_stack {
    int (*notify_failure)(struct sample_stack* stack, uint64_t offset, uint64_t length,
                          unsigned flags);
    int (*kill)(struct sample_stack* stack);
    void (*destroy)(struct sample_stack* stack);
};

typedef struct sample_stack* make_stack(enum sample_layout layout, enum sample_policy policy);

make_stack make_by_hand, make_by_hand_with_callback, make_by_hand_with_operations,
    make_virtual_function, make_std_function, make_signals2, make_static_holder, make_holder_one_of,
    make_any_holder, make_interpreter;

#ifdef __cplusplus
}
#endif
