#!/usr/bin/env bash
# SPDX-License-Identifier: BSL-1.0

# The owners of a part are the owners of the whole, cut, in every layout that mkfs offers and this
# kernel mounts. The seed of the random parts is DAXHOLD_SEED, or the day.

# shellcheck source=../support/real/support.sh
. "$(dirname "$0")/../support/real/support.sh"

need mkfs.xfs mkfs.ext4
need_kind xfs
need_kind ext4
real_begin "$@"
seed=${DAXHOLD_SEED:-$(date +%Y%m%d)}
echo "seed $seed"

# splits MKFS OPTION...: on a filesystem of its own.
splits() {
    local mkfs=$1 at=$image_dir/mount.split device
    shift
    rm -f "$image_dir/split.img"
    device=$(image_attach "$image_dir/split.img" 400M)
    if ! "$mkfs" "$@" "$device" >"$image_dir/mkfs" 2>&1; then
        echo "not checked: $mkfs $*: $(head -n 1 "$image_dir/mkfs")"
        losetup -d "$device"
        return 0
    fi
    mkdir -p "$at"
    if ! mount "$device" "$at" 2>"$image_dir/mkfs"; then
        echo "not checked: mount of $mkfs $*: $(head -n 1 "$image_dir/mkfs")"
        losetup -d "$device"
        return 0
    fi
    # Something of each sort, and holes.
    for ((i = 0; i < 60; ++i)); do
        mkdir -p "$at/$((i % 7))"
        head -c $((i * 3000 + 1)) /dev/urandom >"$at/$((i % 7))/file $i"
    done
    for ((i = 0; i < 60; i += 3)); do rm "$at/$((i % 7))/file $i"; done
    cp --reflink=auto "$at/1/file 1" "$at/copy" 2>/dev/null || true
    fallocate -l 1M "$at/preallocated" 2>/dev/null || true
    "$programs/fragment_file" "$at/fragmented" 200 8192 2>/dev/null || true
    sync -f "$at"
    checks=$((checks + 1))
    "$programs/ask" splits "$at" "$seed" 400 >"$image_dir/splits" ||
        fail "$mkfs $* (seed $seed): $(head -n 20 "$image_dir/splits")"
    umount "$at"
    losetup -d "$device"
}

xfs() { splits mkfs.xfs -q -f "$@"; }
xfs -m rmapbt=1,reflink=1
xfs -m rmapbt=1,reflink=0
xfs -m rmapbt=0,reflink=1
xfs -m rmapbt=1 -b size=1024
xfs -m rmapbt=1 -d agcount=5
xfs -m rmapbt=1 -d size=350m
xfs -m rmapbt=1,finobt=0 -i size=1024,sparse=0
xfs -m rmapbt=1,inobtcount=1,bigtime=1 -s size=4096
xfs -m rmapbt=1 -n size=8192
xfs -m crc=0

ext4() { splits mkfs.ext4 -q -F "$@"; }
ext4 -b 4096
ext4 -b 1024
ext4 -b 2048
ext4 -b 4096 -O ^flex_bg
ext4 -b 4096 -O ^has_journal,^extent,^64bit
ext4 -b 4096 -O meta_bg,^resize_inode
ext4 -b 4096 -O ^sparse_super,^resize_inode
ext4 -b 4096 -O sparse_super2
ext4 -b 4096 -O ^64bit
ext4 -b 4096 -O bigalloc -C 65536
ext4 -b 4096 -g 8192 -G 4
ext4 -b 4096 -O inline_data -I 512
ext4 -b 1024 -O ^flex_bg,^sparse_super,^resize_inode

real_end
