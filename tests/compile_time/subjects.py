# SPDX-License-Identifier: BSL-1.0
"""What the compile time tests give a compiler to read: headers, tables of any number of rows, and all
shipped policies together. The same table comes out everywhere, since its seed is fixed."""

import pathlib
import random
import re

HERE = pathlib.Path(__file__).resolve().parent
HEADERS = HERE.parents[1] / "include"

# What headers are held against.
REFERENCES = ["utility", "array", "boost/hana/tuple.hpp"]
# What a user's translation unit is held against.
REFERENCE_OF_USERS = "ranges"

# The umbrella of each room, as tests/layout/findings.py has them, and that of the library.
ROOMS = ["tables", "event", "device", "policy", "releases", "testing", "laws", "render"]
UMBRELLAS = [f"daxhold/{room}.hpp" for room in ROOMS] + ["daxhold.hpp"]


def headers_of(room):
    """The single headers of a room, without those inside of it."""
    return [str(path.relative_to(HEADERS)) for path in sorted((HEADERS / "daxhold" / room).glob("*.hpp"))]


def policies():
    """A translation unit with every policy that is shipped."""
    text = (HERE / "policies.cpp").read_text()
    listed = (HEADERS / "daxhold" / "releases" / "shipped.hpp").read_text()
    for header in sorted((HEADERS / "daxhold" / "releases").glob("*.hpp")):
        for policy in re.findall(r"^struct (\w+)(?: : \w+)? \{\n    static constexpr const char\* name",
                                 header.read_text(), re.M):
            if not re.search(rf"\b{policy}\b", text + listed):
                raise SystemExit(f"policies.cpp forgets {policy} of {header.name}")
    return text


# What a user's own translation unit does.
LAWS = """#include <daxhold/laws.hpp>
#include <daxhold/releases/xfs_linux_7_0.hpp>
using namespace daxhold;
bool kept = laws::is_kept<laws::corruption_of_file_data_never_shuts_down, releases::xfs_linux_7_0>;
"""
DIFFERENCE = """#include <daxhold/releases/xfs_linux_6_8.hpp>
#include <daxhold/releases/xfs_linux_7_0.hpp>
#include <daxhold/tables/difference.hpp>
using namespace daxhold;
auto changes = tables::difference<releases::xfs_linux_6_8::record, releases::xfs_linux_7_0::record>.size();
"""
MARKDOWN = """#include <daxhold/policy/text.hpp>
#include <daxhold/releases/xfs_linux_7_0.hpp>
#include <daxhold/tables/markdown.hpp>
using namespace daxhold;
std::string page() { return tables::markdown::table<releases::xfs_linux_7_0::record>(); }
"""


def users():
    """Translation units by what they do, as they are called in tables."""
    return {"a policy on a filesystem, with a device": (HERE / "user.cpp").read_text(),
            "a law on one policy": LAWS, "the difference of two tables": DIFFERENCE,
            "a table as Markdown": MARKDOWN}


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


