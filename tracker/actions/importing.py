"""Taking reports back from files: every row against the ledger, all errors at once, then one transaction (DESIGN §4, §6).

A row goes the way of `log` (`actions.recording`): the same roles, permissions and links. What a file says that the ledger
has already been told is the same, on whatever day and however often it comes.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import Any, NamedTuple

from tracker.actions.finding import plan_code
from tracker.actions.import_naming import Namer, Row
from tracker.actions.import_saying import Background, Saying, evidence_parts, form_saying, table_saying
from tracker.actions.recording import Desk, Recorded, Spot, kept_entry, put, same_again, spot_of
from tracker.errors import Refused, TrackerError
from tracker.ledger.entry import Entry, completed_state
from tracker.ledger.ids import Ref, parse_id
from tracker.ledger.lights import Thresholds
from tracker.ledger.model import Indicator, Item
from tracker.ledger.naming import find_units
from tracker.ledger.terms import STATES
from tracker.ledger.values import plain, shorten
from tracker.sheets.reading_cells import read_date, read_text
from tracker.sheets.returned import Problem, Returned, ReturnedFile, read_returned
from tracker.store import periods, queries
from tracker.store.reading import EVERYTHING, When, load_items
from tracker.store.writing import Author, Draft

Watch = Callable[[Iterable[Any], int], Iterator[Any]]
"""Passes parts of a work on and may show how far it is (`cli.progress.watched`)."""

NEW, CHANGED, SAME, ERROR = "new", "changed", "same", "error"
_PORTION = 500
_TEXTS = ("note", "problem", "next_step")


class Line(NamedTuple):
    """What became of one row."""

    file: str
    sheet: str | None
    row: int
    id: str
    outcome: str
    words: str


@dataclass(slots=True, kw_only=True)
class Options:
    """How an import is made: who enters it, for which unit and day where the files do not say, with which figures."""

    by: str
    today: date
    limits: Thresholds
    unit: str | None = None
    day: date | None = None
    plan: str | None = None
    evidence_required: bool = False


@dataclass(slots=True)
class Import:
    """What files do to the ledger: their rows, everything that is wrong with them, what to mind."""

    files: Sequence[ReturnedFile]
    lines: list[Line] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    untouched: int = 0

    def count(self, outcome: str) -> int:
        """Return how many rows came out so; rows of a form left untouched are the same."""
        return sum(line.outcome == outcome for line in self.lines) + (self.untouched if outcome == SAME else 0)

    def view(self) -> dict[str, Any]:
        """Return it for `--json` (DESIGN §4)."""
        return {
            "new": self.count(NEW),
            "changed": self.count(CHANGED),
            "same": self.count(SAME),
            "errors": [problem._asdict() for problem in self.problems],
        }


def read_files(paths: Iterable[str], watch: Watch) -> list[ReturnedFile]:
    """Read the files of one import; a file that is named twice is read once."""
    chosen = list(dict.fromkeys(Path(path).expanduser() for path in paths))
    return [read_returned(path) for path in watch(chosen, len(chosen))]


def take_in(files: Sequence[ReturnedFile], draft: Draft, options: Options, watch: Watch) -> Import:
    """Add what files report to a draft, and to further ones beside it where they speak for several people.

    Nothing raises for a row: what is wrong becomes a problem with its place, and the row adds nothing.
    """
    return _Taking(files, draft, options).run(watch)


class _Taking:
    """One import being made."""

    def __init__(self, files: Sequence[ReturnedFile], draft: Draft, options: Options) -> None:
        self.options = options
        self.result = Import(files)
        self.connection = draft.connection
        self.desk = Desk(draft, tolerance=options.limits.tolerance, evidence_required=options.evidence_required)
        self.people = _People(draft)
        self.memory = _Memory()
        self.known = queries.imported_files(self.connection)
        self.taken: dict[tuple[str, date, int | None], tuple[Entry, Row]] = {}

    def run(self, watch: Watch) -> Import:
        result = self.result
        sheets: list[_Sheet] = []
        for file in result.files:
            result.problems += file.problems
            result.warnings += file.remarks
            sheets += [each for table in file.tables if (each := self._sheet(file, table)) is not None]
        rows = self._rows(sheets)
        self._look_up(rows)
        for sheet, row in watch(rows, len(rows)):
            self._row(sheet, row)
        self.people.sign(result.files, {sheet.file.sha256: sheet.day for sheet in sheets})
        return result

    def _sheet(self, file: ReturnedFile, table: Returned) -> "_Sheet | None":
        """Return what holds for a whole table; a problem with it makes the table nobody's."""
        sheet = _Sheet(file, table, self.options.by, None, self.options.today)
        problems = [
            *self._check_form(table), *self._read_unit(sheet), *self._read_day(sheet), *self._read_person(sheet)
        ]  # fmt: skip
        self.result.problems += problems
        return None if problems else sheet

    def _check_form(self, table: Returned) -> Iterator[Problem]:
        identity = table.identity
        if identity is None:
            return
        if identity.ledger != queries.ledger_value(self.connection, "id"):
            yield table.problem(None, "这份填报表由另一份台账导出，不能导入本台账；请用 tracker export form 导出新表填报")

    def _read_unit(self, sheet: "_Sheet") -> Iterator[Problem]:
        """Settle for which unit a table speaks: the form's own, what stands above the table, --unit."""
        table, given = sheet.table, self.options.unit
        value, cell = table.table.meta.get("unit", ("", ""))
        shown = read_text(value)
        sheet.unit = given
        if table.identity is not None:
            units = list(dict.fromkeys(base.unit for base in table.identity.rows.values()))
            own = [unit for unit in units if shown is None or unit.partition(":")[2] == shown]
            if not own:
                words = "、".join(unit.partition(":")[2] for unit in units)
                yield table.problem(cell, f"填报单位“{shorten(shown or '')}”与表格信息（{words}）不符；请用该单位自己的表填报")
            elif given is not None and not self._is_among(given, units):
                yield table.problem(cell or None, f"这是{'、'.join(units)}的填报表，与 --unit {given} 不符；请核对文件")
        elif shown is not None and given is None:
            try:
                self.desk.units(shown)
                sheet.unit = shown
            except Refused as error:
                yield table.problem(cell, str(error))

    def _is_among(self, given: str, units: Sequence[str]) -> bool:
        everybody = queries.load_units(self.connection)
        keys = {unit.id for name in units for unit in find_units(name, everybody)}
        return any(unit.id in keys for unit in find_units(given, everybody))

    def _read_day(self, sheet: "_Sheet") -> Iterator[Problem]:
        """Settle the date of a table's reports: its 填报日期, --date, the day its file was first taken in, today."""
        table = sheet.table
        fallback = self.known.get(sheet.file.sha256)
        sheet.day = self.options.day or (date.fromisoformat(fallback) if fallback else self.options.today)
        if "date" not in table.table.meta:
            return
        value, cell = table.table.meta["date"]
        try:
            day = read_date(value, self.options.today, from_1904=table.table.sheet.from_1904)
        except TrackerError as error:
            yield table.problem(cell, f"填报日期：{error}")
            return
        if day is None and table.is_form:
            yield table.problem(cell, "请填写填报日期（数据时点）")
        elif day is not None and day > self.options.today:
            yield table.problem(cell, f"填报日期 {day} 在今天（{self.options.today}）之后；请改正")
        elif day is not None:
            sheet.day = day

    def _read_person(self, sheet: "_Sheet") -> Iterator[Problem]:
        value, cell = sheet.table.table.meta.get("by", ("", ""))
        name = " ".join((read_text(value) or "").split())
        if len(name) > _LONGEST_NAME:
            yield sheet.table.problem(cell, f"填报人“{shorten(name)}”过长；请只写姓名")
        sheet.by = name or self.options.by

    def _rows(self, sheets: Sequence["_Sheet"]) -> list[tuple["_Sheet", Row]]:
        """Find what the rows of all tables are about; what cannot be known is a problem."""
        plan = None if self.options.plan is None else plan_code(self.connection, self.options.plan)
        by_words = any("id" not in sheet.table.table.columns for sheet in sheets)
        items = load_items(self.connection, EVERYTHING, When(self.options.today)) if by_words else None
        namer = Namer(queries.plan_names(self.connection), items, plan)
        found: list[tuple[_Sheet, Row]] = []
        for sheet in sheets:
            for row in namer.rows(sheet.table):
                if isinstance(row, Problem):
                    self.result.problems.append(row)
                else:
                    found.append((sheet, row))
        return found

    def _look_up(self, rows: Sequence[tuple["_Sheet", Row]]) -> None:
        """Read what the ledger has about all rows at once."""
        self.desk.load(row.ref.item for _, row in rows)
        items = self.desk.loaded()
        links = {
            parse_id(source).item
            for item in items for indicator in item.indicators
            if indicator.link is not None and indicator.link.kind == "same" for source in indicator.link.sources
        }  # fmt: skip
        self.desk.load(links)
        days = {sheet.day for sheet, _ in rows} | {day for sheet, row in rows if (day := _day_of(sheet, row)) is not None}
        if not days:
            return
        keys = [self.desk.key(item) for item in self.desk.loaded()]
        for start in range(0, len(keys), _PORTION):
            portion = keys[start : start + _PORTION]
            self.memory.learn(queries.stated_between(self.connection, portion, min(days).isoformat(), max(days).isoformat()))
            if any("evidence" in sheet.table.table.columns for sheet, _ in rows[:1]) or self._takes_evidence(rows):
                self.memory.evidence |= queries.evidence_names(self.connection, portion)
        self._look_up_periods(rows)

    def _takes_evidence(self, rows: Sequence[tuple["_Sheet", Row]]) -> bool:
        return any("evidence" in sheet.table.table.columns for sheet in {id(s): s for s, _ in rows}.values())

    def _look_up_periods(self, rows: Sequence[tuple["_Sheet", Row]]) -> None:
        """Read what was said in the days of a weekly workbook, which stands in its cells."""
        for sheet in {id(each): each for each, _ in rows}.values():
            if sheet.table.period is None:
                continue
            codes = [row.ref.item for other, row in rows if other is sheet]
            for start in range(0, len(codes), _PORTION):
                sheet.said.update(periods.statements_of_period(
                    self.connection, codes[start : start + _PORTION], *sheet.table.period, When(self.options.today)
                ))  # fmt: skip

    def _row(self, sheet: "_Sheet", row: Row) -> None:
        """Take one row in, or note what is wrong with it."""
        try:
            item = self.desk.item(row.ref)
        except TrackerError as error:
            self._fail(row, [("id" if "id" in row.source.table.columns else "name", str(error))])
            return
        indicator = next((each for each in item.indicators if each.n == row.ref.n), None)
        saying = self._saying(sheet, row, item, indicator)
        if saying is None:
            return
        if saying.problems:
            self._fail(row, saying.problems)
        elif not saying.entries:
            self._count_untouched(row)
        else:
            self._enter(sheet, row, saying)

    def _saying(self, sheet: "_Sheet", row: Row, item: Item, indicator: Indicator | None) -> Saying | None:
        identity = row.source.identity
        if identity is None:
            try:
                return table_saying(row, self._background(sheet, row, item), indicator, self._day(sheet, row, item))
            except TrackerError as error:
                self._fail(row, [("date", str(error))])
                return None
        base = identity.rows.get(row.ref.text)
        if base is None:
            self._fail(row, [("id", f"{row.ref.text} 不在导出时的表中；请勿增加行或改动编号")])
            return None
        return form_saying(row, base, indicator, sheet.day)

    def _background(self, sheet: "_Sheet", row: Row, item: Item) -> Background:
        """Return what the ledger would write into a row now; into one of an earlier day, what it knew of that day."""
        report = item.last_report
        behind = Background(item, self.options.today, self.options.limits, said=sheet.said.get(item.id, ()))
        if report is not None:
            behind.note, behind.problem, behind.next_step = report.note, report.problem, report.next
        day = _day_of(sheet, row)
        if report is not None and day is not None and day < report.date:
            behind.is_stale = True
            stated = self.memory.last(self.desk.key(item), day)
            behind.note, behind.problem, behind.next_step = (stated.get(name) for name in ("note", "problem", "next"))
        key = self.desk.key(item)
        behind.evidence = frozenset(text for owner, _, text in self.memory.evidence_of(key) if owner == key)
        return behind

    def _day(self, sheet: "_Sheet", row: Row, item: Item) -> date:
        """Return the date of a row's report: its own, unless that is only the date of the report that is known already."""
        day = read_date(row.value("date"), self.options.today, from_1904=row.source.table.sheet.from_1904)
        if day is None or (item.last_report is not None and day == item.last_report.date and day < sheet.day):
            return sheet.day
        return day

    def _count_untouched(self, row: Row) -> None:
        if row.source.is_form:
            self.result.untouched += 1
        else:
            self._line(row, SAME, "")

    def _enter(self, sheet: "_Sheet", row: Row, saying: Saying) -> None:
        """Put what a row says into the draft of its person; all of it or nothing."""
        draft = self.people.draft(*_person(sheet, row))
        mark = _Mark(draft)
        outcomes: list[tuple[str, str]] = []
        problems: list[tuple[str, str]] = []
        for n, entry in saying.entries.items():
            try:
                outcomes.append(self._place(sheet, row, replace_n(row.ref, n), (entry, saying.same), draft))
            except _CellError as error:
                problems.append((error.column, str(error)))
            except TrackerError as error:
                problems.append((_column_of(entry, row), str(error)))
        if problems:
            mark.restore()
            self._fail(row, problems)
            return
        self.result.warnings += [f"{row.source.problem(row.source.table.name(row.index, 'id'), '').place}：{text}" for text in saying.warnings]
        kinds = [kind for kind, _ in outcomes]
        outcome = NEW if NEW in kinds else CHANGED if CHANGED in kinds else SAME
        self._line(row, outcome, "；".join(dict.fromkeys(words for _, words in outcomes if words)))

    def _place(
        self, sheet: "_Sheet", row: Row, ref: Ref, said: tuple[Entry, bool], draft: Draft
    ) -> tuple[str, str]:
        """Take in one entry of a row; return what it came to and the words for it."""
        entry, same = said
        if entry.date > self.options.today:
            raise _CellError("date", f"日期 {entry.date} 在今天（{self.options.today}）之后；请改正")
        spot = spot_of(self.desk, ref, entry if not same else replace(entry, note=entry.note or "无变化"), _unit(sheet, row))
        if same:
            entry = replace(entry, note=entry.note or "无变化")
        unit = spot.speaker.unit[0] if spot.speaker.unit else None
        days = [entry.date, sheet.day] if sheet.is_known(self.known) else [entry.date]
        if any(self._is_told(spot, replace(entry, date=day), unit, sheet, same=same) for day in days):
            return SAME, ""
        self._refuse_twice(spot, entry, unit, row)
        if same and spot.speaker.role != "participant":
            entry = _again(spot, entry)
        self._attach(draft, spot, entry, row)
        recorded = put(draft, self.desk, spot, entry)
        place = row.source.problem(row.source.table.name(row.index, "id"), "").place
        self.result.warnings += [f"{place}：{text}" for text in [*recorded.warnings, *_later(spot, entry)]]
        return (CHANGED if _was_reported(spot) else NEW), entry_words(recorded)

    def _is_told(self, spot: Spot, entry: Entry, unit: int | None, sheet: "_Sheet", *, same: bool) -> bool:
        """Say whether the ledger has been told just this; of a file that was taken in before, also where it was corrected since."""
        kept = kept_entry(spot, entry)
        key, named = self.desk.key(spot.item), self.desk.key(spot.named_item)
        if not all(self.memory.has_evidence(key, spot.n, part) for part in evidence_parts(entry.evidence)):
            return False
        declared = entry.state != "completed" or self.memory.is_completed(named, spot.named.n, entry.date)
        says_more = kept.percent is not None or kept.value is not None or any(getattr(kept, name) for name in _TEXTS)
        if not declared or (entry.state == "completed" and not says_more):
            return declared
        stated = self.memory.on(key, spot.n, entry.date, unit)
        if not sheet.is_known(self.known):
            stated = stated[-1:]
        return any(_says(each, kept, ignore_state=same or entry.state == "completed") for each in stated)

    def _refuse_twice(self, spot: Spot, entry: Entry, unit: int | None, row: Row) -> None:
        """Refuse a second, different report of one unit on one thing for one day within an import."""
        where = (spot.named.text, entry.date, unit)
        first = self.taken.setdefault(where, (entry, row))
        if first[1] is not row:
            other = first[1].source.problem(first[1].source.table.name(first[1].index, "id"), "").place
            raise _CellError("id", f"编号 {spot.named.text} 重复（另见 {other}）；同一单位同一日期只留一行")

    def _attach(self, draft: Draft, spot: Spot, entry: Entry, row: Row) -> None:
        if entry.evidence is None:
            return
        from tracker.actions.attaching import attach

        try:
            for part in evidence_parts(entry.evidence):
                attach(draft, spot.item, spot.n, part, within=row.source.folder)
        except TrackerError as error:
            raise _CellError("evidence", str(error)) from None

    def _fail(self, row: Row, problems: Iterable[tuple[str, str]]) -> None:
        self.result.problems += [row.problem(column, message) for column, message in problems]
        self._line(row, ERROR, "")

    def _line(self, row: Row, outcome: str, words: str) -> None:
        source = row.source
        self.result.lines.append(Line(source.file, source.table.sheet.name, row.index + 1, row.ref.text, outcome, words))


