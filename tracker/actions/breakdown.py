"""Breakdown (分解): a row of a plan shared out to cities or counties, each with its own unit, value and due date."""

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from tracker.actions.plans import add_rows, indicators_of
from tracker.actions.unit_names import UnitNames
from tracker.errors import Refused, Unclear
from tracker.folders import expanded
from tracker.ledger.ids import item_id
from tracker.ledger.lights import demand_words
from tracker.ledger.model import Indicator, Item
from tracker.ledger.progress import falls
from tracker.ledger.report_rules import check_in_force
from tracker.ledger.values import SHARES, plain, shorten, split_measure
from tracker.plans.shipped import PlanRows
from tracker.store.changeset import Changeset
from tracker.store.connection import Connection
from tracker.store.registry import Region, has_shares, item_key, plan_heads, regions_below

if TYPE_CHECKING:
    from tracker.sheets.reading.files import TableFile
    from tracker.sheets.region_tables import Share

LEVELS = {"cities": "city", "counties": "county"}
RULES = {"sum": "合计", "mean": "加权平均", "met": "达标个数（占比）", "min": "最小值"}
_SHOWN = 8
"""How many missing regions an error names."""


def break_down(
    changeset: Changeset, item: Item, n: int | None, to: str, shares: "Mapping[str, Share]", rule: str | None
) -> list[str]:
    """Add to a changeset an item for every region below the plan's own, and the rule by which the parent follows from them.

    n narrows to one indicator. shares gives regions (by name) their parts; without any, each gets the row itself. Returns
    the ids of the new items. Raises Refused for an item that is a share itself or was broken down before, for unknown or
    missing regions, and Unclear for an unknown level or rule.
    """
    if to not in LEVELS:
        raise _unknown_level(to)
    if rule is not None and rule not in RULES:
        raise Unclear(f"--rule 的值“{shorten(rule)}”应为 {'、'.join(f'{k}（{v}）' for k, v in RULES.items())} 之一")
    check_in_force(item)
    if item.region is not None:
        raise Refused(f"{item.id} 本身是分解后的事项，不能再分解")
    if has_shares(changeset.connection, item.id):
        raise Refused(f"{item.id} 已经分解过；需要重来请先 tracker undo")
    regions = _chosen(changeset.connection, item, LEVELS[to], shares)
    from tracker.sheets.region_tables import Share

    rows = PlanRows()
    for region in regions:
        share = shares.get(region.name) or Share({})
        _add_share(rows, item, n, region, share, rule)
    add_rows(changeset, [rows])
    _link_parent(changeset, item, n, regions, shares, rule)
    return [item_id(item.plan, item.kind, item.number, region.name) for region in regions]


def shares_of(
    connection: Connection, item: Item, to: str, path: str, rule: str | None, today: date
) -> "tuple[dict[str, Share], TableFile, list[str]]":
    """Read the shares of an item from a file: by full names of regions (杭州 is 杭州市), what was not taken, and units that are new."""
    from tracker.sheets.region_tables import read_shares

    if to not in LEVELS:
        raise _unknown_level(to)
    plan = plan_heads(connection, item.plan)[0]
    names = {region.name for region in regions_below(connection, plan["region"], LEVELS[to])}
    short = {name.rstrip("省市县区"): name for name in names}

    def named(text: str) -> str | None:
        bare = re.sub(r"(?:人民)?政府$|\s", "", text)
        found = bare if bare in names else short.get(bare.rstrip("省市县区"))
        return "" if found is None and bare.rstrip("省市") == plan["region"].rstrip("省市") else found

    shares, file = read_shares(expanded(path), item.indicators, named, today)
    units = UnitNames(connection, item.plan)
    new: dict[str, None] = {}
    for share in shares.values():
        if share.unit is not None:
            found = units.cell(share.unit, None)
            new.update(dict.fromkeys(found.new))
            share.unit = "、".join(found.leads) or None
            share.participants = "、".join(found.participants)
    file.remarks += _sums_that_miss(item, shares, rule)
    return shares, file, list(new)


def _sums_that_miss(item: Item, shares: "Mapping[str, Share]", rule: str | None) -> Iterator[str]:
    """Say where the parts of a whole, together or on average, are not what the whole asks for, and which parts have no number."""
    for each in item.indicators:
        parts = {name: share.values[each.n] for name, share in shares.items() if each.n in share.values}
        how, unit = rule_for(each, rule), each.measure or ""
        if not each.takes_value or each.value is None or how not in ("sum", "mean") or not parts:
            continue
        if (bare := [name for name in shares if name not in parts]) and how == "mean":
            yield f"{'、'.join(bare)}没有目标值，按 {item.id}.{each.n} 的 {plain(each.value)}{unit} 列入；请核对"
        if bare or any(share.weight is not None for share in shares.values()):
            continue
        total = sum(parts.values(), Decimal(0)) / (len(parts) if how == "mean" else 1)
        if total > each.value if falls(each) else total < each.value:
            total = total if how == "sum" else round(total, 2).normalize()
            yield (
                f"各地区的目标值{'合计' if how == 'sum' else '平均'} {plain(total)}{unit}，"
                f"{'超过' if falls(each) else '少于'} {item.id}.{each.n} 的 {plain(each.value)}{unit}；请核对"
            )


def _unknown_level(to: str) -> Unclear:
    return Unclear(f"--to 的值“{shorten(to)}”应为 cities（设区市）或 counties（县市区）")


