# SPDX-License-Identifier: BSL-1.0
"""What the compile time tests let a compiler loose on: headers, tables of any number of rows, and all
shipped policies together, each as the text of a translation unit. The same seed makes the same table."""

import random

# The umbrella of each room, in the order in which an event passes them; then the library's own.
UMBRELLAS = ["event", "table", "dax", "driver", "layers", "filesystem", "policies", "testing", "laws", "render"]
UMBRELLA_HEADERS = [f"daxhold/{room}.hpp" for room in UMBRELLAS] + ["daxhold.hpp"]


def include(*headers):
    """A translation unit that includes headers and does nothing with them."""
    return "".join(f"#include <{header}>\n" for header in headers)


def cells_of(widths, demands):
    """The cells (as a set of numbers) that a row accepts, whose demands are sets of values by fact."""
    cells = [0]
    place = 1
    for fact, width in enumerate(widths):
        accepted = demands.get(fact, range(width))
        cells = [cell + place * value for cell in cells for value in accepted]
        place *= width
    return set(cells)


def usual_rows(count):
    """Facts and rows as people write them: eight facts of 2 to 7 values, rows that name two to four
    of them, some with a choice of values, and `otherwise` last. Each row wins somewhere. A smaller
    table has the first rows of a larger one."""
    widths = [2, 2, 2, 3, 3, 4, 5, 7]
    numbers = random.Random(1)
    left = cells_of(widths, {})
    rows = []
    while len(rows) != count - 1:
        demands = {}
        for fact in numbers.sample(range(len(widths)), numbers.choice([2, 3, 3, 4])):
            most = max(1, widths[fact] // 2)
            demands[fact] = set(numbers.sample(range(widths[fact]), numbers.choice([1, 1, most])))
        won = left & cells_of(widths, demands)
        if won and won != left:
            left -= won
            rows.append(demands)
    return widths, [*rows, {}]


def sparse_rows(count):
    """Forty facts of two values, rows that name three to five of them, and `otherwise` last."""
    widths = [2] * 40
    numbers = random.Random(2)
    rows = [{fact: {numbers.randrange(2)} for fact in numbers.sample(range(40), numbers.randint(3, 5))}
            for _ in range(count - 1)]
    return widths, [*rows, {}]


def split_rows(count):
    """Forty facts of two values, and no `otherwise`: the rows share out the cells among them, as the
    leaves of a random tree, in random order. It takes all of them to see that the table is whole."""
    widths = [2] * 40
    numbers = random.Random(3)
    rows = [{}]
    while len(rows) != count:
        parted = rows.pop(numbers.randrange(len(rows)))
        fact = numbers.choice([fact for fact in range(40) if fact not in parted])
        rows += [{**parted, fact: {0}}, {**parted, fact: {1}}]
    numbers.shuffle(rows)
    return widths, rows


TABLE_KINDS = {"usual": usual_rows, "sparse": sparse_rows, "split": split_rows}


def table(kind, count):
    """A translation unit with one table, proven, and compiled into one function."""
    widths, rows = TABLE_KINDS[kind](count)

    def values(fact, accepted):
        names = [f"f{fact}::v{value}" for value in sorted(accepted)]
        return names[0] if len(names) == 1 else f"any_of({', '.join(names)})"

    text = "#include <daxhold/table.hpp>\nusing namespace daxhold;\n"
    for fact, width in enumerate(widths):
        text += f"enum class f{fact} {{ {', '.join(f'v{value}' for value in range(width))} }};\n"
    text += "inline constexpr auto subject = table(\n"
    text += ",\n".join(
        "    " + (f"when({', '.join(values(fact, demands[fact]) for fact in sorted(demands))})"
                  if demands else "otherwise") + f" >> {number}"
        for number, demands in enumerate(rows))
    text += ");\nstatic_assert(proven<subject>);\n"
    text += f"int answer({', '.join(f'f{fact} a{fact}' for fact in range(len(widths)))}) {{\n"
    text += f"    return decide<subject>(known({', '.join(f'a{fact}' for fact in range(len(widths)))}));\n}}\n"
    return text
