#!/usr/bin/env bash
# SPDX-License-Identifier: BSL-1.0

# The store of examples/sigbus_guard, while its file is cut off, its filesystem is full, or shut down.

# shellcheck source=../support/real/support.sh
. "$(dirname "$0")/../support/real/support.sh"
# shellcheck source=../support/real/examples.sh
. "$(dirname "$0")/../support/real/examples.sh"

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

# What the system does not tell is not known, and nothing is made up for it.
need strace
for refused in fstatfs lseek; do
    strace -qq -o /dev/null -e "inject=$refused:error=ENOMEM" "$store" --try >"$image_dir/refused"
    expect "full without $refused" 1 \
        "$(grep -c '^full tmpfs: slot 3: failed: it is not known what failed' "$image_dir/refused")"
    expect "cut off without $refused" 1 \
        "$(grep -c '^ftruncate: slot 2: lost: the file is shorter' "$image_dir/refused")"
done
# The first makes the file, the second cuts it off.
strace -qq -o /dev/null -e inject=ftruncate:error=EIO:when=3 "$store" --try >"$image_dir/refused"
expect "a file that stays cut off, and then not" "0 1" \
    "$(grep 'ftruncate: slot 2' "$image_dir/refused" | grep -c 'it was made as long') $(
        grep 'ftruncate: once more' "$image_dir/refused" | grep -c 'it was made as long')"
expect_problem 66 "cannot map '$image_dir/other': Cannot allocate memory" \
    strace -qq -o /dev/null -e inject=mmap:error=ENOMEM -P "$image_dir/other" "$store" "$image_dir/other"

expect_problem 64 "FILE is required; see --help" "$store"
expect_problem 64 "--slots" "$store" --slots 0 file
expect_problem 66 "Is a directory; give a file" "$store" "$image_dir"
expect_problem 66 "give a file that can be" "$store" "$image_dir/none/file"

image_make xfs
store_begin values "$image_mount/values" --slots 64
store_ask values "put 40 one"
store_ask values "put 1 two"
expect "put" stored "$answer"
truncate -s 64K "$image_mount/values"
store_ask values "get 40"
expect "cut off" "lost: the file is shorter than the mapping (so it was when the file was looked at); it was made as long as it was, what was cut off is lost" "$answer"
store_ask values "get 1"
expect "what was not" "value: two" "$answer"
store_ask values "get 40"
expect "mended" empty "$answer"

# Full, where other causes cannot be excluded. The store goes on.
: >"$image_mount/fill"
: >"$image_mount/rest"
dd if=/dev/zero of="$image_mount/fill" bs=1M status=none 2>/dev/null || true
dd if=/dev/zero of="$image_mount/rest" bs=4K status=none 2>/dev/null || true
answer=stored
for ((slot = 16; slot < 64 && slot != 40; ++slot)); do
    store_ask values "put $slot text"
    [ "$answer" = stored ] || break
done
case $answer in
"failed: the filesystem is full (something else cannot be excluded); nothing was lost"*) ;;
*) fail "on a full filesystem with $(stat -f -c %f "$image_mount") blocks: $answer" ;;
esac
checks=$((checks + 1))
store_ask values "get 1"
expect "on a full filesystem" "value: two" "$answer"
rm "$image_mount/fill" "$image_mount/rest"
store_ask values "put 20 text"
expect "with room again" stored "$answer"

# Shut down: what is not in the cache is gone with it.
sync -f "$image_mount"
echo 3 >/proc/sys/vm/drop_caches
xfs_io -x -c "shutdown" "$image_mount"
store_ask values "put 50 text"
expect "shut down" "failed: the filesystem or its device is gone (so it was when the file was looked at)" "$answer"
store_ask values "get 1"
expect "afterwards" "failed: the file is gone, nothing is tried any more" "$answer"
store_ask values "get 1000"
expect "no slot" "failed: there is no such slot" "$answer"
store_end values 0

store_begin other "$image_dir/other"
printf 'nonsense\n' >&"${store_input[other]}"
store_ask other "get 0"
expect "after nonsense" empty "$answer"
store_end other 65
expect "nonsense" "sigbus_guard: 'nonsense' is no command; say 'get SLOT' or 'put SLOT TEXT', of at most 4000 bytes" \
    "$(cat "$image_dir/other.err")"
real_end
