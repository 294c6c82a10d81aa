"""Taking reports back from files: every row against the ledger, all errors at once, then one transaction (docs/forms.md).

A row goes the way of `log` (`actions.reports`): the same roles, permissions and links. What a file says that the ledger
has already been told is the same, on whatever day and however often it comes.
"""

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import date
from functools import partial
from operator import attrgetter, itemgetter
from pathlib import Path
from typing import Any

from tracker.actions.export_version import set_back
from tracker.actions.imports.altered_cells import AlteredColumn, in_listing, in_workbook
from tracker.actions.imports.item_groups import ItemGroups
from tracker.actions.imports.known_reports import KnownReports
from tracker.actions.imports.previous_cells import PreviousCells
from tracker.actions.imports.reporters import Reporters
from tracker.actions.imports.row_import import CHANGED, ERROR, NEW, SAME, RowImporter, entry_words
from tracker.actions.imports.row_matcher import FoundRow, Row, RowMatcher, bare, says
from tracker.actions.imports.row_reports import (
    STATED,
    PreviousCell,
    RowReport,
    form_row_report,
    locked_differences,
    stated_differences,
    table_row_report,
)
from tracker.actions.imports.table_facts import Options, Receiver, TakenSheet, signatures
from tracker.actions.item_context import ReportContext
from tracker.actions.name_lookup import plan_code
from tracker.actions.reports import Recorded
from tracker.actions.unit_names import UnitNames
from tracker.errors import Refused, TrackerError
from tracker.folders import expanded
from tracker.ledger.ids import parse_id
from tracker.ledger.model import Item, LastReport, part_of
from tracker.ledger.report_rules import Entry
from tracker.ledger.values import shorten
from tracker.sheets.reading.cells import read_text
from tracker.sheets.reading.files import Problem
from tracker.sheets.reading.tables import Left
from tracker.sheets.returned_files import Returned, ReturnedFile, read_returned
from tracker.sheets.stamp import Base, Identity, read_stamp
from tracker.store.changeset import Changeset
from tracker.store.filters import batches
from tracker.store.registry import indicator_words, item_words, plan_names, region_named, repeated_items
from tracker.store.statements import evidence_taken, stated_between

__all__ = [
    "CHANGED",
    "ERROR",
    "LISTED",
    "NEW",
    "SAME",
    "Import",
    "Line",
    "Options",
    "files_meant",
    "read_files",
    "take_in",
]

Watch = Callable[[Iterable[Any], int], Iterator[Any]]
"""Passes parts of a work on and may show how far it is (`cli.progress.watched`)."""

_MOVED = 3
"""Rows of a file about which it is said one by one that the ledger has moved on."""
STEP = 1000
"""Rows between two signs of life."""
LISTED = 200
"""Rows that are listed one by one; of the others only their number is kept."""
WARNED = 1000
"""What is said of rows that were taken in; of more, only the number: nobody reads a million lines. Errors are all said."""


@dataclass(slots=True, eq=False, repr=False)
class Line:
    """What became of one row; recorded are the reports it made, by whom. table: its place among the tables of the import."""

    table: int
    file: str
    sheet: str | None
    row: int
    id: str
    outcome: str
    recorded: Sequence[Recorded] = ()
    by: str = ""

    @property
    def name(self) -> str:
        """The heading of the item that the row is about, or the beginning of its words; empty where it made no report."""
        item = self.recorded[0].item if self.recorded else None
        return "" if item is None else shorten(item.title or item.text, 16)

    @property
    def words(self) -> str:
        """Say what the row changes."""
        return "；".join(dict.fromkeys(map(entry_words, self.recorded)))


@dataclass(slots=True, eq=False, repr=False)
class FileReporters:
    """For whom a file speaks: its units, its days, the persons who filled it in and checked it, where to ring them up."""

    units: dict[str, None] = field(default_factory=dict)
    days: dict[date, None] = field(default_factory=dict)
    people: dict[str, None] = field(default_factory=dict)
    reviewers: dict[str, None] = field(default_factory=dict)
    phones: dict[str, None] = field(default_factory=dict)


