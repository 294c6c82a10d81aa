"""A second reading of docs/rules.md: how an item stands at a day, from the rows of a ledger's tables alone.

Written from the page; nothing of `tracker.ledger` is used, so that a mistake would have to be made twice to stay unseen.
"""

import json
import sqlite3
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise
from typing import Any, NamedTuple

from tests.independent.calendars import Setting, Span, period_around, period_before, settings_told

TOLERANCE = 5
WORST_FIRST = ("red", "yellow", "grey", "review", "blue", "green", "done")
Told = dict[str, Any]


@dataclass
class Part:
    """An indicator, or a row without any, and what has been said of it by a day."""

    code: str
    n: int | None
    comparator: str
    value: Fraction | None
    bound: str | None
    direction: str | None
    basis: str
    printed_due: date | None
    due: date | None
    baseline: Fraction | None
    baseline_year: int | None
    link: dict[str, Any] | None
    state: str = "not_started"
    percent: Fraction | None = None
    percent_on: date | None = None
    values: dict[date, tuple[Fraction, date]] = field(default_factory=dict)
    milestones: dict[date, Fraction] = field(default_factory=dict)
    completed_on: date | None = None
    closed: bool = False
    returned_at: int | None = None
    reported: list[int] = field(default_factory=list)
    owing_since: date | None = None

    @property
    def takes_value(self) -> bool:
        return self.value is not None and self.comparator not in ("complete", "qualitative") and self.basis != "each"

    @property
    def is_number(self) -> bool:
        return self.basis == "each" or (self.takes_value and self.basis not in ("declared", "assessed"))

    @property
    def is_change(self) -> bool:
        return self.comparator in ("increase_by", "decrease_by")

    @property
    def falls(self) -> bool:
        return not self.is_change and (self.direction == "down" or self.comparator in ("<=", "<"))

    @property
    def counted(self) -> list[tuple[date, Fraction, date]]:
        days = [day for day in sorted(self.values) if self.basis != "annual" or (day.month, day.day) == (12, 31)]
        return [(day, *self.values[day]) for day in days]

    @property
    def current(self) -> tuple[date, Fraction] | None:
        if self.basis == "each":
            return None if self.percent is None else (self.percent_on or date.min, self.percent)
        return self.counted[-1][:2] if self.counted else None


class Figures(NamedTuple):
    """What judges: the figures in force for a plan, and its calendars one after another."""

    red_lag: int = 30
    yellow_lag: int = 10
    due_days: int = 30
    time_left: int = 30
    report_grace: int = 7
    report_from: date | None = None
    figures_by: str = "06-30"
    calendars: tuple[Setting, ...] = (Setting(),)

    def by(self, year: int) -> date:
        """Return until when a year's figure is awaited."""
        return date.fromisoformat(f"{year + 1}-{self.figures_by}")


@dataclass
class Lead:
    """A lead unit, the day it was named, and the entries of its reports."""

    unit: int
    named_on: date | None
    entered: list[date] = field(default_factory=list)


@dataclass
class Row:
    """An item with its parts."""

    code: str
    kind: str
    plan: str
    period_start: date
    begins: date
    in_ledger: date
    parts: list[Part]
    leads: list[Lead]
    has_indicators: bool
    main: int | None = None
    used_on: date | None = None
    came_in: date = date.min
    figures: Figures = field(default_factory=Figures)


@dataclass
class Standing:
    """How an item stands."""

    light: str
    met: bool
    overdue: bool
    days_overdue: int
    lag: Fraction | None
    unreported_units: int
    awaiting: bool


def satisfies(part: Part, value: Fraction) -> bool:
    """达到即可、须超过、不低于（不高于）、左右."""
    assert part.value is not None
    sign = (part.bound or "=") if part.is_change else part.comparator
    band = abs(part.value) * TOLERANCE / 100 if sign == "~" else Fraction(0)
    if sign in (">", "<"):
        return value > part.value if sign == ">" else value < part.value
    if part.falls:
        return value <= part.value + band
    return value >= part.value - band


