"""A document becomes a reviewed draft, a loaded plan, and later its next version."""

import json
from datetime import timedelta
from pathlib import Path

import pytest

from tests.conftest import Cli

DOCUMENT = """海南省减污降碳协同增效实施方案

一、主要目标
到2025年，森林覆盖率达到30%以上。

二、重点任务
（一）加强源头防控。严格准入管理。到2025年，新能源车占比达到20%，建成充电桩500个。（省生态环境厅、发展改革委按职责分工负责）
（二）推进水环境治理。加强管网建设。（省住房城乡建设厅负责）
（三）加强宣传教育。组织开展培训。（省生态环境厅牵头负责）
"""


@pytest.fixture
def document(tmp_path: Path) -> Path:
    path = tmp_path / "plan.txt"
    path.write_text(DOCUMENT, encoding="utf-8")
    return path


@pytest.fixture
def loaded(cli: Cli, document: Path) -> Cli:
    cli.ok("plan", "read", document, "--code", "ms", "-o", cli.folder / "draft.xlsx")
    cli.ok("plan", "add", cli.folder / "draft.xlsx", "--yes")
    return cli


def show(cli: Cli, name: str) -> dict[str, object]:
    found: dict[str, object] = json.loads(cli.ok("show", name, "--json"))
    return found


def test_a_document_is_read_reviewed_and_loaded(loaded: Cli) -> None:
    ids = loaded.ok("list", "--plan", "ms", "--fields", "id", "--csv").split()[1:]
    assert [name for name in ids if "task" in name] == ["ms-task-1", "ms-task-2", "ms-task-3"]
    assert show(loaded, "ms-task-1")["lead_units"] == ["省生态环境厅", "省发展改革委"]
    values = [(row["value"], row["due"]) for name in ids if "target" in name
              for row in json.loads(loaded.ok("show", name, "--json"))["indicators"]]  # fmt: skip
    assert values == [(30, "2025-12-31"), (20, "2025-12-31"), (500, "2025-12-31")]
    loaded.ok("log", "ms-task-2", "--percent", "40")


def test_reading_to_json_needs_no_file(cli: Cli, document: Path) -> None:
    found = json.loads(cli.ok("plan", "read", document, "--code", "ms", "--json"))
    assert set(found) == {"plan", "items"}
    assert found["plan"]["title"] == "海南省减污降碳协同增效实施方案"
    assert cli("plan", "read", document).code == 2


KNOWN_TO_A_LEDGER_ONLY = {
    "state", "percent", "met", "overdue", "days_overdue", "due_soon", "light", "light_reason", "planned_progress", "lag",
    "achievement", "assessable", "awaiting", "children", "expected", "extensions", "met_late", "milestones", "reported_units",
    "returned", "start", "unreported_units",
}  # fmt: skip


def test_reading_tells_items_as_the_ledger_will(loaded: Cli, document: Path) -> None:
    read = json.loads(loaded.ok("plan", "read", document, "--code", "ms", "--json"))["items"]
    listed = json.loads(loaded.ok("list", "--plan", "ms", "--kind", "target,task,policy,aim", "--sort", "id", "--json"))
    assert {item["id"] for item in read} == {item["id"] for item in listed}
    told = {item["id"]: item for item in read}
    for item in listed:
        draft = told[item["id"]]
        assert set(draft) - set(item) == {"place", "words", "confidence", "doubts"}
        for name in set(item) - KNOWN_TO_A_LEDGER_ONLY - {"indicators"}:
            assert draft[name] == item[name], (item["id"], name)
        for part, kept in zip(draft["indicators"], item["indicators"], strict=True):
            assert list(part) == [*kept, "confidence", "doubts"]
            assert {name: part[name] for name in set(kept) - KNOWN_TO_A_LEDGER_ONLY} == {
                name: kept[name] for name in set(kept) - KNOWN_TO_A_LEDGER_ONLY
            }
        assert {draft[name] for name in KNOWN_TO_A_LEDGER_ONLY if name in draft} == {None}


def test_reading_without_a_code_gives_no_ids(cli: Cli, document: Path) -> None:
    items = json.loads(cli.ok("plan", "read", document, "--json"))["items"]
    assert {(item["id"], item["plan"]) for item in items} == {(None, None)}
    assert [item["number"] for item in items if item["kind"] == "task"] == [1, 2, 3]


def test_adding_asks_and_is_taken_back_whole(cli: Cli, document: Path) -> None:
    draft = cli.folder / "draft.xlsx"
    cli.ok("plan", "read", document, "--code", "ms", "-o", draft)
    assert cli("plan", "read", document, "--code", "ms", "-o", draft).code == 1
    assert cli("plan", "add", draft).code == 2
    before = cli.ok("plan", "list", "--json")
    cli.ok("plan", "add", draft, "--yes", "--dry-run")
    assert cli.ok("plan", "list", "--json") == before
    cli.ok("plan", "add", draft, "--yes")
    assert "已存在" in cli("plan", "add", draft, "--yes").err
    cli.ok("undo", "--yes")
    assert cli.ok("plan", "list", "--json") == before
    cli.ok("plan", "add", draft, "--yes", "--code", "ms2")
    assert "ms2-task-1" in cli.ok("list", "--plan", "ms2")


