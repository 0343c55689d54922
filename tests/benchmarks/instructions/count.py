#!/usr/bin/env python3
# SPDX-License-Identifier: BSL-1.0
"""Counts the instructions that each version of a filesystem executes for each event.

A program, which prints a line `EVENT<tab>VERSION` for each, runs once under callgrind, which writes a dump for each call of
`measured_event`. What the operations of the filesystem execute is left out, as is
`measured_event` itself: both are the same for every version. Counts depend on the compiler, on the
standard library and on Boost, and on nothing else of the machine.

    count.py FILE COMPILER PROGRAM [FILE COMPILER PROGRAM...]
    count.py --markdown all|few FILE [FILE...]

The first one holds each count of a program to those of a file, in both directions; with
DAXHOLD_GOLDEN=update in the environment it writes the files instead. The first line of a file names the
compiler that its counts are of: a program by another one is compared with nothing, and where that is so of
all, or without valgrind, the status is 77. The second one prints what the files say: the first one whole, of
the others the library beside what is by hand."""

import argparse
import difflib
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

# How the versions are called in a table, where it is not by their name.
TITLES = {
    "by_hand": "by hand",
    "bare_loop": "bare loop",
    "by_hand_with_callback": "records through a callback",
    "by_hand_with_operations": "behind a pointer",
    "virtual_function": "virtual function",
    "std_function": "std::function",
    "signals2": "Signals2",
    "interpreter": "virtual, steps as lists",
}
# A few rows for a page that has room for no more, and a few columns.
FEW_EVENTS = ("page of file data, recommended", "page of metadata, recommended", "kill_dax, recommended",
              "page through a partition", "page outside of the filesystem", "device without a holder")
FEW_VERSIONS = ("by_hand", "by_hand_with_callback", "static_holder", "any_holder", "virtual_function", "std_function",
                "signals2")
# What is shown of a further compiler.
OF_OTHERS = ("by_hand", "static_holder", "holder_one_of", "any_holder")
LEFT_OUT = re.compile(r"operation_|measured_event$")


def own_instructions(dump):
    """The instructions of one dump by function, without what the function calls."""
    counts, function, is_call = {}, None, False
    for line in dump.splitlines():
        if line.startswith("fn="):
            function = line.removeprefix("fn=")
        elif line.startswith("calls="):
            is_call = True
        elif re.match(r"[-+*\d]", line):
            if not is_call:
                counts[function] = counts.get(function, 0) + int(line.split()[1])
            is_call = False
    return counts


def count(program):
    """[{"event", "version", "instructions", "in_operations"}], in the order of the program."""
    with tempfile.TemporaryDirectory() as directory:
        out = pathlib.Path(directory) / "callgrind"
        done = subprocess.run(
            ["valgrind", "--tool=callgrind", "--collect-atstart=no",
             "--toggle-collect=measured_event", "--dump-after=measured_event",
             "--compress-strings=no", "--compress-pos=no", f"--callgrind-out-file={out}", program],
            capture_output=True, text=True, env={**os.environ, "LD_BIND_NOW": "1"})
        if done.returncode != 0:
            sys.exit(f"valgrind ends with {done.returncode}:\n{done.stdout}{done.stderr}")
        counted = []
        for number, line in enumerate(done.stdout.splitlines(), start=1):
            event, version = line.split("\t")
            functions = own_instructions(pathlib.Path(f"{out}.{number}").read_text())
            if "measured_event" not in functions:
                sys.exit(f"{event}, {version}: dump {number} is of something else")
            left_out = {name for name in functions if LEFT_OUT.match(name)}
            counted.append({
                "event": event,
                "version": version,
                "instructions": sum(n for name, n in functions.items() if name not in left_out),
                "in_operations": sum(functions[name] for name in left_out
                                     if name.startswith("operation_")),
            })
        if pathlib.Path(f"{out}.{len(counted) + 1}").exists():
            sys.exit("there are more dumps than events")
    if not counted:
        sys.exit("the program named no event")
    return counted


def check_operations(counted):
    """Says where a version spends another number of instructions in the operations."""
    first = {}
    for c in counted:
        first.setdefault(c["event"], c)
    return [f"{c['event']}: {c['in_operations']} instructions in the operations of "
            f"{c['version']}, and {first[c['event']]['in_operations']} in those of "
            f"{first[c['event']]['version']}"
            for c in counted if c["in_operations"] != first[c["event"]]["in_operations"]]


