#!/usr/bin/env bash
# SPDX-License-Identifier: BSL-1.0

# What is known of a mount, and the ways in which it cannot be asked, or no longer.

# shellcheck source=../support/real/support.sh
. "$(dirname "$0")/../support/real/support.sh"

need xfs_info blockdev stat setpriv
need_kind xfs
need_kind ext4
real_begin "$@"

known() {
    "$programs/ask" mount "$image_mount" >"$image_dir/mount"
    expect "path" "$image_mount" "$(value "$image_dir/mount" path)"
    expect "type" "${image_kind%%_*}" "$(value "$image_dir/mount" type)"
    expect "source" "$image_device" "$(value "$image_dir/mount" source)"
    expect "device" "$(stat -c '%Hr:%Lr' "$image_device")" "$(value "$image_dir/mount" device)"
    expect "size" "$(blockdev --getsize64 "$image_device")" "$(value "$image_dir/mount" device_size)"
    expect "dax on a loop device" none "$(value "$image_dir/mount" dax)"
}

# xfs_info's word for a feature.
info() { xfs_info "$image_mount" | grep -o "\<$1 *= *[^ ,]*" | head -n 1 | sed 's/.*= *//'; }

known_xfs() {
    known
    expect "block size" "$(info bsize)" "$(value "$image_dir/mount" block_size)"
    expect "groups" "$(info agcount)" "$(value "$image_dir/mount" allocation_groups)"
    expect "blocks of a group" "$(info agsize)" "$(value "$image_dir/mount" group_blocks)"
    expect "rmapbt" "$(info rmapbt)" "$(value "$image_dir/mount" reverse_mapping)"
    expect "reflink" "$(info reflink)" "$(value "$image_dir/mount" reflink)"
    expect "realtime" 0 "$(value "$image_dir/mount" realtime_blocks)"
}

# A filesystem that goes away while a question is being answered. hold COMMAND...: opens the mount,
# runs the command, asks, and leaves the exit status in $held and the words in held.err. watch
# COMMAND...: the same, but only looks whether the filesystem is still there.
hold() { during hold "$@"; }
watch() { during watch "$@"; }
during() {
    local question=$1
    shift
    coproc "$programs/ask" "$question" "$image_mount" 2>"$image_dir/held.err"
    local process=$COPROC_PID answer
    local from=${COPROC[0]} to=${COPROC[1]}
    read -r answer <&"$from"
    expect "hold" held "$answer"
    "$@"
    exec {copy}>&"$to"
    echo go >&"$copy"
    exec {copy}>&-
    held=0
    wait "$process" || held=$?
}

image_make xfs
known_xfs
expect "owners" known "$(value "$image_dir/mount" owners)"
expect "internal log" 1 "$(value "$image_dir/mount" internal_log)"
expect "log device" "" "$(value "$image_dir/mount" log_device)"
hold true
expect "nothing happened" 0 "$held"

# Ways to write the mount point, and what is none.
mkdir "$image_mount/inside"
: >"$image_mount/file"
ln -s "$image_mount" "$image_dir/link"
expect "through a link" "$image_mount" "$("$programs/ask" mount "$image_dir/link/inside/.." | sed -n 's/^path //p')"
expect_problem 66 "it lies on the one at '$image_mount'" "$programs/ask" mount "$image_mount/inside"
expect_problem 66 "not a directory" "$programs/ask" mount "$image_mount/file"
expect_problem 66 "there is no" "$programs/ask" mount "$image_mount/nothing"
expect_problem 65 "beyond the end of the device" "$programs/ask" records "$image_mount" 1T:4K
expect_problem 69 "FS_IOC_GETFSMAP" "$programs/ask" records /proc

# An awkward mount point, which is a bind mount of the same filesystem.
awkward=$image_dir/mount.$'a b\t\\134\n#'
mkdir "$awkward"
mount --bind "$image_mount" "$awkward"
expect "an awkward mount point" 0 "$("$programs/ask" count "$awkward" >"$image_dir/out"; echo $?)"
umount "$awkward"

# Without privilege owners are unknown, and it is known that this is why.
chmod 755 "$image_dir"
cp "$programs/ask" "$image_dir/ask"
nobody() { setpriv --reuid=65534 --regid=65534 --clear-groups "$image_dir/ask" "$@"; }
expect "owners without privilege" no_privilege "$(nobody mount "$image_mount" | sed -n 's/^owners //p')"
expect "kinds without privilege" "free_space unknown_owner" \
    "$(nobody records "$image_mount" | awk '{ print $3 }' | sort -u | xargs)"
chmod 700 "$image_mount"
expect_problem 77 "no permission" nobody mount "$image_mount"

# The topmost of two mounts at one place is meant.
hidden=$image_mount
image_make ext4
known
expect "owners of ext4" never_told "$(value "$image_dir/mount" owners)"
hold true
expect "nothing happened to ext4" 0 "$held"
mount --bind "$image_mount" "$hidden"
expect "the upper mount" ext4 "$("$programs/ask" mount "$hidden" | sed -n 's/^type //p')"
umount "$hidden"

shut_down() { "$programs/ask" shut_down "$image_mount"; }
# ext4 that is shut down says so in its mount options, if the kernel is not too old.
hold shut_down
if grep -q "^$image_device .*[ ,]shutdown[ ,]" /proc/mounts; then
    expect "ext4 shut down under the scan" 72 "$held"
    expect_problem 72 "has shut down" "$programs/ask" mount "$image_mount"
fi

image_make xfs
hold shut_down
expect "shut down under the scan" 72 "$held"
expect "lines about the shutdown" 1 "$(grep -c "has shut down" "$image_dir/held.err")"
expect_problem 72 "has shut down" "$programs/ask" count "$image_mount"

image_make xfs
watch true
expect "nothing happened while watched" 0 "$held"
watch shut_down
expect "shut down while watched" 72 "$held"

image_make xfs
watch umount -l "$image_mount"
expect "unmounted while watched" 68 "$held"

image_make xfs
hold umount -l "$image_mount"
expect "unmounted under the scan" 68 "$held"
expect "lines about the unmount" 1 "$(grep -c "was unmounted" "$image_dir/held.err")"

# A plain umount does not get that far.
image_make xfs
busy() { ! umount "$image_mount" 2>/dev/null; }
hold busy
expect "a plain umount under the scan" 0 "$held"

image_make xfs_with_external_log
known_xfs
expect "external log" 0 "$(value "$image_dir/mount" internal_log)"
expect "log device" "$(stat -c '%Hr:%Lr' "$image_log_device")" "$(value "$image_dir/mount" log_device)"

image_make xfs_without_rmapbt
known_xfs
expect "owners without rmapbt" no_reverse_mapping "$(value "$image_dir/mount" owners)"

real_end