_LONGEST_NAME = 60


@dataclass(slots=True, eq=False)
class _Sheet:
    """A table with what holds for all its rows."""

    file: ReturnedFile
    table: Returned
    by: str
    unit: str | None
    day: date
    said: dict[str, Sequence[Any]] = field(default_factory=dict)

    def is_known(self, known: Mapping[str, str]) -> bool:
        """Whether the very same file was taken in before."""
        return self.file.sha256 in known


class _CellError(Refused):
    """A refusal that is about one cell of the row."""

    def __init__(self, column: str, message: str) -> None:
        super().__init__(message)
        self.column = column


class _Mark:
    """How far a draft had come before a row, so that a row that fails leaves nothing in it."""

    def __init__(self, draft: Draft) -> None:
        self._draft = draft
        self._lengths = [(rows, len(rows)) for rows in draft.rows.values()]

    def restore(self) -> None:
        """Take back what was added since."""
        for rows, length in self._lengths:
            del rows[length:]


class _People:
    """A draft for every person the files speak for: who reported is who it was, not who carried the file in."""

    def __init__(self, draft: Draft) -> None:
        self._first = draft
        self._drafts: dict[str, Draft] = {}
        self._files: dict[str, set[str]] = {}

    def draft(self, by: str, sheet: _Sheet, unit: str | None) -> Draft:
        """Return the draft of a person; its unit is the one for which all of it speaks."""
        draft = self._drafts.get(by)
        if draft is None:
            if self._drafts:
                draft = self._first.another(Author(by, unit))
            else:
                draft = self._first
                draft.author.by, draft.author.unit = by, unit
            self._drafts[by] = draft
        elif draft.author.unit != unit:
            draft.author.unit = None
        self._files.setdefault(by, set()).add(sheet.file.sha256)
        return draft

    def sign(self, files: Sequence[ReturnedFile], days: Mapping[str, date]) -> None:
        """Keep with each change the names, hashes and dates of the files it came from."""
        for by, draft in self._drafts.items():
            draft.detail = {
                "files": [
                    {"name": file.name, "sha256": file.sha256, "date": days[file.sha256]}
                    for file in files
                    if file.sha256 in self._files[by]
                ]
            }


