# SPDX-License-Identifier: BSL-1.0
# shellcheck shell=bash
# What is set here is for the shell that sources it.
# shellcheck disable=SC2034

# Filesystems on loop devices, to ask about. To be sourced:
#
#   image_possible KIND      whether one can be made here; says why not and returns 1 otherwise
#   image_begin              makes the directory $image_dir and sees to it that all is cleaned up
#                            when the shell ends, also when it is interrupted
#   image_make KIND [SIZE]   makes and mounts a filesystem of SIZE (default 400M, sparse):
#                            sets image_kind, image_mount, image_device, image_log_device
#   image_fill PROGRAMS      puts files into it and starts a process that maps one: sets
#                            image_mapper to its id. PROGRAMS is the directory that map_file,
#                            fragment_file and attribute_file were built in
#   image_map PROGRAMS PATH WORD...  starts a process that maps a file, by map_file, and waits until
#                            it has: sets mapper to its id
#   image_make_big N PROGRAMS  an XFS with about N records in its reverse mapping
#   image_end                cleans up; once more does nothing
#
# KIND: xfs (rmapbt=1, reflink=1), xfs_without_rmapbt, xfs_with_external_log, ext4, btrfs.
#
# A shell that has traps of its own for EXIT calls image_end in them, after image_begin.

image_dir=
image_mapper=
mapper=
image_processes=()
image_number=0

image_possible() {
    local program mkfs=mkfs.xfs
    case ${1:-xfs} in ext4 | btrfs) mkfs=mkfs.$1 ;; esac
    if [ "$(id -u)" -ne 0 ]; then
        echo "not root: cannot make loop devices and mount them" >&2
        return 1
    fi
    for program in losetup mount umount "$mkfs"; do
        if ! command -v "$program" >/dev/null; then
            echo "no $program here: install xfsprogs, e2fsprogs, btrfs-progs and mount" >&2
            return 1
        fi
    done
    if ! grep -qw "${mkfs#mkfs.}" /proc/filesystems &&
        ! modprobe -q "${mkfs#mkfs.}" 2>/dev/null; then
        echo "this kernel has no ${mkfs#mkfs.}" >&2
        return 1
    fi
    if ! losetup -f >/dev/null 2>&1; then
        echo "no loop devices here" >&2
        return 1
    fi
}

image_begin() {
    image_dir=$(mktemp -d "${TMPDIR:-/tmp}/blast_radius.XXXXXX") || return 1
    # The names in the mount table have their symbolic links followed.
    image_dir=$(realpath "$image_dir")
    trap image_end EXIT
    trap 'exit 129' HUP
    trap 'exit 130' INT
    trap 'exit 143' TERM
}

