#!/usr/bin/env bash
# SPDX-License-Identifier: BSL-1.0

# The records of the reverse mapping are those that xfs_io, filefrag and xfs_db find.

# shellcheck source=../support/real/support.sh
. "$(dirname "$0")/../support/real/support.sh"

need xfs_io xfs_db filefrag awk
need_kind xfs
need_kind ext4
real_begin "$@"

# The records of `ask`, in the words of xfs_io: sectors, owner, file offset.
like_xfs_io() {
    awk '
        BEGIN {
            name["free_space"] = "free space"; name["log"] = "journalling log"
            name["static_metadata"] = "static fs metadata"
            name["allocation_group_metadata"] = "per-AG metadata"
            name["inodes"] = "inodes"; name["inode_btree"] = "inode btree"
            name["refcount_btree"] = "refcount btree"
            name["copy-on-write_staging"] = "cow reservation"
            name["unknown_owner"] = "unknown"
        }
        {
            owner = name[$3]
            if ($3 == "file_data") owner = "inode " $4 " data " $5 / 512 ".." ($5 + $2) / 512 - 1
            if ($3 == "extended_attributes") owner = "inode " $4 " attr " $5 / 512 ".." ($5 + $2) / 512 - 1
            if ($3 == "extent_map") owner = "inode " $4 " data extent map"
            printf "[%d..%d]: %s %d\n", $1 / 512, ($1 + $2) / 512 - 1, owner, $2 / 512
        }' "$1"
}

# Against xfs_io -c fsmap, record by record.
against_xfs_io() {
    "$programs/ask" records "$image_mount" >"$image_dir/records"
    xfs_io -c "fsmap -d" "$image_mount" | sed 's/^[^[]*//' >"$image_dir/expected"
    like_xfs_io "$image_dir/records" >"$image_dir/found"
    same "$image_kind: xfs_io -c fsmap" "$image_dir/expected" "$image_dir/found"
}

# The blocks of an inode's data, a line each: physical block, block in the file, flags.
blocks_of_file() {
    awk -v inode="$1" '
        $3 == "file_data" && $4 == inode {
            for (i = 0; i < $2 / 4096; ++i)
                print $1 / 4096 + i, $5 / 4096 + i, $6 ~ /P/ ? "unwritten" : "written"
        }' "$image_dir/records" | sort -n
}

# The same of filefrag -v.
blocks_of_filefrag() {
    filefrag -v -b4096 "$1" | tr -d ':' | sed 's/\.\./ /g' | awk '
        $1 ~ /^[0-9]+$/ && $6 ~ /^[0-9]+$/ {
            for (i = 0; i < $6; ++i)
                print $4 + i, $2 + i, $0 ~ /unwritten/ ? "unwritten" : "written"
        }' | sort -n
}

against_filefrag() {
    local name inode
    for name in original copy fragmented preallocated mapped "deep/er/a name"; do
        inode=$(stat -c %i "$image_mount/$name")
        blocks_of_filefrag "$image_mount/$name" >"$image_dir/expected"
        blocks_of_file "$inode" >"$image_dir/found"
        same "$name: filefrag -v" "$image_dir/expected" "$image_dir/found"
    done
}

