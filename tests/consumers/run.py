#!/usr/bin/env python3
# SPDX-License-Identifier: BSL-1.0
"""Builds and runs a user's program with the library as that user would have it, or shows what
keeps somebody from it. All that is made lies in an empty directory. examples/README.md shows the
build files that are used here."""

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
    consumer = work / "project"
    consumer.mkdir()
    shutil.copy(HERE / "main.cpp", consumer)
    shutil.copy(HERE / build_file, consumer)
    return consumer


def repository(args, work):
    """What is in the source tree as a git repository, also where it was changed; its URL."""
    need("git")
    copy = work / "repository"
    copy.mkdir()
    for name in ("include", ".cmake"):
        shutil.copytree(args.source / name, copy / name)
    for name in ("meson.build", "LICENSE"):
        shutil.copy(args.source / name, copy)
    git = ["git", "-C", copy, "-c", "user.name=a", "-c", "user.email=a@b"]
    run("git", "init", "--quiet", "--initial-branch=main", copy)
    run(*git, "add", "--force", ".")
    run(*git, "commit", "--quiet", "--message=all")
    return copy.as_uri()


def build_with_cmake(args, work, consumer, *options):
    run("cmake", "-G", "Ninja", "-S", consumer, "-B", work / "build",
        f"-DCMAKE_CXX_COMPILER={args.compiler[-1]}", *options)
    run("cmake", "--build", work / "build")
    return work / "build" / "consumer"


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
    if not (prefix / "share" / "licenses" / "daxhold" / "LICENSE").exists():
        sys.exit("the licence is not installed")
    run(*args.compiler, "-std=c++20", HERE / "main.cpp", *flags, "-o", work / "consumer")
    return work / "consumer"


def by_find_package(args, work):
    """find_package in a tree that was moved after its installation."""
    need("cmake", "ninja")
    moved = work / "moved" / "elsewhere"
    moved.parent.mkdir()
    install(args, work).rename(moved)
    consumer = copy_consumer(work, "find_package/CMakeLists.txt")

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


def by_fetch_content(args, work):
    need("cmake", "ninja")
    return build_with_cmake(args, work, copy_consumer(work, "fetch_content/CMakeLists.txt"),
                            f"-Ddaxhold_repository={repository(args, work)}")


def by_add_subdirectory(args, work):
    need("cmake", "ninja")
    consumer = copy_consumer(work, "add_subdirectory/CMakeLists.txt")
    (consumer / "daxhold").symlink_to(args.source)
    return build_with_cmake(args, work, consumer)


def build_with_meson(work, consumer, *options):
    need("meson", "ninja")
    run("meson", "setup", *options, work / "build_consumer", consumer)
    run("meson", "compile", "-C", work / "build_consumer")
    return work / "build_consumer"


def by_installed_meson(args, work):
    os.environ["PKG_CONFIG_PATH"] = str(install(args, work) / "share" / "pkgconfig")
    return build_with_meson(work, copy_consumer(work, "meson/meson.build"),
                            "--wrap-mode=nofallback") / "consumer"


def by_subproject(args, work):
    """A meson subproject of a strict project: none of our targets and none of our warning flags."""
    consumer = copy_consumer(work, "meson/meson.build")
    (consumer / "subprojects").mkdir()
    (consumer / "subprojects" / "daxhold").symlink_to(args.source)
    build = build_with_meson(work, consumer, "--force-fallback-for=daxhold")
    targets = json.loads(run("meson", "introspect", "--targets", build))
    if [target["name"] for target in targets] != ["consumer"]:
        sys.exit(f"the subproject builds targets of its own: {targets}")
    command = json.loads((build / "compile_commands.json").read_text())[0]["command"].split()
    leaked = {"-Wconversion", "-Wshadow"} & set(command)
    if leaked:
        sys.exit(f"the subproject's warning flags reach its user: {leaked}")
    return build / "consumer"


