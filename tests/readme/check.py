# SPDX-License-Identifier: BSL-1.0
"""The pages tell what is true: their examples are those of the folder with the wrong lines, the compiler
says of them what is quoted, what is generated, the review of the seed patch and the patch of
recommended too, is not stale, every fact has its words, and no link leads nowhere.

    check.py CHECKOUT BUILD TABLES REVIEW COMPILER...    checks
    check.py --write CHECKOUT BUILD TABLES REVIEW        writes what is generated anew, and what was
                                                         measured and drawn in BUILD by
                                                         `meson test --benchmark`

What is measured in times is another thing each time: that is written, and not compared. Counts of
instructions are those of the compilers of Debian 12; where one of them is missing they are not compared.
"""

import difflib
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

BLOCK = re.compile(r"( *<!-- (generated|measured): (\w+) -->\n)(.*?)( *<!-- end -->)", re.S)
# The pages that have blocks, and which.
PAGES = {
    "README.md": ["instructions_few"],
    "examples/README.md": ["way_fetch_content", "way_meson", "way_wrap", "mistake_cover_letter", "output_cover_letter",
                           "mistake_striped_arena", "output_striped_arena", "mistake_first_reaction",
                           "mistake_guarded_store", "output_guarded_store", "mistakes"],
    "include/daxhold/policy/README.md": ["operations"],
    "include/daxhold/policy/words.md": ["words"],
    "include/daxhold/releases/README.md": ["policies", "aftermaths", "rows", "reactions"],
    "include/daxhold/laws/README.md": ["laws"],
    "tests/kernels/README.md": ["foretold"],
    "tests/benchmarks/README.md": ["instructions", "large_tables", "machine_code", "synchronization_counted",
                                    "synchronization",
                                    "scale", "blast_radius", "compile_time"],
}
# The plots in tests/benchmarks, and where they are drawn.
PLOTS = {"extents.svg": "scale/extents.svg", "rows.svg": "rows.svg"}
EXAMPLE = re.compile(
    r"<!-- example: (\S+) -->\n\n```cpp\n(.*?)```.*?```text\n(.*?)```", re.S)


def plain(text):
    """Without quotation marks, which depend on the locale and the compiler."""
    return re.sub("[‘’'`]", "", text)


def preprocessed(code):
    """The words of an example where EXPECT_FAIL is set, without comments and main."""
    code = re.sub(r"#else.*?#endif\n", "", code, flags=re.S)
    code = re.sub(r"#ifdef EXPECT_FAIL\n|#endif\n|//.*\n|int main\(\) {}\n", "", code)
    return code.split()


def check_example(checkout, compiler, path, code, said):
    """What is wrong with an example that the compiler must refuse."""
    if preprocessed(code) != preprocessed((checkout / path).read_text()):
        yield f"the example is not that of {path}"
    with tempfile.TemporaryDirectory() as directory:
        source = pathlib.Path(directory) / "example.cpp"
        source.write_text(code)
        run = subprocess.run([*compiler, "-std=c++20", f"-I{checkout / 'include'}",
                              "-fsyntax-only", source], capture_output=True, text=True, check=False)
    if run.returncode == 0:
        yield f"the example of {path} compiles, and it must not"
    for line in said.splitlines():
        if plain(line) not in plain(run.stderr):
            yield f"the compiler does not say: {line}\nbut: {run.stderr}"
    lines = len(code.splitlines())
    if lines > 20:
        yield f"the example of {path} has {lines} lines instead of 20"


def commands(checkout, build, tables):
    """How each block is made."""
    tests = checkout / "tests"
    made = build / "tests"
    show = [sys.executable, tests / "readme" / "shown.py"]
    consumers = tests / "consumers"

    def program(name):
        return {f"mistake_{name}": [*show, "mistake", build, checkout / "examples" / f"{name}.cpp"],
                f"output_{name}": [*show, "output", build / "examples" / name, "9"]}

    benchmarks = tests / "benchmarks"
    counts = [sys.executable, benchmarks / "instructions" / "count.py", "--markdown"]
    instructions = [benchmarks / "instructions" / f"counts.{compiler}.txt" for compiler in ("gcc-12", "clang-14", "clang-19")]
    return {
        "way_fetch_content": [*show, "file", consumers / "fetch_content" / "CMakeLists.txt"],
        "way_meson": [*show, "file", consumers / "meson" / "meson.build"],
        "way_wrap": [*show, "file", consumers / "meson" / "daxhold.wrap"],
        **program("cover_letter"),
        **program("striped_arena"),
        **program("first_reaction"),
        **program("guarded_store"),
        "mistakes": [sys.executable, tests / "tools" / "must_not_compile.py", "--markdown",
                     "g++-12", "clang++-14", "clang++-19", "--", tests / "fail"],
        "policies": [tables, "policies"],
        "laws": [tables, "laws"],
        "operations": [tables, "operations"],
        "words": [tables, "words"],
        "aftermaths": [tables, "aftermaths"],
        "reactions": [tables, "reactions"],
        "rows": [tables, "rows", tests / "kernels" / "observed.csv"],
        "foretold": [made / "kernels" / "kernels_foretold", "--markdown", tests / "kernels"],
        "machine_code": [sys.executable, tests / "machine_code" / "compare.py", build, "--markdown"],
        "instructions": [*counts, "all", *instructions],
        "instructions_few": [*counts, "few", *instructions],
        "large_tables": [sys.executable, tests / "benchmarks" / "tables" / "measure.py", "--markdown",
                         "g++-12", "clang++-14", "clang++-19"],
        "synchronization_counted": [*counts, "all", benchmarks / "synchronization" / "counts.txt"],
        "synchronization": [made / "benchmarks" / "synchronization" / "benchmarks_synchronization"],
        "scale": [sys.executable, tests / "benchmarks" / "scale" / "measure.py",
                  made / "benchmarks" / "scale" / "benchmarks_scale", "--markdown", "--output",
                  made / "benchmarks" / "scale"],
        "blast_radius": [sys.executable, benchmarks / "blast_radius" / "times.py", "markdown",
                         made / "benchmarks" / "blast_radius"],
        "compile_time": [sys.executable, tests / "compile_time" / "times.py", "--markdown",
                         made / "compile_time" / "times.json"],
    }


