"""Reminders: whom they go to, what they say, how they look, how they grow more urgent, and that they are recorded."""

import json
import re
import zipfile
from datetime import date, timedelta
from math import ceil
from pathlib import Path

import pytest
from docx import Document

from tests.conftest import NOON, Cli
from tests.sheets.office import NEEDS_OFFICE, convert, pages_of
from tracker.ledger.unit_names import Unit
from tracker.papers.reminder import GROUPS, Head, Line, Reminder, fields_of

HEADINGS = ["序号", "事项、指标和现值", "完成时限", "催办原因", "本单位最近填报"]


def remind(cli: Cli, *words: object, folder: str = "催办") -> list[Path]:
    cli.ok("export", "reminders", "-o", cli.folder / folder, *words)
    return sorted((cli.folder / folder).iterdir())


def text_of(path: Path) -> str:
    return path.read_bytes().decode("utf-8-sig")


def rows_of(document: Path) -> list[list[str]]:
    return [[cell.text for cell in row.cells] for row in Document(str(document)).tables[0].rows]


def test_a_letter_to_one_unit(cli: Cli) -> None:
    cli.environ["TRACKER_ISSUER"] = "zj:省生态环境厅"
    cli.ok("log", "zj-target-20.2", "--value", "97", "--date", "2026-09-01")
    cli.ok("extend", "zj-target-22", "--to", "2026-12-10", "--reason", "前期手续", "--approved-by", "省政府", "--late")
    document, text = remind(
        cli,
        "--unit",
        "省建设厅",
        "--reply-by",
        "2026-12-05",
        "--number",
        "浙环督〔2026〕9号",
        "--contact",
        "李四 0571-1",
    )
    assert (document.name, text.name) == ("zj-省建设厅-催办单-2026-11-21.docx", "zj-省建设厅-催办单-2026-11-21.txt")
    lines = text_of(text).split("\r\n")
    assert lines[:4] == [
        "关于《浙江省减污降碳协同创新区建设实施方案》（征求意见稿）有关事项的催办单", "编号：浙环督〔2026〕9号", "", "省建设厅：",
    ]  # fmt: skip
    assert lines[4] == (
        "　　按照《浙江省减污降碳协同创新区建设实施方案》（征求意见稿）的任务分工，截至2026年11月21日，你单位牵头的事项中有11项需要办理，"
        "其中已逾期10项，临近到期1项（见附件）。"
    )
    assert lines[5] == "　　请对照附件逐项核实，于2026年12月5日前反馈，与实际不符的一并说明。"
    assert lines[8:11] == ["省生态环境厅", "2026年11月21日", "（联系人：李四 0571-1）"]
    assert "1. 目标清单第20项  城市生活污水集中收集率力争达到80%以上，" in text_of(text)
    assert "      城市污水处理率：不低于98%；现值97%" in lines
    assert "   完成时限：2026-12-10" in lines
    assert "      原定2025-12-31" in lines
    assert "   催办原因：还有19天到期" in lines
    assert any(line.startswith("   催办原因：") and "逾期325天，台账无填报（建账前到期）" in line for line in lines)


def test_what_is_not_known_is_a_blank_to_write_in(cli: Cli) -> None:
    _, text = remind(cli, "--unit", "zj:省科技厅")
    lines = text_of(text).split("\r\n")
    assert lines[1] == "编号：＿＿〔2026〕＿＿号"
    assert "于＿＿月＿＿日前反馈" in text_of(text)
    assert "（联系人：＿＿＿＿＿＿）" in lines
    assert "＿＿＿＿＿＿" in lines


def test_the_document_says_the_same_with_every_row_in_full(cli: Cli) -> None:
    document, text = remind(cli, "--unit", "省建设厅")
    word = Document(str(document))
    said = text_of(text).replace("\r\n", "").replace(" ", "")
    for paragraph in word.paragraphs:
        assert paragraph.text.replace(" ", "") in said
    heading, *rows = rows_of(document)
    assert heading == HEADINGS
    assert rows[0] == ["已逾期（11项）"] * 5
    told = [row for row in rows if row[0].isdigit()]
    assert [row[0] for row in told] == [str(number) for number in range(1, 12)]
    listed = {row["id"]: row for row in json.loads(cli.ok("list", "--json", "--limit", "0", "--plan", "zj"))}
    assert told[0][1].startswith(
        f"目标清单第20项\n{listed['zj-target-20']['text']}\n城市生活污水集中收集率：不低于80%；"
    )
    assert not [cell for row in rows for cell in row if "…" in cell or re.search("zj-[a-z]", cell)]
    upright, across = word.sections
    for section, size in ((upright, (210, 297)), (across, (297, 210))):
        assert (round((section.page_width or 0) / 36000), round((section.page_height or 0) / 36000)) == size


