// SPDX-License-Identifier: BSL-1.0
// What the C of a policy and the test that plays it say to each other. The test is C++ and has the
// filesystem.
#pragma once

#include <stdbool.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

// An event on one of the devices, and what the walk has come to where the end alone is asked.
struct played_event {
    int role; // as daxhold::role
    bool is_removal;
    bool is_whole_device;
    bool is_born;
    bool has_rmap;
    uint64_t start;
    uint64_t end;
    uint64_t filesystem_end;
    int error;
    bool is_walked;
    bool is_shutdown_wanted;
    bool is_frozen;
};

// A record, and where the part of it that matters lies in the file, in bytes.
struct played_record {
    int owner; // as daxhold::owner
    uint64_t inode_number;
    uint64_t offset;
    uint64_t length;
};

// A policy. `gate` walks by play_walk; `e` then tells how it was left.
struct policy_in_c {
    int (*gate)(struct played_event* e);
    int (*record)(struct played_event* e, const struct played_record* r);
    int (*end)(struct played_event* e, int error);
};

// How the inode is found: 0 or a negative errno, and what it is.
struct played_inode {
    bool is_dax;
    int kind; // as daxhold::kind
};

// How many inodes and locks were taken and not given back.
extern int held;

typedef int (*visit_record)(void* context, const struct played_record* r);

int play_walk(void* context, visit_record visit);
int play_walk_in_core(void* context, visit_record visit);
int play_find_in_core(uint64_t inode_number, struct played_inode* found);
int play_freeze(bool by_user);
int play_thaw(bool by_user);
int play_sync(void);
int play_begin_walk(void);
void play_shut_down(int reason); // as daxhold::shutdown_reason
int play_kill_users(uint64_t inode_number, uint64_t offset, uint64_t length, bool is_removal);
int play_invalidate(uint64_t inode_number, uint64_t offset, uint64_t length);
void play_report_data_lost(uint64_t inode_number, uint64_t offset, uint64_t length);
void play_report_media_event(int role, uint64_t offset, uint64_t length);
int play_unmap_range(int role, uint64_t offset, uint64_t length);

#ifdef __cplusplus
}
#endif
