#!/usr/bin/env python3
# SPDX-License-Identifier: BSL-1.0
"""Every public name has a docstring, and every example in a docstring is a piece of a program that
is compiled.

Usage: docstrings.py ROOT BUILD

Public is what stands in include/ outside of the namespaces `detail`, is not private, and not between
\\cond and \\endcond (names that belong to other libraries). A name has a docstring when
- one stands above it or behind it;
- it stands in a block of lines without an empty one that begins with a docstring, the only one of
  the block: that one is for the whole block. Where some names of a block have their own, all have,
  and two stand apart, so that nobody takes the one for that of both when the other is missing;
- it is an enumerator, and none of its enumeration has one: what a value means is then clear from the
  docstring of the enumeration;
- it is a member, and the docstring of the class, or a base class, or the primary template says what
  it is: as the docstring of a member, or in backquotes;
- it is a word that many classes have in common, and the docstring that WORDS names has it in
  backquotes;
- it is an operation of the list in policy/operation.hpp, which says what it is for;
- it means what it means everywhere (see `is_plain`).

The umbrella of each room says what threads and signal handlers may do with its names and what they
throw, for every name whose docstring says nothing else. A header that does what such a sentence does not
expect (see `DEPARTURES`) says so itself, or its umbrella does.

doxygen tells what names there are. It does not understand every declaration of C++20: the names of a
namespace are looked for in the source as well, where clang-format lets them begin a line, and what
doxygen does not know fails the test."""

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
ROOT = pathlib.Path(sys.argv[1]).resolve()
BUILD = pathlib.Path(sys.argv[2]).resolve()
INCLUDE = ROOT / "include"

# Words that many classes have in common: in which classes, and whose docstring explains them: that
# of a name, or of a header's \file.
WORDS = [
    (r"daxhold::releases::(\w+::)?\w+", "daxhold::failure_policy"),
    (r"daxhold::laws::\w+", "daxhold::laws::policy_law"),
    (r"daxhold::(releases::(\w+::)?|reactions::)\w+", "daxhold/reactions/reaction.hpp"),
    (r"daxhold::reactions::\w+", "daxhold/reactions/law.hpp"),
    (r"daxhold::(testing::)?\w+_synchronization(::cell)?", "daxhold::synchronization"),
    (r"daxhold::testing::\w+", "daxhold::testing::invariant"),
    (r"daxhold::injectors::\w+", "daxhold::injectors::injector"),
    (r"daxhold::testing::(\w+_filesystem|mock_of)", "daxhold/policy/contract.hpp"),
]

# A class whose docstring begins like this is a diagnosis: its name is the message, and `ok` is what
# a static_assert asks of it.
DIAGNOSIS = ("A diagnostic", "The diagnosis")

# The operations of the one list: wherever one is made from it, the list says what it is for.
LISTED = set(re.findall(r"^    OPERATION\((\w+),", (INCLUDE / "daxhold/policy/operation.hpp").read_text(),
                        re.M))

# What can share the docstring of a block.
BLOCKS = {"variable", "typedef", "function", "define", "friend", "enum"}
COMPOUNDS = {"class", "struct", "union", "concept", "namespace", "file"}
DETAIL = re.compile(r"^namespace (?:\w+::)*detail \{$.*?^\} // namespace (?:\w+::)*detail$",
                    re.M | re.S)
DECLARATIONS = re.compile(
    r"^(?:(?:struct|class|union|enum|enum class|concept|using) (?:\[\[\w+\]\] )?(\w+)(?= =| :| \{|;|$)"
    r"|\#define (\w+)"
    r"|(?:\[\[[\w, ]+\]\] )?(?:inline )?(?:constexpr|consteval|inline) [^=\n(]*?(\w+)(?:<[^=\n]*>)?"
    r"(?= =|\(|\{))", re.M)
SNIPPET = re.compile(r"[\\@](?:snippet|include|dontinclude|verbinclude)\S*(?:\{\S+\})? (\S+) ?(\S*)")
# Text for people, in which a line may look like a declaration.
RAW_STRING = re.compile(r'R"\((.*?)\)"', re.S)
CODE = re.compile(r"```|~~~|[\\@](?:code|verbatim)\b")

