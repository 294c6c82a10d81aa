"""What holds for a whole table that came back: for which unit it speaks, of which day, who filled it in, and whether it is ours."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING, Any

from tracker.actions.export_version import moment_of
from tracker.actions.imports.row_matcher import Row
from tracker.actions.imports.row_reports import STATED
from tracker.actions.item_context import ReportContext
from tracker.errors import Refused, TrackerError
from tracker.ledger.model import Item
from tracker.ledger.parameters import Parameters
from tracker.ledger.replay import Statement
from tracker.ledger.unit_names import find_units
from tracker.ledger.values import shorten
from tracker.sheets.reading.cells import NOTHING, read_date, read_text, read_year
from tracker.sheets.reading.files import Problem
from tracker.sheets.reading.tables import day_told
from tracker.sheets.returned_files import Returned, ReturnedFile
from tracker.store.connection import Connection
from tracker.store.filters import PointInTime
from tracker.store.registry import ledger_value, load_units, units_called
from tracker.store.stated_parameters import load_parameters
from tracker.store.statements import imported_files
from tracker.text import lazy_pattern

if TYPE_CHECKING:
    from tracker.synergy.goalposts import Goalposts

_LONGEST_NAME = 60


@dataclass(slots=True, kw_only=True, eq=False, repr=False)
class Options:
    """How an import is made: who enters it, for which unit and day where the files do not say, with which figures.

    by_file: each file is told by itself, with the items about which it says something new. goalposts: asks for the frozen ones of the
    synergy index, by which a report of ours is made again.
    """

    by: str
    today: date
    unit: str | None = None
    day: date | None = None
    plan: str | None = None
    evidence_required: bool = False
    by_file: bool = False
    goalposts: "Callable[[], Goalposts | None] | None" = None


@dataclass(slots=True, eq=False, repr=False)
class TakenSheet:
    """A table with what holds for all its rows.

    number: its place among all tables. first_day: where the very same file was taken in before, the date its undated rows were
    given then; reviewer and phone: 审核人 and 联系电话; is_listing: whether it has columns that only a listing of ours has; names_items,
    is_stamped, states_facts: whether its rows have words beside their ids, a stamp each, or what the ledger knows; said: what a
    weekly shows. moment: the question that a workbook of ours
    answered when it was made, parameters: the figures of judgement in force then; shown and shown_evidence: how it showed the items at
    hand, by id. differing: what its rows state otherwise than the ledger, by column: the first of them, and how many. reports: the
    rows of a workbook of ours that are about an item, each with whether it reports something. days: the dates that stand in rows, by
    their words. helpers: the participating units that rows name in the place of the leads, by the index of the row.
    """

    file: ReturnedFile
    table: Returned
    by: str
    unit: str | None
    day: date
    number: int = 0
    first_day: date | None = None
    reviewer: str = ""
    phone: str = ""
    is_listing: bool = field(init=False)
    names_items: bool = field(init=False)
    is_stamped: bool = field(init=False)
    states_facts: bool = field(init=False)
    said: dict[str, Sequence[Statement]] = field(default_factory=dict)
    moment: PointInTime | None = None
    parameters: Parameters | None = None
    shown: dict[str, Item] = field(default_factory=dict)
    shown_evidence: dict[str, Sequence[str]] = field(default_factory=dict)
    differing: dict[str, tuple[tuple[str, str], int]] = field(default_factory=dict)
    days: dict[str, date] = field(default_factory=dict)
    reports: dict[int, bool] = field(default_factory=dict)
    helpers: dict[int, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """See which questions about a row its columns raise."""
        columns = self.table.table.columns.keys()
        self.is_listing = self.table.table.is_listing
        self.names_items = "id" in columns and not columns.isdisjoint(("name", "title"))
        self.is_stamped = "stamp" in columns and self.table.stamp is not None
        self.states_facts = not columns.isdisjoint(("stamp", *STATED))

    def forget(self) -> None:
        """Let go of what was shown about the items at hand."""
        self.said.clear()
        self.shown.clear()
        self.shown_evidence.clear()

    @property
    def is_known(self) -> bool:
        """Whether the very same file was taken in before."""
        return self.first_day is not None

    def unit_of(self, row: Row) -> str | None:
        """Return the unit for which a row speaks."""
        if self.table.identity is not None:
            return self.table.identity.rows[row.ref.text].unit
        named = row.filled.get("unit")
        said = None if named is None else read_text(named)
        own = None if said is None or said in NOTHING else said
        return own or self.unit or self.helpers.get(row.index)

    def person_of(self, row: Row) -> str:
        """Return who makes a row's report."""
        named = row.filled.get("by")
        return ("" if named is None else _name(named)[:_LONGEST_NAME]) or self.by

    def day_in(self, row: Row) -> date | None:
        """Return the date that stands in a row; None where there is none or none that can be read (that is said later)."""
        try:
            return self.read_day(row)
        except TrackerError:
            return None

    def read_day(self, row: Row) -> date | None:
        """Return the date that stands in a row; raises Unclear where it cannot be read."""
        said, sheet = row.filled.get("date"), self.table.table.sheet
        if isinstance(said, str) and (known := self.days.get(said)) is not None:
            return known
        if said is not None and (day := read_date(said, self.day, from_1904=sheet.from_1904)) is not None:
            if isinstance(said, str):
                self.days[said] = day
            return day
        year = row.filled.get("year")
        day_of_year = None if year is None or self.table.is_form else read_year(year, self.day)
        return day_of_year if isinstance(day_of_year, date) else None