@dataclass(slots=True, eq=False, repr=False)
class Import:
    """What files do to the ledger: their rows, everything that is wrong with them, what to mind.

    items: of what each file says something new, by file: ids with the names of items.
    """

    files: Sequence[ReturnedFile]
    lines: list[Line] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    counts: Counter[str] = field(default_factory=Counter)
    rows: int = 0
    untouched: int = 0
    by_file: dict[str, Counter[str]] = field(default_factory=dict)
    spoke: dict[str, FileReporters] = field(default_factory=dict)
    items: dict[str, dict[str, str]] = field(default_factory=dict)

    def note_item(self, file: str, line: "Line") -> None:
        """Note that a file says something new of an item, for the first rows of each file."""
        named = self.items.setdefault(file, {})
        if len(named) < LISTED:
            named.setdefault(line.id, line.name)

    def count_file(self, file: str, outcome: str) -> None:
        """Count a row of a file."""
        if file not in self.by_file:
            self.by_file[file] = Counter()
        self.by_file[file][outcome] += 1

    def count_row(self, outcome: str) -> bool:
        """Count a row; say whether it is to be listed.

        Listed are the first that are taken in with something new, and those without where rows are few.
        """
        self.counts[outcome] += 1
        self.rows += 1
        if self.rows == LISTED + 1:
            self.lines = [each for each in self.lines if each.outcome != SAME]
        return len(self.lines) < LISTED and (outcome != SAME or self.rows <= LISTED)

    @property
    def unlisted(self) -> int:
        """How many rows with something new are not among the lines."""
        news = sum(each.outcome != SAME for each in self.lines)
        return self.rows - self.counts[SAME] - news

    def count(self, outcome: str) -> int:
        """Return how many rows came out so; rows of a form left untouched are the same."""
        return self.counts[outcome] + (self.untouched if outcome == SAME else 0)

    def view(self) -> dict[str, Any]:
        """Return it for `--json` (docs/contract.md)."""
        return {
            "new": self.count(NEW),
            "changed": self.count(CHANGED),
            "same": self.count(SAME),
            "errors": [problem._asdict() for problem in self.problems],
            "ignored": [left._asdict() for file in self.files for left in file.ignored],
        }


def read_files(paths: Iterable[str], watch: Watch, data: bytes | None = None) -> list[ReturnedFile]:
    """Read the files of one import; a file that is named twice is read once, and a pattern (*.xlsx) names those that fit it.

    data: what stands for the path -.
    """
    chosen = files_meant(paths)
    return [
        read_returned(path, data, "标准输入") if str(path) == STDIN else read_returned(path)
        for path in watch(chosen, len(chosen))
    ]


def files_meant(paths: Iterable[str]) -> list[Path]:
    """Return the files that paths and patterns name, each once; raises Refused for a pattern that fits none."""
    return list(dict.fromkeys(path for text in paths for path in _meant(text)))


STDIN = "-"
"""What stands for a table on stdin."""


def _meant(text: str) -> list[Path]:
    """Return the files that a text names; Windows leaves patterns to the programs."""
    path = expanded(text)
    if any(sign in path.name for sign in "*?") and not path.exists():
        found = sorted(path.parent.glob(path.name))
        if not found:
            raise Refused(f"没有文件符合“{text}”；请检查路径")
        return found
    return [path]


def take_in(files: Sequence[ReturnedFile], changeset: Changeset, options: Options, watch: Watch) -> Import:
    """Add what files report to a changeset, and to further ones beside it where they speak for several people.

    Nothing raises for a row: what is wrong becomes a problem with its place, and the row adds nothing.
    """
    return _Taking(files, changeset, options).run(watch)


