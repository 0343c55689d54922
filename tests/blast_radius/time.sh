#!/usr/bin/env bash
# SPDX-License-Identifier: BSL-1.0

# How long an answer about the whole device takes, beside xfs_io, which prints the same mapping; the
# output of both is thrown away. RECORDS says how many records there are (100000).

# shellcheck source=../support/real/support.sh
. "$(dirname "$0")/../support/real/support.sh"

need xfs_io
need_kind xfs
real_begin "$@"
image_make_big "${RECORDS:-100000}" "$programs"

# The shortest of five times in milliseconds.
milliseconds() {
    local best=999999999 start took i
    for ((i = 0; i < 5; ++i)); do
        start=$(date +%s%N)
        "$@" >/dev/null
        took=$((($(date +%s%N) - start) / 1000000))
        best=$((took < best ? took : best))
    done
    echo "$best"
}

answer=("$programs/blast_radius" "$image_mount" --event removal --policy xfs_linux_6_8)
"$programs/ask" count "$image_mount" >"$image_dir/count"
"$programs/ask" memory "${answer[@]}" >"$image_dir/memory"
dump=$(milliseconds xfs_io -c fsmap "$image_mount")
read=$(milliseconds "${answer[@]}")
echo "$(value "$image_dir/count" records) records: xfs_io $dump ms, blast_radius $read ms" \
    "($(awk "BEGIN { printf \"%.2f\", $read / $dump }") of it), $(value "$image_dir/memory" memory) KiB"
