// SPDX-License-Identifier: BSL-1.0
#include "operations.h"

#include <errno.h>

#define PAGE 4096U

enum { PLAIN = 131, IDLE = 132, BUFFERED = 133, RECLAIMED = 134, LARGE = 135 };

// clang-format off
const struct sample_record sample_records[SAMPLE_RECORDS] = {
    { 0 * PAGE, 4 * PAGE, SAMPLE_METADATA,       0,         0},
    { 8 * PAGE, 4 * PAGE, SAMPLE_FILE_DATA,      PLAIN,     0},
    {12 * PAGE, 2 * PAGE, SAMPLE_FILE_DATA,      PLAIN,     100 * PAGE},
    {16 * PAGE, 2 * PAGE, SAMPLE_FILE_DATA,      IDLE,      0},
    {20 * PAGE, 2 * PAGE, SAMPLE_FILE_DATA,      BUFFERED,  0},
    {24 * PAGE, 1 * PAGE, SAMPLE_ATTRIBUTE_FORK, PLAIN,     0},
    {28 * PAGE, 2 * PAGE, SAMPLE_FILE_DATA,      RECLAIMED, 0},
    {30 * PAGE, 8 * PAGE, SAMPLE_FILE_DATA,      LARGE,     8 * PAGE},
};

const struct sample_target sample_targets[SAMPLE_TARGETS] = {
    { 0 * PAGE, 16 * PAGE, 0, 64 * PAGE},
    {16 * PAGE, 16 * PAGE, 1, 0},
    {32 * PAGE, 32 * PAGE, 0, 256 * PAGE},
};

const struct sample_target sample_targets_unordered[SAMPLE_TARGETS] = {
    {32 * PAGE, 32 * PAGE, 0, 256 * PAGE},
    {16 * PAGE, 16 * PAGE, 1, 0},
    { 0 * PAGE, 16 * PAGE, 0, 64 * PAGE},
};
// clang-format on

const uint64_t sample_size = 64 * PAGE;
const uint64_t sample_start = 16 * PAGE;
const uint64_t sample_partition_start = 2048 * 512;

const struct sample_target* sample_targets_of(enum sample_layout layout) {
    return layout == LAYOUT_UNORDERED ? sample_targets_unordered : sample_targets;
}

void sample_superblock_init(struct sample_superblock* sb) {
    const struct sample_superblock fresh = {
        {
            {PLAIN, 0, true, 0},
            {IDLE, -ENODATA, true, 0},
            {BUFFERED, 0, false, 0},
            {RECLAIMED, -EAGAIN, true, 0},
            {LARGE, 0, true, 0},
        },
        0,
    };
    *sb = fresh;
}

struct operation_call operation_calls[MOST_OPERATION_CALLS];
size_t operation_call_count;

void operation_calls_clear(void) { operation_call_count = 0; }

// In the build that is compared each call is written down; in the one whose instructions are
// counted it does no more than count.
static void note(const char* name, uint64_t a, uint64_t b, uint64_t c, uint64_t d) {
#ifdef NOTE_OPERATION_CALLS
    if (operation_call_count < MOST_OPERATION_CALLS) {
        const struct operation_call made = {name, {a, b, c, d}};
        operation_calls[operation_call_count] = made;
    }
    operation_call_count++;
#else
    (void)name;
    (void)a;
    (void)b;
    (void)c;
    (void)d;
#endif
}

int operation_find_in_core(struct sample_superblock* sb, uint64_t number,
                           struct sample_inode** found) {
    note("find_in_core", number, 0, 0, 0);
    for (size_t i = 0; i != SAMPLE_INODES; i++) {
        if (sb->inodes[i].number != number)
            continue;
        if (sb->inodes[i].lookup_error == 0)
            *found = &sb->inodes[i];
        return sb->inodes[i].lookup_error;
    }
    return -ENODATA;
}

int operation_freeze(struct sample_superblock* sb) {
    note("freeze", 0, 0, 0, 0);
    sb->calls++;
    return 0;
}

int operation_thaw(struct sample_superblock* sb) {
    note("thaw", 0, 0, 0, 0);
    sb->calls++;
    return 0;
}

int operation_thaw_user(struct sample_superblock* sb) {
    note("thaw_user", 0, 0, 0, 0);
    sb->calls++;
    return -EINVAL;
}

int operation_sync(struct sample_superblock* sb) {
    note("sync", 0, 0, 0, 0);
    sb->calls++;
    return 0;
}

int operation_begin_walk(struct sample_superblock* sb) {
    note("begin_walk", 0, 0, 0, 0);
    sb->calls++;
    return 0;
}

int operation_shut_down(struct sample_superblock* sb, enum sample_shutdown reason) {
    note("shut_down", reason, 0, 0, 0);
    sb->calls++;
    return 0;
}

int operation_report_media_event(struct sample_superblock* sb, enum sample_role device,
                                 uint64_t offset, uint64_t length) {
    note("report_media_event", device, offset, length, 0);
    sb->calls++;
    return 0;
}

int operation_unmap_range(struct sample_superblock* sb, enum sample_role device, uint64_t offset,
                          uint64_t length) {
    note("unmap_range", device, offset, length, 0);
    sb->calls++;
    return 0;
}

int operation_kill_users(struct sample_superblock* sb, struct sample_inode* inode, uint64_t offset,
                         uint64_t length, enum sample_users who, enum sample_poison pages) {
    note("kill_users", inode->number, offset, length, (uint64_t)who << 1 | (uint64_t)pages);
    sb->calls++;
    inode->calls++;
    return 0;
}

int operation_invalidate(struct sample_superblock* sb, struct sample_inode* inode, uint64_t offset,
                         uint64_t length) {
    note("invalidate", inode->number, offset, length, 0);
    sb->calls++;
    inode->calls++;
    return 0;
}

int operation_report_data_lost(struct sample_superblock* sb, struct sample_inode* inode,
                               uint64_t offset, uint64_t length) {
    note("report_data_lost", inode->number, offset, length, 0);
    sb->calls++;
    inode->calls++;
    return 0;
}