def by_wrap(args, work):
    """The same, fetched by meson."""
    consumer = copy_consumer(work, "meson/meson.build")
    (consumer / "subprojects").mkdir()
    wrap = (HERE / "meson" / "daxhold.wrap").read_text()
    (consumer / "subprojects" / "daxhold.wrap").write_text(
        wrap.replace("@repository@", repository(args, work)))
    return build_with_meson(work, consumer, "--force-fallback-for=daxhold") / "consumer"


def messages(*command):
    """What a compiler says of something that it has to refuse."""
    done = subprocess.run([str(word) for word in command], text=True, capture_output=True,
                          stdin=subprocess.DEVNULL, env={**os.environ, "LC_ALL": "C"})
    if done.returncode == 0:
        sys.exit(f"compiles, and must not: {' '.join(map(str, command))}")
    return done.stderr


def by_single_header(args, work):
    """Each made by one command and alone, all of them in one file, in each standard that there is;
    refused beside the headers that they were made of."""
    names = ("tables", "core", "everything")
    for name in names:
        run(args.source / ".packaging" / "single_header", name, "-o", work / f"daxhold_{name}.hpp")
        first = (work / f"daxhold_{name}.hpp").read_text().split("\n", 1)[0]
        if not first.startswith(f"// daxhold {args.version}, {name}: from "):
            sys.exit(f"the first line of the single header is {first}")
    strict = [*args.compiler, "-Wall", "-Wextra", "-Wpedantic", "-Wconversion", "-Wshadow", "-Werror",
              "-I", work]
    together = work / "together.cpp"
    together.write_text("".join(f'#include "daxhold_{name}.hpp"\n' for name in reversed(names))
                        + "static_assert(daxhold::byte_range::whole_device().contains({4096, 4096}));\n")
    sources = {"c++20": [together], "c++23": [work / "daxhold_core.hpp"], "c++26": [work / "daxhold_tables.hpp"]}
    for standard, paths in sources.items():
        if subprocess.run([*args.compiler, f"-std={standard}", "-fsyntax-only", "-x", "c++", os.devnull],
                          capture_output=True).returncode != 0:
            print(f"{args.compiler[-1]} has no {standard}")
            continue
        for path in paths:
            run(*strict, f"-std={standard}", "-fsyntax-only", "-Wno-deprecated-declarations", "-x", "c++", path)
    (work / "both.cpp").write_text('#include <daxhold/event.hpp>\n#include "daxhold_tables.hpp"\n')
    said = messages(*strict, "-std=c++20", "-I", args.source / "include", "-fsyntax-only", work / "both.cpp")
    if "two copies of daxhold in one file" not in said or len(said.splitlines()) > 20:
        sys.exit(f"a copy beside a copy is refused with other words:\n{said}")
    run(*strict, "-std=c++20", '-DDAXHOLD_HEADER="daxhold_tables.hpp"', HERE / "main.cpp", "-o", work / "consumer")
    return work / "consumer"


def by_older_standard(args, work):
    """C++17 is refused by the first line of the first header, and nothing follows. That every header
    begins with that one is looked at by tests/layout/includes.py."""
    include = args.source / "include"
    for header in sorted([*include.glob("*.hpp"), *include.glob("daxhold/*.hpp")]):
        name = header.relative_to(include)
        (work / "older.cpp").write_text(f"#include <{name}>\nstatic_assert(daxhold::version.major == 0);\n")
        said = messages(*args.compiler, "-std=c++17", "-I", include, "-fsyntax-only", work / "older.cpp")
        errors = [line for line in said.splitlines() if "error:" in line]
        if len(errors) != 2 or "daxhold needs C++20: compile with -std=c++20" not in errors[0] \
                or len(said.splitlines()) > 20:
            sys.exit(f"{name} in C++17:\n{said}")
    return by_include(args, work)


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
    if printed != f"{args.version}: tell every user\n":
        sys.exit(f"the program printed something else: {printed}")


if __name__ == "__main__":
    main()
