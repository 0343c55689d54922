#!/usr/bin/env bash
# SPDX-License-Identifier: BSL-1.0

# An answer about the whole device takes at most 1.5 times as long as xfs_io takes to dump the same
# mapping, and at most 64 MiB. RECORDS says how many records there are (100000).

# shellcheck source=real/support.sh
. "$(dirname "$0")/real/support.sh"

need xfs_io python3
need_kind xfs
real_begin "$@"

records=${RECORDS:-100000}
image_make_big "$records" "$programs"

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

"$programs/ask" count "$image_mount" >"$image_dir/count"
expect "records" "$(xfs_io -c fsmap "$image_mount" | wc -l)" "$(value "$image_dir/count" records)"
checks=$((checks + 1))
[ "$(value "$image_dir/count" records)" -gt $((records * 9 / 10)) ] || fail "too few records were made"

# The largest memory in KiB that a command takes.
memory_of() {
    python3 -c 'import resource, subprocess, sys
subprocess.run(sys.argv[1:], check=True, stdout=subprocess.DEVNULL)
print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)' "$@"
}

answer=("$programs/blast_radius" "$image_mount" --event removal --policy xfs_linux_6_8)
dump=$(milliseconds xfs_io -c fsmap "$image_mount")
read=$(milliseconds "${answer[@]}")
memory=$(memory_of "${answer[@]}")
echo "$(value "$image_dir/count" records) records: xfs_io $dump ms, blast_radius $read ms" \
    "($(awk "BEGIN { printf \"%.2f\", $read / $dump }") of it), $memory KiB"
checks=$((checks + 2))
[ "$((read * 2))" -le "$((dump * 3))" ] || fail "more than 1.5 times as long as xfs_io"
[ "$memory" -le 65536 ] || fail "more than 64 MiB"

real_end
