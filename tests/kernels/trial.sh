#!/usr/bin/env bash
# SPDX-License-Identifier: BSL-1.0
# kernel_trial on what was recorded: trial.sh KERNEL_TRIAL OBSERVED
set -uo pipefail
trial=$1
observed=$2
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
failures=0

fail() {
    echo "$*"
    failures=$((failures + 1))
}

# says WHAT STATUS PATTERN ARGUMENT...: ends with this status, and a line matches.
says() {
    local what=$1 status=$2 pattern=$3 said got
    shift 3
    said=$("$trial" "$@" 2>&1)
    got=$?
    ((got == status)) || fail "$what: status $got, not $status"
    grep -qE -- "$pattern" <<<"$said" || fail "$what: no line is like $pattern:"$'\n'"$said"
}

{
    head -n 1 "$observed"
    grep '^7\.2,' "$observed"
} >"$scratch/7.2.csv"

says "the law that the unbind of 7.2 breaks" 0 \
    '^  broken +the_walk_is_no_longer_than_the_range: unbind_several_groups' "$scratch/7.2.csv"
says "a law that 7.2 keeps" 0 '^  kept +corruption_of_file_data_never_shuts_down' "$scratch/7.2.csv"
says "a law that nothing is about" 0 \
    '^  not tried +unknown_owner_is_treated_as_metadata: no scenario is about it' "$scratch/7.2.csv"
says "a law about what cannot be seen" 0 \
    '^  not tried +removal_marks_nothing_as_poisoned: in [0-9]+ it cannot be seen from outside' \
    "$scratch/7.2.csv"
says "an unbind that does not end has not left anybody behind yet" 0 \
    '^  broken +nobody_maps_what_is_gone: unbind_without_rmap, ' "$scratch/7.2.csv"
says "the release that 7.2 behaves like" 0 'Where it does not behave like xfs_linux_7_2' \
    "$scratch/7.2.csv"
says "as Markdown" 0 '^\| the_walk_is_no_longer_than_the_range \| broken \| [0-9]+ \| unbind_several_groups' \
    --markdown "$scratch/7.2.csv"

# A name can be anything.
sed 's/^7\.2,[^,]*,/7.2,a|b,/' "$scratch/7.2.csv" >"$scratch/name.csv"
says "a name that would break a table" 0 'Linux a\|b on trial' "$scratch/name.csv"

sed '3s/,poison,/,posion,/' "$scratch/7.2.csv" >"$scratch/wrong.csv"
says "a file with a mistake" 65 'wrong.csv:3: event has no value posion; it has poison, unbind' \
    "$scratch/wrong.csv"
says "no such file" 66 'cannot be read' "$scratch/nowhere.csv"
says "no file" 64 '^usage: '

exit $((failures != 0))
