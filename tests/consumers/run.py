#!/usr/bin/env python3
# SPDX-License-Identifier: BSL-1.0
"""Builds and runs a user's program with the library as that user would have it."""

import argparse
import json
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
SKIP = 77


def need(*programs):
    """Ends the test as skipped where one of the programs is not installed."""
    for program in programs:
        if not shutil.which(program):
            print(f"skipped: {program} is not installed")
            sys.exit(SKIP)


def run(*command, **options):
    """Runs a command that must succeed, and returns what it printed."""
    command = [str(word) for word in command]
    done = subprocess.run(command, text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                          stdin=subprocess.DEVNULL, **options)
    if done.returncode != 0:
        sys.exit(f"failed: {' '.join(command)}\n{done.stdout}")
    return done.stdout


def install(args, work):
    """Installs the library as a packager does, and returns the prefix."""
    prefix = work / "prefix"
    run("meson", "setup", f"--prefix={prefix}", "-Dauto_features=disabled", work / "build",
        args.source)
    run("meson", "install", "-C", work / "build")
    return prefix


def copy_consumer(work, build_file):
    """Copies the program and its build file to a place outside the source tree."""
    consumer = work / "consumer"
    consumer.mkdir()
    shutil.copy(HERE / "main.cpp", consumer)
    shutil.copy(HERE / build_file, consumer)
    return consumer


def by_include(args, work):
    """No installation: the include directory on the compiler's command line."""
    run(*args.compiler, "-std=c++20", "-I", args.source / "include", HERE / "main.cpp", "-o",
        work / "consumer")
    return work / "consumer"


def by_pkg_config(args, work):
    need("pkg-config")
    prefix = install(args, work)
    os.environ["PKG_CONFIG_PATH"] = str(prefix / "share" / "pkgconfig")
    version = run("pkg-config", "--modversion", "daxhold").strip()
    if version != args.version:
        sys.exit(f"pkg-config tells version {version}, not {args.version}")
    flags = run("pkg-config", "--cflags", "--libs", "daxhold").split()
    if flags != [f"-I{prefix}/include"]:
        sys.exit(f"pkg-config should give one -I and nothing else: {flags}")
    run(*args.compiler, "-std=c++20", HERE / "main.cpp", *flags, "-o", work / "consumer")
    return work / "consumer"


def by_cmake(args, work):
    """find_package in a tree that was moved after its installation."""
    need("cmake", "ninja")
    moved = work / "moved" / "elsewhere"
    moved.parent.mkdir()
    install(args, work).rename(moved)
    consumer = copy_consumer(work, "cmake/CMakeLists.txt")

    def configure(version):
        return ["cmake", "-G", "Ninja", "-S", consumer, "-B", work / f"cmake-{version}",
                f"-DCMAKE_CXX_COMPILER={args.compiler[-1]}", f"-DCMAKE_PREFIX_PATH={moved}",
                f"-Dwanted_version={version}"]

    run(*configure(args.version))
    run("cmake", "--build", work / f"cmake-{args.version}")
    # A package that would break its user must not be found.
    major, minor, patch = args.version.split(".")
    for other in (f"{major}.{int(minor) + 1}", f"{int(major) + 1}.0",
                  f"{major}.{minor}.{int(patch) + 1}"):
        if subprocess.run([str(word) for word in configure(other)],
                          capture_output=True).returncode == 0:
            sys.exit(f"find_package(daxhold {other}) accepted version {args.version}")
    return work / f"cmake-{args.version}" / "consumer"


def by_subproject(args, work):
    """A meson subproject of a strict project: none of our targets and none of our warning flags."""
    need("meson", "ninja")
    consumer = copy_consumer(work, "meson/meson.build")
    (consumer / "subprojects").mkdir()
    (consumer / "subprojects" / "daxhold").symlink_to(args.source)
    build = work / "build"
    run("meson", "setup", "--force-fallback-for=daxhold", build, consumer)
    run("meson", "compile", "-C", build)
    targets = json.loads(run("meson", "introspect", "--targets", build))
    if [target["name"] for target in targets] != ["consumer"]:
        sys.exit(f"the subproject builds targets of its own: {targets}")
    command = json.loads((build / "compile_commands.json").read_text())[0]["command"].split()
    leaked = {"-Wconversion", "-Wshadow"} & set(command)
    if leaked:
        sys.exit(f"the subproject's warning flags reach its user: {leaked}")
    return build / "consumer"


def main():
    ways = {name[len("by_"):]: way for name, way in globals().items() if name.startswith("by_")}
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("way", choices=ways)
    parser.add_argument("--source", type=pathlib.Path, required=True)
    parser.add_argument("--version", required=True)
    parser.add_argument("compiler", nargs="+")
    args = parser.parse_args()
    os.environ["CXX"] = " ".join(args.compiler)
    with tempfile.TemporaryDirectory() as work:
        consumer = ways[args.way](args, pathlib.Path(work))
        printed = run(consumer)
    if printed != f"{args.version}: 4096 bytes fail\n":
        sys.exit(f"the program printed something else: {printed}")


if __name__ == "__main__":
    main()
