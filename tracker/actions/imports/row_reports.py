"""What a row of a returned table says: the reports that follow from what was filled in, against what stood there before.

A form knows what was pre-filled; a cell that still says so says nothing. For any other table what stood there is what the
ledger would write into it now: the same table sent back untouched reports nothing.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from functools import lru_cache
from typing import TYPE_CHECKING, Any, TypeVar

from tracker.actions.imports.row_matcher import Row
from tracker.actions.item_context import Drafted
from tracker.actions.unit_names import UnitNames
from tracker.errors import TrackerError, Unclear
from tracker.ledger.judgement import Judgement, judge, percent_by_itself
from tracker.ledger.model import Indicator, Item, LastReport, part_of
from tracker.ledger.parameters import Parameters
from tracker.ledger.progress import HUNDRED
from tracker.ledger.replay import Statement
from tracker.ledger.report_rules import Entry
from tracker.ledger.terms import STATES, state_code
from tracker.ledger.values import SHARES, converted, plain, shorten, split_measure
from tracker.sheets import wording
from tracker.sheets.reading.cells import (
    NOTHING,
    REMEMBERED,
    figure_written,
    folded,
    is_doubtful_share,
    is_judgement,
    is_placeholder,
    is_rough,
    is_share,
    may_be_figure,
    read_due,
    read_flag,
    read_percent,
    read_state,
    read_text,
    read_value,
    read_year,
    rough_words,
)
from tracker.sheets.reading.headings import agrees
from tracker.sheets.reading.values import Percent
from tracker.sheets.stamp import Base, mark
from tracker.text import lazy_pattern

if TYPE_CHECKING:
    from tracker.actions.reports import Recorded

Found = TypeVar("Found")

_FIGURES = ("state", "percent", "value")
_TEXTS = (("note", "note"), ("problem", "problem"), ("next", "next_step"), ("evidence", "evidence"))
"""Columns of words, each with what it is in a report."""
_VALUES = "现值："
_LONGEST_FIGURE = 30
_DIGITS = frozenset("0123456789零〇一二两三四五六七八九十百千万亿半")
_OF_THIS_PERIOD = lazy_pattern("[本当][周月期季]")
_OF_ONE_PERIOD = lazy_pattern(r"(?:20\d\d年)?(?:\d{1,2}月份?|第?[一二三四1-4]季度)(?!底|末|[-—–~～至到])")
"""Headings of figures that are those of one period, or of which nobody knows whether they are: 本月完成, 10月完成."""
_UNCHANGED = lazy_pattern("(?:暂?无(?:新的?)?(?:变化|进展变化)|[同与](?:上[期周月次]|上季度?)(?:相同|一致)?)[。.]?")
"""Words under progress that say only that nothing moved: what was said before stays in force."""
_SHARE_ALONE = lazy_pattern(r"\d{1,3}(?:\.\d+)?%")
_REPORTED = lazy_pattern(r"\d{4}-\d{2}-\d{2} .{1,60}?：")
"""How a report begins in 本期进展 of a weekly workbook (`sheets.wording.report_words`)."""


@dataclass(slots=True, eq=False, repr=False)
class PreviousCell:
    """What the ledger has about the item of a row: texts of its last report, what was said in the period, its evidence.

    then is set for a table older than the last report: what was reported on the day that the row bears. now: the item as it
    stands, where the table is a workbook that showed it (item) as it stood. own: the last report on the row's own indicator,
    where the item has several. indicator: the one of the row's own number; subject: that, or the item's only one; subjects: those of
    which a figure of the row is the value, its own or one measure's for several years. last: its words, as they come back from cells.
    part: by what the run keeps what it says of it, None for a table of ours, which says what the ledger showed; drafted: what rows of
    earlier days of the same import have said of it.
    """

    item: Item
    n: int | None
    today: date
    parameters: Parameters
    note: str | None = None
    problem: str | None = None
    next_step: str | None = None
    then: Mapping[str, Any] | None = None
    said: Sequence[Statement] = ()
    evidence: Callable[[], AbstractSet[str]] = frozenset
    now: Item | None = None
    own: Callable[[], LastReport | None] | None = None
    part: tuple[int, int | None] | None = None
    drafted: Drafted | None = None
    indicator: Indicator | None = field(init=False)
    subject: Indicator | None = field(init=False)
    subjects: Sequence[Indicator] = field(init=False)
    last: Mapping[str, str | None] = field(init=False)
    _judgement: Judgement | None = None
    _shares: tuple[Decimal | None, ...] | None = None

    def __post_init__(self) -> None:
        """Find the row's own indicators."""
        self.last = _last_words(self.note, self.problem, self.next_step)
        self.indicator = next((each for each in self.item.indicators if each.n == self.n), None)
        own = self.item.indicators if self.indicator is None else [self.indicator]
        self.subject = own[0] if len(own) == 1 else None
        self.subjects = own if len({(each.name, each.measure) for each in own}) == 1 else ()

    @property
    def judgement(self) -> Judgement:
        """How the item stands, judged only where a table shows it."""
        if self._judgement is None:
            self._judgement = judge(self.item, self.today, self.parameters)
        return self._judgement

    @property
    def shares(self) -> tuple[Decimal | None, ...]:
        """The share that was declared of the subject and that which is shown of it; none where it follows from values."""
        if self._shares is None:
            subject = self.subject
            if not self.item.indicators:
                self._shares = percent_by_itself(self.item), self.item.percent
            elif subject is not None and not subject.takes_value:
                self._shares = self._achievement(subject), subject.percent
            else:
                self._shares = ()
        return self._shares

    @property
    def computed(self) -> Decimal | None:
        """The share that follows from values."""
        return self.judgement.percent if self.subject is None else self._achievement(self.subject)

    def _achievement(self, subject: Indicator) -> Decimal | None:
        return self.judgement.indicators[self.item.indicators.index(subject)].achievement


