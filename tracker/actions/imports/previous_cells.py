"""What stood in the cells of a row before it was filled in, where the file itself does not say so as a form does.

A weekly or an annex of this ledger is held against what it showed when it was made (`actions.export_version`); any other table
against what the ledger would write into it now.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from tracker.actions.imports.known_reports import KnownReports
from tracker.actions.imports.row_matcher import Row
from tracker.actions.imports.row_reports import PreviousCell
from tracker.actions.imports.table_facts import Options, TakenSheet
from tracker.actions.item_context import ReportContext
from tracker.actions.reports import subject_of
from tracker.ledger.model import Item
from tracker.store import period_reports
from tracker.store.connection import Connection
from tracker.store.filters import ItemFilter, PointInTime, batches
from tracker.store.items import load_items
from tracker.store.statements import evidence_names, last_of_indicators, let_leads_speak


class PreviousCells:
    """What stood behind the rows at hand."""

    def __init__(self, connection: Connection, context: ReportContext, memory: KnownReports, options: Options) -> None:
        self._connection = connection
        self._context = context
        self._memory = memory
        self._options = options
        self._known: dict[tuple[TakenSheet, str, int | None], PreviousCell] = {}

    def look_up(self, portion: Sequence[tuple[TakenSheet, Row]]) -> None:
        """Read what the workbooks of ours among the tables of some rows showed about them, and forget about other rows."""
        self._known.clear()
        codes: dict[TakenSheet, dict[str, None]] = {}
        for sheet, row in portion:
            if sheet.moment is not None or sheet.table.period is not None:
                codes.setdefault(sheet, {})[row.ref.item] = None
        for sheet, wanted in codes.items():
            when = sheet.moment or PointInTime(self._options.today)
            sheet.forget()
            for part in batches(list(wanted)):
                if sheet.table.period is not None:
                    sheet.said.update(
                        period_reports.statements_of_period(
                            self._connection, part, date.min, sheet.table.period[1], when
                        )
                    )
                if sheet.moment is not None:
                    shown = load_items(self._connection, ItemFilter(ids=tuple(part)), when)
                    if sheet.table.period is not None:
                        let_leads_speak(self._connection, shown, when)
                    sheet.shown.update((item.id, item) for item in shown)
                    sheet.shown_evidence.update(evidence_names(self._connection, part, when))

    def of(self, sheet: TakenSheet, item: Item, n: int | None) -> PreviousCell:
        """Return what stood behind a row about an item or its indicator n: the same for each such row of a table."""
        place = sheet, item.id, n
        known = self._known.get(place)
        if known is None:
            known = self._known[place] = self._of(sheet, item, n)
        return known

    def _of(self, sheet: TakenSheet, item: Item, n: int | None) -> PreviousCell:
        shown = sheet.shown.get(item.id, item)
        if n is not None and all(each.n != n for each in shown.indicators):
            shown = item  # nothing was shown of an indicator that is newer than the workbook
        key = self._context.key(item)
        day = self._options.today if sheet.moment is None else sheet.moment.as_of
        parameters = sheet.parameters or self._context.parameters
        report = shown.last_report
        words = (None, None, None) if report is None else (report.note, report.problem, report.next)
        previous = PreviousCell(shown, n, day, parameters, *words, said=sheet.said.get(item.id, ()))
        previous.now = None if shown is item else item
        if sheet.moment is None and not sheet.is_listing and sheet.table.stamp is None:
            previous.part = key, subject_of(item, n)
        before = sheet.shown_evidence.get(item.id, ())
        previous.evidence = lambda: {*before, *(text for _, text in self._memory.evidence_of(key))}
        if n is not None and len(item.indicators) > 1:
            previous.own = lambda: last_of_indicators(
                self._connection, [item.id], PointInTime(self._options.today)
            ).get(f"{item.id}.{n}")
        return previous

    def set_back(self, previous: PreviousCell, day: date) -> PreviousCell:
        """Return the background that the ledger would have written into a row of an earlier day."""
        then = self._memory.last(self._context.key(previous.item), day)
        return replace(
            previous, then=then, note=then.get("note"), problem=then.get("problem"), next_step=then.get("next")
        )
