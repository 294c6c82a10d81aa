"""A weekly or an annex is held against what it showed when it was made, whatever the ledger was told since."""

import json
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.conftest import NOON, Cli
from tests.forms.test_import_tables import annex, counts, rows_of, weekly
from tests.forms.workbooks import opened, through_libreoffice

pytestmark = pytest.mark.anywhere

WEEKLY, ANNEX = "进展台账", "任务清单"
TOLD: tuple[tuple[str, ...], ...] = (
    ("log", "zj-task-12", "--percent", "60", "--note", "甲", "--date", "2026-11-16"),
    ("log", "zj-task-17", "--unit", "省生态环境厅", "--percent", "30", "--note", "现值：另行报送"),
    ("log", "zj-target-3", "--unit", "省发展改革委（省能源局）", "--note", "说明\n现值：3"),
    ("log", "zj-target-20.1", "--value", "78.5", "--note", "乙\n现值：见附件"),
    ("complete", "zj-task-21", "--unit", "省建设厅"),
)
SINCE: tuple[tuple[str, ...], ...] = (
    ("log", "zj-task-12", "--percent", "70", "--note", "更正", "--date", "2026-11-16"),
    ("log", "zj-task-12", "--percent", "65"),
    ("log", "zj-target-20.1", "--value", "79"),
    ("log", "zj-target-20.2", "--value", "97", "--problem", "管网老化"),
    ("complete", "zj-task-17", "--unit", "省生态环境厅"),
    ("complete", "zj-task-12"),
    ("return", "zj-task-21", "--reason", "材料不全", "--by", "核查人"),
    ("extend", "zj-task-12", "--to", "2027-06-30", "--reason", "工程延期", "--approved-by", "省领导"),
    ("item", "retire", "zj-task-17", "--reason", "并入", "--yes"),
    ("unit", "rename", "zj:省建设厅", "省住房城乡建设厅"),
    ("undo", "--yes"),
    ("undo", "2", "--yes"),
)


def later(cli: Cli, told: tuple[tuple[str, ...], ...] | list[tuple[str, ...]]) -> None:
    """Tell the ledger things one after the other, at moments of their own; some are refused after others."""
    for words in told:
        cli.now += timedelta(minutes=1)
        cli(*words)
    cli.now += timedelta(minutes=1)


def exports(cli: Cli) -> Iterator[Path]:
    yield weekly(cli)
    path = cli.folder / "annex.xlsx"
    cli.ok("export", "annex", "--plan", "zj", "--progress", "-o", path, "--force")
    yield path


@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(told=st.lists(st.sampled_from(TOLD), unique=True), since=st.lists(st.sampled_from(SINCE), unique=True))
def test_an_untouched_export_reports_nothing_whatever_was_told_since(
    cli: Cli, seeded: Path, told: list[tuple[str, ...]], since: list[tuple[str, ...]]
) -> None:
    cli.db.write_bytes(seeded.read_bytes())
    cli.now = NOON
    later(cli, told)
    made = list(exports(cli))
    later(cli, since)
    for path in made:
        assert counts(cli.ok("import", path, "--yes", "--json"))[:2] == (0, 0)


@pytest.mark.parametrize(("sheet", "column", "filled"), [(WEEKLY, "完成率", 50), (ANNEX, "完成率", 50)])
def test_a_figure_filled_in_counts_and_the_one_since_is_said(cli: Cli, sheet: str, column: str, filled: int) -> None:
    later(cli, TOLD)
    path = weekly(cli) if sheet == WEEKLY else annex(cli)
    later(cli, [SINCE[0]])
    fill(path, sheet, "zj-task-12", column, filled)
    result = cli("import", path, "--yes")
    assert "zj-task-12 的完成率在导出表格后台账已有变动：导出时 60，台账现为 70，表中填 50" in result.err
    shown = json.loads(cli.ok("show", "zj-task-12", "--json"))
    assert (shown["percent"], shown["last_report"]["date"]) == (50, cli.now.date().isoformat())
    cli.now += timedelta(days=3)
    assert counts(cli.ok("import", path, "--yes", "--json"))[:2] == (0, 0)


def test_words_that_look_like_values_are_the_notes_own(cli: Cli) -> None:
    later(cli, TOLD)
    path = annex(cli)
    fill(path, "目标清单", "zj-target-20", "当前进展", "丙\n现值：见附件")
    cli.ok("import", path, "--yes")
    assert json.loads(cli.ok("show", "zj-target-20", "--json"))["last_report"]["note"] == "丙\n现值：见附件"


def test_a_workbook_of_a_course_that_a_backup_ended_is_a_table_like_any_other(cli: Cli) -> None:
    backup = cli.db.read_bytes()
    later(cli, TOLD[:1])
    path = annex(cli)
    cli.db.write_bytes(backup)
    later(cli, [("log", "zj-task-18", "--percent", "20")])
    assert counts(cli.ok("import", path, "--yes", "--json"))[:2] == (1, 0)


def test_the_stamp_goes_through_libreoffice(cli: Cli) -> None:
    later(cli, TOLD)
    made = [through_libreoffice(path) for path in exports(cli)]
    later(cli, SINCE[:4])
    for path in made:
        assert counts(cli.ok("import", path, "--yes", "--json"))[:2] == (0, 0)


def fill(path: Path, sheet: str, id_: str, column: str, value: int | str) -> None:
    book = opened(path)
    table = book[sheet]
    columns, header = rows_of(table, 3 if sheet == WEEKLY else 5)
    key, wanted = ("编号", id_) if sheet == WEEKLY else ("序号", int(id_.rpartition("-")[2]))
    row = next(row for row in range(header + 1, 500) if table.cell(row, columns[key]).value == wanted)
    table.cell(row, columns[column]).value = value
    book.save(path)
