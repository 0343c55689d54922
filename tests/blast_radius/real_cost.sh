#!/usr/bin/env bash
# SPDX-License-Identifier: BSL-1.0

# What an answer about the whole device costs, in counts that do not depend on the machine: the
# kernel is asked hardly more often than by a bare loop that asks for 65,536 records at a time, a record
# costs no more in a large filesystem than in a small one, and memory does not grow with the filesystem
# but for the answer of one question. Where it takes longer than a second, there is a bar on a terminal.

# shellcheck source=../support/real/support.sh
. "$(dirname "$0")/../support/real/support.sh"

need xfs_io strace valgrind script
need_kind xfs
real_begin "$@"
strace -o "$image_dir/trace" true 2>"$image_dir/why" || skip "no tracing here: $(cat "$image_dir/why")"

# Instructions for a record at most, by a program that is not optimised, in which nothing is inlined (1,445).
most_instructions=1750
# KiB at most, and KiB that a filesystem of fifty times as many records may add.
most_memory=16384
most_memory_added=5120

# measure RECORDS: a filesystem of about so many. Sets records, questions (how often the kernel was
# asked for some), instructions and memory.
measure() {
    image_make_big "$1" "$programs"
    "$programs/ask" count "$image_mount" >"$image_dir/count"
    records=$(value "$image_dir/count" records)
    expect "records" "$(xfs_io -c fsmap "$image_mount" | wc -l)" "$records"
    checks=$((checks + 1))
    [ "$records" -gt $(($1 * 9 / 10)) ] || fail "too few records were made: $records"

    local -a answer=("$programs/blast_radius" "$image_mount" --event removal --policy xfs_linux_6_8)
    strace -f -e trace=ioctl -o "$image_dir/trace" "${answer[@]}" >/dev/null
    questions=$(grep -c FSMAP "$image_dir/trace")
    valgrind --tool=callgrind --callgrind-out-file=/dev/null "${answer[@]}" \
        >/dev/null 2>"$image_dir/valgrind"
    strace -f -e trace=ioctl -o "$image_dir/trace" "$programs/ask" loop "$image_mount" 65536 >"$image_dir/loop"
    of_loop=$(grep -c FSMAP "$image_dir/trace")
    expect "records of the bare loop" "$records" "$(value "$image_dir/loop" records)"
    instructions=$(sed -n 's/.*I *refs: *//p' "$image_dir/valgrind" | tr -d ,)
    "$programs/ask" memory "${answer[@]}" >"$image_dir/memory"
    memory=$(value "$image_dir/memory" memory)
    echo "$records records: $questions questions, $instructions instructions, $memory KiB"
}

# at_most WHAT LIMIT ACTUAL
at_most() {
    checks=$((checks + 1))
    [ "$3" -le "$2" ] || fail "$1: $3, and $2 are allowed"
}

measure 2000
few=$records few_instructions=$instructions few_memory=$memory
measure 20000
middle=$records middle_instructions=$instructions
measure 100000

# It asks once whether it can be asked, and for more at a time only after it was told that many.
at_most "questions" $((of_loop + 7)) "$questions"
# Also where the walk ends early, where there is none, and where the policy is asked again with what cannot be
# known otherwise.
while read -r event policy; do
    strace -f -e trace=ioctl -o "$image_dir/trace" \
        "$programs/blast_radius" "$image_mount" --event "$event" --policy "$policy" >/dev/null
    at_most "questions about a $event by $policy" $((of_loop + 8)) "$(grep -c FSMAP "$image_dir/trace")"
done <<'END'
corruption recommended
corruption no_holder
removal xfs_linux_6_1
END
at_most "memory" "$most_memory" "$memory"
at_most "memory for more records" $((few_memory + most_memory_added)) "$memory"

# Of a record beyond those of the smallest, in a small filesystem and in a large one. The processes of
# the machine are looked at as well, and come and go.
in_small=$(((middle_instructions - few_instructions) / (middle - few)))
in_large=$(((instructions - few_instructions) / (records - few)))
echo "$in_small and $in_large instructions for a record"
at_most "instructions for a record" "$most_instructions" "$in_large"
at_most "instructions for a record of a large filesystem" $((in_small * 5 / 4)) "$in_large"

# Each question takes a third of a second.
SHELL=$BASH script -qec "strace -o $image_dir/trace -e trace=ioctl -e inject=ioctl:delay_enter=300000 \
    $programs/blast_radius $image_mount --event removal --policy xfs_linux_6_8 --quiet" \
    "$image_dir/terminal" >/dev/null </dev/null || true
checks=$((checks + 1))
grep -q '\[#* *\] *[0-9]*%' "$image_dir/terminal" || fail "no bar on a terminal: $(head -c 300 "$image_dir/terminal")"
grep -q $'\r\033\[K' "$image_dir/terminal" || fail "the bar stays"
"$programs/blast_radius" "$image_mount" --event removal --policy xfs_linux_6_8 2>"$image_dir/err" >/dev/null
expect "no bar where there is no terminal" "" "$(cat "$image_dir/err")"

real_end
