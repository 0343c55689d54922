#!/usr/bin/env python3
# SPDX-License-Identifier: BSL-1.0
"""Every public name has a docstring, and every example in a docstring is a piece of a program that
is compiled.

Usage: docstrings.py ROOT BUILD

Public is what stands in include/ outside of the namespaces `detail` and is not private. A docstring
of a name stands above it or behind it. Instead of one of its own, a name of a class may do with
what is said where the class, what it derives from or what it specializes names it in backquotes;
or with what is said at the words in WORDS, which many classes have in common. That a name means
what it means everywhere needs no docstring: see `is_plain`.

doxygen tells what names there are. It does not understand every declaration of C++20, so the names
of a namespace are looked for in the source as well, where clang-format lets them begin a line."""

import json
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import xml.etree.ElementTree as tree

PROGRAM = "doxygen"
ROOT = pathlib.Path(sys.argv[1])
BUILD = pathlib.Path(sys.argv[2])
INCLUDE = ROOT / "include"

# Words that many classes have in common: in which classes, and whose docstring explains them in
# backquotes: a name, or a header with `\\file`.
WORDS = [
    (r"daxhold::policies::(?:\w+::)?\w+", "daxhold::failure_policy"),
    (r"daxhold::laws::\w+", "daxhold::laws::policy_law"),
    (r"daxhold::testing::basic_mock_filesystem", "daxhold/filesystem/concepts.hpp"),
]

# A class whose docstring begins like this is a diagnosis: its name is the message, and `ok` is what
# a static_assert asks of it.
DIAGNOSIS = ("A diagnostic", "The diagnosis")

DOCSTRING = re.compile(r"\s*///")
DETAIL = re.compile(r"^namespace detail \{$.*?^\} // namespace detail$", re.M | re.S)

# What begins a declaration in a namespace, with its name.
DECLARATIONS = [
    re.compile(r"^(?:struct|class|union|enum|enum class|concept|using) (\w+)(?= =| :| \{|;)", re.M),
    re.compile(r"^(?:inline )?(?:constexpr|consteval|constinit) (?:[\w:<>, ]+[ &*]+)?(\w+)(?= =|\(|\{)",
               re.M),
    re.compile(r"^#define (\w+)", re.M),
]

findings = []


def finding(path, line, text):
    findings.append(f"include/{path}:{line}: {text}")


class Name:
    """A declaration, as doxygen sees it."""

    def __init__(self, element, scope, kind):
        self.scope = scope
        self.kind = kind
        self.name = (element.findtext("name") or element.findtext("compoundname")).split("::")[-1]
        self.arguments = (element.findtext("argsstring") or "").replace(" ", "")
        location = element.find("location")
        self.path = location.get("declfile") or location.get("file")
        self.line = int(location.get("declline") or location.get("line") or 1)
        self.text = " ".join("".join(words.itertext()).strip()
                             for part in ("briefdescription", "detaileddescription")
                             for words in element.findall(part)).strip()
        self.words = {word for part in ("briefdescription", "detaileddescription")
                      for words in element.findall(part)
                      for code in words.iter("computeroutput")
                      for word in re.findall(r"\w+|operator\W+", "".join(code.itertext()))}


def run_doxygen(directory):
    """Lets doxygen write XML; what it complains of is a finding."""
    environment = os.environ | {"DAXHOLD_ROOT": str(ROOT), "DAXHOLD_VERSION": "",
                                "DAXHOLD_REFERENCE": str(directory)}
    settings = (ROOT / ".doxygen" / "Doxyfile").read_text() + "GENERATE_HTML=NO\nGENERATE_XML=YES\n"
    done = subprocess.run([PROGRAM, "-"], input=settings, env=environment, capture_output=True,
                          text=True)
    complaints = sorted({line.replace(f"{ROOT}/", "") for line in done.stderr.splitlines() if line})
    findings.extend(complaints)
    if done.returncode != 0 and not complaints:
        findings.append(f"{PROGRAM} ends with {done.returncode}")


def read_names(directory):
    """All compounds by name, and all names."""
    compounds, members, bases = {}, {}, {}
    for path in sorted(directory.glob("xml/*.xml")):
        for compound in tree.parse(path).getroot().findall("compounddef"):
            kind = compound.get("kind")
            if kind not in ("namespace", "class", "struct", "union", "concept", "file"):
                continue
            full = compound.findtext("compoundname")
            scope = full.rpartition("::")[0]
            if kind == "file":
                full = compound.find("location").get("file").removeprefix("include/")
            elif "<" in full:  # a specialization, whose arguments may have any number of ::
                scope = full[:full.index("<")].rpartition("::")[0]
            compounds[full] = Name(compound, scope, kind)
            bases[full] = [base.text for base in compound.findall("basecompoundref")]
            for section in compound.findall("sectiondef"):
                for member in section.findall("memberdef"):
                    if member.get("prot") == "private" or kind == "file" and \
                            member.get("kind") != "define":
                        continue
                    members[member.get("id")] = Name(member, full, member.get("kind"))
    return compounds, members, bases


def is_plain(name, scope):
    """Names that mean what they mean in every class, and the `ok` of a diagnosis."""
    own = scope.full.rpartition("::")[2].partition("<")[0].strip() if scope else None
    if name.name.startswith("~") or "=default" in name.arguments or "=delete" in name.arguments:
        return True
    if name.kind in ("function", "friend") and name.name == own and name.arguments.startswith(
            (f"({own}&&", f"(const{own}&")):
        return True
    if name.name in ("operator==", "operator<=>", "operator="):
        return True
    return name.name == "ok" and scope is not None and scope.text.startswith(DIAGNOSIS)


def explained_elsewhere(name, scope, compounds, bases):
    """Whether the docstring of the class, of a base, of the primary template or of the words that
    the class has in common with others names it."""
    if scope is None or scope.kind == "file":
        return False
    places = [scope.full, *bases.get(scope.full, [])]
    if "<" in scope.full:
        places.append(scope.full.partition("<")[0].strip())
    places += [at for classes, at in WORDS if re.fullmatch(classes, scope.full)]
    return any(name.name in compounds[place].words for place in places if place in compounds)


def check_names(compounds, members, bases):
    documented = {(n.scope, n.name) for n in members.values() if n.text}
    checked = 0
    for full, name in compounds.items():
        name.full = full
    for name in [*compounds.values(), *members.values()]:
        if name.kind in ("namespace", "file") or not name.path.startswith("daxhold"):
            continue
        checked += 1
        if name.text:
            continue
        scope = compounds.get(name.scope)
        if "<" in getattr(name, "full", "") and compounds.get(
                name.full.partition("<")[0].strip()) and compounds[
                name.full.partition("<")[0].strip()].text:
            continue
        if is_plain(name, scope) or explained_elsewhere(name, scope, compounds, bases):
            continue
        if scope and any((base, name.name) in documented for base in
                         [*bases.get(scope.full, []), scope.full.partition("<")[0].strip()]
                         if base != scope.full):
            continue
        finding(name.path, name.line, f"{name.kind} {name.scope}::{name.name} has no docstring")
    return checked
with tempfile.TemporaryDirectory() as d:
    d=pathlib.Path(d)
    run_doxygen(d)
    n=check_names(*read_names(d))
print("\n".join(sorted(findings)),len(findings),n)
