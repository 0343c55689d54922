#!/usr/bin/env bash
# SPDX-License-Identifier: BSL-1.0

# SIGKILL at each step of an XFS that leaves: nothing is left frozen, nobody waits for ever, what was
# left undone is said, and the next run goes on.

# shellcheck source=../support/real/support.sh
. "$(dirname "$0")/../support/real/support.sh"
# shellcheck source=../support/real/examples.sh
. "$(dirname "$0")/../support/real/examples.sh"

need_kind xfs
in_own_namespace "$@"
real_begin "$@"
trap 'kill -9 "${image_processes[@]}" 2>/dev/null || true; image_end' EXIT
state=$image_dir/state
mkdir "$state"

is_stopped() { [ "$(sed 's/.*) //' "/proc/$1/stat" 2>/dev/null | cut -c1)" = T ]; }
is_mounted() { grep -q " $image_mount " /proc/self/mounts; }
is_attached() { [ -e "/sys/block/${image_device#/dev/}/loop/backing_file" ]; }
gone() { ! kill -0 "$1" 2>/dev/null; }
watcher() { pgrep -x orderly_watcher -P "$1"; }

# A write ends, one way or the other: nobody is kept waiting by a freeze.
write_ends() { timeout 20 touch "$image_mount/touched" 2>/dev/null || [ $? -ne 124 ]; }

# stop_at STEP [OPTION...]: a run that has stopped itself there; sets $run.
stop_at() {
    "$programs/orderly_unbind" "$image_mount" --device "$image_device" --state "$state" --deadline 0.1 --grace 3 \
        --stop-at "$@" >"$image_dir/first" 2>&1 &
    run=$!
    image_processes+=("$run")
    await "a run that stops at $1" is_stopped "$run"
}

for killed in tell_users await_users freeze kill_users kill_openers shut_down thaw unmount detach; do
    for who in itself both; do
        # Shut down, frozen, and nobody left by whose file it could be thawed: that stays until the
        # next boot, and the page of the example says so.
        if [ $killed = thaw ] && [ $who = both ]; then continue; fi
        image_make xfs
        : >"$image_mount/file"
        (trap '' TERM; exec 9<"$image_mount/file"; while :; do sleep 0.2; done) &
        user=$!
        image_processes+=("$user")
        await "a user" test -e "/proc/$user/fd/9"
        stop_at $killed

        # While it is stopped another one keeps away.
        if [ $who = itself ]; then
            expect_problem 75 "another run is at it; wait until it has ended" \
                "$programs/orderly_unbind" "$image_mount" --device "$image_device" --state "$state"
        fi
        watching=$(watcher "$run" || true)
        if [ $who = both ] && [ -n "$watching" ]; then kill -9 "$watching"; fi
        kill -9 "$run"
        wait "$run" 2>/dev/null || true
        if [ -n "$watching" ]; then await "the watcher to end" gone "$watching"; fi
        if [ $who = itself ] && is_mounted; then
            write_ends || fail "killed at $killed, it is left frozen"
        fi
        checks=$((checks + 1))

        unbind "$image_dir/second" --deadline 0.1 --grace 3
        expect "after a run that was killed at $killed ($who): $(xargs <"$image_dir/second")" 0 "$left"
        expect "what is said" "a run before this one was ended in: $killed" "$(head -n 1 "$image_dir/second")"
        if is_mounted || is_attached; then fail "it is still there after $killed"; fi
        expect "nothing is kept" "" "$(ls "$state")"
        await "the user, after $killed" gone "$user"
    done
done
# One that is stopped, and not killed, keeps nobody waiting either: its freeze is held for so long.
image_make xfs
(trap '' TERM; exec 9>"$image_mount/file"; while echo line >&9; do sleep 0.1; done 2>/dev/null) &
user=$!
image_processes+=("$user")
stop_at shut_down --hold 0.5 --end USR1
write_ends || fail "a run that is stopped keeps it frozen"
kill -CONT "$run"
left=0
wait "$run" || left=$?
expect "a run that was stopped: $(xargs <"$image_dir/first")" 1 "$left"
expect "what is said" 1 "$(grep -c 'thaw: -EINVAL' "$image_dir/first")"
if is_mounted || is_attached; then fail "it is still there after a stop"; fi
real_end
