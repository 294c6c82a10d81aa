"""`export form` notes what it made: from then on a plan owes reports; undone, or without the right to write, it does not."""

import json
import os
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import Cli
from tests.forms.workbooks import export_form

pytestmark = pytest.mark.anywhere

LATER = "2027-03-10"


def unreported(cli: Cli, *more: str) -> set[str]:
    rows = json.loads(cli.ok("list", "--unreported", "--as-of", LATER, "--json", "--limit", "0", *more))
    return {row["plan"] for row in rows}


def noted(cli: Cli) -> list[dict[str, Any]]:
    return [row for row in json.loads(cli.ok("history", "--json")) if row["field"] == "form"]


def test_a_plan_owes_from_the_first_period_after_its_form(cli: Cli) -> None:
    assert unreported(cli) == set()
    told = cli("export", "form", "--unit", "zj:省建设厅", "-o", cli.folder / "f.xlsx", "--by", "王五")
    assert told.err.endswith("已启用填报期：zj（2026-11-26 起），此后逾期不报的记为未填报\n")
    assert [(row["change"], row["by"], row["command"], row["after"]) for row in noted(cli)] == [
        (2, "王五", "export form", "zj:省建设厅（zj，2026年11月期）")
    ]
    assert unreported(cli) == unreported(cli, "--known-at", "2099-01-01") == {"zj"}
    assert unreported(cli, "--known-at", "2026-11-20") == set()
    assert json.loads(cli.ok("list", "--unreported", "--as-of", "2026-12-20", "--json")) == []
    assert cli("doctor").code == 0


def test_undo_takes_the_note_back_and_undoing_that_puts_it_back(cli: Cli) -> None:
    export_form(cli, "zj:省建设厅")
    assert "将撤回：发出填报表的记录：zj:省建设厅" in cli("undo", "--yes").err
    assert unreported(cli) == set()
    cli.ok("undo", "3", "--yes")
    assert unreported(cli) == {"zj"}
    assert cli("doctor").code == 0


def test_all_forms_of_one_command_are_one_change(cli: Cli) -> None:
    made = json.loads(cli.ok("export", "form", "--all", "--plan", "zj,js", "-o", f"{cli.folder}/表/", "--json"))
    assert {row["change"] for row in made} == {row["change"] for row in noted(cli)} == {2}
    assert len(noted(cli)) == len(made) > 28
    assert unreported(cli) == {"zj", "js"}


def test_the_same_form_has_the_same_bytes_and_verifies(cli: Cli) -> None:
    first, second = (export_form(cli, name=name).path for name in ("一.xlsx", "二.xlsx"))
    assert first.read_bytes() == second.read_bytes()
    assert len(noted(cli)) == 2
    for path in (first, second):
        assert "此后台账没有新的改动\n各单元格与导出时一致" in cli.ok("verify", path)


def test_what_shows_lights_verifies_across_the_first_form(cli: Cli) -> None:
    """The first form has a plan owe reports, which moves lights: what was exported after it is made again with it."""
    asked = ("export", "annex", "--plan", "zj", "--progress", "--as-of", LATER)
    cli.ok(*asked, "-o", cli.folder / "前.xlsx")
    export_form(cli)
    cli.ok(*asked, "-o", cli.folder / "后.xlsx")
    for name in ("前.xlsx", "后.xlsx"):
        assert "各单元格与导出时一致" in cli.ok("verify", cli.folder / name)


def test_a_later_form_revises_no_report(cli: Cli) -> None:
    export_form(cli)
    cli.ok("export", "weekly", "-o", cli.folder / "周报.xlsx")
    export_form(cli)
    assert "内容没有变化" in cli("export", "weekly", "-o", cli.folder / "周报.xlsx", "--force").err


@pytest.mark.parametrize("words", [("--dry-run",), ("--known-at", "2099-01-01")])
def test_what_is_only_shown_is_not_noted(cli: Cli, words: tuple[str, ...]) -> None:
    path = cli.folder / "f.xlsx"
    result = cli("export", "form", "--unit", "省建设厅", "-o", path, *words)
    assert result.code == 0
    assert path.exists() == (words != ("--dry-run",))
    assert noted(cli) == []


def test_of_a_file_that_cannot_be_written_nothing_is_said(cli: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    access = os.access
    monkeypatch.setattr(
        "os.access", lambda at, mode: access(at, mode) and (mode != os.W_OK or "sqlite3" not in str(at))
    )
    path = cli.folder / "f.xlsx"
    result = cli("export", "form", "--unit", "zj:省建设厅", "-o", path)
    assert (result.code, result.err) == (0, f"已写入 {path}（zj:省建设厅，38 行）\n")
    assert noted(cli) == []


def test_a_form_that_could_not_be_written_is_not_noted(cli: Cli) -> None:
    (cli.folder / "f.xlsx").write_bytes(b"mine")
    assert cli("export", "form", "--unit", "省建设厅", "-o", cli.folder / "f.xlsx").code == 1
    assert noted(cli) == []


def test_forms_in_mails_are_noted_with_the_reminders(cli: Cli, tmp_path: Path) -> None:
    cli.ok("export", "reminders", "-o", tmp_path / "催办", "--eml", "--unit", "zj:省科技厅")
    assert [(row["change"], row["after"]) for row in noted(cli)] == [(2, "zj:省科技厅（zj，2026年11月期）")]
    assert unreported(cli) == {"zj"}
