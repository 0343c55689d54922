#!/usr/bin/env python3
# SPDX-License-Identifier: BSL-1.0
"""Compiles each file of a directory twice: with EXPECT_FAIL it must not compile, without it must.

The wrong half must fail with every `// EXPECT: regex` of the file in what the compiler prints, and
with at most 20 lines, or what a `// LINES: n` allows. The right half must compile without a word.
`// EXPECT(gcc): regex` and `// EXPECT(clang): regex` are asked of one compiler alone.

Twelve files are `// MISTAKE: what a newcomer does`. Of them `// FIRST: regex` is asked of the first
error and the note that follows it, where g++ names the culprit. `--markdown COMPILER...` measures them.

With --also, files of that directory that have such lines are tried too, the wrong half alone: their
right half is a program that is built elsewhere."""

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
MISTAKES = 12
# A file with the flags of every other: the standard, the warnings, the include directories.
LIKE = "tests/version.cpp"


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


def first_error(said):
    """The first error, and the note that explains it: clang says all in one line, g++ names the culprit
    in a note that follows at once."""
    lines = said.splitlines()
    start = next((i for i, line in enumerate(lines) if "error:" in line), len(lines))
    notes = [line for line in lines[start + 1:start + 5] if "note:" in line]
    return "\n".join(lines[start:start + 1] + notes[:1])


def mistake_of(text):
    return "".join(re.findall(r"^// MISTAKE: (.+)$", text, re.MULTILINE)[:1])


def check(source, command, directory, compiler, is_built_elsewhere):
    """What is wrong with the file, as a list of sentences."""
    text = source.read_text()
    expected = [(what, regex) for what, which, regex in
                re.findall(r"^// (EXPECT|FIRST)(?:\((\w+)\))?: (.+)$", text, re.MULTILINE)
                if which in ("", compiler)]
    lines = re.findall(r"^// LINES: (\d+)$", text, re.MULTILINE)
    limit = min([DEFAULT_LINES, *map(int, lines)])
    if not any(what == "EXPECT" for what, _ in expected):
        return ["has no EXPECT line"]

    wrong = []
    if not is_built_elsewhere:
        twin = compile_file(command, directory, source)
        if twin.returncode != 0 or twin.stderr:
            wrong.append(f"the right half does not compile without a word:\n{twin.stderr}")
    failed = compile_file(command, directory, source, "-DEXPECT_FAIL")
    if failed.returncode == 0:
        return [*wrong, "the wrong half compiles"]
    missing = [f"the {'message' if what == 'EXPECT' else 'first error'} lacks: {regex}" for what, regex in expected
               if not re.search(regex, failed.stderr if what == "EXPECT" else first_error(failed.stderr))]
    wrong += missing
    printed = len(failed.stderr.splitlines())
    if printed > limit:
        wrong.append(f"the message has {printed} lines, and {limit} are allowed")
    if missing or printed > limit:
        wrong.append(failed.stderr)
    return wrong


def print_measured(directory, compilers):
    """A table of the mistakes: how many lines each compiler prints, and where it says what."""
    include = pathlib.Path(__file__).resolve().parents[2] / "include"
    print("| mistake | " + " | ".join(f"`{compiler}`" for compiler in compilers) + " |")
    print("|--|" + "--:|" * len(compilers))
    for source in sorted(directory.glob("*.cpp")):
        mistake = mistake_of(source.read_text())
        if not mistake:
            continue
        counts = [len(compile_file([compiler, "-std=c++20", f"-I{include}", "-fsyntax-only",
                                    "-fdiagnostics-color=never"], directory, source,
                                   "-DEXPECT_FAIL").stderr.splitlines()) for compiler in compilers]
        print(f"| [{mistake}](../tests/fail/{source.name}) | " + " | ".join(map(str, counts)) + " |")


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--build", type=pathlib.Path)
    parser.add_argument("--also", type=pathlib.Path)
    parser.add_argument("--markdown", nargs="+", metavar="COMPILER")
    parser.add_argument("directory", type=pathlib.Path)
    args = parser.parse_args()
    if args.markdown:
        print_measured(args.directory.resolve(), args.markdown)
        return

    sources = sorted(args.directory.resolve().rglob("*.cpp"))
    if not sources:
        print(f"skipped: {args.directory} has no files")
        sys.exit(77)
    mistakes = sum(bool(mistake_of(source.read_text())) for source in sources)
    programs = [source for source in sorted(args.also.resolve().glob("*.cpp")) if "// EXPECT" in source.read_text()] \
        if args.also else []
    command, directory = compiler_command(args.build)
    compiler = "clang" if "clang" in " ".join(command[:2]) else "gcc"
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        results = pool.map(lambda source: check(source, command, directory, compiler, source in programs),
                           sources + programs)
    failures = 0
    for source, wrong in zip(sources + programs, results):
        print(f"{'FAIL' if wrong else 'ok  '} {source.name}")
        for sentence in wrong:
            print(f"    {sentence}")
        failures += bool(wrong)
    print(f"{len(sources + programs) - failures} files are refused as they should be, {failures} are not")
    if mistakes != MISTAKES:
        print(f"{mistakes} files are mistakes of newcomers instead of {MISTAKES}")
    sys.exit(1 if failures or mistakes != MISTAKES else 0)


if __name__ == "__main__":
    main()
