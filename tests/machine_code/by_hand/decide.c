// SPDX-License-Identifier: BSL-1.0
// What the tables decide, by hand. Each function returns the number of a row, counted from 0: of
// rows that say the same, that of the first.

#include "../facts.h"

int expected_decide_xfs_v12_gate(const struct facts *facts) {
    enum { UNSUPPORTED, SHUT_DOWN, REFUSE_OUTSIDE = 3, WALK };

    if (facts->role >= REALTIME_DEVICE)
        return UNSUPPORTED;
    if (facts->role == LOG_DEVICE)
        return SHUT_DOWN;
    if (facts->rmap == RMAP_ABSENT)
        return UNSUPPORTED;
    if (facts->range == OUTSIDE)
        return REFUSE_OUTSIDE;
    return WALK;
}

int expected_decide_xfs_v12_record(const struct facts *facts) {
    enum { SHUT_DOWN_AND_STOP, NEXT, STOP_WITH_LOOKUP_ERROR, STOP_BUSY, KILL_USERS };

    if (facts->owner != FILE_DATA)
        return SHUT_DOWN_AND_STOP;
    if (facts->inode == NOT_IN_CORE)
        return NEXT;
    if (facts->inode == LOOKUP_FAILED)
        return STOP_WITH_LOOKUP_ERROR;
    if (facts->mapping == BUFFERED)
        return STOP_BUSY;
    return KILL_USERS;
}

int expected_decide_xfs_v12_end(const struct facts *facts) {
    enum { RETURN_ERROR };

    (void)facts;
    return RETURN_ERROR;
}

int expected_decide_xfs_seed_as_posted_gate(const struct facts *facts) {
    enum { UNSUPPORTED, SHUT_DOWN = 2, REFUSE_OUTSIDE = 4, WALK };

    if (facts->role >= REALTIME_DEVICE)
        return UNSUPPORTED;
    if (facts->role == LOG_DEVICE)
        return facts->cause == REMOVAL ? UNSUPPORTED : SHUT_DOWN;
    if (facts->rmap == RMAP_ABSENT)
        return UNSUPPORTED;
    if (facts->range == OUTSIDE)
        return REFUSE_OUTSIDE;
    return WALK;
}

int expected_decide_xfs_seed_as_posted_record(const struct facts *facts) {
    enum { SHUT_DOWN_AND_STOP, NEXT = 2, STOP_WITH_LOOKUP_ERROR, STOP_BUSY, KILL_USERS };

    if (facts->cause == CORRUPTION || facts->owner != FILE_DATA)
        return SHUT_DOWN_AND_STOP;
    if (facts->inode == NOT_IN_CORE)
        return NEXT;
    if (facts->inode == LOOKUP_FAILED)
        return STOP_WITH_LOOKUP_ERROR;
    if (facts->mapping == BUFFERED)
        return STOP_BUSY;
    return KILL_USERS;
}

int expected_decide_xfs_seed_as_posted_end(const struct facts *facts) {
    enum { RETURN_ERROR };

    (void)facts;
    return RETURN_ERROR;
}

int expected_decide_xfs_seed_as_intended_gate(const struct facts *facts) {
    enum { UNSUPPORTED, SHUT_DOWN = 2, REFUSE_OUTSIDE = 4, WALK };

    if (facts->role >= REALTIME_DEVICE)
        return UNSUPPORTED;
    if (facts->role == LOG_DEVICE)
        return facts->cause == REMOVAL ? UNSUPPORTED : SHUT_DOWN;
    if (facts->rmap == RMAP_ABSENT)
        return UNSUPPORTED;
    if (facts->range == OUTSIDE)
        return REFUSE_OUTSIDE;
    return WALK;
}

