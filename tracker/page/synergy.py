"""The synergy index on the page: the cities by rank, with their scores of the first level as a heat map."""

from decimal import Decimal
from fractions import Fraction
from typing import NamedTuple

from tracker.synergy.arithmetic import shown
from tracker.synergy.model import Tree
from tracker.synergy.results import CityResult, Result, missing_words

NO_DATA = "—"
"""What stands where there is no figure: missing is never zero."""

STEPS = (20, 40, 60, 80, 100)
"""Scores from which the colour changes; 0 is the worst city of the base year, 100 the best."""


class Cell(NamedTuple):
    """A score in words, and the step of its colour: 0-5, or none where there is no score."""

    text: str
    heat: str


class City(NamedTuple):
    """A row of the table."""

    rank: str
    name: str
    score: Cell
    groups: tuple[Cell, ...]
    coverage: str
    change: str


class Synergy(NamedTuple):
    """What the page shows of a result: headings of the groups, the cities by rank, captions and notes."""

    caption: str
    headings: tuple[str, ...]
    against: str
    cities: tuple[City, ...]
    notes: tuple[str, ...]


def synergy_of(result: Result, tree: Tree) -> Synergy:
    """Lay a result out for the page."""
    headings = tuple(group.name.partition(".")[2] or group.name for group in tree.root.groups() if group.level == 1)
    return Synergy(
        caption=result.caption,
        headings=headings,
        against=f"较{result.base_year}年" if result.base_year is not None else "",
        cities=tuple(_city(city) for city in result.cities),
        notes=(*missing_words(result, tree), *result.notes),
    )


def _city(city: CityResult) -> City:
    percent = city.change.percent if city.change is not None else None
    return City(
        rank=NO_DATA if city.rank is None else str(city.rank),
        name=city.city,
        score=_cell(city.score),
        groups=tuple(_cell(group.score) for group in city.groups if group.level == "level1"),
        coverage=f"{shown(city.coverage * 100, 1)}%",
        change=NO_DATA if percent is None else f"{Decimal(round(percent * 100)).scaleb(-2):+f}%",
    )


def _cell(score: Fraction | None) -> Cell:
    if score is None:
        return Cell(NO_DATA, "none")
    return Cell(f"{Decimal(round(score * 100)).scaleb(-2):f}", str(sum(score >= step for step in STEPS)))
