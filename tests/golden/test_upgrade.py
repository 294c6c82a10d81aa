"""A ledger of 0.1.0 that is upgraded: the schema of a new one, the same history, a clean bill."""

import csv
import json
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from tests.commandline import Cli, environ_of
from tests.golden.answers import MOMENTS, answers, path_of
from tests.golden.ledgers import old_database, old_file
from tests.server import Server
from tracker.store import ddl
from tracker.store.location import Location
from tracker.store.transfer import _cell


@pytest.fixture
def old(tmp_path: Path) -> Cli:
    return Cli(tmp_path, environ=environ_of(old_file(tmp_path / "old.sqlite3"), tmp_path))


@pytest.fixture
def old_on_server(empty: Server, tmp_path: Path) -> Cli:
    old_database(Location(empty.owner).dsn)
    return Cli(tmp_path, environ=environ_of(empty.owner, tmp_path))


def rows(db: Path, table: str) -> list[Any]:
    """Return the rows of a table of 0.1.0, without the columns that came later."""
    with closing(sqlite3.connect(db)) as connection:
        return connection.execute(f"SELECT * FROM {table} ORDER BY id").fetchall()


def test_an_upgraded_file_is_stored_as_a_new_one(old: Cli, seeded: Path) -> None:
    old.ok("upgrade")
    with closing(sqlite3.connect(old.db)) as upgraded, closing(sqlite3.connect(seeded)) as new:
        assert ddl.objects(upgraded) == ddl.objects(new)
        assert upgraded.execute("PRAGMA foreign_key_check").fetchall() == []


@pytest.mark.parametrize("table", ["change", "report", "event", "evidence", "index_value"])
def test_history_comes_through_row_by_row(old: Cli, table: str) -> None:
    before = rows(old.db, table)
    old.ok("upgrade")
    after = rows(old.db, table)
    assert [row[: len(before[0])] for row in after[: len(before)]] == before
    last = rows(old.db, "change")[-1]
    assert last[5] == "upgrade"
    assert all((row[0] if table == "change" else row[1]) > 401 for row in after[len(before) :])


def test_the_upgrade_is_a_change_that_names_the_recipe_of_hashes(old: Cli) -> None:
    last = rows(old.db, "change")[-1][0]
    old.ok("upgrade", "--by", "李四")
    detail = json.loads(rows(old.db, "change")[last][6])
    assert (detail["from"], detail["to"], detail["recipe"]) == ("0001", "0002", 2)
    assert [row for row in json.loads(old.ok("history", "--json")) if row["change"] == last - 1]
    assert old("doctor").code == 0
    old.ok("log", "zj-task-1", "--percent", "10")
    assert old("doctor").code == 0


WORDS = ("title", "chapter", "section", "text", "source", "responsibility", "note", "original_due")
FIGURES = (
    "id", "name", "comparator", "value", "bound", "measure", "scope", "direction", "basis", "baseline_year", "original_due"
)  # fmt: skip


def facts(cli: Cli) -> dict[str, Any]:
    items = json.loads(cli.ok("list", "--kind", "target,task,policy,aim", "--limit", "0", "--json"))
    return {
        item["id"]: (
            [item[name] for name in WORDS],
            item["lead_units"],
            [[each[name] for name in FIGURES] for each in item["indicators"]],
        )
        for item in items
    }


def test_the_shipped_plans_of_an_upgraded_ledger_say_what_those_of_a_new_one_do(old: Cli, cli: Cli) -> None:
    said = {row["id"].rpartition(".")[0] or row["id"] for row in events(old, "edit", "assign", "baseline", "retire")}
    old.ok("upgrade")
    upgraded, new = facts(old), facts(cli)
    differing = {name for name in new if upgraded.get(name) != new[name]}
    assert differing <= said | {name.rpartition(".")[0] for name in said}
    assert {"zj-target-33", "zj-target-34", "zj-target-35", "js-target-28", "js-target-27", "zj-target-4"}.isdisjoint(
        differing
    )
    assert upgraded["zj-target-33"][1] == ["省发展改革委（省能源局）"]


def events(cli: Cli, *kinds: str) -> list[dict[str, str]]:
    with closing(sqlite3.connect(cli.db)) as connection:
        rows = connection.execute(
            f"SELECT code || coalesce('.' || n, '') FROM event JOIN item ON item.id = event.item_id"
            f" WHERE event.kind IN ({', '.join('?' for _ in kinds)})",
            kinds,
        )
        return [{"id": row[0]} for row in rows]


