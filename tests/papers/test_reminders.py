"""Reminders: whom they go to, what they say, how they look, and that they are recorded."""

import io
import json
import re
import zipfile
from pathlib import Path

import pytest
from docx import Document

from tests.conftest import Cli
from tests.sheets.office import NEEDS_OFFICE, convert, pages_of
from tracker.papers.reminder import LAST
from tracker.papers.reminder_docx import REPORTED, ROWS

HEADINGS = ["编号", "事项", "完成时限", "催办原因", "最近填报"]


def remind(cli: Cli, *words: object, folder: str = "催办") -> list[Path]:
    cli.ok("export", "reminders", "-o", cli.folder / folder, *words)
    return sorted((cli.folder / folder).iterdir())


def text_of(path: Path) -> str:
    return path.read_bytes().decode("utf-8-sig")


def test_a_letter_to_one_unit(cli: Cli) -> None:
    cli.ok("log", "zj-target-20.2", "--value", "97", "--date", "2026-09-01")
    cli.ok("extend", "zj-target-22", "--to", "2026-12-10", "--reason", "前期手续", "--approved-by", "省政府", "--late")
    document, text = remind(cli, "--unit", "省建设厅")
    assert (document.name, text.name) == ("zj-省建设厅-催办单-2026-11-21.docx", "zj-省建设厅-催办单-2026-11-21.txt")
    lines = text_of(text).split("\r\n")
    assert lines[:3] == ["减污降碳协同增效重点工作催办单", "", "省建设厅："]
    assert lines[3].startswith(
        "　　按照《浙江省减污降碳协同创新区建设实施方案》（征求意见稿）的分工，截至2026年11月21日，"
        "你单位牵头的事项中有 11 项需要办理：逾期 10 项，30 天内到期 1 项，超过 31 天未填报或从未填报 10 项"
    )
    assert lines[5].startswith("1. zj-target-20  城市生活污水集中收集率力争达到80%以上，")
    assert lines[5].endswith("出水达标…")
    assert lines[6] == "   完成时限 2025-12-31；逾期 325 天"
    assert lines[7] == "   最近填报 2026-09-01 省建设厅"
    assert any("zj-target-22" in line for line in lines)
    assert "   完成时限 2026-12-10；还有 19 天到期；从未填报" in lines
    assert lines[-2:] == ["2026年11月21日", ""]


def test_the_document_says_the_same_on_one_page(cli: Cli) -> None:
    document, text = remind(cli, "--unit", "省建设厅")
    word = Document(str(document))
    paragraphs = [each.text for each in word.paragraphs if each.text]
    assert paragraphs[0] == "减污降碳协同增效重点工作催办单"
    assert paragraphs[1] == "省建设厅："
    assert paragraphs[2] in text_of(text).replace("　　", "")
    table = word.tables[0]
    assert [cell.text for cell in table.rows[0].cells] == HEADINGS
    assert len(table.rows) == 1 + ROWS
    assert table.rows[1].cells[3].text == "逾期 325 天；从未填报"
    assert paragraphs[3].startswith("另有 4 项：")
    section = word.sections[0]
    assert (round((section.page_width or 0) / 36000), round((section.page_height or 0) / 36000)) == (210, 297)


def test_the_last_report_is_told_in_its_words(cli: Cli) -> None:
    cli.ok("log", "zj-task-12", "--note", "已\n开工", "--problem", "缺资金", "--next", "申请", "--date", "2026-09-01")
    cli.ok("log", "zj-task-17", "--note", "话" * 200, "--date", "2026-09-02", "--unit", "省生态环境厅")
    document, text = remind(cli, "--unit", "省建设厅")
    assert "   最近填报 2026-09-01 省建设厅：已 开工；问题：缺资金；下步：申请\r\n" in text_of(text)
    assert f"   最近填报 2026-09-02 省生态环境厅：{'话' * (LAST - 19)}…\r\n" in text_of(text)
    cells = {row.cells[0].text: row.cells[4].text for row in Document(str(document)).tables[0].rows}
    assert cells["zj-task-12"] == "2026-09-01 省建设厅：已 开工；问题：缺资金；下步：申请"
    assert (len(cells["zj-task-17"]), cells["zj-task-17"][-1]) == (REPORTED, "…")
    assert cells["zj-target-20"] == "从未填报"


@NEEDS_OFFICE
def test_the_fullest_letter_is_one_page(cli: Cli) -> None:
    cli.environ["TRACKER_UNIT"] = "zj:省发展改革委"
    listed = json.loads(cli.ok("list", "--json", "--limit", "0", "--unit", "zj:省生态环境厅", "--role", "lead"))
    for row in listed:
        cli.ok("log", row["id"], "--note", "进" * 80, "--date", "2026-09-01", "--unit", "省生态环境厅")
    document, _ = remind(cli, "--all", "--unit", "zj:省生态环境厅")
    (page,) = convert([document], "pdf", cli.folder / "pdf")
    assert len(pages_of(page)) == 1


