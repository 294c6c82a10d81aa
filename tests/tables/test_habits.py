"""Invented tables in the habits of offices: what comes out is what was meant, or the difference is named."""

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.conftest import NOON
from tests.sheets.office import NEEDS_OFFICE, convert
from tests.tables.making import Shown, as_csv, with_xlsxwriter, workbook
from tracker.ledger.column_names import ALIASES
from tracker.ledger.values import plain
from tracker.sheets.item_lists import read_items
from tracker.sheets.reading.cells import read_date, read_percent, read_text
from tracker.sheets.returned_files import read_returned

TODAY = NOON.date()
REMARKS = ("", "（盖章）", "（可多选）", "\n（50字以内）", "：", "*", "（ 必填 ）")
SPACES = ("", " ", "\n")
WORDS = st.text("清淤河道修复岸线新建闸门三座完成率达百分之十", min_size=2, max_size=12)


@st.composite
def headings(draw: st.DrawFn, column: str) -> str:
    """Draw a heading of a column: one of its names, with blanks inside it and a remark behind it."""
    name = draw(st.sampled_from([name for name in ALIASES[column] if not name.isascii()]))
    if len(name) > 2 and draw(st.booleans()):
        at = draw(st.integers(1, len(name) - 1))
        name = name[:at] + draw(st.sampled_from(SPACES)) + name[at:]
    return name + draw(st.sampled_from(REMARKS))


@dataclass
class Made:
    """A table that was made, and what it means."""

    rows: list[list[Any]]
    meant: list[Any]
    merged: list[str] = field(default_factory=list)
    named: list[str] = field(default_factory=list)

    def put_together(self, header: list[str], body: list[list[Any]], draw: st.DrawFn) -> None:
        """Put titles, a header of one or two rows, rows, and what stands between them together."""
        width = len(header)
        for title in range(draw(st.integers(0, 2))):
            self.rows.append([f"2026年重点工作台账（{title}）"])
            self.merged.append(f"A{len(self.rows)}:{chr(64 + width)}{len(self.rows)}")
        top = len(self.rows) + 1
        if draw(st.booleans()):
            self.rows.append(header)
        else:
            upper: list[Any] = list(header)
            upper[-2:] = ["有关情况", None]
            self.rows += [upper, [None] * (width - 2) + header[-2:]]
            self.merged += [f"{chr(65 + place)}{top}:{chr(65 + place)}{top + 1}" for place in range(width - 2)]
            self.merged.append(f"{chr(63 + width)}{top}:{chr(64 + width)}{top}")
        self.rows += body


@st.composite
def shares(draw: st.DrawFn) -> tuple[Any, Decimal | None]:
    """Draw a cell for a share with what it means."""
    number = draw(st.decimals(0, 100, places=1))
    if draw(st.integers(0, 9)) == 0:
        return draw(st.sampled_from(["", "—", "/", None])), None
    number = Decimal(0) if 0 < number < 1 else number
    form = draw(st.sampled_from(["number", "percent", "text", "wide"]))
    if form == "percent":
        return Shown(float(number) / 100, "0.0%"), number
    if form == "number":
        return float(number), number
    text = f"{plain(number)}%"
    return ("".join(chr(ord(sign) + 0xFEE0) for sign in text) if form == "wide" else text), number


@st.composite
def days(draw: st.DrawFn) -> tuple[Any, date | None]:
    """Draw a cell for the day of a report with what it means."""
    day = TODAY - timedelta(days=draw(st.integers(0, 300)))
    last = (day.replace(day=1) + timedelta(days=31)).replace(day=1) - timedelta(days=1)
    end = min(last, TODAY)
    return draw(
        st.sampled_from([
            (day.isoformat(), day), (f"{day.year}年{day.month}月{day.day}日", day), (f"{day:%Y/%m/%d}", day), (int(f"{day:%Y%m%d}"), day),
            (Shown(datetime(day.year, day.month, day.day), "yyyy-mm-dd"), day), ((day - date(1899, 12, 30)).days, day),
            (Shown(datetime(day.year, day.month, 1), 'yyyy"年"m"月"'), end), (f"{day.year}年{day.month}月", end), (None, None),
        ])
    )  # fmt: skip


@st.composite
def reports(draw: st.DrawFn) -> Made:
    """Draw a table of progress."""
    made = Made([], [])
    header = [draw(headings(column)) for column in ("id", "date", "percent", "note")]
    extra = draw(st.booleans())
    header.insert(1, "备查栏" if extra else draw(headings("lead")))
    body: list[list[Any]] = []
    for number in range(1, draw(st.integers(1, 5)) + 1):
        share, percent = draw(shares())
        cell, day = draw(days())
        words = draw(WORDS)
        body.append([f"zj-task-{number}", "甲", cell, share, words])
        made.meant.append((f"zj-task-{number}", percent, day, words))
        if draw(st.integers(0, 5)) == 0:
            body.append([draw(st.sampled_from(["合计", "小 计", "二、水环境治理", "注：以上数据截至上月", None]))])
    made.put_together(header, body, draw)
    made.named = ["“备查栏”一列"] if extra else []
    return made