def random_values(numbers, width):
    """What a row demands of a fact with so many values: mostly one, at most half of them."""
    return set(numbers.sample(range(width), numbers.choice([1, 1, max(1, width // 2)])))


def usual_rows(count):
    """Eight facts of 2 to 7 values, as people write a long table: a section for each value of the
    first fact, in each section rows that name one to three other facts (more in a table of more than
    64 rows), some with a choice of values, and then a row for the rest of the section; a
    few rows above all sections; `otherwise` last. Each row wins somewhere."""
    for seed in range(1, 50):
        if rows := usual_rows_of(count, random.Random(seed)):
            return [7, 5, 4, 3, 3, 2, 2, 2], rows
    raise SystemExit(f"no usual table of {count} rows was found")


def usual_rows_of(count, numbers):
    """Such rows; none where a section is used up before its rows are found."""
    widths = [7, 5, 4, 3, 3, 2, 2, 2]
    left = cells_of(widths, {})
    rows = []
    in_section = (1, 3) if count <= 64 else (2, 5) if count <= 128 else (4, 6)

    def random_demands(least, most):
        facts = numbers.sample(range(1, 8), numbers.randint(least, most))
        return {fact: random_values(numbers, widths[fact]) for fact in facts}

    def add_rows(until, section, least, most):
        """Rows within a section, each of which wins somewhere and leaves something of it."""
        tries = 0
        while len(rows) < until and tries != 2000:
            tries += 1
            demands = {**section, **random_demands(least, most)}
            won = left & cells_of(widths, demands)
            if won and (left & cells_of(widths, section)) - won:
                left.difference_update(won)
                rows.append(demands)
                tries = 0
        return len(rows) >= until

    above = count // 16
    if not add_rows(above, {}, 2, 2):
        return None
    for value in range(7):
        section = {0: {value}}
        until = above + (count - 1 - above) * (value + 1) // 7
        if not add_rows(until - (value != 6), section, *in_section):
            return None
        if value != 6:
            left -= cells_of(widths, section)
            rows.append(section)
    return [*rows, {}]


def mixed_rows(count):
    """The same facts without any order to them: rows that name two to four of them at random, and
    `otherwise` last. Each row wins somewhere."""
    widths = [2, 2, 2, 3, 3, 4, 5, 7]
    numbers = random.Random(1)
    left = cells_of(widths, {})
    rows = []
    while len(rows) != count - 1:
        facts = numbers.sample(range(len(widths)), numbers.choice([2, 3, 3, 4]))
        demands = {fact: random_values(numbers, widths[fact]) for fact in facts}
        won = left & cells_of(widths, demands)
        if won and won != left:
            left -= won
            rows.append(demands)
    return widths, [*rows, {}]


def sparse_rows(count):
    """Forty facts of two values, rows that name three to five of them (four to six in a table of more
    than 64 rows, in which fewer would hide others), and `otherwise` last."""
    widths = [2] * 40
    numbers = random.Random(2)
    named = (3, 5) if count <= 64 else (4, 6)
    rows = [{fact: {numbers.randrange(2)} for fact in numbers.sample(range(40), numbers.randint(*named))}
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


def dense_rows(widths):
    """A row for each cell of two or three facts but one, in random order, as an event and a state are
    looked up, and `otherwise` last."""
    numbers = random.Random(5)
    cells = sorted(cells_of(widths, {}))
    numbers.shuffle(cells)
    rows = []
    for cell in cells[:-1]:
        demands = {}
        for fact, width in enumerate(widths):
            demands[fact] = {cell % width}
            cell //= width
        rows.append(demands)
    return widths, [*rows, {}]


def dense_rows_of_two(count):
    """Over two facts, of as many values as there are cells in so many rows, or a few less."""
    width = max(width for width in range(2, 17) if width * width <= count)
    return dense_rows([count // width, width])


def dense_rows_of_three(count):
    """Over three facts."""
    width = max(width for width in range(2, 17) if width ** 3 <= count)
    return dense_rows([count // width ** 2, width, width])


TABLE_KINDS = {"usual": usual_rows, "mixed": mixed_rows, "sparse": sparse_rows, "split": split_rows,
               "dense of two": dense_rows_of_two, "dense of three": dense_rows_of_three}


def table_of(widths, conditions, action=lambda row: row):
    """A translation unit with one table that is proven, and the numbers of its facts."""

    def values(fact, accepted):
        names = [f"f{fact}::v{value}" for value in sorted(accepted)]
        return names[0] if len(names) == 1 else f"any_of({', '.join(names)})"

    def condition(demands):
        if not demands:
            return "otherwise"
        return f"when({', '.join(values(fact, demands[fact]) for fact in sorted(demands))})"

    lines = ["#include <daxhold/tables.hpp>", "using namespace daxhold::tables;"]
    lines += [f"enum class f{fact} : unsigned char {{ {', '.join(f'v{value}' for value in range(width))} }};"
              for fact, width in enumerate(widths)]
    lines += ["inline constexpr auto subject = table(",
              ",\n".join(f"    {condition(demands)} >> {action(number)}"
                         for number, demands in enumerate(conditions)),
              ");", "static_assert(proven<subject>);"]
    return "\n".join(lines) + "\n", range(len(widths))


def table(kind, rows, use="known"):
    """A translation unit with one table that is proven, and compiled into one function for facts that are
    `known` or have to be `asked` for, or into none."""
    text, facts = table_of(*TABLE_KINDS[kind](rows))
    if use == "known":
        return (f"{text}int answer({', '.join(f'f{fact} a{fact}' for fact in facts)}) {{\n"
                f"    return decide<subject>(known({', '.join(f'a{fact}' for fact in facts)}));\n}}\n")
    if use == "asked":
        return (f"{text}struct source {{\n    template <class Fact>\n    Fact operator()(boost::hana::basic_type<Fact>);\n}};\n"
                "int answer(source from) { return decide<subject>(from); }\n")
    return text
