"""The sample ledger: what it shows, that it never touches anybody's own, and that it is labelled."""

import hashlib
import json
import re
import shutil
from collections import Counter
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.conftest import CHINA, NOON, Cli
from tracker.demo.ledger import build
from tracker.demo.stories import Step, tell
from tracker.ledger.model import Item
from tracker.ledger.terms import DEMO_LABEL, LIGHTS, STATES
from tracker.store.connection import reading
from tracker.store.filters import EVERYTHING, PointInTime
from tracker.store.items import load_items
from tracker.store.location import Location


@pytest.fixture(scope="module")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The sample ledger of the day of the tests, made once."""
    path = tmp_path_factory.mktemp("demo") / "demo.sqlite3"
    build(Location(str(path)), NOON)
    return path


def items(cli: Cli, sample: Path, *words: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(cli.ok("list", "--json", "--limit", "0", "--db", sample, *words))
    return found


def test_every_light_state_and_forecast_is_there(cli: Cli, sample: Path) -> None:
    rows = items(cli, sample)
    assert {row["light"] for row in rows} == set(LIGHTS)
    assert {row["state"] for row in rows} == set(STATES)
    assert {"at_risk", "off_track", None} <= {row["forecast"] for row in rows}
    lights = Counter(row["light"] for row in rows)
    assert lights.pop("grey") == 7  # few: in a plan that owes reports, what is silent is yellow
    assert min(lights.values()) >= 10


def test_every_kind_of_decision_is_in_its_history(cli: Cli, sample: Path) -> None:
    rows = json.loads(cli.ok("history", "--json", "--db", sample))
    assert {
        "init",
        "import",
        "complete",
        "close",
        "return",
        "extend",
        "forecast",
        "baseline",
        "milestone",
        "assign",
        "undo",
    } <= {row["command"] for row in rows}
    assert any(row["due"] != row["original_due"] for row in items(cli, sample))
    assert any(
        row["last_report"] and row["last_report"]["problem"] and row["last_report"]["next"]
        for row in items(cli, sample)
    )


def test_the_week_before_was_different(cli: Cli, sample: Path) -> None:
    now = Counter(row["light"] for row in items(cli, sample))
    before = Counter(row["light"] for row in items(cli, sample, "--as-of", "2026-11-14"))
    assert now != before
    assert now["done"] > before["done"]


def test_doctor_finds_nothing_in_it(cli: Cli, sample: Path) -> None:
    assert cli("doctor", "--db", sample).code == 0


def test_the_same_day_gives_the_same_ledger(tmp_path: Path, sample: Path, cli: Cli) -> None:
    again = tmp_path / "again.sqlite3"
    build(Location(str(again)), NOON.replace(hour=18))
    assert digest(cli, again, tmp_path / "a") == digest(cli, sample, tmp_path / "b")


def digest(cli: Cli, ledger: Path, folder: Path) -> str:
    cli.ok("export", "data", "-o", folder, "--db", ledger)
    return hashlib.sha256(b"".join(file.read_bytes() for file in sorted(folder.iterdir()))).hexdigest()


def test_it_goes_to_a_file_of_its_own_and_leaves_the_ledger_alone(
    cli: Cli, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TRACKER_DATA_DIR", str(tmp_path / "data"))
    before = cli.db.read_bytes()
    out = cli.ok("demo")
    assert out.startswith(f"已建立演示台账 {tmp_path}/data/demo.sqlite3：")
    assert cli.db.read_bytes() == before
    assert sorted(file.name for file in (tmp_path / "data").iterdir()) == ["demo.sqlite3"]


def test_its_help_says_where_it_goes_and_that_the_variable_is_not_used(cli: Cli) -> None:
    told = "".join(cli.ok("demo", "--help").split())
    assert "缺省用户数据目录的demo.sqlite3，不看TRACKER_DB" in told
    assert "缺省TRACKER_DB" not in told


def test_an_existing_sample_needs_force_and_an_own_ledger_is_never_replaced(cli: Cli, tmp_path: Path) -> None:
    place = tmp_path / "demo.sqlite3"
    cli.ok("demo", "--db", place)
    assert (
        cli("demo", "--db", place).err
        == f"错误：演示台账 {place} 已存在；加 --force 重新生成，或用 --db 换一个文件名\n"
    )
    cli.ok("demo", "--db", place, "--force")
    own = cli("demo", "--db", cli.db, "--force")
    assert (own.code, own.err) == (1, f"错误：{cli.db} 已存在且不是演示台账，不会覆盖；请用 --db 换一个文件名\n")
    other = tmp_path / "notes.txt"
    other.write_text("不是台账")
    assert cli("demo", "--db", other, "--force").code == 1
    assert other.read_text() == "不是台账"
    assert cli("demo", "--db", "postgresql://somewhere/ledger").code == 1


@pytest.mark.parametrize(
    "words",
    [
        ("status",), ("list",), ("show", "zj-target-20"), ("explain", "zj-target-20"), ("overdue",), ("history",), ("plan", "list"),
        ("plan", "show", "zj"), ("unit", "list"), ("region", "list"), ("index", "list"), ("todo", "--unit", "省建设厅"), ("doctor",),
    ],
)  # fmt: skip
def test_every_screen_says_that_it_is_invented(cli: Cli, sample: Path, words: tuple[str, ...]) -> None:
    assert cli.ok(*words, "--db", sample).splitlines()[0] == DEMO_LABEL
    assert DEMO_LABEL not in cli.ok(*words)


def beside(cli: Cli, *words: object) -> tuple[int, int]:
    """Return how often a command says on stdout and on stderr that what it shows is invented."""
    result = cli(*words)
    assert result.code == 0, result.err
    return result.out.count(DEMO_LABEL), result.err.count(DEMO_LABEL)


def test_whatever_is_written_in_it_or_out_of_it_is_labelled_once_beside_the_result(
    cli: Cli, sample: Path, tmp_path: Path
) -> None:
    place = tmp_path / "mine.sqlite3"
    shutil.copy(sample, place)
    found = items(cli, sample, "--state", "in_progress", "--kind", "task")[0]["id"]
    for words in (
        ("log", found, "--note", "试填"), ("complete", found), ("undo", "--yes"), ("unit", "alias", "省建设厅", "住建"),
        ("backup",), ("init",), ("upgrade",), ("export", "data", "-o", tmp_path / "out"),
        ("export", "form", "--unit", "省建设厅", "-o", tmp_path / "form.xlsx"), ("export", "weekly", "-o", tmp_path / "w.xlsx"),
        ("export", "reminders", "--unit", "省建设厅", "-o", tmp_path / "letters"),
    ):  # fmt: skip
        assert beside(cli, *words, "--db", place) == (0, 1), words
    assert beside(cli, "import", tmp_path / "out", "--yes", "--db", tmp_path / "again.sqlite3") == (0, 1)


def test_an_import_is_labelled_above_its_rows(cli: Cli, sample: Path, tmp_path: Path) -> None:
    table = tmp_path / "rows.csv"
    table.write_text("编号,本期进展\nzj-task-6,试填\n", encoding="utf-8")
    assert cli.ok("import", table, "--dry-run", "--db", sample).splitlines()[0] == DEMO_LABEL


def test_a_question_comes_after_the_label(cli: Cli, sample: Path, tmp_path: Path) -> None:
    place = tmp_path / "mine.sqlite3"
    shutil.copy(sample, place)
    cli.ok("log", "zj-task-6", "--note", "试填", "--db", place)
    assert cli("undo", "--db", place, answers="n\n").err.startswith(f"{DEMO_LABEL}\n将撤回：zj-task-6 “试填”\n撤销第 ")


def test_a_monitor_is_told_in_its_one_line_before_the_figures(cli: Cli, sample: Path) -> None:
    for words in ((), ("all",)):
        line = cli("check", *words, "--db", sample).out
        assert re.fullmatch(
            r"TRACKER CRITICAL - 【演示数据】逾期 \d+ 项（其中建账前到期 \d+，征求意见稿 \d+），[^|]+ \| overdue=\d+[^|]+\n",
            line,
        )
    assert cli("check", "--db", sample).err == ""


def test_an_own_ledger_after_a_sample_is_not_labelled(cli: Cli, sample: Path) -> None:
    cli.ok("status", "--db", sample)
    assert beside(cli, "log", "zj-task-6", "--note", "填报") == (0, 0)


def test_data_for_scripts_is_not_disturbed_by_the_label(cli: Cli, sample: Path) -> None:
    for words in (
        ("status", "--json"),
        ("list", "--csv"),
        ("check", "--json"),
        ("log", "zj-task-6", "--note", "x", "--dry-run", "--json"),
    ):
        assert cli(*words, "--db", sample).err == ""
    json.loads(cli.ok("status", "--json", "--db", sample))
    assert cli.ok("list", "--csv", "--db", sample).startswith("id,plan,")


@pytest.fixture(scope="module")
def planned(sample: Path) -> list[Item]:
    """All items as their plans state them."""
    with reading(Location(str(sample))) as connection:
        return load_items(connection, EVERYTHING, PointInTime(date(2021, 1, 1)))


@settings(max_examples=25)
@given(today=st.dates(date(2024, 1, 1), date(2032, 12, 31)))
def test_a_story_is_in_order_and_never_in_the_future(planned: list[Item], today: date) -> None:
    for item in planned[:: len(planned) // 40]:
        steps = tell(item, today)
        assert [step.day for step in steps] == sorted(step.day for step in steps)
        assert all(today - timedelta(days=72) <= step.day < today and step.day.weekday() < 5 for step in steps)
        assert_completion_follows_reports(steps)


def assert_completion_follows_reports(steps: list[Step]) -> None:
    kinds = [step.kind for step in steps]
    if "close" in kinds:
        assert kinds.index("complete") < kinds.index("close")
    if "complete" in kinds:
        assert "report" in kinds[: kinds.index("complete")]


@pytest.mark.parametrize("day", ["2025-06-15", "2026-01-04", "2028-02-29", "2031-06-02"])
def test_it_can_be_made_on_any_day(tmp_path: Path, day: str) -> None:
    place = Location(str(tmp_path / "demo.sqlite3"))
    assert build(place, datetime.fromisoformat(day).replace(hour=9, tzinfo=CHINA)).statements > 1000
