"""How an item stands after all that was said of it: statements applied in the order of their days (docs/architecture.md)."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from types import MappingProxyType
from typing import Any, NamedTuple

from tracker.errors import notify
from tracker.ledger.model import Day, Indicator, Item, LastReport, Link, Milestone, Role, Value
from tracker.ledger.parameters import Parameters
from tracker.ledger.reporting_periods import Filing, answers
from tracker.ledger.terms import FORECASTS

_NOTHING: Mapping[str, Any] = MappingProxyType({})


class Statement(NamedTuple):
    """One dated statement about an item or one of its indicators (n). order is the place of its entry in the ledger.

    value_date: the day that the value of a report describes, where it is not the report's own. by_form: it came in as a form.
    """

    order: int
    date: date
    kind: str
    by: str
    entered: Day
    n: int | None = None
    unit: str | None = None
    unit_id: int | None = None
    role: str | None = None
    state: str | None = None
    percent: Decimal | None = None
    value: Decimal | None = None
    note: str | None = None
    problem: str | None = None
    next: str | None = None
    data: Mapping[str, Any] = _NOTHING
    value_date: Day | None = None
    by_form: bool = False

    @property
    def leads(self) -> bool:
        """Whether it is a report that counts: of a lead, or for one."""
        return self.kind == "report" and self.role != "participant"


def replay(item: Item, statements: Iterable[Statement], parameters: Parameters) -> Item:
    """Apply statements, in their own order whatever order they come in, to an item that stands as planned.

    parameters: for the reporting periods that reports answer. The item is changed in place and returned. What cannot
    be understood of a ledger that others wrote to is told and left out, so that one row does not keep everybody from reading.
    """
    ordered = sorted(statements, key=_place)
    _tell(item, ordered, parameters.of(item.plan))
    item.forecast = _forecast_of(ordered)
    _send_back(item, ordered)
    derive(item)
    return item


def may_advance(item: Item, told_until: date | None, news: Iterable[Statement]) -> bool:
    """Say whether `advance` may bring an item that stands as told up to a day on by news.

    Only reports of that day or later, on an item that draws on no other; and no percent for a row with indicators as a whole,
    which counts or not by a state that such a row does not keep.
    """
    return all(each.link is None for each in item.indicators) and all(
        each.kind == "report"
        and (told_until is None or each.date >= told_until)
        and not (each.n is None and each.percent is not None and item.indicators)
        for each in news
    )


def advance(item: Item, news: Iterable[Statement], parameters: Parameters) -> Item:
    """Bring an item that stands as everything before left it on by news: what replaying all of it again would give.

    The item is changed in place and returned. Holds where `may_advance` says so, for news entered after everything else.
    """
    _tell(item, sorted(news, key=_place), parameters.of(item.plan))
    derive(item)
    return item


def _place(statement: Statement) -> tuple[date, int]:
    return statement.date, statement.order


def _tell(item: Item, ordered: Sequence[Statement], parameters: Parameters) -> None:
    """Apply statements in their order, and give every unit the dates of its own last report, made before it was assigned too."""
    heard: dict[int | None, Statement] = {}
    filed: dict[int | None, list[Statement]] = {}
    last_report: Statement | None = None
    for statement in ordered:
        is_report = statement.kind == "report"
        if is_report:
            last_report = statement
        if _apply(item, statement) and is_report:
            heard[statement.unit_id] = statement
            if statement.leads:
                filed.setdefault(statement.unit_id, []).append(statement)
    if last_report is not None:
        item.last_report = _as_last(last_report)
    for role in (*item.leads, *item.participants):
        last = heard.get(role.unit)
        if last is not None:
            role.reported_on, role.reported_entered = last.date, last.entered
    own = {role.unit for role in (*item.leads, *item.participants)}
    # Who leads the whole reports for its parts: that answers for each of their leads.
    for_all = (
        []
        if item.region is None
        else [each for unit, told in filed.items() if unit not in own and unit for each in told]
    )
    for role in item.leads:
        said = [*filed.get(role.unit, ()), *for_all]
        if said:
            before = max((each.last for each in role.answers), default=None)
            role.answers = (*role.answers, *answers(parameters, _filings(said), before))


_UNREADABLE = (ArithmeticError, AttributeError, LookupError, TypeError, ValueError)


def _apply(item: Item, statement: Statement) -> bool:
    """Let a statement move an item; one that cannot be understood is said, moves nothing more, and is left out."""
    try:
        _APPLY[statement.kind](item, statement)
    except _UNREADABLE:
        notify(
            f"注意：{item.id} {statement.date} 的一条记录（{statement.kind}）无法识别，已略过；请运行 tracker doctor 查明"
        )
        return False
    return True


def is_understood(kind: str, n: int | None, data: Mapping[str, Any]) -> bool:
    """Say whether a decision of a kind, about an indicator n or an item as a whole (None), says what it must."""
    item = Item("", "", "task", 1, "", date.min, "lead")
    item.indicators = [] if n is None else [Indicator(n, "", ">=")]
    statement = Statement(0, date.min, kind, "", date.min, n, data=data)
    try:
        _APPLY[kind](item, statement)
        return kind != "forecast" or _forecast_of([statement]) is not None
    except _UNREADABLE:
        return False


def _filings(reports: Iterable[Statement]) -> Iterable[Filing]:
    """Return reports as the calendar sees them, in the order of their entry."""
    for each in sorted(reports, key=lambda one: one.order):
        yield Filing(each.entered, each.date if each.by_form else None)


def _send_back(item: Item, ordered: Sequence[Statement]) -> None:
    """Mark what was sent back (退回) and not reported on by a lead since, which is a question of entry and not of dates."""
    last: dict[int | None, Statement] = {}
    for each in ordered:
        if each.kind in _OF_STATE:
            last[each.n] = each
    for sent in last.values():
        if sent.kind != "return":
            continue
        for subject in _subjects(item, sent):
            own = subject.n if isinstance(subject, Indicator) else None
            if not any(each.leads and each.order > sent.order and each.n in (None, own) for each in ordered):
                subject.returned = str(sent.data.get("reason") or "未说明理由")


_OF_STATE = ("complete", "return", "close", "reopen")


def _forecast_of(ordered: Iterable[Statement]) -> str | None:
    """Return the worst forecast in force; one for the whole item replaces those for its indicators."""
    forecasts: dict[int | None, str] = {}
    for each in ordered:
        if each.kind == "forecast" and each.data.get("forecast") in tuple(FORECASTS):
            if each.n is None:
                forecasts.clear()
            forecasts[each.n] = each.data["forecast"]
    return max(forecasts.values(), key=list(FORECASTS).index, default=None)


def derive(item: Item) -> None:
    """Set what an item has from its indicators: its due is their last, its state what they have reached together."""
    if not item.indicators:
        return
    item.extensions = max(indicator.extensions for indicator in item.indicators)
    dues = [indicator.due for indicator in item.indicators if indicator.due is not None]
    item.due = max(dues) if dues else None
    states = {indicator.state for indicator in item.indicators}
    settled = not any(indicator.is_open for indicator in item.indicators)
    if settled:
        item.state = "closed" if states == {"closed"} else "completed"
        last = max(item.indicators, key=lambda each: each.completed_on or date.min)
        item.completed_on, item.completed_by, item.completed_unit = (
            last.completed_on,
            last.completed_by,
            last.completed_unit,
        )
        item.unmet = (
            next((each.unmet for each in item.indicators if each.unmet), None) if item.state == "closed" else None
        )
        item.closed_on = (
            max((i.closed_on for i in item.indicators if i.closed_on), default=None) if item.state == "closed" else None
        )
    else:
        item.state = "not_started" if states == {"not_started"} else "in_progress"
        item.completed_on = item.completed_by = item.completed_unit = item.closed_on = item.unmet = None


def _subjects(item: Item, statement: Statement) -> list[Item | Indicator]:
    """Return what a statement is about: the named indicator, or the item and, with it, all its indicators."""
    if statement.n is not None:
        return [indicator for indicator in item.indicators if indicator.n == statement.n]
    return [item, *item.indicators]


def _as_last(report: Statement) -> LastReport:
    return LastReport(
        report.date, report.entered, report.unit, report.by, report.note, report.problem, report.next
    )  # fmt: skip


def _report(item: Item, statement: Statement) -> None:
    if statement.leads:
        for subject in _subjects(item, statement):
            _report_on(subject, statement)


def _report_on(subject: Item | Indicator, statement: Statement) -> None:
    """Let a lead's report move what it is about: an item's percent is not that of its indicators."""
    subject.reported_on, subject.reported_entered, subject.returned = statement.date, statement.entered, None
    indicator = subject if isinstance(subject, Indicator) else None
    if indicator is not None and statement.value is not None and statement.n is not None:
        day = statement.value_date or statement.date
        indicator.values = with_value(indicator.values, Value(day, statement.value, statement.entered))
    is_open = subject.is_open
    if not is_open and (indicator is None or indicator.basis != "each"):
        return
    if statement.state is not None and is_open:
        subject.state = statement.state
    if statement.percent is not None and (statement.n is not None or indicator is None):
        subject.percent, subject.percent_on = statement.percent, statement.value_date or statement.date


def with_value(values: tuple[Value, ...], new: Value) -> tuple[Value, ...]:
    """Return figures with one more: it replaces that of the same day."""
    if not values or values[-1].date < new.date:
        return (*values, new)
    return tuple(sorted((*(each for each in values if each.date != new.date), new)))


def _complete(item: Item, statement: Statement) -> None:
    for subject in _subjects(item, statement):
        subject.state, subject.completed_on, subject.completed_by = "completed", statement.date, statement.by
        subject.completed_unit = statement.unit


def _close(item: Item, statement: Statement) -> None:
    for subject in _subjects(item, statement):
        subject.state, subject.closed_on, subject.unmet = "closed", statement.date, statement.data.get("unmet")


def _return(item: Item, statement: Statement) -> None:
    """Take the declaration back, percent included; the value in force too where that is said."""
    _reopen(item, statement)
    for subject in _subjects(item, statement):
        subject.percent = subject.percent_on = None
        if isinstance(subject, Indicator) and statement.data.get("value"):
            subject.values = subject.values[:-1]


def _reopen(item: Item, statement: Statement) -> None:
    for subject in _subjects(item, statement):
        subject.state = "in_progress"
        subject.completed_on = subject.completed_by = subject.completed_unit = subject.closed_on = subject.unmet = None
        subject.owing_since = max(statement.entered, subject.owing_since or statement.entered)


def _extend(item: Item, statement: Statement) -> None:
    to = date.fromisoformat(statement.data["to"])
    for subject in _subjects(item, statement):
        subject.extensions += subject.due is not None
        subject.due = to


def _assign(item: Item, statement: Statement) -> None:
    """Name the units of a role anew. What a unit reported stays its own; a participant that leads takes part no longer."""
    old = {role.unit: role for role in (*item.participants, *item.leads)}
    roles = [Role(int(unit), str(name)) for unit, name in statement.data["units"]]
    led = {role.unit: role for role in item.leads}
    for role in roles:
        if role.unit in old:
            role.reported_on, role.reported_entered = old[role.unit].reported_on, old[role.unit].reported_entered
        if statement.data["role"] == "lead":
            same = led.get(role.unit)
            role.named_on = statement.entered if same is None else same.named_on
    if statement.data["role"] == "lead":
        item.leads = roles
        leading = {role.unit for role in roles}
        item.participants = [role for role in item.participants if role.unit not in leading]
    else:
        item.participants = roles
    item.assigned = True


def _baseline(item: Item, statement: Statement) -> None:
    """Set the baseline's value or year; what is not mentioned stays, None takes it away."""
    for subject in _subjects(item, statement):
        if isinstance(subject, Indicator):
            value, year = statement.data.get("value", ""), statement.data.get("year", "")
            if value != "":
                subject.baseline_value = None if value is None else _figure(value)
            if year != "":
                subject.baseline_year = None if year is None else int(year)


