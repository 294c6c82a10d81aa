"""The sheet 协同指数: annex 2 of zj's plan with its merged cells exactly as printed (docs/files.md, docs/contract.md)."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from openpyxl import Workbook
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from tracker.sheets.annex import (
    BODY,
    BODY_SIZE,
    CAPTION_ROW,
    HEADER_ROW,
    HEADING,
    LOWEST_HEADER,
    SUBHEADING,
    break_pages,
    cell_style,
    dress,
    height_of,
    set_up_annex_page,
    write_head,
)
from tracker.sheets.layout import A3, Block, row_height, set_text, set_value, text_height
from tracker.synergy.model import CITIES, INDEX, Tree
from tracker.synergy.results import CityResult, Result, missing_words
from tracker.synergy.scores import shown

PLAN = "zj"
"""The plan whose annex 2 the index is."""
SHEET = "协同指数"
LABEL = "附件2"
TITLE = "浙江省减污降碳协同指数"

CIRCLED = "①②③④⑤⑥⑦⑧⑨⑩⑪⑫⑬⑭⑮⑯⑰⑱⑲⑳㉑㉒㉓㉔"

SIZE = 10.5
"""五号: with it each 评价内容 fits on a page."""
_GROUPS = ("评价内容", "一级指标", "", "二级指标", "", "三级指标", "", "数据来源")
_NAMES = ("", "名称", "权重", "名称", "权重", "名称", "权重", "")
_WIDTHS = (20.0, 32.0, 14.0, 46.0, 14.0, 68.0, 14.0, 35.0)
_CITY_WIDTH = 17.0
NO_DATA = "—"
"""What stands where there is no figure: missing is never zero."""
_CENTERED = (0, 2, 4, 6)
_MERGED_BY = (("content",), ("level1",), ("level1",), ("level1", "level2"), ("level1", "level2"), None, None, None)
"""For each column the names that must stay the same for rows to share one cell; None: every row has its own."""


@dataclass(frozen=True, slots=True)
class Below:
    """A row under the 24 indicators: its label, one figure a city (None where it is blank), and how figures are shown."""

    label: str
    figures: Sequence[Decimal | int | None]
    number_format: str = "0.00"
    strong: bool = False


@dataclass(frozen=True, slots=True)
class Scores:
    """Figures of one year to stand beside the 24 indicators: a column a city.

    values maps (indicator number, city) to a score; below are the rows of groups, index, rank and coverage, notes the lines
    under the table. heading is the line over the cities' columns and says that the figures are 测算值 and by which method.
    """

    heading: str
    cities: Sequence[str]
    values: Mapping[tuple[int, str], Decimal]
    below: Sequence[Below]
    notes: Sequence[str]


def index_sheet(
    rows: Sequence[Mapping[str, str]], scores: Scores | None = None, *, mark: str = "", caption: str = ""
) -> Callable[[Workbook], None]:
    """Return what adds the sheet to a workbook.

    rows: those of index.csv; scores: the cities' figures, where wanted; mark: what marks the plan as a draft; caption: what is to
    be said under the label.
    """

    def add(workbook: Workbook) -> None:
        sheet = workbook.create_sheet(SHEET)
        _write(sheet, rows, scores, f"{TITLE}\n{mark}" if mark else TITLE)
        if caption:
            set_text(sheet, CAPTION_ROW, 1, caption)
            dress(sheet.cell(CAPTION_ROW, 1), cell_style(SUBHEADING, BODY_SIZE, wrap=False))
            sheet.row_dimensions[CAPTION_ROW].height = text_height(caption, sum(_WIDTHS), BODY_SIZE)

    return add


def _write(sheet: Worksheet, rows: Sequence[Mapping[str, str]], scores: Scores | None, title: str) -> None:
    cities = tuple(scores.cities) if scores else ()
    size = SIZE
    widths = (*_WIDTHS, *(_CITY_WIDTH for _ in cities))
    write_head(sheet, LABEL, title, widths)
    header = HEADER_ROW - 1
    _write_header(sheet, header, size, scores.heading if scores else "", cities)
    for place, row in enumerate(rows, start=header + 2):
        figures = [scores.values.get((int(row["number"]), city)) for city in cities] if scores else []
        _write_row(sheet, place, size, row, figures)
        texts = _texts(row)
        # A merged cell has the room of all its rows; the texts of the 三级指标 and their sources decide.
        own = [(text, width) for text, width, by in zip(texts, widths, _MERGED_BY, strict=False) if by is None]
        sheet.row_dimensions[place].height = row_height(own, size)
    _merge(sheet, header + 2, rows, size)
    if scores:
        _write_below(sheet, header + 2 + len(rows), size, scores)
    set_up_annex_page(sheet, (header, header + 1))
    break_pages(sheet, _blocks(sheet, header + 2, rows), (header, header + 1), sum(widths))
    if scores:
        sheet.page_setup.paperSize = A3
        sheet.freeze_panes = f"{get_column_letter(len(_GROUPS) + 1)}{header + 2}"


def _texts(row: Mapping[str, str]) -> tuple[str, ...]:
    return (
        row["content"], row["level1"], row["weight1"], row["level2"], row["weight2"],
        CIRCLED[int(row["number"]) - 1] + row["level3"], row["weight3"], row["sources"],
    )  # fmt: skip


def _write_header(sheet: Worksheet, row: int, size: float, heading: str, cities: Sequence[str]) -> None:
    wanted = cell_style(HEADING, size, across="center", grid=True)
    last = len(_GROUPS) + len(cities)
    over = (*_GROUPS, heading, *("" for _ in cities[1:]))
    for offset, texts in enumerate((over, (*_NAMES, *cities))):
        for number in range(1, last + 1):
            if texts[number - 1]:
                set_text(sheet, row + offset, number, texts[number - 1])
            dress(sheet.cell(row + offset, number), wanted)
        sheet.row_dimensions[row + offset].height = LOWEST_HEADER
    if cities:
        across = _CITY_WIDTH * len(cities)
        sheet.row_dimensions[row].height = max(LOWEST_HEADER, row_height([(heading, across)], size))
    for column in (1, len(_GROUPS)):
        sheet.merge_cells(start_row=row, end_row=row + 1, start_column=column, end_column=column)
    for column in (2, 4, 6):
        sheet.merge_cells(start_row=row, end_row=row, start_column=column, end_column=column + 1)
    if len(cities) > 1:
        sheet.merge_cells(start_row=row, end_row=row, start_column=len(_GROUPS) + 1, end_column=last)


def _write_row(
    sheet: Worksheet, place: int, size: float, row: Mapping[str, str], figures: Sequence[Decimal | None]
) -> None:
    for number, text in enumerate(_texts(row), start=1):
        if number - 1 in (2, 4, 6):
            sheet.cell(place, number, Decimal(text))
        else:
            set_text(sheet, place, number, text)
        across = "center" if number - 1 in _CENTERED else "left"
        dress(sheet.cell(place, number), cell_style(BODY, size, across=across, grid=True))
    for number, figure in enumerate(figures, start=len(_GROUPS) + 1):
        set_value(sheet, place, number, NO_DATA if figure is None else figure)
        dress(sheet.cell(place, number), cell_style(BODY, size, across="center", grid=True, number_format="0.00"))


def _merge(sheet: Worksheet, first: int, rows: Sequence[Mapping[str, str]], size: float) -> None:
    """Merge the cells of a group downwards, and give its rows the height that its name needs."""
    for column, by in enumerate(_MERGED_BY, start=1):
        if by is None:
            continue
        for start, end in _runs([tuple(row[name] for name in ("content", *by)) for row in rows]):
            text = _texts(rows[start])[column - 1]
            _stretch(sheet, first + start, first + end, row_height([(text, _WIDTHS[column - 1])], size))
            for row in range(first + start + 1, first + end + 1):
                sheet.cell(row, column).value = None
            if end > start:
                sheet.merge_cells(start_row=first + start, end_row=first + end, start_column=column, end_column=column)


def _blocks(sheet: Worksheet, first: int, rows: Sequence[Mapping[str, str]]) -> list[Block]:
    """Return the rows that share a 评价内容: where a page ended within it, its merged cell would be cut in two."""
    runs = _runs([row["content"] for row in rows])
    return [Block(first + start, height_of(sheet, first + start, first + end)) for start, end in runs]


def _runs(keys: Sequence[object]) -> list[tuple[int, int]]:
    """Return first and last place of every run of equal keys."""
    runs: list[tuple[int, int]] = []
    for place, key in enumerate(keys):
        if runs and keys[place - 1] == key:
            runs[-1] = (runs[-1][0], place)
        else:
            runs.append((place, place))
    return runs


def _stretch(sheet: Worksheet, first: int, last: int, needed: float) -> None:
    """Make rows that share a cell high enough together."""
    have = sum(sheet.row_dimensions[row].height or 0 for row in range(first, last + 1))
    if have < needed:
        for row in range(first, last + 1):
            sheet.row_dimensions[row].height = round((sheet.row_dimensions[row].height or 0) * needed / have, 2)


def _write_below(sheet: Worksheet, row: int, size: float, scores: Scores) -> None:
    """Write the rows of groups, index, rank and coverage, then the notes over the whole width."""
    last = len(_GROUPS) + len(scores.cities)
    for one in scores.below:
        font = HEADING if one.strong else BODY
        set_text(sheet, row, 1, one.label)
        for number in range(1, len(_GROUPS) + 1):
            dress(sheet.cell(row, number), cell_style(font, size, grid=True))
        sheet.merge_cells(start_row=row, end_row=row, start_column=1, end_column=len(_GROUPS))
        for number, figure in enumerate(one.figures, start=len(_GROUPS) + 1):
            set_value(sheet, row, number, NO_DATA if figure is None else figure)
            wanted = cell_style(font, size, across="center", grid=True, number_format=one.number_format)
            dress(sheet.cell(row, number), wanted)
        sheet.row_dimensions[row].height = row_height([(one.label, sum(_WIDTHS))], size)
        row += 1
    width = sum(_WIDTHS) + _CITY_WIDTH * len(scores.cities)
    for text in scores.notes:
        set_text(sheet, row, 1, text)
        dress(sheet.cell(row, 1), cell_style(BODY, size))
        sheet.merge_cells(start_row=row, end_row=row, start_column=1, end_column=last)
        sheet.row_dimensions[row].height = row_height([(text, width)], size)
        row += 1


LEVELS = {"content": "评价内容", "level1": "一级指标", "level2": "二级指标"}
_RANK, _SHARE, _CHANGE = "0", "0.0", "+0.00;-0.00;0.00"


def scores_of(result: Result, tree: Tree) -> Scores:
    """Return a result over all 11 cities as the columns beside annex 2, in the official order of the cities."""
    cities = [result.city(name) for name in CITIES]
    values = {
        (one.number, city.city): shown(one.score)
        for city in result.cities
        for one in city.indicators
        if one.score is not None
    }
    scale = f"；{result.goalposts.words}" if result.goalposts else ""
    heading = f"{result.year}年得分（{result.label}；{result.method.description}{scale}）"
    return Scores(heading, CITIES, values, _below(result, cities), [*missing_words(result, tree), *result.notes])


def _below(result: Result, cities: Sequence[CityResult]) -> list[Below]:
    rows = [
        Below(f"{LEVELS[group.level]}得分　{group.name}", [_figure(city.groups[place].score) for city in cities])
        for place, group in enumerate(cities[0].groups)
        if group.level in LEVELS
    ]
    rows.append(Below(f"{INDEX}得分", [_figure(city.score) for city in cities], strong=True))
    rows.append(Below("名次", [city.rank for city in cities], _RANK, strong=True))
    rows.append(Below("数据覆盖率（%）", [_figure(city.coverage * 100) for city in cities], _SHARE))
    if result.base_year is not None:
        changes = [city.change.percent if city.change is not None else None for city in cities]
        rows.append(Below(f"较{result.base_year}年变化（%）", [_figure(change) for change in changes], _CHANGE))
    return rows


def _figure(value: Fraction | None) -> Decimal | None:
    return None if value is None else shown(value)
