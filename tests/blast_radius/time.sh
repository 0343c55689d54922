#!/usr/bin/env bash
# SPDX-License-Identifier: BSL-1.0

# The processor's time for an answer about the whole device, beside a bare loop of the same ioctl with
# the batch that is quickest for it, and beside xfs_io, which prints the same mapping; the output of all
# is thrown away. RECORDS says how many records there are (100000).

# shellcheck source=../support/real/support.sh
. "$(dirname "$0")/../support/real/support.sh"

need xfs_io
need_kind xfs
real_begin "$@"
image_make_big "${RECORDS:-100000}" "$programs"

# The least of five times, user and system, in milliseconds.
milliseconds() {
    local best=999999999 took i TIMEFORMAT='%U %S'
    for ((i = 0; i < 5; ++i)); do
        took=$({ time "$@" >/dev/null 2>&1; } 2>&1 | awk '{ printf "%d", ($1 + $2) * 1000 }')
        best=$((took < best ? took : best))
    done
    echo "$best"
}
times() { awk "BEGIN { printf \"%.2f\", $1 / ($2 > 0 ? $2 : 1) }"; }

answer=("$programs/blast_radius" "$image_mount" --event removal --policy xfs_linux_6_8)
"$programs/ask" count "$image_mount" >"$image_dir/count"
"$programs/ask" memory "${answer[@]}" >"$image_dir/memory"
loop=999999999
for size in 2048 8192 65536 262144; do
    took=$(milliseconds "$programs/ask" loop "$image_mount" "$size")
    if [ "$took" -lt "$loop" ]; then loop=$took batch=$size; fi
done
dump=$(milliseconds xfs_io -c fsmap "$image_mount")
# Who uses what is looked for in all processes, however many records there are.
block=$(milliseconds "${answer[@]:0:2}" --range 0:4K)
read=$(milliseconds "${answer[@]}")
echo "$(value "$image_dir/count" records) records: bare loop $loop ms ($batch at a time), xfs_io $dump ms," \
    "blast_radius $read ms, $(times "$read" "$loop") and $(times "$read" "$dump") of them; for one block" \
    "$block ms; $(value "$image_dir/memory" memory) KiB"
