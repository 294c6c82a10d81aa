"""What a computation of the index hands over: scores on every level, ranks, changes, and how sure all that is.

Every result is a 测算值 and names its method, because the official normalisation of annex 2 is not published. Numbers
are exact fractions; `row` and whoever prints rounds them once (tracker.synergy.arithmetic.shown).
"""

from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from tracker.synergy.aggregate import LEAST_FOR_RANK
from tracker.synergy.arithmetic import shown
from tracker.synergy.decomposition import Change
from tracker.synergy.goalposts import Goalposts
from tracker.synergy.methods import LABEL, Method, RankRange
from tracker.synergy.model import CITIES, INDEX


@dataclass(frozen=True, slots=True)
class IndicatorScore:
    """One indicator of one city: its value (given or derived), its score, and its share in the city's index."""

    number: int
    value: Decimal | None
    score: Fraction | None
    share: Fraction
    estimated: bool
    derived: str
    """How a derived value came about, in Chinese; empty for a given one."""
    missing: str
    """Why there is no score, in Chinese; empty where there is one."""


@dataclass(frozen=True, slots=True)
class GroupScore:
    """One group's score: `level` is index, content, level1 or level2; `weight` its weight in the whole index.

    The 评价内容 have no weight in annex 2 and take no part in the index; theirs is the sum of their groups'.
    """

    level: str
    name: str
    weight: Fraction
    score: Fraction | None


@dataclass(frozen=True, slots=True)
class CityResult:
    """A city's index in a year with everything that leads to it; None stands for what cannot be known."""

    city: str
    year: int
    score: Fraction | None
    rank: int | None
    coverage: Fraction
    indicators: tuple[IndicatorScore, ...]
    groups: tuple[GroupScore, ...]
    change: Change | None
    base_coverage: Fraction | None
    method_ranks: RankRange | None
    leave_one_out: RankRange | None
    non_positive: tuple[int, ...] = ()
    """The numbers of the indicators whose scores leave the city no geometric mean."""

    @property
    def has_data(self) -> bool:
        """Whether there is a value of any indicator, scored or not."""
        return any(one.value is not None for one in self.indicators)

    @property
    def missing(self) -> tuple[int, ...]:
        """The numbers of the indicators without a score."""
        return tuple(one.number for one in self.indicators if one.score is None)

    @property
    def blank(self) -> tuple[str, ...]:
        """The names of the groups left blank because too much of their weight is missing."""
        if self.non_positive:
            return ()
        return tuple(group.name for group in self.groups if group.score is None)

    @property
    def row(self) -> dict[str, str | int | Decimal | None]:
        """The city in the JSON contract (docs/contract.md), numbers rounded once for the reader."""
        percent = self.change.percent if self.change else None
        return {
            "city": self.city,
            "year": self.year,
            "score": None if self.score is None else shown(self.score),
            "rank": self.rank,
            "coverage": shown(self.coverage),
            "change_percent": None if percent is None else shown(percent),
        }


@dataclass(frozen=True, slots=True)
class Result:
    """The index of a year: the cities by rank, those without one last; the goalposts it is measured against, if any.

    `notes` are Chinese lines to print below the table: formulas in use, the score table of ⑧, indicators without scale.
    """

    year: int
    base_year: int | None
    method: Method
    goalposts: Goalposts | None
    cities: tuple[CityResult, ...]
    notes: tuple[str, ...]

    @property
    def label(self) -> str:
        """测算值."""
        return LABEL

    @property
    def caption(self) -> str:
        """What stands above every table: that it is a 测算值, of which year, by which method, on which goalposts."""
        scale = f"；{self.goalposts.words}" if self.goalposts else ""
        return f"{INDEX}{self.year}年{LABEL}（方法：{self.method.description}{scale}）"

    @property
    def rows(self) -> list[dict[str, str | int | Decimal | None]]:
        """The array of the JSON contract."""
        return [city.row for city in self.cities]

    def city(self, name: str) -> CityResult:
        """Return the result of one city. Raises KeyError for a city that is not in the result."""
        return {one.city: one for one in self.cities}[name]


@dataclass(frozen=True, slots=True)
class OverallChange:
    """The change of the cities' mean index, in percent; None where a city is missing from either year."""

    percent: Fraction | None
    counted: tuple[str, ...]
    lacking: tuple[str, ...]


def overall_change(result: Result) -> OverallChange:
    """Take the change of the mean index of all 11 cities: the actual of 设区市减污降碳协同指数提高10%.

    Every city needs a rank now and enough coverage in the base year; a mean over fewer cities would be another number.
    """
    known = {one.city: one.change for one in result.cities if one.rank is not None and _ranked_in_base(one)}
    counted = tuple(city for city in CITIES if known.get(city) is not None)
    lacking = tuple(city for city in CITIES if city not in counted)
    changes = [one for one in known.values() if one is not None]
    before = sum((one.base_score for one in changes), Fraction(0))
    points = sum((one.points for one in changes), Fraction(0))
    return OverallChange(points / before * 100 if not lacking and before > 0 else None, counted, lacking)


def _ranked_in_base(one: CityResult) -> bool:
    return one.base_coverage is not None and one.base_coverage >= LEAST_FOR_RANK