class RowReport:
    """What a row says: an entry for the item (n None) or for indicators; what is wrong and what to mind, by column ("": none).

    same: 无变化 is marked; then the entry for the row's own subject carries no figures. unmoved: figures of that subject that
    the row repeats, or that are left out of it; again: the words of a row that filled in
    nothing but what is the ledger's already, None where it filled in nothing; day: the date that stands in the row; moves: where
    the ledger has moved on since the form was made; recorded: the reports that were made of it.
    """

    def __init__(self, problems: Iterable[tuple[str, str]] = ()) -> None:
        self.entries: dict[int | None, Entry] = {}
        self.problems = [*problems]
        self.warnings: list[tuple[str, str]] = []
        self.same = False
        self.unmoved: dict[str, Any] = {}
        self.again: Mapping[str, str] | None = None
        self.day: date | None = None
        self.moves: list[str] = []
        self.recorded: list[Recorded] = []


def form_row_report(row: Row, base: Base, subject: Item | Indicator, day: date) -> RowReport:
    """Return what a row of a form says: only cells that differ from what was pre-filled."""
    cells = _Cells(row)
    indicator = subject if isinstance(subject, Indicator) else None
    measure = indicator.measure if indicator is not None else None
    given = {
        "state": cells.state(is_judgement),
        "percent": cells.read("percent", read_percent),
        "value": cells.read("value", lambda value: read_value(value, measure, cells.stated("value", measure))),
    }
    year = cells.read("year", lambda value: _year_in_form(value, day))
    before = {"state": state_code(base.state), "percent": base.percent, "value": base.value}
    moved = {name: value for name, value in given.items() if value is not None and value != before[name]}
    for name, counted_in in (("percent", "%"), ("value", measure)):
        if name in moved:
            cells.doubt(name, LABELS[name], row.value(name), counted_in)
    if year not in (None, base.year):
        # The same figure said of another year is another statement.
        moved |= {"value": given["value"]} if given["value"] is not None else {}
        if given["value"] is None and not cells.problems:
            cells.problems.append(
                ("year", f"数据时点写了 {year} 年，“现值”没有填；请填该年的数，没有的请把数据时点改回")
            )
    if given["state"] == "not_started":
        _keep_not_started(moved)
    _refuse_misplaced(cells, moved, indicator)
    same = cells.read("same", read_flag)
    cells.same = bool(same)
    _refuse_both(cells, moved)
    entry = Entry(date=day, year=year if "value" in moved else None, **moved, **cells.texts())  # type: ignore[arg-type]
    if cells.same or not entry.is_empty:
        cells.entries[row.ref.n] = entry
        _warn_of_moves(cells, row, moved, before, _figures_of(subject, base.year))
    return cells


def _keep_not_started(moved: dict[str, Any]) -> None:
    """Have a row that says 未启动 beside nothing but 0 say so again: a figure alone says that work is going on."""
    figures = [moved[name] for name in ("percent", "value") if moved.get(name) is not None]
    if figures and not any(figures):
        moved["state"] = "not_started"


def _year_in_form(value: Any, day: date) -> int | None:
    """Return the year in 数据时点 of a form, None where the figure is of the day of the report."""
    year = read_year(value, day)
    if isinstance(year, int) or year in (None, day):
        return year if isinstance(year, int) else None
    raise Unclear(f"数据时点“{year}”是年内的一天；请填年份，如 2025，年内的数请留空，以填报日期为准")


