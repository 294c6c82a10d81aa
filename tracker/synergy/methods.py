"""The four ways to the index. `goalposts` is the result; the others check it, or rank a single year."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from tracker.errors import Refused, Unclear
from tracker.synergy.goalposts import Goalposts
from tracker.synergy.model import Tree
from tracker.synergy.observations import CityYear, column
from tracker.synergy.scores import (
    LEAST_FOR_RANK,
    SCALE,
    Aggregated,
    Goalpost,
    Mean,
    aggregate,
    arithmetic,
    coverage,
    geometric,
    minmax,
    ranks,
    score,
    zscores,
)

LABEL = "测算值"
"""What every result is called: the official normalisation is not published."""

DEFAULT = "goalposts"


@dataclass(frozen=True, slots=True)
class Method:
    """A way to the index: its key for commands, its description for readers, and whether years can be compared."""

    key: str
    description: str
    across_years: bool
    mean: Mean


METHODS = {
    method.key: method
    for method in (
        Method(
            "goalposts", "基准年标杆法（最差0分、最好100分，不封顶），加权算术平均", across_years=True, mean=arithmetic
        ),
        Method(
            "geometric", "基准年标杆法（最差1分、最好100分，不封顶），加权几何平均", across_years=True, mean=geometric
        ),
        Method(
            "minmax",
            "当年极差法（当年最差0分、最好100分），加权算术平均，只用于当年排名",
            across_years=False,
            mean=arithmetic,
        ),
        Method(
            "zscore", "当年标准分法（样本标准差），加权算术平均，只用于当年核对", across_years=False, mean=arithmetic
        ),
    )
}

Scores = Mapping[str, Mapping[int, Fraction]]
"""The indicators' scores by city and number; what is missing is absent."""


def choose(key: str, base_year: int | None) -> Method:
    """Find a method. Raises Unclear for an unknown key, Refused for one that cannot compare with a base year."""
    method = METHODS.get(key)
    if method is None:
        raise Unclear(f"没有这种方法：{key}。可用：{'、'.join(METHODS)}。")
    if base_year is not None and not method.across_years:
        raise Refused(
            f"{key} 只用当年数据，看不出各市共同的改善，不能与基准年{base_year}比较。"
            f"请去掉 --base-year，或改用 --method {DEFAULT}。"
        )
    return method


def normalised(method: Method, cities: Mapping[str, CityYear], tree: Tree, posts: Goalposts | None) -> Scores:
    """Score every city on every indicator by the method, higher better; `posts` is for the methods across years."""
    found: dict[str, dict[int, Fraction]] = {city: {} for city in cities}
    for number, indicator in tree.indicators.items():
        values = column(cities, number)
        if method.across_years:
            scores = _against(values, posts.posts.get(number) if posts else None)
        else:
            scores = (minmax if method.key == "minmax" else zscores)(values, indicator.direction)
        for city, one in scores.items():
            found[city][number] = one
    return found


def evaluate(method: Method, scores: Mapping[int, Fraction], tree: Tree) -> Aggregated:
    """Score one city's groups and index; all blank where a lifted score of 0 or less leaves no geometric mean."""
    if method.mean is not geometric:
        return aggregate(tree.root, scores, method.mean)
    lifted = {number: lift(one) for number, one in scores.items()}
    return aggregate(tree.root, {} if non_positive(method, scores) else lifted, method.mean)


def non_positive(method: Method, scores: Mapping[int, Fraction]) -> tuple[int, ...]:
    """List the indicators whose lifted score of 0 or less leaves a city no geometric mean; none for other methods."""
    return tuple(number for number, one in scores.items() if method.mean is geometric and lift(one) <= 0)


def ranks_of(method: Method, scores: Scores, tree: Tree) -> dict[str, int]:
    """Rank the cities that can be ranked: with an index, and data for at least 0.90 of the total weight.

    For its rank a gap of a city counts as the worst score that any city has there, at best as that of the worst goalpost:
    what a city withholds never lifts it past another (docs/contract.md). Its index is as printed.
    """
    worst = _worst(method, scores, tree)
    found: dict[str, Fraction] = {}
    for city, ones in scores.items():
        if coverage(tree.root, ones.keys()) < LEAST_FOR_RANK or evaluate(method, ones, tree).index is None:
            continue
        index = evaluate(method, {**worst, **ones}, tree).index
        if index is not None:
            found[city] = index
    return ranks(found)


def _worst(method: Method, scores: Scores, tree: Tree) -> dict[int, Fraction]:
    """Return the worst score of each indicator that some city has, by number; against goalposts none is above their worst."""
    found: dict[int, Fraction] = {}
    for number in tree.indicators:
        present = [ones[number] for ones in scores.values() if number in ones]
        if present:
            found[number] = min(*present, Fraction(0)) if method.across_years else min(present)
    return found


def lift(one: Fraction) -> Fraction:
    """Put a score of 0-100 on the scale 1-100, where the worst city of the base year still has a logarithm."""
    return 1 + one * (SCALE - 1) / SCALE


def _against(values: Mapping[str, Decimal], post: Goalpost | None) -> dict[str, Fraction]:
    if post is None or not post.is_usable:
        return {}
    return {city: score(value, post) for city, value in values.items()}


@dataclass(frozen=True, slots=True)
class RankRange:
    """The best and the worst rank of a city over several runs; `by` has the rank of each run in which it had one.

    The runs are named by the method's key, or by the number of the indicator that was left out.
    """

    best: int
    worst: int
    by: Mapping[str, int]


def over_methods(scores: Mapping[str, Scores], tree: Tree) -> dict[str, RankRange]:
    """Range each city's ranks over the methods whose scores are given, by the method's key."""
    return _ranges({key: ranks_of(METHODS[key], one, tree) for key, one in scores.items()})


def leaving_one_out(method: Method, scores: Scores, tree: Tree) -> dict[str, RankRange]:
    """Range each city's ranks with each indicator left out in turn, its weight handed to the rest of its group.

    What is left out is left out of the index, not of the data: ⑦ is still derived from ② where ② is left out.
    """
    return _ranges({str(number): ranks_of(method, scores, tree.without(number)) for number in tree.indicators})


def _ranges(runs: Mapping[str, Mapping[str, int]]) -> dict[str, RankRange]:
    found: dict[str, dict[str, int]] = {}
    for run, places in runs.items():
        for city, rank in places.items():
            found.setdefault(city, {})[run] = rank
    return {city: RankRange(min(by.values()), max(by.values()), by) for city, by in found.items()}
