#!/usr/bin/env python3
# SPDX-License-Identifier: BSL-1.0
"""Every header has its test and every test its header, both are registered, and nothing lies about.

Usage: files.py ROOT BUILD"""

import fnmatch
import json
import pathlib
import sys

from findings import INCLUDE, ROOMS, ROOT, TESTS, finding, finish, room_headers, sources

TOP_LEVEL = {"include", "examples", "tests", "meson.build", "README.md", "LICENSE"}

# Tests that are not about one header, by the name under which they are registered, with the reason.
WITHOUT_HEADER = {
    "tables/difference_of_policies": "the differences between the shipped policies",
    "policy/walk_in_core": "the inodes in core gone through, beside a walk of every record",
    "device/races_of_the_lineage": "the races of the kernel's fields, explored, beside the device",
    "device/srcu_interleavings": "the code of SRCU, atomic by atomic, in every interleaving",
    "guard/optimised": "guarded accesses where compilers move the most",
    "device/stories": "whole events, from the driver through device and layers to the holders",
}

SPDX = "// SPDX-License-Identifier: BSL-1.0"


def check_top_level():
    ignored = [line.strip("/") for line in (ROOT / ".gitignore").read_text().split()]
    for entry in ROOT.iterdir():
        if entry.name in TOP_LEVEL or entry.name.startswith("."):
            continue
        if not any(fnmatch.fnmatch(entry.name, pattern) for pattern in ignored):
            finding(entry, "has no place at the top level")


def registered_tests(build):
    """The names of the tests that meson knows."""
    tests = json.loads((build / "meson-info" / "intro-tests.json").read_text())
    return {test["name"] for test in tests}


def check_pairs(registered):
    headers = {str(header.relative_to(INCLUDE).with_suffix(""))
               for room in ROOMS for header in room_headers(room)}
    headers |= {header.stem for header in INCLUDE.glob("*.hpp") if header.stem not in ROOMS}
    tests = {str(test.relative_to(TESTS).with_suffix(""))
             for room in ROOMS for test in (TESTS / room).rglob("*.cpp")}
    tests |= {test.stem for test in TESTS.glob("*.cpp")}

    for room in INCLUDE.iterdir():
        if room.is_dir() and room.name not in ROOMS:
            finding(room, "is no room that tests/layout/findings.py knows")
    for name in headers - tests:
        finding(INCLUDE / f"{name}.hpp", f"has no test: tests/{name}.cpp")
    for name in tests - headers:
        about = name.removesuffix("_concurrency")
        if about not in headers and name not in WITHOUT_HEADER:
            finding(TESTS / f"{name}.cpp", f"tests no header: include/daxhold/{about}.hpp")
    for name in WITHOUT_HEADER.keys() - tests:
        finding(TESTS / f"{name}.cpp", "is excepted in tests/layout/files.py, but does not exist")
    others = {test.relative_to(TESTS) for pattern in ("blast_radius/*.cpp", "*/real_*.sh")
              for test in TESTS.glob(pattern)}
    for test in others | {pathlib.Path(f"{name}.cpp") for name in tests}:
        if str(test.with_suffix("")) not in registered:
            finding(TESTS / test, "is not registered in the meson.build of the tests")
    for name in tests:
        test = (TESTS / f"{name}.cpp").read_text()
        if "TEST_CASE" not in test:
            finding(TESTS / f"{name}.cpp", "has no TEST_CASE, and so nothing in it can fail")
    return len(headers) + len(tests)


def check_first_lines():
    for source in sources():
        lines = source.read_text().split("\n")
        if lines[0] != SPDX:
            finding(source, f"does not begin with {SPDX}")
        if source.suffix == ".hpp" and "#pragma once" not in lines:
            finding(source, "has no #pragma once")


def check_regressions(build):
    """Numbered from 001 on without a gap, each with what a reader has to know, and all built."""
    targets = json.loads((build / "meson-info" / "intro-targets.json").read_text())
    # Of one translation unit, which includes all of them.
    built = "".join(pathlib.Path(unit).read_text() for target in targets if target["name"] == "regressions"
                    for part in target["target_sources"] for unit in part.get("generated_sources", []))
    regressions = sorted((TESTS / "regressions").glob("*.cpp"))
    for number, test in enumerate(regressions, start=1):
        if not test.name.startswith(f"{number:03}_"):
            finding(test, f"is not number {number:03}")
        if test.name not in built:
            finding(test, "is not registered in tests/regressions/meson.build")
        text = test.read_text()
        for label in ("Wrong", "Commit", "Input", "Here"):
            if f"\n// {label}: " not in text:
                finding(test, f"does not begin a line with `// {label}: `")
        if f'TEST_CASE("{number:03}: ' not in text:
            finding(test, f"has no TEST_CASE that begins with {number:03}")


check_top_level()
check_first_lines()
check_regressions(pathlib.Path(sys.argv[2]))
finish(check_pairs(registered_tests(pathlib.Path(sys.argv[2]))), "headers and tests")
