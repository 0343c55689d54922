#!/usr/bin/env bash
# SPDX-License-Identifier: BSL-1.0

# The store of examples/sigbus_guard, while its file is cut off, its filesystem is full, or shut down.

# shellcheck source=../support/real/support.sh
. "$(dirname "$0")/../support/real/support.sh"

need xfs_io
need_kind xfs
real_begin "$@"
store=$programs/sigbus_guard

# What works everywhere is told apart; what does not work here says why.
"$store" --try >"$image_dir/tried"
expect "a file that was cut off" 1 "$(grep -c '^ftruncate: slot 2: lost: the file is shorter' "$image_dir/tried")"
expect "a full tmpfs" 1 "$(grep -c '^full tmpfs: slot 3: failed: the filesystem is full (so it was' "$image_dir/tried")"
expect "the neighbours" 0 "$(grep 'slot 0' "$image_dir/tried" | grep -cv 'value: a value$')"
if grep '^UFFDIO_POISON\|^MADV_HWPOISON' "$image_dir/tried" | grep -v 'cannot be tried'; then
    if [ -e /proc/sys/vm/memory_failure_early_kill ]; then
        said='lost: the memory of the page has failed (the signal says so)'
    else
        said='failed: it is not known what failed'
    fi
    expect "poison" 0 "$(grep 'POISON: slot 2' "$image_dir/tried" | grep -v 'cannot be tried' | grep -cvF "$said")"
fi

expect_problem 64 "FILE is required; see --help" "$store"
expect_problem 64 "--slots" "$store" --slots 0 file
expect_problem 66 "Is a directory; give a file" "$store" "$image_dir"
expect_problem 66 "give a file that can be" "$store" "$image_dir/none/file"

# A store that is asked meanwhile: say LINE, answer.
begin() {
    coproc STORE { exec "$store" "$@" 2>"$image_dir/store.err"; }
    # shellcheck disable=SC2153
    store_process=$STORE_PID
}
ask() {
    printf '%s\n' "$1" >&"${STORE[1]}"
    IFS= read -r -t 60 answer <&"${STORE[0]}" || fail "no answer to '$1'"
}
end() {
    local input=${STORE[1]} status=0
    eval "exec $input>&-"
    wait "$store_process" || status=$?
    expect "status of the store" "$1" "$status"
}

image_make xfs
begin "$image_mount/values" --slots 64
ask "put 40 one"
ask "put 1 two"
expect "put" stored "$answer"
truncate -s 64K "$image_mount/values"
ask "get 40"
expect "cut off" "lost: the file is shorter than the mapping (so it was when the file was looked at); it was made as long as it was, what was cut off is lost" "$answer"
ask "get 1"
expect "what was not" "value: two" "$answer"
ask "get 40"
expect "mended" empty "$answer"

# Full, where other causes cannot be excluded. The store goes on.
: >"$image_mount/fill"
: >"$image_mount/rest"
dd if=/dev/zero of="$image_mount/fill" bs=1M status=none 2>/dev/null || true
dd if=/dev/zero of="$image_mount/rest" bs=4K status=none 2>/dev/null || true
answer=stored
for ((slot = 16; slot < 64 && slot != 40; ++slot)); do
    ask "put $slot text"
    [ "$answer" = stored ] || break
done
case $answer in
"failed: the filesystem is full (something else cannot be excluded); nothing was lost"*) ;;
*) fail "on a full filesystem with $(stat -f -c %f "$image_mount") blocks: $answer" ;;
esac
checks=$((checks + 1))
ask "get 1"
expect "on a full filesystem" "value: two" "$answer"
rm "$image_mount/fill" "$image_mount/rest"
ask "put 20 text"
expect "with room again" stored "$answer"

# Shut down: what is not in the cache is gone with it.
sync -f "$image_mount"
echo 3 >/proc/sys/vm/drop_caches
xfs_io -x -c "shutdown" "$image_mount"
ask "put 50 text"
expect "shut down" "failed: the filesystem or its device is gone (so it was when the file was looked at)" "$answer"
ask "get 1"
expect "afterwards" "failed: the file is gone, nothing is tried any more" "$answer"
ask "get 1000"
expect "no slot" "failed: there is no such slot" "$answer"
end 0

begin "$image_dir/other"
printf 'nonsense\n' >&"${STORE[1]}"
ask "get 0"
expect "after nonsense" empty "$answer"
end 65
expect "nonsense" "sigbus_guard: 'nonsense' is no command; say 'get SLOT' or 'put SLOT TEXT', of at most 4000 bytes" \
    "$(cat "$image_dir/store.err")"
real_end