class _Memory:
    """What the ledger has been told about the items of an import on the days it is about."""

    def __init__(self) -> None:
        self._stated: dict[tuple[int, int | None, str, int | None], list[dict[str, Any]]] = {}
        self._by_day: dict[tuple[int, str], dict[str, Any]] = {}
        self._completed: set[tuple[int, int | None, str]] = set()
        self.evidence: set[tuple[int, int | None, str]] = set()
        self._evidence_by_item: dict[int, set[tuple[int, int | None, str]]] | None = None

    def learn(self, rows: Iterable[dict[str, Any]]) -> None:
        """Take in reports and declarations, oldest first (`queries.stated_between`)."""
        for row in rows:
            if row["state"] == "completed":
                self._completed.add((row["item"], row["n"], row["date"]))
                continue
            self._stated.setdefault((row["item"], row["n"], row["date"], row["unit"]), []).append(row)
            self._by_day[row["item"], row["date"]] = row

    def on(self, key: int, n: int | None, day: date, unit: int | None) -> list[dict[str, Any]]:
        """Return a unit's reports on one thing for one day, oldest first."""
        return self._stated.get((key, n, day.isoformat(), unit), [])

    def last(self, key: int, day: date) -> Mapping[str, Any]:
        """Return the latest report on an item for one day."""
        return self._by_day.get((key, day.isoformat()), {})

    def is_completed(self, key: int, n: int | None, day: date) -> bool:
        """Say whether completion was declared on that day, of the thing itself or of any part of the item."""
        text = day.isoformat()
        if n is not None:
            return (key, n, text) in self._completed
        return any(item == key and when == text for item, _, when in self._completed)

    def evidence_of(self, key: int) -> set[tuple[int, int | None, str]]:
        """Return the evidence on an item."""
        if self._evidence_by_item is None:
            self._evidence_by_item = {}
            for each in self.evidence:
                self._evidence_by_item.setdefault(each[0], set()).add(each)
        return self._evidence_by_item.get(key, set())

    def has_evidence(self, key: int, n: int | None, part: str) -> bool:
        """Say whether a path or address is already evidence on something."""
        return bool({(key, n, part), (key, n, Path(part).name)} & self.evidence_of(key))


