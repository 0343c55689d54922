#!/usr/bin/env bash
# SPDX-License-Identifier: BSL-1.0

# The ways to ask: a device with partitions, a file, blocks and lists; a filesystem that ends before its
# device; one that is read-only or frozen. What is translated is held against what was asked directly.

# shellcheck source=../support/real/support.sh
. "$(dirname "$0")/../support/real/support.sh"

need python3 xfs_db xfs_freeze dumpe2fs filefrag setpriv unshare
need_kind xfs
need_kind ext4
real_begin "$@"

ask() { "$programs/blast_radius" "$@" --format json >"$image_dir/json"; }
said() {
    python3 -c 'import json, sys; a = json.load(open(sys.argv[1])); print(eval(sys.argv[2]))' \
        "$image_dir/json" "$1"
}
# What does not depend on the moment.
answer() { said '[a["verdict"][k] for k in ("filesystem", "result")], a["question"]["ranges"], a["contents"], a["pieces"]'; }
first_block() { filefrag -b4096 -v "$1" | awk '/^ *0:/ { gsub(/\./, " "); print $4 * 4096; exit }' || true; }

# A file: its blocks, and some of its bytes.
image_make xfs
image_fill "$programs"
page=$(first_block "$image_mount/mapped")
ask "$image_mount/mapped"
expect "a file: its blocks" "[{'offset': $page, 'length': 1048576}]" "$(said 'a["question"]["ranges"]')"
ask "$image_mount/mapped" --range 8192:4096
by_file=$(answer)
ask "$image_mount" --range "$((page + 8192)):4096"
expect "bytes of a file" "$(answer)" "$by_file"
expect "which bytes" "{'offset': 8192, 'length': 4096}" "$(said 'a["pieces"][0]["file"]')"
ask "$image_mount" --range "$(((page + 8192) / 4096))b:1b"
expect "blocks" "$by_file" "$(answer)"
ask "$image_mount" --range "$(((page + 8192) / 512))s:8s"
expect "sectors" "$by_file" "$(answer)"
echo "$(((page + 8192) / 512)) 8" >"$image_dir/list"
ask "$image_mount" --ranges "$image_dir/list"
expect "a list of sectors" "$by_file" "$(answer)"
printf '[{"badblocks":[{"offset":%s,"length":8}]}]' "$(((page + 8192) / 512))" |
    "$programs/blast_radius" "$image_mount" --ranges - --format json >"$image_dir/json"
expect "what ndctl prints" "$by_file" "$(answer)"
ask "$image_device" --range "$((page + 8192)):4096"
expect "its device" 1 "$(said 'len(a)')"
expect "the same by its device" "$by_file" "$(python3 -c 'import json, sys; print(json.dumps(json.load(open(sys.argv[1]))[0]))' "$image_dir/json" >"$image_dir/one" && mv "$image_dir/one" "$image_dir/json" && answer)"
: >"$image_mount/empty"
expect_problem 65 "has no blocks there" "$programs/blast_radius" "$image_mount/empty"
expect_problem 66 "it lies on the one at '$image_mount'" "$programs/blast_radius" "$image_mount/deep"
expect_problem 70 "no list of bad blocks" "$programs/blast_radius" "$image_mount" --badblocks
expect_problem 70 "physical addresses" "$programs/blast_radius" "$image_mount" --physical 0x100000000:4K

# Frozen, it can be asked; read-only, that is said.
xfs_freeze -f "$image_mount"
ask "$image_mount" --range "$((page + 8192)):4096"
xfs_freeze -u "$image_mount"
expect "frozen" "$by_file" "$(answer)"
kill "$image_mapper"
wait "$image_mapper" || true
mount -o remount,ro "$image_mount"
ask "$image_mount" --range "$page:4096"
expect "read-only" True "$(said 'a["mount"]["is_read_only"]')"
umount "$image_mount"
expect_problem 73 "nothing is mounted" "$programs/blast_radius" "$image_device"

# A filesystem that ends before its device: what lies after it is not its own.
image_make xfs
umount "$image_mount"
mkfs.xfs -q -f -m rmapbt=1 -d size=350m "$image_device"
mount "$image_device" "$image_mount"
end=$(xfs_db -r -c 'sb 0' -c 'print dblocks' "$image_device" | awk '{ print $3 * 4096 }')
ask "$image_mount" --range "$end:4096" --policy xfs_linux_6_18
expect "where it ends" "$end" "$(said 'a["mount"]["filesystem_end"]')"
expect "after the end of XFS" "refused -6 4096" \
    "$(said '" ".join(str(x) for x in (a["verdict"]["filesystem"], a["verdict"]["result"], a["bytes_after_end"]))')"
ask "$image_mount" --range "$end:4096" --policy xfs_linux_6_1
expect "6.1 follows a null pointer there" True "$(said '"null_dereference" in a["verdict"]["aftermath"]')"
ask "$image_mount" --range "$((end - 4096)):4096" --policy xfs_linux_6_18
expect "before the end" goes_on "$(said 'a["verdict"]["filesystem"]')"
image_make ext4
umount "$image_mount"
mkfs.ext4 -q -F -b 4096 "$image_device" 80000
mount "$image_device" "$image_mount"
ask "$image_mount" --range 0:4K
expect "where ext4 ends" \
    "$(dumpe2fs -h "$image_device" 2>/dev/null | awk '/^Block count/ { print $3 * 4096 }')" \
    "$(said 'a["mount"]["filesystem_end"]')"

