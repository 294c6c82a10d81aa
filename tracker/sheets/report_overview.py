"""概览: the first sheet of the weekly workbook: counts, what changed since the period before, charts, the rules of the lights."""

from collections.abc import Mapping, Sequence
from typing import Any

from tracker.ledger.terms import LIGHTS
from tracker.sheets import words
from tracker.sheets.heights import text_height
from tracker.sheets.measure import DIGIT, MILLIMETRES
from tracker.sheets.pages import SLACK
from tracker.sheets.text import holdable
from tracker.sheets.report_rows import Head, Line, Overview
from tracker.sheets.report_table import (
    A4,
    BARS,
    LIGHT_ORDER,
    LINE,
    SIZE,
    Formats,
    line_count,
    rooms_of,
    set_up_page,
)

_WIDTHS = (38, 9, 9, 9, 9, 9, 9, 9, 9, 9, 9, 10)
"""Wide enough for the name of a unit on one line, and so wide together that a page, shrunk to them, takes a table and its chart."""
_ACROSS = sum(width * DIGIT + 5 for width in _WIDTHS) * 0.75
"""The same in points; a column has five pixels beside its digits."""
_ROOMS = rooms_of(_WIDTHS)
SHEET = "概览"
PAGE = SLACK * 487 * max(1, _ACROSS / 755)
"""What a page takes, in points: A4 between its margins, shrunk to the width of the sheet."""
GAP, TITLE, SECTION = 8.0, 30.0, 22.0
"""The heights of an empty row, of the title and of a heading, in points."""
MARGIN = 1.5
"""Above and below the lines of a row of figures together, in points: closer than in the long tables, to keep them on a page."""
LEAST, AROUND_BARS, BAR = 185, 78, 17.5
"""Pixels of a chart: at least; of its title, axis and legend; of each bar."""
SHOWN = 15
"""How many units and plans a chart shows, those in most trouble first."""

Row = Mapping[str, Any]

_COUNTED = ("方案", "牵头单位", "事项", *(LIGHTS[light] for light in LIGHT_ORDER), "逾期", "临近", "未填报")


def write_overview(workbook: Any, sheet: Any, formats: Formats, head: Head, overview: Overview) -> None:
    """Write the sheet from the top."""
    page = _Page(workbook, sheet, formats, head)
    page.title()
    page.totals(overview)
    page.plans(overview)
    page.units(overview)
    page.closing(overview)
    set_up_page(sheet, A4)
    sheet.set_h_pagebreaks(page.breaks)
    sheet.print_area(0, 0, page.row - 1, len(_WIDTHS) - 1)


