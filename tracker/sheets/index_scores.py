"""A result of the synergy index as it stands on sheets: labels, figures rounded once, and the notes below."""

from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction

from tracker.sheets.synergy_index import Below, Scores
from tracker.synergy.exact import shown
from tracker.synergy.levels import missing_words
from tracker.synergy.model import CITIES, INDEX, Tree
from tracker.synergy.results import CityResult, Result

LEVELS = {"content": "评价内容", "level1": "一级指标", "level2": "二级指标"}
_RANK, _SHARE, _CHANGE = "0", "0.0", "+0.00;-0.00;0.00"


def scores_of(result: Result, tree: Tree) -> Scores:
    """Return a result over all 11 cities as the columns beside annex 2, in the official order of the cities."""
    cities = [result.city(name) for name in CITIES]
    values = {
        (one.number, city.city): shown(one.score)
        for city in result.cities
        for one in city.indicators
        if one.score is not None
    }
    scale = f"；{result.goalposts.words}" if result.goalposts else ""
    heading = f"{result.year}年得分（{result.label}；{result.method.description}{scale}）"
    return Scores(heading, CITIES, values, _below(result, cities), [*missing_words(result, tree), *result.notes])


def _below(result: Result, cities: Sequence[CityResult]) -> list[Below]:
    rows = [
        Below(f"{LEVELS[group.level]}得分　{group.name}", [_figure(city.groups[place].score) for city in cities])
        for place, group in enumerate(cities[0].groups)
        if group.level in LEVELS
    ]
    rows.append(Below(f"{INDEX}得分", [_figure(city.score) for city in cities], strong=True))
    rows.append(Below("名次", [city.rank for city in cities], _RANK, strong=True))
    rows.append(Below("数据覆盖率（%）", [_figure(city.coverage * 100) for city in cities], _SHARE))
    if result.base_year is not None:
        changes = [city.change.percent if city.change is not None else None for city in cities]
        rows.append(Below(f"较{result.base_year}年变化（%）", [_figure(change) for change in changes], _CHANGE))
    return rows


def _figure(value: Fraction | None) -> Decimal | None:
    return None if value is None else shown(value)
