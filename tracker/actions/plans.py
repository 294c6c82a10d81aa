"""Plans and items that no shipped file holds: new plans, reviewed drafts, a leader's instruction, sub-tasks; ended (结转) or removed."""

import hashlib
import json
import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import date
from decimal import Decimal
from itertools import islice
from typing import TYPE_CHECKING, Any, NamedTuple

from tracker.actions.name_lookup import item_of, open_plan, plan_code, unknown_item, whole_item
from tracker.actions.selection import Filter
from tracker.errors import Refused, Unclear
from tracker.ledger.ids import Ref, item_id
from tracker.ledger.judgement import judge
from tracker.ledger.lights import demand_words
from tracker.ledger.model import Indicator, Item
from tracker.ledger.report_rules import check_in_force
from tracker.ledger.terms import CHANGE_COMPARATORS, PRINTED_STATUS, SIGNS, WORK
from tracker.ledger.values import FULL_WIDTH, parse_number, plain, shorten
from tracker.plans.shipped import PlanRows
from tracker.row_buffer import RowBuffer
from tracker.store.changeset import Changeset
from tracker.store.connection import Connection
from tracker.store.filters import ItemFilter, PointInTime
from tracker.store.items import load_items
from tracker.store.plan_lifetime import ended_plans, last_reported, plan_lifetimes
from tracker.store.plan_rows import insert_plans
from tracker.store.registry import item_codes, item_key, plan_heads, plan_names
from tracker.store.stated_parameters import load_parameters

if TYPE_CHECKING:
    from tracker.plans.reading.commitments import Measured
    from tracker.plans.reading.model import Quantity

_CODE = re.compile(r"[a-z][a-z0-9]{0,11}")
_TYPED = "|".join(sorted(map(re.escape, SIGNS), key=len, reverse=True))
_SIGNED = (
    rf"(?P<name>.+?)\s*(?<![-—])(?P<sign>{_TYPED}|increase_by|decrease_by)\s*(?P<value>[-+]?[\d.,]+)\s*(?P<measure>\S*)"
)
_SIGN = rf"(?<![-—])(?:[≥≧⩾≮≤≦⩽≯＞＜<>]|{'|'.join(CHANGE_COMPARATORS)})"
_WAYS = {"<=": "hold", "<": "hold", "decrease_by": "down", "==": ""}
"""The direction that goes with a sign: none where only the value itself will do; = and ~ go by the name, every other is up."""


def add_plan(changeset: Changeset, rows: PlanRows) -> list[str]:
    """Add a plan, with everything its rows hold, to a changeset; return the ids of its items. Raises as `check_plan`."""
    check_plan(changeset.connection, rows)
    add_rows(changeset, [rows])
    return _ids(rows)


def check_plan(connection: Connection, rows: PlanRows) -> None:
    """Raise Refused when a plan of that code exists or rows do not hang together: unknown plan or target, numbers twice."""
    known = set(plan_names(connection).values())
    for row in rows.plans:
        check_plan_row(row)
        if row["code"] in known:
            raise Refused(f"方案 {row['code']} 已存在；换版请用 tracker plan revise {row['code']}")
    codes = {row["code"] for row in rows.plans}
    ids = _ids(rows)
    for each in {each for each in ids if ids.count(each) > 1}:
        raise Refused(f"编号 {each} 重复；请在清单中改正序号")
    for row in (*rows.targets, *rows.tasks, *rows.policies, *rows.aims, *rows.indicators):
        if row["plan"] not in codes:
            raise Refused(f"行中的方案代码“{shorten(row['plan'])}”与方案页（{'、'.join(sorted(codes))}）不一致")
    for row in rows.indicators:
        if item_id(row["plan"], "target", int(row["target"])) not in ids:
            raise Refused(f"指标“{shorten(row['name'])}”所属的目标 {row['target']} 不在目标清单中")


