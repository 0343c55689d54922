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

# The command line.
refuses 64 'PATH'
refuses 64 '--no-such' --no-such /
refuses 64 'event' --mock --event explosion
refuses 64 'format' --mock --format xml
refuses 64 'device' --mock --device tape
refuses 64 'excludes' --mock --range 0:4K --whole-device
refuses 64 'excludes' --mock /
refuses 64 'excludes' --mock --policy no_holder --all-policies
refuses 64 'as csv' --mock --all-policies --format csv
# Ranges.
refuses 65 'is not of the form' --mock --range ''
refuses 65 'empty' --mock --range 0:0
refuses 65 "write OFFSET:LENGTH" --mock --range 8192
refuses 65 'negative' --mock --range 8192:-4096
refuses 65 'not a number' --mock --range zero:4096
refuses 65 'beyond' --mock --range 1G:4K
refuses 65 'beyond' --mock --range 0:4K --range 1G:4K
refuses 65 'no log device' --mock --device log
# What is no filesystem.
refuses 66 'there is no' /no/such/directory
refuses 66 'mount point' "$directory"
refuses 67 'xfs_linux_6_8' --mock --policy xfs_linux_9_9
refuses 69 'FS_IOC_GETFSMAP' /proc
# Lists and records.
echo nonsense >"$directory/list"
refuses 70 "'nonsense', is no range" --mock --ranges "$directory/list"
: >"$directory/list"
refuses 70 'has no range in it' --mock --ranges "$directory/list"
refuses 70 'No such file' --mock --ranges "$directory/no_such_list"
refuses 70 'no list of bad blocks' --mock --badblocks
refuses 70 'physical addresses' --mock --physical 0x100000000:4096
echo '{}' >"$directory/record"
refuses 70 'is no record' --replay "$directory/record"
refuses 70 'No such file' --replay "$directory/no_such_record"
refuses 74 'No such file' --mock --record "$directory/no/such/directory"

# What cannot be written is not an answer.
status=0
"$program" --mock >/dev/full 2>"$directory/err" || status=$?
[ "$status" -eq 74 ] || fail "a full disk ended with $status"
grep -q 'No space left' "$directory/err" || fail "a full disk is not told: $(cat "$directory/err")"

# An interrupt ends it wherever it is, here while it waits for its input: sends SIGNAL HOW, where HOW
# is how env(1) has it begin, as a shell starts what is in the background deaf to SIGINT.
mkfifo "$directory/input"
interrupted() {
    local waiting
    env "--$2-signal=$1" "$program" --mock --ranges "$directory/input" --format csv \
        >"$directory/out" 2>"$directory/err" &
    waiting=$!
    # Once this is open, it is in the middle of its work.
    exec 9>"$directory/input"
    kill -s "$1" "$waiting"
    echo 48K:4K >&9 2>/dev/null || true
    exec 9>&-
    status=0
    wait "$waiting" || status=$?
}
trap '' PIPE
for signal in INT TERM HUP; do
    interrupted "$signal" default
    [ "$status" -eq 130 ] || fail "SIG$signal ended with $status"
    [ "$(wc -l <"$directory/err")" -eq 1 ] || fail "SIG$signal says: $(cat "$directory/err")"
    [ ! -s "$directory/out" ] || fail "SIG$signal prints something"
done
# What it was started deaf to (nohup) does not end it.
interrupted HUP ignore
[ "$status" -eq 0 ] || fail "an ignored SIGHUP ended it with $status"
grep -q ',131,plain,' "$directory/out" || fail "no answer after an ignored SIGHUP"
trap - PIPE

# A reader that has gone ends it as it ends every program, or is told where that signal is ignored.
: >"$directory/closed"
readless() {
    { sleep 0.2; status=0; env "--$1-signal=PIPE" "$program" --mock --format json 2>"$directory/err" || status=$?
      echo "$status" >"$directory/closed"; } | true
    for ((tries = 0; tries < 100; ++tries)); do
        [ ! -s "$directory/closed" ] || break
        sleep 0.1
    done
    status=$(cat "$directory/closed")
    : >"$directory/closed"
}
readless default
[ "$status" -eq 141 ] || fail "a reader that has gone ended it with $status"
[ ! -s "$directory/err" ] || fail "a reader that has gone: $(cat "$directory/err")"
readless ignore
[ "$status" -eq 74 ] || fail "a reader that has gone, and an ignored SIGPIPE: $status"
grep -q 'Broken pipe' "$directory/err" || fail "a broken pipe is not told: $(cat "$directory/err")"

# What can be asked for.
"$program" --help | grep -q -- '--range' || fail "--help does not name --range"
"$program" --version | grep -q '^blast_radius [0-9]' || fail "--version: $("$program" --version)"
[ "$("$program" --list-policies | wc -l)" -ge 7 ] || fail "--list-policies lists too few"
for policy in $("$program" --list-policies); do
    for format in text json csv markdown svg; do
        "$program" --mock --event removal --policy "$policy" --format "$format" >"$directory/out" ||
            fail "$policy as $format"
        [ -s "$directory/out" ] || fail "$policy as $format prints nothing"
    done
done
for format in text json markdown; do
    "$program" --mock --range 48K:4K --all-policies --format "$format" >"$directory/out" || fail "all policies as $format"
    grep -q xfs_linux_6_12 "$directory/out" || grep -q xfs_linux_6_8 "$directory/out" || fail "all policies as $format: none"
done
printf '96 8\n' | "$program" --mock --ranges - --format csv | grep -q ',131,plain,file_data,' || fail "a list of sectors"
"$program" --mock --range 12b:1b --range 1K:1K --format csv | grep -q ',131,plain,' || fail "several ranges"

# The verdict as an exit status, and nothing else.
says() {
    local wanted=$1 status=0
    shift
    "$program" --mock --quiet --policy xfs_linux_6_8 "$@" >"$directory/out" 2>&1 || status=$?
    [ "$status" -eq "$wanted" ] || fail "--quiet '$*' ended with $status instead of $wanted"
    [ ! -s "$directory/out" ] || fail "--quiet prints: $(cat "$directory/out")"
}
says 0 --range 20K:4K
says 1 --range 48K:4K
says 2 --range 0:4K
says 2 --event removal

# The manual names every status that there is, and README every one that the manual has.
"$program" --manual >"$directory/manual"
! grep -qE '^\.(TP|B) *$' <(sed -n '/^\.SH OPTIONS/,/^\.SH EXIT/p' "$directory/manual" | grep -v '^\.TP$') || fail "the manual has an empty option"
sed -n '/^\.SH EXIT STATUS/,$p' "$directory/manual" | sed -n 's/^\.B \([0-9]*\)$/\1/p' >"$directory/expected"
sed -n 's/^| \([0-9]*\) | .*/\1/p' "$(dirname "$0")/../../examples/blast_radius/README.md" >"$directory/found"
diff "$directory/expected" "$directory/found" || fail "the statuses of the manual and of README differ"
if command -v man >/dev/null; then
    [ -z "$(MANROFFSEQ='' LC_ALL=C.UTF-8 man --warnings -l "$directory/manual" 2>&1 >/dev/null)" ] || fail "the manual is no good roff"
fi
