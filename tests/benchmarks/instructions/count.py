#!/usr/bin/env python3
# SPDX-License-Identifier: BSL-1.0
"""Counts the instructions that each version of a filesystem executes for each event.

A program, which prints a line `EVENT<tab>VERSION` for each, runs once under callgrind, which writes a dump for each call of
`measured_event`. What the operations of the filesystem execute is left out, as is
`measured_event` itself: both are the same for every version. Counts depend on the compiler, on the
standard library and on Boost, and on nothing else of the machine.

With --check the counts have to be those of a file, each of them; --write writes it. Its first line names
the compiler that the counts are of: with another one there is nothing to compare with (status 77), and
nothing without valgrind."""

import argparse
import difflib
import json
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
    "by_hand_with_operations": "by hand, behind a pointer",
    "virtual": "virtual, steps as lists",
    "std_function": "std::function, steps as lists",
    "signals2": "Signals2, steps as lists",
}
# A few rows for a page that has room for no more.
FEW_EVENTS = ("page of file data, recommended", "page of metadata, recommended", "kill_dax, recommended",
              "page through a partition", "page outside of the filesystem", "device without a holder")
FEW_VERSIONS = ("by_hand", "by_hand_with_operations", "static_holder", "any_holder", "virtual")
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


def few_of(counts):
    return {event: {version: counts[event][version] for version in FEW_VERSIONS} for event in FEW_EVENTS}


def counts_as_text(counts, compiler):
    """What --write writes: every count, in columns."""
    versions = list(next(iter(counts.values())))
    rows = [["event", *versions], *([event, *(str(of[version]) for version in versions)]
                                    for event, of in counts.items())]
    return (f"# {compiler}: instructions that each version executes for each event; see count.py.\n"
            f"{text(rows)}\n")


def check_counts(counts, compiler, path):
    """Says which counts are others than those of the file."""
    old, new = (content.splitlines() for content in (path.read_text(), counts_as_text(counts, compiler)))
    if old[0] != new[0]:
        print(f"skipped: the compiler is {compiler}, and the counts begin with {old[0]}")
        sys.exit(77)
    return [line for line in difflib.unified_diff(old, new, str(path.name), "counted now", lineterm="", n=0)
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


def main():
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("program", help="what calls `measured_event`")
    parser.add_argument("--output", type=pathlib.Path, help="a JSON file to write the counts to")
    parser.add_argument("--markdown", choices=["all", "few"], help="print the table as Markdown")
    parser.add_argument("--compiler", help="what the program was compiled with, for --check and --write")
    parser.add_argument("--check", type=pathlib.Path, metavar="FILE")
    parser.add_argument("--write", type=pathlib.Path, metavar="FILE")
    arguments = parser.parse_args()
    if not shutil.which("valgrind"):
        print("skipped: valgrind is not installed")
        sys.exit(77)

    counted = count(arguments.program)
    counts = {}
    for c in counted:
        counts.setdefault(c["event"], {})[c["version"]] = c["instructions"]
    if arguments.output:
        arguments.output.write_text(json.dumps({"instructions": counted}, indent=1) + "\n")
    if arguments.write:
        arguments.write.write_text(counts_as_text(counts, arguments.compiler))

    if arguments.markdown:
        print(markdown(list(rows_of(few_of(counts) if arguments.markdown == "few" else counts))))
    else:
        print(f"Instructions of the first, and ratios to them:\n\n{text(list(rows_of(counts)))}")
    broken = check_operations(counted)
    if arguments.check:
        broken += check_counts(counts, arguments.compiler, arguments.check)
    if broken:
        print("\n" + "\n".join(broken))
    if arguments.check and broken:
        print(f"\nIf that is what it has to cost: {sys.argv[0]} {arguments.program} "
              f"--compiler '{arguments.compiler}' --write {arguments.check}")
    sys.exit(1 if broken else 0)


if __name__ == "__main__":
    main()