def baselines(cli: Cli, *names: str) -> list[float | None]:
    return [
        next(
            each["baseline_value"]
            for each in json.loads(cli.ok("show", name, "--json"))["indicators"]
            if each["id"] == name
        )
        for name in names
    ]


def test_a_baseline_of_the_plan_comes_and_one_that_somebody_gave_stays(old: Cli) -> None:
    old.ok("upgrade")
    assert baselines(old, "zj-target-4.2", "zj-target-21.7") == [0, None]
    assert baselines(old, "zj-target-10.1") == [36.6]


def test_a_correction_leaves_what_somebody_has_said_of_the_same_thing(old: Cli) -> None:
    with closing(sqlite3.connect(old.db)) as connection, connection:
        keys = dict(connection.execute("SELECT code, id FROM item").fetchall())
        unit = connection.execute("SELECT id, name FROM unit WHERE region = 'zj' AND name = '省财政厅'").fetchone()
        add = (
            "INSERT INTO event (change_id, item_id, n, kind, date, entered, data, before)"
            " VALUES (401, ?, ?, ?, '2026-11-20', '2026-11-20', ?, '{}')"
        )
        connection.execute(add, (keys["zj-target-4"], 2, "baseline", '{"value":"3"}'))
        connection.execute(add, (keys["zj-target-33"], None, "assign", json.dumps({"role": "lead", "units": [unit]})))
        connection.execute(add, (keys["zj-target-34"], None, "edit", '{"note":"本省口径"}'))
    old.ok("upgrade")
    assert baselines(old, "zj-target-4.2") == [3]
    shown = {name: json.loads(old.ok("show", name, "--json")) for name in ("zj-target-33", "zj-target-34")}
    assert shown["zj-target-33"]["lead_units"] == ["省财政厅"]
    assert shown["zj-target-34"]["note"] == "本省口径"
    assert shown["zj-target-34"]["lead_units"] == ["省生态环境厅"]


def test_a_correction_brings_no_plan_into_use(old: Cli) -> None:
    with closing(sqlite3.connect(old.db)) as connection, connection:
        connection.execute("DROP TRIGGER report_no_delete")
        connection.execute("DROP TRIGGER event_no_delete")
        ours = "item_id IN (SELECT item.id FROM item JOIN plan ON plan.id = item.plan_id WHERE plan.code = 'zj')"
        connection.execute("DROP TRIGGER evidence_no_delete")
        for table in ("evidence", "report", "event"):
            connection.execute(f"DELETE FROM {table} WHERE {ours}")
    old.ok("upgrade")
    with closing(sqlite3.connect(old.db)) as connection:
        assert connection.execute("SELECT used_on FROM plan WHERE code = 'zj'").fetchone() == (None,)


def test_a_past_day_is_judged_by_the_basis_of_today(old: Cli) -> None:
    old.ok("upgrade")
    then = json.loads(old.ok("show", "nx-target-20", "--as-of", "2025-01-01", "--json"))
    assert {each["basis"] for each in then["indicators"]} == {"each"}


def test_a_number_that_somebody_has_used_is_not_given_twice(old: Cli) -> None:
    with closing(sqlite3.connect(old.db)) as connection, connection:
        columns = [
            row[1]
            for row in connection.execute("PRAGMA table_info(item)")
            if row[1] not in ("id", "code", "number", "added_by")
        ]
        connection.execute(
            f"INSERT INTO item (code, number, added_by, {', '.join(columns)})"
            f" SELECT 'js-target-28', 28, 300, {', '.join(columns)} FROM item WHERE code = 'js-target-27'"
        )
    old.ok("upgrade")
    assert json.loads(old.ok("show", "js-target-29", "--json"))["text"].startswith("二氧化碳排放量达到峰值")


def test_an_older_row_that_gets_a_word_in_a_later_column_is_found(old: Cli) -> None:
    old.ok("upgrade")
    with closing(sqlite3.connect(old.db)) as connection, connection:
        connection.execute("UPDATE indicator SET basis = 'total' WHERE id = 1")
        connection.execute("DROP TRIGGER report_no_update")
        connection.execute("UPDATE report SET data_year = 2025 WHERE id = 5")
    areas = {finding["area"] for finding in json.loads(old("doctor", "--json").out)["findings"]}
    assert {"facts", "chain"} <= areas