_LOCKED = {
    "name": ("事项", "item edit"), "lead": ("牵头单位", "assign"), "participants": ("参与单位", "assign"), "due": ("完成时限", "extend"),
    "target": ("目标值", "item edit"), "last": ("上期值", "log"),
}  # fmt: skip
"""The locked columns of a form behind 编号, in their order, with the command that changes what stands there."""


STATED = {column: _LOCKED[column] for column in ("lead", "due")}
"""Columns of other people's tables that are held against the ledger, with their names and commands."""


def locked_differences(row: Row, base: Base, item: Item) -> Iterator[tuple[str, str]]:
    """Yield the locked cells of a row of a form that were changed, by column, with what to say of each.

    A form of version 1 does not know what it said: its units and deadline are held against the ledger.
    """
    for (column, (label, command)), said in zip(_LOCKED.items(), base.locked, strict=False):
        if column not in row.source.table.columns:
            yield column, f"锁定的“{label}”一列已不在表中"
            continue
        written = _locked_text(row, column)
        if mark(written) != said:
            yield (
                column,
                f"锁定的“{label}”被改动（现为 {shorten(written) or '空'}），未读取；需要调整请用 tracker {command}",
            )
    if base.locked:
        return
    leads, participants = wording.unit_lists(item)
    for column, label, shown, command in (
        ("lead", "牵头单位", leads, "assign"), ("participants", "参与单位", participants, "assign"),
        ("due", "完成时限", _day_text(part_of(item, row.ref.n).due), "extend"),
    ):  # fmt: skip
        if column not in row.source.table.columns:
            continue
        written = _locked_text(row, column)
        if written != (_plain_lines(shown) or ""):
            differing = f"表中 {shorten(written) or '空'}，台账 {shorten(shown) or '空'}"
            yield column, f"锁定的“{label}”与台账不同（{differing}），未读取；需要调整请用 tracker {command}"


def stated_differences(row: Row, item: Item, units: UnitNames, today: date) -> Iterator[tuple[str, str]]:
    """Yield where a row of a table that is not ours states another deadline or other leads than the ledger, which is not taken.

    By column, with what stands in the table and in the ledger.
    """
    columns = row.source.table.columns
    with suppress(TrackerError):
        written = read_due(row.value("due"), today).day if "due" in columns else None
        subject = item if row.ref.n is None else part_of(item, row.ref.n)
        known = {subject.due, subject.original_due, item.due, item.original_due}
        if written is not None and written not in known:
            yield "due", f"表中 {written}，台账 {_day_text(subject.due) or '没有时限'}"
    with suppress(TrackerError):
        text = read_text(row.value("lead")) if "lead" in columns else None
        named = units.cell(text, None) if text is not None else None
        # A row prints the names of its document, which may be other ones of the same units.
        if named is not None and named.leads and {*named.leads} != {units.one(lead.name)[0] for lead in item.leads}:
            yield "lead", f"表中 {shorten(text or '')}，台账 {'、'.join(lead.name for lead in item.leads) or '没有'}"


def _locked_text(row: Row, column: str) -> str:
    value = row.value(column)
    if isinstance(value, datetime):
        return _day_text(value.date())
    return read_text(value) or ""


def _day_text(day: date | None) -> str:
    return "" if day is None else day.isoformat()


LABELS = {"state": "状态", "percent": "完成率", "value": "现值"}


def _refuse_both(row_report: RowReport, moved: Mapping[str, Any]) -> None:
    if row_report.same and moved:
        label = LABELS[next(iter(moved))]
        row_report.problems.append(("same", f"“无变化”与改动过的“{label}”不能同时填；请只留一项"))


def _refuse_misplaced(row_report: RowReport, moved: Mapping[str, Any], indicator: Indicator | None) -> None:
    """Refuse a percent where there is a number to reach, and a number where there is none."""
    takes_value = indicator is not None and indicator.takes_value
    if "percent" in moved and takes_value:
        measure = indicator.measure if indicator else None
        row_report.problems.append(("percent", f"这是数值指标，请填“现值”（单位：{measure or '无'}），不填完成率"))
    if "value" in moved and not takes_value:
        row_report.problems.append(("value", "没有数值目标，请填“状态”和“完成率”，不填现值"))


def _warn_of_moves(
    row_report: RowReport, row: Row, moved: Mapping[str, Any], before: Mapping[str, Any], figures: Mapping[str, Any]
) -> None:
    """Say, for each figure of a row that was filled in, where the ledger (figures) has moved on since the form was made."""
    for name, current in figures.items():
        if current in (before[name], moved.get(name, before[name])):
            continue
        written = f"表中填 {shown_figure(moved[name])}" if name in moved else "表中未改，以台账为准"
        row_report.moves.append(
            f"{row.ref.text} 的{LABELS[name]}在导出表格后台账已有变动："
            f"导出时 {shown_figure(before[name])}，台账现为 {shown_figure(current)}，{written}"
        )


