#!/usr/bin/env bash
# SPDX-License-Identifier: BSL-1.0

# Who maps and opens the files of a real filesystem, also when that is awkward.

# shellcheck source=../support/real/support.sh
. "$(dirname "$0")/../support/real/support.sh"

need setpriv
need_kind xfs
real_begin "$@"

users() { "$programs/ask" users "$image_mount" >"$image_dir/users"; }

has() {
    checks=$((checks + 1))
    grep -qxF -- "$1" "$image_dir/users" || {
        cat "$image_dir/users" >&2
        fail "not among the users: $1"
    }
}

has_not() {
    checks=$((checks + 1))
    ! grep -qE -- "$1" "$image_dir/users" || fail "among the users: $(grep -E -- "$1" "$image_dir/users")"
}

inode_of() { stat -c %i "$image_mount/$1"; }

# map PATH WORD...: in the background; sets $mapper when it is ready.
map() { image_map "$programs" "$@" || fail "nobody maps $1"; }

image_make xfs
image_fill "$programs"
mapped=$(inode_of mapped)
users
has "mapping $mapped $image_mapper 0:1048576 shared writable map_file $image_mount/mapped"
denied=$(value "$image_dir/users" denied)
expect "mappings" 1 "$(grep -c ^mapping "$image_dir/users")"

# Several processes, one of which looks at the file under an awkward name.
awkward=$image_mount/$'line\nfeed (deleted) \\012'
ln "$image_mount/original" "$awkward"
map "$awkward"
second=$mapper
map "$image_mount/mapped"
third=$mapper
users
expect "mappings of one inode" 2 "$(grep -c "^mapping $mapped " "$image_dir/users")"
has "mapping $mapped $third 0:1048576 shared writable map_file $image_mount/mapped"
checks=$((checks + 1))
grep -q "^mapping $(inode_of original) $second 0:2097152 shared writable map_file $image_mount/line$" \
    "$image_dir/users" || fail "no user of the awkward name: $(cat "$image_dir/users")"

# A file that was deleted is used all the same, by the path that it had.
deleted=$image_mount/deleted
dd if=/dev/zero of="$deleted" bs=4096 count=4 status=none
inode=$(inode_of deleted)
map "$deleted"
rm "$deleted"
users
has "mapping $inode $mapper 0:16384 shared writable map_file $deleted (deleted)"

# Open files and directories; a directory that a process works in.
exec 9<"$image_mount/copy"
users
has "open $(inode_of copy) $$ bash"
exec 9<&-
has_not "^open $(inode_of deep) "
(cd "$image_mount/deep" && exec sleep 100) &
sleeper=$!
image_processes+=("$sleeper")
for ((tries = 0; tries < 50; ++tries)); do
    users
    ! grep -q "^open $(inode_of deep) " "$image_dir/users" || break
    sleep 0.1
done
has "open $(inode_of deep) $sleeper sleep"
has_not "^open $(inode_of copy) "

# Another filesystem's files are not this one's.
image_make xfs
dd if=/dev/zero of="$image_mount/other" bs=4096 count=4 status=none
users
has_not "^(mapping|open) "
map "$image_mount/other"
users
has "mapping $(inode_of other) $mapper 0:16384 shared writable map_file $image_mount/other"
expect "mappings of the other filesystem" 1 "$(grep -c ^mapping "$image_dir/users")"

# Somebody without privilege sees no users, and is told that some could not be looked at.
chmod 755 "$image_dir"
cp "$programs/ask" "$image_dir/ask"
setpriv --reuid=65534 --regid=65534 --clear-groups "$image_dir/ask" users "$image_mount" >"$image_dir/users"
has_not "^(mapping|open) "
checks=$((checks + 1))
[ "$(value "$image_dir/users" denied)" -gt "$denied" ] || fail "nobody may look into every process"

real_end
