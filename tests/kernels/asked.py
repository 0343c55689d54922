# SPDX-License-Identifier: BSL-1.0
"""What blast_radius was asked in a guest before the event, and what it had read there, as asked.json
keeps it.

A record is what `blast_radius --record` wrote, or a line of text where it refused to answer. Most of
them differ little: each is kept as a JSON merge patch (RFC 7386) of the kernel on one of the scenario
on one of all.
"""

import json
import pathlib
import subprocess
import tempfile


def changes(old, new):
    """The merge patch that makes `new` of `old`. There is no null in a record."""
    if not isinstance(old, dict) or not isinstance(new, dict):
        return new
    patch = {key: None for key in old if key not in new}
    for key, value in new.items():
        if key not in old:
            patch[key] = value
        elif old[key] != value:
            patch[key] = changes(old[key], value)
    return patch


def merged(old, patch):
    """What a merge patch makes of `old`."""
    if not isinstance(patch, dict):
        return patch
    made = dict(old) if isinstance(old, dict) else {}
    for key, value in patch.items():
        if value is None:
            made.pop(key, None)
        else:
            made[key] = merged(made.get(key), value)
    return made


def read(path):
    """The records of a file, by kernel and scenario."""
    if not path.exists():
        return {}
    kept = json.loads(path.read_text())
    return {(kernel, name): merged(merged(kept["usual"], kept["scenarios"][name]), patch)
            for kernel, patches in kept["kernels"].items() for name, patch in patches.items()}


def write(path, records, order):
    """Writes them, a line each; `order` is that of the scenarios."""
    def place(name):
        return (order.index(name) if name in order else len(order), name)

    names = sorted({name for _, name in records}, key=place)
    kernels = sorted({kernel for kernel, _ in records},
                     key=lambda kernel: [int(part) if part.isdigit() else 0
                                         for part in kernel.split(".")])
    whole = [record for _, record in sorted(records.items()) if isinstance(record, dict)]
    usual = whole[0] if whole else {}
    of_scenario = {name: next(records[kernel, name] for kernel in reversed(kernels)
                              if (kernel, name) in records) for name in names}

    def lines(made):
        return ",\n".join(f"  {json.dumps(name)}: {json.dumps(patch, separators=(',', ':'))}"
                          for name, patch in made.items())

    parts = [f'"usual": {json.dumps(usual, separators=(",", ":"))}',
             '"scenarios": {\n' + lines({name: changes(usual, record)
                                         for name, record in of_scenario.items()}) + "\n}"]
    of_kernels = []
    for kernel in kernels:
        its = {name: changes(of_scenario[name], records[kernel, name])
               for name in names if (kernel, name) in records}
        of_kernels.append(f"{json.dumps(kernel)}: {{\n{lines(its)}\n}}")
    parts.append('"kernels": {\n' + ",\n".join(of_kernels) + "\n}")
    path.write_text("{\n" + ",\n".join(parts) + "\n}\n")


class NotTheSame(Exception):
    """What was read in the guest does not lead to the answer that was given there."""


def question_of(scenario, offset):
    """The words of the question in the guest, but for the place."""
    words = ["--device", scenario["role"].replace("internal_realtime", "data")]
    if scenario["event"] == "unbind":
        return [*words, "--event", "removal"]
    return [*words, "--range", f"{offset}:4096", "--event", "corruption"]


def record_of(lines, program, scenario):
    """The record of a scenario, with the page that was asked about, from what its guest said; a text
    where blast_radius refused. It is asked again here, and has to answer the same."""
    said = [line.partition(" ")[2] for line in lines if line.startswith("asked ")]
    if not said:
        raise NotTheSame("it was not asked")
    status, _, why = said[0].partition(" ")
    answer = "".join(line.partition(" ")[2] + "\n" for line in lines if line.startswith("answer "))
    record = "".join(line.partition(" ")[2] + "\n" for line in lines if line.startswith("record "))
    if status != "0":
        return f"status {status}: {why.removeprefix('blast_radius: ')}"
    record = json.loads(record)
    offset = next((line.split()[2] for line in lines if line.startswith("fact offset ")), None)
    with tempfile.NamedTemporaryFile("w", suffix=".json") as file:
        file.write(json.dumps(record))
        file.flush()
        again = subprocess.run([program, "--replay", file.name, *question_of(scenario, offset),
                                "--format", "json", "--pieces", "0"], capture_output=True, text=True, check=False)
    if again.returncode != 0:
        raise NotTheSame(f"its record cannot be replayed: {again.stderr.strip()}")
    first, second = json.loads(answer), json.loads(again.stdout)
    for key in first:
        if first[key] != second.get(key):
            raise NotTheSame(f"{key} is {json.dumps(first[key])} in the guest and "
                             f"{json.dumps(second.get(key))} by its record")
    if scenario["event"] == "poison":
        record["asked"] = [int(offset), 4096]
    return renumbered(record)


def renumbered(record):
    """The same with processes numbered from 1 by their names, as their numbers differ from boot to
    boot."""
    order = sorted(record["processes"], key=lambda p: (p["command"], p["process"]))
    number = {p["process"]: i + 1 for i, p in enumerate(order)}
    for each in (*record["processes"], *record["mappings"]):
        each["process"] = number[each["process"]]
    record["processes"].sort(key=lambda p: p["process"])
    record["mappings"].sort(key=lambda m: (m["inode"], m["process"], m["offset"]))
    return record
