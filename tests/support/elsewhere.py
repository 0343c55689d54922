#!/usr/bin/env python3
# SPDX-License-Identifier: BSL-1.0
"""tests/run and examples/run where they cannot go on: without root, without packages, on another
system. One line that says what to do, and status 69; nothing is installed or built.

Usage: elsewhere.py ROOT"""

import os
import pathlib
import shutil
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(sys.argv[1]).resolve()
EXIT_MISSING_PACKAGES = 69
NOBODY = 65534

# What the package tools of a pretended release say: what it has, and what of it is installed.
APT_CACHE = """#!/bin/sh
case "$1" in
search) printf '%s\\n' {compilers} | grep -E -- "$3" | sed 's/$/ - a compiler/' ;;
policy) shift; for name; do case "$name" in *-format-14 | *-tidy-14) ;; *) printf '%s:\\n  Candidate: 1\\n' "$name" ;; esac; done ;;
esac
"""
NOTHING_INSTALLED = "#!/bin/sh\nexit 1\n"


def copy_of_scripts(work):
    """What is needed of the checkout, where nobody can read it."""
    work.chmod(0o755)
    for path in ("tests/run", "tests/support/setup.sh", "tests/support/releases.sh", "tests/support/packages",
                 "examples/run", "examples/blast_radius/image.sh"):
        (work / path).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / path, work / path)


def run(work, script, *words, path, os_release=None):
    """The status and what was said, by nobody, in a system that calls itself like that."""
    command = ["setpriv", f"--reuid={NOBODY}", f"--regid={NOBODY}", "--clear-groups", work / script, *words]
    if os_release:
        (work / "os-release").write_text(os_release)
        command = ["unshare", "--mount", "sh", "-c",
                   'mount --bind "$0" "$(realpath /etc/os-release)" && exec "$@"',
                   work / "os-release", *command]
    done = subprocess.run(list(map(str, command)), text=True, capture_output=True, stdin=subprocess.DEVNULL,
                          env={"PATH": path, "DAXHOLD_BUILD": str(work / "build")})
    return done.returncode, done.stderr.splitlines()


def tool(directory, name, text):
    directory.mkdir(exist_ok=True)
    (directory / name).write_text(text)
    (directory / name).chmod(0o755)


def main():
    if os.geteuid() != 0:
        print("skipped: only root can try what another user is told")
        sys.exit(77)
    if subprocess.run(["unshare", "--mount", "true"], capture_output=True).returncode != 0:
        print("skipped: no mount namespace can be made here")
        sys.exit(77)
    problems = []
    system = os.environ["PATH"]

    def expect(what, got, last, before=()):
        status, said = got
        if status != EXIT_MISSING_PACKAGES or len(said) != len(before) + 1 or \
                not all(all(word in line for word in words) for words, line in zip([*before, last], said)):
            problems.append(f"{what}: status {status}, and\n" + "\n".join(said))

    with tempfile.TemporaryDirectory() as directory:
        work = pathlib.Path(directory)
        copy_of_scripts(work)
        bare = work / "bare"
        tool(bare, "dpkg-query", NOTHING_INSTALLED)
        for script in ("tests/run", "examples/run"):
            expect(f"{script} on Debian 12", run(work, script, path=f"{bare}:{system}",
                                                 os_release='ID=debian\nVERSION_ID="12"\n'),
                   ["install them as root: apt-get install", "g++-12", "libboost-dev", "meson"])
        tool(bare, "apt-cache", APT_CACHE.format(compilers="g++-11 g++-12 g++-13 g++-14 clang-17 clang-19 clang-18"))
        expect("tests/run on Debian 13",
               run(work, "tests/run", path=f"{bare}:{system}",
                   os_release='PRETTY_NAME="Debian 13"\nID=debian\nVERSION_ID="13"\n'),
               ["install them as root: apt-get install", "clang-17", "clang-19", "g++-12", "g++-14",
                "libclang-rt-19-dev"],
               # Where the lists of packages were never fetched it is not known what there is.
               [["Debian 13 has no package clang-format-14 clang-tidy-14: what needs it is skipped"]]
               if any(pathlib.Path("/var/lib/apt/lists").glob("*_Packages*")) else [])
        tool(bare, "apt-cache", APT_CACHE.format(compilers="g++-9 clang-11"))
        expect("tests/run on an old release", run(work, "tests/run", path=f"{bare}:{system}",
                                                  os_release="ID=debian\nVERSION_ID=11\n"),
               ["no g++ 12 and clang 14, or newer"])
        # A system with a shell and no dpkg.
        other = work / "other"
        other.mkdir()
        for program in ("bash", "env", "dirname", "setpriv", "sh", "mount", "realpath", "unshare", "cat"):
            (other / program).symlink_to(shutil.which(program))
        for script in ("tests/run", "examples/run"):
            expect(f"{script} elsewhere", run(work, script, path=str(other), os_release='PRETTY_NAME="Plan 9"\n'),
                   ["Debian 12, Debian 13 and Ubuntu 24.04", "this is Plan 9", "meson setup build"])
        expect("another release without root", run(work, "tests/run", "--debian", "13", path=system),
               ["can be made by root alone"])
        status, said = run(work, "tests/run", "--debian", "11", path=system)
        if status != 64 or len(said) != 1:
            problems.append(f"--debian 11: {status}, {said}")
        if (work / "build").exists():
            problems.append("something was built")
    print("\n".join(problems) or "what is missing is said in one line")
    sys.exit(1 if problems else 0)


if __name__ == "__main__":
    main()