def start_value(part: Part) -> Fraction | None:
    """Return the baseline: 0 of a total and a change."""
    return Fraction(0) if part.is_change or (part.basis == "total" and part.baseline is None) else part.baseline


def span(part: Part) -> Fraction | None:
    """Return the way from the baseline to the target; None without one."""
    begin = start_value(part)
    if begin is None or part.value is None or part.direction == "hold":
        return None
    way = part.value - begin
    return None if way == 0 or (way > 0) == part.falls else way


def is_held(part: Part) -> bool:
    if not (part.takes_value and part.is_number):
        return False
    return part.direction == "hold" or (start_value(part) is not None and span(part) is None)


def rounded(share: Fraction) -> Fraction:
    return Fraction(int(share * 10 + Fraction(1, 2)), 10)


class _Part:
    """One part judged at a day."""

    def __init__(self, row: Row, part: Part, as_of: date, *, waits: bool) -> None:
        self.row, self.part, self.as_of = row, part, as_of
        self.breach = part.direction == "hold" and part.comparator == "<=" and part.value == 0 and any(
            value > 0 for value, _ in part.values.values()
        )  # fmt: skip
        self.met = self.early = self.held_unmet = False
        self.awaited: date | None = None
        self.awaited_before: date | None = None
        self._attain()
        must_hold = is_held(part) and (part.due is None or as_of <= part.due)
        self.settled = part.closed or (self.met and not must_hold and not self.breach)
        if self.settled:
            self.awaited = None
        late = part.due is not None and as_of > part.due and not self.settled and self.awaited is None and not waits
        self.days = (as_of - part.due).days if late and part.due else 0

    def _attain(self) -> None:
        part = self.part
        if part.basis == "each":
            self.met = part.percent is not None and part.percent >= 100
        elif not part.is_number:
            self._by_word()
        elif is_held(part):
            running = max(part.values) if part.values else None
            broken = (
                part.basis == "annual"
                and running is not None
                and (running.month, running.day) != (12, 31)
                and not satisfies(part, part.values[running][0])
            )
            held = None if part.current is None and not broken else not broken and satisfies(part, part.current[1])  # type: ignore[index]
            self.held_unmet = held is False and not self.breach
            if self.breach or part.due is None or self.as_of <= part.due:
                self.met = held is True and not self.breach
            else:
                self._by_figure(part.due)
        elif part.due is None or part.basis == "total":
            self.met = part.current is not None and satisfies(part, part.current[1])
        else:
            self._by_figure(part.due)

    def _by_word(self) -> None:
        part = self.part
        self.met = part.state in ("completed", "closed")
        if not self.met and part.basis == "assessed" and part.due is not None and self.as_of > part.due:
            until = self.row.figures.by(part.due.year)
            if self.as_of <= until:
                self.awaited = until
            else:
                self.awaited_before = until

    def figure_of_year(self, due: date) -> tuple[date, Fraction, date] | None:
        exact = [each for each in self.part.counted if each[0] == due or each[0] == date(due.year, 12, 31)]
        if exact:
            return exact[-1]
        if self.as_of <= self.row.figures.by(due.year) or self.part.basis == "annual":
            return None
        within = [each for each in self.part.counted if each[0].year == due.year]
        return within[-1] if within else None

    def _by_figure(self, due: date) -> None:
        part, until = self.part, self.row.figures.by(due.year)
        figure = self.figure_of_year(due)
        if figure is not None and satisfies(part, figure[1]):
            self.met = True
            return
        waits = figure is None and self.as_of <= until
        if not waits and any(
            satisfies(part, value) for day, value, _ in part.counted if day > due and (day, value) != (figure or ())[:2]
        ):
            self.met = True
            return
        if self.as_of <= due:
            self.early = part.current is not None and satisfies(part, part.current[1])
        elif waits:
            self.awaited = until
        else:
            entered = until if figure is None else figure[2]
            self.awaited_before = min(entered, until) if entered > due else None

    def path(self) -> list[tuple[date, Fraction]] | None:
        """序时进度: the points of the planned way; None where there is none."""
        part = self.part
        if part.basis == "assessed" or part.due is None:
            return None
        begin, way, start = Fraction(0), Fraction(100), self.row.begins
        if part.takes_value:
            length, base = span(part), start_value(part)
            if length is None or base is None:
                return None
            begin, way = base, length
            if part.baseline_year and not part.is_change and part.basis != "total":
                start = max(start, date(part.baseline_year, 12, 31))
        if part.due <= start:
            return None
        inside = sorted((day, value) for day, value in part.milestones.items() if start < day < part.due)
        return [(start, begin), *inside, (part.due, begin + way)]

    def planned(self, day: date) -> Fraction | None:
        points = self.path()
        if points is None:
            return None
        if day >= points[-1][0]:
            return Fraction(100)
        begin, way = points[0][1], points[-1][1] - points[0][1]
        for (first, low), (last, high) in pairwise(points):
            if first <= day <= last:
                value = low + (high - low) * (day - first).days / (last - first).days
                return rounded(min(max((value - begin) * 100 / way, Fraction(0)), Fraction(100)))
        return Fraction(0)

    def achievement(self) -> Fraction | None:
        part = self.part
        if part.direction == "hold":
            return None
        if not part.takes_value:
            if self.met:
                return Fraction(100)
            if part.percent is not None and (part.percent > 0 or part.state != "not_started"):
                return min(rounded(part.percent), Fraction("99.9"))
            return Fraction(0) if part.state == "not_started" and part.reported else None
        way, begin = span(part), start_value(part)
        if way is None or begin is None or part.current is None:
            return None
        if satisfies(part, part.current[1]):
            return Fraction(100)
        share = min(max((part.current[1] - begin) * 100 / way, Fraction(0)), Fraction(100))
        return min(rounded(share), Fraction("99.9"))

    def lag(self) -> Fraction | None:
        part, reached = self.part, self.achievement()
        if reached is None or is_held(part):
            return None
        day: date | None = self.as_of
        if part.takes_value and part.basis in ("level", "annual"):
            day = None if part.current is None else part.current[0]
            points = self.path()
            if points is None or day is None or day < points[0][0]:
                return None
        planned = None if day is None else self.planned(day)
        return None if planned is None else planned - reached

    def missed(self) -> tuple[bool, int]:
        """年度目标: whether one can be judged, and how many of the last in a row were missed."""
        part = self.part
        if not part.takes_value or is_held(part) or span(part) is not None:
            return False, 0
        judged = []
        for day in sorted(part.milestones):
            if (part.due is not None and day >= part.due) or day > self.as_of or not part.counted:
                continue
            figure = self.figure_of_year(day)
            if figure is None and self.as_of <= self.row.figures.by(day.year):
                continue
            wanted = part.milestones[day]
            later = [value for when, value, _ in part.counted if when > day]
            told = [*([figure[1]] if figure else []), *later]
            judged.append(not any(value <= wanted if part.falls else value >= wanted for value in told))
        run = 0
        for miss in reversed(judged):
            if not miss:
                break
            run += 1
        return bool(judged), run

    def owing_since(self) -> date | None:
        """Return the day after which reports are owed; None while none are."""
        part = self.part
        if self.settled or self.awaited is not None or part.state in ("completed", "closed"):
            return None
        since = [day for day in (part.owing_since, self.awaited_before) if day is not None]
        days = sorted(part.values)
        if part.basis == "total" and part.takes_value and len(days) > 1:
            (before, _), (last, entered) = part.values[days[-2]], part.values[days[-1]]
            if satisfies(part, before) and not satisfies(part, last):
                since.append(entered)
        return max(since, default=date.min)

    def light(self, *, owes: bool, silent: bool) -> str:
        part, lag, left = self.part, None if self.settled else self.lag(), None
        figures = self.row.figures
        judged, run = self.missed()
        never = not part.reported and not part.values
        if part.due is not None and part.due > self.row.begins:
            whole = (part.due - self.row.begins).days
            left = max(Fraction((part.due - max(self.as_of, self.row.begins)).days * 100, whole), Fraction(0))
        days_left = None if part.due is None else (part.due - self.as_of).days
        unmet = part.state == "completed" and part.is_number and not self.met
        unmet = unmet and (part.current is not None or self.awaited is None) and not (
            part.current is not None and part.takes_value and satisfies(part, part.current[1])
        )  # fmt: skip
        in_words = not part.takes_value
        clauses: list[tuple[str, bool]] = [
            ("done", part.closed),
            ("red", self.breach),
            ("red", self.days > 0),
            ("red", lag is not None and lag > figures.red_lag),
            ("red", not self.settled and run > 1),
            ("yellow", unmet),
            ("yellow", part.returned_at is not None),
            ("yellow", lag is not None and lag >= figures.yellow_lag),
            ("yellow", not self.settled and run == 1),
            ("yellow", not self.settled and self.held_unmet),
            ("yellow", not self.settled and silent),
            ("yellow", not self.settled and never and owes and left is not None and left <= figures.time_left),
            ("review", part.state == "completed"),
            (
                "blue",
                not self.met and not self.settled and days_left is not None and 0 <= days_left <= figures.due_days,
            ),
            ("blue", self.awaited is not None),
            ("green", self.early or self.met),
            ("green", lag is not None and lag < figures.yellow_lag),
            ("green", not self.settled and judged and run == 0),
            ("green", in_words and part.state == "in_progress" and not never),
        ]
        return next((light for light, holds in clauses if holds), "grey")


