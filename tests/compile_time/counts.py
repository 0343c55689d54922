#!/usr/bin/env python3
# SPDX-License-Identifier: BSL-1.0
"""Whether compiling the library still takes no more than what counts.toml allows: lines, instantiations
and steps of evaluation, none of which depends on the machine. `--write` puts what was counted there.
`--every-size` counts instead the instantiations for tables of every number of rows: none has less than half
of those for one with a row less, however it is compiled. The test looks where that changes.

Usage: counts.py [--write | --every-size] CLANG [OPTION...]"""

import collections
import concurrent.futures
import json
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import tomllib

import subjects

BUDGETS = pathlib.Path(__file__).resolve().parent / "counts.toml"
ROOM = 1.03
# The largest number that clang's option takes here; it evaluates no more by itself.
MOST_STEPS = 1 << 20

# Tables beside which one of a row more is compiled another way, and all.
WHERE_THE_WAY_CHANGES = [("usual", "known", 31), ("usual", "asked", 31), ("sparse", "known", 64)]
EVERY_SIZE = [(kind, use, rows) for kind in ("usual", "sparse") for use in ("known", "asked")
              for rows in (*range(8, 66), 127, 128, 129, 254, 255)]


class Compiler:
    """A clang with the options of every run, and a directory to write to."""

    def __init__(self, command, directory):
        self.command = [*command, "-std=c++20", f"-I{subjects.HEADERS}", "-x", "c++", "-"]
        self.directory = directory

    def run(self, source, *options):
        return subprocess.run([*self.command, *options], input=source, text=True, capture_output=True,
                              check=False)

    def must_run(self, source, *options):
        done = self.run(source, *options)
        if done.returncode != 0:
            sys.exit(f"{' '.join(done.args)} failed:\n{done.stderr}")
        return done.stdout

    def count_lines(self, source):
        return self.must_run(source, "-E", "-P").count("\n")

    def count_instantiations(self, source, name):
        trace = self.directory / f"{name}.json"
        self.must_run(source, "-O0", "-c", "-o", str(self.directory / f"{name}.o"),
                      f"-ftime-trace={trace}", "-ftime-trace-granularity=0")
        counts = collections.Counter(
            event["name"] for event in json.loads(trace.read_text())["traceEvents"])
        return {"classes": counts["InstantiateClass"], "functions": counts["InstantiateFunction"]}

    def suffices(self, source, steps):
        """Whether no evaluation takes more steps."""
        if self.run(source, "-fsyntax-only", f"-fconstexpr-steps={steps}").returncode == 0:
            return True
        self.must_run(source, "-fsyntax-only")
        return False

    def count_steps(self, source):
        low, high = 0, MOST_STEPS
        while high - low > 1 + low // 200:
            middle = (low + high) // 2
            low, high = (low, middle) if self.suffices(source, middle) else (middle, high)
        return high


def source_of(subject, use):
    """What `usual 64` and its like stand for."""
    if subject == "policies":
        return subjects.policies()
    if subject == "user":
        return next(iter(subjects.users().values()))
    kind, rows = subject.split()
    return subjects.table(kind, int(rows), "known" if use else None)


def count(compiler, budgets, write):
    """What is counted, by section and subject; of the steps it counts only whether they suffice, and
    else how many are needed."""
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        lines = {header: pool.submit(compiler.count_lines, subjects.include(header))
                 for header in budgets["lines"]}
        made = {subject: pool.submit(compiler.count_instantiations, source_of(subject, True), subject)
                for subject in budgets["classes"]}

        def steps_of(subject):
            source = source_of(subject, False)
            allowed = budgets["steps"][subject]
            if not write and compiler.suffices(source, int(allowed * ROOM)):
                return allowed
            return compiler.count_steps(source)

        steps = {subject: pool.submit(steps_of, subject) for subject in budgets["steps"]}
        return {"lines": {header: found.result() for header, found in lines.items()},
                **{section: {subject: found.result()[section] for subject, found in made.items()}
                   for section in ("classes", "functions")},
                "steps": {subject: found.result() for subject, found in steps.items()}}


