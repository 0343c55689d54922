// SPDX-License-Identifier: BSL-1.0
// Stand-ins for what the C of a policy calls, by the kernel's names: each hands on to the test what
// it is called with. Pages, filesystem blocks and basic blocks are one byte here, so that no length
// is rounded. LINUX is the version, 702 for 7.2; the seed is of 520.
#pragma once

#include "calls.h"

#include <errno.h>
#include <stddef.h>

#define EFSCORRUPTED 117

typedef uint64_t u64;
typedef int64_t loff_t;
typedef uint64_t pgoff_t;
typedef uint64_t xfs_daddr_t;

#if LINUX < 600
enum mf_flags { MF_MEM_REMOVE = 1 << 5 };
#else
enum mf_flags { MF_MEM_PRE_REMOVE = 1 << 7 };
#endif

struct super_block {
    unsigned long s_flags;
    int s_umount; // how often it is held
};
#define SB_BORN 1UL

static inline void down_read(int* lock) {
    ++*lock;
    ++held;
}
static inline void up_read(int* lock) {
    --*lock;
    --held;
}
static inline int sync_filesystem(struct super_block* sb) {
    return sb->s_umount == 1 ? play_sync() : -EDOM;
}

struct address_space {
    uint64_t host;
};
struct inode {
    struct address_space* i_mapping;
    struct address_space i_data;
    unsigned i_flags;
    unsigned i_mode;
};
#define S_DAX 1U
#define IS_DAX(inode) (((inode)->i_flags & S_DAX) != 0)
#define S_IFREG 1U
#define S_IFDIR 2U
#define S_IFLNK 3U
#define S_ISREG(mode) ((mode) == S_IFREG)
#define S_ISDIR(mode) ((mode) == S_IFDIR)
#define S_ISLNK(mode) ((mode) == S_IFLNK)

enum freeze_holder { FREEZE_HOLDER_KERNEL, FREEZE_HOLDER_USERSPACE };
#if LINUX < 617
static inline int freeze_super(struct super_block* sb, enum freeze_holder who) {
    return sb ? play_freeze(who == FREEZE_HOLDER_USERSPACE) : -EDOM;
}
static inline int thaw_super(struct super_block* sb, enum freeze_holder who) {
    return sb ? play_thaw(who == FREEZE_HOLDER_USERSPACE) : -EDOM;
}
#else
static inline int freeze_super(struct super_block* sb, enum freeze_holder who, const void* owner) {
    return sb && !owner ? play_freeze(who == FREEZE_HOLDER_USERSPACE) : -EDOM;
}
static inline int thaw_super(struct super_block* sb, enum freeze_holder who, const void* owner) {
    return sb && !owner ? play_thaw(who == FREEZE_HOLDER_USERSPACE) : -EDOM;
}
#endif

static inline int mf_dax_kill_procs(struct address_space* mapping, pgoff_t index,
                                    unsigned long count, int mf_flags) {
#if LINUX < 600
    (void)mf_flags;
    return play_kill_users(mapping->host, index, count, false);
#else
    return play_kill_users(mapping->host, index, count, mf_flags & MF_MEM_PRE_REMOVE);
#endif
}
static inline int invalidate_inode_pages2_range(struct address_space* mapping, pgoff_t first,
                                                pgoff_t last) {
    return play_invalidate(mapping->host, first, last - first + 1);
}

// XFS.

struct xfs_buftarg {
    int nothing;
};
struct xfs_trans {
    int nothing;
};
struct xfs_sb {
    u64 sb_dblocks;
    u64 sb_logblocks;
    u64 sb_rblocks;
};
struct xfs_mount {
    struct super_block* m_super;
    struct xfs_buftarg* m_ddev_targp;
    struct xfs_buftarg* m_logdev_targp;
    struct xfs_buftarg* m_rtdev_targp;
    struct xfs_sb m_sb;
    bool has_rmapbt;
};
static inline bool xfs_has_rmapbt(const struct xfs_mount* mp) { return mp->has_rmapbt; }
#define XFS_FSB_TO_B(mp, blocks) ((void)(mp), (blocks))

