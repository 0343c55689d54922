// SPDX-License-Identifier: BSL-1.0
// What the tables ask for, as members of a struct: where the answers lie when it is `decide` alone
// that is compared.
#pragma once

#include "small_filesystem.h"

// Facts that small_filesystem.h does not need, numbered as the library numbers them.

enum poison_record { NOT_POISONED, POISONED };

enum famfs_device_error { NO_DEVICE_ERROR, DEVICE_ERROR };

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
};