# Against xfs_db, which knows nothing of the reverse mapping that the kernel keeps: it goes from the
# inodes to the blocks. A line for each block of the filesystem: block, sort, and inode, which is
# left out where several share it, since xfs_db names one of them.
against_xfs_db() {
    local group_blocks group groups bits=0
    local -a questions=()
    "$programs/ask" mount "$image_mount" >"$image_dir/mount"
    group_blocks=$(value "$image_dir/mount" group_blocks)
    groups=$(value "$image_dir/mount" allocation_groups)
    # The number of a block has its group in the bits above those that count the group's blocks.
    while [ $((1 << bits)) -lt "$group_blocks" ]; do bits=$((bits + 1)); done
    for ((group = 0; group < groups; ++group)); do
        questions+=(-c "fsblock $((group << bits))" -c "blockuse -n -c $group_blocks")
    done
    awk '
        BEGIN {
            sort["free_space"] = "free"; sort["log"] = "log"; sort["static_metadata"] = "sb"
            sort["allocation_group_metadata"] = "group"; sort["inodes"] = "inode"
            sort["inode_btree"] = "inode_btree"; sort["refcount_btree"] = "refcount"
            sort["file_data"] = "data"; sort["extent_map"] = "data"
            sort["extended_attributes"] = "attr"; sort["unknown_owner"] = "unknown"
        }
        {
            for (i = 0; i < $2 / 4096; ++i) {
                block = $1 / 4096 + i
                inode = $3 ~ /^(file_data|extent_map|extended_attributes)$/ ? " " $4 : ""
                if (block in seen) { seen[block] = "data"; continue }
                seen[block] = sort[$3] inode
            }
        }
        END { for (block in seen) print block, seen[block] }' "$image_dir/records" |
        sort -n >"$image_dir/found"

    umount "$image_mount"
    xfs_db -r -c 'blockget -n' "${questions[@]}" "$image_device" >"$image_dir/blockuse"
    mount "$image_device" "$image_mount"
    awk -v group_blocks="$group_blocks" '
        BEGIN {
            sort["free1"] = sort["free2"] = "free"; sort["log"] = "log"; sort["sb"] = "sb"
            sort["agf"] = sort["agi"] = sort["agfl"] = "sb"
            sort["btbno"] = sort["btcnt"] = sort["btrmap"] = sort["freelist"] = "group"
            sort["inode"] = "inode"; sort["btino"] = sort["btfino"] = "inode_btree"
            sort["btrefcnt"] = "refcount"; sort["attr"] = "attr"; sort["dir"] = "data"
            sort["data"] = sort["rldata"] = sort["btbmapd"] = "data"
        }
        $1 == "block" {
            # block 12 (0/12) type btbno, or: block 13 (0/13) type data inode 134 name
            split(substr($3, 2), place, "[/)]")
            inode = $6 == "inode" && $5 != "inode" && $5 != "rldata" ? " " $7 : ""
            print place[1] * group_blocks + place[2], (($5 in sort) ? sort[$5] : $5) inode
        }' "$image_dir/blockuse" >"$image_dir/expected.all"
    # xfs_db names one owner of a shared block, or "rldata".
    awk 'NR == FNR { shared[$1] = NF == 2 && $2 == "data"; next }
        { print $1, shared[$1] ? "data" : $2 (NF > 2 ? " " $3 : "") }' \
        "$image_dir/found" "$image_dir/expected.all" | sort -n >"$image_dir/expected"
    same "$image_kind: xfs_db blockuse" "$image_dir/expected" "$image_dir/found"
}

# Records clipped to OFFSET LENGTH; those that do not overlap are left as they are, so that they are
# found out. The kernel clips free space itself, and nothing else.
clipped() {
    awk -v offset="$1" -v end="$(($1 + $2))" '
        $1 < end && $1 + $2 > offset {
            last = $1 + $2 < end ? $1 + $2 : end
            first = $1 > offset ? $1 : offset
            if ($3 == "file_data" || $3 == "extended_attributes") $5 += first - $1
            $1 = first; $2 = last - first
        }
        { print }' "$3"
}