def has_answered(entries: list[date], asked: Span, as_of: date, figures: Figures) -> bool:
    """Say whether reports entered on these days answer a period."""
    answered = date.min
    for entered in entries:
        own = period_around(figures.calendars, entered)
        closed = period_before(figures.calendars, own)
        if entered <= closed.end + timedelta(days=figures.report_grace) and answered < closed.end:
            first = last = closed.end
        else:
            first, last = closed.end, own.end
        answered = max(answered, last)
        if asked.end in (first, last) or (entered <= as_of and last >= asked.end):
            return True
    return False


def first_owed(row: Row) -> date | None:
    """Return the first day of the first period for which a plan owes reports."""
    since = row.used_on if row.figures.report_from is None else row.figures.report_from - timedelta(days=1)
    return None if since is None else period_around(row.figures.calendars, since).end + timedelta(days=1)


def judge(row: Row, as_of: date, waiting: set[tuple[str, int | None]]) -> Standing:
    """Return how an item stands at a day; waiting: parts whose whole waits for all of them."""
    parts = [_Part(row, part, as_of, waits=(row.code, part.n) in waiting) for part in row.parts]
    figures, first = row.figures, first_owed(row)
    owes = first is not None and first <= as_of
    period = period_around(figures.calendars, as_of)
    while period.end + timedelta(days=figures.report_grace) >= as_of:
        period = period_before(figures.calendars, period)
    asked = owes and first is not None and first <= period.start
    since = [part.owing_since() for part in parts]
    owing = [asked and day is not None and period.start > max(day, row.came_in) for day in since]
    silent: list[Lead] = []
    if any(owing):
        owed_by = [lead for lead in row.leads if lead.named_on is None or period.start > lead.named_on]
        silent = [lead for lead in owed_by if not has_answered(sorted(lead.entered), period, as_of, figures)]
    main = [lead for lead in row.leads if lead.unit == row.main]
    some = any(has_answered(sorted(lead.entered), period, as_of, figures) for lead in row.leads)
    unreported = bool(silent) and (main[0] in silent if main else not some)
    waited = asked and period.start > row.came_in
    lights = [part.light(owes=waited, silent=unreported and owed) for part, owed in zip(parts, owing, strict=True)]
    lags = [lag for lag in (part.lag() for part in parts) if lag is not None]
    return Standing(
        min(lights, key=WORST_FIRST.index), all(part.met for part in parts), any(part.days for part in parts),
        max(part.days for part in parts), max(lags, default=None), len(silent), any(part.awaited is not None for part in parts),
    )  # fmt: skip