def replace_n(ref: Ref, n: int | None) -> Ref:
    """Return a reference to another part of the same item."""
    return ref if n == ref.n else ref._replace(n=n)


def _day_of(sheet: _Sheet, row: Row) -> date | None:
    """Return the date that stands in a row; None where there is none or none that can be read (that is said later)."""
    if "date" not in row.source.table.columns:
        return None
    try:
        return read_date(row.value("date"), sheet.day, from_1904=row.source.table.sheet.from_1904)
    except TrackerError:
        return None


def _unit(sheet: _Sheet, row: Row) -> str | None:
    """Return the unit for which a row speaks."""
    identity = row.source.identity
    if identity is not None:
        return identity.rows[row.ref.text].unit
    return read_text(row.value("unit")) or sheet.unit


def _person(sheet: _Sheet, row: Row) -> tuple[str, _Sheet, str | None]:
    name = " ".join((read_text(row.value("by")) or "").split())[:_LONGEST_NAME]
    return name or sheet.by, sheet, _unit(sheet, row)


def _again(spot: Spot, entry: Entry) -> Entry:
    """Return 无变化 as a report of a lead: the state in force, said again."""
    try:
        return same_again(spot.item, spot.n, entry)
    except TrackerError as error:
        raise _CellError("same", str(error)) from None


