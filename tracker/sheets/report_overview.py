"""概览: the first sheet of a report: the leader's page, then counts, ranking, charts and the rules of the lights."""

from collections.abc import Sequence
from typing import Any

from tracker.ledger.summary import percent_of
from tracker.ledger.terms import SHOWN_LIGHTS
from tracker.sheets.layout import (
    A4,
    BARS,
    DIGIT,
    LINE,
    MILLIMETRES,
    SLACK,
    holdable,
    quick_line_count,
    rooms_of,
    text_height,
)
from tracker.sheets.report_content import Count, Head, Measure, Overview, Trouble
from tracker.sheets.report_table import SIZE, Formats, set_up_page
from tracker.sheets.wording import LIGHT_HEADINGS

_WIDTHS = (30, 9, 9, 9, 9, 9, 9, 9, 9, 9, 9, 9, 10)
"""Wide enough for the name of a unit on one line, and so wide together that a page, shrunk to them, takes a table and its chart."""
_ACROSS = sum(width * DIGIT + 5 for width in _WIDTHS) * 0.75
"""The same in points; a column has five pixels beside its digits."""
_ROOMS = rooms_of(_WIDTHS)
SHEET = "概览"
_TOP, _BOTTOM = 0.5, 0.6
"""Margins above and below, in inches: closer than in the other sheets, so that the leader's page is one page."""
PAGE = SLACK * (595.3 - 72 * (_TOP + _BOTTOM)) * max(1, _ACROSS / 755)
"""What a page takes, in points: A4 between its margins, shrunk to the width of the sheet."""
GAP, TITLE, SECTION = 8.0, 30.0, 22.0
"""The heights of an empty row, of a line of the title and of a heading, in points."""
MARGIN = 1.5
"""Above and below the lines of a row of figures together, in points: closer than in the long tables, to keep them on a page."""
LEAST, AROUND_BARS, BAR = 185, 90, 19
"""Pixels of a chart: at least; of its title, axis and legend; of each bar."""
SHOWN = 15
"""How many units and plans a chart shows, those in most trouble first."""
OTHERS = 200
"""How many more red items, and needs, follow behind the leader's page; of thousands the rest stands in 进展台账 only."""
RANKED = 5
"""Units with fewer items have no rank by rate: one item more or less would move it by a fifth and more."""
BEFORE = "#BFBFBF"
"""The colour of the report before in charts."""

_RED = (("事项", 3), ("牵头单位", 2), ("亮灯原因", 4), ("存在问题", 2), ("下步安排", 2))
_NEED = (("事项", 4), ("牵头单位", 3), ("需协调的内容", 6))
_MEASURE = (("指标", 2), ("目标", 3), ("现值", 1), ("序时目标", 1), ("亮灯", 1), ("说明", 5))
"""The columns of the tables of words: their headings, and over how many columns of the sheet each goes."""
_TURN = (0, 0, 1, 2)
"""In which order the tables of the leader's page take rows while there is room: two red items, a need, a measure, and so on."""


def write_overview(workbook: Any, sheet: Any, formats: Formats, head: Head, overview: Overview) -> None:
    """Write the sheet from the top."""
    page = _Page(workbook, sheet, formats, head)
    page.title()
    page.words(overview)
    page.totals(overview)
    page.plans(overview)
    page.units(overview)
    page.others(overview)
    page.closing()
    set_up_page(sheet, A4, edges=(_TOP, _BOTTOM))
    sheet.set_h_pagebreaks(page.breaks)
    sheet.print_area(0, 0, page.row - 1, len(_WIDTHS) - 1)


