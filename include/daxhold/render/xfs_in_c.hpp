// SPDX-License-Identifier: BSL-1.0
#pragma once

#include "daxhold/render/c.hpp"

/// \file
/// What the words of the tables are in XFS: the one list of what the kernel calls them.

namespace daxhold::render::c {

/// XFS in Linux 7.0 to 7.3. Functions and macros are the kernel's, by name; what begins with
/// `xfs_dax_` is new: small types and functions that come with the text, and three declarations
/// whose definitions are left to the file that the text is put into, `xfs_dax_walk`,
/// `xfs_dax_walk_in_core` and `xfs_dax_unmap`.
///
/// That file also fills in a `struct xfs_dax_failure` before the gate is called (`start` and `end`
/// are equal where the range meets nothing of the filesystem's), and a `struct xfs_dax_part` for
/// each call of the function for a record, after which it puts the inode, if there is one.
[[nodiscard]] inline vocabulary xfs_linux_7_2() {
    return {
        "xfs_dax_",
        "struct xfs_dax_failure\t*f",
        "struct xfs_dax_part\t*p",
        {
            // Of an event.
            {"cause::removal", "f->mf_flags & MF_MEM_PRE_REMOVE"},
            {"scope::whole_device", "f->whole_device"},
            {"role::data", "f->fdev == XFS_DEV_DATA"},
            {"role::log", "f->fdev == XFS_DEV_LOG"},
            {"any_of(role::realtime, role::internal_realtime)", "f->fdev == XFS_DEV_RT"},
            {"role::realtime",
             "f->fdev == XFS_DEV_RT && f->mp->m_rtdev_targp != f->mp->m_ddev_targp"},
            {"role::internal_realtime",
             "f->fdev == XFS_DEV_RT && f->mp->m_rtdev_targp == f->mp->m_ddev_targp"},
            {"mount::born", "f->mp->m_super->s_flags & SB_BORN"},
            {"rmap::present", "xfs_dax_has_rmap(f)"},
            {"range::outside", "f->start == f->end"},
            {"range::after_end", "f->start < f->end && f->start >= xfs_dax_fs_end(f)"},
            {"range::across_end", "f->start < xfs_dax_fs_end(f) && f->end > xfs_dax_fs_end(f)"},
            {"range::inside", "f->start < f->end && f->end <= xfs_dax_fs_end(f)"},
            {"any_of(range::after_end, range::outside)",
             "f->start == f->end || f->start >= xfs_dax_fs_end(f)"},
            {"read_only::yes", "xfs_is_readonly(f->mp)"},
            {"already_shut_down::yes", "xfs_is_shutdown(f->mp)"},
            {"frozen_by_user::yes", "f->mp->m_super->s_writers.freeze_ucount"},

            // Of a record.
            {"none_of(owner::file_data)", "(p->rec->rm_flags & XFS_DAX_NO_DATA) || "
                                          "XFS_RMAP_NON_INODE_OWNER(p->rec->rm_owner)"},
            {"owner::attribute_fork", "p->rec->rm_flags & XFS_RMAP_ATTR_FORK"},
            {"owner::bmbt", "p->rec->rm_flags & XFS_RMAP_BMBT_BLOCK"},
            {"owner::metadata", "XFS_RMAP_NON_INODE_OWNER(p->rec->rm_owner) && "
                                "p->rec->rm_owner != XFS_RMAP_OWN_LOG && "
                                "p->rec->rm_owner != XFS_RMAP_OWN_COW && "
                                "p->rec->rm_owner != XFS_RMAP_OWN_UNKNOWN"},
            {"owner::log", "p->rec->rm_owner == XFS_RMAP_OWN_LOG"},
            {"owner::cow_staging", "p->rec->rm_owner == XFS_RMAP_OWN_COW"},
            {"owner::unknown", "p->rec->rm_owner == XFS_RMAP_OWN_UNKNOWN"},
            {"none_of(inode::in_core)", "xfs_dax_lookup(f, p)"},
            {"inode::not_in_core", "xfs_dax_lookup(f, p) == -ENODATA"},
            {"inode::lookup_failed", "xfs_dax_lookup(f, p) && xfs_dax_lookup(f, p) != -ENODATA"},
            {"mapping::dax", "xfs_dax_is_dax(f, p)"},
            {"kind::regular", "xfs_dax_is_regular(f, p)"},
            {"kind::directory", "!xfs_dax_lookup(f, p) && S_ISDIR(p->inode->i_mode)"},
            {"kind::symlink", "!xfs_dax_lookup(f, p) && S_ISLNK(p->inode->i_mode)"},
            {"kind::internal", "!xfs_dax_lookup(f, p) && xfs_is_internal_inode(p->ip)"},

            // Of a walk.
            {"walk_end::clean", "!f->error"},
            {"none_of(walk_end::not_started)", "f->walked"},
            {"walk_end::failed", "f->walked && f->error"},
            {"cut_short::yes", "f->cut_short"},
            {"want_shutdown::yes", "f->want_shutdown"},
            {"frozen::by_us", "f->frozen"},

            // Steps.
            {"freeze", "freeze_super(f->mp->m_super, FREEZE_HOLDER_KERNEL, NULL)"},
            {"thaw", "thaw_super(f->mp->m_super, FREEZE_HOLDER_KERNEL, NULL)"},
            {"thaw_user", "thaw_super(f->mp->m_super, FREEZE_HOLDER_USERSPACE, NULL)"},
            {"sync", "xfs_dax_sync(f)"},
            {"kill_users(users::early, poison::marked)",
             "mf_dax_kill_procs(p->inode->i_mapping, p->pgoff, p->pgcnt, "
             "f->mf_flags & ~MF_MEM_PRE_REMOVE)"},
            {"kill_users(users::every, poison::not_marked)",
             "mf_dax_kill_procs(p->inode->i_mapping, p->pgoff, p->pgcnt, "
             "f->mf_flags | MF_MEM_PRE_REMOVE)"},
            {"invalidate", "invalidate_inode_pages2_range(p->inode->i_mapping, p->pgoff, "
                           "p->pgoff + p->pgcnt - 1)"},
            {"report_data_lost", "fserror_report_data_lost(p->inode, p->pos, p->len, GFP_NOFS)"},
            {"report_media_event", "xfs_healthmon_report_media(f->mp, f->fdev, BTOBBT(f->start), "
                                   "BTOBB(f->end - f->start))"},
            {"unmap_range", "xfs_dax_unmap(f)"},
            {"shut_down(corrupt_ondisk)", "xfs_force_shutdown(f->mp, SHUTDOWN_CORRUPT_ONDISK)"},
            {"shut_down(force_umount)", "xfs_force_shutdown(f->mp, SHUTDOWN_FORCE_UMOUNT)"},
            {"shut_down(device_removed)", "xfs_force_shutdown(f->mp, SHUTDOWN_DEVICE_REMOVED)"},

            // How it goes on.
            {"walk", "xfs_dax_walk(f)"},
            {"walk_in_core", "xfs_dax_walk_in_core(f)"},
            {"return_error", "f->error"},
            {"stop_with_lookup_error", "xfs_dax_lookup(f, p)"},
            {"collect", "xfs_dax_note_error(f, %)"},
        },
        {
            {"XFS_DAX_NO_DATA", R"(/* Blocks of an inode that hold none of its data. */
#define XFS_DAX_NO_DATA		(XFS_RMAP_ATTR_FORK | XFS_RMAP_BMBT_BLOCK)
)"},
            {"xfs_dax_failure",
             R"(/* Memory that fails, or is about to go, and what became of it. */
struct xfs_dax_failure {
	struct xfs_mount	*mp;
	enum xfs_device		fdev;
	int			mf_flags;
	bool			whole_device;
	u64			start;		/* in bytes of our part of it */
	u64			end;
	int			error;		/* the first */
	bool			walked;
	bool			cut_short;
	bool			want_shutdown;
	bool			frozen;		/* by us */
};
)"},
            {"xfs_dax_part", R"(/* A part of the range that has one owner. */
struct xfs_dax_part {
	const struct xfs_rmap_irec *rec;
	loff_t			pos;		/* in the file */
	u64			len;
	pgoff_t			pgoff;
	unsigned long		pgcnt;
	struct xfs_inode	*ip;		/* once it was looked up */
	struct inode		*inode;
	bool			looked_up;
	int			lookup;
};
)"},
            {"xfs_dax_walk", R"(/* Calls xfs_dax_record() for each owner, until that is not 0. */
static int xfs_dax_walk(struct xfs_dax_failure *f);
)"},
            {"xfs_dax_walk_in_core",
             R"(/* The same for each inode in core that has data on the device, all of it. */
static int xfs_dax_walk_in_core(struct xfs_dax_failure *f);
)"},
            {"xfs_dax_unmap",
             R"(/* unmap_mapping_range() for each inode in core that has data there. */
static int xfs_dax_unmap(struct xfs_dax_failure *f);
)"},
            {"xfs_dax_note_error", R"(/* Of several errors the first is told. */
static int
xfs_dax_note_error(
	struct xfs_dax_failure	*f,
	int			error)
{
	if (!f->error)
		f->error = error;
	return error;
}
)"},
            {"xfs_dax_fs_end", R"(/* Where the filesystem ends on the device. */
static u64
xfs_dax_fs_end(
	struct xfs_dax_failure	*f)
{
	struct xfs_sb		*sb = &f->mp->m_sb;

	switch (f->fdev) {
	case XFS_DEV_LOG:
		return XFS_FSB_TO_B(f->mp, sb->sb_logblocks);
	case XFS_DEV_RT:
		return XFS_FSB_TO_B(f->mp, sb->sb_rblocks);
	default:
		return XFS_FSB_TO_B(f->mp, sb->sb_dblocks);
	}
}
)"},
            {"xfs_dax_has_rmap", R"(/* Whether the owners of this device's blocks are known. */
static bool
xfs_dax_has_rmap(
	struct xfs_dax_failure	*f)
{
	if (f->fdev == XFS_DEV_RT)
		return xfs_has_rtrmapbt(f->mp);
	return f->fdev == XFS_DEV_DATA && xfs_has_rmapbt(f->mp);
}
)"},
            {"xfs_dax_sync", R"(/* Writes out what is dirty. */
static int
xfs_dax_sync(
	struct xfs_dax_failure	*f)
{
	struct super_block	*sb = f->mp->m_super;
	int			error;

	down_read(&sb->s_umount);
	error = sync_filesystem(sb);
	up_read(&sb->s_umount);
	return error;
}
)"},
            {"xfs_dax_lookup",
             R"(/* 0, -ENODATA where the inode is not in core, or why it is not to be had. */
static int
xfs_dax_lookup(
	struct xfs_dax_failure	*f,
	struct xfs_dax_part	*p)
{
	if (!p->looked_up) {
		p->looked_up = true;
		p->lookup = xfs_iget(f->mp, NULL, p->rec->rm_owner,
				XFS_IGET_INCORE, 0, &p->ip);
		if (!p->lookup)
			p->inode = VFS_I(p->ip);
	}
	return p->lookup;
}
)"},
            {"xfs_dax_is_dax", R"(/* What is not in core has no pages in the page cache either. */
static bool
xfs_dax_is_dax(
	struct xfs_dax_failure	*f,
	struct xfs_dax_part	*p)
{
	return xfs_dax_lookup(f, p) || IS_DAX(p->inode);
}
)"},
            {"xfs_dax_is_regular", R"(/* Whether it holds somebody's data, as far as is known. */
static bool
xfs_dax_is_regular(
	struct xfs_dax_failure	*f,
	struct xfs_dax_part	*p)
{
	return xfs_dax_lookup(f, p) ||
		(S_ISREG(p->inode->i_mode) && !xfs_is_internal_inode(p->ip));
}
)"},
        }};
}

/// XFS in Linux 6.8 to 6.13: a device is known by its buffer target, only the data device has a
/// reverse mapping, and a walk needs an empty transaction (`tp`), which whoever walks cancels.
[[nodiscard]] inline vocabulary xfs_linux_6_8() {
    return xfs_linux_7_2().with(
        {
            {"any_of(role::data, role::internal_realtime)", "f->btp == f->mp->m_ddev_targp"},
            {"any_of(role::realtime, role::internal_realtime)", "f->btp == f->mp->m_rtdev_targp"},
            {"role::data", "f->btp == f->mp->m_ddev_targp && f->btp != f->mp->m_rtdev_targp"},
            {"role::log", "f->btp == f->mp->m_logdev_targp && f->btp != f->mp->m_ddev_targp"},
            {"role::realtime", "f->btp == f->mp->m_rtdev_targp && f->btp != f->mp->m_ddev_targp"},
            {"role::internal_realtime",
             "f->btp == f->mp->m_rtdev_targp && f->btp == f->mp->m_ddev_targp"},
            {"rmap::present", "xfs_has_rmapbt(f->mp)"},
            {"begin_walk", "xfs_trans_alloc_empty(f->mp, &f->tp)"},
            {"freeze", "freeze_super(f->mp->m_super, FREEZE_HOLDER_KERNEL)"},
            {"thaw", "thaw_super(f->mp->m_super, FREEZE_HOLDER_KERNEL)"},
            {"thaw_user", "thaw_super(f->mp->m_super, FREEZE_HOLDER_USERSPACE)"},
        },
        {{"xfs_dax_failure", R"(/* Memory that fails, or is about to go, and what became of it. */
struct xfs_dax_failure {
	struct xfs_mount	*mp;
	struct xfs_buftarg	*btp;
	struct xfs_trans	*tp;
	int			mf_flags;
	bool			whole_device;
	u64			start;		/* in bytes of our part of it */
	u64			end;
	int			error;		/* the first */
	bool			walked;
	bool			cut_short;
	bool			want_shutdown;
	bool			frozen;		/* by us */
};
)"}});
}

/// XFS with the seed patch: as in Linux 6.8, but for the flag; who is told does not depend on it.
[[nodiscard]] inline vocabulary xfs_seed() {
    return xfs_linux_6_8().with(
        {{"cause::removal", "f->mf_flags & MF_MEM_REMOVE"},
         {"kill_users(users::early, poison::marked)",
          "mf_dax_kill_procs(p->inode->i_mapping, p->pgoff, p->pgcnt, f->mf_flags)"}});
}

} // namespace daxhold::render::c
