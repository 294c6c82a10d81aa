"""The report of a period: its figures are those of `actions.changes`, its rows are written while the ledger is read, in parts."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from itertools import islice
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar

from tracker.actions.changes import (
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
from tracker.actions.export_version import Request, request_text, stamp_of
from tracker.actions.report_issues import Issue
from tracker.actions.selection import Filter
from tracker.item_rows import place_words
from tracker.ledger.calendar_spans import NamedSpan, issue_words, report_name
from tracker.ledger.explanation import trend_words
from tracker.ledger.judgement import Judged, by_trouble, next_due
from tracker.ledger.lights import demand_words, rule_text
from tracker.ledger.model import Item
from tracker.ledger.parameters import Parameters
from tracker.ledger.replay import Statement
from tracker.ledger.summary import chinese_day, overall, plans_words
from tracker.ledger.terms import DEMO_MARK, FORECASTS, SHOWN_LIGHTS, WORK
from tracker.ledger.values import plain
from tracker.papers.wording import clause, quoted, reason_words
from tracker.sheets import wording
from tracker.sheets.report import ReportBook, Row
from tracker.sheets.report_content import Count, Extension, Head, Line, Measure, Move, Overview, Silent, Total, Trouble
from tracker.sheets.report_overview import RANKED
from tracker.store import period_reports
from tracker.store.connection import Connection
from tracker.store.filters import PointInTime
from tracker.store.ledger_labels import is_demo
from tracker.store.registry import plans_then
from tracker.store.stated_parameters import load_parameters
from tracker.store.statements import conflicts, evidence_names, has_values, let_leads_speak

if TYPE_CHECKING:
    from tracker.synergy.goalposts import Goalposts

BATCH = 500
"""Items that are held at a time."""
MEASURES = 5
"""How many numbers the leader's page shows at most: all stand in 进展台账."""
BLANK = "＿＿＿＿＿＿"

Watch = Callable[[Iterable[Any], int], Iterable[Any]]
"""Passes batches on and shows how far the work is; the second argument is their number."""
_MOVES = {"completed": "申报办结", "closed": "核查销号", "returned": "退回", "extended": "延期"}


class Paper(NamedTuple):
    """What a report says of itself, beside its issue: who makes it, what it is narrowed to in words, whether it is only a draft.

    revised: it replaces one of the same number that was handed out before.
    """

    issuer: str | None = None
    scope: Sequence[tuple[str, str]] = ()
    is_draft: bool = False
    revised: bool = False


@dataclass(slots=True)
class _Owing:
    """What a lead unit owes: its open items, those it was silent on, its last report."""

    owed: int = 0
    names: list[str] = field(default_factory=list)
    reported_on: date | None = None


@dataclass(slots=True)
class _Passed:
    """What is remembered of the items that passed by, beside their rows."""

    overdue: list[Row] = field(default_factory=list)
    near: list[Row] = field(default_factory=list)
    reds: list[tuple[Any, Trouble]] = field(default_factory=list)
    needs: list[tuple[Any, Trouble]] = field(default_factory=list)
    measures: list[tuple[Any, Measure]] = field(default_factory=list)
    owing: dict[tuple[str, str], _Owing] = field(default_factory=dict)
    extended: dict[str, Item] = field(default_factory=dict)