int expected_decide_xfs_seed_as_intended_record(const struct facts *facts) {
    enum { NEXT, SHUT_DOWN_AND_STOP, STOP_WITH_LOOKUP_ERROR = 3, STOP_BUSY, KILL_USERS };

    if (facts->owner != FILE_DATA)
        return facts->cause == REMOVAL ? NEXT : SHUT_DOWN_AND_STOP;
    if (facts->inode == NOT_IN_CORE)
        return NEXT;
    if (facts->inode == LOOKUP_FAILED)
        return STOP_WITH_LOOKUP_ERROR;
    if (facts->mapping == BUFFERED)
        return STOP_BUSY;
    return KILL_USERS;
}

int expected_decide_xfs_seed_as_intended_end(const struct facts *facts) {
    enum { RETURN_ERROR };

    (void)facts;
    return RETURN_ERROR;
}

int expected_decide_xfs_linux_6_0_gate(const struct facts *facts) {
    enum { REFUSE_NOT_BORN, UNSUPPORTED, SHUT_DOWN, REFUSE_OUTSIDE = 4, WALK };

    if (facts->mount == NOT_BORN)
        return REFUSE_NOT_BORN;
    if (facts->role >= REALTIME_DEVICE)
        return UNSUPPORTED;
    if (facts->role == LOG_DEVICE)
        return SHUT_DOWN;
    if (facts->rmap == RMAP_ABSENT)
        return UNSUPPORTED;
    if (facts->range == OUTSIDE)
        return REFUSE_OUTSIDE;
    return WALK;
}

int expected_decide_xfs_linux_6_0_record(const struct facts *facts) {
    enum { SHUT_DOWN_AND_STOP, NEXT, STOP_WITH_LOOKUP_ERROR, STOP_BUSY, KILL_USERS };

    if (facts->owner != FILE_DATA)
        return SHUT_DOWN_AND_STOP;
    if (facts->inode == NOT_IN_CORE)
        return NEXT;
    if (facts->inode == LOOKUP_FAILED)
        return STOP_WITH_LOOKUP_ERROR;
    if (facts->mapping == BUFFERED)
        return STOP_BUSY;
    return KILL_USERS;
}

int expected_decide_xfs_linux_6_0_end(const struct facts *facts) {
    enum { RETURN_ERROR };

    (void)facts;
    return RETURN_ERROR;
}

int expected_decide_xfs_linux_6_1_gate(const struct facts *facts) {
    enum { REFUSE_NOT_BORN, UNSUPPORTED, SHUT_DOWN, REFUSE_OUTSIDE = 4, WALK };

    if (facts->mount == NOT_BORN)
        return REFUSE_NOT_BORN;
    if (facts->role >= REALTIME_DEVICE)
        return UNSUPPORTED;
    if (facts->role == LOG_DEVICE)
        return SHUT_DOWN;
    if (facts->rmap == RMAP_ABSENT)
        return UNSUPPORTED;
    if (facts->range == OUTSIDE)
        return REFUSE_OUTSIDE;
    return WALK;
}

int expected_decide_xfs_linux_6_1_record(const struct facts *facts) {
    enum { NOTE_SHUTDOWN, NEXT, STOP_BUSY = 3, KILL_USERS };

    if (facts->owner != FILE_DATA)
        return NOTE_SHUTDOWN;
    if (facts->inode == NOT_IN_CORE)
        return NEXT;
    if (facts->inode == LOOKUP_FAILED)
        return NOTE_SHUTDOWN;
    if (facts->mapping == BUFFERED)
        return STOP_BUSY;
    return KILL_USERS;
}

int expected_decide_xfs_linux_6_1_end(const struct facts *facts) {
    enum { RETURN_ERROR, SHUT_DOWN, SHUT_DOWN_CORRUPTED, SUCCEED };

    if (facts->walk_end == NOT_STARTED)
        return RETURN_ERROR;
    if (facts->walk_end == FAILED)
        return SHUT_DOWN;
    if (facts->want_shutdown == WANTED)
        return SHUT_DOWN_CORRUPTED;
    return SUCCEED;
}