def shown_figure(value: Any) -> str:
    """Write a state, share or value that stands in a row."""
    if value is None:
        return "（空）"
    return plain(value) if isinstance(value, Decimal) else STATES.get(value, str(value))


class _Cells(RowReport):
    """What a row says, from its cells, read one by one; what cannot be understood is noted and counts as empty."""

    def __init__(self, row: Row) -> None:
        super().__init__()
        self.row = row
        self._filled = row.filled

    def read(self, column: str, understand: Callable[[Any], Found]) -> Found | None:
        """Return what a cell means, None for an empty one."""
        value = self._filled.get(column)
        if value is None:
            return None
        try:
            found = understand(value)
        except TrackerError as error:
            self.problems.append((column, str(error)))
            return None
        if column in _FIGURES and is_rough(value):
            self.warn(column, rough_words(value))
        return found

    def state(self, is_left: Callable[[Any], bool]) -> str | None:
        """Return the state that a row reports; a word for none of them is left out, with a warning, where `is_left` says so."""
        value = self._filled.get("state")
        if value is None:
            return None
        try:
            return read_state(value)
        except TrackerError as error:
            if is_left(value):
                self.warn("state", f"{error}；状态未采用")
            else:
                self.problems.append(("state", str(error)))
        return None

    def stated(self, column: str, measure: str | None) -> str | None:
        """Return the unit of measure that the table states for a column's figure; that of a line above only where it fits."""
        table = self.row.source.table
        own = table.measure_of(self.row.cells, column)
        if own or not table.above_measures:
            return own
        return next((each for each in table.above_measures if agrees(each, measure)), None)

    def share(self, value: Any) -> Decimal | None:
        """Return a share in percent; say so where it may have been meant a hundred times as much."""
        percent = read_percent(value)
        self.doubt("percent", "完成率", value, "%")
        return percent

    def doubt_state(self, moved: Mapping[str, Any]) -> None:
        """Point out 未启动 beside a figure."""
        if any(moved.get(name) for name in ("percent", "value")):
            self.warn("state", "状态填的是未启动，但有完成率或现值，按进行中写入；请核对")

    def warn(self, column: str, message: str) -> None:
        """Say what to mind of a cell."""
        self.warnings.append((column, message))

    def holds(self, column: str) -> bool:
        """Say whether a cell holds something."""
        return self.row.value(column) not in ("", None)

    def lacks(self, *columns: str) -> bool:
        """Say whether the table has none of some columns."""
        return self.row.source.table.columns.keys().isdisjoint(columns)

    def doubt(self, column: str, label: str, value: Any, measure: str | None, stated: str | None = None) -> None:
        """Point out a share that was written as 0.45 in a cell that is not shown in percent."""
        if is_doubtful_share(value, measure, stated):
            number = read_percent(value)
            meant = plain(converted(number, HUNDRED)) if number is not None else ""
            self.warn(
                column,
                f"{label}填的是 {read_text(value)}，按 {plain(number or Decimal())}% 读取；如果是 {meant}%，请改填 {meant} 后重新导入",
            )

    def _link(self, column: str) -> str | None:
        """Return where the link in a cell leads, None where it is none."""
        links = self.row.source.table.sheet.links
        return links.get((self.row.index, self.row.source.table.columns.get(column, -1))) if links else None

    def texts(self) -> dict[str, str]:
        """Return the words of the four columns of text, of those that hold some."""
        filled = self._filled
        found = {
            name: text
            for column, name in _TEXTS
            if (value := filled.get(column)) is not None and not is_placeholder(value)
            if (text := read_text(value)) is not None
        }
        if "evidence" in found:
            self._part_evidence(found)
        return found

    def _part_evidence(self, found: dict[str, str]) -> None:
        """Leave of the evidence in some words the places, one a line; what is none joins the words of progress."""
        evidence, link = found.pop("evidence"), self._link("evidence")
        parts = [] if folded(evidence) in NOTHING else list(evidence_parts(evidence))
        words = [part for part in parts if not _PLACE.search(part)]
        is_address = link is not None and _WEB.match(link) is not None
        if link is not None and is_address:
            # 验收报告 shows what the address behind it leads to.
            parts += [] if any(map(_WEB.match, parts)) else [link]
        elif link is not None and not link.startswith("#"):
            self.warn("evidence", f"佐证材料的链接“{shorten(link)}”不是网址，未采用；文件请写明路径")
        if words:
            # 见附件1, 浙环发〔2026〕1号: no file and no address, and no reason to refuse the row.
            found["note"] = "\n".join(filter(None, (found.get("note"), f"佐证材料：{'、'.join(words)}")))
            if not is_address:
                self.warn("evidence", f"佐证材料“{shorten('、'.join(words))}”不是文件或网址，写入进展文字")
        if places := "\n".join(part for part in parts if part not in words):
            found["evidence"] = places


