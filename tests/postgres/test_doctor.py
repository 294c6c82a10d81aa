"""The doctor on a server: the same proof of history, and the guards of the server."""

import json
from typing import Any

import pytest

from tests.conftest import Cli
from tests.server import Server


@pytest.fixture
def used(ledger: Server, cli: Cli) -> Cli:
    """The command line on a ledger on the server, with a little history."""
    cli.environ["TRACKER_DB"] = ledger.owner
    cli.ok("log", "zj-target-17", "--value", "300")
    cli.ok("log", "zj-task-1", "zj-task-2", "--percent", "40", "--note", "一期")
    cli.ok("unit", "alias", "zj:省生态环境厅", "浙江环保")
    cli.ok("undo", "2", "--yes")
    return cli


def examined(cli: Cli) -> list[dict[str, Any]]:
    result = cli("doctor", "--json")
    answer = json.loads(result.out)
    assert result.code == (1 if answer["findings"] else 0)
    return list(answer["findings"])


def test_a_sound_ledger_passes(used: Cli) -> None:
    assert examined(used) == []


@pytest.mark.parametrize(
    ("sql", "area", "words"),
    [
        ("UPDATE report SET percent = '90' WHERE change_id = 3", "chain", "第 3 号改动"),
        ("DELETE FROM report WHERE change_id = 3", "chain", "第 3 号改动"),
        ("UPDATE indicator SET value = '10' WHERE name = '低碳生态农场'", "facts", "zj-target-17.1 的 value"),
        ("UPDATE unit SET name = '某厅' WHERE id = 5", "registry", "名录"),
        ("UPDATE item SET state = 'completed' WHERE code = 'zj-task-3'", "state", "zj-task-3 的 state"),
    ],
)
def test_somebody_with_psql_is_found_out(used: Cli, ledger: Server, sql: str, area: str, words: str) -> None:
    tables = ("change", "report", "event")
    ledger.sql(None, *[f"ALTER TABLE {table} DISABLE TRIGGER USER" for table in tables], sql)
    ledger.sql(None, *[f"ALTER TABLE {table} ENABLE TRIGGER USER" for table in tables])
    found = examined(used)
    assert area in {each["area"] for each in found}
    assert "schema" not in {each["area"] for each in found}
    assert words in "\n".join(each["where"] for each in found)


def test_guards_that_are_switched_off_are_missed(used: Cli, ledger: Server) -> None:
    ledger.sql(None, "ALTER TABLE report DISABLE TRIGGER report_append_only")
    assert {(each["area"], each["where"]) for each in examined(used)} == {
        ("schema", "触发器 report_append_only"),
        ("rights", "触发器 report.report_append_only"),
    }


def test_repair_rebuilds_what_is_derived(used: Cli, ledger: Server) -> None:
    ledger.sql(None, "UPDATE item SET state = 'completed'", "DELETE FROM indicator_source")
    assert {each["area"] for each in examined(used)} == {"state"}
    used.ok("doctor", "--repair")
    assert examined(used) == []


def test_kept_state_that_knows_more_than_history_is_not_rebuilt(used: Cli, ledger: Server) -> None:
    used.ok("log", "zj-target-20.1", "--value", "73")
    cut = "(SELECT max(id) FROM change)"
    tables = ("change", "report", "event")
    ledger.sql(
        None, *[f"ALTER TABLE {table} DISABLE TRIGGER USER" for table in tables],
        *[f"DELETE FROM {table} WHERE change_id = {cut}" for table in ("report", "event")], f"DELETE FROM change WHERE id = {cut}",
        "UPDATE ledger SET value = (SELECT id || ' ' || hash FROM change ORDER BY id DESC LIMIT 1) WHERE name = 'head'",
    )  # fmt: skip
    ledger.sql(None, *[f"ALTER TABLE {table} ENABLE TRIGGER USER" for table in tables])
    assert "未重建现状" in used("doctor", "--repair").err
    assert "history" in {each["area"] for each in examined(used)}


def test_files_are_not_for_servers(used: Cli, tmp_path: object) -> None:
    for words in (("backup",), ("restore", f"{tmp_path}/copy.sqlite3", "--yes")):
        result = used(*words)
        assert (result.code, result.out) == (1, "")
        assert "PostgreSQL" in result.err
    assert "已是最新版本" in used.ok("upgrade")
