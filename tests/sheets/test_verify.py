"""`verify`: an exported workbook held against the ledger."""

import json

import pytest
from openpyxl import load_workbook

from tests.conftest import Cli


@pytest.mark.filterwarnings("ignore:.*extension is not supported.*")
def test_an_export_says_from_which_change_it_is_and_which_cells_differ(cli: Cli) -> None:
    cli.ok("log", "nx-task-1", "--percent", "10", "--note", "甲")
    path = cli.folder / "w.xlsx"
    cli.ok("export", "report", "--plan", "nx", "-o", path)
    found = json.loads(cli.ok("verify", path, "--json"))
    assert (found["day"], found["change"], found["same"], found["moved"], found["cells"]) == (
        "2026-11-21",
        2,
        True,
        0,
        [],
    )
    cli.ok("log", "nx-task-1", "--percent", "20", "--note", "乙")
    book = load_workbook(path)
    sheet = book["进展台账"]
    row = next(row for row in sheet.iter_rows(min_row=4) if row[15].value == "nx-task-1")
    row[8].value = 90
    book.save(cli.folder / "altered.xlsx")
    result = cli("verify", cli.folder / "altered.xlsx")
    assert (result.code, "此后台账又有" in result.out) == (1, True)
    assert f"  进展台账 {row[8].coordinate}：导出时“10”，现为“90”" in result.out


def test_what_is_none_of_ours_is_refused_in_one_line(cli: Cli) -> None:
    path = cli.folder / "form.csv"
    path.write_text("编号,完成率\nnx-task-1,10\n", encoding="utf-8")
    result = cli("verify", path)
    assert (result.code, result.err) == (
        1, "错误：form.csv 不是本程序导出的报告（export report、export weekly），或导出信息已被去掉\n",
    )  # fmt: skip
