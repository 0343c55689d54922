#!/usr/bin/env python3
# SPDX-License-Identifier: BSL-1.0
"""Counts the results of several builds, as meson wrote them down, and tells why what was skipped.

Usage: summary.py NAME=TESTLOG.json...
A build without a log did not get as far as its tests, which counts as one failure."""

import json
import pathlib
import sys

PASSED = {"OK", "EXPECTEDFAIL"}
SKIPPED = {"SKIP"}


def reason(result):
    lines = [line.strip() for key in ("stdout", "stderr")
             for line in (result.get(key) or "").splitlines() if line.strip()]
    return lines[-1].removeprefix("skipped: ") if lines else "it gave no reason"


def main():
    passed, failures, skips = 0, [], []
    for argument in sys.argv[1:]:
        build, _, log = argument.partition("=")
        if not pathlib.Path(log).exists():
            failures.append(f"{build}: was not built")
            continue
        for line in pathlib.Path(log).read_text().splitlines():
            result = json.loads(line)
            name = f"{build}: {result['name'].rpartition(' / ')[2]}"
            if result["result"] in PASSED:
                passed += 1
            elif result["result"] in SKIPPED:
                skips.append(f"{name}: {reason(result)}")
            else:
                failures.append(f"{name}: {result['result'].lower()}")
    for line in skips:
        print(f"skipped  {line}")
    for line in failures:
        print(f"failed   {line}")
    print(f"{passed} passed, {len(failures)} failed, {len(skips)} skipped")
    sys.exit(1 if failures or not passed else 0)


if __name__ == "__main__":
    main()