class _Taking:
    """One import being made."""

    def __init__(self, files: Sequence[ReturnedFile], changeset: Changeset, options: Options) -> None:
        self.options = options
        self.result = Import(files)
        self.numbers: dict[int, int] = {}
        self.warnings: list[tuple[int, int, str]] = []
        self.unsaid = 0
        self.units: dict[str, UnitNames] = {}
        self.altered: dict[tuple[int, int], AlteredColumn] = {}
        self.moves: dict[str, list[tuple[Row, list[str]]]] = {}
        self.connection = changeset.connection
        self.context = ReportContext(
            changeset.connection,
            changeset.today,
            evidence_required=options.evidence_required,
        )
        self.memory = KnownReports()
        self.people = Reporters(changeset)
        self.previous = PreviousCells(self.connection, self.context, self.memory, options)
        self.placer = RowImporter(self.context, self.people, self.memory, options.today)

    def run(self, watch: Watch) -> Import:
        sheets = self._sheets()
        # Every row is counted twice: when it is read and when it is taken in.
        rows = 2 * sum(len(sheet.table.table.sheet.rows) for sheet in sheets)
        for _ in watch(self._steps(sheets), rows // STEP + 1):
            pass
        if self.options.by_file:
            # Of two files that say two things neither is taken in: the one that came first by name is no truer.
            self.result.problems += self.placer.clashes
        self.people.sign(self.result.files, signatures(sheets))
        self._tell_differing(sheets)
        self._tell_altered(sheets)
        self._tell_moves()
        self._sort()
        return self.result

    def _steps(self, sheets: Sequence[TakenSheet]) -> Iterator[None]:
        """Take all rows in, stopping after about every `STEP`."""
        self.matcher = self._matcher()
        gathering = ItemGroups(sheets, repeated_items(self.connection))
        for sheet in sheets:
            for found in self._rows(sheet):
                gathering.add(sheet, found)
                if gathering.count % STEP == 0:
                    yield
        yield
        for portions in gathering.groups():
            self.placer.forget()
            for portion in portions:
                self._look_up(portion)
                # What a day says is held against the days before it, in whatever order they stand in the files.
                portion.sort(key=lambda each: each[1].day or each[0].day)
                for place, (sheet, row) in enumerate(portion, 1):
                    self._row(sheet, row)
                    if place % STEP == 0:
                        yield
                self.people.settle(self.context.kept)

    def _sheets(self) -> list[TakenSheet]:
        """Settle what holds for whole tables; what is wrong with a table keeps all its rows out."""
        receiver = Receiver(self.connection, self.context, self.options)
        sheets: list[TakenSheet] = []
        for file in self.result.files:
            self.result.problems += file.problems
            for table in file.found:
                received = receiver.receive(file, table)
                self._note_owner(table)
                self._tell_set_back(table)
                if isinstance(received, TakenSheet):
                    received.number = self.numbers[id(table)] = len(sheets)
                    self._note_speakers(received)
                    sheets.append(received)
                else:
                    self.result.problems += received
            self.result.warnings += file.remarks
        return sheets

    def _tell_set_back(self, table: Returned) -> None:
        """Say, once a file, where it knows changes that the ledger has lost."""
        told = set_back(self.connection, table.stamp if table.identity is None else table.identity.stamp)
        if told is not None and (line := f"{table.file}：{told}") not in self.result.warnings:
            self.result.warnings.append(line)

    def _note_owner(self, table: Returned) -> None:
        """Note whose form a table is, also for the notice that goes back for a fault in its head."""
        rows = {} if table.identity is None else table.identity.rows
        units = dict.fromkeys(base.unit.partition(":")[2] for base in rows.values())
        self.result.spoke.setdefault(table.file, FileReporters()).units.update(units)

    def _note_speakers(self, sheet: TakenSheet) -> None:
        """Note for whom a table speaks, for the one line that is said of its file."""
        about = self.result.spoke[sheet.table.file]
        if sheet.table.identity is None:
            about.units.update(dict.fromkeys(filter(None, [sheet.unit])))
        about.days[sheet.day] = None
        about.people[sheet.by] = None
        about.reviewers.update(dict.fromkeys(filter(None, [sheet.reviewer])))
        about.phones.update(dict.fromkeys(filter(None, [sheet.phone])))

    def _matcher(self) -> RowMatcher:
        plan = None if self.options.plan is None else plan_code(self.connection, self.options.plan)
        return RowMatcher(
            plan_names(self.connection),
            partial(item_words, self.connection, self.options.today),
            partial(indicator_words, self.connection, self.options.today),
            plan,
            lambda text: region_named(self.connection, text).name,
        )

    def _rows(self, sheet: TakenSheet) -> Iterator[FoundRow]:
        """Yield the rows of a table that are about something; what cannot be known is a problem."""
        seen: dict[str, FoundRow] = {}
        is_form, is_book = sheet.table.is_form, sheet.file.book is not None
        for found in self.matcher.rows(sheet.table):
            if isinstance(found, Problem):
                self.result.problems.append(found)
            elif isinstance(found, Left):
                left = sheet.table.problem(*found)
                sheet.file.ignored += [left] if left not in sheet.file.ignored else []
            elif is_form and (first := seen.setdefault(found.ref.text, found)) is not found:
                row, other = Row(sheet.table, *found), Row(sheet.table, *first)
                self._fail(row, [("id", f"编号 {row.ref.text} 重复（另见 {other.place}）；请勿改动编号")])
            else:
                if is_book:
                    sheet.reports[found.place] = True
                yield found

    def _look_up(self, portion: Sequence[tuple[TakenSheet, Row]]) -> None:
        """Read what the ledger has about some rows, and nothing else."""
        self.context.forget()
        self.memory.forget()
        codes = self._load(ref.item for ref in dict.fromkeys(row.ref for _, row in portion))
        sheets = list(dict.fromkeys(sheet for sheet, _ in portion))
        days = {day for sheet in sheets for day in (sheet.day, sheet.first_day) if day is not None}
        for sheet, row in portion:
            if (day := sheet.day_in(row)) is not None:
                row.day = day
                days.add(day)
        first, last = min(days).isoformat(), max(days).isoformat()
        takes_evidence = any("evidence" in sheet.table.table.columns for sheet in sheets)
        for keys in batches([self.context.key(item) for item in self.context.loaded(codes)]):
            self.memory.learn(stated_between(self.connection, keys, first, last))
            if takes_evidence:
                self.memory.learn_evidence(evidence_taken(self.connection, keys))
        self.previous.look_up(portion)

    def _load(self, codes: Iterable[str]) -> list[str]:
        """Read items and those to which their links lead, however many links there are on the way; return the ids of all."""
        found: dict[str, None] = {}
        fresh = list(dict.fromkeys(codes))
        while fresh:
            self.context.load(fresh)
            found.update(dict.fromkeys(fresh))
            followed = dict.fromkeys(_followed(self.context.loaded(fresh)))
            fresh = [code for code in followed if code not in found]
        return list(found)

    def _row(self, sheet: TakenSheet, row: Row) -> None:
        """Take one row in, or note what is wrong with it."""
        try:
            item = self.context.item(row.ref)
        except TrackerError as error:
            self._fail(row, [("id" if "id" in row.source.table.columns else "name", str(error))])
            return
        row_report = self._saying(sheet, row, item)
        if row_report.problems:
            self._fail(row, row_report.problems)
        elif row_report.entries or self._says_again(sheet, row, row_report):
            self._place(sheet, row, row_report)
        else:
            self._pass_over(sheet, row, row_report)

    def _says_again(self, sheet: TakenSheet, row: Row, row_report: RowReport) -> bool:
        """Take a row of a unit's own table that repeats the ledger for 无变化 where it answers a period not answered yet.

        Whoever returns a table every period has reported, whether anything moved or not. The very same file says nothing twice, and
        a table that the ledger itself filled in says nothing where it was left as it was.
        """
        table = row.source
        is_ours = table.is_form or sheet.moment is not None or table.stamp is not None or sheet.is_listing
        if is_ours or row_report.again is None or not self._is_news(row, row_report):
            return False
        if not self.placer.answers_anew(row.ref, sheet.unit_of(row)):
            return False
        if sheet.is_known:
            told = (
                f"{sheet.file.name}：与 {sheet.first_day} 导入的是同一个文件，未计为本期填报；"
                "本期确无变化的，请在表中写明填报日期后导入，或用 tracker log 编号 --same"
            )
            self.result.warnings += [told] if told not in self.result.warnings else []
            return False
        row_report.same = True
        row_report.entries[row.ref.n] = Entry(date=row_report.day or sheet.day, **row_report.again)  # type: ignore[arg-type]
        return True

    def _is_news(self, row: Row, row_report: RowReport) -> bool:
        """Say whether a row is of today, or of a later day than the last report on its item: a month that it names is no day."""
        report = self.context.item(row.ref).last_report
        if row_report.day is None or report is None:
            return True
        return row_report.day > report.date and len(re.findall(r"\d+", str(row.value("date")))) > 2  # noqa: PLR2004 - year, month and day

    def _pass_over(self, sheet: TakenSheet, row: Row, row_report: RowReport) -> None:
        """Count a row that reports nothing."""
        if row.index in sheet.reports:
            sheet.reports[row.index] = False
        self._warn(row, row.remarks(row_report.warnings))
        if row.source.is_form:
            self.result.untouched += 1
            self.result.count_file(row.source.file, SAME)
        else:
            self._line(row, SAME)

    def _saying(self, sheet: TakenSheet, row: Row, item: Item) -> RowReport:
        """Return what a row says; a row that can say nothing has problems only."""
        if row.source.identity is not None:
            return self._saying_of_form(sheet, row, item, row.source.identity)
        if sheet.names_items and (other := self._other_item(row, item)) is not None:
            return RowReport(problems=[("name", f"编号 {row.ref.text} 与事项文字不符：这段文字是 {other}；请核对")])
        try:
            day = stated_day = row.day or sheet.read_day(row)
        except TrackerError as error:
            return RowReport(problems=[("date", str(error))])
        if sheet.is_stamped and (other := self._other_stamp(sheet, row)) is not None:
            return RowReport(problems=[("stamp", other)])
        previous = self.previous.of(sheet, item, row.ref.n)
        drafted = self.context.drafted.get(previous.part)
        previous.drafted = drafted if drafted is not None and drafted.day < (stated_day or sheet.day) else None
        if sheet.states_facts:
            self._leave_stated(sheet, row, item, previous)
        report = previous.item.last_report
        if day is None or (report is not None and day == report.date and day < sheet.day):
            # The date of the report that is known already is not that of what was written into the table since.
            day = sheet.day
        row_report = table_row_report(row, previous, day)
        if (
            row_report.entries and sheet.moment is None
            and report is not None and stated_day is not None and stated_day < report.date
        ):  # fmt: skip
            row_report = table_row_report(row, self.previous.set_back(previous, stated_day), day)
        row_report.day = stated_day
        if row.index in sheet.helpers:
            _leave_figures_of_helper(row_report, sheet.helpers[row.index])
        if row_report.entries and sheet.moment is None and sheet.is_listing:
            self._hold_against_news(row, item, row_report)
        return row_report

    def _saying_of_form(self, sheet: TakenSheet, row: Row, item: Item, identity: Identity) -> RowReport:
        base = identity.rows.get(row.ref.text)
        if base is None:
            return RowReport(problems=[("id", f"{row.ref.text} 不在导出时的表中；请勿增加行或改动编号")])
        self._leave_locked(sheet, row, base, item)
        return form_row_report(row, base, part_of(item, row.ref.n), sheet.day)

    def _other_item(self, row: Row, item: Item) -> str | None:
        """Return the item whose words stand beside the id of a row, where they are another's: rows slip against their ids."""
        name = None if read_text(row.value("id")) is None else row.name
        return None if name is None or says(item, name) else self.matcher.other_item(name, item)

    @staticmethod
    def _other_stamp(sheet: TakenSheet, row: Row) -> str | None:
        """Say where a row bears another stamp than its table: it was put together from several listings."""
        stamp = read_stamp(str(row.value("stamp") or ""))
        if stamp in (None, sheet.table.stamp):
            return None
        return "本行与前面各行出自不同时间导出的清单；请分成两个文件导入"

    @staticmethod
    def _hold_against_news(row: Row, item: Item, row_report: RowReport) -> None:
        """Leave out a row of a listing that does not say when it was made, where the ledger may have been told more since."""
        report = item.last_report
        if report is None or is_shown(report, row.value("last_report")):
            return
        row_report.entries.clear()
        words = (
            f"台账在 {report.date} 另有填报，本行与台账不同但不知是否更新，未采用；"
            "请用 tracker list --csv -o 重新导出后再改，或只留编号和要填报的列"
        )
        row_report.warnings.append(("", words))

    def _leave_locked(self, sheet: TakenSheet, row: Row, base: Base, item: Item) -> None:
        """Name the locked cells of a form that were changed: they are never read."""
        for column, words in locked_differences(row, base, item):
            left = row.problem(column, words) if column in row.source.table.columns else row.source.problem(None, words)
            if left not in sheet.file.ignored:
                sheet.file.ignored.append(left)

    def _leave_stated(self, sheet: TakenSheet, row: Row, item: Item, previous: PreviousCell) -> None:
        """Note where a table states another deadline or other leads than the ledger, or a listing of ours other than it showed.

        The first of each column is named. What a workbook of ours showed is looked at as a whole (`_tell_altered`).
        """
        if sheet.moment is not None and "stamp" in sheet.table.table.columns:
            for each in in_listing(row, previous.item, previous.judgement):
                known = self.altered.get((sheet.number, each.place))
                self.altered[sheet.number, each.place] = known._replace(number=known.number + 1) if known else each
            return
        is_ours = sheet.is_listing or sheet.table.stamp is not None
        if is_ours or sheet.table.table.columns.keys().isdisjoint(STATED):
            return
        units = self.units.setdefault(item.plan, UnitNames(self.connection, item.plan))
        helper = _helper_named(row, item, units) if sheet.unit_of(row) is None else None
        if helper is not None:
            sheet.helpers[row.index] = helper
        for column, words in stated_differences(row, item, units, self.options.today):
            if column == "lead" and helper is not None:
                continue  # whose report it is
            cell = sheet.table.table.name(row.index, column)
            first, number = sheet.differing.get(column, ((cell, words), 0))
            sheet.differing[column] = first, number + 1

    def _tell_moves(self) -> None:
        """Say where the ledger has moved on since a form was made: row by row where these are few, else in one line for the file."""
        for file, rows in self.moves.items():
            if len(rows) <= _MOVED:
                for row, texts in rows:
                    self._warn(row, texts)
                continue
            ids = [row.ref.text for row, _ in rows]
            text = (
                f"{'、'.join(ids[:_MOVED])} 等 {len(ids)} 项在导出表格后台账已另有填报："
                "表中改过的以本表为准，没有改的以台账为准；请核对"
            )
            self.warnings.append((self.numbers[id(rows[0][0].source)], rows[0][0].index, f"{file}：{text}"))

    def _tell_altered(self, sheets: Sequence[TakenSheet]) -> None:
        """Name what was altered in workbooks and listings of ours and is not taken."""
        for (number, _), each in self.altered.items():
            sheets[number].file.leave_once(
                sheets[number].table.table.sheet.name, [each.left(sheets[number].table.table)]
            )
        for file in self.result.files:
            own = [sheet for sheet in sheets if sheet.file is file]
            if file.book is None or not own:
                continue
            from tracker.actions.verification import altered_cells

            with suppress(Refused):
                goalposts = None if self.options.goalposts is None else self.options.goalposts()
                for name, left in in_workbook(own, altered_cells(self.connection, file.book, goalposts) or ()):
                    file.leave_once(name, [left])

    def _tell_differing(self, sheets: Sequence[TakenSheet]) -> None:
        """Say, once for a table and column, how many rows state something else than the ledger."""
        for sheet in sheets:
            for column, ((cell, words), number) in sheet.differing.items():
                label, command = STATED[column]
                message = (
                    f"“{label}”与台账不同的有 {number} 行（如 {cell}：{words}），未读取；需要调整请用 tracker {command}"
                )
                sheet.file.leave_once(sheet.table.table.sheet.name, [Left(cell, message)])

    def _place(self, sheet: TakenSheet, row: Row, row_report: RowReport) -> None:
        outcome, recorded = self.placer.place(sheet, row, row_report), row_report.recorded
        if outcome == ERROR:
            self._fail(row, row_report.problems)
            return
        if outcome != SAME:
            if row_report.warnings:
                self._warn(row, row.remarks(row_report.warnings))
            for each in recorded:
                self._warn(row, each.warnings)
            if row_report.moves:
                self.moves.setdefault(row.source.file, []).append((row, row_report.moves))
        elif row.index in sheet.reports:
            sheet.reports[row.index] = False
        if self.options.by_file and sheet.unit is None:
            # Of a table that names no unit for all of it, each row does, or the only lead.
            units = (each.speaker.unit for each in recorded)
            self.result.spoke[row.source.file].units.update(dict.fromkeys(unit[1] for unit in units if unit))
        self._line(row, outcome, recorded, sheet)

    def _fail(self, row: Row, problems: Iterable[tuple[str, str]]) -> None:
        self.result.problems += [row.problem(column, message) for column, message in problems]
        self._line(row, ERROR)

    def _line(self, row: Row, outcome: str, recorded: Sequence[Recorded] = (), sheet: TakenSheet | None = None) -> None:
        self.result.count_file(row.source.file, outcome)
        listed = self.result.count_row(outcome)
        if not listed and not (recorded and self.options.by_file):
            return
        name, table = row.source.table.sheet.name, self.numbers[id(row.source)]
        by = "" if sheet is None else sheet.person_of(row)
        line = Line(table, row.source.file, name, row.index + 1, row.ref.text, outcome, recorded, by)
        if listed:
            self.result.lines.append(line)
        if recorded:
            self.result.note_item(row.source.file, line)

    def _warn(self, row: Row, texts: Iterable[str]) -> None:
        for text in texts:
            if len(self.warnings) < WARNED:
                self.warnings.append((self.numbers[id(row.source)], row.index, f"{row.place}：{text}"))
            else:
                self.unsaid += 1

    def _sort(self) -> None:
        """Put what is said of rows in the order of the files, whenever it was found."""
        places: dict[tuple[str, str | None], int] = {}
        for file in self.result.files:
            places.setdefault((file.name, None), len(places))
            for table in file.found:
                places.setdefault((file.name, table.table.sheet.name), len(places))

        def place(problem: Problem) -> tuple[int, tuple[int, int, str]]:
            return places.get((problem.file, problem.sheet), -1), _row_and_column(problem.cell)

        self.result.problems.sort(key=place)
        self.result.warnings += [text for *_, text in sorted(self.warnings, key=itemgetter(0, 1))]
        self.result.warnings += self.placer.told_rivals()
        if self.unsaid:
            self.result.warnings.append(f"另有 {self.unsaid} 处类似情况未列出；分批导入可逐处查看")
        self.result.lines.sort(key=attrgetter("table", "row"))


def is_shown(report: LastReport, cell: Any) -> bool:
    """Say whether a cell of last_report shows the last report of the ledger, or a later one."""
    text = "" if cell is None else str(cell)
    match = re.match(r"\s*(\d{4})\D(\d{1,2})\D(\d{1,2})(?!\d)", text)
    try:
        day = date(*map(int, match.groups())) if match else None
    except ValueError:
        return False
    if match is None or day is None or day < report.date:
        return False
    rest = bare(text[match.end() :])
    words = (report.unit, report.by, report.note, report.problem, report.next)
    return day > report.date or not rest or rest == bare(" ".join(filter(None, words)))


def _row_and_column(cell: str | None) -> tuple[int, int, str]:
    letters = (cell or "").rstrip("0123456789")
    return int((cell or "")[len(letters) :] or 0), len(letters), letters


def _followed(items: Iterable[Item]) -> Iterator[str]:
    """Yield the items to which reports on linked indicators go."""
    for item in items:
        for indicator in item.indicators:
            if indicator.link is not None and indicator.link.kind == "same":
                yield parse_id(indicator.link.sources[0]).item


def _helper_named(row: Row, item: Item, units: UnitNames) -> str | None:
    """Return the one participating unit that a row names in the place of the leads: it is the one that reports."""
    text = None
    with suppress(TrackerError):
        text = read_text(row.value("lead"))
    if text is None or not item.leads:
        return None
    with suppress(TrackerError):
        named = units.cell(text, None)
        names = [*named.leads, *named.participants]
        if len(names) == 1 and names[0] in {role.name for role in item.participants} - {
            role.name for role in item.leads
        }:
            return names[0]
    return None


def _leave_figures_of_helper(row_report: RowReport, unit: str) -> None:
    """Keep of what a participating unit reports its words: state and figures are the lead's to say."""
    figures = {"state": None, "percent": None, "value": None, "year": None}
    kept = {n: replace(entry, **figures) for n, entry in row_report.entries.items()}  # type: ignore[arg-type]
    left = "；状态、完成率、现值由牵头单位填，未采用" if kept != row_report.entries else ""
    row_report.entries = {n: entry for n, entry in kept.items() if row_report.same or not entry.is_empty}
    row_report.warnings.append(("lead", f"{unit}是参与单位，这一行按该单位的填报读取{left}"))