def resolve_units(connection: Connection, rows: PlanRows) -> list[str]:
    """Give the rows of a new plan the units that its region has already, by the names that people write; return those that are new.

    A region without a plan has no units yet: it gets those of the rows. A name of several units stays as it is, and is new.
    """
    from tracker.actions.unit_names import UnitNames

    region = rows.plans[0]["region"]
    first = next((plan["code"] for plan in plan_heads(connection) if plan["region"] == region), None)
    if first is None:
        return []
    units, new = UnitNames(connection, first), dict[str, None]()
    for row in (*rows.targets, *rows.tasks, *rows.policies, *rows.aims):
        for column in ("leads", "participants"):
            names = []
            for name in filter(None, row.get(column, "").split("、")):
                try:
                    known, is_new = units.one(name)
                except Refused:  # several units are meant
                    known, is_new = name, True
                names.append(known)
                new.update({known: None} if is_new else {})
            row[column] = "、".join(dict.fromkeys(names))
    rows.units[:] = [row for row in rows.units if row["name"] in new or units.one(row["name"]) == (row["name"], False)]
    return list(new)


def add_rows(changeset: Changeset, portions: Iterable[PlanRows]) -> None:
    """Add rows to a changeset, with their digest in the change log; the portions are gone through again when they are written."""
    digest, plans, ids = hashlib.sha256(), list[str](), list[str]()
    for rows in portions:
        content = {each.name: getattr(rows, each.name) for each in fields(rows)}
        digest.update(json.dumps(content, ensure_ascii=True, sort_keys=True).encode())
        plans += [row["code"] for row in rows.plans]
        ids += _ids(rows)
    changeset.add(
        lambda connection, change: {key for rows in portions for key in insert_plans(connection, rows, change)},
        {"plans": plans, "ids": ids, "sha256": digest.hexdigest()},
    )


def _ids(rows: PlanRows) -> list[str]:
    lists = (("target", rows.targets), ("task", rows.tasks), ("policy", rows.policies), ("aim", rows.aims))
    return [
        item_id(row["plan"], kind, int(row["number"]), row.get("region") or None)
        for kind, source in lists
        for row in source
    ]


def check_plan_row(row: Mapping[str, str]) -> None:
    """Refuse a plan whose code, title, status or period start cannot stand."""
    if not _CODE.fullmatch(row["code"]):
        raise Unclear(f"方案代码“{shorten(row['code'])}”应为 1–12 位小写字母和数字，以字母开头，如 sd")
    if not row["title"].strip() or not row["region"].strip():
        raise Unclear("方案必须有名称（title）和地区（region）")
    if row["status"] not in PRINTED_STATUS:
        raise Unclear(f"方案性质“{shorten(row['status'])}”应为 {'、'.join(PRINTED_STATUS)} 之一")
    try:
        date.fromisoformat(row["period_start"])
    except ValueError:
        raise Unclear(f"实施起点“{shorten(row['period_start'])}”应为 2021-01-01 形式的日期") from None


@dataclass(slots=True, kw_only=True)
class NewItem:
    """An item that is to be added; its indicators in words, or as they were read from a table, with a deadline of their own or none."""

    text: str
    title: str | None = None
    leads: Sequence[str] = ()
    participants: Sequence[str] = ()
    due: date | None = None
    chapter: str | None = None
    section: str | None = None
    source: str | None = None
    note: str | None = None
    indicators: Sequence["str | Measured"] = ()
    parent: Ref | None = None
    open_ended: bool = False


class NewRows:
    """New items of one list, as rows in the shape of the shipped files, in portions: the many before the last wait in a file.

    They have no numbers until `number` gives them.
    """

    def __init__(self, kind: str) -> None:
        self.kind = kind
        self.count = 0
        self._waiting = RowBuffer()
        self._plan, self._first = "", 0

    def add(self, wish: NewItem) -> list[dict[str, str]]:
        """Add an item; return the rows of its indicators. Raises Refused or Unclear, adding nothing, for wrong parts."""
        if not wish.text.strip():
            raise Unclear("事项内容不能为空；请用 --text 写明")
        if wish.indicators and self.kind != "target":
            raise Refused("只有目标（target）可以带指标")
        asked = _indicator_rows(wish.indicators or [wish.text], wish.due) if self.kind == "target" else []
        self._waiting.append((_row(wish), asked))
        self.count += 1
        if self.count % _PORTION == 0:
            self._waiting.spill()
        return asked

    def number(self, connection: Connection, plan: str) -> list[str]:
        """Number the items on from the last of the plan's list; return their ids."""
        self._plan = open_plan(connection, plan)
        self._first = max(item_codes(connection, self._plan, self.kind), default=0) + 1
        return [item_id(self._plan, self.kind, self._first + place) for place in range(self.count)]

    def __iter__(self) -> Iterator[PlanRows]:
        """Yield the rows, some items at a time, as often as they are asked for."""
        numbered = enumerate(self._waiting, self._first)
        while portion := list(islice(numbered, _PORTION)):
            rows = PlanRows()
            into = {"target": rows.targets, "task": rows.tasks, "policy": rows.policies, "aim": rows.aims}[self.kind]
            for number, (row, asked) in portion:
                into.append({"plan": self._plan, "number": str(number), **row})
                rows.indicators += [{"plan": self._plan, "target": str(number), **each} for each in asked]
            yield rows


