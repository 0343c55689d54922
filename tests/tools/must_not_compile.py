#!/usr/bin/env python3
# SPDX-License-Identifier: BSL-1.0
"""Compiles each file of a directory twice: with EXPECT_FAIL it must not compile, without it must.

The wrong half must fail with every `// EXPECT: regex` of the file in what the compiler prints, and
with at most 20 lines, or what a `// LINES: n` allows. The right half must compile without a word.
`// EXPECT(gcc): regex` and `// EXPECT(clang): regex` are asked of one compiler alone."""

import argparse
import concurrent.futures
import json
import os
import pathlib
import re
import shlex
import subprocess
import sys

DEFAULT_LINES = 20
# A file with the flags of every other: the standard, the warnings, the include directories.
LIKE = "together_backwards.cpp"


def compiler_command(build):
    """The command of this build for any of its files, without the file and its outputs."""
    entries = json.loads((build / "compile_commands.json").read_text())
    entry = next(entry for entry in entries if entry["file"].endswith(LIKE))
    words = iter(shlex.split(entry["command"]))
    command = []
    for word in words:
        if word in ("-o", "-MF", "-MQ"):
            next(words)
        elif word not in ("-c", "-MD", entry["file"]):
            command.append(word)
    return [*command, "-fsyntax-only", "-fdiagnostics-color=never"], entry["directory"]


def compile_file(command, directory, source, *options):
    # Messages are matched in the words of the C locale.
    return subprocess.run([*command, *options, str(source)], cwd=directory, text=True,
                          capture_output=True, stdin=subprocess.DEVNULL,
                          env={**os.environ, "LC_ALL": "C"})


def check(source, command, directory, compiler):
    """What is wrong with the file, as a list of sentences."""
    text = source.read_text()
    expected = [regex for which, regex in
                re.findall(r"^// EXPECT(?:\((\w+)\))?: (.+)$", text, re.MULTILINE)
                if which in ("", compiler)]
    lines = re.findall(r"^// LINES: (\d+)$", text, re.MULTILINE)
    limit = min([DEFAULT_LINES, *map(int, lines)])
    if not expected:
        return ["has no EXPECT line"]

    wrong = []
    twin = compile_file(command, directory, source)
    if twin.returncode != 0 or twin.stderr:
        wrong.append(f"the right half does not compile without a word:\n{twin.stderr}")
    failed = compile_file(command, directory, source, "-DEXPECT_FAIL")
    if failed.returncode == 0:
        return [*wrong, "the wrong half compiles"]
    missing = [regex for regex in expected if not re.search(regex, failed.stderr)]
    wrong += [f"the message lacks: {regex}" for regex in missing]
    printed = len(failed.stderr.splitlines())
    if printed > limit:
        wrong.append(f"the message has {printed} lines, and {limit} are allowed")
    if missing or printed > limit:
        wrong.append(failed.stderr)
    return wrong


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--build", type=pathlib.Path, required=True)
    parser.add_argument("directory", type=pathlib.Path)
    args = parser.parse_args()

    sources = sorted(args.directory.resolve().rglob("*.cpp"))
    if not sources:
        print(f"skipped: {args.directory} has no files")
        sys.exit(77)
    command, directory = compiler_command(args.build)
    compiler = "clang" if "clang" in " ".join(command[:2]) else "gcc"
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        results = pool.map(lambda source: check(source, command, directory, compiler), sources)
    failures = 0
    for source, wrong in zip(sources, results):
        print(f"{'FAIL' if wrong else 'ok  '} {source.name}")
        for sentence in wrong:
            print(f"    {sentence}")
        failures += bool(wrong)
    print(f"{len(sources) - failures} files are refused as they should be, {failures} are not")
    sys.exit(1 if failures else 0)


if __name__ == "__main__":
    main()