struct xfs_inode {
    struct inode i_vnode;
    bool is_internal;
};
#define VFS_I(ip) (&(ip)->i_vnode)
static inline bool xfs_is_internal_inode(const struct xfs_inode* ip) { return ip->is_internal; }

struct xfs_rmap_irec {
    uint64_t rm_owner;
    unsigned rm_flags;
};
#define XFS_RMAP_ATTR_FORK 1U
#define XFS_RMAP_BMBT_BLOCK 2U
#define XFS_RMAP_OWN_FS (-3ULL)
#define XFS_RMAP_OWN_LOG (-4ULL)
#define XFS_RMAP_OWN_COW (-9ULL)
#define XFS_RMAP_OWN_UNKNOWN (-2ULL)
#define XFS_RMAP_NON_INODE_OWNER(owner) ((int64_t)(owner) < 0)

// One inode is looked up at a time, and is put before the next.
static struct xfs_inode looked_up_inode;
#define XFS_IGET_INCORE 1
static inline int xfs_iget(struct xfs_mount* mp, struct xfs_trans* tp, uint64_t ino, int flags,
                           int lock_flags, struct xfs_inode** ip) {
    struct xfs_inode* found = &looked_up_inode;
    struct played_inode what;
    int error;

    if (!mp || tp || flags != XFS_IGET_INCORE || lock_flags)
        return -EDOM;
    error = play_find_in_core(ino, &what);
    if (error)
        return error;
    ++held;
    found->i_vnode.i_mapping = &found->i_vnode.i_data;
    found->i_vnode.i_data.host = ino;
    found->i_vnode.i_flags = what.is_dax ? S_DAX : 0;
    // What is XFS's own can be a regular file to others.
    found->i_vnode.i_mode = what.kind == 1 ? S_IFDIR : what.kind == 2 ? S_IFLNK : S_IFREG;
    found->is_internal = what.kind == 3;
    *ip = found;
    return 0;
}
static inline void xfs_irele(struct xfs_inode* ip) {
    if (ip == &looked_up_inode)
        --held;
}

#define SHUTDOWN_CORRUPT_ONDISK 0
#define SHUTDOWN_FORCE_UMOUNT 1
#define SHUTDOWN_DEVICE_REMOVED 2
static inline void xfs_force_shutdown(struct xfs_mount* mp, int reason) {
    if (mp)
        play_shut_down(reason);
}

#if LINUX < 617
static inline int xfs_trans_alloc_empty(struct xfs_mount* mp, struct xfs_trans** tp) {
    static struct xfs_trans empty;

    *tp = &empty;
    return mp ? play_begin_walk() : -EDOM;
}
#endif

#if LINUX >= 700
enum xfs_device { XFS_DEV_DATA = 1, XFS_DEV_LOG, XFS_DEV_RT };
#    define BTOBBT(bytes) (bytes)
#    define BTOBB(bytes) (bytes)
static inline bool xfs_has_rtrmapbt(const struct xfs_mount* mp) { return mp->has_rmapbt; }
static inline void xfs_healthmon_report_media(struct xfs_mount* mp, enum xfs_device fdev,
                                              xfs_daddr_t daddr, uint64_t bbcount) {
    const bool is_internal = mp->m_rtdev_targp == mp->m_ddev_targp;

    play_report_media_event(fdev != XFS_DEV_RT ? (int)fdev - 1
                            : is_internal      ? 3
                                               : 2,
                            daddr, bbcount);
}

#    define GFP_NOFS 0
static inline void fserror_report_data_lost(struct inode* inode, loff_t pos, u64 len, int gfp) {
    if (gfp == GFP_NOFS)
        play_report_data_lost(inode->i_data.host, (uint64_t)pos, len);
}
#endif
