#!/usr/bin/env python3
# SPDX-License-Identifier: BSL-1.0
"""`decide` beside the `if` chain and the `switch` that a person would write for the same table: executed
instructions in a cell, on average, and bytes of machine code and read-only data.

By hand is the one of the two that executes fewer. The tables are those of tests/compile_time/subjects.py,
the facts are bytes of a structure, actions are numbers less than 251, and the cells are random ones, the
same for everybody. With --check both counts have to be those of a file; --write writes it. Its first line
names the compiler: with another one there is nothing to compare with (status 77), and nothing without
valgrind."""

import argparse
import collections
import difflib
import math
import pathlib
import random
import re
import shutil
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parents[1] / "compile_time"))
import subjects  # noqa: E402 (beside this directory)

KINDS = ("usual", "sparse", "dense of two", "dense of three")
SIZES = (8, 16, 24, 31, 32, 48, 64, 128, 256)
CELLS = 500


def action(row):
    return (row * 37 + 11) % 251


def struct(widths, of="unsigned char"):
    return "struct facts {" + " ".join(f"{of.format(fact)} a{fact};" for fact in range(len(widths))) + "};\n"


def condition(demands, but_for=None):
    def one(fact):
        equal = [f"f->a{fact} == {value}" for value in sorted(demands[fact])]
        return equal[0] if len(equal) == 1 else f"({' || '.join(equal)})"

    return " && ".join(one(fact) for fact in sorted(demands) if fact != but_for)


def chain(rows, but_for=None):
    """The rows one after the other, as far as one that leaves nothing over."""
    for row, demands in rows:
        if not (wanted := condition(demands, but_for)):
            return [*lines_of(rows, row, but_for), f"return {action(row)};"]
    raise SystemExit("the last row of a table leaves nothing over")


def lines_of(rows, end, but_for):
    return [f"if ({condition(demands, but_for)}) return {action(row)};" for row, demands in rows if row < end]


def by_if(widths, rows):
    body = "\n".join(chain(list(enumerate(rows))))
    return struct(widths) + f"int by_if(const struct facts* f) {{\n{body}\n}}\n"


def by_switch(widths, rows):
    """Over all cells, where they are few, and else over the fact that most rows name."""
    if math.prod(widths) <= 512:
        number = "f->a0"
        for fact in range(1, len(widths)):
            number = f"({number}) * {widths[fact]} + f->a{fact}"
        taken, cases = set(), []
        for row, demands in enumerate(rows[:-1]):
            cells = [0]
            for fact, width in enumerate(widths):
                cells = [cell * width + value for cell in cells for value in sorted(demands.get(fact, range(width)))]
            cases += [f"case {cell}: return {action(row)};" for cell in cells if cell not in taken]
            taken.update(cells)
        cases.append(f"default: return {action(len(rows) - 1)};")
    else:
        named = collections.Counter(fact for demands in rows for fact in demands)
        best = named.most_common(1)[0][0]
        number, cases = f"f->a{best}", []
        for value in range(widths[best]):
            cases.append("default:" if value == widths[best] - 1 else f"case {value}:")
            cases += chain([(row, demands) for row, demands in enumerate(rows)
                            if value in demands.get(best, {value})], best)
    body = "\n".join(cases)
    return struct(widths) + f"int by_switch(const struct facts* f) {{\nswitch ({number}) {{\n{body}\n}}\n}}\n"


def by_library(widths, rows):
    """The same table, and a source that reads the structure."""
    table, _ = subjects.table_of(widths, rows, action)
    answers = "\n".join(f"constexpr f{fact} operator()(boost::hana::basic_type<f{fact}>) const {{ return f->a{fact}; }}"
                        for fact in range(len(widths)))
    return (table + struct(widths, "f{}") +
            f"struct source {{\nstatic constexpr bool knows_beforehand = true;\nconst facts* f;\n{answers}\n}};\n"
            'extern "C" int by_library(const facts* f) { return decide<subject>(source{f}); }\n')


def program(widths):
    """Goes through the cells with each, and compares what they say."""
    numbers = random.Random(9)
    cells = ",\n".join("{" + ", ".join(str(numbers.randrange(width)) for width in widths) + "}"
                       for _ in range(CELLS))
    return struct(widths) + f"""
int by_if(const struct facts*); int by_switch(const struct facts*); int by_library(const struct facts*);
static const struct facts cells[{CELLS}] = {{ {cells} }};
int main(void) {{
    for (int i = 0; i != {CELLS}; ++i) {{
        int said = by_if(&cells[i]);
        if (by_switch(&cells[i]) != said || by_library(&cells[i]) != said)
            return 1;
    }}
    return 0;
}}
"""


def run(*command):
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        sys.exit(f"{' '.join(map(str, command))} ends with {done.returncode}:\n{done.stdout}{done.stderr}")
    return done.stdout


def size_of(object_file):
    return sum(int(line.split()[1]) for line in run("size", "-A", object_file).splitlines()
               if line.startswith((".text", ".rodata")))


