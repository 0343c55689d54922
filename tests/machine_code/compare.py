#!/usr/bin/env python3
# SPDX-License-Identifier: BSL-1.0
"""Compares the library's machine code with what a kernel developer writes by hand in C.

Usage: compare.py BUILD [OPTION...]

BUILD is a build directory (build/gcc-12) or tests/machine_code in it; ninja makes the objects there,
`ninja -C BUILD machine_code_objects` them alone. A cell is a policy, what of it (decide_gate,
decide_record, decide_end ..., notify_failure, kill_dax), a compiler, and an optimisation. Its number is
that of the instructions of the library's function (`given`) and of the one by hand (`expected`), each
with all functions of its object that it calls or jumps to, without the nops that align. Beside that
are compared:
  call   calls of functions outside of its object that the one by hand does not call, and of a decide
         function also parts of its own where that one is in one piece;
  frame  a push, or room on the stack, where the one by hand has none;
  data   a section of data that it reads, where the one by hand reads none of that kind.
A section of data that no function reads belongs to no cell, and is told at the end.

Each decide function is judged by itself. What is executed of a whole function tells more than how long
it is, so those are judged by their sum alone, but for call, frame and data. A whole function may have
parts of its own: the library keeps the walk apart, for both entries of a policy. The number of a cell
has it in either, and the sum has it once, as the object does. By hand each entry is in one piece.

Without an option: a table for people. A cell is `given/by hand`, with `=` where both are the same byte
by byte, `!` where the library needs more, and c, f, d for call, frame and data.

  --only TEXT...     only cells in whose `policy what compiler optimisation` each TEXT occurs
  --above            only rows with a cell in which the library needs more, or has what it must not
  --markdown         the table for the README; bold is what is above
  --check EXCEPTIONS TOTALS
                     fails unless the cells above, or with call, frame or data, are those of the first file:
                     `policy what compiler optimisation given by_hand call,frame,data|- reason` in each line;
                     or where all whole functions together have more than 1.15 times what the second
                     says: `compiler optimisation given by_hand` in each line
  --totals           such lines
  --exceptions       such lines for all cells that need one, to be given a reason
  --diff POLICY WHAT COMPILER OPTIMISATION
                     both listings, side by side

The counts are those of the compilers of Debian 12. For others there is nothing to compare with: where
an object was made by another version, --check skips (status 77)."""

import argparse
import concurrent.futures
import difflib
import os
import pathlib
import re
import shutil
import subprocess
import sys

VERSIONS = {"g++-12": "12.2.0", "clang++-14": "14.0.6", "clang++-19": "19.1.7"}
OPTIMISATIONS = ("O2", "Os")

POLICIES = ("xfs_v12", "xfs_seed_as_posted", "xfs_seed_as_intended", "xfs_linux_6_0", "xfs_linux_6_1",
            "xfs_linux_6_8", "xfs_linux_6_14", "xfs_linux_6_18", "xfs_linux_7_0", "no_holder", "famfs", "daxfs",
            "recommended")
ENTRIES = ("notify_failure", "kill_dax")
# How much all whole functions together may grow, as a ratio to what the file of totals says.
MOST_OF_TOTAL = 1.15

SYMBOL = re.compile(r"^([0-9a-f]{16}) (.{7}) (\S+)\t([0-9a-f]{16}) (?:\.hidden )?(.+)$")
INSTRUCTION = re.compile(r"^ *([0-9a-f]+):\t(.*)$")
RELOCATION = re.compile(r"^\t+([0-9a-f]+): (R_X86_64_\w+)\t(.+)$")
HEADER = re.compile(r"^ *\d+ (\.\S+) +([0-9a-f]{8}) ")
DATA = re.compile(r"\.(?:l?rodata|l?data|l?bss|tdata|tbss)")
SECTION = re.compile(r"^Disassembly of section (.+):$")
TARGET = re.compile(r"^(\S+)\s+([0-9a-f]+) <[^>]*>$")
NOP = re.compile(r"^(?:data16 |cs |ds |repz |rex\S* )*(?:nop|nopw|nopl|xchg\s+%ax,%ax$)")
# A push of a constant that is popped into a register is none; a small size is a large one added.
FRAME = re.compile(r"push\s+%|sub\s+\$0x[0-9a-f]+,%rsp|add\s+\$0xf{8}[0-9a-f]+,%rsp")
COMPILER = re.compile(rb"GCC: \([^)]*\) ([\d.]+)|clang version ([\d.]+)")


def kind_of(section):
    """.rodata of .rodata.cst16, and so on."""
    return re.match(r"\.\w+", section)[0]


