"""The main jobs of a desk as whole processes: run everywhere, and under Windows' own Python in a lane of their own."""

import json
import os
import subprocess
import sys
from pathlib import Path

import openpyxl
import pytest


class Desk:
    """A folder with a ledger, and the command as a person starts it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        kept = {name: value for name, value in os.environ.items() if not name.startswith("TRACKER_")}
        self.environ = {
            **kept, "TRACKER_DB": str(folder / "台账.sqlite3"), "TRACKER_CONFIG": str(folder / "config.toml"),
            "TRACKER_BY": "张三", "NO_COLOR": "1", "COLUMNS": "120",
        }  # fmt: skip

    def __call__(self, *words: object, code: int = 0) -> str:
        """Run one command, its output through a pipe; return what it printed."""
        done = subprocess.run(
            [sys.executable, "-m", "tracker", *map(str, words)],
            env=self.environ, cwd=self.folder, stdin=subprocess.DEVNULL, capture_output=True, timeout=100, check=False,
        )  # fmt: skip
        out, err = (
            text.decode("utf-8" if b"\xe5" in text else "gbk", errors="replace") for text in (done.stdout, done.stderr)
        )
        assert done.returncode == code, err
        return out + err


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    folder = tmp_path / "我的 台账"
    folder.mkdir()
    made = Desk(folder)
    made("init", "--plan", "zj")
    return made


def test_a_report_is_recorded_and_taken_back(desk: Desk) -> None:
    assert "zj-task-6" in desk("log", "zj-task-6", "--percent", "40", "--note", "推进", "--unit", "省生态环境厅")
    assert json.loads(desk("show", "zj-task-6", "--json", "--fields", "percent"))["percent"] == 40
    desk("undo", "--yes")
    assert json.loads(desk("show", "zj-task-6", "--json", "--fields", "percent"))["percent"] is None


def test_a_form_goes_out_and_comes_back(desk: Desk) -> None:
    form = desk.folder / "填报 表.xlsx"
    desk("export", "form", "--unit", "省水利厅", "-o", form)
    book = openpyxl.load_workbook(form)
    sheet = book.worksheets[0]
    header = next(row for row in sheet.iter_rows() if row[0].value == "编号")
    place = next(number for number, cell in enumerate(header, 1) if cell.value == "本期进展")
    row = next(
        each
        for each in sheet.iter_rows(min_row=(header[0].row or 0) + 1)
        if str(each[0].value).startswith("zj-target-28")
    )
    sheet.cell(row[0].row or 0, place, "已完成年度任务")
    book.save(form)
    book.close()
    assert "新增 1" in desk("import", form, "--yes", "--no-input")
    assert "已完成年度任务" in desk("show", str(row[0].value))


def test_a_ledger_is_copied_damaged_and_restored(desk: Desk) -> None:
    desk("log", "zj-task-6", "--percent", "40", "--unit", "省生态环境厅")
    desk("backup", desk.folder / "备份.sqlite3")
    (desk.folder / "台账.sqlite3").write_bytes(b"not a ledger")
    assert "不是" in desk("status", code=1)
    desk("restore", desk.folder / "备份.sqlite3", "--yes", "--no-input")
    assert json.loads(desk("show", "zj-task-6", "--json", "--fields", "percent"))["percent"] == 40
    assert "完好" in desk("doctor")


def test_a_monitor_reads_one_line_and_a_code(desk: Desk) -> None:
    assert desk("check", code=2).startswith("TRACKER CRITICAL - 逾期 79 项")


def test_sheets_and_papers_are_written(desk: Desk) -> None:
    for words in (("export", "annex", "--plan", "zj"), ("export", "weekly"), ("export", "page")):
        target = desk.folder / f"{words[1]}.{'html' if words[1] == 'page' else 'xlsx'}"
        desk(*words, "-o", target)
        assert target.stat().st_size > 4000
