#!/usr/bin/env python3
# SPDX-License-Identifier: BSL-1.0
"""Prints what ninja has to build for some tests of a build, one target a line.

Usage: targets.py [--strict | --benchmark] BUILD [MESON_TEST_ARGUMENT...]

Names and suites are those of `meson test`. Without any, the target is `all`, or where suites are left
out what the other tests need, and the examples; with --benchmark those of all benchmarks. Where they mean no test, or with --strict where one of them means none, a line on the
standard error says so, and the status is 64."""

import argparse
import json
import pathlib
import sys

EXIT_UNKNOWN = 64
# The target that is all of them.
EXAMPLES = "examples"
# Options of `meson test` that are followed by a value.
WITH_VALUE = ("-C", "-t", "--gdb-path", "--logbase", "--maxfail", "--num-processes", "--repeat", "--setup",
              "--test-args", "--timeout-multiplier", "--wrapper")


def is_of(test, suite):
    """Whether a test is of a suite, written as `meson test` takes it: with the project or without."""
    return any(suite in (full, *full.split(":", 1)) for full in test["suite"])


def select(tests, names, suites, left_out):
    """The tests that are meant, and the words that mean none."""
    unknown = [name for name in names if all(test["name"] != name for test in tests)]
    unknown += [suite for suite in suites if not any(is_of(test, suite) for test in tests)]
    chosen = [test for test in tests
              if (not names or test["name"] in names)
              and (not suites or any(is_of(test, suite) for suite in suites))
              and not any(is_of(test, suite) for suite in left_out)]
    return chosen, unknown


def main():
    parser = argparse.ArgumentParser(add_help=False, allow_abbrev=False)
    for option in WITH_VALUE:
        parser.add_argument(option)
    parser.add_argument("--suite", action="append", default=[])
    parser.add_argument("--no-suite", action="append", default=[])
    mode = sys.argv[1] if sys.argv[1].startswith("--") else None
    build, *words = sys.argv[1 + (mode is not None):]
    arguments, rest = parser.parse_known_args(words)
    names = [word for word in rest if not word.startswith("-")]
    means_all = not names and not arguments.suite and mode != "--benchmark"
    if means_all and not arguments.no_suite:
        print("all")
        return

    build = pathlib.Path(build).resolve()
    tests, targets = (json.loads((build / "meson-info" / f"intro-{what}.json").read_text())
                      for what in ("benchmarks" if mode == "--benchmark" else "tests", "targets"))
    chosen, unknown = select(tests, names, arguments.suite, arguments.no_suite)
    if not chosen or unknown and mode == "--strict":
        print(f"there is no test {' '.join(unknown or names + arguments.suite)}", file=sys.stderr)
        sys.exit(EXIT_UNKNOWN)
    files = {target["id"]: target["filename"] for target in targets}
    needed = {str(pathlib.Path(file).relative_to(build))
              for test in chosen for target in test["depends"] for file in files.get(target, ())}
    # Of which not every one is run.
    if means_all and any(target["name"] == EXAMPLES for target in targets):
        needed.add(EXAMPLES)
    print("\n".join(sorted(needed)))


if __name__ == "__main__":
    main()
