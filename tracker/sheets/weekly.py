"""The weekly workbook: its sheets and their columns (docs/sheets.md).

Written with XlsxWriter, every sheet from the top, so that a long ledger can be written while it is read, one row of each sheet in
memory (its constant-memory mode).
"""

import io
from collections.abc import Callable, Iterable
from datetime import date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from tracker.ledger.judgement import Judged
from tracker.ledger.model import Item
from tracker.ledger.terms import STATEMENTS
from tracker.sheets import words
from tracker.sheets.measure import XLSXWRITER_NORMAL
from tracker.sheets.stamp import subject_text
from tracker.sheets.weekly_overview import write_overview
from tracker.sheets.weekly_rows import Head, Line, Overview, Silent
from tracker.sheets.weekly_table import A3, LIGHT_ORDER, Column, Formats, TableSheet

if TYPE_CHECKING:
    from tracker.synergy.model import Tree
    from tracker.synergy.results import Result

LEDGER_COLUMNS = (
    Column("序号", 6, "center"), Column("事项", 38), Column("牵头单位", 24), Column("参与单位", 16),
    Column("完成时限", 11, "date"), Column("本期进展", 32), Column("完成率/现值", 11, "bar"), Column("序时进度", 9, "bar"),
    Column("亮灯", 15, "light"), Column("存在问题", 16), Column("下步安排", 16), Column("佐证材料", 14),
    Column("更新时间", 11, "date"), Column("编号", 16),
)  # fmt: skip
"""进展台账. 编号 stands outside the printed columns: by it a row is known when the sheet comes back, or has been sorted."""

_LATE = (
    Column("编号", 14), Column("方案", 13), Column("事项", 40), Column("牵头单位", 22), Column("参与单位", 18),
    Column("完成时限", 11, "date"), Column("逾期天数", 6, "count"), Column("完成率/现值", 11, "bar"), Column("亮灯", 16, "light"),
    Column("最近填报", 11, "date"), Column("存在问题", 16), Column("下步安排", 16),
)  # fmt: skip
_NEAR = tuple(column._replace(heading="剩余天数") if column.heading == "逾期天数" else column for column in _LATE)
_UPDATES = (
    Column("日期", 11, "date"), Column("录入日期", 11, "date"), Column("编号", 15), Column("方案", 13), Column("事项", 34),
    Column("单位", 16), Column("填报人", 9), Column("类别", 9, "center"), Column("内容", 36), Column("存在问题", 18),
    Column("下步安排", 18),
)  # fmt: skip
_SILENT = (
    Column("单位", 26), Column("方案", 16), Column("应填报事项", 8, "count"), Column("未填报事项", 8, "count"),
    Column("最近填报", 11, "date"), Column("未填报事项编号", 56),
)  # fmt: skip
_UNITS = (
    Column("单位", 26), Column("方案", 16), Column("事项", 8, "count"), Column("红", 7, "count"), Column("黄", 7, "count"),
    Column("待核查", 8, "count"), Column("蓝", 7, "count"), Column("绿", 7, "count"), Column("灰", 7, "count"),
    Column("已销号", 8, "count"),
    Column("逾期", 8, "count"), Column("临近", 8, "count"), Column("未填报", 8, "count"), Column("办结率", 12, "bar"),
)  # fmt: skip

SHEETS = ("概览", "进展台账", "逾期", "临近", "本周更新", "未填报单位", "按单位统计")