def exported(db: Path, folder: Path, *, as_csv: bool) -> Path:
    """Write a ledger of 0.1.0 as that version did."""
    folder.mkdir()
    counts = {}
    with closing(sqlite3.connect(db)) as connection:
        tables = [row[0] for row in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        for table in filter("alembic_version".__ne__, tables):
            names = sorted(row[1] for row in connection.execute(f"PRAGMA table_info({table})"))
            listed = ", ".join(f'"{name}"' for name in names)
            found = connection.execute(f"SELECT {listed} FROM {table} ORDER BY 1").fetchall()
            counts[table] = len(found)
            if as_csv:
                with (folder / f"{table}.csv").open("w", encoding="utf-8-sig", newline="") as file:
                    csv.writer(file, lineterminator="\r\n").writerows(
                        [names, *([_cell(each) for each in row] for row in found)]
                    )
            else:
                lines = [json.dumps(dict(zip(names, row, strict=True)), ensure_ascii=False) + "\n" for row in found]
                (folder / f"{table}.jsonl").write_text("".join(lines), encoding="utf-8")
    manifest = {"format": "tracker-ledger-1", "schema": "0001", "rows": counts}
    (folder / "ledger.json").write_text(json.dumps(manifest), encoding="utf-8")
    return folder


@pytest.mark.parametrize("as_csv", [False, True])
def test_a_folder_that_0_1_0_exported_becomes_a_ledger_of_today(old: Cli, *, as_csv: bool) -> None:
    folder = exported(old.db, old.folder / "out", as_csv=as_csv)
    old.environ["TRACKER_DB"] = str(old.folder / "new.sqlite3")
    old.ok("import", folder, "--yes")
    assert json.loads(old.ok("doctor", "--json"))["findings"] == []
    assert answers(old, MOMENTS[5]) == path_of(MOMENTS[5]).read_text(encoding="utf-8")
    old.ok("log", "zj-task-1", "--percent", "10")
    assert old("doctor").code == 0


def test_a_server_gives_the_same_answers_after_its_upgrade(old_on_server: Cli) -> None:
    old_on_server.ok("upgrade")
    assert json.loads(old_on_server.ok("doctor", "--json"))["findings"] == []
    assert json.loads(old_on_server.ok("show", "js-target-28", "--json"))["indicators"][0]["basis"] == "declared"
    for moment in MOMENTS[5:7]:
        assert answers(old_on_server, moment) == path_of(moment).read_text(encoding="utf-8")


_CATALOG = {
    "columns": "SELECT table_name, column_name, data_type, is_nullable, column_default FROM information_schema.columns"
    " WHERE table_schema = 'public' ORDER BY 1, 2",
    # What stands already in an old ledger is not held to a later form, what is written from now on is.
    "constraints": "SELECT conrelid::regclass::text, conname, replace(pg_get_constraintdef(oid), ' NOT VALID', '') FROM pg_constraint"
    " WHERE connamespace = 'public'::regnamespace AND contype <> 'n' ORDER BY 1, 2",
    "indexes": "SELECT indexname, indexdef FROM pg_indexes WHERE schemaname = 'public' ORDER BY 1",
    "triggers": "SELECT tgrelid::regclass::text, tgname, pg_get_triggerdef(oid) FROM pg_trigger WHERE NOT tgisinternal"
    " ORDER BY 1, 2",
    "functions": "SELECT proname, pg_get_functiondef(oid), proacl::text FROM pg_proc"
    " WHERE pronamespace = 'public'::regnamespace ORDER BY 1",
    "policies": "SELECT tablename, policyname, roles::text, cmd, qual, with_check FROM pg_policies ORDER BY 1, 2",
    "rights": "SELECT relname, relacl::text, relrowsecurity FROM pg_class WHERE relnamespace = 'public'::regnamespace"
    " ORDER BY 1",
}


@pytest.mark.parametrize("query", _CATALOG)
def test_an_upgraded_database_is_what_a_new_one_is(
    old_on_server: Cli, empty: Server, ledger: Server, query: str
) -> None:
    old_on_server.ok("upgrade")
    assert empty.sql(None, _CATALOG[query]) == ledger.sql(None, _CATALOG[query])
