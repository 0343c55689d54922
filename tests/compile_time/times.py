#!/usr/bin/env python3
# SPDX-License-Identifier: BSL-1.0
"""What it costs to include each header, to prove and compile tables of 10 to 64 rows, and to compile all
shipped policies: processor time (user and system) of whole compiler runs, beside an empty file and headers
that everybody knows, all in one run, and whether the budgets are kept.

    times.py [--rounds N] [--each-header] [--json FILE] COMPILER...    measures
    times.py --markdown FILE                                           prints tables from such a file

The measurements are taken in turns, so that what disturbs one disturbs all, and a figure is the median of
the rounds. Milliseconds are those of one machine; what compares machines is ratios. FILE is an object of
- compilers: their names, of those that are installed;
- rounds: how often each was measured;
- subjects: a list of objects of name, kind ("empty", "reference", "header", "user", "table" or "policies")
  and for a table its form ("usual", "mixed", "sparse" or "split", see subjects.py) and rows;
- milliseconds: by compiler, by mode ("check" is -fsyntax-only, "build" is -O2 -c), by subject. Tables are
  only built. What a table costs is the difference to "daxhold/tables.hpp", the header alone;
- ratios: the same, divided by those of the empty file;
- budgets: a list of objects of compiler, mode, subject, aim (a sentence), value and allowed (in the same
  unit), ratio (of the two, at most 1 where the budget is kept) and met."""

import argparse
import json
import os
import pathlib
import shutil
import statistics
import sys
import tempfile

import subjects

MODES = {"check": ["-fsyntax-only"], "build": ["-O2", "-c", "-o", os.devnull]}
EMPTY = "an empty file"
TABLES = [("usual", 10), ("usual", 20), ("usual", 32), ("usual", 48), ("usual", 64), ("mixed", 64),
          ("sparse", 10), ("sparse", 32), ("sparse", 64), ("split", 10), ("split", 32), ("split", 64)]
POLICIES = "all policies"

# How much more than a header of others one of ours may cost, in milliseconds.
HEADER_BUDGETS = [("daxhold/event.hpp", "utility", 10), ("daxhold/device.hpp", "boost/hana/tuple.hpp", 20),
                  ("daxhold/tables.hpp", "boost/hana/tuple.hpp", 20)]
# How much more than <ranges> a policy with its filesystem and device may cost, in milliseconds.
USER_BUDGET = 100
# How long a table of 64 rows may take altogether, in milliseconds.
TABLE_BUDGET = 300
# Between which numbers of rows the cost may grow no faster than their square.
GROWTH = [(10, 32), (32, 64)]


def all_subjects(each_header):
    """Every subject, as it is described in the file, with its translation unit."""
    yield {"name": EMPTY, "kind": "empty"}, ""
    for header in [*subjects.REFERENCES, subjects.REFERENCE_OF_USERS]:
        yield {"name": header, "kind": "reference"}, subjects.include(header)
    single = [header for room in subjects.ROOMS for header in subjects.headers_of(room)
              if header != "daxhold/testing/doctest.hpp"] if each_header else []
    for header in subjects.UMBRELLAS + single:
        yield {"name": header, "kind": "header"}, subjects.include(header)
    for name, source in subjects.users().items():
        yield {"name": name, "kind": "user"}, source
    for form, rows in TABLES:
        yield ({"name": f"{form} table of {rows} rows", "kind": "table", "form": form, "rows": rows},
               subjects.table(form, rows))
    yield {"name": POLICIES, "kind": "policies"}, subjects.policies()


def processor_time(command):
    """In milliseconds, of a command and all that it starts; it must succeed."""
    process = os.posix_spawnp(command[0], command, os.environ)
    _, status, usage = os.wait4(process, 0)
    if status != 0:
        sys.exit(f"{' '.join(command)} failed")
    return (usage.ru_utime + usage.ru_stime) * 1000


def measure(compilers, rounds, each_header):
    """The times of all rounds, by compiler, mode and subject, and the subjects."""
    described = []
    times = {compiler: {mode: {} for mode in MODES} for compiler in compilers}
    with tempfile.TemporaryDirectory() as directory:
        files = {}
        for subject, source in all_subjects(each_header):
            described.append(subject)
            files[subject["name"]] = pathlib.Path(directory) / f"{len(files)}.cpp"
            files[subject["name"]].write_text(source)
        # The first round only warms up the caches.
        for number in range(rounds + 1):
            for compiler in compilers:
                for mode, options in MODES.items():
                    for subject in described:
                        if mode == "check" and subject["kind"] in ("table", "policies"):
                            continue
                        taken = processor_time([compiler, "-std=c++20", f"-I{subjects.HEADERS}", *options,
                                                str(files[subject["name"]])])
                        if number != 0:
                            times[compiler][mode].setdefault(subject["name"], []).append(taken)
    return described, times


def median_difference(these, those):
    """Round by round, since the machine is not the same in each."""
    return statistics.median(a - b for a, b in zip(these, those))