# From the tables of a ledger to rows as they stood.


def local_day(at: str) -> date:
    return datetime.fromisoformat(at).astimezone().date()


def number(text: str | None) -> Fraction | None:
    return None if text is None else Fraction(Decimal(text))


def day_of(text: str | None) -> date | None:
    return None if text is None else date.fromisoformat(text)


_FIGURES: dict[str, Callable[[str], Any]] = {"report_from": date.fromisoformat, "figures_by": str}
"""How a figure is read; the others are whole numbers."""


class Reading:
    """A ledger's tables, and how its items stood at any as-of and known-at."""

    def __init__(self, path: str) -> None:
        self.path = path

    def all(self, sql: str, *values: Any) -> list[sqlite3.Row]:
        with closing(sqlite3.connect(self.path)) as database:
            database.row_factory = sqlite3.Row
            return database.execute(sql, values).fetchall()

    def standings(self, as_of: date, known_at: str) -> dict[str, Standing]:
        """Return how every item stands that is judged."""
        rows = self.rows(as_of, known_at)
        waiting: set[tuple[str, int | None]] = {
            (source.rpartition(".")[0], int(source.rpartition(".")[2]))
            for row in rows.values() for part in row.parts
            if part.link and part.link["kind"] in ("mean", "min", "met", "met_share")
            for source in part.link["sources"]
        }  # fmt: skip
        return {code: judge(row, as_of, waiting) for code, row in rows.items()}

    def rows(self, as_of: date, known_at: str) -> dict[str, Row]:
        changes = {each["id"]: each for each in self.all("SELECT id, at, undoes FROM change WHERE at <= ?", known_at)}
        undone: set[int] = set()
        for key in sorted(changes, reverse=True):
            target = changes[key]["undoes"]
            if target is not None and key not in undone:
                undone.add(target)
        standing = set(changes) - undone
        said = self._statements(standing)
        first_change = min(each["at"] for each in self.all("SELECT at FROM change"))
        rows: dict[str, Row] = {}
        keys: dict[int, str] = {}
        for item in self.all(
            "SELECT item.*, plan.code AS plan, plan.period_start FROM item JOIN plan ON plan.id = item.plan_id"
            " WHERE item.kind <> 'aim' ORDER BY plan_id, position, item.id"
        ):
            if item["added_by"] is not None and item["added_by"] not in standing:
                continue
            keys[item["id"]] = item["code"]
            row = rows[item["code"]] = self._row(item, local_day(first_change))
            if item["added_by"] is not None:
                row.came_in = local_day(changes[item["added_by"]]["at"])
        self._bring_into_use(rows, keys, said)
        told = self._figures(standing)
        for row in rows.values():
            row.figures = told.setdefault(row.plan, told[""])
        for place, each in enumerate(said):
            code = keys.get(each["item_id"])
            if code is not None and each["date"] <= as_of.isoformat():
                tell(rows[code], each, place)
        for code, row in rows.items():
            self._send_back(row, [e for e in said if keys.get(e["item_id"]) == code and e["date"] <= as_of.isoformat()])
        resolve(rows)
        return rows

    @staticmethod
    def _bring_into_use(rows: dict[str, Row], keys: dict[int, str], said: list[Told]) -> None:
        """Say since when each plan is in use: the first report on it or assignment in it."""
        first: dict[str, date] = {}
        for each in said:
            row = rows.get(keys.get(each["item_id"], ""))
            if row is not None and each["kind"] in ("report", "assign", "main"):
                entered = date.fromisoformat(each["entered"])
                first[row.plan] = min(entered, first.get(row.plan, entered))
        for row in rows.values():
            row.used_on = first.get(row.plan)

    def _figures(self, standing: set[int]) -> dict[str, Figures]:
        """Return the figures in force by plan; those of a plan without its own stand under no name."""
        events = [
            (json.loads(each["data"]), date.fromisoformat(each["entered"]), each["change_id"])
            for each in self.all("SELECT * FROM event WHERE item_id IS NULL AND kind = 'config' ORDER BY id")
            if each["change_id"] in standing
        ]
        found = {}
        for plan in ("", *dict.fromkeys(data.get("plan") or "" for data, _, _ in events)):
            values: dict[str, Any] = {}
            for scope in ("", plan):
                for data, _, _ in events:
                    if (data.get("plan") or "") == scope and data["figure"] in Figures._fields:
                        values[data["figure"]] = _FIGURES.get(data["figure"], int)(data["value"])
            found[plan] = Figures(**values, calendars=settings_told(events, plan))
        return found

    def _statements(self, standing: set[int]) -> list[Told]:
        reports = [{**dict(each), "kind": "report", "place": 0} for each in self.all("SELECT * FROM report")]
        events = [{**dict(each), "place": 1} for each in self.all("SELECT * FROM event WHERE item_id IS NOT NULL")]
        said = [each for each in (*reports, *events) if each["change_id"] in standing]
        return sorted(said, key=lambda each: (each["date"], each["change_id"], each["place"], each["id"]))

    def _row(self, item: sqlite3.Row, in_ledger: date) -> Row:
        indicators = self.all("SELECT * FROM indicator WHERE item_id = ? AND withdrawn = 0 ORDER BY n", item["id"])
        parts = [
            Part(
                item["code"], each["n"], each["comparator"], number(each["value"]), each["bound"], each["direction"],
                each["basis"], day_of(each["original_due"]), day_of(each["original_due"]), number(each["plan_baseline_value"]),
                each["plan_baseline_year"], json.loads(each["plan_link"]) if each["plan_link"] else None,
            )
            for each in indicators
        ] or [
            Part(item["code"], None, "complete", None, None, None, "declared", day_of(item["original_due"]),
                 day_of(item["original_due"]), None, None, None)
        ]  # fmt: skip
        leads = self.all(
            "SELECT unit_id FROM responsibility WHERE item_id = ? AND origin = 'plan' AND role = 'lead' ORDER BY position",
            item["id"],
        )
        return Row(
            item["code"], item["kind"], item["plan"], date.fromisoformat(item["period_start"]),
            date.fromisoformat(item["start"] or item["period_start"]), in_ledger,
            parts, [Lead(each["unit_id"], None) for each in leads], bool(indicators),
        )  # fmt: skip

    def _send_back(self, row: Row, said: list[Told]) -> None:
        """退回 stands until a lead reports again, which is a question of entry."""
        for part in row.parts:
            about = [each for each in said if each["n"] in (None, part.n)]
            decisions = [e for e in about if e["kind"] in ("complete", "return", "close", "reopen")]
            part.returned_at = None
            if decisions and decisions[-1]["kind"] == "return":
                sent = decisions[-1]
                since = [
                    e for e in about if e["kind"] == "report" and e["role"] != "participant"
                    and (e["change_id"], e["place"], e["id"]) > (sent["change_id"], sent["place"], sent["id"])
                ]  # fmt: skip
                part.returned_at = None if since else sent["id"]