def table_row_report(row: Row, previous: PreviousCell, day: date) -> RowReport:
    """Return what a row of any other table says: only cells that differ from what the ledger would write there now."""
    cells = _TableCells(row, previous)
    own = cells.figures()
    if cells.year is not None and not {"value"} & (own.keys() | cells.unmoved.keys()):
        cells.warn("", f"数据时点 {cells.year} 年只用于现值，本行没有现值，未采用")
    given, is_same = cells.given()
    cells.again = given if given or cells.unmoved else None
    if previous.then is not None:
        _leave(cells, own, cells.named, previous.then)
        cells.unmoved.update(own)
        own, cells.named = {}, {}
    if cells.named and len(previous.item.indicators) == 1:
        own["value"] = cells.named.popitem()[1]
    cells.same = ("same" in row.filled and bool(cells.read("same", read_flag))) or (
        is_same and not own and not cells.named
    )
    if cells.same:
        _refuse_both(cells, own)
    if cells.unmoved.get("state") == "not_started":
        _keep_not_started(own)
        cells.doubt_state(own)
    # The words of the row come last: the last report on an item is the one that is shown.
    for n, value in cells.named.items():
        cells.entries[n] = Entry(date=day, value=value, year=cells.year)
    said = own
    if own or cells.named or _is_new(given, previous):
        said = {**own, **given}
    if said or cells.same:
        cells.entries[row.ref.n] = Entry(date=day, year=cells.year if "value" in own else None, **said)
    if previous.now is not None and cells.entries:
        _warn_of_news(cells, row, previous, own, cells.named)
    return cells


def _warn_of_news(
    row_report: RowReport, row: Row, previous: PreviousCell, own: Mapping[str, Any], named: Mapping[int, Decimal]
) -> None:
    """Say where the ledger has moved on since a workbook of ours was made of which a row was filled in."""
    assert previous.now is not None  # noqa: S101 - asked only of such a workbook
    parts: dict[int | None, Mapping[str, Any]] = {row.ref.n: own, **{n: {"value": value} for n, value in named.items()}}
    for n, moved in parts.items():
        now = _figures_of(_reported_part(previous.now, n))
        _warn_of_moves(row_report, row, moved, _figures_of(_reported_part(previous.item, n)), now)


def _figures_of(subject: Item | Indicator, year: int | None = None) -> dict[str, Any]:
    """Return the figures of a subject as our sheets show them: what is done counts in full, whatever was reported before.

    year: the one whose figure is asked for, instead of the value in force.
    """
    actual = subject.actual if isinstance(subject, Indicator) else None
    if isinstance(subject, Indicator) and year is not None:
        actual = _value_of_year(subject, year)
    is_done = not subject.is_open and not (isinstance(subject, Indicator) and subject.takes_value)
    return {"state": subject.state, "percent": HUNDRED if is_done else subject.percent, "value": actual}


def _value_of_year(indicator: Indicator, year: int) -> Decimal | None:
    """Return the figure of a whole year, None where there is none."""
    return next((each.value for each in indicator.values if each.is_of_year and each.date.year == year), None)


def _reported_part(item: Item, n: int | None) -> Item | Indicator:
    """Return what is said of an item or its indicator n; of an item with one indicator it is said of that."""
    if n is None:
        return item.indicators[0] if len(item.indicators) == 1 else item
    return next((each for each in item.indicators if each.n == n), item)


def _leave(
    row_report: RowReport, own: Mapping[str, Any], named: Mapping[int, Decimal], then: Mapping[str, Any]
) -> None:
    """Leave figures of a table that is older than the last report out, and say so where they were not those of its day."""
    left = {name: value for name, value in own.items() if then.get(name) != _kept(value)}
    shown = [f"{LABELS[name]} {shown_figure(value)}" for name, value in left.items()]
    shown += [f"现值 {plain(value)}" for value in named.values() if then.get("value") != plain(value)]
    if shown:
        words = f"表中更新时间早于台账最近一次填报，{'、'.join(shown)} 与台账不同，未采用；请核对后改用新表"
        row_report.warnings.append(("", words))


def _kept(value: Any) -> Any:
    return plain(value) if isinstance(value, Decimal) else value