int expected_decide_xfs_linux_6_8_gate(const struct facts *facts) {
    enum {
        REFUSE_NOT_BORN,
        UNSUPPORTED,
        SUCCEED,
        SHUT_DOWN,
        REFUSE_OUTSIDE = 5,
        FREEZE_AND_WALK,
        WALK,
    };
    const bool is_removal = facts->cause == REMOVAL;

    if (facts->mount == NOT_BORN)
        return REFUSE_NOT_BORN;
    if (facts->role >= REALTIME_DEVICE)
        return UNSUPPORTED;
    if (facts->role == LOG_DEVICE)
        return is_removal ? SUCCEED : SHUT_DOWN;
    if (facts->rmap == RMAP_ABSENT)
        return UNSUPPORTED;
    if (facts->range == OUTSIDE)
        return REFUSE_OUTSIDE;
    return is_removal ? FREEZE_AND_WALK : WALK;
}

int expected_decide_xfs_linux_6_8_record(const struct facts *facts) {
    enum { NEXT, NOTE_SHUTDOWN, KILL_EVERY_USER_AND_INVALIDATE = 4, KILL_EARLY_USERS, INVALIDATE };
    const bool is_removal = facts->cause == REMOVAL;

    if (facts->owner != FILE_DATA)
        return is_removal ? NEXT : NOTE_SHUTDOWN;
    if (facts->inode == NOT_IN_CORE)
        return NEXT;
    if (facts->inode == LOOKUP_FAILED)
        return NOTE_SHUTDOWN;
    if (facts->mapping == DAX)
        return is_removal ? KILL_EVERY_USER_AND_INVALIDATE : KILL_EARLY_USERS;
    return is_removal ? INVALIDATE : NEXT;
}

int expected_decide_xfs_linux_6_8_end(const struct facts *facts) {
    enum { THAW, RETURN_ERROR, SHUT_DOWN_AND_THAW, SHUT_DOWN, SHUT_DOWN_CORRUPTED, SUCCEED };
    const bool is_removal = facts->cause == REMOVAL;

    if (facts->walk_end == NOT_STARTED)
        return is_removal ? THAW : RETURN_ERROR;
    if (is_removal)
        return SHUT_DOWN_AND_THAW;
    if (facts->walk_end == FAILED)
        return SHUT_DOWN;
    if (facts->want_shutdown == WANTED)
        return SHUT_DOWN_CORRUPTED;
    return SUCCEED;
}

int expected_decide_xfs_linux_6_14_gate(const struct facts *facts) {
    enum {
        REFUSE_NOT_BORN,
        REFUSE_OUTSIDE,
        SUCCEED,
        SHUT_DOWN,
        UNSUPPORTED,
        FREEZE_AND_SHUT_DOWN = 7,
        FREEZE_AND_WALK,
        WALK,
    };
    const bool is_removal = facts->cause == REMOVAL;

    if (facts->mount == NOT_BORN)
        return REFUSE_NOT_BORN;
    if (facts->role == LOG_DEVICE) {
        if (facts->range == OUTSIDE)
            return REFUSE_OUTSIDE;
        return is_removal ? SUCCEED : SHUT_DOWN;
    }
    if (facts->rmap == RMAP_ABSENT)
        return UNSUPPORTED;
    if (facts->range == OUTSIDE)
        return REFUSE_OUTSIDE;
    if (facts->role == INTERNAL_REALTIME_DEVICE)
        return is_removal ? FREEZE_AND_SHUT_DOWN : SUCCEED;
    return is_removal ? FREEZE_AND_WALK : WALK;
}

int expected_decide_xfs_linux_6_14_record(const struct facts *facts) {
    enum { NEXT, NOTE_SHUTDOWN, KILL_EVERY_USER_AND_INVALIDATE = 4, KILL_EARLY_USERS, INVALIDATE };
    const bool is_removal = facts->cause == REMOVAL;

    if (facts->owner != FILE_DATA)
        return is_removal ? NEXT : NOTE_SHUTDOWN;
    if (facts->inode == NOT_IN_CORE)
        return NEXT;
    if (facts->inode == LOOKUP_FAILED)
        return NOTE_SHUTDOWN;
    if (facts->mapping == DAX)
        return is_removal ? KILL_EVERY_USER_AND_INVALIDATE : KILL_EARLY_USERS;
    return is_removal ? INVALIDATE : NEXT;
}