def test_a_new_version_keeps_ids_history_and_progress(loaded: Cli) -> None:
    loaded.ok("log", "ms-task-3", "--percent", "40", "--note", "已培训")
    loaded.ok("log", "ms-target-2", "--value", "12", "--unit", "省发展改革委")
    path = loaded.folder / "next.txt"
    path.write_text(
        DOCUMENT.replace("达到20%", "达到25%")
        .replace("（省住房城乡建设厅负责）", "（省住房城乡建设厅、水利厅按职责分工负责）")
        .replace(
            "（三）加强宣传教育",
            "（三）推进土壤治理。开展土壤污染调查和风险管控。（省自然资源厅负责）\n（四）加强宣传教育",
        ),
        encoding="utf-8",
    )
    table = loaded.ok("plan", "diff", "ms", path)
    assert "20" in table
    assert "25" in table
    result = loaded("plan", "revise", "ms", path, "--yes")
    assert result.code == 0, result.err
    assert ("已备份到" in result.err) == (not loaded.on_server)
    kept = show(loaded, "ms-task-3")
    assert (kept["title"], kept["percent"], kept["state"]) == ("加强宣传教育", 40, "in_progress")
    assert "新版序号 4" in str(kept["note"])
    assert show(loaded, "ms-task-2")["lead_units"] == ["省住房城乡建设厅", "省水利厅"]
    assert show(loaded, "ms-task-4")["title"] == "推进土壤治理"
    target = json.loads(loaded.ok("show", "ms-target-2", "--json"))["indicators"][0]
    assert (target["value"], target["actual"]) == (25, 12)
    before = json.loads(loaded.ok("show", "ms-target-2", "--as-of", "2026-11-20", "--json"))["indicators"][0]
    assert before["value"] == 20
    loaded.ok("undo", "--yes")
    assert loaded("show", "ms-task-4").code == 1
    assert show(loaded, "ms-task-2")["lead_units"] == ["省住房城乡建设厅"]


def test_an_indicator_of_a_new_version_was_not_known_before(loaded: Cli) -> None:
    before, loaded.now = loaded.now, loaded.now + timedelta(hours=1)
    path = loaded.folder / "next.txt"
    path.write_text(DOCUMENT.replace("达到30%以上", "达到30%以上、蓄积量达到40万立方米以上"), encoding="utf-8")
    loaded.ok("plan", "revise", "ms", path, "--yes")
    now, then = (
        [each["value"] for each in json.loads(loaded.ok("show", "ms-target-1", "--json", *when))["indicators"]]
        for when in ((), ("--known-at", before.isoformat()))
    )
    assert (now, then) == ([30, 40], [30])


def test_a_row_that_is_gone_is_retired_and_its_history_stays(loaded: Cli) -> None:
    loaded.ok("log", "ms-task-2", "--percent", "40")
    path = loaded.folder / "next.txt"
    path.write_text("\n".join(line for line in DOCUMENT.splitlines() if "水环境" not in line), encoding="utf-8")
    loaded.ok("plan", "revise", "ms", path, "--yes")
    assert "ms-task-2" not in loaded.ok("list", "--plan", "ms")
    assert "完成率 40%" in loaded.ok("show", "ms-task-2")


def test_a_document_that_names_no_region_is_asked_for_it(cli: Cli, document: Path) -> None:
    document.write_text(DOCUMENT.replace("海南省", ""), encoding="utf-8")
    cli.ok("plan", "read", document, "--code", "ms", "-o", cli.folder / "draft.xlsx")
    assert "--region" in cli("plan", "add", cli.folder / "draft.xlsx", "--yes").err
    cli.ok("plan", "add", cli.folder / "draft.xlsx", "--yes", "--region", "海南省")
    assert "ms-task-1" in cli.ok("list", "--plan", "海南")


def test_the_same_version_changes_nothing(loaded: Cli, document: Path) -> None:
    before = loaded.ok("list", "--plan", "ms", "--json")
    assert json.loads(loaded.ok("plan", "diff", "ms", document, "--json")) == []
    loaded.ok("plan", "revise", "ms", document, "--yes")
    assert loaded.ok("list", "--plan", "ms", "--json") == before


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (("read", "nowhere.txt", "-o", "x.xlsx"), 1),
        (("add", "nowhere.xlsx", "--yes"), 1),
        (("diff", "nowhere.txt", "zj"), 1),
        (("diff", "zz", "zj"), 1),
        (("revise", "zz", "nowhere.txt", "--yes"), 1),
        (("show", "zz"), 1),
    ],
)
def test_wrong_input(cli: Cli, words: tuple[str, ...], code: int) -> None:
    result = cli("plan", *words)
    assert (result.code, result.out) == (code, "")
    assert result.err.startswith("错误：")
