"""Plain lists that coordinators bring: shares of regions, tables of regions. Any order of columns."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import partial
from pathlib import Path
from typing import Any

from tracker.errors import Refused, TrackerError, Unclear
from tracker.ledger.column_names import PATTERNS
from tracker.ledger.lights import demand_words
from tracker.ledger.model import Indicator
from tracker.ledger.progress import HUNDRED
from tracker.ledger.values import converted, plain, shorten
from tracker.plans.reading.units import ends_like_unit
from tracker.sheets.reading.cells import (
    is_doubtful_share,
    is_rough,
    read_due,
    read_text,
    read_value,
    without_bound,
)
from tracker.sheets.reading.files import Problem, TableFile, read_list
from tracker.sheets.reading.headings import EITHER, Layout, agrees
from tracker.sheets.reading.rows import is_aside, is_sum
from tracker.sheets.reading.tables import Left, Table, whole_row, words_in

_SHARES: Mapping[str, Sequence[str]] = {
    "region": (
        "地区", "市县", "设区市", "县(市、区)", "县市区", "区县", "地市", "城市", "市别", "所属地区", "市", "各市", "各地",
        "region", "city",
    ),
    "n": ("指标", "指标序号", "指标名称", "indicator", "n"),
    "value": ("目标值", "分解值", "任务数", "目标", "数量", "分解目标", "目标任务", "指标值", "任务量", "value", "target"),
    "unit": ("牵头单位", "责任单位", "责任主体", "unit"),
    "due": ("完成时限", "完成时间", "时限", "完成期限", "截止日期", "截止时间", "due"),
    "weight": ("权重", "weight"),
    "baseline": ("基数", "基准值", "基期值", "基准年值", "现状值", "baseline"),
    "measure": ("计量单位", "measure"),
    "number": ("序号", "no", "no."),
    "remark": ("备注", "说明"),
}  # fmt: skip
_LIKE: Mapping[str, Callable[[str], object]] = {
    "region": re.compile(
        "(?:各|所属|所在)?(?:设区|地级|县级)?(?:行政)?(?:区划|地区|地市|市州|州市|盟市|市地|县市|县区|市县|市区|区域|乡镇|街道|地方|县市区|市县区"
        "|市、?县、?区?|设?区?市、?(?:州|盟)|行政区)(?:名称|别)?"
    ).fullmatch,
    "value": re.compile(
        "(?:年度|本年|分解|分配|下达|建议|计划|约束性|预期)*(?:目标|任务|指标)+(?:任务|目标)?(?:值|数|量)?"
        "|(?:分解|分配|下达)数量?"
    ).fullmatch,
    "baseline": re.compile("(?:20\\d\\d年?)?(?:末|底)?(?:基期|基准|基础|现状|实际|完成)*(?:年)?(?:基数|数据|水平|[值数])").fullmatch,
    "due": PATTERNS["due"],
    "unit": PATTERNS["lead"],
}  # fmt: skip


@dataclass(slots=True)
class Share:
    """What one region gets of an item that is broken down: values by indicator number, and what else the file says."""

    values: dict[int, Decimal]
    unit: str | None = None
    due: date | None = None
    weight: Decimal | None = None
    baselines: dict[int, Decimal] | None = None
    participants: str = ""


def shares_layout(indicators: Sequence[Indicator]) -> Layout:
    """Return what a table of shares of an item may have: its indicators may be columns of their own, by (a part of) their names."""
    names = {f"value.{each.n}": "".join(each.name.split()).lower() for each in indicators}

    def is_part(label: str, name: str) -> bool:
        return len(label) >= _SHORTEST_NAME and sum(label in other for other in names.values()) == 1 and label in name

    own = {column: (name,) for column, name in names.items()}
    return Layout(
        {**_SHARES, **own}, lambda found: not {"region", EITHER}.isdisjoint(found) and len(found) > 1,
        "表头要有“地区”一列，以及“目标值”（或指标名称）等至少一列；可用的列名：地区、指标、目标值、单位、完成时限、权重、基数",
        either=("region", "unit"), yearly="value", years_alone=True, once=("value", "baseline", "weight", "n", *own),
        patterns={**{column: partial(is_part, name=name) for column, name in names.items()}, **_LIKE},
    )  # fmt: skip


REGIONS = Layout(
    {"code": ("code", "代码"), "name": ("name", "名称", "地区"), "parent": ("parent", "上级", "上级代码"),
     "level": ("level", "级别")},
    lambda found: {"code", "name", "level"} <= set(found),
    "表头要有“代码（code）”“名称（name）”“级别（level）”三列，可有“上级（parent）”",
)  # fmt: skip
_SHORTEST_NAME = 4
"""Signs of an indicator's name that are enough to be known by."""


