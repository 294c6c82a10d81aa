"""From what a person typed to what the ledger knows: plans, units, items, indicators."""

from collections.abc import Iterable, Sequence
from difflib import get_close_matches

from tracker.errors import Refused, Unclear
from tracker.ledger.ids import Ref, item_id, parse_ids
from tracker.ledger.model import Indicator, Item
from tracker.ledger.terms import KINDS, code_of
from tracker.ledger.unit_names import (
    Unit,
    find_units,
    is_one_unit,
    principal_units,
    split_region,
    take_off_region,
)
from tracker.ledger.values import shorten
from tracker.store.connection import Connection
from tracker.store.filters import ItemFilter, PointInTime
from tracker.store.items import load_items
from tracker.store.registry import item_codes, load_units, plan_heads, plan_names, units_called

SHOWN = 8
"""How many candidates an error lists."""


def plan_code(connection: Connection, text: str) -> str:
    """Return the code of a plan called by code or region; raises Refused with the plans there are."""
    wanted = text.strip()
    names = plan_names(connection, wanted)
    code = names.get(wanted) or names.get(wanted.lower())
    if code is None:
        raise Refused(
            f"没有方案“{shorten(text)}”；现有方案：{_known_plans(connection) or '（空）'}，详见 tracker plan list"
        )
    return code


def open_plan(connection: Connection, text: str) -> str:
    """Return the code of a plan; raises Refused where its book is closed too (结转)."""
    from tracker.store.plan_lifetime import plan_lifetimes

    code = plan_code(connection, text)
    ended = plan_lifetimes(connection, (code,))[code].ended_on
    if ended is not None:
        raise Refused(f"方案 {code} 已于 {ended} 结转，不再增加或修改事项；确需恢复请用 tracker undo 撤销结转")
    return code


def _known_plans(connection: Connection) -> str:
    return _candidates([plan["code"] for plan in plan_heads(connection)])


class _PlanNames:
    """The names of plans, each looked up when it is asked for."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def get(self, name: str, default: str, /) -> str:
        """Return the code of the plan of that name, or the default; without a name that of the only plan there is."""
        if not name:
            codes = set(plan_names(self._connection).values())
            return codes.pop() if len(codes) == 1 else default
        return plan_names(self._connection, name).get(name, default)


def kind_codes(texts: Iterable[str]) -> tuple[str, ...]:
    """Return the codes of kinds; raises Unclear for a wrong one."""
    codes = []
    for text in texts:
        code = code_of(text.rstrip("s") if text.isascii() and text != "policies" else text, KINDS)
        if text == "policies":
            code = "policy"
        if code is None:
            raise Unclear(f"没有“{shorten(text)}”这类事项；可用：{'、'.join(f'{k} {v}' for k, v in KINDS.items())}")
        codes.append(code)
    return tuple(codes)


def unit_keys(connection: Connection, text: str) -> tuple[Unit, ...]:
    """Return the units a filter means: that name in every region. Raises Refused for an unknown or ambiguous name."""
    found = units_named(connection, text)
    if not is_one_unit(found, text):
        raise Refused(f"单位“{shorten(text)}”不明确，可能是：{_candidates(unit.full_name for unit in found)}；请写全称")
    return tuple(found)


def unit_shown(connection: Connection, text: str | None, plans: Iterable[str] | None) -> str:
    """Return the units a filter means in these plans as a paper names them: by the ledger's names, however they were typed."""
    from tracker.store.plan_rows import unit_region

    if text is None:
        return ""
    units = unit_keys(connection, text)
    regions = {unit_region(connection, plan_code(connection, plan)) for plan in plans or ()}
    meant = [unit for unit in units if unit.region in regions] or units
    return "、".join(dict.fromkeys(unit.name for unit in meant))


def units_meant(connection: Connection, text: str) -> list[Unit]:
    """Return every unit that a name may mean, also as a cell has it, with a seal, a label, a person beside it; none for an unknown one."""
    found = units_called(connection, text)
    if not found:
        from tracker.plans.reading.responsibilities import bare_name

        region, wanted = split_region(text)
        is_region = region is not None and region in plan_names(connection, region)
        name = bare_name(wanted if is_region else text)  # 填报单位：市水务局 has a label before its colon
        if name not in (None, wanted if is_region else text):
            found = units_called(connection, f"{region}:{name}" if is_region else name)
    return found


def units_named(connection: Connection, text: str) -> list[Unit]:
    """Return every unit a name may mean; which of them is left to the item. Raises Refused for an unknown name."""
    found = units_meant(connection, text)
    if not found:
        region, wanted = split_region(text)
        names = {unit.name for unit in load_units(connection) if region in (None, unit.region)}
        near = get_close_matches(wanted, sorted(names), n=3, cutoff=0.5)
        hint = f"；是否指：{'、'.join(near)}" if near else "；单位名录见 tracker unit list"
        raise Refused(f"没有单位“{shorten(text)}”{hint}")
    return found


