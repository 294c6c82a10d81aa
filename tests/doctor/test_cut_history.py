"""History that was cut or set back: what is kept, and every file that left the ledger, are witnesses of what is missing."""

import json
import shutil

import pytest

from tests.conftest import Cli
from tests.doctor.intruder import tamper
from tests.forms.workbooks import export_form

CUT = (
    "DELETE FROM report WHERE change_id = (SELECT max(id) FROM change)",
    "DELETE FROM event WHERE change_id = (SELECT max(id) FROM change)",
    "DELETE FROM change WHERE id = (SELECT max(id) FROM change)",
    "UPDATE ledger SET value = (SELECT id || ' ' || hash FROM change ORDER BY id DESC LIMIT 1) WHERE name = 'head'",
)
"""The last change taken out, and the head set by hand."""


@pytest.mark.parametrize(
    "command",
    [
        "log zj-target-20.1 --value 73",
        "log zj-task-3 --note 注",
        "complete zj-task-6",
        "extend zj-target-17 --to 2027-12-31 --reason 受灾 --approved-by 厅长 --late",
        "forecast zj-task-2 at_risk --reason 资金",
        "item edit zj-task-3 --text 更正",
    ],
)
def test_kept_state_that_knows_more_than_history_is_not_rebuilt(cli: Cli, command: str) -> None:
    cli.ok("log", "zj-target-20.1", "--value", "72")
    cli.ok("log", "zj-task-6", "--percent", "90")
    cli.ok(*command.split())
    tamper(cli.db, *CUT)
    before = cli.db.read_bytes()
    result = cli("doctor", "--repair", "--json")
    answer = json.loads(result.out)
    assert (result.code, answer["repaired"]) == (1, False)
    assert "history" in {each["area"] for each in answer["findings"]}
    assert "现状知道的比历史多" in result.err
    assert cli.db.read_bytes() == before
    # Who can prove from outside that this is the last change has it rebuilt.
    assert "已按历史重建现状" in cli.ok("doctor", "--repair", "--expect", answer["head"])


def test_a_file_that_knows_a_later_change_than_the_ledger_is_told(cli: Cli) -> None:
    """Forms, listings, weeklies, annexes, schedules, forms and listings of the index alike."""
    table = cli.folder / "table.csv"
    table.write_text("城市,年份,指标,数值,状态\n杭州市,2025,1,5,实测\n", encoding="utf-8")
    shutil.copy(cli.db, cli.folder / "older.sqlite3")
    cli.ok("log", "zj-task-6", "--percent", "5")
    cli.ok("index", "import", table, "--yes")
    form = export_form(cli).fill("zj-task-12", 完成率=45).save()
    listing = cli.folder / "list.csv"
    cli.ok("list", "--plan", "zj", "--csv", "-o", listing)
    weekly = cli.folder / "weekly.xlsx"
    cli.ok("export", "weekly", "-o", weekly)
    annex, schedule, index = (cli.folder / f"{name}.xlsx" for name in ("annex", "schedule", "index"))
    cli.ok("export", "annex", "--plan", "zj", "--progress", "-o", annex)
    cli.ok("export", "schedule", "--plan", "zj", "-o", schedule)
    cli.ok("index", "form", "--year", "2025", "-o", index)
    figures = cli.folder / "figures.csv"
    cli.ok("index", "list", "-o", figures)
    taken: list[tuple[object, ...]] = [("import", path) for path in (form, listing, weekly, annex, schedule)]
    taken += [("index", "import", index), ("index", "import", figures)]
    for words in taken:
        assert "曾回退" not in cli(*words, "--yes", "--dry-run").err
    shutil.copy(cli.folder / "older.sqlite3", cli.db)
    for words in taken:
        told = cli(*words, "--yes", "--dry-run").err
        assert told.count("曾回退") == 1
        assert "导出时台账已有第 3 号改动" in told
    cli.ok("log", "zj-task-6", "--percent", "6")
    cli.ok("log", "zj-task-6", "--percent", "7")
    assert "这一号改动已是另一内容" in cli("import", form, "--yes", "--dry-run").err


@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE ledger SET value = '1' WHERE name = 'demo'",
        "UPDATE ledger SET value = 'x' WHERE name = 'id'",
    ],
)
def test_what_a_ledger_is_was_sealed_when_it_was_made(cli: Cli, sql: str) -> None:
    tamper(cli.db, sql)
    (finding,) = json.loads(cli("doctor", "--json").out)["findings"]
    assert finding["area"] == "chain"
    assert "与建账或升级时的登记不符" in finding["what"]