class _Page:
    def __init__(self, workbook: Any, sheet: Any, formats: Formats, head: Head) -> None:
        self.workbook, self.sheet, self.formats, self.head = workbook, sheet, formats, head
        self.row = 0
        self.used = 0.0
        self.number = 0
        self.breaks: list[int] = []
        self.shown = (0, 0, 0)
        for number, width in enumerate(_WIDTHS):
            sheet.set_column(number, number, width)

    def title(self) -> None:
        text = holdable(self.head.title)
        self._high(TITLE * max(1, quick_line_count(text, sum(_ROOMS) * SIZE / 16)))
        self.sheet.merge_range(0, 0, 0, len(_WIDTHS) - 1, "", self.formats.top)
        self.sheet.write_string(0, 0, text, self.formats.top)
        self.row = 1
        self._paragraph(self.head.about, self.formats.words)
        self._empty()

    def words(self, overview: Overview) -> None:
        """The leader's page: sentences, red items, what needs somebody, the main numbers, what changed."""
        self._section("总体情况")
        self._paragraph("　　" + "".join(overview.sentences), self.formats.words)
        reds, needs, measures = self.shown = self._first_page(overview)
        self._troubles("红灯事项", _RED, overview.reds[:reds], _of(overview.reds, reds, "其余红灯事项"))
        self._troubles("需协调事项", _NEED, overview.needs[:needs], _of(overview.needs, needs, "其余需协调事项"))
        shown = overview.measures[:measures]
        left = len(overview.measures) - len(shown) + overview.left
        rows = [_measure_row(each) for each in shown]
        more = f"（列最需关注的{len(shown)}项，其余{left}项见“进展台账”）" if left else ""
        self._section(f"主要指标{more}", self._table_height(_MEASURE, rows[:1]))
        self._spread(_MEASURE, rows, [each.light for each in shown], 4, "无定量指标。")
        columns, moves = _move_columns(overview), _move_rows(overview)
        self._section("变化", self._table_height(columns, moves))
        self._spread(columns, moves, (), None, "")
        self._empty()

    def _first_page(self, overview: Overview) -> tuple[int, int, int]:
        """Return how many red items, needs and measures are shown: as many as leave the leader's page one printed page, and fill it."""
        tables = (
            (_RED, [_trouble_row(_RED, each) for each in overview.reds]),
            (_NEED, [_trouble_row(_NEED, each) for each in overview.needs]),
            (_MEASURE, [_measure_row(each) for each in overview.measures]),
        )
        room = PAGE - self.used - SECTION - self._table_height(_move_columns(overview), _move_rows(overview))
        room -= sum(
            SECTION + (_row_height("") if rows else self._table_height(columns, ())) for columns, rows in tables
        )
        shown, is_open = [0, 0, 0], [True] * 3
        while any(is_open):
            for table in _TURN:
                columns, rows = tables[table]
                is_open[table] = is_open[table] and shown[table] < len(rows)
                if is_open[table]:
                    high = self._spread_height(columns, rows[shown[table]])
                    # One row of each stands there, however long its words are.
                    is_open[table] = high <= room or not shown[table]
                    shown[table] += is_open[table]
                    room -= high * is_open[table]
        return shown[0], shown[1], shown[2]

    def _table_height(self, columns: Sequence[tuple[str, int]], rows: Sequence[Sequence[Any]]) -> float:
        if not rows:
            return _text_height("　　无")
        return _row_height("") + sum(self._spread_height(columns, row) for row in rows)

    def _troubles(
        self, title: str, columns: Sequence[tuple[str, int]], rows: Sequence[Trouble], more: str = ""
    ) -> None:
        told = [_trouble_row(columns, each) for each in rows]
        self._section(title + more, self._table_height(columns, told[:1]))
        self._spread(columns, told, (), None, f"无{title}。")

    def _spread(
        self, columns: Sequence[tuple[str, int]], rows: Sequence[Sequence[Any]], lights: Sequence[str],
        light_at: int | None, nothing: str,
    ) -> None:  # fmt: skip
        """Write a table of words, whose cells go over several columns of the sheet."""
        if not rows:
            self._paragraph("　　" + nothing, self.formats.words)
            return
        names = [name for name, _ in columns]
        self._keep(self._table_height(columns, rows[:1]))
        self._high(_row_height(""))
        self._across_cells(columns, names, [self.formats.heading] * len(columns))
        for place, row in enumerate(rows):
            high = self._spread_height(columns, row)
            self._keep(high)
            self._high(high)
            looks = [self.formats.by_kind["count" if isinstance(value, int) else "text"] for value in row]
            if light_at is not None and lights[place]:
                looks[light_at] = self.formats.lights[lights[place]]
            self._across_cells(columns, row, looks)

    def _spread_height(self, columns: Sequence[tuple[str, int]], row: Sequence[Any]) -> float:
        lines, place = 1, 0
        for (_, wide), value in zip(columns, row, strict=True):
            lines = max(lines, quick_line_count(str(value), sum(_ROOMS[place : place + wide])))
            place += wide
        return lines * LINE + MARGIN

    def _across_cells(self, columns: Sequence[tuple[str, int]], row: Sequence[Any], looks: Sequence[Any]) -> None:
        place = 0
        for (_, wide), value, wanted in zip(columns, row, looks, strict=True):
            if wide > 1:
                self.sheet.merge_range(self.row, place, self.row, place + wide - 1, "", wanted)
            if isinstance(value, int):
                self.sheet.write_number(self.row, place, value, wanted)
            elif value:
                self.sheet.write_string(self.row, place, holdable(str(value)), wanted)
            else:
                self.sheet.write_blank(self.row, place, None, wanted)
            place += wide
        self.row += 1

    def totals(self, overview: Overview) -> None:
        """Counts beside those of the report before, and a chart of the lights in their colours."""
        height = SECTION + (len(overview.totals) + 1) * _row_height("")
        is_empty = not overview.totals[0].now and not overview.totals[0].before
        self._keep(height if is_empty else max(height, SECTION + 190.0))
        self._section("主要数字")
        self._header(("项目", "本期", "上期", "增减"))
        header = self.row - 1
        for each in overview.totals:
            self._cells((each.name, each.now, each.before, each.moved), ("text", "count", "count", "change"))
        lights = [(LIGHT_HEADINGS[light], overview.lights[0].get(light, 0)) for light in SHOWN_LIGHTS]
        before = None if overview.lights[1] is None else [overview.lights[1].get(light, 0) for light in SHOWN_LIGHTS]
        if not is_empty:
            self._lights_chart(header, lights, before)
        self._empty()

    def _lights_chart(self, header: int, lights: Sequence[tuple[str, int]], before: Sequence[int] | None) -> None:
        """Draw the lights of both reports beside the table; they begin in its second row."""
        chart = self.workbook.add_chart({"type": "column"})
        rows = [(name, now, None if before is None else before[place]) for place, (name, now) in enumerate(lights)]
        series = _series("本期", header, header + 2, 1, rows)
        points = [{"fill": {"color": BARS[light]}} for light in SHOWN_LIGHTS]
        chart.add_series({**series, "points": points, "data_labels": {"value": True}, "gap": 60})
        if before is not None:
            series = _series("上期", header, header + 2, 2, rows)
            chart.add_series({**series, "fill": {"color": BEFORE}, "data_labels": {"value": True}})
        compared = "，彩色为本期、灰底为上期" if before is not None else ""
        chart.set_title({"name": f"亮灯情况（项{compared}）", "name_font": {"size": 12}})
        chart.set_legend({"none": True})
        chart.set_y_axis({"major_gridlines": {"visible": True, "line": {"color": "#D9D9D9"}}, "num_format": "0"})
        chart.set_size({"width": 600, "height": 250})
        self.sheet.insert_chart(header, 5, chart, {"object_position": 2, "description": "本期与上期各色亮灯的事项数"})

    def plans(self, overview: Overview) -> None:
        """One row a plan, and a chart of their lights; nothing where there is one plan, whose figures stand above."""
        if len(overview.plans) == 1:
            return
        header = ("方案", "事项", *_LIGHTS, "逾期", "临近", "未填报", "逾期较上期")
        rows = [
            (*_counts(each), None if each.overdue_before is None else each.overdue - each.overdue_before)
            for each in overview.plans
        ]
        more = f"，列前{SHOWN}个" if len(rows) > SHOWN else ""
        self._counted("各方案情况", header, rows, f"各方案亮灯（项）{more}")
        unmet = "、".join(f"{each.name}{each.unmet}项" for each in overview.plans if each.unmet)
        if unmet:
            self._paragraph(f"注：已销号中，未达目标销号的有{unmet}，不算办结。", self.formats.caption_wrapped)
            self._empty()

    def units(self, overview: Overview) -> None:
        """The units in most trouble by number, with their rank by rate and a chart; all of them stand in 按单位统计."""
        shown = overview.units[:SHOWN]
        more = f"（列红灯、黄灯最多的{len(shown)}个，全部见“按单位统计”）" if len(shown) < len(overview.units) else ""
        header = ("主牵头单位", "事项", *_LIGHTS, "红黄占比", "占比名次", "未填报")
        rows = []
        for each in shown:
            bad = each.lights.get("red", 0) + each.lights.get("yellow", 0)
            rows.append((*_counts(each)[:-3], percent_of(bad, each.total), each.rank or "—", each.unreported))
        self._counted(f"牵头单位排名{more}", header, rows, "牵头单位亮灯（项）", at_rate=len(header) - 3)
        if rows:
            self._paragraph(
                f"注：按红灯、黄灯项数由多到少排列；占比名次为红灯、黄灯占本单位事项的比例由高到低的名次，事项少于{RANKED}项的单位不参加；"
                "几个单位共同牵头的事项只计入主牵头单位（未明确的计入首位牵头单位）。",
                self.formats.caption_wrapped,
            )
            self._empty()

    def _counted(
        self, title: str, header: Sequence[str], rows: Sequence[Sequence[Any]], chart: str, at_rate: int | None = None
    ) -> None:
        """Write a table of counts, and its chart under it or at the top of the next page."""
        if not rows:
            return
        table = SECTION + _row_height("") + sum(_row_height(row[0]) for row in rows)
        picture = GAP + _chart_height(rows[:SHOWN])
        # The table fills what is left of a page where it can; then its chart stands at the top of the next one.
        self._keep(table)
        self._section(title)
        first = self.row
        self._header(header)
        kinds = ["text", *["count"] * (len(header) - 1)]
        if at_rate is not None:
            kinds[at_rate] = "percent"
        elif header[-1] == "逾期较上期":
            kinds[-1] = "change"
        for row in rows:
            self._cells(row, kinds)
        self._keep(picture)
        self._chart(first, rows[:SHOWN], chart)
        self._empty()

    def others(self, overview: Overview) -> None:
        """The items that the first page has no room for."""
        reds, needs, _ = self.shown
        for title, columns, rows in (
            ("其余红灯事项", _RED, overview.reds[reds:]),
            ("其余需协调事项", _NEED, overview.needs[needs:]),
        ):
            if rows:
                self._troubles(title, columns, rows[:OTHERS], _of(rows, OTHERS, "进展台账"))
                self._empty()

    def closing(self) -> None:
        """The rule text with the figures in force, on one page."""
        self._keep(SECTION + sum(map(_text_height, self.head.rules)))
        self._section("亮灯规则")
        for text in self.head.rules[1:] if len(self.head.rules) > 1 else self.head.rules:
            self._paragraph(text, self.formats.words)

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
        chart = self.workbook.add_chart({"type": "bar", "subtype": "stacked"})
        for column, light in enumerate(SHOWN_LIGHTS, start=2):
            series = _series(LIGHT_HEADINGS[light], header, header + 1, column, rows)
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

    def _section(self, text: str, under: float = 0) -> None:
        """Write a heading, numbered as official papers do, with what comes first under it (of this height) on the same page."""
        self._keep(SECTION + max(under, 2 * _row_height("")))
        self.number += 1
        self._high(SECTION)
        self.sheet.write_string(self.row, 0, f"{_ORDINALS[self.number - 1]}、{text}", self.formats.section)
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
                self.sheet.write_string(self.row, number, "—", self.formats.by_kind["center"])
            elif isinstance(value, str):
                self.sheet.write_string(
                    self.row, number, holdable(value), wanted if kind == "text" else self.formats.by_kind["center"]
                )
            else:
                self.sheet.write_number(self.row, number, value, wanted)
        self.row += 1

    def _paragraph(self, text: str, wanted: Any) -> None:
        """Write a text over the whole width, as high as it needs."""
        text = holdable(text)
        self._keep(_text_height(text))
        self._high(_text_height(text))
        self.sheet.merge_range(self.row, 0, self.row, len(_WIDTHS) - 1, "", wanted)
        self.sheet.write_string(self.row, 0, text, wanted)
        self.row += 1


