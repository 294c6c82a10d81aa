"""Figures with the items behind them: every count on the page can be followed to what was counted."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from tracker.ledger.counts import count, is_unreported, keys_of
from tracker.ledger.judgement import Judged
from tracker.ledger.terms import LIGHTS, PLAN_STATUS, SHOWN_LIGHTS

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