def tell(row: Row, said: Told, place: int) -> None:
    """Apply one report or decision."""
    parts = [part for part in row.parts if said["n"] in (None, part.n)]
    data = json.loads(said.get("data") or "{}")
    entered = date.fromisoformat(said["entered"])
    act = _ACTS.get(said["kind"])
    for part in parts if act is not None else ():
        assert act is not None
        act(part, said, data, place)
    if said["kind"] == "report" and said["role"] != "participant":
        for lead in row.leads:
            if lead.unit == said["unit_id"]:
                lead.entered.append(entered)
    elif said["kind"] == "assign" and data["role"] == "lead":
        old = {lead.unit: lead for lead in row.leads}
        row.leads = [old.get(unit) or Lead(unit, entered) for unit, _ in data["units"]]
    elif said["kind"] == "edit" and said["n"] is None and "start" in data:
        row.begins = day_of(data["start"]) or row.period_start
    elif said["kind"] == "main":
        row.main = data["unit"]


def _report(part: Part, said: Told, _data: Told, place: int) -> None:
    if said["role"] == "participant":
        return
    part.reported.append(place)
    day = date.fromisoformat(said["date"])
    about = date(said["data_year"], 12, 31) if said["data_year"] else day
    if said["value"] is not None and said["n"] is not None:
        part.values[about] = (Fraction(Decimal(said["value"])), date.fromisoformat(said["entered"]))
    is_open = part.state in ("not_started", "in_progress")
    if is_open and said["state"]:
        part.state = said["state"]
    if said["percent"] is not None and (is_open or part.basis == "each") and (said["n"] is not None or part.n is None):
        part.percent, part.percent_on = Fraction(Decimal(said["percent"])), about


