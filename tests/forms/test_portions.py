"""A long file is taken in portion by portion; what becomes of it does not depend on where it is cut."""

import json
import shutil
import sqlite3
from contextlib import closing
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.conftest import Cli
from tests.store.ledgers import findings
from tracker.actions.imports import item_groups, report_import

pytestmark = pytest.mark.anywhere

IDS = (
    "zj-task-12",
    "zj-task-17",
    "zj-task-6",
    "zj-target-20.1",
    "zj-target-12.1",
    "zj-target-33.1",
    "zj-task-99",
    "nx-target-2.1",
)
DAYS = ("2026-11-02", "2026-11-09")
rows = st.lists(
    st.builds(
        lambda name, figure, note, day, rest: (name, figure, note, day, *rest),
        st.sampled_from(IDS), st.integers(0, 130), st.sampled_from(("甲", "乙")), st.sampled_from(DAYS),
        st.sampled_from(((), ("张三",), ("李四",), ("张三", "已办结"), ("李四", "进行中"))),
    ),
    min_size=1, max_size=9,
)  # fmt: skip


def table(found: list[tuple[Any, ...]]) -> str:
    """Write a CSV: values for indicators, shares for tasks; who reports, and a state, where they are given."""
    lines = ["编号,完成率,现值,本期进展,更新时间,填报人,状态"]
    for name, figure, note, day, *rest in found:
        figures = f",{figure}" if "." in name else f"{figure},"
        lines.append(",".join((name, figures, note, day, *rest)))
    return "\n".join(lines)


def taken(cli: Cli, text: str, *, portion: int) -> tuple[int, Any, list[str]]:
    """Import a table into a fresh ledger, cut so; return exit code, answer, and what was said of it."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(item_groups, "ITEMS", portion)
        patch.setattr(item_groups, "HELD", portion)
        patch.setattr(item_groups, "ROWS", portion + 1)
        (cli.folder / "many.csv").write_text(text, encoding="utf-8")
        result = cli("import", cli.folder / "many.csv", "--yes", "--json", "--skip-errors")
    return result.code, json.loads(result.out), [line for line in result.err.splitlines() if "备份" not in line]


def in_force(cli: Cli) -> list[tuple[Any, ...]]:
    """Return the report in force on each item, with who made it."""
    with closing(sqlite3.connect(cli.db)) as ledger:
        return ledger.execute(
            "SELECT item.code, n, date, r.percent, value, r.note, change.by FROM item JOIN report r ON r.id = last_report_id"
            " JOIN change ON change.id = r.change_id ORDER BY item.id"
        ).fetchall()


@given(rows)
@settings(max_examples=12, deadline=None)
def test_where_a_file_is_cut_does_not_matter(cli: Cli, found: list[tuple[Any, ...]]) -> None:
    fresh = cli.folder / "fresh.sqlite3"
    if not fresh.exists():
        shutil.copy(cli.db, fresh)
    told = []
    for portion in (1, 2, 100):
        shutil.copy(fresh, cli.db)
        told.append((*taken(cli, table(found), portion=portion), cli("list", "--json").out, in_force(cli)))
        assert findings(cli.db) == []
    assert told[0] == told[1] == told[2]


def test_the_first_reporter_of_a_file_brings_the_plan_into_use_for_the_others_too(cli: Cli) -> None:
    told = [("zj-target-20.1", 30, "甲", "2026-11-09", "李四"), ("zj-task-12", 60, "甲", "2026-11-09")]
    assert taken(cli, table(told), portion=100)[1]["new"] == 2
    assert findings(cli.db) == []


def test_a_row_that_comes_twice_is_found_across_portions(cli: Cli) -> None:
    row = ("zj-task-12", 10, "甲", "2026-11-02")
    code, answer, _ = taken(cli, table([row, ("zj-task-17", 10, "甲", "2026-11-02"), row]), portion=1)
    assert (code, answer["new"]) == (1, 2)
    assert [error["message"] for error in answer["errors"]] == [
        "编号 zj-task-12 重复（另见 many.csv A2）；同一单位同一日期只留一行"
    ]


def test_many_rows_are_counted_and_the_first_listed(cli: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(report_import, "LISTED", 2)
    days = [("zj-task-12", n, "甲", f"2026-11-{n:02}") for n in range(2, 8)]
    (cli.folder / "many.csv").write_text(table(days), encoding="utf-8")
    said = cli.ok("import", cli.folder / "many.csv", "--dry-run")
    assert said.count("zj-task-12") == 2
    assert "另有 4 行未列出" in said


def test_of_many_remarks_the_first_are_said(cli: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    cli.ok("log", "zj-task-12", "--percent", "50", "--date", "2026-11-20")
    monkeypatch.setattr(report_import, "WARNED", 4)
    days = [("zj-task-12", n, f"第 {n} 天", f"2026-11-{n:02}") for n in range(2, 8)]
    (cli.folder / "many.csv").write_text(table(days), encoding="utf-8")
    said = [line.split("：")[1:] for line in cli("import", cli.folder / "many.csv", "--dry-run").err.splitlines()]
    assert [place[0] for place in said] == [
        *["many.csv A2"] * 2, *["many.csv A3"] * 2, "另有 8 处类似情况未列出；分批导入可逐处查看",
    ]  # fmt: skip


def test_a_row_that_leads_over_several_links_changes_nothing_twice(cli: Cli) -> None:
    cli.ok("link", "zj-target-3.1", "--same-as", "zj-target-20.1", "--date", "2026-11-01")
    (cli.folder / "chain.csv").write_text("编号,现值,更新时间\nzj-target-33.1,12,2026-11-20\n", encoding="utf-8")
    told = [json.loads(cli.ok("import", cli.folder / "chain.csv", "--yes", "--json")) for _ in range(2)]
    assert [(each["new"], each["same"]) for each in told] == [(1, 0), (0, 1)]


def test_rows_of_two_files_of_one_name_stay_apart(cli: Cli) -> None:
    for folder, name in (("one", "zj-task-12"), ("two", "zj-task-17")):
        (cli.folder / folder).mkdir()
        rows = [(name, n, folder, f"2026-11-{n:02}") for n in (2, 3)]
        (cli.folder / folder / "x.csv").write_text(table(rows), encoding="utf-8")
    said = cli.ok("import", cli.folder / "two" / "x.csv", cli.folder / "one" / "x.csv", "--dry-run")
    assert [line.split()[1] for line in said.splitlines() if "zj-task" in line] == ["zj-task-17"] * 2 + [
        "zj-task-12"
    ] * 2
