# SPDX-License-Identifier: BSL-1.0
"""README.md tells what is true: its examples are those of the folder with the wrong lines, the compiler
says of them what is quoted, and what is generated, the review of the seed patch too, is not stale.

    check.py CHECKOUT TABLES REVIEW COMPILER...    checks
    check.py --write CHECKOUT TABLES REVIEW        writes what is generated anew
"""

import pathlib
import re
import subprocess
import sys
import tempfile

GENERATED = re.compile(r"(<!-- generated: tables (\w+) -->\n)(.*?)(<!-- end -->)", re.S)
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


def main():
    arguments = sys.argv[1:]
    write = arguments[0] == "--write"
    if write:
        arguments.pop(0)
    checkout, tables, review, *compiler = arguments
    checkout = pathlib.Path(checkout)

    def output_of(*command):
        return subprocess.run(command, check=True, capture_output=True, text=True).stdout

    readme = checkout / "README.md"
    text = readme.read_text()
    fresh, count = GENERATED.subn(
        lambda match: f"{match.group(1)}\n{output_of(tables, match.group(2))}\n{match.group(4)}",
        text)
    if count != 2:
        sys.exit(f"README.md has {count} generated tables instead of 2")
    generated = {readme: fresh, checkout / "examples" / "rfc_review.md": output_of(review)}
    if write:
        for path, content in generated.items():
            path.write_text(content)
        return

    problems = [f"{path.name} is stale: run {sys.argv[0]} --write {checkout} {tables} {review}"
                for path, content in generated.items()
                if not path.exists() or path.read_text() != content]
    examples = EXAMPLE.findall(text)
    if len(examples) != 2:
        problems.append(f"README.md has {len(examples)} examples instead of 2")
    for example in examples:
        problems += check_example(checkout, compiler, *example)
    for target in re.findall(r"\]\(([^)#:]+)\)", text):
        if not (checkout / target).exists():
            problems.append(f"a link leads nowhere: {target}")
    if problems:
        sys.exit("\n".join(problems))
    print("README.md is true")


main()
