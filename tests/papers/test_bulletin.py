"""The bulletin: the same figures as everywhere, the troubled items by unit, what is asked, and annexes in full."""

import json
import re
from collections import Counter
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from docx import Document

from tests.conftest import NOON, Cli
from tests.sheets.office import NEEDS_OFFICE, convert, pages_of
from tracker.actions.changes import main_first
from tracker.demo.ledger import build
from tracker.item_rows import place_words
from tracker.ledger.model import Item, Role
from tracker.papers.bulletin import Trouble, alike
from tracker.papers.wording import chinese_number, clause, close_set
from tracker.store.location import Location


@pytest.fixture(scope="module")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The sample ledger of the day of the tests, made once."""
    path = tmp_path_factory.mktemp("demo") / "demo.sqlite3"
    build(Location(str(path)), NOON)
    return path


def made(cli: Cli, *words: object, name: str = "通报.docx") -> Any:
    told = cli("export", "bulletin", "-o", cli.folder / name, *words)
    assert told.code == 0, told.err
    return Document(str(cli.folder / name))


def paragraphs(document: Any) -> list[str]:
    return [each.text for each in document.paragraphs if each.text]


def rows(document: Any, number: int) -> list[list[str]]:
    return [[cell.text for cell in row.cells] for row in document.tables[number].rows]


def test_its_parts(cli: Cli, sample: Path) -> None:
    cli.environ["TRACKER_ISSUER"] = "zj:省生态环境厅"
    told = paragraphs(
        made(
            cli,
            "--plan",
            "zj",
            "--db",
            sample,
            "--number",
            "浙环督〔2026〕3号",
            "--reply-by",
            "2026-12-05",
            "--contact",
            "李四",
        )
    )
    assert told[1:5] == [
        "关于《浙江省减污降碳协同创新区建设实施方案》（征求意见稿）推进情况的督办通报（2026年11月）", "浙环督〔2026〕3号", "各有关单位：",
        "现将截至2026年11月21日的推进情况通报如下。",
    ]  # fmt: skip
    headings = [each for each in told if re.match("[一二三]、", each)]
    assert headings == ["一、总体情况", "二、存在的问题", "三、下步要求"]
    assert told[told.index("二、存在的问题") + 1].startswith("（一）省生态环境厅（红灯")
    assert any("于2026年12月5日前书面反馈整改情况" in each for each in told)
    assert told[told.index("2026年11月21日") - 1 : told.index("2026年11月21日") + 2] == [
        "省生态环境厅",
        "2026年11月21日",
        "（联系人：李四）",
    ]
    assert [each for each in told if re.fullmatch("附件[1-4]", each)] == ["附件1", "附件2", "附件3", "附件4"]


def test_its_figures_are_those_of_changes_and_of_the_listing(cli: Cli, sample: Path) -> None:
    document = made(cli, "--db", sample)
    listed = json.loads(cli.ok("list", "--json", "--limit", "0", "--db", sample))
    lights = Counter(row["light"] for row in listed)
    whole = "".join(paragraphs(document))
    assert f"亮红灯{lights['red']}项、黄灯{lights['yellow']}项" in whole
    first = cli.ok("changes", "--month", "2026-11", "--db", sample).splitlines()[1]
    moved = int(re.search(r"红 \d+（([-+±]\d+)）", first)[1].replace("±", ""))  # type: ignore[index]
    assert f"红灯{'增加' if moved > 0 else '减少'}{abs(moved)}项" in whole
    groups = [row[0] for row in rows(document, 1)[1:] if not row[0].isdigit()]
    assert groups == [f"红灯（{lights['red']}项）", f"黄灯（{lights['yellow']}项）"]
    counts = rows(document, 0)[1:]
    assert sum(int(row[2]) for row in counts) == len(listed)
    assert sum(int(row[3]) for row in counts) == sum(row["state"] == "closed" for row in listed)
    body = [each for each in paragraphs(document) if re.match("（[一二三四五六七八九十百]+）.*（.*灯", each)]
    told = Counter[str]()
    for heading in body:
        told.update({light: int(number) for light, number in re.findall("([红黄])灯([0-9]+)项", heading)})
    assert told == {"红": lights["red"], "黄": lights["yellow"]}


def test_the_annexes_are_in_full_and_name_no_ids(cli: Cli, sample: Path) -> None:
    document = made(cli, "--plan", "zj", "--db", sample)
    listed = {
        row["text"]
        for row in json.loads(
            cli.ok("list", "--json", "--limit", "0", "--plan", "zj", "--light", "red", "--db", sample)
        )
    }
    told = {row[1].partition("\n")[2] for row in rows(document, 1)}
    assert listed <= told
    everything = "\n".join(
        (*paragraphs(document), *(cell for number in range(4) for row in rows(document, number) for cell in row))
    )
    assert not re.search(r"\bzj\b|zj-|…|in_progress|None|[{}]", everything)
    assert "原定2025-12-31" in everything


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ((), ""),
        (("--unit", "建设厅"), "本通报只涉及省建设厅牵头或参与的事项。"),
        (("--kind", "target,task"), "本通报只涉及目标、任务事项。"),
        (("--unit", "zj:省建设厅", "--kind", "target"), "本通报只涉及省建设厅牵头或参与的目标事项。"),
        (("--region", "杭州"), "本通报只涉及杭州市的事项。"),
    ],
)
def test_what_it_is_narrowed_to_is_said(cli: Cli, sample: Path, words: tuple[str, ...], said: str) -> None:
    told = paragraphs(made(cli, "--plan", "zj", "--db", sample, *words))
    assert f"现将截至2026年11月21日的推进情况通报如下。{said}" in told


def test_its_sentences_have_days_and_quotation_marks_as_letters_do(cli: Cli, sample: Path) -> None:
    told = "\n".join(paragraphs(made(cli, "--plan", "zj", "--db", sample)))
    assert "原定2025年12月31日" in told
    assert not re.search(r"\d{4}-\d\d-\d\d", told)
    assert "线路建设" not in told or "‘公转铁’线路建设”" in told
    assert not re.search("“[^”]*“", told)


def test_an_empty_ledger_has_a_bulletin_too(cli: Cli) -> None:
    empty = cli.folder / "empty.sqlite3"
    cli.ok("init", "--empty", "--db", empty)
    document = made(cli, "--db", empty)
    told = paragraphs(document)
    assert "截至2026年11月21日，所列范围内尚无纳入台账管理的事项。" in told
    assert "没有亮红灯、黄灯的事项。" in told
    assert [row[1] for row in rows(document, 0)] == ["单位", "无"]
    assert len(document.tables) == 1
    assert "附件" in told


def test_a_joint_item_stands_under_its_main_lead() -> None:
    item = Item(
        "zj-task-1", "zj", "task", 1, "甲", date(2021, 1, 1), leads=[Role(1, "省发展改革委"), Role(2, "省建设厅")]
    )
    assert [role.name for role in main_first(item)] == ["省发展改革委", "省建设厅"]
    item.main_lead = 2
    assert [role.name for role in main_first(item)] == ["省建设厅", "省发展改革委"]


def test_what_is_not_known_is_a_blank_and_warned_of(cli: Cli) -> None:
    told = cli("export", "bulletin", "-o", cli.folder / "b.docx")
    assert told.code == 0
    assert "没有配置发文单位，落款留空；请在配置文件中写明 issuer" in told.err
    text = paragraphs(Document(str(cli.folder / "b.docx")))
    assert "＿＿〔2026〕＿＿号" in text
    assert text[text.index("2026年11月21日") - 1] == "＿＿＿＿＿＿"
    assert "（联系人：＿＿＿＿＿＿）" in text


def test_a_day_past_and_a_period_to_come_are_refused(cli: Cli) -> None:
    for words, said in (
        (("--reply-by", "2026-11-20"), "已过"),
        (("--month", "2026-12"), "尚未开始"),
        (("--template", "x.docx"), "不存在"),
    ):
        told = cli("export", "bulletin", "-o", cli.folder / "b.docx", *words)
        assert (told.code, said in told.err, told.err.count("\n")) == (1, True, 1)
    assert not (cli.folder / "b.docx").exists()


def test_the_same_data_give_the_same_bytes(cli: Cli, sample: Path) -> None:
    made(cli, "--db", sample, name="一.docx")
    cli.now = NOON.replace(hour=20)
    made(cli, "--db", sample, name="二.docx")
    assert (cli.folder / "一.docx").read_bytes() == (cli.folder / "二.docx").read_bytes()


@NEEDS_OFFICE
def test_on_paper(cli: Cli, sample: Path) -> None:
    cli.ok("init", "--empty", "--db", cli.folder / "empty.sqlite3")
    made(cli, "--db", cli.folder / "empty.sqlite3", name="空.docx")
    made(cli, "--plan", "zj", "--db", sample, name="浙江.docx")
    empty, full = convert([cli.folder / "空.docx", cli.folder / "浙江.docx"], "pdf", cli.folder / "pdf")
    assert len(pages_of(empty)) == 2
    told = pages_of(full)
    assert all(len(page) > 30 for page in told)
    start = next(number for number, page in enumerate(told) if page.startswith("附件2"))
    end = next(number for number, page in enumerate(told) if page.startswith("附件3"))
    assert all("序号事项牵头单位完成时限" in page for page in told[start:end])


@pytest.mark.parametrize(
    ("source", "words"),
    [
        ("三、（六）", "方案三、（六）"), ("一、工作目标", "方案一、工作目标"), ("第十二条", "方案第十二条"), ("自建", "任务第4项"),
        ("领导批示2026-03-01", "任务第4项"), ("2026年3月专题会", "任务第4项"), (None, "任务第4项"),
    ],
)  # fmt: skip
def test_what_an_office_added_stands_in_no_plan(source: str | None, words: str) -> None:
    item = Item("nx-task-4", "nx", "task", 4, "甲", date(2021, 1, 1), source=source)
    assert place_words(item, {"annex_label": None, "annex_title": None}) == words


def test_items_alike_are_told_together() -> None:
    def trouble(name: str, reason: str, problem: str = "") -> Trouble:
        return Trouble("red", "省建设厅", name, name, name, name, "省建设厅", "", "", reason, problem, "")

    items = [trouble("甲", "逾期3天"), trouble("乙", "逾期3天", "缺资金。"), trouble("丙", "逾期3天")]
    assert alike(items, "red") == [
        ("甲“甲”、丙“丙”", trouble("甲", "均逾期3天")), ("乙“乙”", trouble("乙", "逾期3天", "缺资金。")),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("number", "words"),
    [(1, "一"), (10, "十"), (12, "十二"), (20, "二十"), (103, "一百零三"), (110, "一百一十"), (1005, "一千零五")],
)
def test_numbers_of_headings(number: int, words: str) -> None:
    assert chinese_number(number) == words


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("短。其余", "短"),
        ("城市生活污水集中收集率力争达到80%以上，城市污水处理率达到98%以上；农村", "城市生活污水集中收集率力争达到80%以上，城市污水处理率达到98%以上"),
        ("甲" * 30 + "，" + "乙" * 30, "甲" * 30),
        ("甲" * 60, "甲" * 60),
    ],
)  # fmt: skip
def test_an_item_is_named_by_whole_clauses(text: str, name: str) -> None:
    assert clause(text) == name


def test_blanks_of_the_screen_are_closed() -> None:
    assert close_set("红：逾期 333 天（A B 项）") == "红：逾期333天（A B项）"
