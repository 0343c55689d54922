#!/usr/bin/env bash
# SPDX-License-Identifier: BSL-1.0

# A mounted XFS leaves in order, with users who go when they are asked, who do not, and who cannot;
# beside it what happens without.

# shellcheck source=../support/real/support.sh
. "$(dirname "$0")/../support/real/support.sh"
# shellcheck source=../support/real/examples.sh
. "$(dirname "$0")/../support/real/examples.sh"

need_kind xfs
need xfs_io xfs_freeze
in_own_namespace "$@"
real_begin "$@"
# Some of its users do not end when they are asked to.
trap 'kill -9 "${image_processes[@]}" 2>/dev/null || true; image_end' EXIT
program=$programs/orderly_unbind
state=$image_dir/state
mkdir "$state"

# leave [OPTION...]: sets $left, and the output is in $image_dir/said.
leave() { unbind "$image_dir/said" "$@"; }
says() {
    checks=$((checks + 1))
    grep -qF -- "$1" "$image_dir/said" || {
        cat "$image_dir/said" "$image_dir/err" >&2
        fail "not said: $1"
    }
}
is_mounted() { grep -q " $image_mount " /proc/self/mounts; }
is_attached() { [ -e "/sys/block/${image_device#/dev/}/loop/backing_file" ]; }

# A user: KIND is mapper or opener, and it goes when it is told, or does not.
user() {
    local ready=$image_dir/user.ready
    rm -f "$ready"
    case $1 in
    mapper) "$programs/map_file" "$2" >"$ready" & ;;
    opener) (exec 9<"$2"; echo ready >"$ready"; exec sleep 1000) & ;;
    stubborn) (trap '' TERM; exec 9<"$2"; echo ready >"$ready"; while :; do sleep 0.2; done) & ;;
    writer) (trap '' TERM; exec 9>"$2"; echo ready >"$ready"; while echo line >&9; do sleep 0.05; done 2>/dev/null) & ;;
    esac
    user=$!
    image_processes+=("$user")
    await "a $1" grep -qs ready "$ready"
}
gone() { ! kill -0 "$1" 2>/dev/null; }

image_make xfs
dd if=/dev/zero of="$image_mount/file" bs=64K count=4 status=none

# The page shows where it differs from a kernel.
"$program" --difference >"$image_dir/difference"
while IFS= read -r line; do
    checks=$((checks + 1))
    grep -qxF -- "$line" "$root/examples/orderly_unbind/README.md" ||
        fail "not in examples/orderly_unbind/README.md, write --difference into it: $line"
done <"$image_dir/difference"

# What is not clearly meant is refused, in one line, and nothing has happened.
expect_problem 64 "MOUNT_POINT is required; see --help" "$program"
expect_problem 64 "--device is required; see --help" "$program" "$image_mount"
expect_problem 64 "--end" "$program" "$image_mount" --device "$image_device" --end NONE
expect_problem 64 "--deadline" "$program" "$image_mount" --device "$image_device" --deadline -1
expect_problem 64 "--fail" "$program" "$image_mount" --device "$image_device" --fail nothing
expect_problem 68 "'/' is the root filesystem; this one is never taken down" \
    "$program" / --device "$image_device" --state "$state"
expect_problem 66 "nothing is mounted at '$image_dir'" \
    "$program" "$image_dir" --device "$image_device" --state "$state"
other=$(image_attach "$image_dir/other.img" 64M)
expect_problem 65 "name it if it is to go" "$program" "$image_mount" --device "$other" --state "$state"
expect_problem 65 "is no block device" "$program" "$image_mount" --device "$image_mount/file" --state "$state"
mkfs.ext4 -q "$other"
mkdir "$image_dir/mount.ext4"
mount "$other" "$image_dir/mount.ext4"
expect_problem 67 "is no XFS; unmount it with umount" \
    "$program" "$image_dir/mount.ext4" --device "$other" --state "$state"
umount "$image_dir/mount.ext4"
mount --bind "$image_mount" "$image_dir/mount.ext4"
expect_problem 69 "it is mounted at '$image_dir/mount.ext4' too; unmount that first" \
    "$program" "$image_mount" --device "$image_device" --state "$state"
umount "$image_dir/mount.ext4"
mkdir "$image_mount/upon"
mount -t tmpfs none "$image_mount/upon"
expect_problem 69 "'$image_mount/upon' is mounted on it; unmount that first" \
    "$program" "$image_mount" --device "$image_device" --state "$state"
umount "$image_mount/upon"
truncate -s 1M "$image_mount/swap"
upon=$(losetup -f --show "$image_mount/swap")
expect_problem 69 "'$upon' uses a file of it from inside of the kernel" \
    "$program" "$image_mount" --device "$image_device" --state "$state"
losetup -d "$upon"
expect_problem 69 "and this one was started from it; start it from elsewhere" \
    bash -c "cd '$image_mount' && '$program' '$image_mount' --device '$image_device' --state '$state'; exit \$?"
expect_problem 71 "name another directory with --state" \
    "$program" "$image_mount" --device "$image_device" --state "$image_dir/none/state"
