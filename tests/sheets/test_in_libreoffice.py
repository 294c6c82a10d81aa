"""The sheets as a spreadsheet program shows and prints them, with whatever fonts this machine has."""

import warnings
from collections import Counter
from pathlib import Path

import pytest
from openpyxl import load_workbook
from openpyxl.worksheet.worksheet import Worksheet

from tests.conftest import Cli
from tests.sheets.office import NEEDS_OFFICE, convert, heights_needed, pages_of

pytestmark = NEEDS_OFFICE

FORMULA = '=HYPERLINK("https://example.org")'
DEFAULT = 15.0
"""The height of a row that LibreOffice did not measure."""


@pytest.fixture
def exported(cli: Cli) -> list[Path]:
    """Every annex, one with progress, a weekly workbook and a form of a ledger in which something happened."""
    for number in range(1, 33):
        cli.ok(
            "log",
            f"zj-target-{number}",
            "--note",
            "已完成年度任务的百分之八十，正在组织第三方评估，拟于12月底前完成验收。" * (number % 4 + 1),
        )
    cli.ok("log", "zj-target-20.1", "--value", "78.5", "--date", "2026-11-18")
    cli.ok("log", "zj-task-1", "--note", FORMULA)
    folder = cli.folder / "out"
    folder.mkdir()
    cli.ok("export", "annex", "--all", "-o", folder)
    cli.ok("export", "annex", "--plan", "zj", "--progress", "-o", folder)
    cli.ok("export", "weekly", "-o", folder)
    cli.ok("export", "form", "--unit", "zj:省建设厅", "-o", folder)
    return sorted(folder.iterdir())


def text_of(sheet: Worksheet) -> Counter[str]:
    """Return the characters of a sheet, blanks left out; a printed header row is counted once."""
    return Counter(
        char
        for row in sheet.iter_rows(values_only=True)
        for value in row
        if isinstance(value, str)
        for char in value
        if not char.isspace()
    )


def test_no_row_is_lower_than_its_text_and_no_text_became_a_formula(exported: list[Path], tmp_path: Path) -> None:
    warnings.filterwarnings("ignore", message=".*extension is not supported.*")
    short = []
    measured = 0
    formulas = 0
    for file, needed in zip(exported, heights_needed(exported, tmp_path / "office"), strict=True):
        ours, theirs = load_workbook(file), load_workbook(needed)
        for sheet in ours.worksheets:
            formulas += sum(cell.data_type == "f" for row in theirs[sheet.title].iter_rows() for cell in row)
            for row, given in sheet.row_dimensions.items():
                height = theirs[sheet.title].row_dimensions[row].height
                if (
                    given.height is None
                    or height is None
                    or height == DEFAULT
                    or all(cell.value is None for cell in sheet[row])
                ):
                    continue
                measured += 1
                if height > given.height + 0.5:
                    short.append((file.name, sheet.title, row, given.height, height))
    assert short == []
    assert measured > 700
    assert formulas == 0


def test_every_page_and_every_character_of_the_annex_is_printed(exported: list[Path], tmp_path: Path) -> None:
    bare = [file for file in exported if file.name in ("zj-清单.xlsx", "nx-清单.xlsx")]
    for file, pdf in zip(bare, convert(bare, "pdf", tmp_path / "office"), strict=True):
        book, pages = load_workbook(file), pages_of(pdf)
        assert len(pages) == sum(len(sheet.row_breaks.brk) + 1 for sheet in book.worksheets), file.name
        printed = Counter("".join(pages))
        for sheet in book.worksheets:
            assert not text_of(sheet) - printed, (file.name, sheet.title)
        for number, page in enumerate(pages, start=1):
            assert f"—{number}—" in page
            assert "序号" in page or "评价内容" in page, (file.name, number)