def humps(compiler, tables):
    """Of which tables one with a row more takes less than half of the instantiations, those of the header
    apart."""
    def count_beyond(table, name):
        return sum(compiler.count_instantiations(table, name).values())

    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        header = count_beyond(subjects.include("daxhold/tables.hpp"), "header")
        sizes = sorted({(kind, use, rows + more) for kind, use, rows in tables for more in (0, 1)})
        found = {(kind, use, rows): pool.submit(count_beyond, subjects.table(kind, rows, use), f"{kind}{use}{rows}")
                 for kind, use, rows in sizes}
        counted = {size: of.result() - header for size, of in found.items()}
    broken = []
    smallest = 10
    for kind, use, rows in tables:
        few, many = counted[kind, use, rows], counted[kind, use, rows + 1]
        print(f"{kind} table, facts {use}: {few} for {rows} rows, {many} for {rows + 1}")
        smallest = min(smallest, many / few)
        if 2 * many < few:
            broken.append(f"a {kind} table of {rows} rows costs more than twice one of {rows + 1}: {few}, {many}")
    print(f"a row more is never less than {smallest:.2f} times as much")
    return broken


def write_down(counted):
    """Replaces the numbers of counts.toml, and leaves all else as it is."""
    section = None
    lines = []
    for line in BUDGETS.read_text().splitlines():
        if match := re.fullmatch(r"\[(\w+)\]", line):
            section = match.group(1)
        if match := re.fullmatch(r'"(.+)" = \d+', line):
            line = f'"{match.group(1)}" = {counted[section][match.group(1)]}'
        lines.append(line)
    BUDGETS.write_text("\n".join(lines) + "\n")


def missing_headers(budgets):
    wanted = subjects.REFERENCES + subjects.UMBRELLAS
    return [f"[lines] lacks {header}" for header in wanted if header not in budgets["lines"]]


def main():
    arguments = sys.argv[1:]
    write, every_size = arguments[0] == "--write", arguments[0] == "--every-size"
    if write or every_size:
        arguments.pop(0)
    if not shutil.which(arguments[0]):
        print(f"skipped: {arguments[0]} is not installed")
        sys.exit(77)
    budgets = tomllib.loads(BUDGETS.read_text())
    with tempfile.TemporaryDirectory() as directory:
        compiler = Compiler(arguments, pathlib.Path(directory))
        if every_size:
            sys.exit("\n".join(humps(compiler, EVERY_SIZE)) or 0)
        counted = count(compiler, budgets, write)
        broken = [] if write else humps(compiler, WHERE_THE_WAY_CHANGES)
    if write:
        write_down(counted)
        return
    others = [header for header in subjects.REFERENCES
              if counted["lines"][header] != budgets["lines"].get(header)]
    if others:
        print(f"skipped: the budgets are for another standard library or Boost: {', '.join(others)}")
        sys.exit(77)

    broken += missing_headers(budgets)
    for section, subjects_of_section in budgets.items():
        for subject, allowed in subjects_of_section.items():
            found = counted[section][subject]
            print(f"{section:<10} {subject:<36} {found:>7} of {allowed}")
            if found > allowed * ROOM:
                broken.append(f"[{section}] {subject} has grown from {allowed} to {found}")
    for section in ("classes", "functions"):
        few, many = counted[section]["usual 32"], counted[section]["usual 64"]
        if many > few * 4:
            broken.append(f"[{section}] grow faster than the square of the rows: {few} for 32, {many} for 64")
    if broken:
        print("\n".join(broken))
        sys.exit("Where that is what it has to cost, tests/compile_time/counts.py --write clang++-19 writes "
                 "it to counts.toml.")
    print("no more than it was")


if __name__ == "__main__":
    main()
