"""The habits of offices crossed with one another, with writers and with kinds of cells: what was meant comes out, or it is told.

    python -m tests.tables.test_crossed_habits 20000 [--seed 1] [--office ods]

runs the campaign of docs/reliability.md (--office: each workbook as LibreOffice saves it); a small part of it runs with the tests.
"""

import argparse
import csv
import re
import sys
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from itertools import count, islice
from pathlib import Path
from random import Random
from typing import Any

import pytest

from tests.conftest import NOON
from tests.sheets.office import convert
from tracker.ledger.values import plain
from tracker.sheets.item_lists import read_items
from tracker.sheets.reading.cells import read_text, read_value
from tracker.sheets.reading.files import TableFile
from tracker.sheets.reading.headings import Period
from tracker.sheets.returned_files import read_returned

TODAY = NOON.date()
SEALS = ("（盖章）", "(盖章)", "（公章）", "（签章）", "（牵头）")


@dataclass
class Special:
    """A cell that only a workbook has: the text that a reader is to take, and how it is written (a method of XlsxWriter)."""

    text: Any
    write: Callable[[Any, Any, int, int], object]
    shown: str = ""


def rich(text: str) -> Special:
    """Return a cell of which a part is struck out."""

    def write(book: Any, sheet: Any, row: int, column: int) -> None:
        struck = book.add_format({"font_strikeout": True})
        sheet.write_rich_string(row, column, struck, text[:2], text[2:])

    return Special(text, write, text)


def link(text: str) -> Special:
    """Return a cell that leads to a page."""
    return Special(text, lambda _, sheet, row, at: sheet.write_url(row, at, "https://www.gov.cn/a", string=text), text)


def formatted(value: Any, form: str, shown: str) -> Special:
    """Return a number or a day in a number format."""

    def write(book: Any, sheet: Any, row: int, column: int) -> None:
        style = book.add_format({"num_format": form})
        put = sheet.write_datetime if isinstance(value, datetime) else sheet.write_number
        put(row, column, value, style)

    return Special(value, write, shown)


def computed(text: Any) -> Special:
    """Return a formula with the value that was stored for it."""
    return Special(text, lambda _, sheet, row, at: sheet.write_formula(row, at, f'=T("{text}")', None, text), str(text))


def faulty() -> Special:
    """Return a cell that shows an error."""
    return Special("#REF!", lambda _, sheet, row, at: sheet.write_formula(row, at, "=#REF!", None, "#REF!"), "#REF!")


@dataclass
class Made:
    """A table that was made. meant: what is to come out; told: cells or words of which something must be said."""

    rows: list[list[Any]]
    meant: list[Any]
    merged: list[tuple[int, int, int, int]] = field(default_factory=list)
    told: list[str] = field(default_factory=list)
    boxes: list[tuple[int, int, str]] = field(default_factory=list)
    habits: list[str] = field(default_factory=list)

    def save(self, path: Path, chance: Random) -> Path:
        """Write it as a workbook, or as text beside where it has nothing that only a workbook has; return the file."""
        has_special = any(isinstance(value, Special) for row in self.rows for value in row)
        if not has_special and not self.merged and not self.boxes and chance.random() < 0.4:
            codec, separator = chance.choice([("utf-8-sig", ","), ("gb18030", ","), ("utf-16", "\t"), ("utf-8", ";")])
            path = path.with_suffix(".csv")
            with path.open("w", encoding=codec, newline="") as file:
                csv.writer(file, delimiter=separator).writerows(
                    [["" if v is None else v for v in row] for row in self.rows]
                )
            self.habits.append(f"csv {codec} {separator!r}")
            return path
        if chance.random() < 0.5 and not has_special and not self.boxes:
            return self._by_openpyxl(path)
        return self._by_xlsxwriter(path)

    def _by_openpyxl(self, path: Path) -> Path:
        import openpyxl

        book = openpyxl.Workbook()
        sheet = book.worksheets[0]
        for row in self.rows:
            sheet.append(row)
        for top, left, bottom, right in self.merged:
            sheet.merge_cells(start_row=top + 1, start_column=left + 1, end_row=bottom + 1, end_column=right + 1)
        book.save(path)
        return path

    def _by_xlsxwriter(self, path: Path) -> Path:
        import xlsxwriter

        with xlsxwriter.Workbook(path, {"strings_to_formulas": False, "strings_to_urls": False}) as book:
            sheet = book.add_worksheet("表")
            for area in self.merged:
                sheet.merge_range(*area, "")
            for row, values in enumerate(self.rows):
                for column, value in enumerate(values):
                    if isinstance(value, Special):
                        value.write(book, sheet, row, column)
                    elif value is not None:
                        sheet.write(row, column, value)
            for row, column, text in self.boxes:
                sheet.insert_textbox(row, column, text, {"width": 60, "height": 15})
        return path