# What every umbrella says, in this order, and what a header may not do without a word about it.
SAFETY = re.compile(r"\*\*Threads, signal handlers, exceptions\.\*\*.*", re.S)
DEPARTURES = {
    "an exception is thrown": (re.compile(r"\bthrow\b"), re.compile(r"\bthrow(s|n)?\b")),
    "memory is allocated": (re.compile(r"std::(string|vector|map|set|unordered_\w+|ostringstream)\b"),
                            re.compile(r"allocates|bad_alloc|std::string")),
    "threads meet": (re.compile(r"std::(atomic|mutex|shared_mutex)|\bthread_local\b"),
                     re.compile(r"thread")),
}

findings = []


def finding(path, line, text):
    findings.append(f"include/{path}:{line}: {text}")


class Name:
    """A declaration, as doxygen describes it."""

    def __init__(self, element, scope, kind):
        self.scope = scope
        self.kind = kind
        self.full = element.findtext("compoundname") or f"{scope}::{element.findtext('name')}"
        self.primary = self.full.partition("<")[0].strip()
        self.name = (element.findtext("name") or self.primary.rpartition("::")[2]).split("<")[0]
        self.name = self.name.strip() or element.findtext("name")
        self.arguments = (element.findtext("argsstring") or "").replace(" ", "")
        location = element.find("location")
        self.path = location.get("file").removeprefix("include/")
        self.line = int(location.get("line") or 1)
        texts = [part for kind in ("briefdescription", "detaileddescription")
                 for part in element.findall(kind)]
        self.text = " ".join("".join(part.itertext()) for part in texts).strip()
        self.words = {word for part in texts for code in part.iter("computeroutput")
                      for word in re.findall(r"\w+", "".join(code.itertext()))}


def run_doxygen(directory):
    """Lets doxygen write XML; what it complains of is a finding."""
    environment = os.environ | {"DAXHOLD_ROOT": str(ROOT), "DAXHOLD_VERSION": "",
                                "DAXHOLD_REFERENCE": str(directory)}
    settings = (ROOT / ".doxygen" / "Doxyfile").read_text() + "GENERATE_HTML=NO\nGENERATE_XML=YES\n"
    done = subprocess.run([PROGRAM, "-"], input=settings, env=environment, capture_output=True,
                          text=True, cwd=directory)
    complaints = sorted({line.replace(f"{ROOT}/", "") for line in done.stderr.splitlines() if line})
    findings.extend(complaints)
    if done.returncode != 0 and not complaints:
        findings.append(f"{PROGRAM} ends with {done.returncode}")


class Reference:
    """All public names."""

    def __init__(self, directory):
        self.compounds = {}
        self.members = {}
        self.bases = {}
        for path in sorted(directory.glob("xml/*.xml")):
            for compound in tree.parse(path).getroot().findall("compounddef"):
                if compound.get("kind") in COMPOUNDS and compound.get("prot") != "private":
                    self.read(compound)

    def read(self, compound):
        kind = compound.get("kind")
        full = compound.findtext("compoundname")
        name = Name(compound, full.partition("<")[0].rpartition("::")[0], kind)
        if kind == "file":
            full = name.path
        self.compounds[full] = name
        self.bases[full] = [base.text for base in compound.findall("basecompoundref")]
        for member in compound.findall("sectiondef/memberdef"):
            # A deduction guide has the name of its class, and no docstring either.
            is_guide = kind == "namespace" and member.find("type") is not None and \
                member.findtext("argsstring", "").find("->") >= 0 and not member.findtext("type")
            if member.get("prot") == "private" or is_guide or \
                    kind == "file" and member.get("kind") != "define":
                continue
            self.members[member.get("id")] = Name(member, full, member.get("kind"))
            self.check_enumerators(member)

    @staticmethod
    def check_enumerators(member):
        values = {value.findtext("name"): any("".join(part.itertext()).strip() for part in value
                                              if part.tag.endswith("description"))
                  for value in member.findall("enumvalue")}
        if any(values.values()):
            for value, has_docstring in values.items():
                # doxygen takes the list for one enumerator.
                if not has_docstring and value != "DAXHOLD_OPERATION":
                    where = Name(member, "", "enum")
                    finding(where.path, where.line,
                            f"enumerator {where.name}::{value} has no docstring, and others have")