def _of(rows: Sequence[Trouble], shown: int, where: str) -> str:
    """Say how many are shown of how many, and where the others stand; nothing where all are."""
    if len(rows) <= shown:
        return ""
    return f"（共{len(rows)}项，列最紧急的{shown}项，其余见“{where}”）"


def _trouble_row(columns: Sequence[tuple[str, int]], each: Trouble) -> tuple[str, ...]:
    if columns == _NEED:
        return each.name, each.unit, f"{each.reason}。存在问题：{each.problem}" if each.problem else each.reason
    return each.name, each.unit, each.reason, each.problem, each.next


def _measure_row(each: Measure) -> tuple[str, ...]:
    return each.name, each.demand, each.actual, each.expected, LIGHT_HEADINGS.get(each.light, ""), each.reason


def _move_columns(overview: Overview) -> list[tuple[str, int]]:
    wide = (len(_WIDTHS) - 1) // len(overview.moves)
    first = len(_WIDTHS) - wide * len(overview.moves)
    return [("变化", first), *((each.name, wide) for each in overview.moves)]


def _move_rows(overview: Overview) -> list[tuple[Any, ...]]:
    return [
        ("本期（项）", *(each.now for each in overview.moves)),
        ("累计（项）", *(each.total for each in overview.moves)),
    ]  # fmt: skip


_ORDINALS = (*"一二三四五六七八九十", "十一", "十二")
_LIGHTS = tuple(LIGHT_HEADINGS[light] for light in SHOWN_LIGHTS)


def _row_height(name: str) -> float:
    """Return the height of a row of figures, as high as its name needs."""
    return quick_line_count(name, _ROOMS[0]) * LINE + MARGIN


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


def _counts(row: Count) -> tuple[Any, ...]:
    """Return the figures of a row in the order of the columns."""
    return (
        row.name, row.total, *(row.lights.get(light, 0) for light in SHOWN_LIGHTS), row.overdue, row.due_soon, row.unreported,
    )  # fmt: skip