GROUPS = ("一、", "一", "（一）", "（二）", "Ⅰ", "Ⅱ", "壹", "①", "A", "第一部分", "第二类", "▲", "一．", None)
SUMS = (
    "合计",
    "小计",
    "总 计",
    "全市合计",
    "本页小计",
    "水务局小计",
    "以上合计",
    "汇总",
    "共3项",
    "一、小计",
    "总计（3项）",
    "Total",
)
CLOSING = (
    "（以下无正文）",
    "以下空白",
    "第1页 共2页",
    "此表一式三份",
    "填表人：王五  审核：赵六",
    "备注：每月报送",
    "（盖章）",
)
LETTERS = (
    ("甲", "乙", "丙", "丁"),
    ("甲", "乙", "1", "2"),
    ("1", "2", "3", "4"),
    ("(1)", "(2)", "(3)", "(4)"),
    ("A", "B", "C", "D"),
)
TITLES = (
    "2026年重点任务清单",
    "附件1",
    "重点任务分解表（2026年10月）",
    "截至2026年10月底",
    "单位：亿元",
    "测试市2026年第三季度工作任务台账",
)
NAMES = ("工作任务", "重点任务", "事项", "任务名称", "工作内容", "主要任务")
LEADS = ("责任单位", "牵头单位", "牵头部门", "责任部门", "牵头单位（盖章）")
DUES = ("完成时限", "时限", "截止日期", "完成时间", "完成时限\n（年月日）")