def block_of(lines, number):
    """The lines of the block in which a line (counted from 0) stands: as far as there is no empty
    line, nothing that is indented less, and no end of a namespace."""
    indent = len(lines[number]) - len(lines[number].lstrip())

    def belongs(line):
        return line.strip() and len(line) - len(line.lstrip()) >= indent and \
            not re.match(r"(\} // )?namespace ", line)

    first = number
    while first > 0 and belongs(lines[first - 1]):
        first -= 1
    last = number
    while last + 1 < len(lines) and belongs(lines[last + 1]):
        last += 1
    return lines[first:last + 1]


def docstrings_of(block):
    """Where in a block the docstrings begin, but for those behind names and those further in."""
    indent = min(len(line) - len(line.lstrip()) for line in block)
    return [i for i, line in enumerate(block) if re.match(r"///(?!<)", line[indent:])
            and not (i and block[i - 1].strip().startswith("///"))]


def shares_docstring(name, lines):
    """Whether it stands in a block that begins with the block's only docstring."""
    if name.kind not in BLOCKS:
        return False
    block = block_of(lines, name.line - 1)
    starts = docstrings_of(block)
    return len(starts) == 1 and not any("///<" in line for line in block) and all(
        line.strip().startswith("//") for line in block[:starts[0]])


def is_plain(name, scope):
    """Names that mean the same in every class, the `ok` of a diagnosis, operations of the list, and a
    macro that is gone at once."""
    if name.name in LISTED or name.kind == "define" and \
            f"#undef {name.name}\n" in (INCLUDE / name.path).read_text():
        return True
    if "=default" in name.arguments or "=delete" in name.arguments or name.name.startswith("~"):
        return True
    if name.name in ("operator==", "operator<=>", "operator=", "operator bool"):
        return True
    if scope is None or scope.kind not in ("class", "struct", "union"):
        return False
    if name.name == scope.name and re.match(rf"\((const)?{scope.name}&", name.arguments):
        return True
    return name.name == "ok" and scope.text.startswith(DIAGNOSIS)


def is_explained(name, scope, reference, documented):
    """Whether another docstring says what it is."""
    if name.kind in COMPOUNDS:
        primary = reference.compounds.get(name.primary)
        return primary is not None and primary is not name and bool(primary.text)
    if "<" in name.full.removeprefix(name.scope):  # a specialization of a function or variable
        return (name.scope, name.name) in documented
    if scope is None or scope.kind not in ("class", "struct", "union"):
        return False
    relatives = [*reference.bases.get(name.scope, [])]
    if scope.primary != name.scope:
        relatives.append(scope.primary)
    if any((relative, name.name) in documented for relative in relatives):
        return True
    places = [name.scope, *relatives,
              *(place for classes, place in WORDS if re.fullmatch(classes, name.scope))]
    return any(name.name in reference.compounds[place].words
               for place in places if place in reference.compounds)


def check_names(reference):
    """Every name has a docstring; returns how many were looked at."""
    names = [name for name in (*reference.compounds.values(), *reference.members.values())
             if name.kind != "file" and name.full != "daxhold" and (INCLUDE / name.path).exists()]
    documented = {(name.scope, name.name) for name in names if name.text}
    lines = {path: (INCLUDE / path).read_text().split("\n") for path in {n.path for n in names}}
    for name in names:
        scope = reference.compounds.get(name.scope)
        if not (name.text or shares_docstring(name, lines[name.path]) or is_plain(name, scope)
                or is_explained(name, scope, reference, documented)):
            finding(name.path, name.line, f"{name.kind} {name.full} has no docstring")
        elif name.kind in BLOCKS:
            block = block_of(lines[name.path], name.line - 1)
            if len(docstrings_of(block)) == 2 and not any("///<" in line for line in block):
                finding(name.path, name.line, f"{name.name} stands in a block with two docstrings: "
                                              "put an empty line between")
    return len(names)