class _TableCells(_Cells):
    """The cells of a row of a table that does not say what stood in them: state, percent and values, in whatever columns they stand.

    own: figures of the row's own subject that differ from the ledger's; named: values by the number of their indicator; year: the one
    whose figure the value is; are_words: whether the cell of progress holds words, and not one figure alone.
    """

    def __init__(self, row: Row, previous: PreviousCell) -> None:
        super().__init__(row)
        self.previous = previous
        self.item = previous.item
        self.own: dict[str, Any] = {}
        self.named: dict[int, Decimal] = {}
        self.year = self._year() if "year" in self._filled else None
        self.are_words = True

    def _year(self) -> int | None:
        year = self.read("year", lambda value: read_year(value, self.previous.today))
        return year if isinstance(year, int) else None

    def figures(self) -> dict[str, Any]:
        """Return the figures of the row's own subject that differ from the ledger's; those that do not are unmoved."""
        filled = self._filled
        # Of an item that has no id yet the door of lists keeps in the progress what is no state.
        if "state" in filled and (state := self.state(lambda _: bool(self.item.id))) is not None:
            self._take("state", state, ((self.previous.indicator or self.item).state,))
        if "percent" in filled and (percent := self.read("percent", self.share)) is not None:
            self._percent(percent, "percent")
        if "value" in filled:
            self.read("value", self._value)
        if "standing" in filled:
            self.read("standing", self._standing)
        if _may_say_figure(filled.get("note")) and self._is_new_note():
            self.read("note", self._in_note)
        return self.own

    def _take(self, name: str, figure: Any, kept: Sequence[Any]) -> None:
        """Take a figure that is none of those that are kept; note one that is.

        What earlier rows have said counts before what is kept: a figure that comes back is news, a second completion is none.
        """
        drafted = self.previous.drafted
        is_other = name == "value" and self.year is not None  # a value of a year, none in force
        if drafted is None or is_other or (said := getattr(drafted, name)) is None:
            is_kept = figure in kept
        else:
            is_kept = figure == said and (drafted.state == "completed" or figure in kept)
        (self.unmoved if is_kept else self.own)[name] = figure

    def given(self) -> tuple[dict[str, str], bool]:
        """Return the words of a row, with only what is new of the cells that repeat what the ledger wrote; say whether nothing moved."""
        given = self.texts()
        if (said := given.pop("note", None)) is not None and (note := self._note(said)) is not None:
            given["note"] = note
        if (said := given.pop("evidence", None)) is not None:
            known = self.previous.evidence()
            if new := "\n".join(each for each in evidence_parts(said) if each not in known):
                given["evidence"] = new
        is_same = _is_unchanged(given.get("note", "")) and not self.row.source.is_ours
        if is_same:
            del given["note"]
        return given, is_same

    def _note(self, given: str) -> str | None:
        """Return what the cell of progress says, in whichever of our layouts it stands."""
        source = self.row.source
        if not self.are_words:
            return None
        try:
            if source.period is not None:
                return _residue(self.previous, given, source.period[0])
            if source.table.headings.get("note") == "当前进展":
                return self._without_values(given)
        except TrackerError as error:
            self.problems.append(("note", str(error)))
            return None
        return given

    def _is_new_note(self) -> bool:
        """Say whether a cell of progress may hold a figure: in a table of ours only where it is not what the ledger wrote there."""
        source = self.row.source
        if not source.is_ours:
            return True
        own = {self.previous.last["note"], _plain_lines(wording.current_words(self.item))}
        return source.period is None and read_text(self.row.value("note")) not in own

    def _in_note(self, value: Any) -> None:
        """Take a cell of progress that says nothing but a figure, for which the table has no column (1-10月完成: 420)."""
        text, subject = folded(read_text(value) or ""), next(iter(self.previous.subjects), None)
        may_be_figure = len(text) <= _LONGEST_FIGURE and not _DIGITS.isdisjoint(text)
        if may_be_figure and subject is not None and (subject.takes_value or subject.basis == "each"):
            measure = subject.measure if subject.takes_value else "%"
            with suppress(Unclear):
                if read_value(value, measure, self.stated("note", measure)) is not None:
                    self.are_words = False
        if not self.are_words:
            label = dict(self.row.source.table.named)[self.row.source.table.columns["note"]].label
            is_amount = subject is not None and split_measure(subject.measure)[1] not in SHARES
            if not self.lacks("value", "standing") or (is_amount and _OF_THIS_PERIOD.match(label)):
                self.warn("note", f"“{label}”的 {text} 不是累计数，未采用；累计数请填“累计完成”一列")
                return
            if is_amount and _OF_ONE_PERIOD.match(label):
                self.warn("note", f"“{label}”的 {text} 按累计数（现值）读取；如只是当期数，请改填累计数")
            self._value(value, "note")
        elif isinstance(value, Percent) or _SHARE_ALONE.fullmatch(text):
            if self.lacks("percent", "value", "standing") and (percent := read_percent(value)) is not None:
                self.are_words = False
                self._percent(percent, "note")
        elif self.lacks("state") and state_code(text) == "completed" and self.item.is_open:
            self.warn("note", f"进展只写了“{text}”，按文字写入，不是申报办结；申报办结请填“状态”一列")
        elif (isinstance(value, (int, float)) and not isinstance(value, bool)) or text.isdecimal():
            self.warn("note", f"只有数字 {text}，看不出是什么数，按文字写入；完成率请写成 {text}%")

    def _percent(self, percent: Decimal, column: str) -> None:
        """Take a declared share; one that follows from values is never taken, only compared."""
        if shares := self.previous.shares:
            self._take("percent", percent, shares)
        elif percent != (shown := self.previous.computed):
            current = "" if shown is None else f"，台账 {plain(shown)}%"
            wanted = "" if self.holds("value") else "；请填现值"
            self.warn(column, f"完成率由指标现值算出，表中 {plain(percent)}%{current}，未采用{wanted}")

    def _value(self, value: Any, column: str = "value") -> None:
        if isinstance(value, str) and self.row.source.period is not None:
            self.values(value)  # a report of ours writes them in words
            return
        subjects = self.previous.subjects
        subject = next(iter(subjects), None)
        if subject is None and self.item.indicators:
            read_value(value, None)
            choices = "、".join(f"{self.item.id}.{each.n} {each.name}" for each in self.item.indicators[:6])
            raise Unclear(f"有 {len(self.item.indicators)} 个指标，请按指标分行填写编号：{choices}")
        if subject is not None and subject.basis == "each":
            # The value of a commitment for every area is the share of those that have it (docs/rules.md, 每地).
            number = read_value(value, "%", self.stated(column, "%"))
            if number is not None:
                self._take("percent", number, (subject.percent,))
            return
        if subject is None or not subject.takes_value:
            # 1–10月累计完成 80% of a task is its 完成率.
            percent = read_percent(value) if is_share(value) else None
            if percent is not None:
                self._percent(percent, "value")
            elif read_text(value) not in NOTHING:
                raise Unclear("没有数值目标，请填“状态”和“完成率”，不填现值")
            return
        self._number(value, column, subjects)

    def _number(self, value: Any, column: str, subjects: Sequence[Indicator]) -> None:
        """Take a number as the value of the one measure that some indicators have."""
        measure = subjects[0].measure
        stated = self.stated(column, measure)
        number = read_value(value, measure, stated)
        if number is None:
            return
        moved = [
            each for each in subjects
            if number != (each.actual if self.year is None else _value_of_year(each, self.year))
        ]  # fmt: skip
        if moved:
            self.doubt(column, "现值", value, measure, stated)
        if len(subjects) > 1 and moved:
            self.named.update((each.n, number) for each in moved if each.takes_value and each.link is None)
        else:
            self._take("value", number, () if moved else (number,))

    def _standing(self, value: Any) -> None:
        """Take 完成率/现值 of a weekly sheet: a number is a share, words are values."""
        if isinstance(value, str) and (re.search(r"[^\d.,%％\s]", value) or self._is_value_like(value)):
            self.values(value)
        else:
            percent = read_percent(value)
            if percent is not None:
                self._percent(percent, "standing")

    def _is_value_like(self, text: str) -> bool:
        """Say whether 78.5% stands for the value of the item's only indicator, as our own sheets write it."""
        return text.strip() == wording.values_words(self.item)

    def values(self, text: str) -> None:
        """Take values in words (`sheets.wording.values_words`): 78.5%, or 收集率 78.5%；处理率 98%."""
        if text.strip() == wording.values_words(self.item):
            return
        several = len(self.item.indicators) > 1
        for part in filter(None, (each.strip() for each in re.split(r"[；;\n]", text))):
            subject = self._named(part) if several else (self.item.indicators[0] if self.item.indicators else None)
            if subject is None or not subject.takes_value:
                raise Unclear(f"“{part}”不知是哪个指标的现值；请用填报表按指标填写")
            figure = part.removeprefix(subject.name).strip(" ：:") if several else part
            number = read_value(figure, subject.measure)
            if number is not None and number != subject.actual:
                self.named[subject.n] = number

    def _without_values(self, given: str) -> str | None:
        """Take the line 现值：… off 当前进展 of an annex, and the values out of it. A line that begins so may be the last report's own."""
        note = self.previous.last["note"]
        if given == _plain_lines(wording.current_words(self.item)):
            return note
        before, mark, values = given.rpartition(_VALUES)
        if mark and note is not None and f"\n{note}".endswith(f"\n{mark}{values}"):
            return given
        if not mark or (before and not before.endswith("\n")) or not self.item.indicators:
            return given
        values, _, after = values.partition("\n")
        self.values(values)
        return "\n".join(filter(None, (before.strip(), after.strip()))) or None

    def _named(self, part: str) -> Indicator | None:
        found = [each for each in self.item.indicators if part.startswith(each.name)]
        return max(found, key=lambda each: len(each.name)) if found else None


