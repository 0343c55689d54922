// SPDX-License-Identifier: BSL-1.0
// The C of a policy, IN_C, as the test calls it: NAME is a struct policy_in_c.

#include "kernel.h"

#include IN_C

#define ROLE_DATA 0
#define ROLE_LOG 1
#define ROLE_INTERNAL_REALTIME 3

struct stage {
    struct super_block sb;
    struct xfs_buftarg data;
    struct xfs_buftarg log;
    struct xfs_buftarg realtime;
    struct xfs_mount mount;
    struct xfs_dax_failure failure;
};

static struct xfs_dax_failure* set_stage(struct stage* on, const struct played_event* e) {
    const bool is_internal = e->role == ROLE_INTERNAL_REALTIME;
    struct xfs_dax_failure* f = &on->failure;

    on->sb.s_flags = e->is_born ? SB_BORN : 0;
    on->mount.m_super = &on->sb;
    on->mount.m_ddev_targp = &on->data;
    on->mount.m_logdev_targp = &on->log;
    on->mount.m_rtdev_targp = is_internal ? &on->data : &on->realtime;
    on->mount.has_rmapbt = e->has_rmap;
    on->mount.m_sb.sb_dblocks = e->filesystem_end;
    on->mount.m_sb.sb_logblocks = e->filesystem_end;
    on->mount.m_sb.sb_rblocks = e->filesystem_end;
    f->mp = &on->mount;
#if LINUX < 700
    f->btp = e->role == ROLE_LOG                   ? &on->log
             : e->role == ROLE_DATA || is_internal ? &on->data
                                                   : &on->realtime;
#else
    f->fdev = e->role == ROLE_LOG ? XFS_DEV_LOG : e->role == ROLE_DATA ? XFS_DEV_DATA : XFS_DEV_RT;
#endif
#if LINUX < 600
    f->mf_flags = e->is_removal ? MF_MEM_REMOVE : 0;
#else
    f->mf_flags = e->is_removal ? MF_MEM_PRE_REMOVE : 0;
#endif
    f->whole_device = e->is_whole_device;
    f->start = e->start;
    f->end = e->end;
    f->error = e->error;
    f->walked = e->is_walked;
    f->want_shutdown = e->is_shutdown_wanted;
    f->frozen = e->is_frozen;
    return f;
}

static void tell(const struct stage* on, struct played_event* e) {
    e->error = on->failure.error;
    e->is_shutdown_wanted = on->failure.want_shutdown;
    e->is_frozen = on->failure.frozen;
}

static int visit(void* context, const struct played_record* r) {
    // By daxhold::owner: its data, its attributes, its bmbt, then what is of no inode.
    const struct xfs_rmap_irec records[] = {
        {r->inode_number, 0},
        {r->inode_number, XFS_RMAP_ATTR_FORK},
        {r->inode_number, XFS_RMAP_BMBT_BLOCK},
        {XFS_RMAP_OWN_FS, 0},
        {XFS_RMAP_OWN_LOG, 0},
        {XFS_RMAP_OWN_COW, 0},
        {XFS_RMAP_OWN_UNKNOWN, 0},
    };
    struct xfs_dax_part part = {
        .rec = &records[r->owner],
        .pos = (loff_t)r->offset,
        .len = r->length,
        .pgoff = r->offset,
        .pgcnt = r->length,
    };
    const int error = xfs_dax_record(context, &part);

    if (part.ip)
        xfs_irele(part.ip);
    return error;
}

static int xfs_dax_walk(struct xfs_dax_failure* f) { return play_walk(f, visit); }

// Not every policy calls these.
__attribute__((unused)) static int xfs_dax_walk_in_core(struct xfs_dax_failure* f) {
    return play_walk_in_core(f, visit);
}
__attribute__((unused)) static int xfs_dax_unmap(struct xfs_dax_failure* f) {
#if LINUX >= 700
    const int realtime = f->mp->m_rtdev_targp == f->mp->m_ddev_targp ? 3 : 2;

    return play_unmap_range(f->fdev == XFS_DEV_RT ? realtime : (int)f->fdev - 1, f->start,
                            f->end - f->start);
#else
    return f ? -EDOM : 0;
#endif
}

static int play_gate(struct played_event* e) {
    struct stage on = {.mount = {0}};
    const int answer = xfs_dax_gate(set_stage(&on, e));

    tell(&on, e);
    return answer;
}

static int play_record(struct played_event* e, const struct played_record* r) {
    struct stage on = {.mount = {0}};
    const int answer = visit(set_stage(&on, e), r);

    tell(&on, e);
    return answer;
}

static int play_end(struct played_event* e, int error) {
    struct stage on = {.mount = {0}};
    const int answer = xfs_dax_end(set_stage(&on, e), error);

    tell(&on, e);
    return answer;
}

const struct policy_in_c NAME = {play_gate, play_record, play_end};