def _due(chance: Random) -> tuple[Any, date | None]:
    """Draw a deadline with the day that it means."""
    month = chance.randint(1, 12)
    last = date(2026 + month // 12, month % 12 + 1, 1).toordinal() - 1
    end = date.fromordinal(last)
    return chance.choice([
        (f"{month}月底", end), (f"2026年{month}月", end), (formatted(month, '0"月"', f"{month}月"), end),
        (formatted(datetime(2026, month, 1), 'yyyy"年"m"月"', f"2026年{month}月"), end), ("年底", date(2026, 12, 31)),
        (formatted(datetime(2026, month, 5), "yyyy-mm-dd", f"2026-{month:02}-05"), date(2026, month, 5)),
        ("第三季度", date(2026, 9, 30)), ("次年3月", date(2027, 3, 31)), ("11月至次年3月", date(2027, 3, 31)), ("长期坚持", None),
        (formatted(2026, '0"年底"', "2026年底"), date(2026, 12, 31)), ("12月25日-31日", date(2026, 12, 31)), ("元月底", date(2026, 1, 31)),
    ])  # fmt: skip


def _lead(chance: Random) -> tuple[Any, str]:
    """Draw a cell of units with how the reader is to hand it on."""
    text = "市" + chance.choice(["水务局", "财政局", "林业局", "民政局"])
    seal = chance.choice(["", "", "", *SEALS])
    cell = text + seal
    return chance.choice([cell, cell, computed(cell), link(cell)]), cell


HELPERS = ("配合单位", "参与单位", "协办单位", "配合部门（盖章）")
NUMBERS: tuple[Callable[[int], Any], ...] = (int, str, "{}.".format, "{}、".format)


def list_of(chance: Random) -> Made:
    """Make a plain list of several habits."""
    made = Made([], [])
    number_of = chance.choice(NUMBERS)
    behind = [("lead", chance.choice(LEADS)), ("due", chance.choice(DUES)), ("helpers", chance.choice(HELPERS))]
    behind = behind[: chance.choice([2, 2, 3])]
    chance.shuffle(behind)
    columns = ["number", "name", *(column for column, _ in behind)]
    head: list[Any] = ["序号", chance.choice(NAMES), *(heading for _, heading in behind)]
    top = _header(made, chance, head)
    chapter, number = "", count(1)
    for part in range(chance.randint(1, 3)):
        chapter = _group(made, chance, part) or chapter
        for _ in range(chance.randint(1, 3)):
            _row(made, chance, columns, number_of(next(number)), chapter)
        if chance.random() < 0.3:
            words = chance.choice(SUMS)
            made.rows.append([words] if chance.random() < 0.5 else [None, words])
            made.habits.append(words)
        if chance.random() < 0.15:
            made.rows.append(chance.choice([[], [None] * len(head), list(head)]))
            made.habits.append("blank, or the header again")
    if chance.random() < 0.4:
        made.rows += [[], [words := chance.choice(CLOSING)]]
        made.habits.append(words)
    if chance.random() < 0.15:
        made.boxes.append((top + 1, 1, "领导批示：抓紧"))
        made.told.append("领导批示")
        made.habits.append("box")
    return made


def _header(made: Made, chance: Random, head: list[Any]) -> int:
    """Add titles, a header of one or two rows, and what counts its columns; return where the header begins."""
    for _ in range(chance.choice([0, 0, 1, 2])):
        made.rows.append([title := chance.choice(TITLES)])
        made.habits.append(title)
    top = len(made.rows)
    made.rows.append(head)
    if chance.random() < 0.3:
        made.habits.append("two rows")
        last = len(head) - 1
        made.rows[top:] = [[*head[:-2], "有关情况", None], [*[None] * (last - 1), *head[-2:]]]
        made.merged += [(top, at, top + 1, at) for at in range(last - 1)] + [(top, last - 1, top, last)]
    if chance.random() < 0.2:
        letters = chance.choice(LETTERS)
        made.rows.append(
            [*letters, "戊" if letters[-1] == "丁" else {"2": "3", "4": "5", "(4)": "(5)", "D": "E"}[letters[-1]]][
                : len(head)
            ]
        )
        made.habits.append(f"{letters}")
    return top


def _group(made: Made, chance: Random, part: int) -> str:
    """Add a row that heads those below it now and then; return its words."""
    if chance.random() < 0.4:
        return ""
    sign, chapter = chance.choice(GROUPS), f"{chance.choice('山水林田湖草')}{part}类"
    made.rows.append([sign, f"{chapter}（2项）" if sign is not None else f"{'二三四'[part]}、{chapter}"])
    made.habits.append(f"group {sign}")
    return chapter


def _row(made: Made, chance: Random, columns: list[str], number: Any, chapter: str) -> None:
    """Add an item, or two rows of one, with a habit of its own now and then."""
    text: Any = f"完成第{number}处河道清淤{chance.randint(2, 90)}公里"
    (lead_cell, lead), (due_cell, due) = _lead(chance), _due(chance)
    helpers = (
        chance.choice(["市财政局、市住建局", "市财政局，市住建局", "市财政局\n市住建局"])
        if "helpers" in columns
        else None
    )
    cells = {"number": number, "name": text, "lead": lead_cell, "due": due_cell, "helpers": helpers}
    place, kind = len(made.rows), chance.random()
    if kind < 0.06:
        cells["name"] = rich(text)
        made.told.append("删除线")
        made.habits.append("rich")
    elif kind < 0.12:
        at = chance.randrange(len(columns))
        cells[columns[at]] = faulty()
        made.told.append(f"{'ABCDE'[at]}{place + 1}")
        made.habits.append(f"fault in {columns[at]}")
        made.meant.append(None)
    elif kind < 0.2:
        cells["lead"], lead = "市水务局", "市水务局、市财政局"
        made.merged += [(place, at, place + 1, at) for at, column in enumerate(columns) if column != "lead"]
        made.habits.append("merged item")
    made.rows.append([cells[column] for column in columns])
    if kind >= 0.2 or kind < 0.06:
        made.meant.append((text, chapter, lead, due, helpers))
    elif kind >= 0.12:
        made.rows.append(["市财政局" if column == "lead" else None for column in columns])
        made.meant.append((text, chapter, lead, due, helpers))
    if 0.2 <= kind < 0.26:
        made.rows[-1].append("另报")
        made.told.append(f"{'ABCDEF'[len(columns)]}{place + 1}")
        made.habits.append("outside")


def said_by(file: TableFile, more: tuple[str, ...] = ()) -> str:
    """Return all that is said of a file."""
    left = [f"{each.cell} {each.message}" for each in (*file.problems, *file.ignored)]
    return "\n".join([*left, *file.remarks, *more])


def faults_of_list(path: Path, made: Made) -> Iterator[str]:
    """Yield where a plain list does not say what was meant, and nothing is said of it."""
    listed = read_items(path, TODAY)
    items = list(listed.items())
    said = said_by(listed.file, tuple(aside for table in listed.tables for aside in table.asides))
    yield from (f"not told: {words}" for words in made.told if words not in said)
    if None in made.meant:
        if not listed.file.problems:
            yield "an error value is no error"
        return
    yield from (f"refused: {each.cell} {each.message}" for each in listed.file.problems)
    if listed.file.problems:
        return
    found = [(item.text, item.lead, item.due.day, item.participants) for item in items]
    meant = [(text, lead, due, helpers) for text, _, lead, due, helpers in made.meant]
    if found != meant:
        yield f"found {[each for each in found if each not in meant]}, not {[each for each in meant if each not in found]}"
    for item, (_, chapter, *_) in zip(items, made.meant, strict=False):
        if chapter not in f"{item.chapter}{item.section}":
            yield f"chapter {item.chapter}/{item.section}, meant {chapter}"
        if not chapter and (item.chapter or item.section):
            yield f"chapter {item.chapter}/{item.section} of nothing"


PERIODS: tuple[tuple[str, date], ...] = (
    ("1-10月{}", date(2026, 10, 31)), ("截至10月底{}", date(2026, 10, 31)), ("前三季度{}", date(2026, 9, 30)), ("9月{}", date(2026, 9, 30)),
    ("一季度{}", date(2026, 3, 31)), ("2025年{}", date(2025, 12, 31)), ("截至2025年底{}", date(2025, 12, 31)),
)  # fmt: skip
BRACKETS: tuple[tuple[str, date], ...] = (
    ("（2025年底）", date(2025, 12, 31)), ("（2025年）", date(2025, 12, 31)), ("（截至2025年底）", date(2025, 12, 31)), ("（上年末）", date(2025, 12, 31)),
    ("（2026年10月）", date(2026, 10, 31)), ("（10月底）", date(2026, 10, 31)), ("（2025年底，万千瓦）", date(2025, 12, 31)),
)  # fmt: skip


def report_of(chance: Random) -> Made:
    """Make a table of progress whose columns speak of periods; meant: item, day and what is said of it."""
    made = Made([], [])
    if chance.random() < 0.4:
        made.rows.append([chance.choice(["2026年10月重点任务月度调度表", "重点任务进展情况表"])])
    if chance.random() < 0.4:
        label, seal = chance.choice(["填报单位：", "填表单位："]), chance.choice(["", *SEALS])
        made.rows.append([f"{label}市水务局{seal}"])
        made.habits.append(f"signed {seal}")
    top = len(made.rows)
    kind = chance.choice(["value", "bracket", "over", "under"])
    made.habits.append(kind)
    if kind == "value":
        columns = chance.sample(PERIODS, chance.randint(1, 2))
        days = [day for _, day in columns]
        made.rows.append(["编号", "指标名称", *(words.format(chance.choice(["完成", "进展"])) for words, _ in columns)])
    elif kind == "bracket":
        columns = [chance.choice(BRACKETS[:4]), chance.choice(BRACKETS[4:])][: chance.randint(1, 2)]
        days = [day for _, day in columns]
        made.rows.append(["编号", "指标名称", *(f"现值{words}" for words, _ in columns)])
    elif kind == "over":
        days = [date(2026, 9, 30), date(2026, 10, 31)]
        made.rows += [
            ["编号", "任务", chance.choice(["进展情况", "2026年进展", "工作进展"]), None],
            [None, None, *chance.choice([("9月", "10月"), ("9月份", "10月份"), ("1-9月", "1-10月")])],
        ]
        made.merged += [(top, 0, top + 1, 0), (top, 1, top + 1, 1), (top, 2, top, 3)]
    else:
        days = [date(2026, 9, 30), date(2026, 10, 31)]
        made.rows += [["编号", "任务", "9月份", None, "10月份", None], [None, None, "进展", "完成率", "进展", "完成率"]]
        made.merged += [(top, 0, top + 1, 0), (top, 1, top + 1, 1), (top, 2, top, 3), (top, 4, top, 5)]
    made.habits += [str(value) for row in made.rows[top:] for value in row if value]
    for number in range(1, chance.randint(1, 4) + 1):
        row: list[Any] = [f"zj-task-{number}", f"任务{number}"]
        for day in days:
            text, figure = f"开工{chance.randint(10, 99)}处", chance.randint(10, 99)
            if kind in ("value", "bracket"):
                row.append(chance.choice([figure, computed(figure)]))
                made.meant.append((row[0], day, str(figure)))
            else:
                cell = chance.choice([text, text, link(text), rich(text)])
                made.told += (
                    ["删除线"] if isinstance(cell, Special) and cell.write.__qualname__.startswith("rich") else []
                )
                row += [cell, f"{figure}%"] if kind == "under" else [cell]
                made.meant.append((row[0], day, f"{text} {figure}%" if kind == "under" else text))
        made.rows.append(row)
    if chance.random() < 0.3:
        made.rows += [[], [None, None, words := chance.choice(CLOSING)]]
        made.habits.append(words)
    return made


def faults_of_report(path: Path, made: Made) -> Iterator[str]:
    """Yield where a table of progress does not say what was meant."""
    file = read_returned(path)
    said = said_by(file)
    yield from (f"refused: {each.cell} {each.message}" for each in file.problems)
    if file.problems:
        return
    yield from (f"not told: {words}" for words in made.told if words not in said)
    found = []
    for returned in file.found:
        table = returned.table
        unit = read_text(table.meta.get("unit", ("", ""))[0])
        if unit not in (None, "市水务局"):
            yield f"unit {unit}"
        when = table.meta.get("date", (None, ""))[0]
        day = when.day_meant(TODAY) if isinstance(when, Period) else when
        for _, cells in table.rows():
            if str(table.cell(cells, "id")).startswith("zj-"):
                shown = [_text(table.cell(cells, name)) for name in ("value", "note", "percent")]
                if any(shown):
                    found.append((table.cell(cells, "id"), day, " ".join(filter(None, shown))))
    if sorted(map(str, found)) != sorted(map(str, made.meant)):
        yield f"found {[each for each in found if each not in made.meant]}, not {[each for each in made.meant if each not in found]}"


def _text(value: Any) -> str:
    number = read_value(value, None) if isinstance(value, (int, float)) else None
    return (read_text(value) or "") if number is None else plain(number)


KINDS: dict[str, tuple[Callable[[Random], Made], Callable[[Path, Made], Iterator[str]]]] = {
    "lists": (list_of, faults_of_list), "reports": (report_of, faults_of_report),
}  # fmt: skip


def made_table(seed: int, folder: Path) -> tuple[str, Made, Path]:
    """Make the table of a seed, a list or one of progress."""
    chance = Random(seed)  # noqa: S311 - invented tables
    kind = ("lists", "reports")[seed % 2]
    made = KINDS[kind][0](chance)
    return kind, made, made.save(folder / f"{seed}.xlsx", chance)


def faults(kind: str, made: Made, path: Path) -> list[str]:
    """Return what is wrong with how a table is read."""
    try:
        return list(KINDS[kind][1](path, made))
    except Exception as error:  # noqa: BLE001 - a crash is what is looked for
        return [f"crash: {error!r}"]


@pytest.mark.anywhere
def test_habits_that_meet_in_one_table_are_read_as_meant(tmp_path: Path) -> None:
    for seed in range(300):
        kind, made, path = made_table(seed, tmp_path)
        assert faults(kind, made, path) == [], (seed, made.habits, made.rows)


def main() -> None:
    """Count what is wrong with many tables, by what it is."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("tables", type=int)
    options.add_argument("--seed", type=int, default=1)
    options.add_argument("--office", choices=("ods", "xlsx"))
    chosen = options.parse_args()
    kinds: Counter[str] = Counter()
    first: dict[str, str] = {}
    seeds = iter(range(chosen.seed, chosen.seed + chosen.tables))
    number = 0
    while portion := list(islice(seeds, 50)):
        with tempfile.TemporaryDirectory() as folder:
            tables = [made_table(seed, Path(folder)) for seed in portion]
            if chosen.office:
                tables = [table for table in tables if table[2].suffix == ".xlsx"]
                saved = convert([path for *_, path in tables], chosen.office, Path(folder) / "saved")
                tables = [(kind, made, path) for (kind, made, _), path in zip(tables, saved, strict=True)]
            for kind, made, path in tables:
                number += 1
                for each in faults(kind, made, path):
                    name = f"{kind}: {re.sub('[0-9]+', 'N', each)[:70]}"
                    kinds[name] += 1
                    first.setdefault(name, f"seed {path.stem} {made.habits} {each}")
    sys.stdout.write(f"{number} tables, {sum(kinds.values())} faults\n")
    for name, times in kinds.most_common():
        sys.stdout.write(f"{times:6} {name}\n       {first[name][:400]}\n")


if __name__ == "__main__":
    main()