if command -v setpriv >/dev/null; then
    status=0
    setpriv --reuid 65534 --clear-groups "$(realpath "$program")" "$image_mount" --device "$image_device" \
        >"$image_dir/out" 2>"$image_dir/err" || status=$?
    # From a directory that nobody may enter it cannot even be started.
    case $status in 77 | 126) ;; *) fail "without privileges: $status" ;; esac
fi

# What happens without: an umount is busy, and a shutdown leaves users with what they have.
user opener "$image_mount/file"
opener=$user
user mapper "$image_mount/file"
mapper=$user
expect "umount" "target is busy" "$(umount "$image_mount" 2>&1 | grep -o 'target is busy')"

# The plan, in which everybody stands, and nothing is done.
leave --dry-run
expect "a plan" 0 "$left"
says "process $opener sleep: has open $image_mount/file"
says "process $mapper map_file: maps $image_mount/file"
expect "the steps" "tell_users await_users freeze kill_users kill_openers shut_down thaw thaw_user await_users unmount detach" \
    "$(sed -n 's/^would: \([a-z_]*\).*/\1/p' "$image_dir/said" | uniq | xargs)"
says "nothing was done"
is_mounted || fail "a plan has unmounted it"
kill -0 "$opener" "$mapper"

# They go when they are asked: the openers too.
leave --deadline 20
expect "with users that go" 0 "$left"
says "has left"
await "the opener to go" gone "$opener"
await "the mapper to go" gone "$mapper"
if is_mounted || is_attached; then fail "it is still there"; fi
expect "nothing is kept" "" "$(ls "$state")"

# Who does not go is stopped by the freeze and ended; a file that somebody writes, one that is
# deleted, a directory that somebody is in.
image_make xfs
dd if=/dev/zero of="$image_mount/file" bs=64K count=4 status=none
mkdir "$image_mount/directory"
user writer "$image_mount/written"
writer=$user
user stubborn "$image_mount/file"
stubborn=$user
rm "$image_mount/file"
(cd "$image_mount/directory" && exec sleep 1000) &
sleeper=$!
image_processes+=("$sleeper")
is_inside() { [ "$(readlink "/proc/$sleeper/cwd")" = "$image_mount/directory" ]; }
await "one who is in a directory" is_inside
leave --deadline 1
expect "with users that stay" 0 "$left"
says "await_users: not all have left"
says "process $writer"
says "begins: shut_down"
await "the writer" gone "$writer"
await "the stubborn" gone "$stubborn"
await "who is in a directory" gone "$sleeper"
if is_mounted || is_attached; then fail "it is still there"; fi

# Somebody has frozen it already, and forgets: they are not waited for.
image_make xfs
xfs_freeze -f "$image_mount"
user opener "$image_mount"
leave --deadline 1 --grace 2 --tell HUP
expect "frozen by another" 1 "$left"
says "freeze: -EBUSY"
if is_mounted || is_attached; then fail "it is still there"; fi

# Each step fails: nothing hangs, nothing is left frozen, what is undone is said, and the next run
# goes on.
for failing in tell_users await_users freeze kill_users kill_openers shut_down thaw unmount detach; do
    image_make xfs
    : >"$image_mount/file"
    if [ $failing = kill_openers ]; then user stubborn "$image_mount/file"; else user writer "$image_mount/file"; fi
    writer=$user
    leave --deadline 0.2 --grace 1 --fail $failing
    case $failing in
    unmount | detach)
        expect "without $failing" 2 "$left"
        says "left undone"
        says "$failing: -EIO"
        ;;
    kill_openers)
        # Nobody has told who has it open, and does not notice.
        expect "without $failing" 2 "$left"
        says "process $writer"
        ;;
    *)
        expect "without $failing" 1 "$left"
        says "$failing: -EIO"
        says "but not in order"
        ;;
    esac
    if [ "$left" = 2 ]; then
        leave --deadline 1 --grace 2
        expect "after a run without $failing" 0 "$left"
    fi
    if is_mounted || is_attached; then fail "it is still there without $failing"; fi
    await "the writer, without $failing" gone "$writer"
done

# A freeze that hangs, as its disk does not answer: it is named, and nobody waits for it.
if [ -x "$programs/fuse_disk" ] && [ -c /dev/fuse ]; then
    at=$image_dir/mount.disk
    mkdir "$at"
    disk_begin "$at" --size 400M
    image_device=$(losetup -f --show "$at/disk")
    mkfs.xfs -q "$image_device"
    image_mount=$image_dir/mount.hangs
    mkdir "$image_mount"
    mount "$image_device" "$image_mount"
    dd if=/dev/zero of="$image_mount/file" bs=64K count=4 status=none
    disk_say "$at" hold
    leave --deadline 1 --grace 2
    expect "on a disk that hangs" 2 "$left"
    says "begins: freeze"
    says "freeze: -ETIMEDOUT"
    says "it hangs in process"
    says "left undone: $image_mount is still mounted; run it again"
    echo release >"$at/control"
    leave --deadline 1 --grace 10
    expect "when it answers again" 0 "$left"
    if is_mounted || is_attached; then fail "it is still there"; fi
    umount "$at"
    wait $disk_process
else
    echo "a freeze that hangs was not tried: no fuse_disk, or no /dev/fuse"
fi
real_end
