/* Blocks of an inode that hold none of its data. */
#define XFS_DAX_NO_DATA		(XFS_RMAP_ATTR_FORK | XFS_RMAP_BMBT_BLOCK)

/* Memory that fails, or is about to go, and what became of it. */
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

/* A part of the range that has one owner. */
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

/* Calls xfs_dax_record() for each owner, until that is not 0. */
static int xfs_dax_walk(struct xfs_dax_failure *f);

/* Of several errors the first is told. */
static int
xfs_dax_note_error(
	struct xfs_dax_failure	*f,
	int			error)
{
	if (!f->error)
		f->error = error;
	return error;
}

/* Where the filesystem ends on the device. */
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

/* Writes out what is dirty. */
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

/* 0, -ENODATA where the inode is not in core, or why it is not to be had. */
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

/* What is not in core has no pages in the page cache either. */
static bool
xfs_dax_is_dax(
	struct xfs_dax_failure	*f,
	struct xfs_dax_part	*p)
{
	return xfs_dax_lookup(f, p) || IS_DAX(p->inode);
}

/* Whether it holds somebody's data, as far as is known. */
static bool
xfs_dax_is_regular(
	struct xfs_dax_failure	*f,
	struct xfs_dax_part	*p)
{
	return xfs_dax_lookup(f, p) ||
		(S_ISREG(p->inode->i_mode) && !xfs_is_internal_inode(p->ip));
}

/* What is done for one owner; an error ends the walk. */
static int
xfs_dax_record(
	struct xfs_dax_failure	*f,
	struct xfs_dax_part	*p)
{
	int			error;

	if (p->rec->rm_owner == XFS_RMAP_OWN_UNKNOWN) {
		error = xfs_dax_note_error(f, xfs_dax_sync(f));
		xfs_dax_note_error(f,
				thaw_super(f->mp->m_super,
				FREEZE_HOLDER_USERSPACE, NULL));
		return error ? error : -ENODEV;
	}
	if (p->rec->rm_owner == XFS_RMAP_OWN_LOG ||
	    p->rec->rm_owner == XFS_RMAP_OWN_COW) {
		xfs_dax_note_error(f, xfs_dax_sync(f));
		return thaw_super(f->mp->m_super, FREEZE_HOLDER_USERSPACE,
				NULL);
	}
	if (((p->rec->rm_flags & XFS_DAX_NO_DATA) ||
	     XFS_RMAP_NON_INODE_OWNER(p->rec->rm_owner)) &&
	    !(p->rec->rm_flags & XFS_RMAP_BMBT_BLOCK))
		return -EIO;
	if (xfs_dax_lookup(f, p) && xfs_dax_lookup(f, p) != -ENODATA) {
		error = xfs_dax_sync(f);
		return error ? error : xfs_dax_lookup(f, p);
	}
	if (!xfs_dax_lookup(f, p)) {
		if (xfs_dax_is_dax(f, p) && xfs_dax_is_regular(f, p)) {
			error = invalidate_inode_pages2_range(p->inode->i_mapping,
					p->pgoff, p->pgoff + p->pgcnt - 1);
			if (error)
				thaw_super(f->mp->m_super,
						FREEZE_HOLDER_USERSPACE, NULL);
			else
				error = thaw_super(f->mp->m_super,
						FREEZE_HOLDER_USERSPACE, NULL);
			xfs_dax_sync(f);
			return error;
		}
		if (!xfs_dax_is_regular(f, p) &&
		    (xfs_dax_lookup(f, p) || !xfs_is_internal_inode(p->ip))) {
			f->want_shutdown = true;
			return 0;
		}
		if (!xfs_dax_is_regular(f, p)) {
			if (!xfs_dax_note_error(f,
			     freeze_super(f->mp->m_super, FREEZE_HOLDER_KERNEL,
			      NULL)))
				f->frozen = true;
			return 0;
		}
		if (f->frozen &&
		    !thaw_super(f->mp->m_super, FREEZE_HOLDER_KERNEL, NULL))
			f->frozen = false;
		xfs_force_shutdown(f->mp, SHUTDOWN_DEVICE_REMOVED);
		return 0;
	}
	return 0;
}