def _complete(part: Part, said: Told, _data: Told, _place: int) -> None:
    part.state, part.completed_on = "completed", date.fromisoformat(said["date"])


def _close(part: Part, _said: Told, _data: Told, _place: int) -> None:
    part.state, part.closed = "closed", True


def _reopen(part: Part, said: Told, _data: Told, _place: int) -> None:
    part.state, part.closed, part.completed_on = "in_progress", False, None
    entered = date.fromisoformat(said["entered"])
    part.owing_since = max(entered, part.owing_since or entered)


def _return(part: Part, said: Told, data: Told, place: int) -> None:
    _reopen(part, said, data, place)
    part.percent = part.percent_on = None
    if data.get("value") and part.values:
        del part.values[max(part.values)]


def _extend(part: Part, _said: Told, data: Told, _place: int) -> None:
    part.due = date.fromisoformat(data["to"])


def _baseline(part: Part, _said: Told, data: Told, _place: int) -> None:
    if "value" in data:
        part.baseline = number(data["value"])
    if "year" in data:
        part.baseline_year = data["year"]


def _milestone(part: Part, _said: Told, data: Told, _place: int) -> None:
    value = number(data.get("value", data.get("percent")))
    day = date.fromisoformat(data["date"])
    if value is None:
        part.milestones.pop(day, None)
    else:
        part.milestones[day] = value