def test_every_lead_unit_gets_its_own_and_nobody_else(cli: Cli) -> None:
    files = remind(cli, "--plan", "zj")
    listed = json.loads(cli.ok("list", "--json", "--limit", "0", "--plan", "zj"))
    leads = {unit["name"] for unit in json.loads(cli.ok("unit", "list", "--region", "zj", "--json")) if unit["lead"]}
    named = {file.name.split("-")[1] for file in files if file.suffix == ".txt"}
    assert named == leads
    everything = "".join(text_of(file) for file in files if file.suffix == ".txt")
    assigned = {row["id"] for row in listed if row["lead_units"]}
    assert set(re.findall(r"^\d+\. (\S+)", everything, re.MULTILINE)) == assigned


def test_it_is_recorded_on_the_items_and_can_be_taken_back(cli: Cli) -> None:
    told = cli("export", "reminders", "-o", cli.folder / "催办", "--unit", "zj:省科技厅", "--by", "李四")
    assert told.out == "zj:省科技厅：1 项（逾期 1，临近 0，未填报 1）\n"
    assert told.err.endswith("1 个单位的催办单；已在 1 个事项上留痕（第 2 号改动）\n")
    assert "2026-11-21  李四  催办：单位 省科技厅；理由 逾期、未填报" in cli.ok("show", "zj-target-32")
    before = json.loads(cli.ok("show", "zj-target-32", "--json"))
    cli.ok("undo", "--by", "李四", "--yes")
    assert "催办" not in cli.ok("show", "zj-target-32")
    assert json.loads(cli.ok("show", "zj-target-32", "--json")) == before


def test_the_units_of_one_item_are_one_record(cli: Cli) -> None:
    remind(cli, "--plan", "zj", "--kind", "task")
    rows = [row for row in json.loads(cli.ok("history", "zj-task-2", "--json")) if row["command"] == "export reminders"]
    said = {row["field"]: row["after"] for row in rows}
    assert len(said["units"]) == len(json.loads(cli.ok("show", "zj-task-2", "--json"))["lead_units"]) > 1
    assert said["reason"] == "逾期、未填报"
    assert len(rows) == 2


def test_the_sender_signs(cli: Cli) -> None:
    cli.environ["TRACKER_UNIT"] = "zj:省生态环境厅"
    _, text = remind(cli, "--unit", "zj:省科技厅")
    assert text_of(text).split("\r\n")[-3:] == ["省生态环境厅", "2026年11月21日", ""]
    assert len(remind(cli, "--plan", "zj", folder="全部")) > 2


def test_a_dry_run_writes_nothing(cli: Cli) -> None:
    told = cli("export", "reminders", "-o", cli.folder / "催办", "--unit", "zj:省科技厅", "--dry-run")
    assert told.out == "【演示，未写入】zj:省科技厅：1 项（逾期 1，临近 0，未填报 1）\n"
    assert not (cli.folder / "催办").exists()
    assert json.loads(cli.ok("history", "--json"))[-1]["command"] == "init"


def test_nothing_to_remind_of(cli: Cli) -> None:
    cli.ok("init", "--empty", "--db", cli.folder / "empty.sqlite3")
    told = cli("export", "reminders", "-o", cli.folder / "催办", "--db", cli.folder / "empty.sqlite3")
    assert (told.code, told.out) == (0, "没有需要催办的事项\n")
    assert not (cli.folder / "催办").exists()


def test_existing_files_stay_and_nothing_is_recorded(cli: Cli) -> None:
    _, text = remind(cli, "--unit", "zj:省科技厅")
    text.write_text("mine")
    again = cli("export", "reminders", "-o", cli.folder / "催办", "--unit", "zj:省科技厅")
    assert (again.code, "已存在" in again.err, text.read_text()) == (1, True, "mine")
    assert sum(row["command"] == "export reminders" for row in json.loads(cli.ok("history", "--json"))) == 2
    remind(cli, "--unit", "zj:省科技厅", "--force")
    assert text.read_text() != "mine"


@pytest.mark.parametrize("words", [(), ("-o", "x", "--unit", "没有这个厅"), ("-o", "x", "--kind", "所有")])
def test_what_it_refuses(cli: Cli, words: tuple[str, ...], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(cli.folder)
    assert cli("export", "reminders", *words).code in (1, 2)
    assert not (cli.folder / "x").exists()


def test_the_same_letter_has_the_same_bytes(cli: Cli) -> None:
    first = [file.read_bytes() for file in remind(cli, "--unit", "zj:省科技厅", folder="一")]
    cli.now = cli.now.replace(hour=20)
    assert [file.read_bytes() for file in remind(cli, "--unit", "zj:省科技厅", folder="二")] == first
    with zipfile.ZipFile(io.BytesIO(first[0])) as package:
        assert {info.date_time for info in package.infolist()} == {(1980, 1, 1, 0, 0, 0)}


def test_hostile_names_stay_text(cli: Cli) -> None:
    hostile = "<w:p>&\x07\u202e../\\?省厅"
    cli.ok("unit", "rename", "zj:省科技厅", "甲")
    from tracker.store.connection import open_connection
    from tracker.store.location import Location

    connection = open_connection(Location(str(cli.db)), write=True)
    connection.execute("UPDATE unit SET name = ? WHERE name = '甲'", (hostile,))
    connection.close()
    files = remind(cli, "--plan", "zj", "--kind", "target")
    assert all(file.parent == cli.folder / "催办" for file in files)
    word = next(file for file in files if "省厅" in file.name and file.suffix == ".docx")
    assert any("<w:p>&\\x07\\x202e../\\?省厅：" in each.text for each in Document(str(word)).paragraphs)