class Instruction:
    """What objdump says of one: its place, its text, and what the linker would put into it."""

    def __init__(self, section, address, text):
        self.section = section
        self.address = address
        self.text = text
        self.relocations = []

    def is_nop(self):
        return bool(NOP.match(self.text)) and not self.relocations


class Function:
    """A symbol of a text section."""

    def __init__(self, name, section, start, size, is_global):
        self.name = name
        self.section = section
        self.start = start
        self.size = size
        self.is_global = is_global
        self.instructions = []

    def count(self):
        return sum(not each.is_nop() for each in self.instructions)


class Object:
    """An object file, disassembled once."""

    def __init__(self, path):
        self.path = path
        self.functions = {}
        self.data_symbols = {}
        self.data_sections = set()
        found = COMPILER.search(path.read_bytes())
        self.version = (found[1] or found[2]).decode() if found else "unknown"
        done = subprocess.run(["objdump", "-h", "-t", "-dr", "--no-show-raw-insn", "-w", str(path)],
                              text=True, capture_output=True, check=True,
                              env={**os.environ, "LC_ALL": "C"})
        self.by_section = {}
        self.read(done.stdout.splitlines())

    def read(self, lines):
        section, current, instructions = "", None, []
        for line in lines:
            if match := SYMBOL.match(line):
                self.add_symbol(match)
            elif match := HEADER.match(line):
                if DATA.match(match[1]) and int(match[2], 16) != 0:
                    self.data_sections.add(kind_of(match[1]))
            elif match := SECTION.match(line):
                section = match[1]
            elif match := RELOCATION.match(line):
                current.relocations.append((match[2], match[3]))
            elif match := INSTRUCTION.match(line):
                text, *rest = re.split(r"\t(?=[0-9a-f]+: R_X86_64_)", match[2])
                # objdump explains addresses behind a #.
                current = Instruction(section, int(match[1], 16), re.sub(r"\s+#.*$", "", text).strip())
                for relocation in rest:
                    current.relocations.append(tuple(relocation.split(": ", 1)[1].split("\t", 1)))
                instructions.append(current)
        for function in self.functions.values():
            self.by_section.setdefault(function.section, []).append(function)
        for each in instructions:
            for function in self.by_section.get(each.section, []):
                if function.start <= each.address < function.start + function.size:
                    function.instructions.append(each)

    def add_symbol(self, match):
        value, flags, section, size, name = match.groups()
        if "F" in flags:
            self.functions[name] = Function(name, section, int(value, 16), int(size, 16), flags[0] == "g")
        elif section != "*UND*":
            self.data_symbols[name] = section

    def function_at(self, section, address):
        for function in self.by_section.get(section, []):
            if function.start <= address < function.start + max(function.size, 1):
                return function
        return None

    def resolve(self, relocation):
        """What a relocation is about: a function of this object, or ("data", section), or a name."""
        kind, target = relocation
        match = re.match(r"^(.*?)([+-]0x[0-9a-f]+)?$", target)
        name, addend = match[1], int(match[2] or "0", 16)
        if name in self.functions:
            return self.functions[name]
        if name in self.data_symbols:
            section = self.data_symbols[name]
        elif name.startswith("."):
            section = name
        else:
            return name
        if section.startswith(".text"):
            offset = addend + 4 if kind in ("R_X86_64_PC32", "R_X86_64_PLT32") else addend
            return self.function_at(section, offset) or name
        return ("data", kind_of(section))