def _link(part: Part, _said: Told, data: Told, _place: int) -> None:
    part.link = None if data["kind"] is None else data


_ACTS: dict[str, Callable[[Part, Told, Told, int], None]] = {
    "report": _report, "complete": _complete, "close": _close, "return": _return, "reopen": _reopen, "extend": _extend,
    "baseline": _baseline, "milestone": _milestone, "link": _link,
}  # fmt: skip


def resolve(rows: dict[str, Row]) -> None:
    """Give linked numbers what follows from their sources: the same measure in a later year, and sums."""
    parts = {f"{row.code}.{part.n}": (row, part) for row in rows.values() for part in row.parts}
    for row, part in parts.values():
        if part.link is None or not part.link["sources"]:
            continue
        found = [parts[name] for name in part.link["sources"] if name in parts]
        if part.link["kind"] == "same":
            _same(row, part, *found[0])
        elif part.link["kind"] == "sum" and not part.values:
            _sum(part, [each for _, each in found], whole=len(found) == len(part.link["sources"]))
        for _, source in found:
            part.reported = part.reported or list(source.reported)
        if part.current is not None and part.state == "not_started":
            part.state = "in_progress"


def _same(row: Row, part: Part, other: Row, source: Part) -> None:
    part.values = dict(source.values)
    printed = source.printed_due
    if source.value is not None and printed is not None and part.due is not None and printed < part.due:
        part.milestones.setdefault(printed, source.value)
    if part is not next(each for each in row.parts if each.link and each.link["kind"] == "same"):
        return  # a report on the earlier row is one report, whatever of this row repeats it
    voices = {lead.unit: lead.entered for lead in other.leads}
    for lead in row.leads:
        lead.entered = [*lead.entered, *voices.get(lead.unit, ())]


def _sum(part: Part, sources: list[Part], *, whole: bool) -> None:
    told = [(each.counted[-1][0], *each.counted[-1][1:]) for each in sources if each.counted]
    if not told:
        return
    if whole and len(told) == len(sources):
        days = set.intersection(*({day for day, _, _ in each.counted} for each in sources))
        for day in days:
            part.values[day] = (
                sum((each.values[day][0] for each in sources), Fraction(0)), max(each.values[day][1] for each in sources)
            )  # fmt: skip
    total = sum((value for _, value, _ in told), Fraction(0))
    upward = part.comparator in (">=", ">", "=") and part.direction == "up"
    if (whole and len(told) == len(sources)) or (upward and satisfies(part, total)):
        part.values[max(day for day, _, _ in told)] = (total, max(entered for _, _, entered in told))
