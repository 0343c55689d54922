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

# this_system: what is told of a system that has no packages of Debian.
this_system() {
    (. /etc/os-release 2>/dev/null && echo "${PRETTY_NAME:-this system}") || echo "this system"
}

# require_debian: ends the script where packages are not those of Debian or Ubuntu.
require_debian() {
    command -v dpkg-query >/dev/null && command -v apt-get >/dev/null && return 0
    echo "$0: installs packages of Debian 12, Debian 13 and Ubuntu 24.04, and this is $(this_system);" \
        "with g++ 12, meson, pkgconf, doctest and the headers of Boost 1.74, or newer:" \
        "meson setup build && meson test -C build" >&2
    exit "$exit_missing_packages"
}

# versions_of COMPILER LEAST: the versions, from LEAST on, that this release has packages of.
versions_of() {
    apt-cache search --names-only "^${1//+/\\+}-[0-9]+\$" 2>/dev/null |
        awk -v prefix="$1-" -v least="$2" '{
            version = substr($1, length(prefix) + 1)
            if (version + 0 >= least) print version
        }' | sort -n
}

# know_compilers: sets $gcc_oldest, $gcc_newest, $clang_oldest and $clang_newest to versions. Those of
# Debian 12 are those that the counts on file are of, whatever its updates have brought since.
know_compilers() {
    [[ -z ${gcc_oldest:-} ]] || return 0
    if (. /etc/os-release 2>/dev/null && [[ "${ID:-} ${VERSION_ID:-}" == "debian 12" ]]); then
        gcc_oldest=12 gcc_newest=12 clang_oldest=14 clang_newest=19
        return 0
    fi
    local gcc clang
    mapfile -t gcc < <(versions_of g++ 12)
    if ((${#gcc[@]} == 0 && EUID == 0)); then
        apt-get update >/dev/null 2>&1 || true
        mapfile -t gcc < <(versions_of g++ 12)
    fi
    mapfile -t clang < <(versions_of clang 14)
    if ((${#gcc[@]} == 0 || ${#clang[@]} == 0)); then
        echo "$0: apt-cache knows no g++ 12 and clang 14, or newer; as root: apt-get update" >&2
        exit "$exit_missing_packages"
    fi
    gcc_oldest=${gcc[0]} gcc_newest=${gcc[-1]}
    clang_oldest=${clang[0]} clang_newest=${clang[-1]}
}

# packages_for NEED...: the packages that tests/support/packages lists for any of these needs.
packages_for() {
    awk -v needs=" $* " '!/^#/ && NF && index(needs, " " $2 " ") { print $1 }' \
        "$checkout/tests/support/packages" |
        sed "/^g++/ { s/OLDEST/$gcc_oldest/; s/NEWEST/$gcc_newest/ }
             s/OLDEST/$clang_oldest/; s/NEWEST/$clang_newest/" | sort -u
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
# What the release has no package of is left out, and tests that want it are skipped, but for what
# the build needs.
require_packages() {
    require_debian
    know_compilers
    local missing
    mapfile -t missing < <(missing_packages "$@")
    ((${#missing[@]})) || return 0
    local log=/dev/null
    if ((EUID == 0)); then
        log=$(mktemp)
        # A list that cannot be fetched is no reason to stop while the packages can be.
        apt-get update >"$log" 2>&1 || true
    fi
    local package known unheard_of=() wanted=()
    known=" $(apt-cache policy "${missing[@]}" 2>/dev/null |
        awk '/^[^ ]/ { name = $1; sub(/:$/, "", name) } /^  Candidate: [^(]/ { print name }' |
        tr '\n' ' ') $(packages_for build | tr '\n' ' ')"
    for package in "${missing[@]}"; do
        # Without lists of packages nothing is known of any.
        if [[ $known == *" $package "* ]] || ! compgen -G "/var/lib/apt/lists/*_Packages*" >/dev/null; then
            wanted+=("$package")
        else
            unheard_of+=("$package")
        fi
    done
    if ((${#unheard_of[@]})); then
        echo "$(this_system) has no package ${unheard_of[*]}: what needs it is skipped" >&2
    fi
    if ((${#wanted[@]} == 0)); then
        [[ $log == /dev/null ]] || rm -f "$log"
        return 0
    fi
    if ((EUID != 0)); then
        echo "$0: missing packages, install them as root: apt-get install ${wanted[*]}" >&2
        exit "$exit_missing_packages"
    fi
    echo "Installing ${wanted[*]}"
    if ! apt-get install -y --no-install-recommends -o DPkg::Lock::Timeout=300 "${wanted[@]}" \
        >>"$log" 2>&1; then
        cat "$log" >&2
        rm -f "$log"
        echo "$0: apt-get could not install: ${wanted[*]}" >&2
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