_PORTION = 1000
"""New items that are written together."""


def new_items(connection: Connection, plan: str, kind: str, wishes: Sequence[NewItem]) -> tuple[list[str], NewRows]:
    """Return ids and rows of new items, numbered on from the last of their list. Raises Refused or Unclear for wrong parts."""
    rows = NewRows(kind)
    for wish in wishes:
        if wish.parent is not None:
            check_in_force(item_of(connection, wish.parent, PointInTime(date.max)))
        rows.add(wish)
    return rows.number(connection, plan), rows


def _row(wish: NewItem) -> dict[str, str]:
    return {
        "chapter": wish.chapter or "", "section": wish.section or "", "title": wish.title or "", "text": wish.text.strip(),
        "source": wish.source or "自建", "responsibility": _mode(wish.leads), "open_ended": "1" if wish.open_ended else "",
        "leads": "、".join(wish.leads), "participants": "、".join(wish.participants), "lead_cell": "", "participant_cell": "",
        "due": "" if wish.due is None else wish.due.isoformat(), "note": wish.note or "", "region": "",
        "parent": wish.parent.item if wish.parent is not None else "",
    }  # fmt: skip


def _mode(leads: Sequence[str]) -> str:
    return "unstated" if not leads else ("lead" if len(leads) == 1 else "joint")


def _indicator_rows(texts: Sequence["str | Measured"], due: date | None) -> list[dict[str, str]]:
    """Read indicators written with a sign (名称 >= 80 %) or in the words of a plan; a text without a number is a qualitative one."""
    rows: list[dict[str, str]] = []
    for text in texts:
        read = (_signed(text) or _worded(text)) if isinstance(text, str) else [_as_row(text.quantity, text.due)]
        rows += [{"due": "" if due is None else due.isoformat(), **row} for row in read]
    return [{"n": str(n), "same_as": "", "sum_of": "", "note": "", **row} for n, row in enumerate(rows, start=1)]


def _signed(text: str) -> list[dict[str, str]]:
    """Return the indicator that a sign states, none where there is no sign."""
    match = re.fullmatch(_SIGNED, text.strip())
    if match is None:
        if found := re.search(_SIGN, text):
            raise Unclear(f"指标“{shorten(text)}”的“{found[0]}”后面应是数字，如 处理率 >= 98 %")
        return []
    from tracker.plans.reading.directions import presumed

    sign = match["sign"] if match["sign"] == "==" else SIGNS.get(match["sign"], match["sign"])
    value = plain(parse_number(match["value"], what="目标值"))
    way = _WAYS.get(sign, ("down" if value == "0" else presumed(match["name"])) if sign in ("=", "~") else "up")
    sign = "=" if sign == "==" else sign
    return [{
        "name": match["name"].strip(), "comparator": sign, "value": value, "bound": "=" if sign.endswith("_by") else "",
        "aspirational": "", "measure": match["measure"].translate(FULL_WIDTH), "baseline_year": "", "baseline_value": "",
        "scope": "", "direction": way,
    }]  # fmt: skip


def _worded(text: str) -> list[dict[str, str]]:
    """Return the indicators that a text states as plans state them; with a due date of their own where they name one."""
    from tracker.plans.reading.commitments import read_row

    read: list[dict[str, str]] = []
    opening = None
    for each in read_row(text.strip()):
        quantity, due = each.quantity, each.due or opening
        if not quantity.name:  # a date that opens the sentence: 到2027年底，…
            opening = due
            continue
        read.append(_as_row(quantity, due))
    return read


def _as_row(quantity: "Quantity", due: date | None) -> dict[str, str]:
    row = {
        "name": quantity.name.rstrip("。"), "comparator": quantity.comparator, "value": quantity.value, "bound": quantity.bound,
        "aspirational": "1" if quantity.aspirational else "", "measure": quantity.measure,
        "baseline_year": quantity.baseline_year, "baseline_value": quantity.baseline_value, "scope": quantity.scope,
        "direction": quantity.direction,
    }  # fmt: skip
    return row if due is None else {**row, "due": due.isoformat()}


