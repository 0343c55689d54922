#!/usr/bin/env python3
# SPDX-License-Identifier: BSL-1.0
"""Every C++ file is formatted as clang-format 14 does it; another version would do it otherwise.

Usage: format.py ROOT"""

import shutil
import subprocess
import sys

from findings import finding, finish, sources

PROGRAM = "clang-format-14"

if not shutil.which(PROGRAM):
    print(f"skipped: {PROGRAM} is not installed")
    sys.exit(77)

# One process for all files; it complains with the file's name at the start of a line.
done = subprocess.run([PROGRAM, "--dry-run", *map(str, sources())], capture_output=True, text=True)
complaints = done.stderr.splitlines()
for source in sources():
    if any(line.startswith(f"{source}:") for line in complaints):
        finding(source, f"is not formatted; run {PROGRAM} -i on it")
if done.returncode != 0:
    print(done.stderr)
    sys.exit(done.returncode)
finish(len(sources()), "files")
