# SPDX-License-Identifier: BSL-1.0
"""README.md tells what is true: its first example is examples/first_table.cpp with the wrong line, the
compiler says of it what is quoted, and what is generated is not stale.

    check.py CHECKOUT TABLES COMPILER...    checks
    check.py --write CHECKOUT TABLES        writes what is generated anew
"""

import pathlib
import re
import subprocess
import sys
import tempfile

GENERATED = re.compile(r"(<!-- generated: tables (\w+) -->\n)(.*?)(<!-- end -->)", re.S)


def block(text, language):
    return re.search(rf"```{language}\n(.*?)```", text, re.S).group(1)


def plain(text):
    """Without quotation marks, which depend on the locale and the compiler."""
    return re.sub("[‘’'`]", "", text)


def preprocessed(code):
    """The lines of the example where EXPECT_FAIL is set, without comments and main."""
    code = re.sub(r"#else.*?#endif\n", "", code, flags=re.S)
    code = re.sub(r"#ifdef EXPECT_FAIL\n|#endif\n|//.*\n|int main\(\) {}\n", "", code)
    return code.split()


def main():
    arguments = sys.argv[1:]
    write = arguments[0] == "--write"
    if write:
        arguments.pop(0)
    checkout, tables, *compiler = arguments
    checkout = pathlib.Path(checkout)
    readme = checkout / "README.md"
    text = readme.read_text()

    def generate(match):
        table = subprocess.run([tables, match.group(2)], check=True, capture_output=True, text=True)
        return f"{match.group(1)}\n{table.stdout}\n{match.group(4)}"

    fresh, count = GENERATED.subn(generate, text)
    if count != 2:
        sys.exit(f"README.md has {count} generated tables instead of 2")
    if write:
        readme.write_text(fresh)
        return
    problems = []
    if fresh != text:
        problems.append(f"a generated table is stale: run {sys.argv[0]} --write {checkout} {tables}")

    example = checkout / "examples" / "first_table.cpp"
    code = block(text, "cpp")
    if preprocessed(code) != preprocessed(example.read_text()):
        problems.append("the first example is not that of examples/first_table.cpp")
    with tempfile.TemporaryDirectory() as directory:
        source = pathlib.Path(directory) / "example.cpp"
        source.write_text(code)
        run = subprocess.run([*compiler, "-std=c++20", f"-I{checkout / 'include'}",
                              "-fsyntax-only", source], capture_output=True, text=True, check=False)
    if run.returncode == 0:
        problems.append("the first example compiles, and it must not")
    for line in block(text, "text").splitlines():
        if plain(line) not in plain(run.stderr):
            problems.append(f"the compiler does not say: {line}\nbut: {run.stderr}")
    lines = len(code.splitlines())
    if lines > 20:
        problems.append(f"the first example has {lines} lines instead of 20")

    for target in re.findall(r"\]\(([^)#:]+)\)", text):
        if not (checkout / target).exists():
            problems.append(f"a link leads nowhere: {target}")
    if problems:
        sys.exit("\n".join(problems))
    print("README.md is true")


main()
