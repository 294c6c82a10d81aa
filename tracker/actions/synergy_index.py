"""The synergy index from what the ledger holds: observations, results, frozen goalposts, the report on zj-target-5.1."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from functools import cache
from typing import TYPE_CHECKING, Any

from tracker.actions.name_lookup import plan_code
from tracker.actions.selection import Filter
from tracker.errors import Refused, Unclear, reason_of
from tracker.folders import expanded, read_plain
from tracker.ledger.terms import DEMO_LABEL
from tracker.ledger.values import shorten
from tracker.plans.shipped import data_folder
from tracker.store.connection import Connection
from tracker.store.filters import PointInTime
from tracker.store.ledger_labels import is_demo
from tracker.store.statements import has_values, load_values
from tracker.synergy.goalposts import Goalposts, freeze, from_csv, to_csv
from tracker.synergy.methods import DEFAULT
from tracker.synergy.model import CITIES, GDP_GROWTH, GDP_GROWTH_NAME, Tree, find_city, name_key, read_tree
from tracker.synergy.observations import IndexEntry, Observation, indicator_name

if TYPE_CHECKING:
    from tracker.actions.reports import Recorded
    from tracker.ledger.model import Indicator
    from tracker.ledger.report_rules import Entry
    from tracker.sheets.synergy_index import Scores
    from tracker.store.changeset import Changeset
    from tracker.synergy.methods import RankRange
    from tracker.synergy.results import Result

PLAN = "zj"
"""The plan whose annex 2 the index is."""

TARGET = "zj-target-5.1"
"""设区市减污降碳协同指数提高10%: the indicator whose actual is the change of the cities' mean index."""

VALUE_FIELDS = ("city", "year", "indicator", "name", "value", "status", "measure", "source", "at", "by", "change")


@dataclass(frozen=True, slots=True)
class Choice:
    """How to compute: the year (None: the latest that can be ranked), what it is compared with, and by what method."""

    year: int | None = None
    base_year: int | None = None
    method: str = DEFAULT
    goalposts: Goalposts | None = None
    cities: tuple[str, ...] | None = None


@cache
def annex2() -> Tree:
    """Return annex 2 as it ships with the tracker."""
    return read_tree((data_folder() / "index.csv").read_text("utf-8"))


def observations(entries: Iterable[IndexEntry]) -> list[Observation]:
    """Return the ledger's figures as the computation takes them."""
    return [
        Observation(one.city, one.year, one.indicator, one.value, one.status, one.measure, one.source)
        for one in entries
    ]


def compute_index(connection: Connection, when: PointInTime, choice: Choice, *, ranges: bool = True) -> "Result":
    """Compute the index from the figures known then.

    Raises Refused where a year has no data or a method of one year is to compare two, Unclear for an unknown method.
    """
    from tracker.synergy.compute import compute

    held = observations(load_values(connection, when.known_at).values())
    if not held:
        raise Refused("台账中还没有指数数据；请先用 tracker index form 发填报表，再用 tracker index import 导入")
    year = choice.year if choice.year is not None else _latest(held, when)
    return compute(
        held, annex2(), year, choice.base_year, choice.method, choice.goalposts, choice.cities, ranges=ranges
    )


def index_summary(connection: Connection, when: PointInTime, goalposts: Goalposts | None = None) -> "Result | None":
    """Compute the latest year that can be ranked, for the weekly report and the page; None where there are no data."""
    if not has_values(connection):
        return None
    from tracker.synergy.compute import compute

    held = observations(load_values(connection, when.known_at).values())
    if not any(one.year <= when.as_of.year for one in held):
        return None
    return compute(held, annex2(), _latest(held, when), goalposts=goalposts, ranges=False)


def index_for_report(
    connection: Connection, wanted: Filter, when: PointInTime, goalposts: Goalposts | None = None
) -> "Result | None":
    """Compute the index for a report on items: only where zj as a whole is among them, and where there are data."""
    if wanted.unit is not None or wanted.kinds is not None or wanted.region is not None or not has_values(connection):
        return None
    if wanted.plans is not None and PLAN not in [plan_code(connection, text) for text in wanted.plans]:
        return None
    return index_summary(connection, when, goalposts)


def annex_scores(connection: Connection, when: PointInTime, choice: Choice) -> "Scores":
    """Compute what stands beside annex 2: all 11 cities, those without data too."""
    from tracker.sheets.synergy_index import scores_of

    found = scores_of(compute_index(connection, when, replace(choice, cities=CITIES), ranges=False), annex2())
    return replace(found, heading=f"{DEMO_LABEL}　{found.heading}") if is_demo(connection) else found


def _latest(held: Iterable[Observation], when: PointInTime) -> int:
    """Choose the latest year, not after the day asked about, in which some city has data enough for a rank."""
    from tracker.synergy.compute import compute

    ones = list(held)
    years = sorted({one.year for one in ones if one.year <= when.as_of.year}, reverse=True)
    if not years:
        raise Refused(f"{when.as_of.year}年及以前没有指数数据；请用 --year 写明年份")
    for year in years:
        if any(city.rank is not None for city in compute(ones, annex2(), year, ranges=False).cities):
            return year
    return years[0]