class _Page:
    def __init__(self, workbook: Any, sheet: Any, formats: Formats, head: Head) -> None:
        self.workbook, self.sheet, self.formats, self.head = workbook, sheet, formats, head
        self.row = 0
        self.used = 0.0
        self.breaks: list[int] = []
        for number, width in enumerate(_WIDTHS):
            sheet.set_column(number, number, width)

    def title(self) -> None:
        self._high(TITLE)
        self.sheet.write_string(0, 0, f"减污降碳协同增效工作周报（{self.head.period.name}）", self.formats.title)
        self.row = 1
        self._paragraph(self.head.caption, self.formats.words)
        self._empty()

    def totals(self, overview: Overview) -> None:
        """Counts of this period beside those at the end of the one before, and a chart of the lights."""
        self._section("一、总体情况")
        self._header(("项目", "本期", "上期", "增减"))
        header = self.row - 1
        rows = []
        for place, label in enumerate(_FIGURES):
            now, before = (sum(_counts(row)[place] for row in counted) for counted in (overview.now, overview.before))
            rows.append((label, now, before, now - before))
            self._cells(rows[-1], ("text", "count", "count", "change"))
        self._cells(("本期新办结", len(overview.finished), None, None), ("text", "count", "count", "change"))
        self._lights_chart(header, rows)
        self._empty()

    def _lights_chart(self, header: int, rows: Sequence[Sequence[Any]]) -> None:
        """Draw the lights of both periods beside the table; they begin in its second row."""
        chart = self.workbook.add_chart({"type": "column"})
        lights = rows[1 : 1 + len(LIGHT_ORDER)]
        for column, color in ((1, "#2F5597"), (2, "#BFBFBF")):
            series = _series(("本期", "上期")[column - 1], header, header + 2, column, lights)
            chart.add_series({**series, "fill": {"color": color}, "data_labels": {"value": True}})
        chart.set_title({"name": "亮灯情况（项）", "name_font": {"size": 12}})
        chart.set_legend({"position": "bottom"})
        chart.set_y_axis({"major_gridlines": {"visible": True, "line": {"color": "#D9D9D9"}}, "num_format": "0"})
        chart.set_size({"width": 540, "height": 250})
        self.sheet.insert_chart(header, 5, chart, {"object_position": 2, "description": "本期与上期各色亮灯的事项数"})

    def plans(self, overview: Overview) -> None:
        """One row a plan, and a chart of their lights."""
        before = {row["key"]: row["overdue"] for row in overview.before}
        names = words.plan_names(self.head.plans)
        rows = [(names[row["key"]], *_counts(row), row["overdue"] - before.get(row["key"], 0)) for row in overview.now]
        more = f"，列前 {SHOWN} 个" if len(rows) > SHOWN else ""
        self._counted("二、各方案情况", (*_COUNTED[:1], *_COUNTED[2:], "逾期较上期"), rows, f"各方案亮灯（项）{more}")

    def units(self, overview: Overview) -> None:
        """The units in most trouble, with a chart; all of them stand in 按单位统计."""
        shown = overview.units[:SHOWN]
        more = (
            f"（按红灯、黄灯多少列前 {len(shown)} 个，全部见“按单位统计”）" if len(shown) < len(overview.units) else ""
        )
        rows = []
        for row in shown:
            plan, _, unit = row["key"].partition(":")
            rows.append((f"{unit}（{self.head.plans[plan]['region']}）", *_counts(row)))
        self._counted(f"三、牵头单位情况{more}", _COUNTED[1:], rows, "牵头单位亮灯（项）")

    def _counted(self, title: str, header: Sequence[str], rows: Sequence[Sequence[Any]], chart: str) -> None:
        """Write a table of counts and under it its chart, both on one page where one takes them."""
        table = SECTION + _row_height("") + sum(_row_height(row[0]) for row in rows)
        picture = GAP + _chart_height(rows[:SHOWN])
        self._keep(table + picture if table + picture <= PAGE else table)
        self._section(title)
        first = self.row
        self._header(header)
        for row in rows:
            self._cells(row, ("text", *["count"] * 10, "change")[: len(row)])
        self._keep(picture)
        self._chart(first, rows[:SHOWN], chart)
        self._empty()

    def _keep(self, height: float) -> None:
        """Begin a new page where what comes, of this height, would be cut by its end; what no page takes runs on."""
        if self.used and self.used + height > PAGE and height <= PAGE:
            self.breaks.append(self.row)
            self.used = 0.0

    def _empty(self) -> None:
        """Leave a row empty; at the end of a page it may be cut."""
        before = self.used
        self._blank(GAP)
        self.used = min(before + GAP, PAGE)

    def _blank(self, height: float) -> None:
        """Leave a row of this height, stated because charts are placed by the heights of the rows above them.

        It has a cell: of a long ledger, which is streamed, a row without any would lose its height.
        """
        self._high(height)
        self.sheet.write_blank(self.row, 0, None, self.formats.words)
        self.row += 1

    def _high(self, height: float) -> None:
        """Set the height of the current row."""
        self.sheet.set_row(self.row, height)
        self.used = self.used + height if self.used + height <= PAGE else height

    def _chart(self, header: int, rows: Sequence[Sequence[Any]], title: str) -> None:
        """Draw the lights of the table under a header row as stacked bars, here."""
        if not rows:
            return
        chart = self.workbook.add_chart({"type": "bar", "subtype": "stacked"})
        for column, light in enumerate(LIGHT_ORDER, start=2):
            series = _series(LIGHTS[light], header, header + 1, column, rows)
            chart.add_series({**series, "fill": {"color": BARS[light]}, "gap": 60})
        chart.set_title({"name": title, "name_font": {"size": 12}})
        chart.set_legend({"position": "right"})
        # Small names, and the legend beside the bars: a program leaves out every other one of those that have no room.
        chart.set_y_axis({"reverse": True, "interval_unit": 1, "num_font": {"size": 8}})
        chart.set_x_axis({"major_gridlines": {"visible": True, "line": {"color": "#D9D9D9"}}, "num_format": "0"})
        self._empty()
        high = _chart_height(rows)
        chart.set_size({"width": _ACROSS / 0.75, "height": high / 0.75})
        self.sheet.insert_chart(self.row, 0, chart, {"object_position": 2, "description": title})
        self._blank(high)

    def closing(self, overview: Overview) -> None:
        """What was declared done in the period, and the rule text with the figures in force.

        The rules are on one page, and not alone there: what was declared done last goes with them.
        """
        done = [self._finished(line) for line in overview.finished] or ["（无）"]
        last, place = GAP + sum(map(_text_height, self.head.rules)), len(done)
        while place and last < PAGE / 2:
            place -= 1
            last += _text_height(done[place])
        self._keep(SECTION + (_text_height(done[0]) if place else last))
        self._section("四、本期新办结")
        for number, text in enumerate(done):
            if number == place and place:
                self._keep(last)
            self._paragraph(text, self.formats.words)
        self._empty()
        for number, text in enumerate(self.head.rules):
            self._paragraph(text, self.formats.section if number == 0 else self.formats.words)

    def _finished(self, line: Line) -> str:
        item = line.item
        leads = words.lead_words(item, self.head.plans[item.plan]) or "单位待明确"
        return f"{item.id}　{words.short_words(item)}（{leads}，{words.light_words(line.judgement)}）"

    def _section(self, text: str) -> None:
        self._high(SECTION)
        self.sheet.write_string(self.row, 0, text, self.formats.section)
        self.row += 1

    def _header(self, names: Sequence[str]) -> None:
        self._high(_row_height(""))
        for number, name in enumerate(names):
            self.sheet.write_string(self.row, number, name, self.formats.heading)
        self.row += 1

    def _cells(self, values: Sequence[Any], kinds: Sequence[str]) -> None:
        self._high(_row_height(str(values[0])))
        for number, (value, kind) in enumerate(zip(values, kinds, strict=True)):
            wanted = self.formats.by_kind[kind]
            if value is None:
                self.sheet.write_blank(self.row, number, None, wanted)
            elif isinstance(value, str):
                self.sheet.write_string(self.row, number, holdable(value), wanted)
            else:
                self.sheet.write_number(self.row, number, value, wanted)
        self.row += 1

    def _paragraph(self, text: str, wanted: Any) -> None:
        """Write a text over the whole width, as high as it needs."""
        text = holdable(text)
        self._high(_text_height(text))
        self.sheet.merge_range(self.row, 0, self.row, len(_WIDTHS) - 1, "", wanted)
        self.sheet.write_string(self.row, 0, text, wanted)
        self.row += 1


