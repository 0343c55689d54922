#!/usr/bin/env python3
# SPDX-License-Identifier: BSL-1.0
"""What the contributors' page says of adding an operation is enough: its diff is applied to a copy of the
headers, and a policy and the mock filesystem then know the operation.

Usage: contributing.py CHECKOUT COMPILER..."""

import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

DIFF = re.compile(r"<!-- applied -->\n```diff\n(.*?)```", re.S)
PROGRAM = """
#include <daxhold/policy.hpp>
#include <daxhold/policy/text.hpp>
#include <daxhold/testing.hpp>
#include <daxhold/testing/text.hpp>

#include <cstdio>

using namespace daxhold;

struct policy : words {
    static constexpr auto gate = table(otherwise >> walk);
    static constexpr auto record =
        table(when(inode::in_core) >> attempt(break_leases) >> next, otherwise >> next);
    static constexpr auto end = table(otherwise >> return_error);
};

static_assert(has_operation<testing::mock_filesystem, operation::break_leases>);

int main() {
    auto fs = testing::populated<>();
    fs.faults.fail(testing::call::break_leases, 1, EBUSY);
    const auto made = report_failure<policy>(fs, role::data, testing::blocks(8, 1), cause::removal);
    std::printf("%s\\n%s%llu taken, %llu failed\\n", to_text(policy::record.actions[0]).c_str(),
                to_text(fs.log).c_str(),
                static_cast<unsigned long long>(made.of(operation::break_leases).taken),
                static_cast<unsigned long long>(made.of(operation::break_leases).failed));
}
"""
EXPECTED = """attempt(break_leases) >> next
break_leases of inode 131 in [0, 4096): -EBUSY (busy, or held by somebody else)
break_leases of inode 132 in [409600, 413696): 0
2 taken, 1 failed
"""


def apply(diff, root):
    """Adds the lines of a diff after or before the one line that it names, which is there once."""
    for part in re.split(r"^--- ", diff, flags=re.M)[1:]:
        path = root / re.search(r"^\+\+\+ b/(.*)$", part, re.M)[1]
        lines = part.split("@@\n", 1)[1].splitlines()
        anchor = "\n".join(line[1:] for line in lines if not line.startswith("+"))
        wanted = "\n".join(line[1:] for line in lines)
        text = path.read_text()
        if text.count(anchor) != 1:
            sys.exit(f"the page is out of date: {path.name} does not have this once: {anchor}")
        path.write_text(text.replace(anchor, wanted))


def main():
    checkout, *compiler = sys.argv[1:]
    checkout = pathlib.Path(checkout)
    diffs = DIFF.findall((checkout / ".github" / "CONTRIBUTING.md").read_text())
    if len(diffs) != 1:
        sys.exit("the page has no diff that is to be applied")
    with tempfile.TemporaryDirectory() as directory:
        root = pathlib.Path(directory)
        shutil.copytree(checkout / "include", root / "include")
        apply(diffs[0], root)
        (root / "program.cpp").write_text(PROGRAM)
        built = subprocess.run([*compiler, "-std=c++20", "-I", root / "include",
                                root / "program.cpp", "-o", root / "program"],
                               capture_output=True, text=True, check=False)
        if built.returncode != 0:
            sys.exit(f"it does not compile:\n{built.stderr}")
        said = subprocess.run([root / "program"], capture_output=True, text=True, check=True).stdout
    print(said)
    if said != EXPECTED:
        sys.exit(f"instead of:\n{EXPECTED}")


if __name__ == "__main__":
    main()
