"""The tables of the page: groups with the items behind every figure, the quantified targets against their plan, the synergy index."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any, NamedTuple

from tracker.ledger.counts import count, is_unreported, keys_of
from tracker.ledger.judgement import IndicatorJudgement, Judged
from tracker.ledger.lights import demand_words
from tracker.ledger.model import Indicator
from tracker.ledger.terms import LIGHTS, PLAN_STATUS, SHOWN_LIGHTS
from tracker.ledger.values import plain
from tracker.synergy.model import Tree
from tracker.synergy.results import CityResult, Result, missing_words
from tracker.synergy.scores import shown


class TargetRow(NamedTuple):
    """One quantified target: what is promised, where it stands, and how that compares with the plan."""

    id: str
    item: str
    name: str
    demand: str
    actual: str
    actual_date: date | None
    reached: Decimal | None
    planned: Decimal | None
    lag: Decimal | None
    due: date | None
    verdict: str
    light: str


def target_rows(found: Sequence[Judged]) -> list[TargetRow]:
    """Return the quantified targets: those behind the plan first, then those whose progress is unknown, then the others."""
    rows = [
        _target_row(judged, indicator, judgement)
        for judged in found
        for indicator, judgement in zip(judged.item.indicators, judged.judgement.indicators, strict=True)
        if indicator.takes_value
    ]
    return sorted(rows, key=by_lag)


def by_lag(row: TargetRow) -> tuple[int, Decimal]:
    """Order rows: those behind the plan first, the most first."""
    if row.lag is not None and row.lag > 0:
        return 0, -row.lag
    return (1, Decimal(0)) if row.reached is None and row.verdict != "已达标" else (2, Decimal(0))


def _target_row(judged: Judged, indicator: Indicator, judgement: IndicatorJudgement) -> TargetRow:
    measure = indicator.measure or ""
    # What must be held is met or not at each date; it has no way to go, so nothing is planned of it (docs/rules.md).
    planned = None if indicator.direction == "hold" else judgement.planned
    return TargetRow(
        id=f"{judged.item.id}.{indicator.n}",
        item=judged.item.id,
        name=indicator.name,
        demand=demand_words(indicator) + ("（力争）" if indicator.aspirational else ""),
        actual="" if indicator.actual is None else f"{plain(indicator.actual)}{measure}",
        actual_date=indicator.actual_date,
        reached=judgement.achievement,
        planned=planned,
        lag=judgement.lag,
        due=indicator.due,
        verdict=_verdict(indicator, judgement),
        light=judgement.light.color,
    )


def _verdict(indicator: Indicator, judgement: IndicatorJudgement) -> str:
    if judgement.met:
        return "已达标"
    if judgement.overdue:
        return "逾期未达标"
    if indicator.actual is None:
        return "尚无数值"
    return "未达标" if indicator.direction != "hold" else "未保持"


class Progress(NamedTuple):
    """A bar of planned against actual: done as planned, lacking, more than planned, in percent of the way."""

    reached: Decimal
    missing: Decimal
    ahead: Decimal


def progress_of(row: TargetRow) -> Progress | None:
    """Return the parts of a row's bar; None where planned or actual is unknown."""
    if row.reached is None or row.planned is None:
        return None
    least = min(row.reached, row.planned)
    return Progress(least, max(row.planned - row.reached, Decimal(0)), max(row.reached - row.planned, Decimal(0)))


LIGHT_COLUMNS = {light: LIGHTS[light] for light in SHOWN_LIGHTS}
COLUMNS = {
    "total": "总数",
    **LIGHT_COLUMNS,
    "unmet": "未达目标销号",
    "overdue": "逾期",
    "due_soon": "临近到期",
    "unreported": "未填报",
}
"""The figures of every group, in their order, as `status` has them; unmet (a part of 已销号) stands only where there are such."""