def _row_height(name: str) -> float:
    """Return the height of a row of figures, as high as its name needs."""
    return line_count(name, _ROOMS[0]) * LINE + MARGIN


def _text_height(text: str) -> float:
    """Return the height of a text over the whole width."""
    return text_height(holdable(text), sum(_WIDTHS) * MILLIMETRES, SIZE)


def _chart_height(rows: Sequence[Any]) -> float:
    """Return the height of a chart of bars in points."""
    return max(LEAST, AROUND_BARS + BAR * len(rows)) * 0.75


def _series(name: str, header: int, first: int, column: int, rows: Sequence[Sequence[Any]]) -> dict[str, Any]:
    """Return a series of a chart: a column of a table, its names in the first one.

    The figures go with it, for programs that show a chart as it was saved; the stream of cells cannot be read back.
    """
    last = first + len(rows) - 1
    return {
        "name": [SHEET, header, column], "name_data": [name],
        "categories": [SHEET, first, 0, last, 0], "categories_data": [holdable(str(row[0])) for row in rows],
        "values": [SHEET, first, column, last, column], "values_data": [row[column] for row in rows],
    }  # fmt: skip


def _counts(row: Row) -> tuple[int, ...]:
    """Return the figures of a row of `actions.counts.count` in the order of the columns."""
    lights = (row["by_light"][light] for light in LIGHT_ORDER)
    return (row["total"], *lights, row["overdue"], row["due_soon"], row["unreported"])


def _light_label(light: str) -> str:
    return LIGHTS[light] if light == "done" else f"{LIGHTS[light]}灯"


_FIGURES = ("事项总数", *(_light_label(light) for light in LIGHT_ORDER), "逾期", "临近到期", "有单位未填报")
"""What `_counts` counts, in its order."""