class Code:
    """A function with all that belongs to it."""

    def __init__(self, of, names):
        self.object = of
        self.functions = []
        self.calls = set()
        self.has_parts = False
        self.data = set()
        self.frame = False
        self.listing = []
        self.exact = []
        for name in names:
            self.add(of.functions[name])
        self.is_known = bool(self.functions)
        for function in self.functions:
            self.examine(function)

    def add(self, function):
        """The function, and whatever it calls or jumps to."""
        if function in self.functions:
            return
        self.functions.append(function)
        for each in function.instructions:
            for target in self.targets(each):
                if isinstance(target, Function):
                    self.add(target)

    def targets(self, each):
        yield from (self.object.resolve(relocation) for relocation in each.relocations)
        if not each.relocations and (match := TARGET.match(each.text)):
            inside = self.object.function_at(each.section, int(match[2], 16))
            if inside:
                yield inside

    def examine(self, function):
        if len(self.functions) > 1:
            self.listing.append(f"<{'entry' if function is self.functions[0] else function.name}>:")
        for each in function.instructions:
            text = each.text
            for target in self.targets(each):
                if isinstance(target, Function):
                    if target is not function and not target.name.startswith(self.functions[0].name):
                        self.has_parts = True
                elif isinstance(target, tuple):
                    self.data.add(target[1])
                elif each.relocations:
                    self.calls.add(target)
            self.frame = self.frame or bool(FRAME.match(text))
            text = self.spell(function, each)
            self.exact.append((each.address - function.start, text))
            if not each.is_nop():
                self.listing.append(text)

    def spell(self, function, each):
        """The instruction, without what depends on where it lies."""
        text = each.text
        if each.relocations:
            text = re.sub(r"\s+[0-9a-f]+ <[^>]*>$", "", text)
            for relocation in each.relocations:
                target = self.object.resolve(relocation)
                if isinstance(target, Function):
                    place = "part"
                elif isinstance(target, tuple):
                    place = target[1]
                else:
                    place = re.sub(r"[+-]0x[0-9a-f]+$", "", str(target))
                text += f" {place}"
        elif match := TARGET.match(text):
            inside = self.object.function_at(each.section, int(match[2], 16))
            if inside is function:
                text = f"{match[1]} +0x{int(match[2], 16) - function.start:x}"
            else:
                text = f"{match[1]} part"
        return re.sub(r"\s+", " ", text)

    def count(self):
        return sum(function.count() for function in self.functions)


class Cell:
    def __init__(self, key, given, by_hand):
        self.policy, self.what, self.compiler, self.optimisation = key
        self.given = given
        self.by_hand = by_hand
        self.counts = given.count(), by_hand.count()
        self.is_same = given.exact == by_hand.exact
        self.extras = []
        if given.calls - by_hand.calls:
            self.extras.append("call")
        elif given.has_parts and not by_hand.has_parts and not self.is_whole_function():
            self.extras.append("call")
        if given.frame and not by_hand.frame:
            self.extras.append("frame")
        if given.data - by_hand.data:
            self.extras.append("data")

    def key(self):
        return f"{self.policy} {self.what} {self.compiler} {self.optimisation}"

    def is_above(self):
        return self.counts[0] > self.counts[1]

    def is_whole_function(self):
        return self.what in ENTRIES

    def needs_exception(self):
        return bool(self.extras) or self.is_above() and not self.is_whole_function()

    def state(self):
        """As a line of the exceptions has it, without the reason."""
        counts = "- -" if self.is_whole_function() else f"{self.counts[0]} {self.counts[1]}"
        return f"{self.key()} {counts} {','.join(self.extras) or '-'}"


def find_objects(directory):
    """{(compiler, optimisation): {unit: path}} of the objects there."""
    found = {}
    for path in sorted(directory.glob("*.o")):
        match = re.match(r"(.+)\.(O2|Os)\.((?:given|by_hand)\w+)\.o$", path.name)
        if match:
            found.setdefault((match[1], match[2]), {})[match[3]] = path
    return found


def order_of(name):
    """Where a decide function stands in the table: as its policy does."""
    for number, policy in enumerate(POLICIES):
        if name.startswith(f"{policy}_"):
            return number, policy
    return len(POLICIES), name.rpartition("_")[0]


def names_of_tables(functions):
    """(policy, table) of every decide function."""
    for name in functions:
        if name.startswith("given_decide_"):
            name = name.removeprefix("given_decide_")
            policy = order_of(name)[1]
            yield policy, name.removeprefix(f"{policy}_")


def cells_of(compiler, optimisation, objects):
    cells = []
    if "given_decide" in objects:
        given, by_hand = objects["given_decide"], objects["by_hand_decide"]
        for policy, table in names_of_tables(given.functions):
            cells.append(Cell((policy, f"decide_{table}", compiler, optimisation),
                              Code(given, [f"given_decide_{policy}_{table}"]),
                              Code(by_hand, [f"expected_decide_{policy}_{table}"])))
    for policy in POLICIES:
        for entry in ENTRIES:
            unit = f"by_hand_{policy}_{entry}"
            if unit in objects and "given_notify_failure" in objects:
                name = f"expected_{entry}_{policy}"
                others = [each for each in objects[unit].functions if each != name]
                cells.append(Cell((policy, entry, compiler, optimisation),
                                  Code(objects["given_notify_failure"], [f"given_{entry}_{policy}"]),
                                  Code(objects[unit], [name, *others])))
    return cells