class WeeklyBook:
    """A weekly workbook being written. Give it every line, then the other sheets' rows, then close it."""

    def __init__(self, head: Head, *, streamed: bool) -> None:
        self.head = head
        self.plan_names = words.plan_names(head.plans)
        self.target = io.BytesIO()
        self.workbook = open_workbook(self.target, streamed=streamed)
        self.workbook.set_properties({
            "title": f"减污降碳协同增效工作周报 {head.period.name}",
            "subject": subject_text("weekly", stamp=head.stamp), "author": "tracker",
            "created": datetime(1980, 1, 1),  # noqa: DTZ001 - a workbook knows no time zone
        })  # fmt: skip
        self.formats = Formats(self.workbook)
        self.sheets = {name: self.workbook.add_worksheet(name) for name in SHEETS}
        self.ledger = LedgerSheet(self._table("进展台账", LEDGER_COLUMNS), head)
        self.updates = self._table("本周更新", _UPDATES)

    def _table(self, name: str, columns: tuple[Column, ...]) -> TableSheet:
        return TableSheet(self.sheets[name], self.formats, columns, name, self.head.caption)

    def add(self, line: Line) -> None:
        """Write an item's row in 进展台账 and what was said about it in 本周更新."""
        self.ledger.add(line)
        for each in line.said:
            late = each.date < self.head.period.start
            self.updates.add((
                each.date, each.entered, line.item.id if each.n is None else f"{line.item.id}.{each.n}",
                self._plan(line.item), words.short_words(line.item), each.unit, each.by,
                STATEMENTS[each.kind] + ("（补报）" if late else ""), words.said_words(line.item, each),
                each.problem, each.next,
            ))  # fmt: skip

    def overdue(self, found: Iterable[Judged]) -> None:
        """Write 逾期, in the order given."""
        self._late(self._table("逾期", _LATE), found, lambda judged: judged.judgement.days_overdue)

    def near(self, found: Iterable[Judged]) -> None:
        """Write 临近, in the order given."""
        self._late(self._table("临近", _NEAR), found, lambda judged: days_left(judged, self.head.period.as_of))

    def _late(self, table: TableSheet, found: Iterable[Judged], days: Callable[[Judged], int | None]) -> None:
        for judged in found:
            item, judgement = judged
            report = item.last_report
            plan = self.head.plans[item.plan]
            table.add(
                (
                    item.id, self._plan(item), words.item_words(item), words.lead_words(item, plan),
                    words.participant_words(item, plan), item.due, days(judged), words.standing_cell(item, judgement),
                    words.light_words(judgement), words.updated_on(item), report and report.problem, report and report.next,
                ),
                judgement.light and judgement.light.color,
            )  # fmt: skip
        table.finish(freeze=1, paper=A3)

    def silent(self, rows: Iterable[Silent]) -> None:
        """Write 未填报单位."""
        table = self._table("未填报单位", _SILENT)
        for row in rows:
            table.add(
                (
                    row.unit,
                    self.plan_names[row.plan],
                    row.owed,
                    row.silent,
                    row.reported_on,
                    row.items,
                )
            )
        table.finish(freeze=1)

    def index(self, result: "Result", tree: "Tree") -> None:
        """Add 协同指数 after the other sheets: ranks and scores of the cities."""
        from tracker.sheets.index_heat import SHEET, write_heat

        zj = self.head.plans.get("zj")
        about = self.head.caption + (words.draft_mark(zj) if zj else "")
        write_heat(self.workbook.add_worksheet(SHEET), self.formats, result, tree, about)

    def overview(self, overview: Overview) -> None:
        """Write 按单位统计, and 概览, whose charts draw on it."""
        table = self._table("按单位统计", _UNITS)
        for row in overview.units:
            plan, _, unit = row["key"].partition(":")
            lights = [row["by_light"][light] for light in LIGHT_ORDER]
            done = Decimal(row["by_light"]["done"] * 1000 // row["total"]) / 10
            table.add((
                unit, self.plan_names[plan], row["total"], *lights, row["overdue"], row["due_soon"],
                row["unreported"], done,
            ))  # fmt: skip
        table.finish(freeze=1)
        write_overview(self.workbook, self.sheets["概览"], self.formats, self.head, overview)

    def close(self) -> bytes:
        """Finish the workbook and return its bytes."""
        self.ledger.finish()
        self.updates.finish(paper=A3)
        self.sheets["概览"].activate()
        self.workbook.close()
        return self.target.getvalue()

    def _plan(self, item: Item) -> str:
        return self.plan_names[item.plan]


class LedgerSheet:
    """进展台账: the annex layout with progress; rows across stand over each plan, list, chapter and section."""

    def __init__(self, table: TableSheet, head: Head) -> None:
        self.table = table
        self.head = head
        self.place: tuple[str | None, ...] = ("", "", None, None)

    def add(self, line: Line) -> None:
        """Write an item's row, and before it the headings that change."""
        item, judgement = line.item, line.judgement
        plan = self.head.plans[item.plan]
        self._headings(item)
        report = item.last_report
        period = self.head.period
        within = [each for each in line.said if period.start <= each.date <= period.end] if line.said else ()
        self.table.add(
            (
                item.number, words.item_words(item), words.lead_words(item, plan), words.participant_words(item, plan),
                item.due, words.report_words(item, within), words.standing_cell(item, judgement), judgement.planned,
                words.light_words(judgement), report and report.problem, report and report.next,
                "\n".join(line.evidence), report and report.date, item.id,
            ),
            judgement.light and judgement.light.color,
        )  # fmt: skip

    def _headings(self, item: Item) -> None:
        chapters = (item.chapter, item.section) if item.kind == "task" else (None, None)
        place = (item.plan, item.kind, *chapters)
        if place == self.place:
            return
        plan, formats = self.head.plans[item.plan], self.table.formats
        names = (
            plan["title"] + words.draft_mark(plan),
            words.list_heading(plan, item.kind),
            *chapters,
        )
        changed = next(level for level in range(4) if place[level] != self.place[level])
        for level in range(changed, 4):
            if names[level]:
                self.table.across(str(names[level]), formats.plan if level == 0 else formats.chapter)
        self.place = place

    def finish(self) -> None:
        """Set the sheet up: A3, since thirteen columns are not legible on A4."""
        self.table.finish(freeze=2, paper=A3, printed=len(LEDGER_COLUMNS) - 1)


def days_left(judged: Judged, as_of: date) -> int | None:
    """Return the days to the nearest due date of what is due soon."""
    item, judgement = judged
    dues = [
        indicator.due
        for indicator, each in zip(item.indicators, judgement.indicators, strict=True)
        if each.due_soon and indicator.due is not None
    ]
    due = min(dues, default=item.due)
    return None if due is None else (due - as_of).days


def open_workbook(target: io.BytesIO, *, streamed: bool) -> Any:
    """Start a workbook that never takes a text for a number, an address or a formula.

    streamed: every sheet goes to disk row by row, in bounded memory; otherwise all is held, which is faster for a few rows.
    """
    import xlsxwriter

    return xlsxwriter.Workbook(
        target,
        {
            "constant_memory": streamed,
            "in_memory": not streamed,
            "strings_to_formulas": False,
            "strings_to_urls": False,
            "strings_to_numbers": False,
            **XLSXWRITER_NORMAL,
        },
    )