# What the kernel says is mounted and attached counts, not what this shell remembers: an interrupt
# may have come between the deed and the note of it.
image_end() {
    local file device target process tries why
    # Whatever fails, the rest has to be done; the caller's `set -e` is back on return.
    local -
    set +eu
    [ -n "$image_dir" ] || return 0
    trap '' HUP INT TERM
    for process in "${image_processes[@]}"; do
        kill "$process" 2>/dev/null
        wait "$process" 2>/dev/null
    done
    image_processes=()
    image_mapper=
    for target in "$image_dir"/mount.*; do
        tries=0
        # Until there is nothing left to unmount. A filesystem that was shut down cannot be asked
        # whether it is mounted.
        while :; do
            why=$(LC_ALL=C umount "$target" 2>&1) && continue
            case $why in *busy*) ;; *) break ;; esac
            # Not for long: a process that is about to end.
            tries=$((tries + 1))
            if [ "$tries" -ge 20 ]; then
                echo "$target is busy: unmounting it lazily" >&2
                umount -l "$target"
                break
            fi
            sleep 0.1
        done
    done
    for file in "$image_dir"/*.img; do
        [ -e "$file" ] || continue
        for device in $(losetup -n -O NAME -j "$file"); do
            losetup -d "$device"
        done
    done
    rm -rf --one-file-system "$image_dir"
    image_dir=
    trap - HUP INT TERM
}

# Attaches a new sparse file of the size to a loop device and prints the device.
image_attach() {
    truncate -s "$2" "$1" && losetup -f --show "$1"
}

image_make() {
    local kind=$1 size=${2:-400M} file
    local -a make options=()
    image_number=$((image_number + 1))
    file=$image_dir/$image_number
    image_kind=$kind
    image_mount=$image_dir/mount.$image_number
    image_log_device=
    case $kind in
    xfs) make=(mkfs.xfs -q -m "rmapbt=1,reflink=1") ;;
    xfs_without_rmapbt) make=(mkfs.xfs -q -m "rmapbt=0,reflink=1") ;;
    xfs_with_external_log) make=(mkfs.xfs -q -m "rmapbt=1,reflink=1") ;;
    # Small ones get blocks of 1 KiB otherwise.
    ext4) make=(mkfs.ext4 -q -F -b 4096) ;;
    btrfs) make=(mkfs.btrfs -q -f) ;;
    *)
        echo "image_make: unknown kind '$kind'" >&2
        return 1
        ;;
    esac
    image_device=$(image_attach "$file.img" "$size") || return 1
    if [ "$kind" = xfs_with_external_log ]; then
        image_log_device=$(image_attach "$file.log.img" 64M) || return 1
        make+=(-l "logdev=$image_log_device,size=64m")
        options=(-o "logdev=$image_log_device")
    fi
    "${make[@]}" "$image_device" || return 1
    mkdir "$image_mount"
    mount "${options[@]}" "$image_device" "$image_mount"
}

# The files, each for one sort of owner:
#   original, copy       share their blocks, but for one page that copy has written since
#   attributes           extended attributes in blocks of their own
#   fragmented           so many extents that its map is a btree
#   preallocated         blocks that were never written
#   mapped               mapped by the process $image_mapper
#   "deep/er/a name"     a name to be found
image_fill() {
    local programs=$1 at=$image_mount
    dd if=/dev/urandom of="$at/original" bs=64K count=32 status=none || return 1
    sync -f "$at"
    if [ "$image_kind" = ext4 ]; then
        cp "$at/original" "$at/copy" || return 1
    else
        cp --reflink=always "$at/original" "$at/copy" || return 1
    fi
    dd if=/dev/urandom of="$at/copy" bs=4K count=1 seek=10 conv=notrunc status=none || return 1
    if [ "$image_kind" = ext4 ]; then
        # ext4 has room for one block of attributes.
        "$programs/attribute_file" "$at/attributes" 3 900 || return 1
    else
        "$programs/attribute_file" "$at/attributes" 8 30000 || return 1
    fi
    "$programs/fragment_file" "$at/fragmented" 1000 4096 || return 1
    fallocate -l 1M "$at/preallocated" || return 1
    mkdir -p "$at/deep/er"
    dd if=/dev/urandom of="$at/deep/er/a name" bs=64K count=1 status=none || return 1
    dd if=/dev/urandom of="$at/mapped" bs=64K count=16 status=none || return 1
    sync -f "$at"

    image_map "$programs" "$at/mapped" || return 1
    image_mapper=$mapper
}

image_map() {
    local programs=$1 ready=$image_dir/ready tries=0
    shift
    rm -f "$ready"
    "$programs/map_file" "$@" >"$ready" &
    mapper=$!
    image_processes+=("$mapper")
    until grep -qs ready "$ready"; do
        tries=$((tries + 1))
        if [ "$tries" -ge 100 ] || ! kill -0 "$mapper" 2>/dev/null; then
            echo "map_file does not get ready" >&2
            return 1
        fi
        sleep 0.1
    done
}

# Each extent is one block with a hole of one block behind it: two records. Ten million take about
# 0.8 GB on disk, and five minutes on one processor.
image_make_big() {
    local records=$1 programs=$2 per_file=125000 extents left number=0
    local bytes=$((records * 4096 * 3 / 2 + 1024 * 1024 * 1024))
    image_make xfs "$bytes" || return 1
    left=$((records / 2))
    while [ "$left" -gt 0 ]; do
        extents=$((left < per_file ? left : per_file))
        number=$((number + 1))
        left=$((left - extents))
        # A directory each: XFS then spreads the files over its allocation groups.
        mkdir "$image_mount/$number"
        printf '%s\0' "$image_mount/$number/fragmented" "$extents"
    done >"$image_dir/big.list"
    # In the background, because a shell hears of SIGTERM only while it waits for no other program.
    # shellcheck disable=SC2016
    xargs -0 -n 2 -P "$(nproc)" -a "$image_dir/big.list" \
        sh -c 'exec "$0/fragment_file" "$1" "$2" 4096' "$programs" &
    image_processes+=("$!")
    wait "$!" || return 1
    sync -f "$image_mount"
}