# A question about a range gets the records of the whole that overlap it.
ranges() {
    local size offset length
    size=$("$programs/ask" mount "$image_mount" | sed -n 's/^device_size //p')
    # Borders of records, their neighbours, the middle, bytes instead of blocks, both ends.
    {
        awk 'NR % 97 == 1 { print $1, 4096; print $1 + 1, 1; print $1 + $2 - 1, 1; print $1 + $2 - 1, 2;
                            if ($1 >= 4096) print $1 - 4096, 8192; print $1, $2 }' "$image_dir/records"
        awk '$6 ~ /S/ { print $1 + 40960, 4096; print $1 + 40959, 4098; print $1 + 4096, 1 }' "$image_dir/records"
        echo "0 1"
        echo "$((size - 4096)) 4096"
        echo "$((size - 1)) 1"
        echo "$((size / 3)) $((size / 2))"
        echo "0 $size"
    } | awk -v size="$size" '$1 + $2 <= size' | sort -u >"$image_dir/ranges"
    while read -r offset length; do
        "$programs/ask" records "$image_mount" "$offset:$length" >"$image_dir/found.whole"
        awk -v offset="$offset" -v length_="$length" \
            '$1 < offset + length_ && $1 + $2 > offset' "$image_dir/records" >"$image_dir/expected.whole"
        clipped "$offset" "$length" "$image_dir/expected.whole" >"$image_dir/expected"
        clipped "$offset" "$length" "$image_dir/found.whole" >"$image_dir/found"
        same "$image_kind: range $offset:$length" "$image_dir/expected" "$image_dir/found"
    done <"$image_dir/ranges"
}

# However few records are asked for at a time, none is lost or comes twice where one question ends
# and the next begins.
batches() {
    local batch
    for batch in 1 2 7 1000; do
        "$programs/ask" records "$image_mount" all data "$batch" >"$image_dir/found"
        same "$image_kind: batches of $batch" "$image_dir/records" "$image_dir/found"
    done
}

kinds_present() {
    local kind
    for kind; do
        checks=$((checks + 1))
        grep -q "^[0-9]* [0-9]* $kind " "$image_dir/records" || fail "$image_kind: no $kind"
    done
}

image_make xfs
image_fill "$programs"
against_xfs_io
against_filefrag
kinds_present file_data extended_attributes extent_map free_space log static_metadata inodes \
    allocation_group_metadata inode_btree refcount_btree copy-on-write_staging
ranges
batches
# What was staged for a copy on write is given back when the filesystem is unmounted.
kill "$image_mapper"
wait "$image_mapper" || true
umount "$image_mount"
mount "$image_device" "$image_mount"
against_xfs_io
against_filefrag
against_xfs_db

image_make xfs_with_external_log
image_fill "$programs"
against_xfs_io
ranges
checks=$((checks + 1))
! grep -q ' log ' "$image_dir/records" || fail "an external log on the data device"
"$programs/ask" records "$image_mount" all log >"$image_dir/log"
expect "record of the external log" "0 67108864 log $((88 * 4294967296 + 2)) 0 -" \
    "$(cat "$image_dir/log")"

image_make xfs_without_rmapbt
image_fill "$programs"
against_xfs_io
ranges
expect "kinds without rmapbt" "free_space unknown_owner" \
    "$(awk '{ print $3 }' "$image_dir/records" | sort -u | xargs)"
expect_problem 65 "has no external log" "$programs/ask" records "$image_mount" all log

image_make ext4
image_fill "$programs"
"$programs/ask" records "$image_mount" >"$image_dir/records"
kinds_present free_space unknown_owner static_metadata group_descriptors allocation_bitmaps inodes
batches
ranges
# ext4 tells no inodes: all blocks of all files are unknown, and none is left out.
for name in original copy fragmented preallocated mapped "deep/er/a name"; do
    blocks_of_filefrag "$image_mount/$name" | awk '{ print $1 }' >"$image_dir/expected"
    awk '$3 == "unknown_owner" { for (i = 0; i < $2 / 4096; ++i) print $1 / 4096 + i }' \
        "$image_dir/records" | sort -n >"$image_dir/unknown"
    awk 'NR == FNR { unknown[$1] = 1; next } $1 in unknown' \
        "$image_dir/unknown" "$image_dir/expected" >"$image_dir/found"
    same "ext4: $name: filefrag -v" "$image_dir/expected" "$image_dir/found"
done

real_end
