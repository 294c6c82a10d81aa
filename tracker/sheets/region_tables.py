"""Plain lists that coordinators bring: shares of regions, tables of regions. Any order of columns."""

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any

from tracker.errors import Refused, TrackerError
from tracker.ledger.measures import converted
from tracker.ledger.model import Share
from tracker.ledger.progress import HUNDRED
from tracker.ledger.values import plain, shorten
from tracker.sheets.reading.cells import is_doubtful_share, read_due, read_text, read_value
from tracker.sheets.reading.files import Problem, TableFile, read_list
from tracker.sheets.reading.headings import Layout, agrees
from tracker.sheets.reading.rows import is_aside, is_sum
from tracker.sheets.reading.tables import Table

SHARES = Layout(
    {
        "region": ("地区", "市县", "设区市", "县(市、区)", "县市区", "区县", "地市", "城市", "市别", "所属地区", "region", "city"),
        "n": ("指标", "指标序号", "indicator", "n"),
        "value": ("目标值", "分解值", "任务数", "目标", "数量", "分解目标", "目标任务", "指标值", "任务量", "value", "target"),
        "unit": ("牵头单位", "责任单位", "责任主体", "unit"),
        "due": ("完成时限", "完成时间", "时限", "完成期限", "截止日期", "截止时间", "due"),
        "weight": ("权重", "weight"),
        "baseline": ("基数", "基准值", "基期值", "baseline"),
        "measure": ("计量单位", "measure"),
        "number": ("序号", "no", "no."),
        "remark": ("备注", "说明"),
    },
    lambda found: "region" in found and len(found) > 1,
    "表头要有“地区”一列，以及“目标值”等至少一列；可用的列名：地区、指标、目标值、单位、完成时限、权重、基数",
    either="unit", once=("value", "baseline", "weight", "n"),
)  # fmt: skip
"""What each region gets of an item."""
REGIONS = Layout(
    {"code": ("code", "代码"), "name": ("name", "名称", "地区"), "parent": ("parent", "上级", "上级代码"),
     "level": ("level", "级别")},
    lambda found: {"code", "name", "level"} <= set(found),
    "表头要有“代码（code）”“名称（name）”“级别（level）”三列，可有“上级（parent）”",
)  # fmt: skip
_ALL = ("全省", "全市", "全区", "全国", "总数", "其中")


def read_shares(
    path: str, measures: Mapping[int, str | None], named: Callable[[str], str], today: date
) -> tuple[dict[str, Share], TableFile]:
    """Read what each region gets: 地区 and 目标值, and where given 指标, 单位, 完成时限, 权重, 基数.

    measures: of the item's indicators, by number, into which figures are converted; named gives the full name of a region. Raises
    Refused naming every wrong cell.
    """
    found, tables = read_list(Path(path), SHARES, ("value", "baseline", "weight"))
    shares: dict[str, Share] = {}
    for table in tables:
        for index, cells in table.rows():
            _add_share(shares, _Row(found, table, index, cells), measures, named, today)
    _refuse(path, found.problems)
    return shares, found


class _Row:
    """A row of a list, whose cells are read one by one; what cannot be understood is noted with its place."""

    def __init__(self, file: TableFile, table: Table, index: int, cells: Sequence[Any]) -> None:
        self.file, self.table, self.index, self.cells = file, table, index, cells

    def read(self, column: str, understand: Callable[[Any], Any]) -> Any:
        value = self.table.cell(self.cells, column)
        try:
            return understand(value)
        except TrackerError as error:
            self.file.refuse(self.table.sheet.name, self.table.name(self.index, column), str(error))
            return None

    def text(self, column: str) -> str:
        return " ".join((self.read(column, read_text) or "").split())

    def stated(self, column: str, measure: str | None) -> str | None:
        own = self.table.measure_of(self.cells, column)
        above = self.table.measure
        return above if own is None and above is not None and agrees(above, measure) else own


def _add_share(
    shares: dict[str, Share], row: _Row, measures: Mapping[int, str | None], named: Callable[[str], str], today: date
) -> None:
    text = row.text("region")
    if not text or is_sum(text) or is_aside(text) or text in _ALL:
        return
    name = row.read("region", lambda _: named(text)) or text
    share = shares.setdefault(name, Share({}, baselines={}))
    n = int(row.read("n", lambda value: read_value(value, None, what="指标")) or 1)
    measure = measures.get(n)
    if n in share.values:
        row.file.refuse(row.table.sheet.name, row.table.name(row.index, "region"), f"{shorten(name)} 的指标 {n} 重复")
        return
    for column, label, values in (("value", "目标值", share.values), ("baseline", "基数", share.baselines)):
        stated = row.stated(column, measure)
        value = row.read(column, partial(read_value, measure=measure, stated=stated, what=label))
        if value is not None and values is not None:
            values[n] = value
            if is_doubtful_share(row.table.cell(row.cells, column), measure, stated):
                cell, meant = row.table.name(row.index, column), plain(converted(value, HUNDRED))
                row.file.remarks.append(f"{cell}：{label}按 {plain(value)}% 读取；如果是 {meant}%，请改填后重来")
    share.unit = row.text("unit") or share.unit
    due = row.read("due", lambda value: read_due(value, today, from_1904=row.table.sheet.from_1904))
    share.due = (due.day if due is not None else None) or share.due
    weight = row.read("weight", lambda value: read_value(value, None, what="权重"))
    share.weight = weight if weight is not None else share.weight


def read_regions(path: str) -> list[tuple[str, str, str | None, str]]:
    """Read a table of regions: code, name, parent, level. Raises Refused for a wrong one, naming every wrong row."""
    levels = {each: each for each in ("province", "city", "county")}
    levels |= {"省级": "province", "设区市": "city", "县市区": "county"}
    file, tables = read_list(Path(path), REGIONS, ())
    found: list[tuple[str, str, str | None, str]] = []
    for table in tables:
        for index, cells in table.rows():
            row = _Row(file, table, index, cells)
            code, level = row.text("code").removesuffix(".0"), levels.get(row.text("level"))
            if not re.fullmatch(r"\d{6}(\d{3})?", code) or level is None or not row.text("name"):
                message = "代码应为 6 位或 9 位数字，级别应为 province、city 或 county"
                file.refuse(table.sheet.name, table.name(index, "code"), message)
                continue
            found.append((code, row.text("name"), row.text("parent").removesuffix(".0") or None, level))
    _refuse(path, file.problems)
    return sorted(found)


_SHOWN = 50


def _refuse(path: str, problems: Sequence[Problem]) -> None:
    """Raise Refused with everything that is wrong with a file."""
    if not problems:
        return
    if len(problems) == 1 and problems[0].cell is None:
        raise Refused(f"{path}：{problems[0].message}")
    shown = "\n".join(f"  {_where(each)}：{each.message}" for each in problems[:_SHOWN])
    raise Refused(f"{path} 有 {len(problems)} 处错误，未作任何改动：\n{shown}")


def _where(problem: Problem) -> str:
    """Name the row and the cell of a problem, and its sheet where there is one."""
    place = " ".join(part for part in (problem.sheet, problem.cell) if part)
    row = (problem.cell or "").lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ")
    return f"第 {row} 行（{place}）" if row else place
