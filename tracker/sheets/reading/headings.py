"""Where the table is in a sheet: its header is found by the words in it, its columns by their usual names, in any order."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from tracker.errors import Unclear
from tracker.sheets.reading.book import Sheet
from tracker.sheets.reading.cells import folded

ALIASES = {
    "id": ("编号", "事项编号", "任务编号", "指标编号", "目标编号", "项目编号", "政策编号", "编码", "id"),
    "number": ("序号", "任务序号", "序", "no", "no."),
    "name": (
        "事项", "工作任务", "指标目标", "具体内容", "重点任务", "主要任务", "任务", "目标任务", "任务内容", "工作内容", "工作事项",
        "事项名称", "项目名称", "任务名称", "重点工作", "指标", "指标名称", "政策", "政策措施", "目标", "内容", "name", "text",
    ),
    "lead": (
        "牵头单位", "牵头部门", "责任单位", "责任部门", "主责单位", "主责部门", "牵头责任单位", "牵头", "主办单位", "lead_units",
    ),
    "participants": (
        "参与单位", "参与部门", "配合单位", "配合部门", "参加单位", "协同单位", "协办单位", "参与", "participating_units",
    ),
    "due": (
        "完成时限", "完成时间", "完成期限", "时限", "时限要求", "截止时间", "截止日期", "截止日", "计划完成时间", "办理时限", "due",
    ),
    "target": ("目标值",),
    "last": ("上期值",),
    "state": ("状态", "进展状态", "完成状态", "工作状态", "办理状态", "当前状态", "state"),
    "percent": ("完成率", "完成进度", "完成比例", "完成百分比", "完成度", "进度", "当前进度", "工作进度", "percent"),
    "value": (
        "现值", "当前值", "目前值", "现状值", "实际值", "完成值", "完成数", "最新值", "本期值", "实际完成值", "value", "actual",
    ),
    "standing": ("完成率/现值",),
    "note": (
        "本期进展", "当前进展", "进展情况", "工作进展", "工作进展情况", "进展", "最新进展", "完成情况", "落实情况", "推进情况",
        "办理情况", "工作开展情况", "本周进展", "本月进展", "本季度进展", "目前进展", "note",
    ),
    "problem": ("存在问题", "存在的问题", "主要问题", "问题", "困难问题", "存在困难", "存在问题及困难", "问题困难", "problem"),
    "next": (
        "下步安排", "下一步安排", "下步工作", "下一步工作", "下步计划", "下一步计划", "下步打算", "下一步打算", "下步工作安排",
        "下一步工作安排", "下步工作计划", "下一步工作计划", "下步措施", "下一步措施", "next",
    ),
    "evidence": ("佐证材料", "佐证", "证明材料", "支撑材料", "佐证资料", "附件", "evidence"),
    "same": ("无变化", "是否无变化", "same"),
    "date": (
        "更新时间", "填报日期", "填报时间", "填表日期", "填表时间", "数据时点", "更新日期", "报送日期", "报送时间", "统计时间",
        "截至日期", "日期", "date",
    ),
    "unit": ("填报单位", "填表单位", "报送单位", "上报单位", "unit"),
    "by": ("填报人", "填表人", "报送人", "by"),
    "stamp": ("stamp",),
    "last_report": ("last_report",),
}  # fmt: skip
"""The names under which a column is known; the first is our own."""

CONTENT = ("state", "percent", "value", "standing", "note", "problem", "next", "evidence", "same")
"""Columns that a report can come from."""
IDENTITY = ("id", "number", "name")
META = ("unit", "date", "by")
"""What may stand above the header, for the whole sheet."""

TITLE_ROWS = 100
"""How deep a header is looked for."""

_BY_NAME = {name: column for column, names in ALIASES.items() for name in names}
_PARENTHESES = re.compile(r"\([^()]*\)")
_LIST_EXPORT = {
    "chapter", "section", "title", "text", "source", "responsibility", "lead_units", "participating_units", "open_ended",
    "light_reason", "planned_progress", "days_overdue", "due_soon",
}  # fmt: skip
"""Columns of `list --csv`, which may write any of them: beside them `note` is the plan's remark, no report."""
_WHOLE_LIST = {"lead_units", "light_reason"}
"""Columns by which a listing with all its fields is known: nobody wrote a report into its `note`."""
_INDICATOR_EXPORT = {
    "name", "comparator", "bound", "aspirational", "measure", "baseline_year", "baseline_value", "due", "original_due",
    "scope", "direction", "actual", "actual_date", "achievement", "met", "overdue", "lag",
}  # fmt: skip
"""Columns of `list --indicators --csv`, which may write any of them: beside them `value` is the target (docs/contract.md)."""
_COMPUTED = {
    "met", "overdue", "days_overdue", "due_soon", "light", "light_reason", "planned_progress", "lag", "achievement",
    "last_report", "owes", "unreported_units", "reported_units",
}  # fmt: skip
"""Columns that the ledger works out: a table with one of them is a listing of ours, and not a report that somebody wrote."""