def read_cells(directory):
    """All cells, the version of each compiler, and sentences about data that belongs to no cell."""
    if (directory / "tests" / "machine_code").is_dir():
        directory = directory / "tests" / "machine_code"
    found = find_objects(directory)
    if not found:
        sys.exit(f"{directory} has no objects; build them: ninja -C BUILD machine_code_objects")
    paths = [path for units in found.values() for path in units.values()]
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        objects = dict(zip(paths, pool.map(Object, paths)))
    cells, versions, unread = [], {}, []
    for (compiler, optimisation), units in found.items():
        read = {unit: objects[path] for unit, path in units.items()}
        versions.setdefault(compiler, set()).update(each.version for each in read.values())
        made = cells_of(compiler, optimisation, read)
        cells += made
        for unit in ("given_decide", "given_notify_failure"):
            if unit in read:
                used = set().union(*(cell.given.data for cell in made if cell.given.object is read[unit]))
                for kind in sorted(read[unit].data_sections - used):
                    unread.append(f"{unit} {compiler} {optimisation} has {kind}, which no function reads")
    return cells, versions, unread


def rows_of(cells):
    """The cells by (policy, what), in the order of the table: a policy, and then its parts."""
    def place(row):
        policy, what = row
        number = POLICIES.index(policy) if policy in POLICIES else len(POLICIES)
        return number, policy if number == len(POLICIES) else "", parts.get(what, len(parts)), what
    parts = {name: i for i, name in enumerate(("decide_gate", "decide_record", "decide_end", "decide_access",
                                               "notify_failure", "kill_dax"))}
    rows = {}
    for cell in cells:
        rows.setdefault((cell.policy, cell.what), {})[cell.compiler, cell.optimisation] = cell
    return {row: rows[row] for row in sorted(rows, key=place)}


def columns_of(cells):
    compilers = list(VERSIONS)
    return sorted({(cell.compiler, cell.optimisation) for cell in cells},
                  key=lambda column: (compilers.index(column[0]) if column[0] in compilers else 9, column))


def totals_of(cells):
    """{"compiler optimisation": (given, by hand)}: the instructions of all whole functions. What two of
    them share is counted once."""
    functions = {}
    for cell in cells:
        if cell.is_whole_function():
            sides = functions.setdefault(f"{cell.compiler} {cell.optimisation}", (set(), set()))
            sides[0].update(cell.given.functions)
            sides[1].update(cell.by_hand.functions)
    return {column: tuple(sum(function.count() for function in side) for side in sides)
            for column, sides in functions.items()}


def check_totals(cells, path):
    """What is wrong with the sums, beside those of the file."""
    lines = [line.split() for line in path.read_text().splitlines() if line.strip() and line[0] != "#"]
    written = {" ".join(words[:2]): int(words[2]) for words in lines}
    now = {column: given for column, (given, _) in totals_of(cells).items()}
    if unknown := now.keys() - written.keys():
        return [f"{path.name} lacks {', '.join(sorted(unknown))}"]
    before = sum(written[column] for column in now)
    total = sum(now.values())
    print(f"{total} instructions in all whole functions, {total / before:.3f} of those in {path.name}")
    if total <= before * MOST_OF_TOTAL:
        return []
    return [f"all whole functions: {total}, and {MOST_OF_TOTAL} times {before} are allowed",
            *(f"  {column}: {now[column]}, and it was {written[column]}" for column in now)]


def print_table(cells, unread):
    columns = columns_of(cells)
    print(f"{'':44}" + "".join(f"{compiler + ' -' + optimisation:>17}" for compiler, optimisation in columns))
    for (policy, what), row in rows_of(cells).items():
        line = f"{policy:24}{what:20}"
        for column in columns:
            text = ""
            if cell := row.get(column):
                marks = "=" if cell.is_same else "!" if cell.is_above() else ""
                marks += "".join(extra[0] for extra in cell.extras)
                text = f"{cell.counts[0]}/{cell.counts[1]}{marks:4}"
            line += f"{text:>17}"
        print(line.rstrip())
    whole = [sum(total[side] for total in totals_of(cells).values()) for side in (0, 1)]
    given, by_hand = (whole[side] + sum(cell.counts[side] for cell in cells if not cell.is_whole_function())
                      for side in (0, 1))
    above = sum(cell.is_above() for cell in cells)
    extra = sum(bool(cell.extras) for cell in cells)
    same = sum(cell.is_same for cell in cells)
    print(f"{len(cells)} cells: {same} the same, {above} above, {extra} with call, frame or data; "
          f"{given}/{by_hand} instructions in all, {whole[0]}/{whole[1]} of them in whole functions")
    print("\n".join(unread), end="\n" if unread else "")