def pages_of(checkout):
    """README.md, and every page beside what it describes."""
    yield checkout / "README.md"
    for top in ("include", "examples", "tests", ".github"):
        yield from sorted((checkout / top).rglob("*.md"))


def main():
    arguments = sys.argv[1:]
    write = arguments[0] == "--write"
    if write:
        arguments.pop(0)
    checkout, build, tables, review, *compiler = arguments
    checkout = pathlib.Path(checkout)
    made_by = commands(checkout, pathlib.Path(build), tables)

    def output_of(*command):
        return subprocess.run(command, check=True, capture_output=True, text=True).stdout

    def fresh_block(match):
        head, kind, name, old, end = match.groups()
        if kind == "measured" and not write:
            return match.group(0)
        run = subprocess.run(made_by[name], capture_output=True, text=True, check=False)
        if run.returncode != 0:
            print(f"{name} is left as it is: {(run.stderr or run.stdout).strip().splitlines()[-1]}")
            return match.group(0)
        # Without one of the compilers a table lacks its columns.
        if not write and old.strip() and run.stdout.split("\n", 1)[0] not in old:
            print(f"{name} is not compared: its columns are {run.stdout.splitlines()[0]}")
            return match.group(0)
        # In a list it is indented like the marks.
        indent = re.match(" *", head)[0]
        text = "".join(indent * bool(line.strip()) + line for line in run.stdout.splitlines(keepends=True))
        return f"{head}\n{text}\n{end}"

    def patched():
        """The patch with its message, which is not generated."""
        program = pathlib.Path(build) / "examples" / "policy_as_c"
        before, after = (output_of(program, policy).splitlines(keepends=True)
                         for policy in ("xfs_linux_7_2", "recommended"))
        message = (checkout / "examples" / "recommended.patch").read_text().split("\n--- ", 1)[0]
        return message + "\n" + "".join(difflib.unified_diff(before, after, "a/xfs_linux_7_2.c", "b/recommended.c"))

    generated = {checkout / "examples" / "rfc_review.md": output_of(review),
                 checkout / "examples" / "recommended.patch": patched()}
    for page, blocks in PAGES.items():
        text = (checkout / page).read_text()
        used = [name for _, _, name, _, _ in BLOCK.findall(text)]
        if used != blocks:
            sys.exit(f"{page} has the generated tables {used} instead of {blocks}")
        generated[checkout / page] = BLOCK.sub(fresh_block, text)
    if write:
        for path, content in generated.items():
            path.write_text(content)
        for name, drawn in PLOTS.items():
            plot = pathlib.Path(build) / "tests" / "benchmarks" / drawn
            if plot.exists():
                shutil.copyfile(plot, checkout / "tests" / "benchmarks" / name)
        return

    problems = [f"{path.relative_to(checkout)} is stale: run {sys.argv[0]} --write {checkout} {build} {tables} {review}"
                for path, content in generated.items()
                if not path.exists() or path.read_text() != content]
    policy = checkout / "include" / "daxhold" / "policy"
    said = (policy / "words.md").read_text()
    problems += [f"{fact} is not in policy/words.md: add it to tests/readme/tables.cpp"
                 for fact in re.findall(r"using (\w+) = daxhold::\1;", (policy / "words.hpp").read_text())
                 if fact not in ("users", "poison") and f"| `{fact}::" not in said]
    examples = 0
    for page in pages_of(checkout):
        text = page.read_text()
        for example in EXAMPLE.findall(text):
            examples += 1
            problems += check_example(checkout, compiler, *example)
        for target in re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", text):
            if not (page.parent / target).exists():
                problems.append(f"{page.relative_to(checkout)}: a link leads nowhere: {target}")
        for test in re.findall(r"tests/run --(?:quick|mutants) ([a-z_]+/[a-z_/]+)", text):
            if not any((checkout / "tests" / name).exists() for name in (f"{test}.cpp", f"{test}/meson.build")):
                problems.append(f"{page.relative_to(checkout)}: there is no test {test}")
    if not examples:
        problems.append("no page has an example")
    told = re.findall(r"\]\(([^)#/]+)", (checkout / "examples" / "README.md").read_text())
    problems += [f"examples/README.md does not tell of {path.name}" for path in sorted((checkout / "examples").iterdir())
                 if path.name not in (*told, "README.md", "meson.build", "run")]
    if problems:
        sys.exit("\n".join(problems))
    print("the pages are true")


main()