def write_report(
    connection: Connection, wanted: Filter, issue: Issue, paper: Paper, watch: Watch,
    goalposts: "Goalposts | None" = None,
) -> bytes:  # fmt: skip
    """Return the workbook of an issue: the items that a filter lets through, between the two moments of the issue.

    Where zj as a whole is among them and the ledger has data of the synergy index, its ranks follow; goalposts are frozen
    ones for it.
    """
    later = issue.moments.later
    parameters = load_parameters(connection, later.known_at)
    plans = {str(plan["code"]): plan for plan in plans_then(connection, later)}
    size = period_reports.count_items(connection)
    head = _head(connection, wanted, issue, parameters, paper, plans)
    book = ReportBook(head, streamed=size > BATCH)
    passed = _Passed()
    namer = _Namer(connection, wanted, plans, issue.moments.later)

    def passing(told: Sequence[period_reports.Entry], found: Iterable[Judged]) -> Iterator[Judged]:
        said: dict[str, list[Statement]] = {}
        for entry in reversed(told):
            code, _, _n = entry.id.partition(".")
            said.setdefault(code, []).append(_statement(entry))
            if entry.kind == "extend":
                passed.extended.setdefault(code, None)  # type: ignore[arg-type]
        for batch in watch(_batches(found), -(-size // BATCH)):
            disputes = _disputes(connection, batch, later, parameters)
            evidence = evidence_names(connection, [each.item.id for each in batch], later)
            let_leads_speak(connection, (each.item for each in batch), later)
            for judged in batch:
                code = judged.item.id
                book.add(Line(judged.item, judged.judgement, said.get(code, ()), evidence.get(code, ())))
                _remember(passed, judged, book, namer, disputes.get(code, ""))
                yield judged

    found = changes(connection, wanted, issue.moments, passing)
    book.lists(passed.overdue, passed.near)
    book.extensions(_extensions(found, passed))
    book.silent(_silent(passed))
    book.overview(_overview(connection, found, passed, namer))
    if has_values(connection):
        from tracker.actions.synergy_index import annex2, index_for_report

        index = index_for_report(connection, wanted, later, goalposts)
        if index is not None:
            book.index(index, annex2())
    return book.close()


def _batches(found: Iterable[Judged]) -> Iterator[list[Judged]]:
    items = iter(found)
    while batch := list(islice(items, BATCH)):
        yield batch


def _statement(entry: period_reports.Entry) -> Statement:
    """Return an entry as the statement that it is."""
    n = entry.id.partition(".")[2]
    base = (0, entry.date, entry.kind, entry.by, entry.entered, int(n) if n else None, entry.unit)
    if entry.kind != "report":
        return Statement(*base, data=entry.data)
    percent, value = (None if entry.data[name] is None else Decimal(entry.data[name]) for name in ("percent", "value"))
    return Statement(
        *base, state=entry.data["state"], percent=percent, value=value,
        note=entry.data["note"], problem=entry.data["problem"], next=entry.data["next"],
    )  # fmt: skip


class _Namer:
    """How items, plans and units are named: without codes, of several plans with theirs."""

    def __init__(
        self, connection: Connection, wanted: Filter, plans: Mapping[str, Mapping[str, Any]], when: PointInTime
    ) -> None:  # fmt: skip
        from tracker.actions.selection import item_filter_of

        item_filter = item_filter_of(connection, wanted, when)
        self.plans = plans
        self.chosen = [code for code in plans if item_filter.plans is None or code in item_filter.plans]
        self.short = wording.plan_names({code: plans[code] for code in self.chosen})
        self.regions = {plans[code]["region"] for code in self.chosen}

    def item(self, item: Item) -> str:
        plan = f"{self.short[item.plan]}" if len(self.chosen) > 1 else ""
        return f"{plan}{place_words(item, self.plans[item.plan])}：{item.title or clause(item.text, 36)}"

    def unit(self, plan: str, unit: str) -> str:
        return f"{unit}（{self.plans[plan]['region']}）" if len(self.regions) > 1 else unit

    def leads(self, item: Item) -> str:
        """Name the lead units as a leader's page does: one or two, of more the one that reports for all."""
        names = [role.name for role in main_first(item)]
        return ("、".join(names) if len(names) <= 2 else f"{names[0]}等{len(names)}个单位") or UNASSIGNED  # noqa: PLR2004


def _head(
    connection: Connection, wanted: Filter, issue: Issue, parameters: Parameters, paper: Paper, plans: Mapping[str, Any]
) -> Head:  # fmt: skip
    namer = _Namer(connection, wanted, plans, issue.moments.later)
    span, moments = issue.span, issue.moments
    demo = DEMO_MARK + "进展为虚构；" if is_demo(connection) else ""
    narrowed = [f"{label}：{value}" for label, value in paper.scope]
    state = ["草稿"] if paper.is_draft else ["修订"] if paper.revised else []
    before = "上期：（台账尚未建立）" if moments.earlier is None else f"上期截至：{chinese_day(moments.earlier.as_of)}"
    about = [
        f"编制单位：{paper.issuer or BLANK}",
        f"截至：{chinese_day(moments.later.as_of)}",
        before,
        *narrowed,
        *state,
    ]
    caption = "；".join([f"{span.start} 至 {span.end}，截至 {moments.later.as_of}", *narrowed, *state])
    return Head(
        title=title_of(namer.chosen, plans, span, issue.number), about=demo + "　　".join(about), caption=demo + caption,
        updates="本周更新" if span.kind == "week" else "本期更新", as_of=moments.later.as_of, rules=rule_text(parameters),
        plans=plans, stamp=stamp_of(connection, moments.later), request=_request_of(wanted, issue, paper),
    )  # fmt: skip


def title_of(codes: Sequence[str], plans: Mapping[str, Mapping[str, Any]], span: NamedSpan, number: int) -> str:
    """Return the title: which plans, what kind of report, which issue and days."""
    about = plans_words([(plans[code]["title"], plans[code]["status"]) for code in codes])
    return f"{about}工作{report_name(span.kind)}（{issue_words(span, number)}）"


def _request_of(wanted: Filter, issue: Issue, paper: Paper) -> str:
    """Return what was asked for, as the workbook's properties keep it."""
    span, earlier = issue.span, issue.moments.earlier
    return request_text(
        wanted, span=[span.kind, str(span.start), str(span.end), span.name], number=issue.number,
        earlier=earlier and [str(earlier.as_of), earlier.known_at], issuer=paper.issuer, scope=list(paper.scope),
        draft=paper.is_draft, revised=paper.revised,
    )  # fmt: skip


def report_again(connection: Connection, asked: Request, later: PointInTime, goalposts: "Goalposts | None") -> bytes:
    """Return the workbook that was asked for once, as the ledger knew things then."""
    told = asked.told
    kind, start, end, name = told["span"]
    span = NamedSpan(kind, date.fromisoformat(start), date.fromisoformat(end), name)
    earlier = told.get("earlier") and PointInTime(date.fromisoformat(told["earlier"][0]), told["earlier"][1])
    issue = Issue(span, "", told.get("number", 0), Moments(span, earlier or None, later), None, is_current=False)
    scope = [(label, value) for label, value in told.get("scope", ())]
    paper = Paper(told.get("issuer"), scope, told.get("draft", False), told.get("revised", False))
    return write_report(connection, asked.wanted, issue, paper, lambda parts, _: parts, goalposts)


def _remember(passed: _Passed, judged: Judged, book: ReportBook, namer: _Namer, dispute: str) -> None:
    """Note where an item belongs beside the ledger's own sheet; dispute: on what its leads differ."""
    item, judgement = judged
    day = book.head.as_of
    if judgement.overdue:
        passed.overdue.append(book.late(judged, (-judgement.days_overdue, len(passed.overdue)), judgement.days_overdue))
    if judgement.due_soon:
        due = next_due(judged) or day
        passed.near.append(book.late(judged, (due, len(passed.near)), (due - day).days))
    if item.id in passed.extended:
        passed.extended[item.id] = item
    if item.kind not in WORK or judgement.light is None:
        return
    place = by_trouble(judgement.light.color, judgement.days_overdue, judgement.lag)
    urgency = (*place, len(passed.reds))
    if judgement.light.color == "red":
        passed.reds.append((urgency, _trouble(judged, namer, reason_words(item, judgement.light.reason))))
    need = "；".join(each for each in (_need(item), dispute) if each)
    if need:
        passed.needs.append((urgency, _trouble(judged, namer, need)))
    _remember_measures(passed, judged, namer)
    if item.is_open:
        _remember_leads(passed, judged, namer)


def _remember_leads(passed: _Passed, judged: Judged, namer: _Namer) -> None:
    item = judged.item
    for lead in item.leads:
        owing = passed.owing.setdefault((item.plan, lead.counted_as), _Owing())
        owing.owed += 1
        if lead.name in judged.judgement.silent_units:
            owing.names.append(f"{place_words(item, namer.plans[item.plan])}{quoted(wording.short_words(item))}")
        if lead.reported_on is not None and (owing.reported_on is None or lead.reported_on > owing.reported_on):
            owing.reported_on = lead.reported_on


def _trouble(judged: Judged, namer: _Namer, reason: str) -> Trouble:
    report = judged.item.last_report
    return Trouble(
        namer.item(judged.item), namer.leads(judged.item), reason, (report and report.problem) or "",
        (report and report.next) or "",
    )  # fmt: skip


def _need(item: Item) -> str:
    """Say what somebody above the units is needed for (docs/papers.md): a person's doubt, or nobody who leads."""
    if not item.is_open:
        return ""
    needs = []
    if item.forecast in ("at_risk", "off_track"):
        needs.append(f"预判{FORECASTS[item.forecast]}")
    if not item.leads and item.responsibility in ("tbd", "by_reference", "unstated"):
        needs.append("尚未明确牵头单位")
    return "；".join(needs)


def _disputes(
    connection: Connection, found: Sequence[Judged], when: PointInTime, parameters: Parameters
) -> dict[str, str]:  # fmt: skip
    """Say, by item, on what several of its leads reported different figures: 排放量数据不一致（省建设厅报12%、省水利厅报15%）."""
    items = {item.id: item for item, _ in found}
    told: dict[str, list[str]] = {}
    for each in conflicts(connection, list(items.values()), when, parameters):
        said = "、".join(f"{one.unit}报{one.figure}" for one in each.figures)
        item = items[each.id.partition(".")[0]]
        named = [part.name for part in item.indicators if each.id == f"{item.id}.{part.n}" and len(item.indicators) > 1]
        told.setdefault(item.id, []).append(f"{''.join(named)}数据不一致（{said}）")
    return {code: "；".join(words) for code, words in told.items()}


def _remember_measures(passed: _Passed, judged: Judged, namer: _Namer) -> None:
    item, judgement = judged
    for indicator, each in zip(item.indicators, judgement.indicators, strict=True):
        if not indicator.takes_value:
            continue
        color = each.light.color
        name = f"{namer.short[item.plan]}　{indicator.name}" if len(namer.chosen) > 1 else indicator.name
        expected = each.expected
        trend = "" if each.trend is None else trend_words(indicator, each.trend)
        measure = Measure(
            name, demand_words(indicator) + (f"（{indicator.due.year}年）" if indicator.due else ""),
            wording.value_words(indicator) or "—",
            "—" if expected is None else f"{plain(expected)}{indicator.measure or ''}", color,
            "；".join(words for words in (reason_words(item, each.light.reason), trend) if words),
        )  # fmt: skip
        known = indicator.actual is None
        order = (known, *by_trouble(color, 0, each.lag), len(passed.measures))
        passed.measures.append((order, measure))


def _extensions(found: Changes, passed: _Passed) -> Iterator[Extension]:
    """Yield the extensions since the report before, in the order of their entry."""
    for row in found.of("extended"):
        item = passed.extended.get(row.item)
        if item is not None:
            yield Extension(
                row.id, item, row.date or found.moments.later.as_of, str(row.before or "未定"), str(row.after), row.reason or "",
                row.approved or "",
            )  # fmt: skip


def _silent(passed: _Passed) -> list[Silent]:
    """Return the units that owe reports, those that owe most first."""
    owing = sorted(passed.owing.items(), key=lambda entry: (-len(entry[1].names), entry[0]))
    return [
        Silent(plan, unit, each.owed, len(each.names), each.reported_on, "；".join(each.names))
        for (plan, unit), each in owing if each.names
    ]  # fmt: skip


def _overview(connection: Connection, found: Changes, passed: _Passed, namer: _Namer) -> Overview:
    told = figures(connection, found)
    reds, needs, measures = _in_order(passed.reds), _in_order(passed.needs), _in_order(passed.measures)
    before = None if found.before is None else _count_all(own_rows(found.before).values())
    return Overview(
        sentences=overall(told), reds=reds, needs=needs, measures=measures[:MEASURES], left=max(len(measures) - MEASURES, 0),
        moves=_moves(connection, found),
        totals=_totals(found, _count_all(own_rows(found.after).values()), before), lights=(found.lights(), found.lights_before()),
        plans=_by_plan(found, namer), units=_ranked(found, namer), by_lead=_by_lead(found),
    )  # fmt: skip


_Shown = TypeVar("_Shown", Trouble, Measure)


def _in_order(rows: list[tuple[Any, _Shown]]) -> list[_Shown]:
    return [row for _, row in sorted(rows, key=lambda entry: entry[0])]


def _moves(connection: Connection, found: Changes) -> list[Move]:
    """Return the decisions since the report before, and of all time, by how many items they were about."""
    kinds = {"complete": "completed", "close": "closed", "return": "returned", "extend": "extended"}
    so_far = period_reports.decided_so_far(connection, tuple(kinds), found.moments.later)
    total = {what: len(so_far.get(kind, set()) & found.after.keys()) for kind, what in kinds.items()}
    rows = [Move(name, len(_items(found.of(what))), total[what]) for what, name in _MOVES.items()]
    unmet = {code for code, mark in found.after.items() if mark.unmet}
    short = Move("其中未达目标", len(_items(found.of("closed")) & unmet), len(so_far.get("close", set()) & unmet))
    return [*rows[:2], short, *rows[2:]] if short.total else rows


def _items(rows: Iterable[Change]) -> set[str]:
    return {row.item for row in rows}


def _totals(found: Changes, now: Count, before: Count | None) -> list[Total]:
    """Return the figures of the whole: the total, the lights, then what is counted beside them; who came in and left apart."""
    moved = found.moved()
    rows = [Total("事项总数", now.total, before and before.total, before and 0)]
    rows += [
        Total(
            name,
            now.lights.get(light, 0),
            before and before.lights.get(light, 0),
            None if moved is None else moved[light],
        )
        for light, name in ((each, wording.LIGHT_HEADINGS[each]) for each in SHOWN_LIGHTS)
    ]
    if found.before is not None:
        both = own_rows(found.before).keys() & found.after.keys()
        then = _count_all(found.before[code] for code in both)
        still = _count_all(found.after[code] for code in both)
        steps = {name: getattr(still, name) - getattr(then, name) for name in _BESIDE}
    else:
        steps = {}
    rows += [
        Total(label, getattr(now, name), before and getattr(before, name), steps.get(name))
        for name, label in _BESIDE.items() if name != "unmet" or now.unmet or (before and before.unmet)
    ]  # fmt: skip
    for what, name in (("added", "新纳入"), ("removed", "调出"), ("carried_over", "结转")):
        if found.of(what):
            rows.append(Total(name, len(found.of(what)), None, None))
    return rows


_BESIDE = {"unmet": "其中未达目标销号", "overdue": "逾期", "due_soon": "临近到期", "unreported": "未填报"}


def _count_all(marks: Iterable[Mark], name: str = "") -> Count:
    """Count marks: the one way in which the report, by whatever it is grouped, does."""
    rows = list(marks)
    return Count(
        name, len(rows), Counter(mark.light for mark in rows if mark.light), sum(mark.overdue for mark in rows),
        sum(mark.due_soon for mark in rows), sum(mark.unreported for mark in rows),
        sum(mark.state == "closed" and not mark.unmet for mark in rows),
        sum(mark.unmet for mark in rows),
    )  # fmt: skip


def _grouped(marks: Iterable[Mark], key: Callable[[Mark], Any]) -> dict[Any, list[Mark]]:
    groups: dict[Any, list[Mark]] = {}
    for mark in marks:
        groups.setdefault(key(mark), []).append(mark)
    return groups


def _worst_first(row: Count) -> tuple[Any, ...]:
    return -row.lights.get("red", 0) - row.lights.get("yellow", 0), -row.lights.get("red", 0), -row.overdue, row.name


def _by_plan(found: Changes, namer: _Namer) -> list[Count]:
    before = None if found.before is None else _grouped(own_rows(found.before).values(), lambda mark: mark.plan)
    rows = [
        _count_all(marks, namer.short[code])._replace(
            overdue_before=None if before is None else sum(mark.overdue for mark in before.get(code, ()))
        )
        for code, marks in _grouped(own_rows(found.after).values(), lambda mark: mark.plan).items()
    ]
    return sorted(rows, key=_worst_first)


def _ranked(found: Changes, namer: _Namer) -> list[Count]:
    """Return the units by their items in trouble, each item counted for its main lead, with the rank by rate of all but the small."""
    groups = _grouped(found.after.values(), lambda mark: (mark.plan, main_lead(mark)) if main_lead(mark) else None)
    merged: dict[str, list[Mark]] = {}
    for key, marks in groups.items():
        if key is not None:
            merged.setdefault(namer.unit(*key), []).extend(marks)
    rows = [_count_all(marks, name) for name, marks in merged.items()]
    rates = sorted(((_bad(row) / row.total) for row in rows if row.total >= RANKED), reverse=True)
    rows = [row._replace(rank=rates.index(_bad(row) / row.total) + 1 if row.total >= RANKED else None) for row in rows]
    return sorted(rows, key=_worst_first)


def _bad(row: Count) -> int:
    return row.lights.get("red", 0) + row.lights.get("yellow", 0)


def _by_lead(found: Changes) -> list[tuple[str, Count]]:
    """Return the counts of every lead unit, an item once for each of its leads; those in most trouble first."""
    groups: dict[tuple[str, str], list[Mark]] = {}
    for mark in found.after.values():
        for unit in dict.fromkeys(mark.leads) or (UNASSIGNED,):
            groups.setdefault((mark.plan, unit), []).append(mark._replace(unreported=unit in mark.silent))
    rows = [(plan, _count_all(marks, unit)) for (plan, unit), marks in groups.items()]
    return sorted(rows, key=lambda entry: (_worst_first(entry[1]), entry[0]))
