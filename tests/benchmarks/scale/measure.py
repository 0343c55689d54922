#!/usr/bin/env python3
# SPDX-License-Identifier: BSL-1.0
"""Runs the benchmark of large filesystems and says what came out, as ratios within the run.

All benchmarks take turns in one process, and the medians of their repetitions are compared, so that
what else the machine does falls on all of them alike. Writes the medians (scale.json) and the
series of the plot (extents.json) to a directory, and there draws the plot (extents.svg)."""

import argparse
import json
import pathlib
import subprocess
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
import plot  # noqa: E402

# The aim, as it stands beside the result.
AIM_OF_LIST = 100

# The ways of a removal, in the order of the tables, and how they are called there.
WAYS = {
    "removal/every_record": "every record walked",
    "removal/joined": "neighbouring extents as one",
    "removal/in_core": "inodes in core listed",
}
EVERY_RECORD, JOINED, IN_CORE = WAYS


def run(program, repetitions):
    """{"what/who": {extents: nanoseconds}}, medians, and {extents: records that the corruption of a
    page looks at}."""
    done = subprocess.run(
        [program, f"--benchmark_repetitions={repetitions}", "--benchmark_min_time=0.02",
         "--benchmark_enable_random_interleaving=true", "--benchmark_format=json"],
        stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, check=True)
    medians, records = {}, {}
    for entry in json.loads(done.stdout)["benchmarks"]:
        if entry.get("aggregate_name") != "median":
            continue
        who, _, count = entry["run_name"].rpartition("/")
        if entry["time_unit"] != "ns":
            sys.exit(f"{entry['run_name']} is in {entry['time_unit']}")
        medians.setdefault(who, {})[int(count)] = entry["cpu_time"]
        if who == "corruption/recommended":
            records[int(count)] = entry["records"]
    if not medians:
        sys.exit("the program measured nothing")
    return {who: dict(sorted(of.items())) for who, of in medians.items()}, dict(sorted(records.items()))


def readable(nanoseconds):
    for unit, factor in (("ms", 1e6), ("us", 1e3)):
        if nanoseconds >= factor:
            return f"{nanoseconds / factor:.3g} {unit}"
    return f"{nanoseconds:.3g} ns"


def significant(ratio):
    """Two digits, or all in front of the point."""
    if ratio >= 10:
        return f"{ratio:.0f}"
    digits = 1
    while ratio < 1 and ratio * 10 ** digits < 9.95 and digits < 6:
        digits += 1
    return f"{ratio:.{digits}f}"


def summary(medians, records):
    """[heading, row...]: what the corruption of a page and a removal cost, by the size of the filesystem."""
    corruption = medians["corruption/recommended"]
    least = corruption[min(corruption)]
    rows = [["extents", "corruption of a page: records looked at", "its time",
             *(f"removal, {way}" for way in WAYS.values())]]
    for count, time in corruption.items():
        whole = medians[EVERY_RECORD][count]
        rows.append([f"{count:,}", f"{records[count]:.0f}", significant(time / least),
                     *(significant(medians[way][count] / whole) for way in WAYS)])
    return rows


def tables(medians, records):
    """(title, [heading, row...]) for each question, and the summary."""
    policies = ["xfs_linux_6_8", "recommended"]

    corruption = [["extents", "by hand", *policies, *(f"{p}, ratio" for p in policies)]]
    by_hand = medians["corruption/by_hand"]
    of = [medians[f"corruption/{p}"] for p in policies]
    for count in by_hand:
        corruption.append([f"{count:,}", *(readable(m[count]) for m in (by_hand, *of)),
                           *(f"{m[count] / by_hand[count]:.2f}" for m in of)])
    yield ("Corruption of one page", corruption)

    removal = [["extents", "xfs_linux_6_8", *WAYS.values(), "every record / in core"]]
    of = [medians["removal/xfs_linux_6_8"], *(medians[way] for way in WAYS)]
    for count in of[0]:
        removal.append([f"{count:,}", *(readable(m[count]) for m in of),
                        f"{medians[EVERY_RECORD][count] / medians[IN_CORE][count]:.1f}"])
    yield (f"Removal of the whole device (aim: {AIM_OF_LIST} times at the largest)", removal)

    walk = [["records", "bare loop", *policies, *(f"{p}, ratio" for p in policies)]]
    bare = medians["walk/bare_loop"]
    for count in bare:
        of = [medians[f"walk/{p}"][count] for p in policies]
        walk.append([f"{count:,}", *(readable(time / count) for time in (bare[count], *of)),
                     *(f"{time / bare[count]:.2f}" for time in of)])
    yield ("A record for which nothing is to be done", walk)
    yield ("All of it (times of a page as multiples of the first, of a removal of every record walked)",
           summary(medians, records))


def text(rows):
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    return "\n".join("  ".join(cell.rjust(width) for cell, width in zip(row, widths))
                     for row in rows)


def beside_bare_loop(medians):
    """What the engine costs for a record for which nothing is to be done."""
    bare = medians["walk/bare_loop"]
    return [["records", *(f"`{policy}`" for policy in ("xfs_linux_6_8", "recommended"))],
            *([f"{count:,}", *(f"{medians[f'walk/{policy}'][count] / bare[count]:.2f}"
                               for policy in ("xfs_linux_6_8", "recommended"))] for count in bare)]


def markdown(rows):
    return "\n".join(["| " + " | ".join(rows[0]) + " |", "|" + " --: |" * len(rows[0]),
                      *("| " + " | ".join(row) + " |" for row in rows[1:])])


def series_of(medians):
    """The plot of cost against extents, in units of the cheapest corruption."""
    corruption = medians["corruption/recommended"]
    unit = corruption[min(corruption)]

    def series(name, of):
        return {"name": name, "points": [[count, time / unit] for count, time in of.items()]}
    return {
        "title": "What an event costs, by the size of the filesystem",
        "x": "extents",
        "y": "time (1: corruption of a page, 1000 extents)",
        "series": [
            *(series(f"removal, {name}", medians[way]) for way, name in WAYS.items()),
            series("corruption of one page", corruption),
        ],
    }


def main():
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("program", help="the program `scale`")
    parser.add_argument("--output", type=pathlib.Path, required=True, help="the directory")
    parser.add_argument("--repetitions", type=int, default=9)
    parser.add_argument("--markdown", action="store_true", help="print as Markdown what README.md shows")
    arguments = parser.parse_args()

    medians, records = run(arguments.program, arguments.repetitions)
    (arguments.output / "scale.json").write_text(json.dumps(
        {"nanoseconds": medians, "records_for_a_page": records}, indent=1) + "\n")
    series = series_of(medians)
    (arguments.output / "extents.json").write_text(json.dumps(series, indent=1) + "\n")
    if arguments.markdown:
        print(f"{markdown(summary(medians, records))}\n\nA record of a walk for which nothing is to be done, "
              f"as a multiple of the bare loop:\n\n{markdown(beside_bare_loop(medians))}")
    else:
        print("\n\n".join(f"{title}\n\n{text(rows)}" for title, rows in tables(medians, records)))
    picture = arguments.output / "extents.svg"
    is_drawn = plot.draw(series, picture)
    if not arguments.markdown:
        print(f"\ndrawn: {picture}" if is_drawn else "\nnot drawn: gnuplot is not installed")


if __name__ == "__main__":
    main()