class Receiver:
    """Settles what holds for each table. known: the files whose import is in force, with the date their rows were given."""

    def __init__(self, connection: Connection, context: ReportContext, options: Options) -> None:
        self._connection = connection
        self._context = context
        self._options = options
        self._known = imported_files(connection)

    def receive(self, file: ReturnedFile, table: Returned) -> TakenSheet | list[Problem]:
        """Return a table with what holds for it, or everything that is wrong with it as a whole."""
        sheet = TakenSheet(file, table, self._options.by, self._options.unit, self._options.today)
        before = self._known.get(file.sha256)
        sheet.first_day = None if before is None else date.fromisoformat(before)
        sheet.moment = moment_of(self._connection, table.stamp)
        if sheet.moment is not None:
            sheet.parameters = load_parameters(self._connection, sheet.moment.known_at)
        checks = (self._check_ledger, self._read_unit, self._read_day, self._read_person)
        return [problem for check in checks for problem in check(sheet)] or sheet

    def _check_ledger(self, sheet: TakenSheet) -> Iterator[Problem]:
        identity = sheet.table.identity
        if identity is not None and identity.ledger != ledger_value(self._connection, "id"):
            yield sheet.table.problem(
                None, "这份填报表由另一份台账导出，不能导入本台账；请用 tracker export form 导出新表填报"
            )

    def _read_unit(self, sheet: TakenSheet) -> Iterator[Problem]:
        """Settle for which unit a table speaks: the form's own, --unit, what stands above the table."""
        table, given = sheet.table, self._options.unit
        value, cell = table.table.meta.get("unit", ("", ""))
        shown = None if value in NOTHING else read_text(value)
        if table.identity is not None:
            units = list(dict.fromkeys(base.unit for base in table.identity.rows.values()))
            if shown is not None and all(unit.partition(":")[2] != shown for unit in units):
                words = "、".join(unit.partition(":")[2] for unit in units)
                yield table.problem(
                    cell, f"填报单位“{shorten(shown)}”与表格信息（{words}）不符；请用该单位自己的表填报"
                )
            elif given is not None and not self._is_among(given, units):
                yield table.problem(cell or None, f"这是{'、'.join(units)}的填报表，与 --unit {given} 不符；请核对文件")
        elif shown is not None and given is None:
            try:
                self._context.units(shown)
                sheet.unit = shown
            except Refused as error:
                yield table.problem(cell, str(error))
        elif given is None and not table.is_ours:
            self._read_named_unit(sheet)

    def _read_named_unit(self, sheet: TakenSheet) -> None:
        """Take the unit that a line above a table calls the one it is of; say where a title or a sheet has the name of one."""
        table = sheet.table.table
        named, titles = read_text(table.meta.get("named_unit", ("", ""))[0]), [table.sheet.name or "", *table.above]
        if named is not None and units_called(self._connection, named):
            sheet.unit = named
            return
        found = (match[1] for text in titles if text and (match := _TITLED.match(text.strip())))
        shown = named or next((name for name in found if units_called(self._connection, name)), None)
        if shown is not None:
            remark = f"{sheet.file.name}：表中写有“{shorten(shown)}”，没有填报单位，按各事项的牵头单位记；由某一单位填报的请加 --unit"
            sheet.file.remarks += [remark] if remark not in sheet.file.remarks else []

    def _is_among(self, given: str, units: Sequence[str]) -> bool:
        everybody = load_units(self._connection)
        keys = {unit.id for name in units for unit in find_units(name, everybody)}
        return any(unit.id in keys for unit in find_units(given, everybody))

    def _read_day(self, sheet: TakenSheet) -> Iterator[Problem]:
        """Settle the date of a table's reports: its 填报日期, --date, the day its file was first taken in, its 截至, its name, today."""
        table, today = sheet.table, self._options.today
        given = self._options.day or sheet.first_day or (today if table.is_ours or table.is_form else None)
        sheet.day = given or today
        try:
            day, cell, remark = day_told(table.table, sheet.file.name, today, given)
        except TrackerError as error:
            yield table.problem(table.table.meta["date"][1], f"填报日期：{error}")
            return
        sheet.file.remarks += [f"{sheet.file.name}：{remark}"] if remark else []
        if day is None and table.is_form and "date" in table.table.meta:
            yield table.problem(cell, "填报日期没有填；请写成 2026-11-21 的形式")
        elif day is not None and day > today:
            yield table.problem(cell, f"填报日期 {day} 在今天（{today}）之后；请改正")
        elif day is not None:
            sheet.day = day

    def _read_person(self, sheet: TakenSheet) -> Iterator[Problem]:
        value, cell = sheet.table.table.meta.get("by", ("", ""))
        name = _name(value)
        if len(name) > _LONGEST_NAME:
            yield sheet.table.problem(cell, f"填报人“{shorten(name)}”过长；请只写姓名")
        sheet.by = name or self._options.by
        sheet.reviewer, sheet.phone = (
            _name(sheet.table.table.meta.get(said, ("", ""))[0])[:_LONGEST_NAME] for said in ("reviewer", "phone")
        )


_TITLED = lazy_pattern(r"([一-龥]{1,12}?[厅局委办])(?=[(（](?:盖章|公章)|20\d\d|[一二三四]季度|\d{1,2}月|关于|$)")
"""How a title or the name of a sheet begins with whose table it is."""


def _name(value: object) -> str:
    return " ".join((read_text(value) or "").split())


def signatures(sheets: Sequence[TakenSheet]) -> Mapping[str, Mapping[str, Any]]:
    """Return what is kept of each file beside its name, by its hash: the date that its undated rows were given, 审核人, 联系电话."""
    return {
        sheet.file.sha256: {
            "date": sheet.day, **{name: said for name in ("reviewer", "phone") if (said := getattr(sheet, name))},
        }
        for sheet in sheets
    }  # fmt: skip
