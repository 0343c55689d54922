// SPDX-License-Identifier: BSL-1.0
// What the tables ask for, as members of a struct: where the answers lie when it is `decide` alone
// that is compared.
#pragma once

#include "small_filesystem.h"

// Facts that small_filesystem.h does not need, numbered as the library numbers them.

enum poison_record { NOT_POISONED, POISONED };

enum famfs_device_error { NO_DEVICE_ERROR, DEVICE_ERROR };

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
    uint8_t cause;         // enum failure_cause
    uint8_t scope;         // enum event_scope
    uint8_t role;          // enum device_role
    uint8_t mount;         // enum mount_state
    uint8_t rmap;          // enum rmap_state
    uint8_t range;         // enum range_state
    uint8_t groups;        // enum group_count
    uint8_t can_shut_down; // enum yes_no
    uint8_t owner;         // enum record_owner
    uint8_t inode;         // enum inode_state
    uint8_t mapping;       // enum mapping_kind
    uint8_t kind;          // enum file_kind
    uint8_t walk_end;      // enum walk_ending
    uint8_t cut_short;     // enum walk_cut
    uint8_t want_shutdown; // enum wanted_shutdown
    uint8_t daxfs_owner;   // enum daxfs_owner_class
    uint8_t poisoned;      // enum poison_record
    uint8_t famfs_device;  // enum famfs_device
    uint8_t famfs_file;    // enum famfs_file
    uint8_t device_error;  // enum famfs_device_error
    uint8_t device_state;  // enum famfs_device, of famfs_standalone
    uint8_t removal_kind;  // enum removal_kind
    uint8_t superblock;    // enum superblock
    uint8_t remove_bdev;   // enum remove_bdev
    uint8_t member;        // enum member
    uint8_t degraded;      // enum degraded
    uint8_t claim;         // enum claim
    uint8_t vfs;           // enum vfs
    uint8_t region_state;  // enum region_state
    uint8_t pool_event;    // enum pool_event
    uint8_t in_flight;     // enum in_flight
};