def check_budgets(times):
    """What was aimed at, and what came of it."""
    for compiler, by_mode in times.items():
        def budget(mode, subject, aim, value, allowed):
            return {"compiler": compiler, "mode": mode, "subject": subject, "aim": aim, "value": value,
                    "allowed": allowed, "ratio": value / allowed, "met": value <= allowed}

        for mode, by_subject in by_mode.items():
            for header, reference, more in HEADER_BUDGETS:
                beside = statistics.median(by_subject[reference])
                yield budget(mode, header, f"no more than `<{reference}>` and {more} ms",
                             beside + median_difference(by_subject[header], by_subject[reference]),
                             beside + more)
        built = by_mode["build"]
        user, ranges = next(iter(subjects.users())), built[subjects.REFERENCE_OF_USERS]
        beside = statistics.median(ranges)
        yield budget("build", user, f"no more than `<ranges>` and {USER_BUDGET} ms",
                     beside + median_difference(built[user], ranges), beside + USER_BUDGET)
        alone = built["daxhold/tables.hpp"]
        for form in dict(TABLES):
            longest = f"{form} table of 64 rows"
            yield budget("build", longest, f"{TABLE_BUDGET} ms altogether",
                         statistics.median(built[longest]), TABLE_BUDGET)
            for few, many in GROWTH:
                if (form, few) not in TABLES:
                    continue
                costs = [median_difference(built[f"{form} table of {count} rows"], alone)
                         for count in (few, many)]
                yield budget("build", f"{form} table of {many} rows",
                             f"beyond the header, no more than ({many}/{few})^2 times that of {few} rows",
                             costs[1] / costs[0], (many / few) ** 2)


def results_of(described, times, rounds):
    milliseconds = {compiler: {mode: {subject: statistics.median(taken) for subject, taken in those.items()}
                               for mode, those in by_mode.items()}
                    for compiler, by_mode in times.items()}
    ratios = {compiler: {mode: {subject: taken / those[EMPTY] for subject, taken in those.items()}
                         for mode, those in by_mode.items()}
              for compiler, by_mode in milliseconds.items()}
    return {"compilers": list(times), "rounds": rounds, "subjects": described, "milliseconds": milliseconds,
            "ratios": ratios, "budgets": list(check_budgets(times))}


def print_results(results):
    """The ratios to an empty file, and for a table that without its header, then the budgets."""
    compilers = results["compilers"]
    columns = [(compiler, mode) for compiler in compilers for mode in MODES]
    print(f"processor time as a multiple of that of an empty file, median of {results['rounds']} rounds;\n"
          "check is -fsyntax-only, build is -O2 -c; in brackets what a table or the policies cost beyond\n"
          "their header\n")
    print(" " * 42 + "".join(f"{compiler + ' ' + mode:>18}" for compiler, mode in columns))
    for subject in results["subjects"]:
        cells = []
        for compiler, mode in columns:
            ratios = results["ratios"][compiler][mode]
            if subject["name"] not in ratios:
                cells.append("")
                continue
            cells.append(f"{ratios[subject['name']]:.2f}")
            header = {"table": "daxhold/tables.hpp", "policies": "daxhold/releases.hpp"}.get(subject["kind"])
            if header:
                cells[-1] += f" ({ratios[subject['name']] - ratios[header]:.2f})"
        print(f"{subject['name']:<42}" + "".join(f"{cell:>18}" for cell in cells))
    print("\nbudgets, of which 1.00 may be used")
    for budget in results["budgets"]:
        print(f"{budget['compiler']:<12}{budget['mode']:<6} {budget['subject']:<42} {budget['ratio']:5.2f} "
              f"{'met    ' if budget['met'] else 'NOT MET'} {budget['aim']}")
    missed = sum(not budget["met"] for budget in results["budgets"])
    print(f"\n{len(results['budgets']) - missed} budgets are met, {missed} are not")


def row(cells):
    return f"| {' | '.join(cells)} |"


def print_markdown(results):
    """Two tables: ratios to an empty file, and which part of its budget each takes."""
    compilers = results["compilers"]

    def table(title, lines):
        print("\n".join([row([title, *compilers]), "|--" * (len(compilers) + 1) + "|",
                         *(row([name, *cells]) for name, cells in lines)]))

    headers = [subject["name"] for subject in results["subjects"]
               if subject["kind"] in ("reference", "header")]

    def name_of(subject):
        return f"`<{subject}>`" if subject in headers else subject

    table("`-O2 -c`, as a multiple of an empty file",
          [(name_of(subject["name"]),
            [f"{results['ratios'][compiler]['build'][subject['name']]:.1f}" for compiler in compilers])
           for subject in results["subjects"] if subject["kind"] != "empty"])
    print()
    aims = {}
    for budget in results["budgets"]:
        if budget["mode"] == "build":
            aims.setdefault((budget["subject"], budget["aim"]), {})[budget["compiler"]] = budget["ratio"]
    table("`-O2 -c`, as a part of what is aimed at",
          [(f"{name_of(subject)}: {aim}", [f"{ratios[compiler]:.2f}" for compiler in compilers])
           for (subject, aim), ratios in aims.items()])


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--each-header", action="store_true")
    parser.add_argument("--json", type=pathlib.Path)
    parser.add_argument("--markdown", type=pathlib.Path)
    parser.add_argument("compilers", nargs="*")
    arguments = parser.parse_args()
    if arguments.markdown:
        print_markdown(json.loads(arguments.markdown.read_text()))
        return
    compilers = [compiler for compiler in arguments.compilers if shutil.which(compiler)]
    for compiler in arguments.compilers:
        if compiler not in compilers:
            print(f"without {compiler}, which is not installed")
    if not compilers:
        print("skipped: there is no compiler")
        sys.exit(77)
    results = results_of(*measure(compilers, arguments.rounds, arguments.each_header), arguments.rounds)
    print_results(results)
    if arguments.json:
        arguments.json.write_text(json.dumps(results, indent=1) + "\n")


if __name__ == "__main__":
    main()