def _says(stated: Mapping[str, Any], entry: Entry, *, ignore_state: bool) -> bool:
    """Say whether a report that is kept says what an entry says."""
    figures = (("percent", entry.percent), ("value", entry.value))
    return (
        (ignore_state or stated["state"] == completed_state(entry))
        and all(stated[name] == (None if value is None else plain(value)) for name, value in figures)
        and (stated["note"], stated["problem"], stated["next"]) == (entry.note, entry.problem, entry.next_step)
    )


def _column_of(entry: Entry, row: Row) -> str:
    """Return the column that a refusal is about: the first figure that was filled in, else the id."""
    filled = [name for name in ("state", "percent", "value") if getattr(entry, name) is not None]
    return next((name for name in filled if name in row.source.table.columns), "id")


def _was_reported(spot: Spot) -> bool:
    subject = spot.subject
    return subject.reported_on is not None if isinstance(subject, Indicator) else spot.item.last_report is not None


def _later(spot: Spot, entry: Entry) -> list[str]:
    """Warn where a later report is in force: what comes in now is history."""
    subject = spot.subject
    if isinstance(subject, Indicator) and entry.value is not None and subject.actual_date is not None:
        if subject.actual_date > entry.date and subject.actual is not None:
            return [
                f"{spot.id}：台账已有 {subject.actual_date} 的现值 {plain(subject.actual)}，"
                f"表中 {plain(entry.value)} 的日期为 {entry.date}，记为历史数据"
            ]
        return []
    report = spot.item.last_report
    if report is not None and report.date > entry.date:
        return [f"{spot.id}：台账已有 {report.date} 的填报，表中日期为 {entry.date}，记为历史数据"]
    return []


def entry_words(recorded: Recorded) -> str:
    """Say what a report changes: figures with what was there before, then the words."""
    entry, before = recorded.entry, recorded.before
    parts = []
    if entry.state is not None:
        old = before.get("state")
        parts.append(f"{STATES[old]} → {STATES[entry.state]}" if old and old != entry.state else STATES[entry.state])
    for name, label, value, mark in (("percent", "完成率", entry.percent, "%"), ("value", "现值", entry.value, "")):
        if value is not None:
            old = before.get(name)
            parts.append(f"{label} {f'{old}{mark} → ' if old is not None else ''}{plain(value)}{mark}")
    parts += [text for text in (entry.note, entry.problem and f"问题：{entry.problem}", entry.next_step and f"下步：{entry.next_step}") if text]
    return "；".join(parts) or "佐证材料"
