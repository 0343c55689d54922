#!/usr/bin/env bash
# SPDX-License-Identifier: BSL-1.0

# Pages of a mounted disk fail one by one, its metadata does, it is removed; and an XFS on it, on a
# loop device.

# shellcheck source=../support/real/support.sh
. "$(dirname "$0")/../support/real/support.sh"
# shellcheck source=../support/real/examples.sh
. "$(dirname "$0")/../support/real/examples.sh"

need_kind xfs
need xfs_io
real_begin "$@"
need_fuse
fuse_disk=$programs/fuse_disk

# read_page FILE NUMBER: whether a page can be read, and not from a cache.
read_page() { dd if="$1" of=/dev/null bs=4096 skip="$2" count=1 iflag=direct status=none 2>"$image_dir/err"; }
write_page() { dd if=/dev/urandom of="$1" bs=4096 seek="$2" count=1 conv=notrunc,fsync status=none 2>"$image_dir/err"; }
status_of() { if "$@"; then echo works; else sed -n 's/.*: \(.*\)/\1/p' "$image_dir/err"; fi; }

expect_problem 64 "DIRECTORY is required; see --help" "$fuse_disk"
expect_problem 64 "see --help" "$fuse_disk" "$image_dir" --size nothing
expect_problem 64 "see --help" "$fuse_disk" "$image_dir" --fail nothing
expect_problem 66 "is no directory; name one that is empty" "$fuse_disk" "$image_dir/none"

at=$image_dir/mount.disk
mkdir "$at"
disk_begin "$at"
store_begin one "$at/disk" --slots 64
for slot in 2 3 4 5; do
    store_ask one "put $slot $slot"
    expect "put" stored "$answer"
done
sync -f "$at/disk"

# One page after the other, for good; the neighbours are untouched.
disk_say "$at" "fail 12288:1"
expect "a page" "fail 12288:1: 0" "$said"
store_ask one "get 3"
expect "its mapper" "failed: it is not known what failed (nothing tells it from other faults)" "$answer"
disk_say "$at" "fail 16384:4096"
store_ask one "get 4"
expect "the next" "failed: it is not known what failed (nothing tells it from other faults)" "$answer"
for slot in 2 5; do
    store_ask one "get $slot"
    expect "its neighbour" "value: $slot" "$answer"
done
expect "read" "works Input/output error Input/output error works" \
    "$(for page in 2 3 4 5; do status_of read_page "$at/disk" $page; done | xargs)"
expect "written" "works Input/output error Input/output error works" \
    "$(for page in 2 3 4 5; do status_of write_page "$at/disk" $page; done | xargs)"
expect "still" "Input/output error" "$(status_of read_page "$at/disk" 3)"
expect "what is known" "in use bad 12288:8192" "$(head -n 2 "$at/control" | xargs)"

# What is no command changes nothing.
for command in nonsense "fail" "fail 1" "fail 0:0" "fail 67108864:1" "fail 67108860:8" "fail -1:1" \
    "fail 99999999999999999999:1" $'fail \033[2J' "remove it"; do
    if echo "$command" 2>/dev/null >"$at/control"; then fail "it obeys '$command'"; fi
    expect "'$command'" "fuse_disk: refused: '$(printf '%s' "$command" | sed 's/\x1b/\\x1b/')' is no command" \
        "$(tail -n 1 "$at.err" | sed 's/ is no command.*/ is no command/')"
done
expect "the state" "in use bad 12288:8192" "$(head -n 2 "$at/control" | xargs)"

# A disk that does not answer, for as long as it is told so.
disk_say "$at" hold
dd if="$at/disk" of=/dev/null bs=4096 skip=9 count=1 iflag=direct status=none &
reader=$!
await "a request that waits" grep -q "held, 1 requests wait" "$at/control"
expect "who waits" yes "$(kill -0 $reader && echo yes)"
echo release >"$at/control"
wait $reader

# Metadata shuts it down, and nobody goes on using what they had mapped.
disk_say "$at" "fail metadata"
expect "metadata" "fail metadata: -EFSCORRUPTED (the filesystem is corrupted)" "$said"
store_ask one "get 2"
expect "its mapper" "failed: the filesystem or its device is gone (so it was when the file was looked at)" "$answer"
store_end one 0
expect "read" "failed to open '$at/disk': Input/output error" \
    "$(dd if="$at/disk" of=/dev/null status=none 2>&1 | sed 's/dd: //')"