@dataclass(slots=True)
class Table:
    """A table in a sheet: the place of its header, its columns by name, what stands above it.

    is_listing: it has columns that only a listing of ours has.
    """

    sheet: Sheet
    header: int
    columns: dict[str, int]
    headings: dict[str, str]
    meta: dict[str, tuple[Any, str]] = field(default_factory=dict)
    above: tuple[str, ...] = ()
    is_listing: bool = False

    def cell(self, row: Sequence[Any], column: str) -> Any:
        """Return the value of a row in a column; empty where the table has no such column."""
        place = self.columns.get(column)
        return "" if place is None or place >= len(row) else row[place]

    def name(self, index: int, column: str) -> str:
        """Name a cell as a spreadsheet does; the first cell of the row where the table has no such column."""
        return self.sheet.place(index, self.columns.get(column, 0))

    def rows(self) -> Iterator[tuple[int, list[Any]]]:
        """Yield the rows below the header that are not blank, each with its place in the sheet, from 0."""
        self._fill_down()
        for index, cells in enumerate(self.sheet.rows):
            if index > self.header and any(cells):
                yield index, cells

    def _fill_down(self) -> None:
        """Repeat what a merged cell says in every row that it covers and that says something itself.

        What is merged across several columns is a heading.
        """
        rows = self.sheet.rows if self.sheet.merged else []
        blank = {index for top, _, bottom, _ in self.sheet.merged for index in range(top, min(bottom + 1, len(rows)))}
        blank = {index for index in blank if not any(rows[index])}
        for top, left, bottom, right in self.sheet.merged:
            if top <= self.header or bottom == top or right - left > 1 or top >= len(rows) or left >= len(rows[top]):
                continue
            for index in range(top + 1, min(bottom + 1, len(rows))):
                if index not in blank:
                    rows[index][left] = rows[top][left]


def find_table(sheet: Sheet) -> Table | None:
    """Return the table of a sheet, None where it has none.

    A header names rows (编号, 序号 or 事项) and something to report. It may take two rows, the upper one merged across. Raises
    Unclear where two columns go by the same name, or where it cannot be known whether `value` is a target or `note` a remark.
    """
    best: tuple[int, int, dict[str, int], dict[str, str]] | None = None
    for index, labels in _candidates(sheet):
        found, headings = _columns(labels)
        _refuse_doubtful(sheet, index, labels, found)
        if not any(name in found for name in IDENTITY) or not any(name in found for name in CONTENT):
            continue
        if best is None or len(found) > best[0]:
            best = len(found), index, found, headings
    if best is None:
        return None
    _, index, found, headings = best
    table = Table(sheet, index, found, headings)
    labels = _labels_at(sheet, index)
    _refuse_twins(table, labels)
    table.is_listing = not _COMPUTED.isdisjoint(labels)
    table.meta = _meta(sheet, index)
    table.above = tuple(
        str(value) for row in sheet.rows[:index] for value in row if isinstance(value, str) and value.strip()
    )
    return table


def heading(text: Any) -> str:
    """Return the name of a column without what differs from sheet to sheet: blanks, widths, what stands in parentheses."""
    if not isinstance(text, str):
        return ""
    plain = re.sub(r"\s+", "", folded(text)).lower()
    return _PARENTHESES.sub("", plain).strip(":：*、。%") or plain


