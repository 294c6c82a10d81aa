"""The one entry to the index: from observations to a Result (docs/contract.md)."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

from tracker.errors import Refused
from tracker.synergy.coupling import COUPLING_FORMULA, DECOUPLING_FORMULA, STATES
from tracker.synergy.goalposts import Goalposts, freeze
from tracker.synergy.methods import (
    DEFAULT,
    METHODS,
    Method,
    RankRange,
    Scores,
    choose,
    evaluate,
    leaving_one_out,
    non_positive,
    normalised,
    over_methods,
    ranks_of,
)
from tracker.synergy.model import CITIES, COUPLING, DECOUPLING, INDEX, Tree
from tracker.synergy.observations import CityYear, Observation, table, years
from tracker.synergy.results import CityResult, GroupScore, IndicatorScore, Result, change
from tracker.synergy.scores import Aggregated, blend, coverage, shares

_NO_DATA = CityYear({}, frozenset(), {}, {})

_Ranges = tuple[Mapping[str, RankRange], Mapping[str, RankRange]]
ByYear = Mapping[int, Mapping[str, Sequence[Observation]]]


@dataclass(frozen=True, slots=True)
class _Scored:
    """One year under one method: the cities' data, and the scores of their indicators."""

    cities: Mapping[str, CityYear]
    scores: Scores


@dataclass(frozen=True, slots=True)
class _Frame:
    """What all cities of a result share."""

    tree: Tree
    year: int
    method: Method
    posts: Goalposts | None
    now: _Scored
    base: _Scored | None


def compute(  # noqa: PLR0913 - the choices that make a result; all but three have a default
    observations: Iterable[Observation],
    tree: Tree,
    year: int,
    base_year: int | None = None,
    method: str = DEFAULT,
    goalposts: Goalposts | None = None,
    cities: Sequence[str] | None = None,
    *,
    ranges: bool = True,
) -> Result:
    """Compute the index of a year.

    `goalposts` are frozen ones; without them they are taken from `base_year` here, by default the earliest year with
    data, and a note says so. `base_year` is also the year the change is against, by default that of the goalposts. A
    method of one year takes no base year. `cities` are the cities to show, by default those with data in the year or in
    the base year. `ranges=False` leaves the two ranges of ranks out, which take most of the time.

    Raises Unclear for an unknown method, and Refused for a comparison across years by a method of one year or for a
    year without data.
    """
    chosen = choose(method, base_year)
    by_year = years(observations)
    if year not in by_year:
        raise Refused(f"{year}年没有指数数据，请先用 tracker index import 导入。")
    posts = goalposts or _posts(by_year, tree, chosen, base_year)
    against = _against(by_year, year, chosen, base_year, posts)
    frame = _Frame(
        tree,
        year,
        chosen,
        posts if chosen.across_years else None,
        _scored(by_year, year, chosen, tree, posts),
        None if against is None else _scored(by_year, against, chosen, tree, posts),
    )
    checked = _ranges(frame, by_year, posts) if ranges else ({}, {})
    found = _cities(frame, cities if cities is not None else _present(frame), checked)
    unchosen = chosen.across_years and goalposts is None and base_year is None
    return Result(year, against, chosen, frame.posts, found, _notes(frame, unchosen=unchosen))


def _posts(by_year: ByYear, tree: Tree, method: Method, base_year: int | None) -> Goalposts | None:
    if base_year is None and not method.across_years:
        return None
    return replace(freeze(by_year, tree, base_year or min(by_year)), version="")


def _against(by_year: ByYear, year: int, method: Method, base_year: int | None, posts: Goalposts | None) -> int | None:
    """Choose the year to compare with: the one asked for, else that of the goalposts if another one and at hand."""
    if base_year is not None and base_year not in by_year:
        raise Refused(f"基准年{base_year}没有指数数据，请先用 tracker index import 导入。")
    if base_year is not None or posts is None or not method.across_years:
        return base_year
    return posts.base_year if posts.base_year in by_year and posts.base_year != year else None


def _scored(by_year: ByYear, year: int, method: Method, tree: Tree, posts: Goalposts | None) -> _Scored:
    scale = posts if method.across_years and posts is not None else freeze(by_year, tree, year)
    cities = table(by_year[year], scale.posts)
    return _Scored(cities, normalised(method, cities, tree, scale))


def _present(frame: _Frame) -> list[str]:
    base = frame.base.cities if frame.base else {}
    return [city for city in CITIES if city in frame.now.cities or city in base]


