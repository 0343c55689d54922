#!/usr/bin/env python3
# SPDX-License-Identifier: BSL-1.0
"""Prints a piece of a page, as Markdown: a file, what a program prints, or what the compiler of a build
says to a mistake.

    shown.py file PATH
    shown.py output PROGRAM [LINES]
    shown.py mistake BUILD EXAMPLE       where EXPECT_FAIL is set: the first error, and its note
"""

import json
import os
import pathlib
import re
import shlex
import subprocess
import sys

LANGUAGES = {"CMakeLists.txt": "cmake", "meson.build": "meson", "daxhold.wrap": "ini"}


def fence(language, text):
    print(f"```{language}\n{text.rstrip()}\n```")


def show_file(path):
    path = pathlib.Path(path)
    text = re.sub(r"^# SPDX.*\n", "", path.read_text(), count=1)
    fence(LANGUAGES.get(path.name, "text"), text)


def show_output(program, lines=None):
    printed = subprocess.run([program], check=True, capture_output=True, text=True).stdout.splitlines()
    fence("text", "\n".join(printed[:int(lines)] if lines else printed))


def show_mistake(build, example):
    commands = json.loads((pathlib.Path(build) / "compile_commands.json").read_text())
    command = next(entry for entry in commands if entry["file"].endswith(pathlib.Path(example).name))
    words = shlex.split(command["command"])
    words = [word for i, word in enumerate(words) if not {word, words[i - 1]} & {"-o", "-MF", "-MQ", "-MD", "-c"}]
    said = subprocess.run([*words, example, "-DEXPECT_FAIL", "-fsyntax-only", "-fdiagnostics-color=never"],
                          cwd=command["directory"], capture_output=True, text=True,
                          env={**os.environ, "LC_ALL": "C"}).stderr.splitlines()
    shown = [line[re.search(r"(error|note): ", line).start():] for line in said if re.search(r" (error|note): ", line)]
    fence("text", "\n".join(shown[:2]))


{"file": show_file, "output": show_output, "mistake": show_mistake}[sys.argv[1]](*sys.argv[2:])
