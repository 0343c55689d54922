#!/usr/bin/env python3
# SPDX-License-Identifier: BSL-1.0
"""The processor's time (user and system) for answers of blast_radius about a whole device, beside a bare loop
of the same ioctl with the batch that is quickest for it, and beside xfs_io, which prints the same mapping.

    times.py measure PROGRAMS MOUNT FILE     measures; PROGRAMS is the directory of ask and blast_radius
    times.py markdown DIRECTORY              prints a table of the files times_*.json in it

All take turns, so that what disturbs one disturbs all; a figure is the median of the rounds, and a ratio the
median of those of each round. There are as many rounds as begin in two minutes, from three to nine. FILE is an
object of
- records, rounds, batch: how many records there are, how often each was measured, the batch of the loop;
- milliseconds: by subject, those of one machine;
- of_the_loop: the same, divided by the loop's;
- processes: how many there were, each of which is looked at;
- memory: KiB at most that the first answer takes."""

import json
import os
import pathlib
import statistics
import subprocess
import sys
import time

ROUNDS = range(3, 9 + 1)
SECONDS = 120
BATCHES = (2048, 8192, 65536, 262144)
LOOP = "loop"
# Each subject with the head of its column.
COLUMNS = {
    "removal": "removal, `xfs_linux_6_8`",
    "corruption": "corruption, `recommended`",
    "block": "of one block",
    "answer_into_file": "removal, into a file",
    "pieces_into_file": "every piece as CSV, into a file",
    "dump": "`xfs_io`",
    "dump_into_file": "`xfs_io`, into a file",
}


def milliseconds(command, output):
    with open(output, "wb") as out:
        process = subprocess.Popen(command, stdout=out)
        _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode != 0:
        sys.exit(f"{' '.join(map(str, command))} ended with status {process.returncode}")
    return (usage.ru_utime + usage.ru_stime) * 1000


def value(text, word):
    return int(next(line.split()[1] for line in text.splitlines() if line.startswith(word + " ")))


def measure(programs, mount, file):
    programs, file = pathlib.Path(programs), pathlib.Path(file)
    ask, answer = programs / "ask", [programs / "blast_radius", mount]
    removal = [*answer, "--event", "removal", "--policy", "xfs_linux_6_8"]
    output = file.with_suffix(".output")
    subjects = {str(batch): ([ask, "loop", mount, str(batch)], os.devnull) for batch in BATCHES} | {
        "removal": (removal, os.devnull),
        "corruption": ([*answer, "--policy", "recommended"], os.devnull),
        "block": ([*answer, "--range", "0:4K"], os.devnull),
        "answer_into_file": (removal, output),
        "pieces_into_file": ([*removal, "--format", "csv", "--pieces", "10000000"], output),
        "dump": (["xfs_io", "-c", "fsmap", mount], os.devnull),
        "dump_into_file": (["xfs_io", "-c", "fsmap", mount], output),
    }
    taken = {name: [] for name in subjects}
    end = time.monotonic() + SECONDS
    while len(taken["removal"]) < ROUNDS[0] or (len(taken["removal"]) < ROUNDS[-1] and time.monotonic() < end):
        for name, (command, into) in subjects.items():
            taken[name].append(milliseconds(command, into))
    output.unlink()
    batch = min(BATCHES, key=lambda size: statistics.median(taken[str(size)]))
    loop = taken[str(batch)]
    taken = {LOOP: loop} | {name: taken[name] for name in COLUMNS}

    def said(*command):
        return subprocess.run(command, check=True, capture_output=True, text=True).stdout

    file.write_text(json.dumps({
        "records": value(said(ask, "count", mount), "records"),
        "rounds": len(loop),
        "batch": batch,
        "milliseconds": {name: statistics.median(each) for name, each in taken.items()},
        "of_the_loop": {name: statistics.median(a / b for a, b in zip(each, loop)) for name, each in taken.items()},
        "processes": sum(each.name.isdigit() for each in pathlib.Path("/proc").iterdir()),
        "memory": value(said(ask, "memory", *removal), "memory"),
    }, indent=1) + "\n")
    print(table([file]))


def table(files):
    rows = sorted((json.loads(file.read_text()) for file in files), key=lambda row: row["records"])
    if not rows:
        sys.exit("nothing was measured")
    lines = ["| records | the loop | " + " | ".join(COLUMNS.values()) + " | processes | memory |",
             "| --: | --: |" + " --: |" * (len(COLUMNS) + 2)]
    for row in rows:
        ratios = " | ".join(f"{row['of_the_loop'][name]:.2f}" for name in COLUMNS)
        lines.append(f"| {row['records']:,} | {row['milliseconds'][LOOP]:.0f} ms, {row['batch']:,} at a time"
                     f" | {ratios} | {row['processes']} | {row['memory'] / 1024:.0f} MiB |")
    return "\n".join(lines)


if __name__ == "__main__":
    what, *arguments = sys.argv[1:]
    if what == "measure":
        measure(*arguments)
    else:
        print(table(sorted(pathlib.Path(arguments[0]).glob("times_*.json"))))
