"""What a bulletin tells of a period: the figures that all papers share, and the items behind them."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from typing import Any, NamedTuple

from tracker.actions.changes import (
    TROUBLED,
    UNASSIGNED,
    Change,
    Changes,
    Mark,
    Moments,
    changes,
    figures,
    main_first,
    main_lead,
    own_rows,
)
from tracker.actions.selection import Filter, find
from tracker.item_rows import place_words
from tracker.ledger.judgement import Judged, by_trouble
from tracker.ledger.model import Item
from tracker.ledger.summary import chinese_day, plan_words
from tracker.ledger.terms import STATES
from tracker.papers.bulletin import EVENTS, Bulletin, Count, Event, Silence, Trouble
from tracker.papers.wording import clause, deadline, due_words, indicator_lines, reason_words
from tracker.store.connection import Connection
from tracker.store.ledger_labels import is_demo
from tracker.store.registry import plan_heads
from tracker.store.stated_parameters import load_parameters


class _Names(NamedTuple):
    """How plans and units are named, where there are several: by their region, plans of one region by their title."""

    plans: Mapping[str, Mapping[str, Any]]
    regions: Counter[str]

    def unit(self, plan: str, name: str) -> str:
        return f"{name}（{self.plans[plan]['region']}）" if len(self.regions) > 1 else name

    def label(self, item: Item) -> str:
        words, plan = place_words(item, self.plans[item.plan]), self.plans[item.plan]
        if self.regions.total() == 1:
            return words
        return f"{plan['region']}{words}" if self.regions[plan["region"]] == 1 else f"《{plan['title']}》{words}"


def bulletin(connection: Connection, wanted: Filter, moments: Moments) -> Bulletin:
    """Return what the bulletin of a stretch of days tells; it is signed on the day of the later moment."""
    now: dict[str, Judged] = {}

    def passing(_: object, found: Iterable[Judged]) -> Iterator[Judged]:
        for each in found:
            now[each.item.id] = each
            yield each

    found = changes(connection, wanted, moments, passing)
    day = moments.later.as_of
    every = figures(connection, found)
    heads = {str(plan["code"]): plan for plan in plan_heads(connection)}
    names = _Names(heads, Counter(heads[code]["region"] for code in {mark.plan for mark in found.after.values()}))
    troubled = [each for each in now.values() if each.judgement.light and each.judgement.light.color in TROUBLED]
    told = [row for row in found.rows if row.what in EVENTS]
    items = {code: each.item for code, each in now.items()}
    gone = tuple({row.item for row in told} - items.keys())
    if gone:
        parameters = load_parameters(connection, moments.later.known_at)
        items |= {
            each.item.id: each.item for each in find(connection, wanted._replace(ids=gone), moments.later, parameters)
        }
    return Bulletin(
        span=moments.span, figures=every, by_plan=_by_plan(found, heads), counts=_counts(found, names),
        trouble=[_trouble(each, names, day) for each in sorted(troubled, key=_urgency)],
        events=[_event(row, items[row.item], names) for row in _once(told) if row.item in items],
        silent=_silent(found, items, names), day=day, is_demo=is_demo(connection),
    )  # fmt: skip


def _urgency(each: Judged) -> tuple[Any, ...]:
    item, judged = each
    return (
        *by_trouble(judged.light and judged.light.color, judged.days_overdue, judged.lag),
        item.plan,
        item.number,
    )


def _by_plan(
    found: Changes, heads: Mapping[str, Mapping[str, Any]]
) -> list[tuple[str, Mapping[str, int], Mapping[str, int] | None]]:
    def counts(marks: Mapping[str, Mark]) -> dict[str, Counter[str]]:
        each: dict[str, Counter[str]] = {}
        for mark in own_rows(marks).values():
            each.setdefault(mark.plan, Counter()).update(
                ("total", mark.light or "", "" if mark.state != "closed" else "unmet" if mark.unmet else "closed")
            )
        return each

    now = counts(found.after)
    then = None if found.before is None else counts(found.before)
    return [
        (plan_words(heads[code]["title"], heads[code]["status"]), each, None if then is None else then.get(code, Counter()))
        for code, each in now.items()
    ]  # fmt: skip


def _counts(found: Changes, names: _Names) -> list[Count]:
    """Return how the items of each main lead stand, those in most trouble first; each item counts under its light, as in the report."""
    by_unit: dict[str, list[Mark]] = {}
    for mark in found.after.values():
        main = main_lead(mark)
        by_unit.setdefault(UNASSIGNED if main is None else names.unit(mark.plan, main), []).append(mark)
    rows = [
        Count(
            unit, len(marks), Counter(mark.light for mark in marks if mark.light),
            sum(mark.state == "closed" for mark in marks), sum(mark.light == "review" for mark in marks),
            sum(mark.unreported for mark in marks), sum(mark.unmet for mark in marks),
        )
        for unit, marks in by_unit.items()
    ]  # fmt: skip
    return sorted(rows, key=lambda row: (-row.lights.get("red", 0), -row.lights.get("yellow", 0), -row.total, row.unit))


def _trouble(each: Judged, names: _Names, day: date) -> Trouble:
    item, judged = each
    assert judged.light is not None  # noqa: S101 - only what has a light was asked for
    main = main_first(item)[0].counted_as if item.leads else None
    report = item.last_report
    text = f"{item.title}：{item.text}" if item.title else item.text
    return Trouble(
        judged.light.color, None if main is None else names.unit(item.plan, main), item.title or clause(item.text),
        place_words(item, names.plans[item.plan]), names.label(item), text, _leads(item), due_words(*deadline(each, day)),
        indicator_lines(each, day), reason_words(item, judged.light.reason),
        (report and report.problem) or "", (report and report.next) or "",
    )  # fmt: skip


def _leads(item: Item) -> str:
    return "、".join(role.name for role in item.leads) or UNASSIGNED


def _once(rows: Sequence[Change]) -> list[Change]:
    """Return the last of several decisions of one kind about an item (its indicators one by one)."""
    return list({(row.what, row.item): row for row in rows}.values())


def _event(row: Change, item: Item, names: _Names) -> Event:
    match row.what:
        case "extended":
            before = f"由{_day(row.before)}延至{_day(row.after)}" if row.before else f"定为{_day(row.after)}"
            content = before + (f"；{row.reason}" if row.reason else "")
        case "completed":
            content = f"{row.unit or row.by or ''}申报" + (f"；{row.reason}" if row.reason else "")
        case _:
            content = row.reason or STATES.get(row.after, "")
    return Event(row.what, names.label(item), item.title or item.text, _leads(item), row.date, content)


def _day(value: Any) -> str:
    return chinese_day(date.fromisoformat(str(value)))


def _silent(found: Changes, items: Mapping[str, Item], names: _Names) -> list[Silence]:
    by_unit: dict[str, list[str]] = {}
    for code, mark in found.after.items():
        for unit in mark.silent:
            if code in items:
                item = items[code]
                by_unit.setdefault(names.unit(mark.plan, unit), []).append(
                    f"{place_words(item, names.plans[item.plan])}“{item.title or clause(item.text, 20)}”"
                )
    return [Silence(unit, each) for unit, each in sorted(by_unit.items(), key=lambda entry: (-len(entry[1]), entry[0]))]