def read_goalposts(path: str | None) -> Goalposts | None:
    """Read a file of frozen goalposts; None for none named. Raises Refused with the file's name."""
    if not path:
        return None
    from tracker.sheets.reading.delimited import decoded

    file = expanded(path)
    try:
        return from_csv(decoded(read_plain(file))[1], annex2())
    except FileNotFoundError:
        raise Refused(f"没有标杆文件 {file}；可用 tracker index goalposts 生成") from None
    except OSError as error:
        raise Refused(f"标杆文件 {file} 无法读取：{reason_of(error)}；请检查路径和权限") from None
    except Refused as error:
        raise Refused(f"{file.name}：{error}") from None


def freeze_goalposts(connection: Connection, when: PointInTime, year: int, version: str) -> str:
    """Freeze the goalposts of a base year as the text of their file."""
    from tracker.synergy.observations import years

    held = observations(load_values(connection, when.known_at).values())
    return to_csv(freeze(years(held), annex2(), year, version), annex2())


def value_rows(
    entries: Iterable[IndexEntry], years: tuple[int, ...] | None, cities: tuple[str, ...] | None, indicators: tuple[int, ...] | None
) -> list[dict[str, Any]]:  # fmt: skip
    """Return figures as rows of `VALUE_FIELDS`, by year, indicator and city; each filter None lets everything through.

    `indicator` is what `index import` takes: 1-24, or the name of the growth of GDP.
    """
    tree = annex2()
    chosen = [
        one
        for one in entries
        if (years is None or one.year in years)
        and (cities is None or one.city in cities)
        and (indicators is None or one.indicator in indicators)
    ]
    chosen.sort(key=lambda one: (one.year, one.indicator or len(tree.indicators) + 1, CITIES.index(one.city)))
    return [
        {
            "city": one.city, "year": one.year, "indicator": one.indicator or GDP_GROWTH_NAME,
            "name": indicator_name(one.indicator, tree), "value": one.value, "status": one.status,
            "measure": one.measure or None, "source": one.source or None, "at": one.at, "by": one.by, "change": one.change,
        }
        for one in chosen
    ]  # fmt: skip


def city_named(text: str) -> str:
    """Return the city a person means; raises Refused with the cities there are."""
    city = find_city(text)
    if city is None:
        raise Refused(f"没有城市“{shorten(text)}”；协同指数的11个设区市：{'、'.join(CITIES)}")
    return city


def indicator_named(text: str) -> int:
    """Return the number of the indicator a person means (by number or name); raises Refused for an unknown one."""
    found = annex2().find(text)
    if found is not None:
        return found.number
    if name_key(text) == name_key(GDP_GROWTH_NAME):
        return GDP_GROWTH
    raise Refused(
        f"没有指标“{shorten(text)}”；请写 1 到 {len(annex2().indicators)} 的编号、附件2的指标名称，或 {GDP_GROWTH_NAME}"
    )


def year_named(text: str, what: str = "--year") -> int:
    """Return a year; raises Unclear for what is none."""
    cleaned = text.strip().removesuffix("年")
    if not cleaned.isdecimal() or not 1990 <= int(cleaned) <= 2100:  # noqa: PLR2004 - as in the data
        raise Unclear(f"{what} 的年份“{shorten(text)}”无法识别，请写成 2025")
    return int(cleaned)


def mixed_measures(entries: Iterable[IndexEntry | Observation]) -> list[str]:
    """Say which indicators are given in more than one measure: their values cannot be compared."""
    found: dict[int, dict[str, str]] = {}
    for one in entries:
        if one.measure:
            found.setdefault(one.indicator, {}).setdefault(one.measure, f"{one.city}{one.year}年")
    return [
        f"“{indicator_name(number, annex2())}”的计量单位不一致："
        + "，".join(f"{measure}（如{where}）" for measure, where in measures.items())
        for number, measures in sorted(found.items())
        if len(measures) > 1
    ]


RANGE_FIELDS = ("methods_best", "methods_worst", "leave_one_out_best", "leave_one_out_worst")
RESULT_FIELDS = (
    "city", "year", "score", "rank", "coverage", "change_percent", "base_year", "missing", *RANGE_FIELDS, "label", "method",
    "goalposts",
)  # fmt: skip
"""A city's result: the contract's six, then what they rest on. missing are the numbers of indicators without a score, the
ranges are ranks over the methods and over leaving one indicator out, goalposts is the version, null where none is frozen."""


def result_rows(result: "Result") -> list[dict[str, Any]]:
    """Return the cities' results as rows of `RESULT_FIELDS`; each names its method and that it is a 测算值."""
    shared = {
        "base_year": result.base_year, "label": result.label, "method": result.method.key,
        "goalposts": (result.goalposts.version or None) if result.goalposts else None,
    }  # fmt: skip
    return [
        {**city.row, "missing": list(city.missing), **_ranges(city.method_ranks, city.leave_one_out), **shared}
        for city in result.cities
    ]