int expected_decide_xfs_linux_6_14_end(const struct facts *facts) {
    enum { THAW, RETURN_ERROR, SHUT_DOWN_AND_THAW, SHUT_DOWN, SHUT_DOWN_CORRUPTED, SUCCEED };
    const bool is_removal = facts->cause == REMOVAL;

    if (facts->walk_end == NOT_STARTED)
        return is_removal ? THAW : RETURN_ERROR;
    if (is_removal)
        return SHUT_DOWN_AND_THAW;
    if (facts->walk_end == FAILED)
        return SHUT_DOWN;
    if (facts->want_shutdown == WANTED)
        return SHUT_DOWN_CORRUPTED;
    return SUCCEED;
}

int expected_decide_xfs_linux_6_18_gate(const struct facts *facts) {
    enum {
        REFUSE_NOT_BORN,
        REFUSE_OUTSIDE,
        SUCCEED,
        SHUT_DOWN,
        UNSUPPORTED,
        FREEZE_AND_SHUT_DOWN = 7,
        FREEZE_AND_WALK,
        WALK,
    };
    const bool is_removal = facts->cause == REMOVAL;

    if (facts->mount == NOT_BORN)
        return REFUSE_NOT_BORN;
    if (facts->role == LOG_DEVICE) {
        if (facts->range >= AFTER_END)
            return REFUSE_OUTSIDE;
        return is_removal ? SUCCEED : SHUT_DOWN;
    }
    if (facts->rmap == RMAP_ABSENT)
        return UNSUPPORTED;
    if (facts->range >= AFTER_END)
        return REFUSE_OUTSIDE;
    if (facts->role == INTERNAL_REALTIME_DEVICE)
        return is_removal ? FREEZE_AND_SHUT_DOWN : SUCCEED;
    return is_removal ? FREEZE_AND_WALK : WALK;
}

int expected_decide_xfs_linux_6_18_record(const struct facts *facts) {
    enum { NEXT, NOTE_SHUTDOWN, KILL_EVERY_USER_AND_INVALIDATE = 4, KILL_EARLY_USERS, INVALIDATE };
    const bool is_removal = facts->cause == REMOVAL;

    if (facts->owner != FILE_DATA)
        return is_removal ? NEXT : NOTE_SHUTDOWN;
    if (facts->inode == NOT_IN_CORE)
        return NEXT;
    if (facts->inode == LOOKUP_FAILED)
        return NOTE_SHUTDOWN;
    if (facts->mapping == DAX)
        return is_removal ? KILL_EVERY_USER_AND_INVALIDATE : KILL_EARLY_USERS;
    return is_removal ? INVALIDATE : NEXT;
}

int expected_decide_xfs_linux_6_18_end(const struct facts *facts) {
    enum { SHUT_DOWN_AND_THAW, SHUT_DOWN, SHUT_DOWN_CORRUPTED, SUCCEED };

    if (facts->cause == REMOVAL)
        return SHUT_DOWN_AND_THAW;
    if (facts->walk_end == FAILED)
        return SHUT_DOWN;
    if (facts->want_shutdown == WANTED)
        return SHUT_DOWN_CORRUPTED;
    return SUCCEED;
}

int expected_decide_xfs_linux_7_0_gate(const struct facts *facts) {
    enum {
        REFUSE_NOT_BORN,
        REFUSE_OUTSIDE,
        SUCCEED,
        SHUT_DOWN,
        UNSUPPORTED,
        FREEZE_AND_SHUT_DOWN = 6,
        FREEZE_AND_WALK,
        WALK,
    };
    const bool is_removal = facts->cause == REMOVAL;

    if (facts->mount == NOT_BORN)
        return REFUSE_NOT_BORN;
    if (facts->range >= AFTER_END)
        return REFUSE_OUTSIDE;
    if (facts->role == LOG_DEVICE)
        return is_removal ? SUCCEED : SHUT_DOWN;
    if (facts->rmap == RMAP_ABSENT)
        return UNSUPPORTED;
    if (facts->role == INTERNAL_REALTIME_DEVICE)
        return is_removal ? FREEZE_AND_SHUT_DOWN : SUCCEED;
    return is_removal ? FREEZE_AND_WALK : WALK;
}