def test_a_unit_is_told_what_it_said_itself(cli: Cli) -> None:
    cli.ok(
        "log",
        "zj-task-12",
        "--note",
        "已开工",
        "--problem",
        "缺资金",
        "--next",
        "申请",
        "--date",
        "2026-09-01",
        "--unit",
        "省建设厅",
    )
    cli.ok("log", "zj-task-23", "--note", "配合", "--date", "2026-09-02", "--unit", "省商务厅")
    cli.ok("log", "zj-task-17", "--note", "话" * 200, "--date", "2026-09-02", "--unit", "省生态环境厅")
    document, _ = remind(cli, "--unit", "省建设厅")
    said = {row[1].partition("\n")[0]: row[4] for row in rows_of(document)}
    assert said["任务清单第12项"] == "2026-09-01：已开工；问题：缺资金；下步：申请"
    assert said["任务清单第17项"] == "从未填报"
    (own, _) = remind(cli, "--unit", "zj:省生态环境厅", folder="另")
    assert f"2026-09-02：{'话' * 200}" in {row[4] for row in rows_of(own)}


def test_second_and_third_reminders_say_so(cli: Cli) -> None:
    def letter(day: int) -> str:
        cli.now = NOON + timedelta(days=day)
        return text_of(remind(cli, "--unit", "zj:省科技厅", folder=f"第{day}天")[1])

    assert "（第" not in letter(0).split("\r\n")[0]
    assert "此前已经催办" not in letter(3), "the same reminder sent again"
    second = letter(8)
    assert second.split("\r\n")[0].endswith("有关事项的催办单（第二次催办）")
    assert "上述事项中1项此前已经催办（最近一次为2026年11月21日），请抓紧办理。" in second
    assert "逾期333天，台账无填报（建账前到期）；第二次催办（上次2026-11-21）" in second
    third = letter(15)
    assert third.split("\r\n")[0].endswith("（第三次催办）")
    assert "其中1项两次以上，请你单位负责同志亲自督促落实" in third
    cli.ok("undo", "--yes")
    cli.ok("complete", "zj-target-32", "--unit", "省科技厅")
    assert not (cli.folder / "第16天").exists()


def test_an_answer_begins_the_count_anew(cli: Cli) -> None:
    """The item is behind, not overdue: what the unit says settles what it was asked before."""

    def letter(day: int) -> str:
        cli.now = NOON + timedelta(days=day)
        return text_of(remind(cli, "--unit", "zj:省科技厅", folder=f"第{day}天")[1])

    cli.ok("log", "zj-target-32", "--state", "not_started", "--unit", "省科技厅", "--date", "2026-11-20")
    cli.ok("extend", "zj-target-32", "--to", "2027-12-31", "--reason", "手续", "--approved-by", "省政府", "--late")
    assert "此前已经催办" not in letter(0)
    assert "第二次催办" in letter(8)
    cli.now = NOON + timedelta(days=9)
    cli.ok("log", "zj-target-32", "--note", "已启动", "--unit", "省科技厅")
    assert "此前已经催办" not in letter(18)


@NEEDS_OFFICE
def test_the_fullest_letter_is_one_page_and_its_annex_is_whole(cli: Cli) -> None:
    cli.environ["TRACKER_ISSUER"] = "省发展改革委"
    listed = json.loads(cli.ok("list", "--json", "--limit", "0", "--unit", "zj:省生态环境厅", "--role", "lead"))
    for row in listed:
        cli.ok("log", row["id"], "--note", "进" * 80 + "终", "--date", "2026-09-01", "--unit", "省生态环境厅")
    for day in (0, 8):
        cli.now = NOON + timedelta(days=day)
        remind(cli, "--unit", "zj:省生态环境厅", folder=f"第{day}天")
    cli.now = NOON + timedelta(days=16)
    (told,) = json.loads(cli.ok("export", "reminders", "-o", "x", "--unit", "zj:省生态环境厅", "--dry-run", "--json"))
    document, _ = remind(cli, "--unit", "zj:省生态环境厅")
    (page,) = convert([document], "pdf", cli.folder / "pdf")
    first, second, *others = pages_of(page)
    assert "附件：催办事项清单" in first
    assert "—1—" in first
    assert second.startswith("附件催办事项清单")
    whole = "".join((second, *others))
    assert whole.count("进终") == len(told["items"]) > 40
    assert all("序号事项、指标和现值" in each for each in (second, *others))


def test_a_third_reminder_for_every_reason_is_one_page() -> None:
    """Counted in the characters of the page (GB/T 9704): 28 a line, 22 lines; the title takes 20 a line and an eighth more height."""
    head = Head(date(2026, 12, 27), "省生态环境厅", None, date(2027, 1, 10), is_demo=False, due_days=30)
    plan = ("浙江省减污降碳协同创新区建设实施方案", "draft")
    lines = [
        Line(f"zj-task-{n}", "", "", "", "", (reason,), "", "", (n,), round=3, reminded=date(2026, 12, 17))
        for n, reason in enumerate(GROUPS)
    ]
    told = fields_of(Reminder(Unit(1, "zj", "省建设厅"), head, plans=[plan], lines=lines))
    words = [told["opening"], *told["requests"]]
    assert sum(f"{name}1项" in told["opening"] for name in GROUPS.values()) == len(GROUPS)
    used = ceil(len(told["title"]) / 20) * 32 / 28 + sum(ceil((len(each) + 2) / 28) for each in words)
    assert used + len(("编号", "主送", "附件", "落款", "日期", "联系人")) <= 22