def own_units(connection: Connection, plan: str, text: str) -> list[Unit]:
    """Return the units of a plan's region that a name may mean, an exact name before a part of one; none for an unknown one.

    Raises Refused for a name of another region (js:省水利厅).
    """
    from tracker.store.plan_rows import unit_region

    region = unit_region(connection, plan)
    prefix, wanted = split_region(text)
    if prefix is not None:
        code = plan_names(connection, prefix).get(prefix, prefix)
        if unit_region(connection, code) != region:
            raise Refused(f"单位“{shorten(text)}”不是方案 {plan} 所在地区（{region}）的单位")
    own = [unit for unit in load_units(connection) if unit.region == region]
    found = find_units(wanted, own)
    if not found and (signed := take_off_region(wanted, plan_names(connection, wanted))) is not None:
        found = find_units(signed[1], own) if unit_region(connection, signed[0]) == region else []
    return principal_units(found, wanted)


def refs(connection: Connection, texts: Sequence[str], plan: str = "") -> list[Ref]:
    """Return the ids a person named, spelled as the ledger spells them, lists and ranges taken apart; no look-up yet.

    plan: the one meant where none is written, by code or name; of several (zj,js) none is. Without one it is the only plan there is.
    """
    names = _PlanNames(connection)
    return [ref for text in texts for ref in parse_ids(text, names, "" if "," in plan else plan.strip())]


def ref_of(connection: Connection, text: str, plan: str = "") -> Ref:
    """Return the one id that a person named; raises Unclear where several are."""
    found = refs(connection, (text,), plan)
    if len(found) > 1:
        raise Unclear(f"这里只能写一个编号，“{shorten(text)}”是 {len(found)} 个")
    return found[0]


def in_region(connection: Connection, found: list[Ref], region: str | None) -> list[Ref]:
    """Return the shares of items in a region; the items themselves when no region is named."""
    if region is None:
        return found
    from tracker.store.registry import region_named

    name = region_named(connection, region).name
    return [ref._replace(region=name) for ref in found]


def item_of(connection: Connection, ref: Ref, when: PointInTime) -> Item:
    """Return the item an id names, as it stood then; raises Refused for an unknown id or indicator."""
    items = [item for item in load_items(connection, ItemFilter(ids=(ref.item,)), when) if item.id == ref.item]
    if not items:
        raise unknown_item(connection, ref)
    indicator_of(items[0], ref)
    return items[0]


def whole_item(connection: Connection, ref: Ref, when: PointInTime) -> Item:
    """Return the item an id names; raises Refused where the id names one of its indicators, which is not asked about."""
    item = item_of(connection, ref, when)
    if ref.n is not None:
        raise Refused(f"{ref.text} 是一个指标；这里是对整个事项，请写 {item.id}")
    return item


def unknown_item(connection: Connection, ref: Ref) -> Refused:
    """Return the error for an id that names nothing, saying what there is."""
    if ref.plan not in plan_names(connection, ref.plan).values():
        near = get_close_matches(ref.plan, [plan["code"] for plan in plan_heads(connection)], n=1, cutoff=0.5)
        hint = f"；是否指 {near[0]}-{ref.kind}-{ref.number}" if near else ""
        return Refused(f"没有事项 {ref.text}：没有方案 {ref.plan}（现有 {_known_plans(connection)}）{hint}")
    numbers = item_codes(connection, ref.plan, ref.kind)
    if not numbers:
        return Refused(f"没有事项 {ref.text}：方案 {ref.plan} 没有{KINDS[ref.kind]}清单")
    nearest = min(numbers, key=lambda number: (abs(number - ref.number), number))
    return Refused(
        f"没有事项 {ref.text}：{ref.plan} 的{KINDS[ref.kind]}编号为 {numbers[0]} 到 {numbers[-1]}，"
        f"最近的是 {item_id(ref.plan, ref.kind, nearest)}"
    )


def indicator_of(item: Item, ref: Ref) -> Indicator | None:
    """Return the indicator an id names, None when it names the whole item; raises Refused for an unknown one."""
    if ref.n is None:
        return None
    for indicator in item.indicators:
        if indicator.n == ref.n:
            return indicator
    if not item.indicators:
        raise Refused(f"{item.id} 没有指标，请直接写 {item.id}")
    raise Refused(f"没有指标 {ref.text}：{item.id} 的指标为 {item.id}.1 到 {item.id}.{item.indicators[-1].n}")


def _candidates(names: Iterable[str]) -> str:
    listed = list(names)
    return "、".join(listed[:SHOWN]) + (f" 等 {len(listed)} 个" if len(listed) > SHOWN else "")