disk_say "$at" "fail 0:1"
expect "again" "fail 0:1: -EIO (the holder is not ready)" "$said"
expect "what is known" "shut down" "$(head -n 1 "$at/control")"
umount "$at"
wait $disk_process

# A removal tells every mapper, once, and nobody else.
disk_begin "$at"
store_begin one "$at/disk" --slots 4
store_begin two "$at/disk" --slots 4
store_ask one "put 0 text"
store_ask two "get 0"
expect "the same file" "value: text" "$answer"
store_begin other "$image_dir/elsewhere"
disk_say "$at" remove
expect "told" "remove: 0, 2 mappers were told" "${said%, * processes*}"
store_end one $((128 + 7))
store_end two $((128 + 7))
store_ask other "get 0"
expect "who uses another" empty "$answer"
store_end other 0
expect "gone" "No such device" "$(stat "$at/disk" 2>&1 | sed 's/.*: //')"
umount "$at"
wait $disk_process

# Each operation fails: what is left undone is said, and what is known to be bad is never good.
for failing in mark invalidate kill_users shut_down unmap_range; do
    disk_begin "$at" --fail $failing
    store_begin one "$at/disk" --slots 4
    store_ask one "put 0 text"
    sync -f "$at/disk"
    disk_say "$at" "fail 0:1"
    case $failing in
    mark | invalidate) expect "$failing" "fail 0:1: -EIO (the holder is not ready)" "$said" ;;
    *) expect "$failing" "fail 0:1: 0" "$said" ;;
    esac
    if [ $failing = mark ]; then kept=works; else kept="Input/output error"; fi
    expect "$failing: the page" "$kept" "$(status_of read_page "$at/disk" 0)"
    disk_say "$at" remove
    case $failing in
    mark | invalidate) expect "$failing" "remove: 0, 1 mappers" "${said%% were*}" ;;
    kill_users) expect "$failing" "remove: -EIO (the holder is not ready), 0 mappers" "${said%% were*}" ;;
    *) expect "$failing" "remove: -EIO (the holder is not ready), 1 mappers" "${said%% were*}" ;;
    esac
    if [ $failing = kill_users ]; then ended=0; else ended=$((128 + 7)); fi
    store_end one $ended
    if [ $failing = shut_down ]; then kept="in use"; else kept=removed; fi
    expect "$failing: the state" "$kept" "$(head -n 1 "$at/control")"
    umount "$at"
    wait $disk_process
done

# Under a loop device it is a disk as any other, with an XFS on it.
disk_begin "$at" --size 400M
device=$(losetup -f --show "$at/disk")
mkfs.xfs -q -m rmapbt=1 "$device"
image_mount=$image_dir/mount.xfs
mkdir "$image_mount"
mount "$device" "$image_mount"
dd if=/dev/urandom of="$image_mount/file" bs=4096 count=8 status=none
cp "$image_mount/file" "$image_dir/copy"
sync -f "$image_mount"
start=$(xfs_io -c "fiemap -v" "$image_mount/file" | awk '/^ *0:/ { gsub(/[:.]+/, " "); print $4 * 512 }')
disk_say "$at" "fail $((start + 3 * 4096)):4096"
echo 3 >/proc/sys/vm/drop_caches
for page in 2 4; do
    expect "a page beside it" "" \
        "$(dd if="$image_mount/file" bs=4096 skip=$page count=1 status=none iflag=direct |
            cmp - <(dd if="$image_dir/copy" bs=4096 skip=$page count=1 status=none))"
done
expect "the page" "Input/output error" "$(status_of read_page "$image_mount/file" 3)"
touch "$image_mount/goes_on"
# The device is pulled from under it.
disk_say "$at" remove
if touch "$image_mount/no_more" 2>/dev/null && sync -f "$image_mount" 2>/dev/null; then
    fail "an XFS whose device is gone goes on"
fi
checks=$((checks + 1))
umount "$image_mount"
losetup -d "$device"
umount "$at"
wait $disk_process
real_end
