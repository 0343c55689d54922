#!/usr/bin/env python3
# SPDX-License-Identifier: BSL-1.0
"""Makes each small mutation of tests/mutants.toml in a copy of the checkout, where the test that is named
beside it must then fail: whatever no test notices could be wrong without anybody knowing.

Usage: mutants.py [--sample] CHECKOUT BUILD [TEST...]

With --sample only those that are marked so; with names of tests, only those that these must catch.
BUILD is a build of the checkout, in which the tests have to pass first.

A mutant is caught where its test does not compile, by a static assertion, or fails. It survives where
the test passes, says nothing where it does not compile for another reason, and is not tried where the
test is skipped. Status: 1 if one survives, says nothing, or is out of date (its `from` has to occur
exactly once); 64 if there is nothing for a name; 77 if all were skipped."""

import argparse
import concurrent.futures
import json
import os
import pathlib
import queue
import re
import shlex
import shutil
import subprocess
import sys
import tempfile
import tomllib

EXIT_UNKNOWN = 64
EXIT_SKIPPED = 77
KEYS = {"file", "from", "to", "test", "why"}
ASSERTION = re.compile(r"static.assertion", re.IGNORECASE)


class Build:
    """A build directory, and how to build and run single tests in it."""

    def __init__(self, directory):
        self.directory = directory
        info = directory / "meson-info"
        self.tests = {test["name"]: test for test in json.loads((info / "intro-tests.json").read_text())}
        self.files = {target["id"]: target["filename"]
                      for target in json.loads((info / "intro-targets.json").read_text())}

    def make(self, name):
        """Builds what a test needs; returns what ninja says where that fails."""
        targets = [os.path.relpath(file, self.directory)
                   for target in self.tests[name]["depends"] for file in self.files[target]]
        if not targets:
            return None
        done = subprocess.run(["ninja", "-C", str(self.directory), *targets], text=True,
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False)
        return done.stdout if done.returncode else None

    def run(self, name):
        """The status of a test; that of one that takes too long is None."""
        test = self.tests[name]
        try:
            return subprocess.run(test["cmd"], cwd=test["workdir"] or self.directory,
                                  env={**os.environ, **test["env"]}, timeout=test["timeout"],
                                  stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                                  stderr=subprocess.DEVNULL, check=False).returncode
        except subprocess.TimeoutExpired:
            return None


class Copy:
    """A copy of the checkout, with a build of its own."""

    def __init__(self, checkout, directory, compiler):
        self.root = directory / "checkout"
        shutil.copytree(checkout, self.root, symlinks=True, ignore=lambda place, names: [
            name for name in names if name == "__pycache__" or
            pathlib.Path(place) == checkout and (name.startswith("build") or name in (".git", ".cache"))])
        done = subprocess.run(["meson", "setup", "-Ddebug=false", "-Doptimization=0",
                               str(directory / "build"), str(self.root)],
                              env={**os.environ, "CXX": compiler}, text=True, capture_output=True, check=False)
        if done.returncode:
            sys.exit(f"meson cannot set up a copy of the checkout:\n{done.stdout}{done.stderr}")
        self.build = Build(directory / "build")

    def try_out(self, mutant):
        """What becomes of a mutant, and what the compiler says to one that says nothing."""
        path = self.root / mutant["file"]
        text = path.read_text()
        path.write_text(text.replace(mutant["from"], mutant["to"]))
        try:
            said = self.build.make(mutant["test"])
            if said is not None:
                return ("caught", "") if ASSERTION.search(said) else ("says nothing", said)
            status = self.build.run(mutant["test"])
            return {0: "survives", EXIT_SKIPPED: "not tried"}.get(status, "caught"), ""
        finally:
            path.write_text(text)


def out_of_date(mutant, checkout, tests):
    """What is wrong with an entry of the file, or None."""
    if mutant.keys() - {"sample"} != KEYS:
        return f"has {sorted(mutant)} instead of {sorted(KEYS)}"
    path = checkout / mutant["file"]
    count = path.read_text().count(mutant["from"]) if path.exists() else 0
    if count != 1:
        return f"`{mutant['from']}` occurs {count} times in {mutant['file']}"
    if mutant["test"] not in tests:
        return f"there is no test {mutant['test']}"
    return None


def try_all(mutants, checkout, compiler, jobs):
    """[(mutant, what became of it, what was said)], printed as they come."""
    with tempfile.TemporaryDirectory(prefix="mutants.") as directory:
        copies = queue.SimpleQueue()

        def make_copy(number):
            copies.put(Copy(checkout, pathlib.Path(directory) / str(number), compiler))

        def try_out(mutant):
            copy = copies.get()
            try:
                how, said = copy.try_out(mutant)
            finally:
                copies.put(copy)
            print(f"{how:13} {mutant['test']}: {mutant['why']} ({mutant['file']})", flush=True)
            return mutant, how, said

        with concurrent.futures.ThreadPoolExecutor(jobs) as pool:
            list(pool.map(make_copy, range(jobs)))
            return list(pool.map(try_out, mutants))


def main():
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sample", action="store_true")
    parser.add_argument("checkout", type=pathlib.Path)
    parser.add_argument("build", type=pathlib.Path)
    parser.add_argument("test", nargs="*")
    arguments = parser.parse_args()
    checkout, build = arguments.checkout.resolve(), Build(arguments.build.resolve())

    listed = tomllib.loads((checkout / "tests" / "mutants.toml").read_text())["mutant"]
    stale = [(mutant, wrong) for mutant in listed if (wrong := out_of_date(mutant, checkout, build.tests))]
    for mutant, wrong in stale:
        print(f"tests/mutants.toml is out of date: {mutant.get('why')}: {wrong}")
    fresh = [mutant for mutant in listed if all(mutant is not other for other, _ in stale)]
    mutants = [mutant for mutant in fresh
               if (not arguments.sample or mutant.get("sample"))
               and (not arguments.test or mutant["test"] in arguments.test)]
    if not mutants:
        print(f"there is no mutant for {' '.join(arguments.test)}", file=sys.stderr)
        sys.exit(1 if stale else EXIT_UNKNOWN)

    failing = {test for test in sorted({mutant["test"] for mutant in mutants})
               if build.make(test) is not None or build.run(test) not in (0, EXIT_SKIPPED)}
    for test in sorted(failing):
        print(f"{test} fails as it is, and cannot tell a mutant")
    mutants = [mutant for mutant in mutants if mutant["test"] not in failing]

    entry = json.loads((arguments.build / "compile_commands.json").read_text())[0]
    compiler = shlex.split(entry["command"])[0]
    results = try_all(mutants, checkout, compiler, 1 if arguments.sample else os.cpu_count())
    for mutant, how, said in results:
        if how == "says nothing":
            print(f"\n{mutant['why']} ({mutant['file']}) does not compile:\n" + "\n".join(said.splitlines()[:20]))
    counts = {how: sum(how == other for _, other, _ in results)
              for how in ("caught", "survives", "says nothing", "not tried")}
    print(", ".join(f"{count} {how}" for how, count in counts.items() if count))
    if stale or failing or counts["survives"] or counts["says nothing"]:
        sys.exit(1)
    if counts["not tried"] == len(results):
        print("skipped: no test of these runs here")
        sys.exit(EXIT_SKIPPED)


if __name__ == "__main__":
    main()
