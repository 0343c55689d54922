# SPDX-License-Identifier: BSL-1.0
# shellcheck shell=bash
# For tests/run and examples/run: the packages that they need, and build directories.

checkout=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
build_root=${DAXHOLD_BUILD:-$checkout/build}
[[ $build_root == /* ]] || build_root=$PWD/$build_root

# Nothing here asks anything.
exec </dev/null
export LC_ALL=C.UTF-8 DEBIAN_FRONTEND=noninteractive PYTHONDONTWRITEBYTECODE=1

readonly exit_missing_packages=69
readonly exit_no_build_directory=73

# packages_for NEED...: the packages that tests/support/packages lists for any of these needs.
packages_for() {
    awk -v needs=" $* " '!/^#/ && NF && index(needs, " " $2 " ") { print $1 }' \
        "$checkout/tests/support/packages"
}

# missing_packages NEED...: those of them that are not installed.
missing_packages() {
    local package
    for package in $(packages_for "$@"); do
        [[ $(dpkg-query -W -f '${db:Status-Status}' "$package" 2>/dev/null) == installed ]] ||
            echo "$package"
    done
}

# require_packages NEED...: installs what is missing; without root, names it and ends the script.
require_packages() {
    if ! command -v dpkg-query >/dev/null; then
        echo "$0: cannot tell which packages are installed; this needs Debian 12, or do what" \
            "README.md says about meson" >&2
        exit "$exit_missing_packages"
    fi
    local missing
    mapfile -t missing < <(missing_packages "$@")
    ((${#missing[@]})) || return 0
    if ((EUID != 0)); then
        echo "$0: missing packages, install them as root: apt-get install ${missing[*]}" >&2
        exit "$exit_missing_packages"
    fi
    echo "Installing ${missing[*]}"
    local log
    log=$(mktemp)
    # A list that cannot be fetched is no reason to stop while the packages can be.
    apt-get update >"$log" 2>&1 || true
    if ! apt-get install -y --no-install-recommends -o DPkg::Lock::Timeout=300 "${missing[@]}" \
        >>"$log" 2>&1; then
        cat "$log" >&2
        rm -f "$log"
        echo "$0: apt-get could not install: ${missing[*]}" >&2
        exit "$exit_missing_packages"
    fi
    rm -f "$log"
}

# require_build_directory NAME...: ends the script where one of these builds cannot be written.
require_build_directory() {
    local name
    mkdir -p "$build_root" 2>/dev/null || true
    for name in . "$@"; do
        if [[ ! -w $build_root && ! -d $build_root/$name ]] ||
            [[ -d $build_root/$name && ! -w $build_root/$name ]]; then
            echo "$0: cannot write to $build_root; choose another place: DAXHOLD_BUILD=/tmp/build $0" >&2
            exit "$exit_no_build_directory"
        fi
    done
}

# configure_build NAME COMPILER [MESON_OPTION...]: makes $build_root/NAME ready for ninja, and does
# nothing where it already is as told.
configure_build() {
    local directory=$build_root/$1 compiler=$2
    shift 2
    local wanted="$checkout $(meson --version) $compiler $*"
    if [[ -f $directory/build.ninja && $(cat "$directory/configured_as" 2>/dev/null) == "$wanted" ]]; then
        return 0
    fi
    if [[ -d $directory/meson-private ]]; then
        rm -rf "$directory"
    fi
    mkdir -p "$directory" || return
    if ! CXX=$compiler meson setup "$@" "$directory" "$checkout" >"$directory/configure.log" 2>&1; then
        cat "$directory/configure.log" >&2
        return 1
    fi
    echo "$wanted" >"$directory/configured_as"
}

# renew DIRECTORY: what a build knows of its tests is as new as their meson.build then.
renew() {
    local said
    if ! said=$(ninja -C "$1" build.ninja); then
        echo "$said" >&2
        return 1
    fi
}