@dataclass(slots=True)
class Group:
    """One plan, unit or chapter: its items by column, and the anchor under which they are listed.

    tag names its plan in short, where the name alone does not.
    """

    anchor: str
    name: str
    tag: str = ""
    members: dict[str, list[Judged]] = field(default_factory=lambda: {column: [] for column in COLUMNS})
    counts: Counter[str] | None = None
    """Its figures alone, where its items are not kept."""

    def count(self, column: str) -> int:
        """Return a figure."""
        return len(self.members[column]) if self.counts is None else self.counts[column]

    def link(self, column: str) -> str:
        """Return the anchor at which the items of a figure are listed."""
        return self.anchor if column == "total" else f"{self.anchor}-{column}"


def own_rows(found: Iterable[Judged]) -> list[Judged]:
    """Return the rows of plans themselves: what is counted of a plan; the shares of regions are parts of these."""
    return [each for each in found if each.item.region is None]


def everything(found: Iterable[Judged]) -> Group:
    """Return all items as one group."""
    group = Group("all", "全部事项")
    for judged in found:
        _add(group, judged, None)
    return group


def counted(
    figures: Mapping[str, Counter[str]], grouping: str, plans: Mapping[str, Mapping[str, Any]]
) -> list[Group]:  # fmt: skip
    """Return groups of which only the figures are known, by key, in the order of `grouped`."""
    order = sorted(
        figures,
        key=lambda key: (*(-figures[key][name] for name in ("red", "yellow", "overdue", "unreported")), key),
    )
    tags = plan_tags([plans[code] for code in dict.fromkeys(key.partition(":")[0] for key in order)])
    groups = [_group(key, place, grouping, plans, tags) for place, key in enumerate(order, start=1)]
    for key, group in zip(order, groups, strict=True):
        group.counts = figures[key]
    return groups


def grouped(found: Sequence[Judged], grouping: str, plans: Mapping[str, Mapping[str, Any]]) -> list[Group]:
    """Return the groups of items by plan, unit or chapter, most trouble first, as `status --group` does."""
    order = [row["key"] for row in count(found, grouping, plans).groups]
    tags = plan_tags([plans[code] for code in dict.fromkeys(key.partition(":")[0] for key in order)])
    groups = {key: _group(key, place, grouping, plans, tags) for place, key in enumerate(order, start=1)}
    for judged in found:
        for key in keys_of(judged, grouping, plans):
            _add(groups[key], judged, key.partition(":")[2] if grouping == "unit" else None)
    return list(groups.values())


def _group(
    key: str, place: int, grouping: str, plans: Mapping[str, Mapping[str, Any]], tags: Mapping[str, str]
) -> Group:
    code, _, name = key.partition(":")
    if not name:
        return Group(f"{grouping}-{place}", plan_name(plans[code]))
    return Group(f"{grouping}-{place}", name, tags[code])


def _add(group: Group, judged: Judged, unit: str | None) -> None:
    judgement = judged.judgement
    holds = {
        "total": True,
        "unmet": judged.item.is_closed_unmet,
        "overdue": judgement.overdue,
        "due_soon": judgement.due_soon,
        "unreported": is_unreported(judged, unit),
    }
    if judgement.light is not None:
        holds[judgement.light.color] = True
    for column, held in holds.items():
        if held:
            group.members[column].append(judged)


def plan_name(plan: Mapping[str, Any]) -> str:
    """Name a plan by its region; a draft is marked."""
    return f"{plan['region']}" + (f"（{PLAN_STATUS['draft']}）" if plan["status"] == "draft" else "")


def plan_tags(plans: Sequence[Mapping[str, Any]]) -> dict[str, str]:
    """Return a short name for each of several plans: its region's, its code where two share a region; nothing for one."""
    if len(plans) == 1:
        return {str(plans[0]["code"]): ""}
    short = {str(plan["code"]): _short(str(plan["region"])) for plan in plans}
    return {code: name if list(short.values()).count(name) == 1 else code for code, name in short.items()}


def _short(region: str) -> str:
    """浙江省 → 浙江, 宁夏回族自治区 → 宁夏, 内蒙古自治区 → 内蒙古."""
    if region.endswith("自治区"):
        return region[:3] if region.startswith("内蒙古") else region[:2]
    return region.removesuffix("省").removesuffix("市")


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