def _chosen(connection: Connection, item: Item, level: str, shares: "Mapping[str, Share]") -> list[Region]:
    plan = plan_heads(connection, item.plan)[0]
    regions = regions_below(connection, plan["region"], level)
    if not regions:
        raise Refused(f"没有 {plan['region']} 下一级地区的名录；请先用 tracker region import 导入")
    names = {region.name for region in regions}
    unknown = [name for name in shares if name not in names]
    if unknown:
        raise Refused(f"{plan['region']} 没有这些地区：{'、'.join(map(shorten, unknown))}；名录见 tracker region list")
    if shares:
        missing = [region.name for region in regions if region.name not in shares]
        if missing:
            named = "、".join(missing[:_SHOWN]) + (" 等" if len(missing) > _SHOWN else "")
            raise Refused(f"分解表缺少 {len(missing)} 个地区：{named}；没有任务的地区请填 0")
    return regions


def rule_for(indicator: Indicator, rule: str | None) -> str:
    """Return by which rule a parent's value follows: the one stated, else a sum for counts and a mean for shares."""
    if rule is not None:
        return rule
    return "mean" if indicator.is_change or split_measure(indicator.measure)[1] in SHARES else "sum"


def _add_share(rows: PlanRows, item: Item, n: int | None, region: Region, share: "Share", rule: str | None) -> None:
    unit = share.unit or f"{region.name}人民政府"
    due = share.due or item.due
    indicators = [_share_of(item, each, region, share, rule) for each in item.indicators if n is None or each.n == n]
    row = {
        "plan": item.plan, "number": str(item.number), "region": region.name, "parent": item.id,
        "chapter": item.chapter or "", "section": item.section or "", "title": item.title or "",
        "text": _text_of(item, region, indicators),
        "source": f"分解自 {item.id}", "responsibility": "lead", "open_ended": "", "leads": unit, "participants": share.participants,
        "lead_cell": "", "participant_cell": "", "due": "" if due is None else due.isoformat(), "note": "",
    }  # fmt: skip
    lists = {"target": rows.targets, "task": rows.tasks, "policy": rows.policies}
    if item.kind not in lists:
        raise Refused(f"{item.id} 是总体目标，不能分解")
    lists[item.kind].append(row)
    rows.indicators.extend(indicators)


def _text_of(item: Item, region: Region, indicators: Sequence[Mapping[str, str]]) -> str:
    """Return what a region's share asks for: its own targets, where these are numbers."""
    read = indicators_of(indicators)
    if not read or not any(each.takes_value for each in read):
        return item.text if region.name in item.text else f"{region.name}：{item.text}"
    return f"{region.name}：" + "；".join(f"{each.name}{demand_words(each)}" for each in read) + "。"


def _share_of(item: Item, indicator: Indicator, region: Region, share: "Share", rule: str | None) -> dict[str, str]:
    value = share.values.get(indicator.n)
    worded = not indicator.takes_value or (rule == "met" and value is None)
    basis = indicator.basis or ""
    if worded and basis != "assessed":
        basis = "declared"  # a region has what every region shall have when it says so
    baseline = (share.baselines or {}).get(indicator.n)
    if baseline is None and indicator.baseline_value == 0:
        baseline = indicator.baseline_value
    if not worded and value is None and rule_for(indicator, rule) == "sum":
        raise Refused(f"{item.id}.{indicator.n} 按合计分解，需要用 --values 给出 {region.name} 的目标值")
    due = share.due or indicator.due
    return {
        "plan": item.plan, "target": str(item.number), "region": region.name, "n": str(indicator.n), "name": indicator.name,
        "comparator": "complete" if worded else indicator.comparator,
        "value": "" if worded else plain(value if value is not None else _own(indicator)),
        "bound": "" if worded else indicator.bound or "", "aspirational": "1" if indicator.aspirational else "",
        "measure": "" if worded else indicator.measure or "",
        "baseline_year": str(indicator.baseline_year or ""), "baseline_value": "" if baseline is None else plain(baseline),
        "due": "" if due is None else due.isoformat(), "scope": region.name,
        "direction": "" if worded else indicator.direction or "", "basis": basis, "same_as": "", "sum_of": "", "note": "",
    }  # fmt: skip


def _own(indicator: Indicator) -> Decimal:
    assert indicator.value is not None  # noqa: S101 - asked only where there is a number
    return indicator.value


def _link_parent(
    changeset: Changeset,
    item: Item,
    n: int | None,
    regions: Sequence[Region],
    shares: "Mapping[str, Share]",
    rule: str | None,
) -> None:
    key = item_key(changeset.connection, item.id)
    for indicator in item.indicators:
        if (n is not None and indicator.n != n) or not indicator.takes_value:
            continue
        sources = [f"{item_id(item.plan, item.kind, item.number, region.name)}.{indicator.n}" for region in regions]
        weights = [_weight(shares.get(region.name)) for region in regions]
        kind = rule_for(indicator, rule)
        if kind == "met" and indicator.measure == "%":
            kind = "met_share"
        data: dict[str, Any] = {"kind": kind, "sources": sources, "weights": weights if any(weights) else []}
        changeset.event("link", changeset.today, item=key, n=indicator.n, data=data, before={"kind": None})


def _weight(share: "Share | None") -> str | None:
    return None if share is None or share.weight is None else plain(share.weight)