def demands(portions: Iterable[PlanRows]) -> list[str]:
    """Say how the indicators among new rows were read: their names, and what each asks."""
    return [
        f"指标 {item_id(row['plan'], 'target', int(row['target']))}.{each.n}  {each.name}：{demand_words(each)}"
        for rows in portions
        for row, each in zip(rows.indicators, indicators_of(rows.indicators), strict=True)
    ]


def indicators_of(rows: Iterable[Mapping[str, str]]) -> list[Indicator]:
    """Return new rows of indicators as far as their demand is told in words."""
    return [
        Indicator(int(row["n"]), row["name"], row["comparator"], Decimal(row["value"]) if row["value"] else None,
                  row["bound"] or None, measure=row["measure"] or None, direction=row["direction"] or None)
        for row in rows
    ]  # fmt: skip


def undirected(portions: Iterable[PlanRows], told: Collection[str] = ()) -> list[str]:
    """Say which of new indicators, but for those whose names were told, say not whether more or less is better: a person has to."""
    return [
        f"指标 {item_id(row['plan'], 'target', int(row['target']))}.{row['n']}  {row['name']}：看不出是提高还是降低，"
        f"只有正好是 {row['value']}{row['measure']} 才算达标；请撤销后写明，如 “{row['name']} <= {row['value']} {row['measure']}”"
        for rows in portions
        for row in rows.indicators
        if row["comparator"] in ("=", "~") and not row["direction"] and row["name"] not in told
    ]  # fmt: skip


def edit_item(changeset: Changeset, item: Item, changes: Mapping[str, str | None]) -> dict[str, Any]:
    """Add to a changeset that words of an item change; return what was there before. Raises Refused when nothing changes."""
    check_in_force(item)
    given = {name: value.strip() or None for name, value in changes.items() if value is not None}
    if "text" in given and given["text"] is None:
        raise Unclear("事项内容不能为空；请用 --text 写明")
    before = {name: _kept(getattr(item, name)) for name in given}
    given = {name: value for name, value in given.items() if before[name] != value}
    if not given:
        raise Refused(
            f"{item.id}：没有要改的内容；请写明 --text、--title、--due、--start、--note、--chapter、--section 之一"
        )
    key = item_key(changeset.connection, item.id)
    if "original_due" in given and item.indicators:
        raise Refused(f"{item.id} 的时限由各指标决定；调整时限请用 tracker extend")
    if given.get("start") is not None:
        _check_start(item, date.fromisoformat(str(given["start"])))
    changeset.event("edit", changeset.today, item=key, data=given, before={name: before[name] for name in given})
    return before


def _check_start(item: Item, start: date) -> None:
    """Refuse a start that is not before every deadline and every milestone of its item."""
    parts: list[Item | Indicator] = [item, *item.indicators]
    for due in (each.due for each in parts if each.due is not None):
        if start >= due:
            raise Refused(f"{item.id}：起点 {start} 应早于完成时限 {due}")
    for point in (point for each in parts for point in each.milestones):
        if start >= point.date:
            raise Refused(
                f"{item.id}：起点 {start} 应早于已有的阶段目标 {point.date}；请先用 tracker milestone --remove 去掉"
            )


