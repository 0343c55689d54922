# SPDX-License-Identifier: BSL-1.0
# shellcheck shell=bash

# What the tests of the examples that act share, beside support.sh: a store that is asked meanwhile,
# and a disk whose pages fail. To be sourced after it.

# A sanitizer would take SIGBUS for itself, and cannot look for leaks beside strace.
export ASAN_OPTIONS="${ASAN_OPTIONS:+$ASAN_OPTIONS:}handle_sigbus=0:detect_leaks=0"

# await WHAT COMMAND...: waits until the command succeeds, for half a minute at most.
await() {
    local what=$1 tries=0
    shift
    until "$@"; do
        tries=$((tries + 1))
        [ "$tries" -lt 300 ] || fail "waited in vain: $what"
        sleep 0.1
    done
}

# disk_begin DIRECTORY [OPTION...]: sets disk_process. It ends when it is unmounted, which image_end
# sees to.
disk_begin() {
    local directory=$1
    shift
    rm -f "$directory.out"
    "$programs/fuse_disk" "$directory" "$@" >"$directory.out" 2>"$directory.err" &
    disk_process=$!
    await "the disk to be ready" grep -qs ready "$directory.out"
}

# disk_say DIRECTORY COMMAND: its answer is in $said.
disk_say() {
    echo "$2" >"$1/control" || fail "the disk does not understand '$2'"
    said=$(tail -n 1 "$1/control")
}

# need_fuse: skips the test where the disk was not built or cannot be mounted.
need_fuse() {
    [ -x "$programs/fuse_disk" ] || skip "fuse_disk was not built: libfuse3-dev is missing"
    [ -c /dev/fuse ] || skip "no /dev/fuse here"
    grep -qw fuse /proc/filesystems || skip "this kernel has no fuse"
}

# store_begin NAME FILE [OPTION...]: a store on the file; store_ask NAME LINE: its answer is in
# $answer; store_end NAME STATUS.
declare -A store_input store_output store_process
store_begin() {
    local name=$1 input output
    shift
    mkfifo "$image_dir/$name.in" "$image_dir/$name.out"
    "$programs/sigbus_guard" "$@" <"$image_dir/$name.in" >"$image_dir/$name.out" 2>"$image_dir/$name.err" &
    store_process[$name]=$!
    image_processes+=("$!")
    exec {input}>"$image_dir/$name.in" {output}<"$image_dir/$name.out"
    store_input[$name]=$input
    store_output[$name]=$output
}
store_ask() {
    printf '%s\n' "$2" >&"${store_input[$1]}"
    IFS= read -r -t 60 answer <&"${store_output[$1]}" || fail "no answer to '$2': $(cat "$image_dir/$1.err")"
}
store_end() {
    local input=${store_input[$1]} output=${store_output[$1]} status=0
    exec {input}>&- {output}<&-
    wait "${store_process[$1]}" 2>/dev/null || status=$?
    expect "status of the store $1" "$2" "$status"
    rm -f "$image_dir/$1.in" "$image_dir/$1.out"
}

# in_own_namespace ARGUMENT...: runs the test with these in a mount namespace of its own, so that
# nobody else on the machine gets a copy of its mounts and keeps them.
in_own_namespace() {
    [ -z "${own_namespace:-}" ] || return 0
    own_namespace=yes exec unshare --mount --propagation private bash "$0" "$@"
}

# unbind OUTPUT OPTION...: runs orderly_unbind on $image_mount; its status is in $left.
unbind() {
    local output=$1
    shift
    left=0
    timeout -k 5 60 "$programs/orderly_unbind" "$image_mount" --device "$image_device" \
        --state "$state" "$@" >"$output" 2>"$image_dir/err" || left=$?
}
