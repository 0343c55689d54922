# SPDX-License-Identifier: BSL-1.0
# shellcheck shell=bash
# For tests/run, after setup.sh: other releases of Debian, in chroots.

# make_release RELEASE DIRECTORY: a release of Debian with nothing installed, which is left alone where
# it is already.
make_release() {
    local release=$1 directory=$2 name
    [[ ! -f $directory/complete ]] || return 0
    case $release in
        12) name=bookworm ;;
        13) name=trixie ;;
        *) name=$release ;;
    esac
    # What was interrupted is begun anew.
    rm -rf --one-file-system "$directory"
    mkdir -p "$directory"
    echo "Making Debian $release in $directory"
    if ! debootstrap --variant=minbase "$name" "$directory/root" >"$directory/log" 2>&1; then
        tail -n 5 "$directory/log" >&2
        echo "$0: debootstrap could not make Debian $release" >&2
        exit "$exit_missing_packages"
    fi
    mkdir -p "$directory/root/checkout" "$directory/root/build" "$directory/build"
    touch "$directory/complete"
}

# run_in_release RELEASE [ARGUMENT...]: tests/run of this checkout in that release; mounts are gone when
# it ends, however it does. The checkout is read-only there, and build trees are kept beside it. With
# --bare it is what a stranger does, in a release that is made for it alone.
run_in_release() {
    local release=$1 arguments=("${@:2}") program script=tests/run
    local directory=$build_root/debian-$release
    if [[ ${arguments[0]:-} == --bare ]]; then
        script=tests/consumers/five_minutes.sh
        arguments=()
        directory=$build_root/bare-$release
        rm -f "$directory/complete"
    fi
    if ((EUID != 0)); then
        echo "$0: a chroot with another release can be made by root alone" >&2
        exit "$exit_missing_packages"
    fi
    require_packages releases
    for program in unshare chroot; do
        if ! command -v "$program" >/dev/null; then
            echo "$0: there is no $program here" >&2
            exit "$exit_missing_packages"
        fi
    done
    require_build_directory
    make_release "$release" "$directory"
    cp /etc/resolv.conf "$directory/root/etc/resolv.conf"
    [[ $release != unstable ]] || arguments=(--in-unstable "${arguments[@]}")
    unshare --mount --pid --fork --kill-child bash -euc '
        directory=$1 checkout=$2 script=$3
        shift 3
        root=$directory/root
        mount --make-rprivate /
        mount --bind "$checkout" "$root/checkout"
        mount -o remount,bind,ro "$root/checkout"
        mount --bind "$directory/build" "$root/build"
        mount -t proc proc "$root/proc"
        mount --rbind /sys "$root/sys"
        mount --rbind /dev "$root/dev"
        exec env -i HOME=/root TERM=dumb DAXHOLD_BUILD=/build ${CI:+CI="$CI"} \
            PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin \
            chroot "$root" "/checkout/$script" "$@"
    ' run_in_release "$directory" "$checkout" "$script" "${arguments[@]}"
}
