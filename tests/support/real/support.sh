# SPDX-License-Identifier: BSL-1.0
# shellcheck shell=bash

# What the tests on real filesystems share. They are run as
#
#   bash real_NAME.sh PROGRAM...
#
# with ask, blast_radius, map_file, fragment_file and attribute_file as they were built. Such a test
# passes (0), fails (1), or says why it cannot run here (77).

set -eu
export LC_ALL=C

tests=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
root=$(cd "$tests/../.." && pwd)
# shellcheck source=../../../examples/blast_radius/image.sh
. "$root/examples/blast_radius/image.sh"

checks=0

fail() {
    echo "FAILED: $*" >&2
    exit 1
}

skip() {
    echo "skipped: $*"
    exit 77
}

# need PROGRAM...: skips the test without them.
need() {
    local program
    for program; do
        command -v "$program" >/dev/null || skip "no $program here"
    done
}

# need_kind KIND: skips the test where no such filesystem can be made.
need_kind() {
    local why
    why=$(image_possible "$1" 2>&1) || skip "$why"
}

# expect WHAT EXPECTED ACTUAL
expect() {
    checks=$((checks + 1))
    [ "$2" = "$3" ] || fail "$1: expected '$2', got '$3'"
}

# same WHAT FILE FILE: the files are equal and not empty.
same() {
    checks=$((checks + 1))
    [ -s "$2" ] || fail "$1: nothing to compare"
    diff -u "$2" "$3" >"$image_dir/diff" || {
        head -n 40 "$image_dir/diff" >&2
        fail "$1: see above (-: found in another way, +: by blast_radius)"
    }
}

# expect_problem STATUS WORDS COMMAND...: the command ends with the status, one line on its standard
# error that has the words, and nothing on its standard output.
expect_problem() {
    local wanted=$1 words=$2 status=0
    shift 2
    "$@" >"$image_dir/out" 2>"$image_dir/err" || status=$?
    expect "exit status of '$*'" "$wanted" "$status"
    expect "lines of '$*'" 1 "$(wc -l <"$image_dir/err")"
    expect "output of '$*'" "" "$(cat "$image_dir/out")"
    checks=$((checks + 1))
    grep -qF -- "$words" "$image_dir/err" ||
        fail "'$*' does not say '$words': $(cat "$image_dir/err")"
}

# value FILE WORD: what follows the word in a file of "WORD VALUE" lines.
value() { sed -n "s/^$2 //p" "$1"; }

# Makes $image_dir, and $programs in it, with the programs by name. To be called after what the test
# needs was looked for.
real_begin() {
    image_begin
    programs=$image_dir/programs
    mkdir "$programs"
    local program
    for program; do
        ln -s "$(realpath "$program")" "$programs/"
    done
}

real_end() {
    [ "$checks" -gt 0 ] || fail "nothing was checked"
    echo "$checks checks passed"
}