def file_of(counts, compiler):
    """What a file says: every count, in columns."""
    versions = list(next(iter(counts.values())))
    rows = [["event", *versions], *([event, *(str(of[version]) for version in versions)]
                                    for event, of in counts.items())]
    return (f"# {compiler}: instructions that each version executes for each event; see count.py.\n"
            f"{text(rows)}\n")


def read(path):
    """The compiler and the counts of a file."""
    first, heading, *lines = path.read_text().splitlines()
    _, *versions = re.split(r"\s{2,}", heading)
    counts = {}
    for line in lines:
        event, *numbers = re.split(r"\s{2,}", line)
        counts[event] = {version: int(number) for version, number in zip(versions, numbers, strict=True)}
    return first.removeprefix("# ").split(":")[0], counts


def of_another_compiler(path, compiler):
    return path.exists() and read(path)[0] != compiler


def difference(path, new):
    """Says which counts are others than those of the file."""
    old = path.read_text() if path.exists() else ""
    return [line for line in difflib.unified_diff(old.splitlines(), new.splitlines(), path.name, "counted now",
                                                  lineterm="", n=0)
            if not line.startswith("@@")]


def title(version):
    return TITLES.get(version, version)


def rows_of(counts):
    """The table: a heading, and for each event the instructions of the first version and ratios to
    them."""
    versions = list(next(iter(counts.values())))
    yield ["event", *map(title, versions)]
    for event, of in counts.items():
        least = of[versions[0]]
        yield [event, str(least), *(f"{of[version] / least:.2f}" for version in versions[1:])]


def text(rows):
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    return "\n".join("  ".join(cell.ljust(width) if not column else cell.rjust(width)
                               for column, (cell, width) in enumerate(zip(row, widths)))
                     for row in rows)


def markdown(rows):
    heading = [f"`{cell}`" if re.search(r"_|::", cell) else cell for cell in rows[0]]
    line = ["--", *("--:" for _ in heading[1:])]
    return "\n".join(f"| {' | '.join(row)} |" for row in (heading, line, *rows[1:]))


def chosen(counts, events, versions):
    return {event: {version: counts[event][version] for version in versions} for event in events}


def print_markdown(paths, few):
    (_, counts), *others = map(read, paths)
    print(markdown(list(rows_of(chosen(counts, FEW_EVENTS, FEW_VERSIONS) if few else counts))))
    if few or not others:
        return
    rows = [["event"], *([event] for event in counts)]
    for compiler, of in others:
        name = ".".join(compiler.split(".")[:1])
        heading, *lines = rows_of(chosen(of, of, OF_OTHERS))
        rows[0] += [f"{name}: by hand", *heading[2:]]
        for row, line in zip(rows[1:], lines, strict=True):
            row += line[1:]
    print(f"\n{markdown(rows)}")


def main():
    if sys.argv[1:2] == ["--markdown"]:
        print_markdown(list(map(pathlib.Path, sys.argv[3:])), sys.argv[2] == "few")
        return
    arguments = sys.argv[1:]
    if not arguments or len(arguments) % 3:
        sys.exit(__doc__)
    if not shutil.which("valgrind"):
        print("skipped: valgrind is not installed")
        sys.exit(77)

    broken, compared = [], 0
    for path, compiler, program in zip(arguments[::3], arguments[1::3], arguments[2::3]):
        path = pathlib.Path(path)
        if of_another_compiler(path, compiler):
            print(f"skipped: the compiler is {compiler}, and {path.name} is of {read(path)[0]}")
            continue
        compared += 1
        counted = count(program)
        counts = {}
        for c in counted:
            counts.setdefault(c["event"], {})[c["version"]] = c["instructions"]
        print(f"Instructions of the first, and ratios to them, by {compiler}:\n\n{text(list(rows_of(counts)))}\n")
        broken += check_operations(counted)
        new = file_of(counts, compiler)
        if os.environ.get("DAXHOLD_GOLDEN") == "update":
            path.write_text(new)
        else:
            broken += difference(path, new)
    if broken:
        print("\n".join(broken))
        print("\nIf that is what it has to cost, the same test with DAXHOLD_GOLDEN=update in its environment writes the files.")
    sys.exit(1 if broken else 0 if compared else 77)


if __name__ == "__main__":
    main()
