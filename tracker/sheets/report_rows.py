"""What a weekly workbook is made of: plain rows, gathered by `actions.period_report`, laid out by `sheets.report`."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any, NamedTuple

from tracker.ledger.history import Statement
from tracker.ledger.judgement import Judgement
from tracker.ledger.model import Item
from tracker.sheets.stamp import Stamp


class Period(NamedTuple):
    """The days a report is about. name: 2026-W47, or both days; as_of: the day on which things are judged."""

    start: date
    end: date
    name: str
    as_of: date

    @property
    def before(self) -> date:
        """The day with which things are compared: the last one before the period."""
        return self.start - timedelta(days=1)


class Head(NamedTuple):
    """What stands at the top of every sheet, the rule text, and the stamp of what is shown."""

    period: Period
    caption: str
    rules: Sequence[str]
    plans: Mapping[str, Mapping[str, Any]]
    stamp: Stamp | None = None


class Line(NamedTuple):
    """An item as it stands, with what was said about it in the period (newest first) and its evidence."""

    item: Item
    judgement: Judgement
    said: Sequence[Statement] = ()
    evidence: Sequence[str] = ()


class Silent(NamedTuple):
    """A lead unit that owes reports: how many open items it leads, on how many it was silent, and which (some of them)."""

    plan: str
    unit: str
    owed: int
    silent: int
    reported_on: date | None
    items: str


class Overview(NamedTuple):
    """The figures of the first sheet.

    now, before: rows of `actions.counts.count` by plan; units: the same by lead unit (plan:unit); finished: the lines that
    were declared done in the period.
    """

    now: Sequence[Mapping[str, Any]]
    before: Sequence[Mapping[str, Any]]
    units: Sequence[Mapping[str, Any]]
    finished: Sequence[Line]
