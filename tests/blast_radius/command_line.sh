#!/usr/bin/env bash
# SPDX-License-Identifier: BSL-1.0

# What blast_radius says to bad input, without a filesystem to ask: one line, an exit status of its
# own, nothing on the standard output.

set -eu
export LC_ALL=C
program=$1
directory=$(mktemp -d)
trap 'rm -rf "$directory"' EXIT

fail() {
    echo "FAILED: $*" >&2
    exit 1
}

# refuses STATUS WORDS ARGUMENT...
refuses() {
    local wanted=$1 words=$2 status=0
    shift 2
    "$program" "$@" >"$directory/out" 2>"$directory/err" </dev/null || status=$?
    [ "$status" -eq "$wanted" ] || fail "'$*' ended with $status instead of $wanted: $(cat "$directory/err")"
    [ "$(wc -l <"$directory/err")" -eq 1 ] || fail "'$*' says not one line: $(cat "$directory/err")"
    [ ! -s "$directory/out" ] || fail "'$*' prints something"
    grep -qF -- "$words" "$directory/err" || fail "'$*' does not say '$words': $(cat "$directory/err")"
}

refuses 64 'MOUNT'
refuses 64 '--no-such' --no-such /
refuses 64 'event' --mock --event explosion
refuses 64 'format' --mock --format xml
refuses 64 'device' --mock --device tape
refuses 64 'excludes' --mock --range 0:4K --whole-device
refuses 64 'excludes' --mock /
refuses 66 'there is no' /no/such/directory
refuses 66 'mount point' "$directory"
refuses 69 'FS_IOC_GETFSMAP' /proc
refuses 65 'empty' --mock --range 0:0
refuses 65 "write OFFSET:LENGTH" --mock --range 8192
refuses 65 'negative' --mock --range 8192:-4096
refuses 65 'not a number' --mock --range zero:4096
refuses 65 'beyond' --mock --range 1G:4K
refuses 65 'no log device' --mock --device log
refuses 67 'xfs_linux_6_8' --mock --policy xfs_linux_9_9

# What cannot be written is not an answer.
status=0
"$program" --mock >/dev/full 2>"$directory/err" || status=$?
[ "$status" -eq 74 ] || fail "a full disk ended with $status"
grep -q 'No space left' "$directory/err" || fail "a full disk is not told: $(cat "$directory/err")"

# What can be asked for.
"$program" --help | grep -q -- '--range' || fail "--help does not name --range"
[ "$("$program" --list-policies | wc -l)" -ge 7 ] || fail "--list-policies lists too few"
for policy in $("$program" --list-policies); do
    for format in text json markdown svg; do
        "$program" --mock --event removal --policy "$policy" --format "$format" >"$directory/out" ||
            fail "$policy as $format"
        [ -s "$directory/out" ] || fail "$policy as $format prints nothing"
    done
done