_REMEMBERED_WORDS = 200
"""Signs of the longest words that are kept for the rows that repeat them."""


def _may_say_figure(note: Any) -> bool:
    """Say whether a cell of progress may be more than words, at the cost of a glance where other rows have said the same."""
    if isinstance(note, str):
        return len(note) > _REMEMBERED_WORDS or not _are_mere_words(note)
    return note is not None


@lru_cache(maxsize=REMEMBERED)
def _are_mere_words(value: str) -> bool:
    """Say whether a cell of progress is neither a figure, whatever its measure, nor a word for being done."""
    text = folded(read_text(value) or "")
    if len(text) > _LONGEST_FIGURE:
        return not text.isdecimal()
    if may_be_figure(text):
        with suppress(Unclear):
            if figure_written(value, "现值")[0] is not None:
                return False
    # No word for a state has a digit.
    return not _DIGITS.isdisjoint(text) or state_code(text) != "completed"


def _is_unchanged(note: str) -> bool:
    """Say whether words of progress say only that nothing moved."""
    return note[:1] in "暂无同与" and len(note) <= _LONGEST_FIGURE and _UNCHANGED.fullmatch(note) is not None


def _is_new(given: Mapping[str, str], previous: PreviousCell) -> bool:
    """Say whether some words of a row are not those of the last report. If so, all of them are said again with them.

    A report stands alone (docs/contract.md): what is still in the table still holds. The last report on the item may be one on another
    of its indicators.
    """
    words = None if previous.drafted is None else previous.drafted.words
    if words is not None and any(
        getattr(words, name) not in (None, text) for name, text in given.items() if name in previous.last
    ):
        return True
    if given.items() <= previous.last.items():
        return False
    own = None if previous.own is None else previous.own()
    return own is None or not given.items() <= _last_words(own.note, own.problem, own.next).items()