def _candidates(sheet: Sheet) -> Iterator[tuple[int, list[str]]]:
    """Yield the rows in which a header may end, alone and with the row above, with their labels."""
    for index in range(min(len(sheet.rows), TITLE_ROWS)):
        if sum(isinstance(value, str) and value != "" for value in sheet.rows[index]) >= 1:
            yield index, _labels_at(sheet, index)


def _labels_at(sheet: Sheet, index: int) -> list[str]:
    """Return the labels of a row; those of the row above where a cell is empty because the label is merged down or across."""
    own = [heading(value) for value in sheet.rows[index]]
    if index == 0:
        return own
    above = [heading(value) for value in sheet.rows[index - 1]]
    tall = {left for top, left, bottom, _ in sheet.merged if top == index - 1 and bottom == index}
    return [label or (above[place] if place in tall and place < len(above) else "") for place, label in enumerate(own)]


def _columns(labels: Sequence[str]) -> tuple[dict[str, int], dict[str, str]]:
    """Find the columns by their labels; where several go by one name, our own name for it comes first."""
    found: dict[str, int] = {}
    headings: dict[str, str] = {}
    for place, (label, column) in enumerate(_named(labels)):
        if column is None:
            continue
        if column not in found or (label == ALIASES[column][0] and headings[column] != label):
            found[column], headings[column] = place, label
    return found, headings


def _named(labels: Sequence[str]) -> Iterator[tuple[str, str | None]]:
    """Yield each label with the column it is a name of, None for one that is not read.

    In our own listings two names mean something else than in a report: `note` is the plan's remark, `value` the target.
    """
    written = set(labels)
    ours: dict[str, str | None] = {}
    if written & _LIST_EXPORT:
        ours["note"] = None
    if written & _INDICATOR_EXPORT:
        ours["value"] = "target"
    for label in labels:
        yield label, ours[label] if label in ours else _BY_NAME.get(label)


def _refuse_doubtful(sheet: Sheet, header: int, labels: Sequence[str], found: Mapping[str, int]) -> None:
    """Refuse a `value` that is the target, and a `note` that is the plan's remark, where no other column has what is reported.

    They might be meant as that.
    """
    if not any(name in found for name in IDENTITY):
        return
    named = set(_named(labels))
    if ("note", None) in named and "note" not in found and not set(labels) >= _WHOLE_LIST:
        raise Unclear(
            f"表头的 note（{sheet.place(header, labels.index('note'))}）与事项清单的其他列同在，是方案的备注，不是进展；"
            "进展请另用“本期进展”一列，不报进展请删去这一列"
        )
    if ("value", "target") in named and "value" not in found:
        raise Unclear(
            f"表头的 value（{sheet.place(header, labels.index('value'))}）与指标清单的其他列同在，是目标值，不是现值；"
            "现值请另用 actual 或“现值”一列，不报现值请删去这一列"
        )


def _refuse_twins(table: Table, labels: Sequence[str]) -> None:
    """Refuse two columns of one name that a report could come from: which of them is meant cannot be known."""
    for place, (label, column) in enumerate(_named(labels)):
        if column not in (*CONTENT, "id", "date", "unit") or table.columns.get(column) == place:
            continue
        kept = table.headings.get(column)
        if kept is None or (kept == ALIASES[column][0] and label != kept):
            continue
        first = table.sheet.place(table.header, table.columns[column])
        raise Unclear(
            f"表头有两列“{ALIASES[column][0]}”（{first} 和 {table.sheet.place(table.header, place)}）；请只留一列"
        )


def _meta(sheet: Sheet, header: int) -> dict[str, tuple[Any, str]]:
    """Find what stands above the header for the whole sheet: 填报单位, 填报日期, 填报人, beside their labels or behind a colon."""
    found: dict[str, tuple[Any, str]] = {}
    for index, row in enumerate(sheet.rows[:header]):
        for place, value in enumerate(row):
            if not isinstance(value, str) or not value:
                continue
            label, colon, rest = folded(value).partition(":")
            column = _BY_NAME.get(re.sub(r"\s+", "", label).lower())
            if column not in META or column in found:
                continue
            if rest.strip():
                found[column] = rest.strip(), sheet.place(index, place)
            elif not colon or place + 1 < len(row):
                beside = row[place + 1] if place + 1 < len(row) else ""
                found[column] = beside, sheet.place(index, place + 1)
    return found
