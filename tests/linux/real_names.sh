#!/usr/bin/env bash
# SPDX-License-Identifier: BSL-1.0

# Names are those that find finds, within the mount and the limits, and nothing is touched.

# shellcheck source=../support/real/support.sh
. "$(dirname "$0")/../support/real/support.sh"

need find setpriv
need_kind xfs
real_begin "$@"

# names ENTRIES INODE...
names() { "$programs/ask" names "$image_mount" "$@" >"$image_dir/names"; }

inode_of() { stat -c %i "$image_mount/$1"; }

image_make xfs
image_fill "$programs"
mkdir "$image_mount/many"
for ((i = 0; i < 500; ++i)); do
    : >"$image_mount/many/file $i"
done
ln -s / "$image_mount/link"
mkfifo "$image_mount/pipe"
# XFS cannot have times of access kept out of its way by the mount options for this test.
mount -o remount,strictatime "$image_mount"
find "$image_mount" -printf '%i %A@ %p\n' | sort >"$image_dir/before"

mapfile -t inodes < <(find "$image_mount" -printf '%i\n' | sort -n -u)
names 100000 "${inodes[@]}"
sed -n 's/^name //p' "$image_dir/names" | sort >"$image_dir/found"
find "$image_mount" -printf '%i %p\n' | sort >"$image_dir/expected"
same "names: find" "$image_dir/expected" "$image_dir/found"
expect "stopped early" 0 "$(value "$image_dir/names" stopped_early)"
expect "unreadable" 0 "$(value "$image_dir/names" unreadable)"

# Reading the directories left no trace; find's own reading came before the first listing ended.
sleep 0.05
stat -c %X%x "$image_mount" "$image_mount/many" "$image_mount/deep" >"$image_dir/expected"
names 100000 "${inodes[@]}"
stat -c %X%x "$image_mount" "$image_mount/many" "$image_mount/deep" >"$image_dir/found"
same "times of access" "$image_dir/expected" "$image_dir/found"

# The search ends as soon as all are found.
names 100000 "$(inode_of .)"
expect "entries for the root" 0 "$(value "$image_dir/names" entries)"
expect "the root" "name $(inode_of .) $image_mount" "$(grep ^name "$image_dir/names")"

# It ends at the limit, and says so.
names 10 99999999
expect "entries up to the limit" 10 "$(value "$image_dir/names" entries)"
expect "stopped early at the limit" 1 "$(value "$image_dir/names" stopped_early)"
names 100000 99999999
expect "stopped early without a hit" 0 "$(value "$image_dir/names" stopped_early)"

# A file that was deleted has no name.
: >"$image_mount/deleted"
inode=$(inode_of deleted)
rm "$image_mount/deleted"
names 100000 "$inode"
expect "a deleted file" "" "$(grep ^name "$image_dir/names" || true)"

# Other mounts below are not gone into: another filesystem with the same inode numbers, and a bind
# mount of this one.
outer=$image_mount
outer_kind_inode=$(inode_of mapped)
mkdir "$outer/mount.other" "$outer/mount.bind"
image_make xfs
inner=$image_mount
# An inode that the outer filesystem has not: it has fewer files.
for ((i = 0; i < 2000; ++i)); do
    : >"$inner/file $i"
done
inner_inode=$(stat -c %i "$inner/file 1999")
image_mount=$outer
names 100000 99999999
entries=$(value "$image_dir/names" entries)
mount --bind "$inner" "$outer/mount.other"
mount --bind "$outer/deep" "$outer/mount.bind"
names 100000 99999999 "$outer_kind_inode" "$inner_inode" "$(inode_of "deep/er/a name")"
umount "$outer/mount.other" "$outer/mount.bind"
expect "entries with other mounts below" "$entries" "$(value "$image_dir/names" entries)"
expect "a name of the outer filesystem" "name $outer_kind_inode $outer/mapped" \
    "$(grep "^name $outer_kind_inode " "$image_dir/names")"
expect "a name with a blank, not through the bind mount" 1 \
    "$(grep -cxF "name $(inode_of "deep/er/a name") $outer/deep/er/a name" "$image_dir/names")"
expect "a name of another filesystem" "" "$(grep "^name $inner_inode " "$image_dir/names" || true)"

# Another user's directories cannot be read without a trace, so they are not.
chmod 755 "$image_dir"
cp "$programs/ask" "$image_dir/ask"
setpriv --reuid=65534 --regid=65534 --clear-groups \
    "$image_dir/ask" names "$image_mount" 1000 "$outer_kind_inode" >"$image_dir/names"
expect "unreadable without privilege" 1 "$(value "$image_dir/names" unreadable)"

real_end
