#!/usr/bin/env python3
# SPDX-License-Identifier: BSL-1.0
"""What each header includes: no later room, no heavy standard header in the core, and umbrellas
that leave nothing out. And that the headers that it names are there.

Usage: includes.py ROOT"""

import re

from findings import INCLUDE, ROOMS, ROOT, TESTS, finding, finish, room_headers

# Headers that their room's umbrella leaves out, with the reason.
NOT_IN_UMBRELLA = {
    "event/async_signal_safe.hpp": "needs <atomic>, for those who read in signal handlers",
    "event/error_code.hpp": "needs <string> and <system_error>, for those who want std::error_code",
    "device/checked.hpp": "needs <cstdio> and thread_local variables, for debug builds",
    "device/shared_mutex.hpp": "needs <shared_mutex>, for those who have threads and want its locks",
    "device/srcu.hpp": "needs <atomic> and <mutex>, for those who have threads",
    "device/urcu.hpp": "needs liburcu, for those who have it",
    "tables/text.hpp": "needs <string>, for those who want tables as text",
    **{f"tables/{name}.hpp": "needs <string>, for those who show tables to people"
       for name in ("csv", "graphviz", "json", "markdown", "mermaid", "svg", "detail/colours",
                    "detail/escape", "detail/graph", "detail/model")},
    "policy/text.hpp": "needs <string>, for those who want results and courses as text",
    "testing/explore.hpp": "needs <vector>, for those who explore interleavings",
    "testing/explored_device.hpp": "needs testing/explore.hpp",
    "testing/text.hpp": "needs <string>, for those who want values as text",
    "testing/golden.hpp": "needs <string> and files, for those who keep tables as text",
    "testing/doctest.hpp": "needs doctest, for those who test with it",
}

# Rooms that the umbrella of the whole library leaves out, with the reason.
NOT_IN_LIBRARY_UMBRELLA = {
    "reactions": "for programs in which something takes its time",
    "releases": "what filesystems are known to do, and most programs have one of their own",
    "testing": "a program that runs in production has no use for mock filesystems",
    "laws": "tries policies on mock filesystems",
    "render": "makes text, and allocates for that",
    "linux": "asks the system that a program runs on, and throws",
    "guard": "for programs of Linux that map files, and has a signal handler",
}

# Rooms that are not of the core, with the reason.
NOT_CORE = {
    "render": "makes text, for tools that show tables to people",
    "linux": "for tools that ask the running system",
    "guard": "for programs that map files",
}

# Standard headers that cost more to compile than the core itself, or that allocate.
HEAVY = {"algorithm", "deque", "filesystem", "format", "fstream", "functional", "iomanip", "ios",
         "iostream", "istream", "list", "map", "memory", "optional", "ostream", "random", "ranges",
         "regex", "set", "sstream", "streambuf", "string", "string_view", "thread", "tuple",
         "unordered_map", "unordered_set", "variant", "vector"}

NAMED_HEADER = re.compile(r"(?<![\w/.])(?:daxhold/)?((?!boost/)[a-z_]+(?:/\w+)+\.hpp)\b")
INCLUDE_LINE = re.compile(r'^\s*#\s*include\s*[<"]([^>"]+)[>"]', re.MULTILINE)


def included(path):
    return INCLUDE_LINE.findall(path.read_text())


def ours(names):
    return {name.removeprefix("daxhold/") for name in names if name.startswith("daxhold/")}


def check_room(room):
    """The headers of one room; returns how many there are."""
    headers = room_headers(room)
    may_use = {room, *ROOMS[room]}
    for header in headers:
        names = included(header)
        # What is included first says, at the end, that it needs C++20.
        if not names or not names[0].startswith("daxhold/"):
            finding(header, "does not include a header of ours first, if it needs none daxhold/version.hpp")
        for name in ours(names):
            if name == "version.hpp":
                continue
            if not (INCLUDE / name).exists():
                finding(header, f"includes daxhold/{name}, which does not exist")
            if name.split("/")[0].removesuffix(".hpp") not in may_use:
                finding(header, f"includes {name}, and {room} may only use {sorted(may_use)}")
        for name in names:
            if name == "daxhold.hpp":
                finding(header, "includes the umbrella of the whole library")
            if name == "boost/hana.hpp":
                finding(header, "includes the whole of Hana instead of single headers")
            if name in HEAVY and room not in NOT_CORE and str(header.relative_to(INCLUDE)) not in NOT_IN_UMBRELLA:
                finding(header, f"includes <{name}>, which is too heavy for the core")
    return len(headers)


def check_umbrella(room):
    umbrella = INCLUDE / f"{room}.hpp"
    headers = {str(header.relative_to(INCLUDE)) for header in room_headers(room)}
    if not headers:
        return
    if not umbrella.exists():
        finding(umbrella, "is missing: every room has an umbrella")
        return
    present = ours(included(umbrella))
    for name in headers - present - NOT_IN_UMBRELLA.keys():
        if "/detail/" not in name:
            finding(umbrella, f"leaves out daxhold/{name}")
    for name in present & NOT_IN_UMBRELLA.keys():
        finding(umbrella, f"includes daxhold/{name}, which {NOT_IN_UMBRELLA[name]}")
    for name in present - headers:
        finding(umbrella, f"includes daxhold/{name}, which is not of its room")


def check_library_umbrella():
    umbrella = ROOT / "include" / "daxhold.hpp"
    wanted = {"version.hpp"} | {f"{room}.hpp" for room in ROOMS.keys() - NOT_IN_LIBRARY_UMBRELLA
                                if (INCLUDE / f"{room}.hpp").exists()}
    present = ours(included(umbrella))
    for name in wanted ^ present:
        finding(umbrella, f"{'leaves out' if name in wanted else 'should not include'} daxhold/{name}")


def check_tests_include_their_header_first():
    """So that a header that forgets an include of its own does not compile in its test."""
    for room in ROOMS:
        for test in (TESTS / room).rglob("*.cpp"):
            header = str(test.relative_to(TESTS).with_suffix("")).removesuffix("_concurrency")
            if (INCLUDE / f"{header}.hpp").exists() and \
                    included(test)[:1] != [f"daxhold/{header}.hpp"]:
                finding(test, f"does not include daxhold/{header}.hpp first")


def check_named_headers():
    """Also those that a comment names."""
    for header in INCLUDE.rglob("*.hpp"):
        for name in sorted(set(NAMED_HEADER.findall(header.read_text()))):
            if not any((root / name).exists() for root in (INCLUDE, INCLUDE.parent, ROOT)):
                finding(header, f"names {name}, which does not exist")


checked = sum(check_room(room) for room in ROOMS)
for each in ROOMS:
    check_umbrella(each)
check_library_umbrella()
check_tests_include_their_header_first()
check_named_headers()
finish(checked, "headers")
