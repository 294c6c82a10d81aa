"""The report workbook of a period: its sheets and their columns (docs/files.md).

Written with XlsxWriter, every sheet from the top, so that a long ledger can be written while it is read, one row of each sheet in
memory (its constant-memory mode).
"""

import io
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any, NamedTuple

from tracker.ledger.judgement import Judged
from tracker.ledger.model import Item
from tracker.ledger.replay import Statement
from tracker.ledger.summary import percent_of
from tracker.ledger.terms import SHOWN_LIGHTS, STATEMENTS
from tracker.sheets import wording
from tracker.sheets.layout import A3, open_workbook
from tracker.sheets.report_content import Extension, Head, Line, Overview, Silent
from tracker.sheets.report_overview import write_overview
from tracker.sheets.report_table import Column, Formats, TableSheet, Value
from tracker.sheets.stamp import subject_text

if TYPE_CHECKING:
    from tracker.synergy.model import Tree
    from tracker.synergy.results import Result

LEDGER_COLUMNS = (
    Column("序号", 5, "center"), Column("事项", 34), Column("牵头单位", 22), Column("参与单位", 14), Column("完成时限", 13, "date"),
    Column("本期进展", 32), Column("目标值", 17), Column("现值", 15), Column("完成率", 9, "bar"), Column("序时进度", 9, "bar"),
    Column("亮灯", 16, "light"), Column("存在问题", 17), Column("下步安排", 17), Column("佐证材料", 13),
    Column("更新时间", 11, "date"), Column("编号", 16),
)  # fmt: skip
"""进展台账. 编号 stands outside the printed columns: by it a row is known when the sheet comes back, or has been sorted."""
_SAID, _PROBLEM, _NEXT = 5, 11, 12
"""The places of what a report says in words."""

_LATE = (
    Column("编号", 15), Column("方案", 12), Column("事项", 38), Column("牵头单位", 22), Column("完成时限", 13, "date"),
    Column("逾期天数", 7, "count"), Column("目标值", 16), Column("现值", 14), Column("完成率", 9, "bar"), Column("亮灯", 18, "light"),
    Column("最近填报", 11, "date"), Column("存在问题", 17), Column("下步安排", 17),
)  # fmt: skip
_NEAR = tuple(column._replace(heading="剩余天数") if column.heading == "逾期天数" else column for column in _LATE)
_UPDATES = (
    Column("日期", 11, "date"), Column("录入日期", 11, "date"), Column("编号", 15), Column("方案", 13), Column("事项", 34),
    Column("单位", 16), Column("填报人", 9), Column("类别", 9, "center"), Column("内容", 36), Column("存在问题", 18),
    Column("下步安排", 18),
)  # fmt: skip
_EXTENSIONS = (
    Column("编号", 15), Column("方案", 13), Column("事项", 38), Column("牵头单位", 22), Column("办理日期", 11, "date"),
    Column("延期前", 11, "center"), Column("延期至", 11, "center"), Column("延期理由", 34), Column("批准单位（人）", 16),
)  # fmt: skip
_SILENT = (
    Column("单位", 24), Column("方案", 14), Column("应填报事项", 8, "count"), Column("未填报事项", 8, "count"),
    Column("最近填报", 11, "date"), Column("未填报的事项", 66),
)  # fmt: skip
_UNITS = (
    Column("单位", 26), Column("方案", 14), Column("事项", 8, "count"),
    *(Column(wording.LIGHT_HEADINGS[light], 8, "count") for light in SHOWN_LIGHTS),
    Column("其中未达目标", 8, "count"), Column("逾期", 8, "count"), Column("临近", 8, "count"), Column("未填报", 8, "count"),
    Column("销号率", 12, "bar"),
)  # fmt: skip
_SHARED = (
    "注：“其中未达目标”是已销号中未达目标的，不计入销号率；几个单位共同牵头的事项，分别计入各牵头单位，本表合计大于事项总数；"
    "概览的排名只计入主牵头单位（未明确的计入首位牵头单位）。"
)


class Row(NamedTuple):
    """A row of 逾期 or 临近: its cells, the colour of its light, by what it is ordered."""

    order: Any
    cells: tuple[Value, ...]
    light: str | None


def sheet_names(updates: str) -> tuple[str, ...]:
    """Return the names of the sheets; updates: 本周更新 or 本期更新."""
    return ("概览", "进展台账", "逾期", "临近", updates, "延期", "未填报单位", "按单位统计")