def executed(dump, functions):
    counts, function, is_call = collections.Counter(), None, False
    for line in dump.read_text().splitlines():
        if line.startswith("fn="):
            function = line.removeprefix("fn=")
        elif line.startswith("calls="):
            is_call = True
        elif re.match(r"[-+*\d]", line):
            # What a function of the library calls, if it does, is its own.
            if not is_call and function in functions:
                counts[function] += int(line.split()[1])
            is_call = False
    return counts


def measure(compiler, kind, count, directory):
    widths, rows = subjects.TABLE_KINDS[kind](count)
    sources = {"by_if": by_if(widths, rows), "by_switch": by_switch(widths, rows),
               "by_library": by_library(widths, rows), "program": program(widths)}
    objects = {}
    for name, source in sources.items():
        is_library = name == "by_library"
        file = directory / f"{name}.{'cpp' if is_library else 'c'}"
        file.write_text(source)
        objects[name] = file.with_suffix(".o")
        run(compiler, *(["-std=c++20", f"-I{subjects.HEADERS}"] if is_library else ["-x", "c", "-std=c11"]),
            "-O2", "-c", file, "-o", objects[name])
    run(compiler, *objects.values(), "-o", directory / "program")
    dump = directory / "dump"
    run("valgrind", "--tool=callgrind", "--compress-strings=no", "--compress-pos=no",
        f"--callgrind-out-file={dump}", directory / "program")
    versions = ("by_if", "by_switch", "by_library")
    counts = executed(dump, versions)
    return len(rows), {name: (counts[name] / CELLS, size_of(objects[name])) for name in versions}


def row_of(kind, count, measured):
    best = min(measured["by_if"], measured["by_switch"])
    return [kind, str(count), f"{best[0]:.1f}", f"{measured['by_library'][0]:.1f}", str(best[1]),
            str(measured["by_library"][1])]


def counts_of(compiler):
    """The file that holds what was counted with a compiler."""
    return HERE / f"counts.{compiler.replace('clang++', 'clang').replace('g++', 'gcc')}.txt"


def split(line):
    return re.split("  +", line.strip())


def markdown(compilers):
    """The files beside each other: of `decide` and by hand, bold where `decide` has more."""

    def beside(by_hand, decide):
        cell = f"{decide} / {by_hand}"
        return f"**{cell}**" if float(decide) > float(by_hand) else cell

    rows = collections.defaultdict(list)
    for compiler in compilers:
        for line in counts_of(compiler).read_text().splitlines()[1:]:
            kind, count, *numbers = split(line)
            rows[kind, count] += [beside(*numbers[:2]), beside(*numbers[2:])]
    columns = [f"{compiler}, {what}" for compiler in compilers for what in ("instructions", "bytes")]
    lines = [["table", "rows", *columns], ["--", *["--:"] * (1 + len(columns))],
             *([*table, *cells] for table, cells in rows.items())]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def text(rows, compiler):
    widths = [max(len(row[column]) for row in rows) for column in range(6)]
    return (f"# {compiler}: table, rows; instructions by hand, of `decide`; bytes by hand, of `decide`.\n"
            + "".join("  ".join(cell.ljust(width) if not column else cell.rjust(width)
                                for column, (cell, width) in enumerate(zip(row, widths))) + "\n" for row in rows))


def check(written, file):
    """Whether the counts are those of a file, as far as they were counted."""
    old, new = file.read_text().splitlines(), written.splitlines()
    if old[0] != new[0]:
        print(f"skipped: {new[0]} counted, and {file.name} begins with {old[0]}")
        sys.exit(77)
    counted = {tuple(split(line)[:2]) for line in new[1:]}
    kept = [split(line) for line in old[1:] if tuple(split(line)[:2]) in counted]
    sides = [["  ".join(line) for line in lines] for lines in (kept, map(split, new[1:]))]
    if broken := [line for line in difflib.unified_diff(*sides, file.name, "counted now", lineterm="", n=0)
                  if not line.startswith("@@")]:
        print("\n".join(broken))
        sys.exit(f"If that is what it has to cost: {sys.argv[0]} COMPILER --write")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("compilers", nargs="+", metavar="COMPILER")
    parser.add_argument("--kinds", default=",".join(KINDS))
    parser.add_argument("--rows", default=",".join(map(str, SIZES)))
    parser.add_argument("--markdown", action="store_true",
                        help="print what --write wrote as a table, and measure nothing")
    parser.add_argument("--check", action="store_true")
    parser.add_argument("--write", action="store_true")
    arguments = parser.parse_args()
    if arguments.markdown:
        print(markdown(arguments.compilers))
        return
    for needed in ("valgrind", *arguments.compilers):
        if not shutil.which(needed):
            print(f"skipped: {needed} is not installed")
            sys.exit(77)

    for compiler in arguments.compilers:
        rows = []
        with tempfile.TemporaryDirectory() as directory:
            for kind in arguments.kinds.split(","):
                for count in map(int, arguments.rows.split(",")):
                    row = row_of(kind, *measure(compiler, kind, count, pathlib.Path(directory)))
                    if row not in rows:
                        rows.append(row)
                        print("  ".join(row), flush=True)
        written = text(rows, f"{compiler} {run(compiler, '-dumpfullversion', '-dumpversion').strip()}")
        if arguments.write:
            counts_of(compiler).write_text(written)
        if arguments.check:
            check(written, counts_of(compiler))


if __name__ == "__main__":
    main()