int expected_decide_xfs_linux_7_0_record(const struct facts *facts) {
    enum {
        NEXT,
        NOTE_SHUTDOWN,
        KILL_EVERY_USER_AND_INVALIDATE = 4,
        KILL_EARLY_USERS,
        INVALIDATE,
        REPORT_DATA_LOST,
    };
    const bool is_removal = facts->cause == REMOVAL;

    if (facts->owner != FILE_DATA)
        return is_removal ? NEXT : NOTE_SHUTDOWN;
    if (facts->inode == NOT_IN_CORE)
        return NEXT;
    if (facts->inode == LOOKUP_FAILED)
        return NOTE_SHUTDOWN;
    if (facts->mapping == DAX)
        return is_removal ? KILL_EVERY_USER_AND_INVALIDATE : KILL_EARLY_USERS;
    return is_removal ? INVALIDATE : REPORT_DATA_LOST;
}

int expected_decide_xfs_linux_7_0_end(const struct facts *facts) {
    enum { SHUT_DOWN_AND_THAW, SHUT_DOWN, SHUT_DOWN_CORRUPTED, SUCCEED };

    if (facts->cause == REMOVAL)
        return SHUT_DOWN_AND_THAW;
    if (facts->walk_end == FAILED)
        return SHUT_DOWN;
    if (facts->want_shutdown == WANTED)
        return SHUT_DOWN_CORRUPTED;
    return SUCCEED;
}

int expected_decide_no_holder_gate(const struct facts *facts) {
    enum { UNSUPPORTED };

    (void)facts;
    return UNSUPPORTED;
}

int expected_decide_famfs_gate(const struct facts *facts) {
    enum { MARK_BAD };

    (void)facts;
    return MARK_BAD;
}

int expected_decide_famfs_access(const struct facts *facts) {
    enum { REFUSE_BAD_FILE, REFUSE_UNUSABLE_DEVICE, REFUSE_BAD_DEVICE, SUCCEED };

    if (facts->famfs_file == FILE_BAD)
        return REFUSE_BAD_FILE;
    switch (facts->famfs_device) {
    case DEVICE_UNUSABLE:
        return REFUSE_UNUSABLE_DEVICE;
    case DEVICE_BAD:
        return REFUSE_BAD_DEVICE;
    default:
        return SUCCEED;
    }
}

int expected_decide_famfs_standalone_access(const struct facts *facts) {
    enum { REFUSE_BAD_MOUNT, REFUSE_BAD_FILE, REFUSE_UNUSABLE_DEVICE, SUCCEED };

    if (facts->device_error == DEVICE_ERROR)
        return REFUSE_BAD_MOUNT;
    if (facts->famfs_file == FILE_BAD)
        return REFUSE_BAD_FILE;
    return facts->device_state == DEVICE_UNUSABLE ? REFUSE_UNUSABLE_DEVICE : SUCCEED;
}

int expected_decide_daxfs_gate(const struct facts *facts) {
    enum { REFUSE_NOT_BORN, REFUSE_OUTSIDE, DRAIN_AND_WALK, WALK };

    if (facts->mount == NOT_BORN)
        return REFUSE_NOT_BORN;
    if (facts->range == OUTSIDE)
        return REFUSE_OUTSIDE;
    return facts->cause == REMOVAL ? DRAIN_AND_WALK : WALK;
}