def _last_words(note: str | None, problem: str | None, next_step: str | None) -> dict[str, str | None]:
    """Return the words of a report as they come back from cells."""
    return {"note": _plain_lines(note), "problem": _plain_lines(problem), "next_step": _plain_lines(next_step)}


def _residue(previous: PreviousCell, given: str, since: date) -> str | None:
    """Return what 本期进展 of a report says beyond the reports that the ledger wrote there: new ones, or the last in force."""
    rest = given
    blocks = [wording.report_words(previous.item, [statement]) for statement in previous.said]
    for block in map(_plain_lines, (*blocks, wording.last_words(previous.item.last_report))):
        if block:
            rest = rest.replace(block, "", 1)
    lines = (line for line in rest.split("\n") if line.strip())
    rest = "\n".join(line for line in lines if not re.fullmatch(wording.LEFT_OUT, line.strip())).strip()
    if _REPORTED.match(rest):
        raise Unclear(
            "“本期进展”中已有的填报与台账记录不符；已有的填报不在表中改动，请另起一行写新的进展，不写日期和单位"
        )
    within = [statement for statement in previous.said if statement.date >= since or statement.entered >= since]
    told = {previous.last["note"], *(_plain_lines(statement.note) for statement in within)}
    return None if rest in told else rest or None


def _plain_lines(text: str | None) -> str | None:
    """Return a stored text as it comes back from a cell."""
    return read_text(text)


_PLACE = lazy_pattern(r"^\.+$|://|[/\\]|\.[A-Za-z0-9]{1,5}$")
"""What a path or an address has, and words about papers have not."""
_WEB = lazy_pattern(r"https?://|www\.", re.IGNORECASE)
_ADDRESS = lazy_pattern(r"^www\.", re.IGNORECASE)


def evidence_parts(text: str | None) -> Iterator[str]:
    """Yield the paths and addresses in a cell of evidence, one a line; names of several files may stand in one."""
    for line in (text or "").split("\n"):
        names = [name.strip() for name in re.split(r"[；;、]|\s+(?=https?://|www\.)", line)]
        for part in names if len(names) > 1 and all(map(_PLACE.search, names)) else [line.strip()]:
            if part:
                yield _ADDRESS.sub("http://www.", part)
