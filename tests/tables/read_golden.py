#!/usr/bin/env python3
# SPDX-License-Identifier: BSL-1.0
"""What is rendered can be read by those for whom it is meant.

Usage: read_golden.py dot|rsvg-convert|python GOLDEN

dot draws every graph and rsvg-convert every picture, without a warning; Python's own readers take
every JSON file and find every SVG file well-formed."""

import json
import pathlib
import shutil
import subprocess
import sys
import xml.etree.ElementTree

COMMANDS = {"dot": ["dot", "-Tsvg"], "rsvg-convert": ["rsvg-convert"]}
SUFFIXES = {"dot": [".dot"], "rsvg-convert": [".svg"], "python": [".json", ".svg"]}


def problem_of(reader, path):
    """What the reader has to say against a file, or nothing."""
    if reader in COMMANDS:
        done = subprocess.run([*COMMANDS[reader], str(path)], capture_output=True)
        if done.returncode == 0 and done.stdout and not done.stderr:
            return ""
        return done.stderr.decode(errors="replace") or f"status {done.returncode}"
    try:
        if path.suffix == ".json":
            json.loads(path.read_text())
        else:
            root = xml.etree.ElementTree.parse(path).getroot()
            if root.tag != "{http://www.w3.org/2000/svg}svg":
                return f"is no SVG but {root.tag}"
    except (ValueError, xml.etree.ElementTree.ParseError) as error:
        return str(error)
    return ""


def main():
    reader, golden = sys.argv[1], pathlib.Path(sys.argv[2])
    if reader in COMMANDS and not shutil.which(reader):
        print(f"skipped: {reader} is not installed")
        sys.exit(77)
    files = sorted(path for path in golden.iterdir() if path.suffix in SUFFIXES[reader])
    problems = {path.name: problem_of(reader, path) for path in files}
    for name, problem in problems.items():
        if problem:
            print(f"{name}: {problem}")
    print(f"{reader} has read {len(files)} files")
    sys.exit(1 if not files or any(problems.values()) else 0)


main()