@given(made=reports())
@settings(max_examples=120)
def test_a_table_of_progress_says_what_was_meant(tmp_path_factory: pytest.TempPathFactory, made: Made) -> None:
    check_reports(workbook(tmp_path_factory.mktemp("t") / "a.xlsx", made.rows, merged=tuple(made.merged)), made)


def check_reports(path: Path, made: Made) -> None:
    """Read a table of progress and hold it against what was meant."""
    file = read_returned(path)
    assert file.problems == []
    (returned,) = file.found
    table = returned.table
    found = [
        (table.cell(cells, "id"), read_percent(table.cell(cells, "percent")), read_date(table.cell(cells, "date"), TODAY),
         read_text(table.cell(cells, "note")))
        for _, cells in table.rows()
        if str(table.cell(cells, "id")).startswith("zj-")
    ]  # fmt: skip
    assert found == made.meant
    assert [each.message[:7] for each in file.ignored] == made.named


@st.composite
def deadlines(draw: st.DrawFn) -> tuple[Any, date | None, str | None]:
    """Draw a cell for a deadline with the day, or the words, that it means."""
    year, month = draw(st.integers(2026, 2030)), draw(st.integers(1, 12))
    last = (date(year, month, 1) + timedelta(days=31)).replace(day=1) - timedelta(days=1)
    quarter = (month - 1) // 3
    end = (date(year, 3 * quarter + 3, 1) + timedelta(days=31)).replace(day=1) - timedelta(days=1)
    return draw(
        st.sampled_from([
            (f"{year}年{month}月", last, None), (f"{year}年{month}月底前", last, None), (f"{year}.{month:02}", last, None),
            (Shown(datetime(year, month, 1), 'yyyy"年"m"月"'), last, None), (Shown(datetime(year, month, 5), "yyyy-mm-dd"), date(year, month, 5), None),
            (f"{year}年第{'一二三四'[quarter]}季度", end, None), (f"{year}年1月至{month}月", last, None), (f"{year}年底", date(year, 12, 31), None),
            ("长期坚持", None, "长期坚持"), ("每季度", None, "每季度"), ("——", None, None), (year, date(year, 12, 31), None),
        ])
    )  # fmt: skip


@st.composite
def lists(draw: st.DrawFn) -> Made:
    """Draw a plain list with chapters, sums and merged units."""
    made = Made([], [])
    header = [
        "序号",
        draw(headings("name")),
        draw(headings("lead")),
        draw(headings("participants")),
        draw(headings("due")),
    ]
    body: list[list[Any]] = []
    chapter: str | None = None
    for number in range(1, draw(st.integers(1, 5)) + 1):
        if draw(st.integers(0, 3)) == 0:
            chapter = f"{'一二三四五六'[number]}、{draw(WORDS)}"
            body.append([chapter])
        cell, day, words = draw(deadlines())
        text = draw(WORDS)
        body.append([number, text, "市水务局", "市财政局、市住建局", cell])
        made.meant.append((text, chapter, "市水务局", day, words))
        if draw(st.integers(0, 4)) == 0:
            body.append([None, draw(st.sampled_from(["合计", "备注：每月报送", "填表人：张某"]))])
    made.put_together(header, body, draw)
    return made


@given(made=lists())
@settings(max_examples=120)
def test_a_plain_list_says_what_was_meant(tmp_path_factory: pytest.TempPathFactory, made: Made) -> None:
    check_list(workbook(tmp_path_factory.mktemp("t") / "a.xlsx", made.rows, merged=tuple(made.merged)), made)


def check_list(path: Path, made: Made) -> None:
    """Read a plain list and hold it against what was meant."""
    listed = read_items(path, TODAY)
    items = list(listed.items())
    assert listed.file.problems == []
    assert [(item.text, item.chapter, item.lead, item.due.day, item.due.words) for item in items] == made.meant
    assert listed.file.ignored == []


def drawn(kind: str) -> list[Made]:
    """Return some of the tables that are drawn, always the same."""
    found: list[Made] = []

    @given(made=reports() if kind == "reports" else lists())
    @settings(max_examples=20)
    def gather(made: Made) -> None:
        found.append(made)

    gather()
    return found


@NEEDS_OFFICE
@pytest.mark.parametrize("what", ["reports", "lists"])
def test_other_programs_and_kinds_of_files_say_the_same(tmp_path: Path, what: str) -> None:
    tables = drawn(what)
    check = check_reports if what == "reports" else check_list
    paths = [
        workbook(tmp_path / f"{place}.xlsx", made.rows, merged=tuple(made.merged)) for place, made in enumerate(tables)
    ]
    for kind in ("xlsx", "ods", "xls"):
        for path, made in zip(convert(paths, kind, tmp_path / kind), tables, strict=True):
            check(path, made)


@pytest.mark.parametrize("what", ["reports", "lists"])
def test_other_writers_say_the_same(tmp_path: Path, what: str) -> None:
    check = check_reports if what == "reports" else check_list
    for place, made in enumerate(drawn(what)):
        check(with_xlsxwriter(tmp_path / f"{place}.xlsx", made.rows, made.merged), made)
        codec, separator = (("utf-8-sig", ","), ("gb18030", ";"), ("utf-16", "\t"), ("utf-8", "|"))[place % 4]
        check(as_csv(tmp_path / f"{place}.csv", made.rows, codec, separator), made)
