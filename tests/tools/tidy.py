#!/usr/bin/env python3
# SPDX-License-Identifier: BSL-1.0
"""Reads what clang-tidy finds in the library's headers; any finding fails the test.

It reads the unit of a build that includes all of them. Templates are read as they are written: the
tests instantiate them, and would repeat what is found for each instance, at many times the cost."""

import argparse
import pathlib
import re
import shutil
import subprocess
import sys

PROGRAM = "clang-tidy-14"
ROOT = pathlib.Path(__file__).resolve().parents[2]
UNIT = "tests/headers/together_forwards.cpp"


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--build", type=pathlib.Path, required=True)
    build = parser.parse_args().build.resolve()
    if not shutil.which(PROGRAM):
        print(f"skipped: {PROGRAM} is not installed")
        sys.exit(77)

    done = subprocess.run([PROGRAM, "--quiet", "--config-file", str(ROOT / ".clang-tidy"), "-p",
                           str(build), str(build / UNIT)],
                          capture_output=True, text=True, stdin=subprocess.DEVNULL, cwd=build)
    found = []
    for line in done.stdout.splitlines():
        place = re.match(r"(\S.*?)(:\d+:\d+: (?:warning|error): .*)", line)
        path = place and (build / place[1]).resolve()
        if path and ROOT / "include" in path.parents:
            found.append(f"{path.relative_to(ROOT)}{place[2]}")
    print("\n".join([*sorted(set(found)), f"{len(set(found))} findings"]))
    if done.returncode != 0 and not found:
        print(f"{PROGRAM} ends with {done.returncode}:\n{done.stdout}{done.stderr}")
    sys.exit(1 if found or done.returncode != 0 else 0)


if __name__ == "__main__":
    main()