def test_every_lead_unit_gets_its_own_and_nobody_else(cli: Cli) -> None:
    files = remind(cli, "--plan", "zj")
    listed = json.loads(cli.ok("list", "--json", "--limit", "0", "--plan", "zj"))
    leads = {unit["name"] for unit in json.loads(cli.ok("unit", "list", "--region", "zj", "--json")) if unit["lead"]}
    named = {file.name.split("-")[1] for file in files if file.suffix == ".txt"}
    assert named <= leads
    everything = "".join(text_of(file) for file in files if file.suffix == ".txt")
    assigned = {row["id"] for row in listed if row["lead_units"]}
    listed_in_letters = json.loads(cli.ok("export", "reminders", "-o", "x", "--plan", "zj", "--dry-run", "--json"))
    assert {code for letter in listed_in_letters for code in letter["items"]} <= assigned
    assert everything.count("催办原因：") == sum(len(letter["items"]) for letter in listed_in_letters)


def test_it_is_recorded_on_the_items_and_can_be_taken_back(cli: Cli) -> None:
    told = cli("export", "reminders", "-o", cli.folder / "催办", "--unit", "zj:省科技厅", "--by", "李四")
    assert told.out == "zj:省科技厅：1 项（逾期 1）\n"
    assert told.err.endswith("1 个单位的催办单；已在 1 个事项上留痕（第 2 号改动）\n")
    assert "2026-11-21  李四  催办：单位 省科技厅；理由 逾期" in cli.ok("show", "zj-target-32")
    before = json.loads(cli.ok("show", "zj-target-32", "--json"))
    cli.ok("undo", "--by", "李四", "--yes")
    assert "催办" not in cli.ok("show", "zj-target-32")
    assert json.loads(cli.ok("show", "zj-target-32", "--json")) == before


def test_the_units_of_one_item_are_one_record(cli: Cli) -> None:
    remind(cli, "--plan", "zj", "--kind", "task")
    rows = [row for row in json.loads(cli.ok("history", "zj-task-2", "--json")) if row["command"] == "export reminders"]
    said = {row["field"]: row["after"] for row in rows}
    assert len(said["units"]) == len(json.loads(cli.ok("show", "zj-task-2", "--json"))["lead_units"]) > 1
    assert said["reason"] == "逾期"
    assert len(rows) == 2


def test_the_issuer_signs_and_narrows_nothing(cli: Cli) -> None:
    cli.environ["TRACKER_ISSUER"] = "省生态环境厅"
    _, text = remind(cli, "--unit", "zj:省科技厅")
    lines = text_of(text).split("\r\n")
    assert lines[lines.index("2026年11月21日") - 1] == "省生态环境厅"
    assert len(remind(cli, "--plan", "zj", folder="全部")) > 2


def test_numbers_run_on_from_letter_to_letter(cli: Cli) -> None:
    told = json.loads(
        cli.ok("export", "reminders", "-o", "x", "--plan", "zj", "--number", "〔2026〕09号", "--dry-run", "--json")
    )
    assert [letter["number"] for letter in told][:3] == ["〔2026〕09号", "〔2026〕10号", "〔2026〕11号"]


def test_a_dry_run_writes_nothing(cli: Cli) -> None:
    told = cli("export", "reminders", "-o", cli.folder / "催办", "--unit", "zj:省科技厅", "--dry-run")
    assert told.out == "【演示，未写入】zj:省科技厅：1 项（逾期 1）\n"
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


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ((), "-o 写明目录"),
        (("-o", "x", "--unit", "没有这个厅"), "没有单位"),
        (("-o", "x", "--kind", "所有"), "没有“所有”这类事项"),
        (("-o", "x", "--reply-by", "2026-11-20"), "--reply-by 2026-11-20 已过（今天是 2026-11-21）"),
    ],
)
def test_what_it_refuses(cli: Cli, words: tuple[str, ...], said: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(cli.folder)
    told = cli("export", "reminders", *words)
    assert told.code in (1, 2)
    assert said in told.err
    assert told.err.count("\n") == 1
    assert not (cli.folder / "x").exists()


def test_the_same_letter_has_the_same_bytes(cli: Cli) -> None:
    first = [file.read_bytes() for file in remind(cli, "--unit", "zj:省科技厅", folder="一")]
    cli.now = cli.now.replace(hour=20)
    assert [file.read_bytes() for file in remind(cli, "--unit", "zj:省科技厅", folder="二")] == first
    with zipfile.ZipFile(cli.folder / "一" / "zj-省科技厅-催办单-2026-11-21.docx") as package:
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
    assert any("<w:p>&\\x07\\u202e../\\?省厅：" in each.text for each in Document(str(word)).paragraphs)
