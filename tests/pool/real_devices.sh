#!/usr/bin/env bash
# SPDX-License-Identifier: BSL-1.0

# A pool of a loop device and of files on a real XFS: I/O that a frozen filesystem does not let end, an
# XFS that is shut down under it, and a device that is let go.

# shellcheck source=../support/real/support.sh
. "$(dirname "$0")/../support/real/support.sh"

need xfs_freeze xfs_io losetup
need_kind xfs
real_begin "$@"

image_make xfs
frozen=$image_mount
image_make xfs
lost=$image_mount
truncate -s 4M "$frozen/file" "$lost/file"
device=$(image_attach "$image_dir/device.img" 8M)
# A mount that is frozen cannot be unmounted.
trap 'xfs_freeze -u "$frozen" 2>/dev/null || true; image_end' EXIT

mkfifo "$image_dir/lines"
"$programs/pool" --deadline 300 "$frozen/file" "$lost/file" "$device" \
    <"$image_dir/lines" >"$image_dir/said" 2>"$image_dir/problems" &
pool=$!
image_processes+=("$pool")
exec 3>"$image_dir/lines"

# says LINE [TIMES]: waits until the pool has said it.
says() {
    local tries=0
    until [ "$(grep -cxF -- "$1" "$image_dir/said")" -ge "${2:-1}" ]; do
        tries=$((tries + 1))
        [ "$tries" -lt 600 ] || fail "the pool does not say '$1': $(cat "$image_dir/said" "$image_dir/problems")"
        if ! kill -0 "$pool" 2>/dev/null; then
            grep -q '^pool: io_uring' "$image_dir/problems" && skip "$(cat "$image_dir/problems")"
            fail "the pool has ended: $(cat "$image_dir/problems")"
        fi
        sleep 0.1
    done
    checks=$((checks + 1))
}
# A pool that has ended is found by what it does not say.
trap '' PIPE
tell() { echo "$*" >&3 2>/dev/null || true; }
has_open() { find "/proc/$pool/fd" -lname "$1" | wc -l; }

tell await 0 io
tell await 1 io
tell await 2 io
tell state
says '2 is live'

# A device that is announced to go is drained, closed, and can go.
expect 'descriptors of the device' 1 "$(has_open "$device")"
tell tell 2 announced_removal
says '2: torn_down: done, gone'
expect 'descriptors of the device' 0 "$(has_open "$device")"
losetup -d "$device"

# It is shut down: I/O fails by itself, and that is told.
xfs_io -x -c shutdown "$lost"
says '1: media_error: done, failed'
tell tell 1 announced_removal
says '1: torn_down: done, gone'
umount "$lost"

# I/O that does not end: aborted, and then kept; its state can be asked meanwhile.
xfs_freeze -f "$frozen"
tell await 0 io
tell tell 0 announced_removal
says '0: announced_removal: in_progress, draining'
tell state
says '0: deadline: in_progress, aborting'
says '0: deadline: done, stuck'
tell tell 0 announced_removal
tell tell 0 surprise_removal
says '0: announced_removal: refused, stuck'
says '0: surprise_removal: refused, stuck'
tell tell 0 arrived
says '0: arrived: refused, stuck'
expect 'torn down while in use' 0 "$(grep -c '^0: tear_down' "$image_dir/said" || true)"
expect 'descriptors of the file' 1 "$(has_open "$frozen/file")"

# It ends after all, and what was kept is let go; then it comes back.
xfs_freeze -u "$frozen"
says '0: torn_down: done, gone'
expect 'descriptors of the file' 0 "$(has_open "$frozen/file")"
tell tell 0 arrived
says '0: set_up_done: done, live'
tell await 0 io
tell state
says '0 is live' 2

exec 3>&-
status=0
wait "$pool" || status=$?
expect 'exit status' 0 "$status"
expect 'problems' '' "$(cat "$image_dir/problems")"
says_at_the_end=$(tail -n 1 "$image_dir/said")
expect 'what it says at the end' 'I/O: some, errors: some, wrong: 0' "$says_at_the_end"
real_end
