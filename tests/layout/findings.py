# SPDX-License-Identifier: BSL-1.0
"""What the layout tests share: the source tree, and a list of what is wrong with it."""

import pathlib
import sys

ROOT = pathlib.Path(sys.argv[1])
INCLUDE = ROOT / "include" / "daxhold"
TESTS = ROOT / "tests"

# The rooms in the order in which an event passes them, each with the rooms whose words it may use.
# What comes later may know what came earlier, never the other way round.
ROOMS = {
    "tables": [],
    "event": [],
    "device": ["event"],
    "policy": ["tables", "event"],
    "reactions": ["tables", "event"],
    "releases": ["tables", "event", "policy", "reactions"],
    "linux": ["event"],
    "guard": ["tables", "event"],
    "testing": ["tables", "event", "device", "policy"],
    "laws": ["tables", "event", "policy", "testing"],
    "render": ["tables", "event", "policy", "reactions", "releases", "testing", "laws"],
}

_findings = []


def finding(path, text):
    """Notes what is wrong with a file of the tree."""
    path = path.relative_to(ROOT) if path.is_absolute() else path
    _findings.append(f"{path}: {text}")


def finish(checked, what):
    """Ends the test: it fails with every finding, or because it had nothing to look at."""
    if not checked:
        _findings.append(f"no {what} found in {ROOT}")
    print("\n".join(sorted(_findings)) or f"{checked} {what} checked")
    sys.exit(1 if _findings else 0)


def room_headers(room):
    """The headers of a room, without its umbrella."""
    return sorted((INCLUDE / room).rglob("*.hpp"))


def sources():
    """Every C++ file of the project; files that start with a dot and build trees are not."""
    return sorted(path for top in ("include", "tests", "examples")
                  for suffix in ("*.hpp", "*.cpp") for path in (ROOT / top).rglob(suffix))