int expected_decide_daxfs_record(const struct facts *facts) {
    enum {
        SHUT_DOWN_CORRUPT,
        SHUT_DOWN_REMOVED,
        NEXT,
        TAKE_AWAY,
        MARK_PAGE = 6,
        INSERT_BUCKET,
        MARK_SLOT,
        WITHDRAW,
    };
    const bool is_removal = facts->cause == REMOVAL;

    if (facts->daxfs_owner == DAXFS_METADATA)
        return is_removal ? SHUT_DOWN_REMOVED : SHUT_DOWN_CORRUPT;
    if (is_removal || facts->poisoned == POISONED)
        return facts->daxfs_owner == UNALLOCATED ? NEXT : TAKE_AWAY;
    switch (facts->daxfs_owner) {
    case OVERLAY_DATA:
        return MARK_PAGE;
    case BASE_DATA:
        return INSERT_BUCKET;
    case PCACHE_DATA:
        return MARK_SLOT;
    default:
        return WITHDRAW;
    }
}

int expected_decide_daxfs_end(const struct facts *facts) {
    enum { FAIL_THE_REGION, SUCCEED = 2 };

    if (facts->cause == REMOVAL || facts->walk_end == FAILED)
        return FAIL_THE_REGION;
    return SUCCEED;
}

int expected_decide_recommended_gate(const struct facts *facts) {
    enum {
        REFUSE_NOT_BORN,
        REFUSE_OUTSIDE,
        SYNC_AND_SHUT_DOWN,
        SHUT_DOWN,
        SHUT_DOWN_AND_UNMAP,
        UNMAP_UNTOLD,
        WALK_IN_CORE,
        WALK,
        UNSUPPORTED = 9,
    };
    const bool is_removal = facts->cause == REMOVAL;

    if (facts->mount == NOT_BORN)
        return REFUSE_NOT_BORN;
    if (facts->range >= AFTER_END)
        return REFUSE_OUTSIDE;
    if (facts->role == LOG_DEVICE)
        return is_removal ? SYNC_AND_SHUT_DOWN : SHUT_DOWN;
    if (facts->rmap == RMAP_PRESENT)
        return is_removal && facts->scope == WHOLE_DEVICE ? WALK_IN_CORE : WALK;
    if (!is_removal)
        return UNSUPPORTED;
    return facts->scope == WHOLE_DEVICE ? SHUT_DOWN_AND_UNMAP : UNMAP_UNTOLD;
}

int expected_decide_recommended_record(const struct facts *facts) {
    enum {
        NEXT,
        NOTE_SHUTDOWN = 2,
        KILL_EVERY_USER = 5,
        KILL_EVERY_USER_AND_INVALIDATE,
        KILL_EARLY_USERS,
        REPORT_DATA_LOST = 9,
    };
    const bool is_removal = facts->cause == REMOVAL;
    const bool is_removal_of_all = is_removal && facts->scope == WHOLE_DEVICE;

    if (facts->owner != FILE_DATA)
        return is_removal_of_all ? NEXT : NOTE_SHUTDOWN;
    if (facts->inode != IN_CORE)
        return NEXT;
    if (facts->kind != REGULAR_FILE)
        return is_removal_of_all ? NEXT : NOTE_SHUTDOWN;
    if (facts->mapping != DAX)
        return is_removal ? NEXT : REPORT_DATA_LOST;
    if (!is_removal)
        return KILL_EARLY_USERS;
    return is_removal_of_all ? KILL_EVERY_USER : KILL_EVERY_USER_AND_INVALIDATE;
}

int expected_decide_recommended_end(const struct facts *facts) {
    enum {
        UNMAP_ALL,
        SHUT_DOWN_REMOVED,
        RETURN_ERROR = 3,
        SHUT_DOWN_CORRUPT,
        SHUT_DOWN_CORRUPTED,
    };
    const bool is_cut_short = facts->cut_short == CUT_SHORT;
    const bool is_wanted = facts->want_shutdown == WANTED;

    if (facts->cause == REMOVAL) {
        if (facts->scope == WHOLE_DEVICE)
            return UNMAP_ALL;
        return is_cut_short || is_wanted ? SHUT_DOWN_REMOVED : RETURN_ERROR;
    }
    if (is_cut_short)
        return SHUT_DOWN_CORRUPT;
    if (!is_wanted)
        return RETURN_ERROR;
    return facts->walk_end == CLEAN ? SHUT_DOWN_CORRUPTED : SHUT_DOWN_CORRUPT;
}