def _ranges(frame: _Frame, by_year: ByYear, posts: Goalposts | None) -> _Ranges:
    """Range the cities' ranks over the methods, where there are goalposts over all four, and leaving one out."""
    runs = {
        method.key: _scored(by_year, frame.year, method, frame.tree, posts).scores
        for method in METHODS.values()
        if posts is not None or not method.across_years
    }
    return over_methods(runs, frame.tree), leaving_one_out(frame.method, frame.now.scores, frame.tree)


def _cities(frame: _Frame, names: Sequence[str], checked: _Ranges) -> tuple[CityResult, ...]:
    ranks = ranks_of(frame.method, frame.now.scores, frame.tree)
    over, without = checked
    found: list[CityResult] = []
    for name in names:
        scores = frame.now.scores.get(name, {})
        aggregated = evaluate(frame.method, scores, frame.tree)
        base = None if frame.base is None else frame.base.scores.get(name, {})
        found.append(
            CityResult(
                city=name,
                year=frame.year,
                score=aggregated.index,
                rank=ranks.get(name),
                coverage=coverage(frame.tree.root, scores.keys()),
                indicators=_indicators(frame, name, aggregated),
                groups=_groups(frame, aggregated),
                change=None if base is None else change(frame.method, base, scores, frame.tree),
                base_coverage=None if base is None else coverage(frame.tree.root, base.keys()),
                method_ranks=over.get(name),
                leave_one_out=without.get(name),
                non_positive=non_positive(frame.method, scores),
            )
        )
    return tuple(sorted(found, key=lambda one: (one.rank is None, one.rank or 0, CITIES.index(one.city))))


def _indicators(frame: _Frame, city: str, aggregated: Aggregated) -> tuple[IndicatorScore, ...]:
    one = frame.now.cities.get(city, _NO_DATA)
    scores, values = frame.now.scores.get(city, {}), one.values
    parts = shares(frame.tree.root, scores, aggregated)
    return tuple(
        IndicatorScore(
            number=number,
            value=values.get(number),
            score=scores.get(number),
            share=parts.get(number, Fraction(0)),
            estimated=number in one.estimated,
            derived=one.derived[number].how if number in one.derived else "",
            missing="" if number in scores else _why(frame, one, number),
        )
        for number in frame.tree.indicators
    )


def _why(frame: _Frame, one: CityYear, number: int) -> str:
    """Why an indicator of a city has no score."""
    if number not in one.values:
        return one.underived[number].reason if number in one.underived else "未填报"
    if not frame.method.across_years:
        return "当年各市数值相同，无法归一"
    post = frame.posts.posts.get(number) if frame.posts else None
    return "标杆文件没有该指标" if post is None else "标杆的最差值与最好值相同，无法归一"


def _groups(frame: _Frame, aggregated: Aggregated) -> tuple[GroupScore, ...]:
    root = frame.tree.root
    found = [GroupScore("index", INDEX, Fraction(1), aggregated.index)]
    by_name = {group.name: group for group in root.groups()}
    for content, names in frame.tree.contents.items():
        parts = [by_name[name] for name in names]
        score = blend([(part.weight, aggregated.scores[part.name]) for part in parts], frame.method.mean)
        found.append(GroupScore("content", content, sum((part.weight for part in parts), Fraction(0)), score))
        for part in parts:
            found.append(GroupScore("level1", part.name, part.weight, aggregated.scores[part.name]))
            found.extend(
                GroupScore("level2", group.name, part.weight * group.weight, aggregated.scores[group.name])
                for group in part.groups()
                if group.level > part.level
            )
    return tuple(found)


def _notes(frame: _Frame, *, unchosen: bool) -> tuple[str, ...]:
    """Say what a reader must know; `unchosen` tells that nobody chose the base year."""
    derived = {number for one in frame.now.cities.values() for number in one.derived}
    notes = [f"本表为测算值：附件2的官方归一方法未公布。方法：{frame.method.description}。"]
    if unchosen and frame.posts is not None:
        notes.append(f"未指定基准年，取有数据的最早年份{frame.posts.base_year}年。")
    if COUPLING in derived:
        notes.append(COUPLING_FORMULA)
    if DECOUPLING in derived:
        notes.append(DECOUPLING_FORMULA)
        notes.append("⑧赋分表：" + "，".join(f"{state.name}{state.score}分" for state in STATES) + "。")
    unscaled = [
        frame.tree.indicators[number].name
        for number in frame.tree.indicators
        if not any(number in scores for scores in frame.now.scores.values())
        and any(number in one.values for one in frame.now.cities.values())
    ]
    if unscaled:
        notes.append(f"无法归一、未计分的指标：{'、'.join(unscaled)}。")
    return tuple(notes)