def print_markdown(cells):
    columns = columns_of(cells)
    heads = [f"{compiler} -{optimisation}" for compiler, optimisation in columns]
    print("| policy | what | " + " | ".join(heads) + " |")
    print("|---|---|" + "---:|" * len(columns))
    for (policy, what), row in rows_of(cells).items():
        texts = []
        for column in columns:
            cell = row[column]
            text = f"{cell.counts[0]}/{cell.counts[1]}"
            text += " =" if cell.is_same else ""
            text += "".join(f" {extra}" for extra in cell.extras)
            texts.append(f"**{text}**" if cell.is_above() or cell.extras else text)
        what = what.replace("decide_", "decide ", 1)
        print(f"| {policy} | {what} | " + " | ".join(texts) + " |")


def check(cells, versions, unread, path, totals):
    for compiler, wanted in VERSIONS.items():
        for version in versions.get(compiler, ()):
            if version != wanted:
                print(f"skipped: {compiler} is {version}, and the counts are those of {wanted}")
                sys.exit(77)
    wrong, listed = unread + check_totals(cells, totals), {}
    for number, line in enumerate(path.read_text().splitlines(), start=1):
        if not line.strip() or line.startswith("#"):
            continue
        words = line.split(None, 7)
        if len(words) != 8:
            wrong.append(f"{path.name}:{number}: has no reason, or lacks a word: {line}")
            continue
        listed[" ".join(words[:4])] = " ".join(words[:7])
    for cell in cells:
        exception = listed.pop(cell.key(), None)
        if not cell.needs_exception():
            if exception:
                wrong.append(f"is no exception any more: {cell.state()}")
        elif not exception:
            wrong.append(f"is above, or has what the one by hand lacks: {cell.state()}")
        elif exception != cell.state():
            wrong.append(f"is {cell.state()}, and the exception says {exception}")
    compared = {cell.compiler for cell in cells}
    missing = [compiler for compiler in VERSIONS if compiler not in compared]
    for exception in listed.values():
        if exception.split()[2] not in missing:
            wrong.append(f"is an exception of no cell: {exception}")
    print("\n".join(wrong) or f"{len(cells)} cells compared")
    for compiler in missing:
        print(f"{compiler} is not installed: without its cells")
    sys.exit(1 if wrong or not cells else 0)


def print_diff(cells, wanted):
    for cell in cells:
        if cell.key() == " ".join(wanted):
            break
    else:
        sys.exit(f"there is no cell {' '.join(wanted)}")
    print(f"{cell.state()}: given {sorted(cell.given.calls)}, by hand {sorted(cell.by_hand.calls)}")
    # The places of jumps differ behind the first difference, and would hide what is alike.
    left, right = cell.given.listing, cell.by_hand.listing
    plain = [[re.sub(r" \+0x[0-9a-f]+$", "", line) for line in side] for side in (left, right)]
    for tag, l0, l1, r0, r1 in difflib.SequenceMatcher(None, *plain, autojunk=False).get_opcodes():
        for i in range(max(l1 - l0, r1 - r0)):
            a = left[l0 + i] if l0 + i < l1 else ""
            b = right[r0 + i] if r0 + i < r1 else ""
            print(f"{a:52.52} {' ' if tag == 'equal' else '|'} {b}".rstrip())


def main():
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("build", type=pathlib.Path)
    parser.add_argument("--only", nargs="+", default=[])
    parser.add_argument("--above", action="store_true")
    parser.add_argument("--markdown", action="store_true")
    parser.add_argument("--check", nargs=2, type=pathlib.Path)
    parser.add_argument("--totals", action="store_true")
    parser.add_argument("--exceptions", action="store_true")
    parser.add_argument("--diff", nargs=4)
    args = parser.parse_args()

    if not shutil.which("objdump"):
        print("skipped: objdump is not installed")
        sys.exit(77)
    cells, versions, unread = read_cells(args.build)
    cells = [cell for cell in cells if all(text in cell.key() for text in args.only)]
    if args.above:
        rows = {(cell.policy, cell.what) for cell in cells if cell.is_above() or cell.extras}
        cells = [cell for cell in cells if (cell.policy, cell.what) in rows]
    if args.diff:
        print_diff(cells, args.diff)
    elif args.check:
        check(cells, versions, unread, *args.check)
    elif args.totals:
        for column, (given, by_hand) in totals_of(cells).items():
            print(f"{column:14} {given} {by_hand}")
    elif args.markdown:
        print_markdown(cells)
    elif args.exceptions:
        columns = columns_of(cells)
        for row in rows_of(cells).values():
            for column in columns:
                if column in row and row[column].needs_exception():
                    print(row[column].state())
    else:
        print_table(cells, unread)


if __name__ == "__main__":
    main()
