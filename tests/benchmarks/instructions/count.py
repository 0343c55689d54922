#!/usr/bin/env python3
# SPDX-License-Identifier: BSL-1.0
"""Counts the instructions that each version of a filesystem executes for each event.

A program, which prints a line `EVENT<tab>VERSION` for each, runs once under callgrind, which writes a dump for each call of
`measured_event`. What the operations of the filesystem execute is left out, as is
`measured_event` itself: both are the same for every version. Counts depend on the compiler, on the
standard library and on Boost, and on nothing else of the machine.

Exits with 1 if a version executes more than its limit, or not less than those it is said to be
below, and with 77 where there is no valgrind."""

import argparse
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
    "by_hand_with_operations": "by hand, operations",
    "std_function": "std::function",
    "signals2": "Signals2",
}
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


def check_limits(counts, limits, allowed):
    """Says what is above `VERSION=RATIO` of the first version, but for what `EVENT=RATIO` allows more; and
    which of these it is that no version needs."""
    allowances = dict(allowance.rsplit("=", 1) for allowance in allowed)
    broken = [f"{event}: is no event" for event in allowances if event not in counts]
    needed = set()
    for limit in limits:
        version, _, general = limit.partition("=")
        for event, of in counts.items():
            first, least = next(iter(of.items()))
            ratio = allowances.get(event, general)
            if of[version] > float(general) * least:
                needed.add(event)
            if of[version] > float(ratio) * least:
                broken.append(f"{event}: {version} executes {of[version]} instructions, "
                              f"{title(first)} {least}; the limit is {ratio} of it")
    return broken + [f"{event}: keeps the general limit and needs no allowance"
                     for event in allowances if event in counts and event not in needed]


def check_below(counted, counts, below):
    """Says what of `VERSION<OTHER` is not so, in an event that comes to an operation."""
    broken = []
    reaches = {c["event"] for c in counted if c["in_operations"]}
    for pair in below:
        version, _, other = pair.partition("<")
        for event, of in counts.items():
            if event in reaches and of[version] >= of[other]:
                broken.append(f"{event}: {version} executes {of[version]} instructions, "
                              f"{other} {of[other]}")
    return broken


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
    parser.add_argument("--markdown", action="store_true", help="print the table as Markdown")
    parser.add_argument("--limit", action="append", default=[], metavar="VERSION=RATIO")
    parser.add_argument("--allow", action="append", default=[], metavar="EVENT=RATIO",
                        help="for one event, instead of the limit")
    parser.add_argument("--below", action="append", default=[], metavar="VERSION<OTHER")
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

    rows = list(rows_of(counts))
    if arguments.markdown:
        print(markdown(rows))
    else:
        print(f"Instructions of the first, and ratios to them:\n\n{text(rows)}")
    broken = [*check_operations(counted), *check_limits(counts, arguments.limit, arguments.allow),
              *check_below(counted, counts, arguments.below)]
    if broken:
        print("\n" + "\n".join(broken))
    sys.exit(1 if broken else 0)


if __name__ == "__main__":
    main()
