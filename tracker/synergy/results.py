"""What a computation of the index hands over: scores on every level, ranks, changes, and how sure all that is.

Every result is a 测算值 and names its method, because the official normalisation of annex 2 is not published. Numbers
are exact fractions; `row` and whoever prints rounds them once (tracker.synergy.scores.shown).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from tracker.synergy.goalposts import Goalposts
from tracker.synergy.methods import LABEL, Method, RankRange, evaluate
from tracker.synergy.model import CITIES, INDEX, Leaf, Tree
from tracker.synergy.scores import LEAST_FOR_RANK, Aggregated, geometric, shares, shown


@dataclass(frozen=True, slots=True)
class Change:
    """A city's index against its own in the base year.

    `points` is the difference, `percent` the difference in percent of the base score; None where that is not positive.
    `contributions` are in points by indicator and sum to `points` exactly; None for a method that is not additive.
    `same_basis` tells whether the same indicators had scores in both years. Where not, a part of the change is a change
    of what is counted: `matched_percent` is then the change over the indicators of both years.
    """

    base_score: Fraction
    points: Fraction
    percent: Fraction | None
    contributions: Mapping[int, Fraction] | None
    same_basis: bool
    matched_percent: Fraction | None


def change(method: Method, base: Mapping[int, Fraction], now: Mapping[int, Fraction], tree: Tree) -> Change | None:
    """Compare a city's index from its indicators' scores in the base year and now; None where either year has none."""
    before, after = evaluate(method, base, tree), evaluate(method, now, tree)
    if before.index is None or after.index is None:
        return None
    same = base.keys() == now.keys()
    percent = _percent(before.index, after.index)
    return Change(
        base_score=before.index,
        points=after.index - before.index,
        percent=percent,
        contributions=None if method.mean is geometric else _contributions(base, now, (before, after), tree),
        same_basis=same,
        matched_percent=percent if same else _matched(method, base, now, tree),
    )


def _percent(before: Fraction, after: Fraction) -> Fraction | None:
    return (after - before) / before * 100 if before > 0 else None


def _contributions(
    base: Mapping[int, Fraction], now: Mapping[int, Fraction], both: tuple[Aggregated, Aggregated], tree: Tree
) -> dict[int, Fraction]:
    before, after = shares(tree.root, base, both[0]), shares(tree.root, now, both[1])
    points = {number: share * now[number] for number, share in after.items()}
    for number, share in before.items():
        points[number] = points.get(number, Fraction(0)) - share * base[number]
    return dict(sorted(points.items()))


def _matched(method: Method, base: Mapping[int, Fraction], now: Mapping[int, Fraction], tree: Tree) -> Fraction | None:
    common = base.keys() & now.keys()
    before = evaluate(method, {number: base[number] for number in common}, tree).index
    after = evaluate(method, {number: now[number] for number in common}, tree).index
    return None if before is None or after is None else _percent(before, after)


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


INDICATOR = "indicator"


@dataclass(frozen=True, slots=True)
class Level:
    """A group or an indicator of one city. level is index, content, level1, level2 or indicator.

    weight is the weight in the whole index; number, value and what follows are an indicator's. used is the weight really used: where
    data are missing, theirs has gone to the rest of their group.
    """

    level: str
    number: int | None
    name: str
    weight: Fraction
    score: Fraction | None
    value: Decimal | None = None
    estimated: bool = False
    derived: str = ""
    missing: str = ""
    used: Fraction | None = None


def levels_of(city: CityResult, tree: Tree) -> list[Level]:
    """Return a city's scores, each group before its members."""
    members = {group.name: group.members for group in tree.root.groups()}
    weights, indicators = tree.weights(), {one.number: one for one in city.indicators}
    found: list[Level] = []
    for group in city.groups:
        found.append(Level(group.level, None, group.name, group.weight, group.score))
        for leaf in members.get(group.name, ()):
            if isinstance(leaf, Leaf):
                one = indicators[leaf.number]
                found.append(
                    Level(
                        INDICATOR,
                        one.number,
                        tree.indicators[one.number].name,
                        weights[one.number],
                        one.score,
                        one.value,
                        one.estimated,
                        one.derived,
                        one.missing,
                        one.share,
                    )
                )
    return found


def missing_words(result: Result, tree: Tree) -> list[str]:
    """Say which cities have no data, and in a line for each other one which indicators have no score."""
    empty = [city.city for city in result.cities if not city.has_data]
    lines = [f"{'、'.join(empty)}：当年没有数据。"] if empty else []
    for city in result.cities:
        if city.has_data and len(city.missing) == len(city.indicators):
            lines.append(f"{city.city}：当年有数据的指标都无法归一，没有得分。")
        elif city.has_data and city.missing:
            blank = f"；因数据不足而空缺的组：{'、'.join(city.blank)}" if city.blank else ""
            lines.append(f"{city.city}缺数据：{_names(city.missing, tree)}{blank}。")
        if city.non_positive:
            lines.append(f"{non_positive_words(city, tree)}。")
    return lines


def non_positive_words(city: CityResult, tree: Tree) -> str:
    """Say which scores leave a city no geometric mean."""
    return f"{city.city}没有几何平均得分：{_names(city.non_positive, tree)}比标杆的最差值还差，得分不是正数"


def _names(numbers: tuple[int, ...], tree: Tree) -> str:
    return "、".join(tree.indicators[number].name for number in numbers)