def _main(item: Item, statement: Statement) -> None:
    """Name the unit that reports for all leads (主牵头), None for none."""
    unit = statement.data["unit"]
    item.main_lead = None if unit is None else int(unit)


def _milestone(item: Item, statement: Statement) -> None:
    """Set a yearly target of an indicator, or a node (its percent) of a row without indicators."""
    day = date.fromisoformat(statement.data["date"])
    value = statement.data.get("value", statement.data.get("percent"))
    for subject in _subjects(item, statement):
        if isinstance(subject, Indicator) or not item.indicators:
            rest = [point for point in subject.milestones if point.date != day]
            if value is not None:
                rest.append(Milestone(day, _figure(value)))
            subject.milestones = tuple(sorted(rest))


def _link(item: Item, statement: Statement) -> None:
    data = statement.data
    for subject in _subjects(item, statement):
        if isinstance(subject, Indicator):
            subject.link = None if data["kind"] is None else Link.read(data)


def _retire(item: Item, statement: Statement) -> None:
    if statement.n is None:
        item.retired_on = statement.date
    else:
        item.indicators = [indicator for indicator in item.indicators if indicator.n != statement.n]


def _edit(item: Item, statement: Statement) -> None:
    """Change the plan's own words; a new original due also moves the due in force unless an extension has."""
    indicator = next((each for each in item.indicators if each.n == statement.n), None)
    subject: Item | Indicator = item if indicator is None else indicator
    for name, value in statement.data.items():
        new = edited_value(name, value)
        if isinstance(value, (list, dict)) or isinstance(getattr(subject, name), (list, tuple)):
            raise TypeError(name)  # not the plan's own words
        if name == "original_due" and subject.due == subject.original_due:
            subject.due = new
        setattr(subject, name, new)


def edited_value(name: str, value: Any) -> Any:
    """Return an edited field from its form in a statement: dates and decimals are kept as text."""
    if value is None:
        return None
    if name in ("original_due", "start"):
        return date.fromisoformat(value)
    return _figure(value) if name == "value" else value


def _figure(text: Any) -> Decimal:
    """Return a figure that was stated. Raises ValueError (or one of its kind) for what is none."""
    number = Decimal(text)
    if not number.is_finite():
        raise ValueError(text)
    return number


def _remark(_item: Item, _statement: Statement) -> None:
    """A statement that moves nothing by itself: a reminder that was sent; a forecast, which is read from all of them."""


_APPLY: dict[str, Callable[[Item, Statement], None]] = {
    "report": _report,
    "complete": _complete,
    "return": _return,
    "close": _close,
    "reopen": _reopen,
    "extend": _extend,
    "assign": _assign,
    "forecast": _remark,
    "baseline": _baseline,
    "milestone": _milestone,
    "main": _main,
    "link": _link,
    "retire": _retire,
    "edit": _edit,
    "reminder": _remark,
}