def check_nothing_is_overlooked(reference):
    """doxygen knows every name that begins a line of a namespace; returns how many there are."""
    known = {name.name for name in (*reference.compounds.values(), *reference.members.values())}
    count = 0
    for header in sorted(INCLUDE.rglob("*.hpp")):
        if "detail" in header.parts:
            continue
        text = RAW_STRING.sub(lambda match: '"' + "\n" * match[0].count("\n") + '"', header.read_text())
        text = DETAIL.sub(lambda match: "\n" * match[0].count("\n"), text)
        for match in DECLARATIONS.finditer(text):
            name = next(filter(None, match.groups()))
            count += 1
            if name not in known and name != "operator":
                line = text[:match.start()].count("\n") + 1
                finding(header.relative_to(INCLUDE), line, f"{PROGRAM} overlooks {name}")
    return count


def check_examples():
    """Every example is a snippet of a program of this build; returns how many there are."""
    compiled = {str((pathlib.Path(command["directory"]) / command["file"]).resolve())
                for command in json.loads((BUILD / "compile_commands.json").read_text())}
    count = 0
    for header in sorted(INCLUDE.rglob("*.hpp")):
        path = header.relative_to(INCLUDE)
        before = None
        for number, line in enumerate(header.read_text().split("\n"), 1):
            comment = line.partition("///")[2]
            is_code = CODE.search(comment) or comment.startswith(" " * 5) and before == "///"
            before = line.strip()
            if is_code:
                finding(path, number, "has an example that is not compiled; make it a \\snippet")
            for file, block in SNIPPET.findall(comment):
                count += 1
                program = ROOT / file
                if not program.is_file():
                    finding(path, number, f"there is no {file}")
                elif str(program) not in compiled:
                    finding(path, number, f"{file} is compiled by nothing in {BUILD}")
                elif program.read_text().count(f"//! [{block}]\n") != 2:
                    finding(path, number, f"{file} has no lines //! [{block}] around an example")
    if count == 0:
        findings.append("no docstring has an example")
    return count


def check_safety():
    """Every room says who may use it from where, and no header departs from that in silence."""
    for umbrella in sorted((INCLUDE / "daxhold").glob("*.hpp")):
        room = umbrella.with_suffix("")
        if not room.is_dir():
            continue
        text = "\n".join(re.findall(r"^/// ?(.*)", umbrella.read_text(), re.M))
        said = SAFETY.search(text)
        if not said:
            finding(umbrella.relative_to(INCLUDE), 1,
                    "does not say **Threads, signal handlers, exceptions.** of its room")
            continue
        for header in sorted(room.glob("*.hpp")):
            lines = header.read_text().split("\n")
            code = "\n".join(line.partition("//")[0] for line in lines)
            documented = "\n".join(line.partition("///")[2] for line in lines)
            for what, (done, word) in DEPARTURES.items():
                if done.search(code) and not word.search(documented) and not word.search(said[0]):
                    finding(header.relative_to(INCLUDE), 1, f"does not say that {what}")


def main():
    examples = check_examples()
    check_safety()
    if not shutil.which(PROGRAM):
        print(*findings, f"skipped: {PROGRAM} is not installed", sep="\n")
        sys.exit(1 if findings else 77)
    with tempfile.TemporaryDirectory() as directory:
        run_doxygen(pathlib.Path(directory))
        reference = Reference(pathlib.Path(directory))
    names = check_names(reference)
    declarations = check_nothing_is_overlooked(reference)
    if names < declarations:
        findings.append(f"{PROGRAM} knows {names} names, and {declarations} begin a line")
    print(*sorted(set(findings)), f"{names} names and {examples} examples checked", sep="\n")
    sys.exit(1 if findings else 0)


if __name__ == "__main__":
    main()
