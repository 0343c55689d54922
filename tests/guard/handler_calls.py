#!/usr/bin/env python3
# SPDX-License-Identifier: BSL-1.0
"""The handler of SIGBUS calls nothing that is not async-signal-safe: what its object file leaves to
others to define is on the list of POSIX, with each of these compilers that is there.

Usage: handler_calls.py INCLUDE COMPILER..."""

import pathlib
import shutil
import subprocess
import sys
import tempfile

SOURCE = """#include <daxhold/guard/sigbus_guard.hpp>
extern void (*const handler)(int, siginfo_t*, void*);
void (*const handler)(int, siginfo_t*, void*) = daxhold::sigbus_guard<>::handle;
"""
# A handler that must be found out.
UNSAFE = """#include <cstdio>
void handler(int number);
void handler(int number) { std::printf("%d", number); }
"""
# A shared library would get its thread_local by a function that may allocate.
OPTIONS = [["-O2"], ["-O3", "-fPIC", "-D_FORTIFY_SOURCE=2"]]

# errno itself, and longjmp where it is checked; what is linked into everything; and what there is
# for exceptions, which nothing throws that is called here.
ALLOWED = {"__errno_location", "__longjmp_chk", "_GLOBAL_OFFSET_TABLE_", "__stack_chk_fail",
           "__gxx_personality_v0", "__cxa_begin_catch", "_ZSt9terminatev"}


def undefined(compiler, options, source, include, directory):
    path = pathlib.Path(directory) / "handler.cpp"
    path.write_text(source)
    output = path.with_suffix(".o")
    subprocess.run([compiler, "-std=c++20", *options, "-I", include, "-c", path, "-o", output],
                   check=True)
    symbols = subprocess.run(["nm", "-u", "--format=posix", output], check=True, text=True,
                             capture_output=True).stdout
    return {line.split()[0] for line in symbols.splitlines()}


def main():
    safe = {word for line in (pathlib.Path(__file__).parent / "async_signal_safe.txt")
            .read_text().splitlines() if not line.startswith("#") for word in line.split()}
    compilers = [name for name in sys.argv[2:] if shutil.which(name)]
    failed = not compilers
    with tempfile.TemporaryDirectory() as directory:
        for compiler in compilers:
            for options in OPTIONS:
                called = undefined(compiler, options, SOURCE, sys.argv[1], directory)
                unsafe = called - safe - ALLOWED
                if unsafe or not called & {"siglongjmp", "__longjmp_chk"}:
                    failed = True
                    print(f"{compiler} {' '.join(options)}: the handler calls {sorted(unsafe)}, "
                          f"which is not on the list, among {sorted(called)}")
        if compilers and "printf" not in undefined(compilers[0], ["-O2"], UNSAFE, sys.argv[1],
                                                   directory):
            failed = True
            print(f"{compilers[0]}: what an unsafe handler calls is not seen")
    print(f"{len(compilers)} compilers: {' '.join(compilers) or 'none found'}")
    sys.exit(failed)


main()