# btrfs tells addresses of its own, and nobody: nothing is said of it that is not known.
if why=$(image_possible btrfs 2>&1); then
    image_make btrfs
    dd if=/dev/urandom of="$image_mount/file" bs=64K count=4 status=none
    sync -f "$image_mount"
    for at in "$image_mount" "$image_device"; do
        ask "$at" --range 1M:4K --policy no_holder
        # By its device it is a list of one.
        python3 -c 'import json, sys; a = json.load(open(sys.argv[1])); print(json.dumps(a[0] if isinstance(a, list) else a))' \
            "$image_dir/json" >"$image_dir/one" && mv "$image_dir/one" "$image_dir/json"
        expect "btrfs: what it is" "$image_mount btrfs" "$(said '" ".join(a["mount"][k] for k in ("path", "type"))')"
        expect "btrfs: no owner" unknown "$(said 'a["contents"][0]["what"]')"
        expect "btrfs: no users" unknown "$(said 'a["users"]')"
    done
    expect "btrfs: not known to scripts" 3 "$("$programs/blast_radius" "$image_mount" --range 1M:4K --quiet && echo 0 || echo $?)"
    expect_problem 69 "does not tell where" "$programs/blast_radius" "$image_mount/file"
    # Of several devices it names one, and of another one nothing can be said.
    second=$(image_attach "$image_dir/second.img" 400M)
    if btrfs device add -q -f "$second" "$image_mount" 2>/dev/null; then
        expect_problem 73 "is not understood" "$programs/blast_radius" "$second"
    else
        echo "not checked: no second device for btrfs here"
    fi
    umount "$image_mount"
else
    echo "not checked: btrfs: $why"
fi

# A disk with two partitions: each filesystem on it, in bytes of its own.
truncate -s 900M "$image_dir/disk.img"
python3 - "$image_dir/disk.img" <<'END'
import struct, sys
entry = lambda start, size: struct.pack("<B3sB3sII", 0, b"\0\0\0", 0x83, b"\0\0\0", start, size)
table = entry(2048, 819200) + entry(823296, 819200) + bytes(32)
with open(sys.argv[1], "r+b") as disk:
    disk.seek(446)
    disk.write(table + b"\x55\xaa")
END
disk=$(losetup -f --show "$image_dir/disk.img")
# By hand, as not every kernel reads the table.
addpart "$disk" 1 2048 819200 2>/dev/null && addpart "$disk" 2 823296 819200 2>/dev/null || true
# The names of devices come a little later.
for ((tries = 0; tries < 20; ++tries)); do [ ! -b "${disk}p2" ] || break; sleep 0.1; done
if [ -b "${disk}p2" ]; then
    for part in 1 2; do
        mkfs.xfs -q -m rmapbt=1 "${disk}p$part"
        mkdir "$image_dir/mount.part$part"
        mount "${disk}p$part" "$image_dir/mount.part$part"
        dd if=/dev/urandom of="$image_dir/mount.part$part/file" bs=64K count=1 status=none
        sync -f "$image_dir/mount.part$part"
    done
    page=$(first_block "$image_dir/mount.part2/file")
    ask "$image_dir/mount.part2" --range "$page:4096"
    directly=$(answer)
    ask "$disk" --range "$((823296 * 512 + page)):4096"
    expect "one filesystem" 1 "$(said 'len(a)')"
    expect "which" "$image_dir/mount.part2" "$(said 'a[0]["mount"]["path"]')"
    python3 -c 'import json, sys; print(json.dumps(json.load(open(sys.argv[1]))[0]))' "$image_dir/json" >"$image_dir/one"
    mv "$image_dir/one" "$image_dir/json"
    expect "translated" "$directly" "$(answer)"
    ask "$disk" --event removal
    expect "both" "$image_dir/mount.part1 $image_dir/mount.part2" "$(said '" ".join(sorted(m["mount"]["path"] for m in a))')"
    expect "as whole devices" "True True" "$(said '" ".join(str(m["question"]["whole_device"]) for m in a)')"
    expect_problem 73 "nothing is mounted" "$programs/blast_radius" "$disk" --range 0:4096
    umount "$image_dir/mount.part1" "$image_dir/mount.part2"
    delpart "$disk" 1
    delpart "$disk" 2
else
    echo "not checked: no partitions on loop devices here"
fi

# procfs that hides the processes of others, from who is not root.
image_make xfs
chmod 755 "$image_dir" "$image_mount"
cp -L "$programs/blast_radius" "$image_dir/blast_radius"
if unshare --mount sh -c 'mount -t proc -o hidepid=2 proc /proc' 2>/dev/null; then
    unshare --mount sh -c "mount -t proc -o hidepid=2 proc /proc &&
        exec setpriv --reuid=65534 --regid=65534 --clear-groups '$image_dir/blast_radius' '$image_mount' --range 0:4K --format json" \
        >"$image_dir/json"
    expect "hidepid" True "$(said 'any("hidepid" in u for u in a["unseen_users"])')"
else
    echo "not checked: no procfs can be mounted here"
fi

real_end