/* After the walk; an error has cut it short, or kept it from starting. */
static int
xfs_dax_end(
	struct xfs_dax_failure	*f,
	int			error)
{
	f->cut_short = error;
	if (!f->error)
		f->error = error;
	if (!f->walked && f->frozen) {
		if (f->frozen &&
		    !xfs_dax_note_error(f,
		     thaw_super(f->mp->m_super, FREEZE_HOLDER_KERNEL, NULL)))
			f->frozen = false;
		return f->error;
	}
	if (f->walked && f->error && !f->cut_short) {
		xfs_dax_note_error(f, xfs_dax_sync(f));
		return f->error;
	}
	if (f->cut_short && f->want_shutdown) {
		if (f->frozen &&
		    !xfs_dax_note_error(f,
		     thaw_super(f->mp->m_super, FREEZE_HOLDER_KERNEL, NULL)))
			f->frozen = false;
		xfs_dax_note_error(f, xfs_dax_sync(f));
		return f->error;
	}
	if (f->want_shutdown) {
		xfs_force_shutdown(f->mp, SHUTDOWN_CORRUPT_ONDISK);
		return -EFSCORRUPTED;
	}
	if (f->frozen) {
		if (f->frozen &&
		    !thaw_super(f->mp->m_super, FREEZE_HOLDER_KERNEL, NULL))
			f->frozen = false;
		return -EOPNOTSUPP;
	}
	if (f->cut_short) {
		xfs_dax_sync(f);
		return -EBUSY;
	}
	return 0;
}

/* What is done at once, and what the driver is told. */
static int
xfs_dax_gate(
	struct xfs_dax_failure	*f)
{
	int			error;

	if (!(f->mp->m_super->s_flags & SB_BORN)) {
		if (!freeze_super(f->mp->m_super, FREEZE_HOLDER_KERNEL, NULL))
			f->frozen = true;
		return -EIO;
	}
	if (f->mf_flags & MF_MEM_PRE_REMOVE) {
		if (f->fdev == XFS_DEV_LOG) {
			error = freeze_super(f->mp->m_super,
					FREEZE_HOLDER_KERNEL, NULL);
			if (error)
				return xfs_dax_end(f, error);
			f->frozen = true;
			xfs_dax_note_error(f, xfs_dax_sync(f));
			error = f->frozen ? thaw_super(f->mp->m_super,
					FREEZE_HOLDER_KERNEL, NULL) : 0;
			if (error)
				return xfs_dax_end(f, error);
			f->frozen = false;
			error = f->frozen ? thaw_super(f->mp->m_super,
					FREEZE_HOLDER_KERNEL, NULL) : 0;
			if (error)
				return xfs_dax_end(f, error);
			f->frozen = false;
			f->walked = true;
			return xfs_dax_end(f, xfs_dax_walk(f));
		}
		if (f->fdev != XFS_DEV_RT) {
			if (!freeze_super(f->mp->m_super, FREEZE_HOLDER_KERNEL,
			     NULL))
				f->frozen = true;
			error = xfs_dax_sync(f);
			if (error)
				return xfs_dax_end(f, error);
			f->want_shutdown = true;
			f->walked = true;
			return xfs_dax_end(f, xfs_dax_walk(f));
		}
	}
	if (f->start < xfs_dax_fs_end(f) && f->end > xfs_dax_fs_end(f)) {
		if (!xfs_dax_note_error(f,
		     freeze_super(f->mp->m_super, FREEZE_HOLDER_KERNEL, NULL)))
			f->frozen = true;
		if (f->frozen &&
		    !xfs_dax_note_error(f,
		     thaw_super(f->mp->m_super, FREEZE_HOLDER_KERNEL, NULL)))
			f->frozen = false;
		f->walked = true;
		return xfs_dax_end(f, xfs_dax_walk(f));
	}
	if ((f->start >= f->end || f->end > xfs_dax_fs_end(f)) &&
	    !f->whole_device)
		return 0;
	f->walked = true;
	return xfs_dax_end(f, xfs_dax_walk(f));
}