def _ranges(*ranges: "RankRange | None") -> dict[str, int | None]:
    ends = [end for one in ranges for end in ((one.best, one.worst) if one else (None, None))]
    return dict(zip(RANGE_FIELDS, ends, strict=True))


LEVEL_FIELDS = (
    "city", "year", "level", "number", "name", "weight", "value", "score", "contribution", "estimated", "derived", "missing",
    "used_weight",
)  # fmt: skip
"""A score on one level: level is index, content, level1, level2 or indicator, weight the share in the whole index.

used_weight is that of an indicator as this city's data have it: what is missing has handed its weight to its group's rest.
"""


def level_rows(result: "Result") -> list[dict[str, Any]]:
    """Return the scores on every level as rows of `LEVEL_FIELDS`: each group of annex 2, then what it is made of.

    contribution is an indicator's part, in points, in the change against the base year; null without one.
    """
    from tracker.synergy.results import levels_of
    from tracker.synergy.scores import shown

    rows: list[dict[str, Any]] = []
    for city in result.cities:
        for one in levels_of(city, annex2()):
            parts = (city.change.contributions if city.change else None) or {}
            part = None if one.number is None else parts.get(one.number)
            rows.append({
                "city": city.city, "year": city.year, "level": one.level, "number": one.number, "name": one.name,
                "weight": shown(one.weight), "value": one.value, "score": None if one.score is None else shown(one.score),
                "contribution": None if part is None else shown(part),
                "estimated": one.estimated, "derived": one.derived or None, "missing": one.missing or None,
                "used_weight": None if one.used is None else shown(one.used),
            })  # fmt: skip
    return rows


def record_change(changeset: "Changeset", result: "Result", day: date | None, unit: str | None) -> "Recorded":
    """Add the change of the cities' mean index against the base year to a changeset, as a report on `TARGET`.

    The day described is the end of the result's year, or today where that is still to come. Raises Refused where the
    change is not known: a city without a rank, or without enough data in the base year.
    """
    from tracker.actions.name_lookup import refs
    from tracker.actions.reports import record

    return record(changeset, refs(changeset.connection, [TARGET])[0], _report_of(result, day, changeset.today), unit)


def is_followed(connection: Connection, when: PointInTime) -> bool:
    """Say whether `TARGET` takes its actual from the index (`link --index`)."""
    link = _target(connection, when).link
    return link is not None and link.kind == "index"


def follow(changeset: "Changeset", goalposts: Goalposts | None, fresh: Iterable[Observation] = ()) -> str:
    """Report the change of the mean index on `TARGET` where it has moved, and say so in a line, or why it cannot be known.

    fresh are figures that the changeset itself adds. Empty where the actual stays as it is.
    """
    from tracker.synergy.compute import compute

    figures = {one.key: one for one in (*observations(load_values(changeset.connection).values()), *fresh)}
    if not figures:
        return f"台账中还没有指数数据；导入后 {TARGET} 的现值随之更新"
    year, before = (
        _latest(figures.values(), PointInTime(changeset.today)),
        _target(changeset.connection, PointInTime(changeset.today)),
    )
    try:
        result = compute(figures.values(), annex2(), year, goalposts=goalposts, ranges=False)
        entry = _report_of(result, None, changeset.today)
        is_same = before.actual == entry.value and before.actual_date and before.actual_date.year == entry.date.year
        if not is_same:
            record_change(changeset, result, None, None)
    except Refused as error:
        return f"{TARGET} 的现值未更新：{error}"
    return "" if is_same else f"{TARGET} 的现值随协同指数更新：{entry.note}"


def _target(connection: Connection, when: PointInTime) -> "Indicator":
    from tracker.actions.name_lookup import indicator_of, item_of, refs

    ref = refs(connection, [TARGET])[0]
    found = indicator_of(item_of(connection, ref, when), ref)
    assert found is not None  # noqa: S101 - the id names an indicator
    return found


def _report_of(result: "Result", day: date | None, today: date) -> "Entry":
    """Word the change as a report; raises Refused where it is not known."""
    from tracker.ledger.report_rules import Entry
    from tracker.synergy.results import overall_change
    from tracker.synergy.scores import shown

    if result.base_year is None:
        raise Refused(f"{result.year}年没有可比的基准年；请用 --base-year 写明")
    change = overall_change(result)
    if change.percent is None:
        reason = f"缺少{'、'.join(change.lacking)}的可比数据" if change.lacking else "基准年的均值不是正数"
        raise Refused(f"11市协同指数均值{result.year}年较{result.base_year}年的变化未能得出：{reason}；未填报 {TARGET}")
    percent = shown(change.percent)
    version = f"；{result.goalposts.words}" if result.goalposts else ""
    note = (
        f"11市协同指数均值{result.year}年较{result.base_year}年变化{percent}%（{result.label}；"
        f"方法：{result.method.description}{version}）"
    )
    return Entry(date=day or min(date(result.year, 12, 31), today), value=percent, note=note, is_computed=True)
