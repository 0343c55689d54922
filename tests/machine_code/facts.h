// SPDX-License-Identifier: BSL-1.0
// What the tables ask for, as members of a struct: where the answers lie when it is `decide` alone
// that is compared.
#pragma once

#include "small_filesystem.h"

// Facts that small_filesystem.h does not need, numbered as the library numbers them.

enum poison_record { NOT_POISONED, POISONED };

enum removal_kind { ORDERLY, SURPRISE };
enum superblock { ACTIVE, INACTIVE };
enum remove_bdev { NO_REMOVE_BDEV, SURVIVED, REMOVE_BDEV_FAILED };
enum member { MEMBER_PRESENT, MEMBER_MISSING, MEMBER_UNKNOWN };
enum degraded { DEGRADED_POSSIBLE, DEGRADED_IMPOSSIBLE };
enum claim { HELD, GIVEN_UP };
enum vfs { MOUNTED, NOT_MOUNTED };

enum region_state { REGION_LIVE, REGION_DRAINING, REGION_FAILED, REGION_GONE };
enum pool_event {
    ANNOUNCED_REMOVAL,
    SURPRISE_REMOVAL,
    REPEATED_REMOVAL,
    MEDIA_FAILURE,
    DRAINED,
};
enum in_flight { NONE_IN_FLIGHT, SOME_IN_FLIGHT };

struct facts {
    int32_t cause;         // enum failure_cause
    int32_t scope;         // enum event_scope
    int32_t role;          // enum device_role
    int32_t mount;         // enum mount_state
    int32_t rmap;          // enum rmap_state
    int32_t range;         // enum range_state
    int32_t groups;        // enum group_count
    int32_t can_shut_down; // enum yes_no
    int32_t owner;         // enum record_owner
    int32_t inode;         // enum inode_state
    int32_t mapping;       // enum mapping_kind
    int32_t walk_end;      // enum walk_ending
    int32_t want_shutdown; // enum wanted_shutdown
    int32_t daxfs_owner;   // enum daxfs_owner_class
    int32_t poisoned;      // enum poison_record
    int32_t famfs_device;  // enum famfs_device
    int32_t famfs_file;    // enum famfs_file
    int32_t removal_kind;  // enum removal_kind
    int32_t superblock;    // enum superblock
    int32_t remove_bdev;   // enum remove_bdev
    int32_t member;        // enum member
    int32_t degraded;      // enum degraded
    int32_t claim;         // enum claim
    int32_t vfs;           // enum vfs
    int32_t region_state;  // enum region_state
    int32_t pool_event;    // enum pool_event
    int32_t in_flight;     // enum in_flight
};
