"""What a report workbook is made of: plain rows, gathered by `actions.period_report`, laid out by `sheets.report`."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, NamedTuple

from tracker.ledger.judgement import Judgement
from tracker.ledger.model import Item
from tracker.ledger.replay import Statement
from tracker.sheets.stamp import Stamp


class Head(NamedTuple):
    """What stands at the top of every sheet, the rule text, the stamp of what is shown, and what was asked for.

    about: the line under the title of the first sheet (编制单位, 截至), caption that of the others; updates: the name of the sheet of
    what was entered (本周更新 in a weekly).
    """

    title: str
    about: str
    caption: str
    updates: str
    as_of: date
    rules: Sequence[str]
    plans: Mapping[str, Mapping[str, Any]]
    stamp: Stamp | None = None
    request: str = ""


class Line(NamedTuple):
    """An item as it stands, with what was said about it since the report before (newest first) and its evidence."""

    item: Item
    judgement: Judgement
    said: Sequence[Statement] = ()
    evidence: Sequence[str] = ()


class Silent(NamedTuple):
    """A lead unit that owes reports: how many open items it leads, on how many it was silent, and on which."""

    plan: str
    unit: str
    owed: int
    silent: int
    reported_on: date | None
    items: str


class Extension(NamedTuple):
    """A deadline that was moved (延期): before and after, the day, why, who approved it; by how many days it has moved in all."""

    id: str
    item: Item
    decided: date
    before: str
    after: str
    reason: str
    approved: str


class Trouble(NamedTuple):
    """A red item as a leader reads it."""

    name: str
    unit: str
    reason: str
    problem: str
    next: str


class Measure(NamedTuple):
    """A number that was promised: where it stands and where it should."""

    name: str
    demand: str
    actual: str
    expected: str
    light: str
    reason: str


class Move(NamedTuple):
    """A kind of decision: on how many items it was taken since the report before, and in all."""

    name: str
    now: int
    total: int


class Count(NamedTuple):
    """How many items of a plan or unit there are, by light, and how many are overdue, near due or not reported.

    closed: verified with what was promised; unmet: closed although it was not (已销号（未达目标）), which is no completion.
    """

    name: str
    total: int
    lights: Mapping[str, int]
    overdue: int
    due_soon: int
    unreported: int
    closed: int = 0
    unmet: int = 0
    rank: int | None = None
    overdue_before: int | None = None


class Total(NamedTuple):
    """A figure of the whole: now, at the report before (None: no ledger then), and how it moved among what was there at both."""

    name: str
    now: int
    before: int | None
    moved: int | None


class Overview(NamedTuple):
    """What the first sheet tells, worst first; left: how many measures stand elsewhere only.

    units are counted by their main lead, by_lead (按单位统计) by each of their leads.
    """

    sentences: Sequence[str]
    reds: Sequence[Trouble]
    needs: Sequence[Trouble]
    measures: Sequence[Measure]
    left: int
    moves: Sequence[Move]
    totals: Sequence[Total]
    lights: tuple[Mapping[str, int], Mapping[str, int] | None]
    plans: Sequence[Count]
    units: Sequence[Count]
    by_lead: Sequence[tuple[str, Count]]
