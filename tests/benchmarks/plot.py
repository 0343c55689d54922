#!/usr/bin/env python3
# SPDX-License-Identifier: BSL-1.0
"""Draws series of points as an SVG with logarithmic axes, by gnuplot.

INPUT.json is one of these:

  {"title": TEXT, "x": LABEL, "y": LABEL,
   "series": [{"name": TEXT, "points": [[X, Y], ...], "is_reference": false}, ...]}

  what the benchmark of compile time writes (tests/compile_time/times.py)

Of the second, what tables of the usual form cost beyond the header becomes a series for each compiler,
as multiples of its smallest table, beside the square of the rows as a reference.
A reference is a dashed line. Ends with 77 where there is no gnuplot."""

import argparse
import json
import pathlib
import shutil
import subprocess
import sys

# Of Okabe and Ito's "Color Universal Design" (2008): told apart by those who do not see all colours.
COLOURS = ["#0072b2", "#d55e00", "#009e73", "#cc79a7", "#56b4e9", "#e69f00"]
REFERENCE = "#808080"


def of_rows(data):
    """The first shape, made of the second."""
    made = []
    for compiler in data["compilers"]:
        times = data["milliseconds"][compiler]["build"]
        points = sorted((subject["rows"], times[subject["name"]] - times["daxhold/tables.hpp"])
                        for subject in data["subjects"]
                        if subject["kind"] == "table" and subject["form"] == "usual")
        made.append({"name": compiler, "points": [[x, y / points[0][1]] for x, y in points]})
    rows = [x for x, _ in made[0]["points"]]
    made.append({"name": "rows squared", "is_reference": True,
                 "points": [[x, (x / rows[0]) ** 2] for x in rows]})
    return {"title": "What a table costs to prove and to compile", "x": "rows",
            "y": "time beyond the header (1: the smallest table)", "series": made}


def quoted(text):
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def script(data, output):
    """What gnuplot is told."""
    xs = [x for s in data["series"] for x, _ in s["points"]]
    ys = [y for s in data["series"] for _, y in s["points"]]
    key_rows = min(4, len(data["series"]))
    lines = [
        # Text in the family of whoever looks at it, and an image that grows with its page.
        f"set terminal svg size 800,{420 + 20 * key_rows} dynamic font 'sans-serif,14' "
        "background 'white'",
        f"set output {quoted(str(output))}",
        f"set title {quoted(data['title'])} noenhanced font ',16'",
        f"set xlabel {quoted(data['x'])} noenhanced",
        f"set ylabel {quoted(data['y'])} noenhanced",
        "set logscale xy",
        "set border 3",
        "set tics nomirror",
        "set grid linecolor rgb '#d0d0d0'",
        "unset mxtics",
        "unset mytics",
        # Below the axes, so that it covers no line.
        "set key bmargin left vertical Left reverse spacing 1.2 "
        f"maxrows {key_rows}",
    ]
    # Powers of ten are written as such where there are several; else the numbers that occur.
    if max(xs) / min(xs) >= 1000:
        lines.append("set format x '10^{%L}'")
    else:
        lines.append("set xtics (" + ", ".join(f"'{x:g}' {x:g}" for x in sorted(set(xs))) + ")")
    if max(ys) / min(ys) >= 1000:
        lines.append("set format y '10^{%L}'")
    else:
        steps = [digit * 10.0 ** power for power in range(-3, 4) for digit in (1, 2, 5)]
        lines.append("set ytics (" + ", ".join(f"'{y:g}' {y:g}" for y in steps) + ")")
    lines.append(f"set xrange [{min(xs) / 1.15}:{max(xs) * 1.15}]")
    lines.append(f"set yrange [{min(ys) / 1.3}:{max(ys) * 1.6}]")
    plots = []
    for number, series in enumerate(data["series"]):
        lines.append(f"$s{number} << END")
        lines += [f"{x:.9g} {y:.9g}" for x, y in series["points"]]
        lines.append("END")
        if series.get("is_reference"):
            style = f"with lines linewidth 1.5 dashtype 2 linecolor rgb '{REFERENCE}'"
        else:
            style = (f"with linespoints linewidth 2 pointtype {5 + 2 * (number % 5)} "
                     f"pointsize 0.6 linecolor rgb '{COLOURS[number % len(COLOURS)]}'")
        plots.append(f"$s{number} using 1:2 {style} title {quoted(series['name'])} noenhanced")
    return "\n".join([*lines, "plot " + ", \\\n     ".join(plots)]) + "\n"


def draw(data, output):
    """Returns whether there is a gnuplot that has drawn it."""
    if not shutil.which("gnuplot"):
        return False
    subprocess.run(["gnuplot", "-"], input=script(data, output), text=True, check=True)
    return True


def main():
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("input", type=pathlib.Path, metavar="INPUT.json")
    parser.add_argument("output", type=pathlib.Path, metavar="OUTPUT.svg")
    arguments = parser.parse_args()
    if not arguments.input.exists():
        print(f"skipped: there is no {arguments.input.name} yet")
        sys.exit(77)
    data = json.loads(arguments.input.read_text())
    if not draw(of_rows(data) if "milliseconds" in data else data, arguments.output):
        print("skipped: gnuplot is not installed")
        sys.exit(77)
    print(f"drawn: {arguments.output}")


if __name__ == "__main__":
    main()
