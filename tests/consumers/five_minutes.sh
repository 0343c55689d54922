#!/usr/bin/env bash
# SPDX-License-Identifier: BSL-1.0
# What a stranger types on a Debian with nothing installed, as root: installs a compiler and the build
# tools of the release, and gets each of the ways in to print a verdict, with the build files that
# examples/README.md shows. `tests/run --debian 13 --bare` runs it in a fresh chroot. It fails where one
# prints something else, and says how long all of it took.
set -euo pipefail

source_of=$(cd "$(dirname "$0")/../.." && pwd)
work=$(mktemp -d)
cd "$work"
SECONDS=0
export DEBIAN_FRONTEND=noninteractive
if ! { apt-get update && apt-get install -y --no-install-recommends \
    g++ libboost-dev git cmake meson pkgconf python3; } >log 2>&1; then
    cat log
    exit 1
fi
echo "packages after $SECONDS s: $(g++ --version | head -n 1)"

# A clone of what is there, which is what a stranger has.
git config --global --add safe.directory '*'
mkdir daxhold
cp -r "$source_of"/{include,.cmake,.doxygen,.packaging,meson.build,LICENSE} daxhold
git -C daxhold init --quiet --initial-branch=main
git -C daxhold add --force .
git -C daxhold -c user.name=a -c user.email=a@b commit --quiet --message=all
consumers=$source_of/tests/consumers

verdict() {
    local way=$1 printed
    printed=$("${@:2}")
    [[ $printed == *": tell every user" ]] || { echo "$way prints: $printed"; exit 1; }
    echo "$way: '$printed' after $SECONDS s"
}

# begin WAY [FILE...]: an empty directory with the program, and what stands beside it.
begin() {
    mkdir "$work/$1"
    cd "$work/$1"
    cp "$consumers/main.cpp" "${@:2}" .
}
quietly() { "$@" >"$work/log" 2>&1 || { cat "$work/log"; exit 1; }; }

begin include
g++ -std=c++20 -I ../daxhold/include main.cpp
verdict include ./a.out

begin single_header
../daxhold/.packaging/single_header tables -o daxhold.hpp
g++ -std=c++20 '-DDAXHOLD_HEADER="daxhold.hpp"' main.cpp
verdict single_header ./a.out

begin fetch_content "$consumers/fetch_content/CMakeLists.txt"
quietly cmake -G Ninja -S . -B build "-Ddaxhold_repository=file://$work/daxhold"
quietly cmake --build build
verdict fetch_content build/consumer

begin add_subdirectory "$consumers/add_subdirectory/CMakeLists.txt"
cp -r ../daxhold .
quietly cmake -G Ninja -S . -B build
quietly cmake --build build
verdict add_subdirectory build/consumer

begin wrap "$consumers/meson/meson.build"
mkdir subprojects
sed "s|@repository@|file://$work/daxhold|" "$consumers/meson/daxhold.wrap" >subprojects/daxhold.wrap
quietly meson setup build
quietly meson compile -C build
verdict wrap build/consumer

begin subproject "$consumers/meson/meson.build"
mkdir subprojects
cp -r ../daxhold subprojects
quietly meson setup build
quietly meson compile -C build
verdict subproject build/consumer

cd "$work/daxhold"
quietly meson setup -Dauto_features=disabled ../install
quietly meson install -C ../install

begin pkg_config
# shellcheck disable=SC2046 # they are words
g++ -std=c++20 $(pkg-config --cflags daxhold) main.cpp
verdict pkg_config ./a.out

begin find_package "$consumers/find_package/CMakeLists.txt"
quietly cmake -G Ninja -S . -B build -Dwanted_version=0.1
quietly cmake --build build
verdict find_package build/consumer

begin installed_meson "$consumers/meson/meson.build"
quietly meson setup build
quietly meson compile -C build
verdict installed_meson build/consumer

echo "all of it in $SECONDS s, of five minutes"