def _kept(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else value


def retirable(connection: Connection, ref: Ref, day: date, reason: str, today: date) -> Item:
    """Return an item that may be retired on a day. Raises Refused where it is retired already, and for a day to come."""
    item = whole_item(connection, ref, PointInTime(today))
    check_in_force(item)
    if not reason.strip():
        raise Unclear("停用必须写明理由：--reason")
    if day > today:
        raise Refused(f"停用日期 {day} 在今天（{today}）之后")
    return item


def retire_item(changeset: Changeset, ref: Ref, day: date, reason: str) -> Item:
    """Add to a changeset that an item is no longer pursued from a day on; its history stays. Raises as `retirable`."""
    item = retirable(changeset.connection, ref, day, reason, changeset.today)
    key = item_key(changeset.connection, item.id)
    if key is None:
        raise unknown_item(changeset.connection, ref)
    changeset.event("retire", day, item=key, data={"reason": reason.strip()})
    return item


def end_plan(changeset: Changeset, name: str, day: date, reason: str) -> str:
    """Add to a changeset that a plan's book is closed from a day on; return its code. What its rows reached stays as it is.

    Raises Refused where it is closed already, for a day in the future, and for one before the last report on the plan.
    """
    code = plan_code(changeset.connection, name)
    if not reason.strip():
        raise Unclear("结转必须写明理由：--reason")
    use = plan_lifetimes(changeset.connection, (code,))[code]
    if use.ended_on is not None:
        raise Refused(f"方案 {code} 已于 {use.ended_on} 结转，无需再次结转")
    if day > changeset.today:
        raise Refused(f"结转日期 {day} 在今天（{changeset.today}）之后")
    plan = plan_heads(changeset.connection, code)[0]
    if day < date.fromisoformat(str(plan["period_start"])):
        raise Refused(f"结转日期 {day} 早于方案的实施起点 {plan['period_start']}；请检查 --date")
    last = last_reported(changeset.connection, code)
    if last is not None and day < last:
        raise Refused(f"方案 {code} 在 {last} 还有填报，结转日期 {day} 不能更早；请改 --date")
    changeset.event("end", day, data={"plan": code, "reason": reason.strip()})
    return code


def remove_plan(changeset: Changeset, name: str) -> tuple[str, int]:
    """Add to a changeset that a plan is taken out of the ledger; return its code and the number of its rows. Raises as `removable`."""
    code, rows = removable(changeset.connection, name, changeset.today)
    changeset.event("remove", changeset.today, data={"plan": code})
    return code, rows


def removable(connection: Connection, name: str, today: date) -> tuple[str, int]:
    """Return the code of a plan that may be removed and the number of its rows.

    Raises Refused where anybody has reported on it, or where a row of another plan draws on it.
    """
    code = plan_code(connection, name)
    last = last_reported(connection, code)
    if last is not None:
        raise Refused(f"方案 {code} 已有填报（最近 {last}），不能删除；不再推进的请用 tracker plan end {code} 结转")
    items = load_items(connection, ItemFilter(), PointInTime(today))
    for item in items:
        for indicator in item.indicators if item.plan != code else ():
            if indicator.link and any(source.startswith(f"{code}-") for source in indicator.link.sources):
                raise Refused(
                    f"{item.id}.{indicator.n} 的现值取自方案 {code}，不能删除；请先运行 tracker link {item.id}.{indicator.n} --none"
                )
    return code, sum(item.plan == code for item in items)


class CarriedOver(NamedTuple):
    """What became of the rows of plans whose book is closed: how many, met, not met, and verified (已销号).

    closed_unmet: of the last, those that were closed although not met.
    """

    plans: tuple[str, ...]
    total: int
    met: int
    unmet: int
    closed: int
    closed_unmet: int = 0

    def words(self) -> str:
        """Say it in one line, as papers do."""
        beside = f"（其中未达目标 {self.closed_unmet}）" if self.closed_unmet else ""
        counts = f"达标 {self.met}，未达标 {self.unmet}，已销号 {self.closed}{beside}"
        return f"结转 {self.total} 项（{counts}）：{'、'.join(self.plans)}"


def carried_over(connection: Connection, wanted: Filter, when: PointInTime) -> CarriedOver | None:
    """Return what became of the rows of the closed plans that a filter lets through.

    None where no book is closed, and where the question is about part of a plan (a unit, a kind, a region).
    """
    codes = ended_plans(connection, when)
    if wanted.plans is not None:
        named = {plan_code(connection, text) for text in wanted.plans}
        codes = tuple(code for code in codes if code in named)
    if not codes or wanted.unit or wanted.kinds or wanted.region:
        return None
    parameters = load_parameters(connection, when.known_at)
    titles = {plan["code"]: str(plan["title"]) for plan in plan_heads(connection, known_at=when.known_at)}
    items = [item for item in load_items(connection, ItemFilter(plans=codes, kinds=WORK), when) if item.region is None]
    closed = sum(item.state == "closed" for item in items)
    met = sum(item.state != "closed" and judge(item, when.as_of, parameters).settled for item in items)
    return CarriedOver(
        tuple(f"《{titles[code]}》" for code in codes), len(items), met, len(items) - met - closed, closed,
        sum(item.is_closed_unmet for item in items),
    )  # fmt: skip
