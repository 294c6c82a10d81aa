"""A listing that comes back: what it showed is silent, what somebody changed is taken, newer reports are not taken back."""

import csv
import io
import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import Cli

LISTINGS = {
    "list": ("list", "--plan", "zj"),
    "indicators": ("list", "--plan", "zj", "--indicators"),
    "overdue": ("overdue", "--plan", "zj"),
    "todo": ("todo", "--unit", "zj:省生态环境厅"),
}


def read(path: Path) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(path.read_text(encoding="utf-8-sig"))))


def save(path: Path, rows: list[dict[str, str]]) -> None:
    """Write a listing as a spreadsheet program does: all columns, a mark, Windows' ends of lines."""
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)


def taken(cli: Cli, path: Path) -> dict[str, Any]:
    result = cli("import", path, "--yes", "--json")
    assert result.code == 0, result.err
    answer: dict[str, Any] = json.loads(result.out)
    return {**answer, "said": result.err}


def state(cli: Cli, item: str) -> tuple[str, float | None]:
    (row,) = [json.loads(cli.ok("show", item, "--json"))]
    return row["state"], row["percent"]


@pytest.fixture
def told(cli: Cli) -> Cli:
    cli.ok("log", "zj-task-6", "--percent", "5", "--state", "in_progress", "--note", "开工")
    cli.ok("log", "zj-task-9", "--state", "not_started", "--note", "未动")
    return cli


@pytest.mark.parametrize("name", LISTINGS)
def test_an_older_listing_takes_nothing_back(told: Cli, name: str) -> None:
    path = told.folder / "list.csv"
    told.ok(*LISTINGS[name], "--csv", "-o", path)
    rows = read(path)
    assert all(list(row)[-1] == "stamp" and row["stamp"].startswith("tracker:") for row in rows)
    told.now += timedelta(hours=1)
    told.ok("log", "zj-task-6", "--percent", "50")
    told.ok("log", "zj-task-9", "--percent", "20")
    told.ok("log", "zj-target-20.1", "--value", "44")
    told.now += timedelta(days=1)
    column = "actual" if name == "indicators" else "state"
    changed = next(row for row in rows if row["id"] in ("zj-task-7", "zj-target-3.1") or name in ("overdue", "todo"))
    if name in ("overdue", "todo"):
        changed = next(
            row for row in rows if row["id"].startswith("zj-task") and row["id"] not in ("zj-task-6", "zj-task-9")
        )
    changed[column] = "7" if column == "actual" else "in_progress"
    save(path, rows)
    answer = taken(told, path)
    assert (answer["new"], answer["changed"], answer["errors"]) == (1, 0, [])
    assert state(told, "zj-task-6") == ("in_progress", 50)
    assert state(told, "zj-task-9") == ("in_progress", 20)
    assert taken(told, path)["new"] == 0


def test_the_stamp_says_ledger_day_change_and_hash(told: Cli) -> None:
    path = told.folder / "list.csv"
    told.ok("list", "--csv", "-o", path)
    (stamp,) = {row["stamp"] for row in read(path)}
    ours, ledger, day, change, digest = stamp.split(":")
    head = json.loads(told.ok("doctor", "--json"))
    assert (ours, day, int(change)) == ("tracker", "2026-11-21", head["changes"])
    assert head["head"].startswith(digest)
    assert len(ledger) == 36
    assert "stamp" not in told.ok("list", "--csv").splitlines()[0]
    told.ok("list", "--csv", "--fields", "id,state", "-o", told.folder / "two.csv")
    assert (told.folder / "two.csv").read_text(encoding="utf-8-sig").startswith("id,state\n")


def test_a_listing_without_its_stamp_is_taken_where_nothing_newer_stands(told: Cli) -> None:
    path = told.folder / "list.csv"
    path.write_text(told.ok("list", "--plan", "zj", "--csv"), encoding="utf-8")
    rows = read(path)
    told.ok("log", "zj-task-6", "--percent", "50")
    told.now += timedelta(days=1)
    told.ok("log", "zj-task-8", "--percent", "30")
    for row in rows:
        if row["id"] in ("zj-task-7", "zj-task-8", "zj-task-9"):
            row["state"] = "in_progress"
            row["percent"] = "9"
    save(path, rows)
    answer = taken(told, path)
    assert (answer["new"], answer["changed"]) == (1, 1)
    assert [state(told, f"zj-task-{number}") for number in (6, 7, 8, 9)] == [
        ("in_progress", 50), ("in_progress", 9), ("in_progress", 30), ("in_progress", 9),
    ]  # fmt: skip
    for item in ("zj-task-6", "zj-task-8"):
        assert f"{item}：台账在 2026-11-2" in answer["said"]


def test_rows_of_two_listings_in_one_table_are_refused(told: Cli) -> None:
    first, second = told.folder / "a.csv", told.folder / "b.csv"
    told.ok("list", "--plan", "zj", "--csv", "-o", first)
    told.ok("log", "zj-task-6", "--percent", "50")
    told.ok("list", "--plan", "zj", "--csv", "-o", second)
    save(first, [*read(first)[:5], *read(second)[5:]])
    result = told("import", first, "--yes")
    assert result.code == 1
    assert "不同时间导出的清单" in result.err


def test_a_table_without_computed_columns_is_a_report(told: Cli) -> None:
    path = told.folder / "mine.csv"
    path.write_text("编号,状态,完成率\nzj-task-6,进行中,8\n", encoding="utf-8")
    assert taken(told, path)["changed"] == 1
    assert state(told, "zj-task-6") == ("in_progress", 8)


@pytest.mark.parametrize(
    "words", [("--state", "not_started", "--percent", "10"), ("--state", "completed", "--percent", "40")]
)
def test_state_and_percent_cannot_contradict_each_other(told: Cli, words: tuple[str, ...]) -> None:
    for item in ("zj-task-7", "zj-task-6"):
        result = told("log", item, *words)
        assert (result.code, result.out) == (1, "")
        assert "矛盾" in result.err


def test_nor_against_what_is_in_force(told: Cli) -> None:
    assert "现有完成率 5% 矛盾" in told("log", "zj-task-6", "--state", "not_started").err
    told.ok("log", "zj-task-6", "--state", "not_started", "--percent", "0")
    assert state(told, "zj-task-6") == ("not_started", 0)
    # A late report must not make a contradiction of what was said after it.
    assert "矛盾" in told("log", "zj-task-9", "--percent", "10", "--date", "2026-11-01").err
    path = told.folder / "mine.csv"
    told.ok("log", "zj-task-7", "--percent", "20")
    path.write_text("编号,状态,完成率\nzj-task-7,未启动,20\n", encoding="utf-8")
    result = told("import", path, "--yes")
    assert result.code == 1
    assert "矛盾" in result.err
    # Of a row that nobody has begun with, the share alone says that work is going on.
    path.write_text("编号,状态,完成率\nzj-task-12,未启动,10\n", encoding="utf-8")
    told.ok("import", path, "--yes")
    assert state(told, "zj-task-12") == ("in_progress", 10)
