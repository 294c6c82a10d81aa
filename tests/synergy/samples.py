"""What the tests of the index share: annex 2's tree, the worked example, and data at random."""

import csv
import io
from collections.abc import Mapping
from decimal import Decimal
from functools import cache
from pathlib import Path

from hypothesis import strategies as st

from tracker.synergy.model import CITIES, Tree, read_tree
from tracker.synergy.observations import MEASURED, Observation, Parsed, parse

FIXTURES = Path(__file__).parent / "fixtures"
SHIPPED = Path(__file__).parents[2] / "data" / "index.csv"

Table = Mapping[str, Mapping[int, Decimal]]


@cache
def annex2() -> Tree:
    """The tree of the shipped index.csv."""
    return read_tree(SHIPPED.read_text("utf-8"))


def read(text: str) -> Parsed:
    """The long form of a text that may be indented."""
    lines = "\n".join(line.strip() for line in text.strip().splitlines())
    return parse(csv.DictReader(io.StringIO(lines)), annex2())


@cache
def worked_example() -> tuple[Observation, ...]:
    """The observations that docs/contract.md works by hand."""
    parsed = read((FIXTURES / "worked_example.csv").read_text("utf-8"))
    assert parsed.problems == ()
    return parsed.observations


def observed(table: Table, year: int) -> list[Observation]:
    """One year's observations of a table by city and indicator."""
    return [
        Observation(city, year, number, value, MEASURED) for city, row in table.items() for number, value in row.items()
    ]


numbers = st.integers(-(10**6), 10**6).map(lambda whole: Decimal(whole).scaleb(-3))
"""Values with three decimals."""


@st.composite
def tables(draw: st.DrawFn, least: int = 3, *, complete: bool = True) -> Table:
    """A value of every indicator for some cities; ⑦ and ⑧ are given. With complete=False some values are missing."""
    cities = CITIES[: draw(st.integers(least, 5))]
    cell = numbers if complete else st.one_of(st.none(), numbers, numbers, numbers, numbers)
    rows = {city: draw(st.fixed_dictionaries(dict.fromkeys(annex2().indicators, cell))) for city in cities}
    return {city: {number: value for number, value in row.items() if value is not None} for city, row in rows.items()}