class ReportBook:
    """A report workbook being written. Give it every line, then the other sheets' rows, then close it."""

    def __init__(self, head: Head, *, streamed: bool) -> None:
        self.head = head
        self.plan_names = wording.plan_names(head.plans)
        self.target = io.BytesIO()
        self.workbook = open_workbook(self.target, streamed=streamed)
        self.workbook.set_properties({
            "title": head.title, "subject": subject_text("weekly", stamp=head.stamp), "author": "tracker",
            "comments": head.request, "created": datetime(1980, 1, 1),  # noqa: DTZ001 - a workbook knows no time zone
        })  # fmt: skip
        self.formats = Formats(self.workbook)
        self.sheets = {name: self.workbook.add_worksheet(name) for name in sheet_names(head.updates)}
        self.ledger = LedgerSheet(self._table("进展台账", LEDGER_COLUMNS), head)
        self.updates = self._table(head.updates, _UPDATES)

    def _table(self, name: str, columns: tuple[Column, ...]) -> TableSheet:
        return TableSheet(self.sheets[name], self.formats, columns, name, self.head.caption)

    def add(self, line: Line) -> None:
        """Write an item's row in 进展台账 and what was said about it in 本期更新."""
        self.ledger.add(line)
        for each in line.said:
            self.updates.add((
                each.date, each.entered, line.item.id if each.n is None else f"{line.item.id}.{each.n}",
                self._plan(line.item), wording.short_words(line.item), each.unit, each.by,
                STATEMENTS[each.kind] + ("（补报）" if each.kind == "report" and each.date < each.entered else ""),
                wording.said_words(line.item, each), each.problem, each.next,
            ))  # fmt: skip

    def late(self, judged: Judged, order: Any, days: int | None) -> Row:
        """Return an item's row in 逾期 or 临近; days: how long overdue, or how many are left."""
        item, judgement = judged
        report, plan = item.last_report, self.head.plans[item.plan]
        cells = (
            item.id, self._plan(item), wording.item_words(item), wording.lead_words(item, plan), wording.due_words(item), days,
            wording.demands_words(item), wording.values_words(item), judgement.percent, wording.light_words(item, judgement),
            wording.updated_on(item), report and report.problem, report and report.next,
        )  # fmt: skip
        return Row(order, cells, judgement.light and judgement.light.color)

    def lists(self, overdue: Iterable[Row], near: Iterable[Row]) -> None:
        """Write 逾期 and 临近, in their order."""
        for name, columns, rows in (("逾期", _LATE, overdue), ("临近", _NEAR, near)):
            table = self._table(name, columns)
            for row in sorted(rows, key=lambda each: each.order):
                table.add(row.cells, row.light)
            table.finish(freeze=1, paper=A3)

    def extensions(self, rows: Iterable[Extension]) -> None:
        """Write 延期, in the order given."""
        table = self._table("延期", _EXTENSIONS)
        for row in rows:
            plan = self.head.plans[row.item.plan]
            table.add((
                row.id, self._plan(row.item), wording.item_words(row.item), wording.lead_words(row.item, plan), row.decided,
                row.before, row.after, row.reason, row.approved,
            ))  # fmt: skip
        table.finish(freeze=1)

    def silent(self, units: Iterable[Silent]) -> None:
        """Write 未填报单位, in the order given."""
        table = self._table("未填报单位", _SILENT)
        for row in units:
            table.add((row.unit, self.plan_names[row.plan], row.owed, row.silent, row.reported_on, row.items))
        table.finish(freeze=1)

    def index(self, result: "Result", tree: "Tree") -> None:
        """Write 协同指数, after the other sheets: the ranks and scores of the cities."""
        from tracker.sheets.index_heatmap import SHEET, write_heat

        zj = self.head.plans.get("zj")
        about = self.head.caption + (wording.draft_mark(zj) if zj else "")
        write_heat(self.workbook.add_worksheet(SHEET), self.formats, result, tree, about)

    def overview(self, overview: Overview) -> None:
        """Write 按单位统计 and 概览."""
        table = self._table("按单位统计", _UNITS)
        for plan, row in overview.by_lead:
            table.add((
                row.name, self.plan_names[plan], row.total, *(row.lights.get(light, 0) for light in SHOWN_LIGHTS),
                row.unmet, row.overdue, row.due_soon, row.unreported, percent_of(row.closed, row.total),
            ))  # fmt: skip
        table.finish(freeze=1, note=_SHARED if overview.by_lead else "")
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
        self.plans: Mapping[str, Mapping[str, Any]] = head.plans
        self.updates = head.updates
        self.place: tuple[str | None, ...] = ("", "", None, None)

    def add(self, line: Line) -> None:
        """Write an item's row, and before it the headings that change; where nothing new came, the last words in force."""
        item, judgement = line.item, line.judgement
        plan = self.plans[item.plan]
        self._headings(item)
        report = item.last_report
        said = wording.period_words(item, _telling(line.said), self.updates)
        self.table.add(
            (
                item.number, wording.item_words(item), wording.lead_words(item, plan), wording.participant_words(item, plan),
                wording.due_words(item), said or wording.last_words(report), wording.demands_words(item),
                wording.values_words(item), judgement.percent, judgement.planned, wording.light_words(item, judgement),
                report and report.problem, report and report.next, "\n".join(line.evidence), report and report.date, item.id,
            ),
            judgement.light and judgement.light.color,
            earlier=() if said else (_SAID, _PROBLEM, _NEXT),
        )  # fmt: skip

    def _headings(self, item: Item) -> None:
        chapters = (item.chapter, item.section) if item.kind == "task" else (None, None)
        place = (item.plan, item.kind, *chapters)
        if place == self.place:
            return
        plan, formats = self.plans[item.plan], self.table.formats
        names = (plan["title"] + wording.draft_mark(plan), wording.list_heading(plan, item.kind), *chapters)
        changed = next(level for level in range(4) if place[level] != self.place[level])
        for level in range(changed, 4):
            if names[level]:
                self.table.across(str(names[level]), formats.plan if level == 0 else formats.chapter)
        self.place = place

    def finish(self) -> None:
        """Set the sheet up: A3, since fifteen columns are not legible on A4."""
        self.table.finish(freeze=2, paper=A3, printed=len(LEDGER_COLUMNS) - 1)


def _telling(said: Iterable[Statement]) -> list[Statement]:
    return [each for each in said if each.kind in ("report", "complete")]
