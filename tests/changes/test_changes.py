"""What changed between two moments: each entry once, lights net, and every figure the same whoever asks."""

import json
from collections import Counter
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from python_calamine import CalamineWorkbook

from tests.conftest import CHINA, NOON, Cli
from tracker.demo.ledger import build
from tracker.ledger.terms import LIGHTS
from tracker.store.location import Location

ENTRIES = ("reported", "completed", "closed", "returned", "reopened", "extended", "assigned", "forecast", "edited")


@pytest.fixture(scope="module")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The sample ledger of the day of the tests, made once."""
    path = tmp_path_factory.mktemp("demo") / "demo.sqlite3"
    build(Location(str(path)), NOON)
    return path


def changed(cli: Cli, *words: object) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = json.loads(cli.ok("changes", "--json", *words))
    return rows


def at(day: int, hour: int = 12, month: int = 11) -> datetime:
    return datetime(2026, month, day, hour, 0, tzinfo=CHINA)


def test_what_a_week_brought(cli: Cli) -> None:
    cli.now = at(23)
    cli.ok("log", "zj-task-9", "--percent", "90", "--note", "已开工", "--unit", "省交通运输厅")
    cli.ok("extend", "zj-task-9", "--to", "2027-06-30", "--reason", "前期手续", "--approved-by", "省政府", "--late")
    cli.ok("complete", "zj-policy-1", "--unit", "省生态环境厅")
    cli.ok("return", "zj-policy-1", "--reason", "缺佐证材料", "--by", "李四")
    rows = {row["what"]: row for row in changed(cli, "--week", "2026-W48")}
    assert next(iter(rows)) == "light"
    assert rows["reported"] == {
        "id": "zj-task-9", "what": "reported", "before": None, "after": 90, "date": "2026-11-23", "unit": "省交通运输厅",
        "by": "张三", "reason": "已开工",
    }  # fmt: skip
    assert (rows["extended"]["before"], rows["extended"]["after"]) == ("2025-12-31", "2027-06-30")
    assert (rows["extended"]["reason"], rows["extended"]["unit"]) == ("前期手续", None)
    assert (rows["completed"]["before"], rows["completed"]["after"]) == ("not_started", "completed")
    assert (rows["returned"]["after"], rows["returned"]["reason"], rows["returned"]["by"]) == (
        "in_progress",
        "缺佐证材料",
        "李四",
    )


def test_an_entry_stands_in_one_stretch_whatever_day_it_is_dated(cli: Cli) -> None:
    cli.now = at(24)
    cli.ok("log", "zj-task-9", "--percent", "40", "--date", "2026-11-21")
    assert not [row for row in changed(cli, "--week", "2026-W47") if row["what"] == "reported"]
    (row,) = (row for row in changed(cli, "--week", "2026-W48") if row["what"] == "reported")
    assert row["date"] == "2026-11-21"


def test_an_entry_taken_back_later_is_told_when_it_is_taken_back(cli: Cli) -> None:
    cli.now = at(22)
    cli.ok("log", "zj-task-9", "--percent", "40")
    cli.now = at(25)
    before = changed(cli, "--week", "2026-W47")
    cli.ok("undo", "--yes")
    assert changed(cli, "--week", "2026-W47") == before
    (row,) = (row for row in changed(cli, "--week", "2026-W48") if row["id"] == "zj-task-9" and row["what"] != "light")
    assert (row["what"], row["before"], row["after"]) == ("undone", 40, None)


def test_entered_and_taken_back_in_one_stretch_is_nothing(cli: Cli) -> None:
    cli.now = at(23)
    cli.ok("log", "zj-task-9", "--percent", "40")
    cli.ok("undo", "--yes")
    assert changed(cli, "--week", "2026-W48") == []


def test_rows_that_came_in_stand_apart(cli: Cli) -> None:
    cli.now = at(24)
    cli.ok("item", "add", "zj", "task", "--text", "新任务", "--lead", "省科技厅", "--due", "2026-01-31")
    added = changed(cli, "--week", "2026-W48")
    assert [(row["what"], row["after"]) for row in added] == [("added", "red")]
    shown = cli.ok("changes", "--week", "2026-W48")
    assert "（±0）" in shown.splitlines()[0]
    assert "+1" not in shown.splitlines()[0]


def test_before_the_ledger_there_is_nothing_to_compare_with(cli: Cli) -> None:
    cli.ok("log", "zj-task-9", "--percent", "40")
    assert [row["what"] for row in changed(cli, "--month", "2026-11")] == ["reported"]
    assert "期初尚无台账，亮灯无从比较" in cli.ok("changes", "--month", "2026-11")


def test_a_stretch_ends_with_what_was_known_then(cli: Cli, sample: Path) -> None:
    shown = changed(cli, "--week", "2026-W46", "--db", sample)
    cli.now = NOON + timedelta(days=30)
    assert changed(cli, "--week", "2026-W46", "--db", sample) == shown


WEEKS = ("2026-W44", "2026-W45", "2026-W46", "2026-W47")


def test_every_entry_is_in_exactly_one_of_the_weeks_and_in_the_whole(cli: Cli, sample: Path) -> None:
    def entries(*words: object) -> Counter[str]:
        rows = changed(cli, "--db", sample, *words)
        return Counter(json.dumps(row) for row in rows if row["what"] in ENTRIES)

    apart: Counter[str] = Counter()
    for week in WEEKS:
        apart.update(entries("--week", week))
    assert apart == entries("--from", "2026-10-26", "--to", "2026-11-22")


@pytest.mark.parametrize("scope", [(), ("--plan", "zj"), ("--unit", "zj:省生态环境厅"), ("--kind", "task")])
def test_the_figures_are_those_of_a_listing_of_the_same_moments(cli: Cli, sample: Path, scope: tuple[str, ...]) -> None:
    def lights(day: str) -> dict[str, str]:
        found = json.loads(
            cli.ok("list", "--json", "--limit", "0", "--db", sample, "--as-of", day, "--known-at", day, *scope)
        )
        return {row["id"]: row["light"] for row in found}

    before, after = lights("2026-11-08"), lights("2026-11-15")
    rows = changed(cli, "--week", "2026-W46", "--db", sample, *scope)
    told = {row["id"]: (row["before"], row["after"]) for row in rows if row["what"] == "light"}
    assert told == {code: (before[code], after[code]) for code in after if before.get(code, after[code]) != after[code]}
    first = cli.ok("changes", "--week", "2026-W46", "--db", sample, *scope).splitlines()[1]
    then, now = Counter(before.values()), Counter(after.values())
    for light, word in LIGHTS.items():
        sign = "±" if then[light] == now[light] else ""
        assert f"{word} {now[light]}（{sign}{now[light] - then[light] or 0:{'+' if not sign else ''}d}）" in first


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (("--week", "2026-W50"), 1, "尚未开始"),
        (("--week", "2026-W47", "--month", "2026-11"), 2, "不能同用"),
        (("--since", "2026-11-01", "--week", "2026-W47"), 2, "不能同用"),
        (("--from", "2026-11-01"), 2, "--from 和 --to 要同时写明"),
        (("--from", "2026-11-02", "--to", "2026-11-01"), 2, "请调换"),
        (("--quarter", "2026-Q5"), 2, "无法识别"),
        (("--half", "2026"), 2, "不是一整个时段；请写成 2026-H2 的形式"),
        (("--week", "2026-11"), 2, "请写成 2026-W47 的形式"),
    ],
)
def test_what_it_refuses(cli: Cli, words: tuple[str, ...], code: int, said: str) -> None:
    told = cli("changes", *words)
    assert (told.code, told.out) == (code, "")
    assert said in told.err
    assert told.err.count("\n") == 1


@pytest.mark.parametrize(
    ("words", "days"),
    [
        (("--month", "2026年10月"), "2026-10-01 至 2026-10-31"),
        (("--quarter", "2026年第三季度"), "2026-07-01 至 2026-09-30"),
        (("--half", "2026年上半年"), "2026-01-01 至 2026-06-30"),
        (("--year", "去年"), "2025-01-01 至 2025-12-31"),
        (("--month", "本月"), "2026-11-01 至 2026-11-21"),
        (("--week", "上周"), "2026-11-09 至 2026-11-15"),
        (("--since", "2026-11-19"), "2026-11-19 至 2026-11-21"),
        (("--since", "2026-11"), "2026-11-01 至 2026-11-21"),
    ],
)
def test_the_days_that_are_meant(cli: Cli, words: tuple[str, ...], days: str) -> None:
    assert f"，{days}，" in cli.ok("changes", *words)


def test_a_report_after_the_grace_is_counted_as_made_good(cli: Cli) -> None:
    cli.now = at(15, month=9)
    cli.ok("log", "zj-task-6", "--percent", "20")
    cli.ok("log", "zj-task-12", "--percent", "20")
    cli.now = at(30, month=10)
    cli.ok("log", "zj-task-12", "--same")  # within the grace of October
    cli.now = at(5)
    cli.ok("log", "zj-task-6", "--percent", "30", "--note", "已开工")
    cli.ok("log", "zj-task-12", "--percent", "30")
    told = {row["id"]: row["reason"] for row in changed(cli, "--month", "2026-11") if row["what"] == "reported"}
    assert told == {"zj-task-6": "补报2026年10月期；已开工", "zj-task-12": None}
    cli.ok("export", "report", "--month", "2026-11", "--draft", "-o", cli.folder / "report.xlsx")
    rows = CalamineWorkbook.from_path(str(cli.folder / "report.xlsx")).get_sheet_by_index(0).to_python()
    assert any("本月有2项填报了进展（其中补报上一填报期1项）" in str(cell) for row in rows for cell in row)