def read_shares(
    path: Path, indicators: Sequence[Indicator], named: Callable[[str], str | None], today: date
) -> tuple[dict[str, Share], TableFile]:
    """Read what each region gets: 地区 and 目标值, and where given 指标, 单位, 完成时限, 权重, 基数.

    indicators: of the item; figures are converted into their measures, and of columns for a year each the one of their due year is
    theirs. named gives the full name of a region, nothing for the whole of them, None for no region. Raises Refused
    naming every wrong cell.
    """
    found, tables = read_list(path, shares_layout(indicators), ("value", "baseline", "weight"))
    shares: dict[str, Share] = {}
    for table in tables:
        reader = _ShareReader(found, table, {each.n: each for each in indicators}, named, today)
        for index, cells in table.rows():
            reader.add(shares, _Row(found, table, index, cells))
        reader.tell()
    if not shares and not found.problems:
        found.refuse(None, None, "表中没有一个地区的目标值；不按地区给数的，不写 --values")
    _refuse(path.name, found.problems)
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


class _ShareReader:
    """The rows of one table of shares."""

    def __init__(
        self,
        file: TableFile,
        table: Table,
        indicators: Mapping[int, Indicator],
        named: Callable[[str], str | None],
        today: date,
    ) -> None:
        self.file, self.table, self.indicators, self.named, self.today = file, table, indicators, named, today
        self.names = {"".join(each.name.split()): n for n, each in indicators.items()}
        self.doubtful: list[tuple[str, str, str]] = []
        self.below: list[Left] = []
        self.remarks = 0
        self._take_years()

    def _take_years(self) -> None:
        """Take of columns for a year each the one of the due year; name the others."""
        due = next((each.due.year for each in self.indicators.values() if each.due is not None), None)
        for place, year in self.table.yearly:
            if "value" not in self.table.columns and (year == due or (due is None and len(self.table.yearly) == 1)):
                self.table.columns["value"] = place
            else:
                label = dict(self.table.named)[place].label
                words = (
                    f"“{label}”一列未读取：指标的时限是 {due or '未定'}；各年的目标请用 tracker export schedule 填报"
                )
                self.file.leave(self.table.sheet.name, [Left(self.table.sheet.place(self.table.header, place), words)])

    def tell(self) -> None:
        """Say once where shares were written as 0.45 in cells that are not shown in percent, and name the words that were not taken."""
        if self.remarks:
            cell = self.table.name(self.table.header, "remark")
            self.below.insert(0, Left(cell, f"“备注”一列（{self.remarks} 格）未读取"))
        self.file.leave(self.table.sheet.name, self.below)
        if self.doubtful:
            cell, taken, meant = self.doubtful[0]
            more = f" 等 {len(self.doubtful)} 格" if len(self.doubtful) > 1 else ""
            self.file.remarks.append(f"{cell}{more}：按 {taken}% 读取；如果是 {meant}%，请改填后重来")

    def add(self, shares: dict[str, Share], row: "_Row") -> None:
        """Take a row in; sums, notes and rows for the whole are passed over."""
        text = row.text("region")
        if is_sum(text) or text == "其中" or (text and self.named(text) == ""):
            self.below += whole_row(self.table, row.index, row.cells, "region")
            return
        if not text or is_aside(text):
            self.below += words_in(self.table, row.index, row.cells)
            return
        if self.named(text) is None and not any(
            self.table.cell(row.cells, name) != "" for name in self.table.columns if name.partition(".")[0] == "value"
        ):
            cell = self.table.name(row.index, "region")
            self.below.append(Left(cell, f"“{shorten(text)}”一行不是地区，没有目标值，未读取"))
            return
        self.remarks += self.table.cell(row.cells, "remark") != ""
        name = row.read("region", lambda _: self.named(text)) or text
        share = shares.setdefault(name, Share({}, baselines={}))
        own = {int(column.partition(".")[2]): column for column in self.table.columns if column.startswith("value.")}
        n = row.read("n", self._number) or 1
        for number, column in (own or {n: "value"}).items():
            if number in share.values:
                message = f"{shorten(name)} 的指标 {number} 重复"
                self.file.refuse(self.table.sheet.name, self.table.name(row.index, "region"), message)
                continue
            self._figure(row, column, "目标值", number, share.values)
        if share.baselines is not None:
            self._figure(row, "baseline", "基数", n, share.baselines)
        share.unit = _joined(row.read("unit", read_text)) or share.unit
        due = row.read("due", lambda value: read_due(value, self.today, from_1904=self.table.sheet.from_1904))
        share.due = (due.day if due is not None else None) or share.due
        weight = row.read("weight", lambda value: read_value(value, None, what="权重"))
        share.weight = weight if weight is not None else share.weight

    def _number(self, value: Any) -> int | None:
        """Return the number of the indicator that a cell names, by number or by name."""
        words = "".join((read_text(value) or "").split())
        found = [n for name, n in self.names.items() if words and (words in name or name in words)]
        if len(found) == 1 and not words.isdigit():
            return found[0]
        number = read_value(value, None, what="指标")
        return None if number is None else int(number)

    def _figure(self, row: "_Row", column: str, what: str, n: int, values: dict[int, Decimal]) -> None:
        indicator = self.indicators.get(n)
        measure = None if indicator is None else indicator.measure
        stated = row.stated(column, measure)
        value = row.read(column, lambda cell: read_value(_without_bound(cell, indicator), measure, stated, what=what))
        if value is not None:
            values[n] = value
            if value < 0:
                cell = self.table.name(row.index, column)
                self.file.remarks.append(f"{cell}：{what}是负数（{plain(value)}）；请核对")
            if is_rough(self.table.cell(row.cells, column)):
                cell = self.table.name(row.index, column)
                self.file.remarks.append(f"{cell}：{what}是约数，按 {plain(value)}{measure or ''} 读取；请核对")
            if is_doubtful_share(self.table.cell(row.cells, column), measure, stated):
                cell = self.table.name(row.index, column)
                self.doubtful.append((cell, plain(value), plain(converted(value, HUNDRED))))


def _without_bound(cell: Any, indicator: Indicator | None) -> Any:
    """Return a figure without the words of its bound (≥90%, 90%以上); raises Unclear where they say the opposite of the indicator's."""
    figure, bound = without_bound(cell)
    if bound and indicator is not None and {indicator.comparator[0], bound[0]} == {">", "<"}:
        raise Unclear(f"目标值“{shorten(cell)}”与指标的要求（{demand_words(indicator)}）相反")
    return figure


def _joined(text: str | None) -> str | None:
    """Return the words of a cell in one line: names of units that were broken over lines are joined, several ones parted."""
    lines = (text or "").split("\n")
    return (
        "".join(f"、{line}" if at and ends_like_unit(lines[at - 1]) else line.strip() for at, line in enumerate(lines))
        or None
    )


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
