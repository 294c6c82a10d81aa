"""The sheet 协同指数 of the weekly workbook: the cities by rank side by side, their scores on every level as a heat map."""

from collections.abc import Sequence
from fractions import Fraction
from typing import Any

from tracker.sheets.layout import A4, MILLIMETRES, text_height
from tracker.sheets.report_table import SIZE, Formats, set_up_page
from tracker.synergy.model import Tree
from tracker.synergy.results import INDICATOR, CityResult, Result, levels_of, missing_words
from tracker.synergy.scores import shown

SHEET = "协同指数"
NO_DATA = "—"
"""What stands where there is no score: missing is never zero."""

_NAME_WIDTH, _WEIGHT_WIDTH, _CITY_WIDTH = 50, 7, 8
_HEADER = 2
_FIRST_CITY = 2
_INDENTS = {"index": 0, "content": 0, "level1": 1, "level2": 2, INDICATOR: 3}
_HEAT = {
    "type": "3_color_scale",
    "min_type": "num", "mid_type": "num", "max_type": "num", "min_value": 0, "mid_value": 50, "max_value": 100,
    "min_color": "#F8CBAD", "mid_color": "#FFF2CC", "max_color": "#A9D08E",
}  # fmt: skip
"""0 is the worst city of the base year, 100 the best; the figures stand in the cells, colour only repeats them."""


def write_heat(sheet: Any, formats: Formats, result: Result, tree: Tree, about: str) -> None:
    """Write the sheet from the top: ranks, index, change and coverage, then every level; below them the notes.

    about stands under the title: what the workbook is about, and that annex 2 is a draft.
    """
    page = _Page(sheet, formats, result, tree)
    page.head(about)
    page.ranks()
    page.scores()
    page.notes([*missing_words(result, tree), *result.notes])


class _Page:
    def __init__(self, sheet: Any, formats: Formats, result: Result, tree: Tree) -> None:
        self.sheet, self.formats, self.result = sheet, formats, result
        self.cities: Sequence[CityResult] = result.cities
        self.levels = [levels_of(city, tree) for city in self.cities]
        self.last = _FIRST_CITY + len(self.cities) - 1
        self.row = _HEADER + 1
        sheet.set_column(0, 0, _NAME_WIDTH)
        sheet.set_column(1, 1, _WEIGHT_WIDTH)
        sheet.set_column(_FIRST_CITY, self.last, _CITY_WIDTH)

    def head(self, about: str) -> None:
        """Write title, captions and header."""
        self.sheet.set_row(0, 26)
        self.sheet.write_string(
            0, 0, f"减污降碳协同指数（{self.result.year}年，{self.result.label}）", self.formats.title
        )
        self._across(1, f"{about}\n{self.result.caption}")
        self.sheet.set_row(_HEADER, 24)
        for number, text in enumerate(("评价内容、指标", "权重", *(city.city for city in self.cities))):
            self.sheet.write_string(_HEADER, number, text, self.formats.heading)

    def ranks(self) -> None:
        """Rank, change and coverage: a row each, not coloured."""
        self._figures("名次", None, [city.rank for city in self.cities], "count")
        if self.result.base_year is not None:
            changes = [city.change.percent if city.change else None for city in self.cities]
            self._figures(f"较{self.result.base_year}年变化（%）", None, changes, "score")
        self._figures("数据覆盖率（%）", None, [city.coverage * 100 for city in self.cities], "score")

    def scores(self) -> None:
        """Write every level, coloured by score."""
        first = self.row
        for place, one in enumerate(self.levels[0]):
            name = f"{one.number} {one.name}" if one.number else one.name
            scores = [levels[place].score for levels in self.levels]
            self._figures("　" * _INDENTS[one.level] + name, one.weight, scores, "score")
        self.sheet.conditional_format(first, _FIRST_CITY, self.row - 1, self.last, dict(_HEAT))
        self.sheet.freeze_panes(_HEADER + 1, _FIRST_CITY)

    def notes(self, notes: Sequence[str]) -> None:
        """Write the lines below the table, and set the sheet up for print."""
        for text in notes:
            self._across(self.row, text)
            self.row += 1
        set_up_page(self.sheet, A4)
        self.sheet.fit_to_pages(1, 2)
        self.sheet.repeat_rows(_HEADER)
        self.sheet.print_area(0, 0, self.row - 1, self.last)

    def _figures(self, name: str, weight: Fraction | None, figures: Sequence[Fraction | int | None], kind: str) -> None:
        by_kind = self.formats.by_kind
        self.sheet.set_row(self.row, text_height(name, _NAME_WIDTH * MILLIMETRES, SIZE))
        self.sheet.write_string(self.row, 0, name, by_kind["text"])
        if weight is None:
            self.sheet.write_blank(self.row, 1, None, by_kind["center"])
        else:
            self.sheet.write_number(self.row, 1, shown(weight), by_kind["center"])
        for number, figure in enumerate(figures, _FIRST_CITY):
            if figure is None:
                self.sheet.write_string(self.row, number, NO_DATA, by_kind["center"])
            else:
                self.sheet.write_number(self.row, number, shown(Fraction(figure)), by_kind[kind])
        self.row += 1

    def _across(self, row: int, text: str) -> None:
        """Write a text over the whole width, as high as it needs."""
        width = _NAME_WIDTH + _WEIGHT_WIDTH + _CITY_WIDTH * len(self.cities)
        self.sheet.set_row(row, text_height(text, width * MILLIMETRES, SIZE))
        self.sheet.merge_range(row, 0, row, self.last, "", self.formats.words)
        self.sheet.write_string(row, 0, text, self.formats.words)
