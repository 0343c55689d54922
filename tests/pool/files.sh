#!/usr/bin/env bash
# SPDX-License-Identifier: BSL-1.0

# A pool of plain files: what becomes of its devices, each step failing, and bad input.

set -eu
export LC_ALL=C
program=$(realpath "$1")
directory=$(mktemp -d)
trap 'rm -rf "$directory"' EXIT
cd "$directory"
truncate -s 4M first second third

fail() {
    echo "FAILED: $*" >&2
    cat out err >&2
    exit 1
}

# play STATUS OPTION... : the lines of the standard input, to a pool of the files
play() {
    local wanted=$1 status=0
    shift
    "$program" "$@" >out 2>err || status=$?
    if [ "$status" -eq 69 ]; then
        echo "skipped: $(cat err)"
        exit 77
    fi
    [ "$status" -eq "$wanted" ] || fail "'$*' ended with $status instead of $wanted"
}
says() { grep -qxF -- "$1" "${2:-out}" || fail "it does not say: $1"; }

# Drained, pulled, failed, resized, back again; asked for their state meanwhile.
play 0 first second third <<'END'
await 0 io
await 1 io
await 2 io
tell 0 announced_removal
tell 0 announced_removal
state
tell 1 surprise_removal
tell 2 media_error
await 0 gone
await 1 gone
tell 0 announced_removal
tell 0 media_error
tell 1 arrived
await 1 live
await 1 io
tell 1 resized
END
says '0: torn_down: done, gone'
says '0: announced_removal: done, gone'
says '0: media_error: refused, gone'
says '1: set_up_done: done, live'
says '1: resized: done, live'
says '2: media_error: done, failed'
says '2: torn_down: done, gone'
says 'I/O: some, errors: none, wrong: 0'
[ "$(grep -c 'tear_down begins' out)" -eq 4 ] || fail 'not torn down once each, and once more'

# A device that is not there when it is to come back.
mkfifo lines
"$program" first <lines >out 2>err &
exec 3>lines
printf '%s\n' 'tell 0 announced_removal' 'await 0 gone' >&3
tries=0
until grep -qs 'torn_down: done, gone' out; do
    tries=$((tries + 1))
    [ "$tries" -lt 600 ] || fail 'it is not torn down'
    sleep 0.1
done
mv first elsewhere
printf '%s\n' 'tell 0 arrived' 'await 0 quarantined' 'tell 0 arrived' >&3
exec 3>&-
wait "$!" || fail "it ended with $?"
says '0: step_failed: done, quarantined'
says '0: arrived: refused, quarantined'
mv elsewhere first

# Whatever step fails, nobody waits for ever, and nothing is torn down that is in use.
for story in 'announced_removal arrived' 'surprise_removal arrived' \
    'media_error announced_removal' 'resized announced_removal'; do
    for step in 0 1 2 3 4 5; do
        {
            echo 'await 0 io'
            for event in $story; do printf 'tell 0 %s\nawait 0 rest\n' "$event"; done
            echo 'tell 0 announced_removal'
        } >lines.txt
        play 0 --fail-step "$step" --deadline 500 first <lines.txt
        grep -qE '^0 is (gone|quarantined)$' out || fail "'$story', step $step: it is neither gone nor kept"
        ! grep -q ' failed: ' out || grep -qE '^0: step_failed: ' out ||
            fail "'$story', step $step: nothing was said of the failure"
    done
done

# Bad input: one line, a status of its own, and nothing else is lost.
play 65 first <<'END'
remove 0
tell 7 arrived
tell 0 drained
await 0 nowhere
tell 0 announced_removal
await 0 gone
END
[ "$(wc -l <err)" -eq 4 ] || fail 'not a line for each wrong line'
says 'pool: line 1: no such word, but tell, await, state: remove' err
says 'pool: line 2: tell needs a device, 0 to 0, and a word' err
says 'pool: line 4: no such state of a device: nowhere' err
says '0: torn_down: done, gone'
refused() {
    local wanted=$1 words=$2
    shift 2
    play "$wanted" "$@" </dev/null
    [ "$(wc -l <err)" -eq 1 ] || fail "'$*' says not one line"
    grep -qF -- "$words" err || fail "'$*' does not say '$words'"
    [ ! -s out ] || fail "'$*' prints something"
}
refused 64 'FILE is required'
refused 64 'deadline' --deadline none first
refused 66 'nothing: No such file' nothing
refused 66 'a\x0ab: No such file' "$(printf 'a\nb')"
truncate -s 100 small
refused 66 'small: No space' small

echo 'all is as it should be'
