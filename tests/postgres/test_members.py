"""Who belongs to a ledger: granted by changes of its history, in one database, whatever the server's group roles say."""

import json
import shutil
import subprocess
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest

from tests.commandline import environ_of
from tests.conftest import Cli
from tests.golden.ledgers import old_database
from tests.server import Server, admin, database
from tracker.store.location import Location


@pytest.fixture(autouse=True)
def login(server: str) -> Iterator[Callable[[str], str]]:
    """Names of logins of this test alone; what was made under them is removed, after the databases that let them in."""
    made: list[str] = []

    def name(word: str) -> str:
        made.append(f"t_{word}_{uuid.uuid4().hex[:8]}")
        return made[-1]

    yield name
    for each in made:
        with psycopg.connect(Location(f"{server}/postgres").dsn, autocommit=True) as connection:
            if connection.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", (each,)).fetchone():
                connection.execute(f"DROP ROLE {each}".encode())


@pytest.fixture
def other(server: str, template: str) -> Iterator[Server]:
    """Another ledger of the same server."""
    with database(server, "other", template) as made:
        yield made


def history(cli: Cli, command: str) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = json.loads(cli.ok("history", "--command", command, "--json"))
    return rows


def test_grants_are_changes_that_history_tells_and_undo_does_not_take_back(
    pg: Cli, login: Callable[[str], str]
) -> None:
    li = login("li")
    said = json.loads(pg.ok("db", "grant", "--login", li, "--unit", "zj:省建设厅", "--by", "王五", "--json"))
    assert said == {"change": 2, "login": li, "role": "reporter", "units": ["zj:省建设厅"], "created": True}
    pg.ok("db", "grant", "--login", li, "--unit", "zj:省科技厅")
    pg.ok("db", "grant", "--login", li, "--unit", "zj:省科技厅")  # nothing new: no change
    pg.ok("db", "grant", "--login", li, "--role", "coordinator")
    pg.ok("db", "revoke", "--login", li, "--unit", "zj:省建设厅")
    pg.ok("db", "revoke", "--login", li)
    one, two = f"{li} 填报（zj:省建设厅）", f"{li} 填报（zj:省建设厅、zj:省科技厅）"
    rest = f"{li} 协调、填报（zj:省科技厅）"
    assert [(row["field"], row["before"], row["after"]) for row in history(pg, "db grant")] == [
        ("access", None, one), ("access", one, two), ("access", two, f"{two}、协调"),
    ]  # fmt: skip
    assert [(row["before"], row["after"]) for row in history(pg, "db revoke")] == [
        (f"{li} 协调、填报（zj:省建设厅、zj:省科技厅）", rest), (rest, None),
    ]  # fmt: skip
    assert history(pg, "db grant")[0]["by"] == "王五"
    assert f"权限：（空） → {one}" in pg.ok("history", "--limit", "0").replace("\n", "")
    for change, opposite in ((2, "tracker db revoke"), (6, "tracker db grant")):
        result = pg("undo", change, "--yes")
        assert (result.code, opposite in result.err) == (1, True), result.err
    assert json.loads(pg("doctor", "--json").out)["findings"] == []


def test_a_rehearsal_grants_nothing(pg: Cli, ledger: Server, login: Callable[[str], str]) -> None:
    li = login("li")
    assert "演示" in pg.ok("db", "grant", "--login", li, "--role", "reader", "--dry-run")
    assert ledger.sql(None, f"SELECT FROM pg_roles WHERE rolname = '{li}'") == []
    assert ledger.sql(None, "SELECT FROM access") == []


def test_a_member_that_no_change_granted_is_found(pg: Cli, ledger: Server, login: Callable[[str], str]) -> None:
    li = login("li")
    pg.ok("db", "grant", "--login", li, "--role", "reader")
    assert pg("doctor").code == 0
    ledger.sql(None, f"UPDATE access SET role = 'coordinator' WHERE login = '{li}'")
    assert {each["area"] for each in json.loads(pg("doctor", "--json").out)["findings"]} == {"registry"}


def test_a_role_in_one_ledger_is_none_in_another(
    pg: Cli, ledger: Server, other: Server, login: Callable[[str], str]
) -> None:
    both = login("both")
    pg.ok("db", "grant", "--login", both, "--role", "coordinator")
    assert ledger.database in pg("db", "grant", "--login", both, "--role", "reader", "--db", other.owner).err
    pg.ok("item", "edit", "zj-task-1", "--text", "甲", "--db", ledger.as_login(both))
    pg.ok("list", "--db", other.as_login(both))
    assert pg("item", "edit", "zj-task-1", "--text", "甲", "--db", other.as_login(both)).code == 1
    for statement in (
        "SELECT tracker_turn()", "INSERT INTO plan (code, title, region, status, period_start) VALUES ('a', 'a', 'a', 'a', 'a')",
        "SELECT tracker_record('[2]', '{}', '{}')",
    ):  # fmt: skip
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            other.sql(both, statement)
    other.sql(both, "UPDATE item SET text = 'x'")
    assert other.sql(None, "SELECT FROM item WHERE text = 'x'") == []
    pg.ok("db", "revoke", "--login", both, "--db", other.owner)
    with pytest.raises(psycopg.OperationalError):
        other.sql(both, "SELECT 1")
    pg.ok("item", "edit", "zj-task-1", "--text", "乙", "--db", ledger.as_login(both))


def restored(ledger: Server, copy: Server, folder: Path, *options: str) -> None:
    """Dump a database as its owner and restore it into another with the server's own programs."""
    dump = folder / "ledger.dump"
    programs = [shutil.which(name) for name in ("pg_dump", "pg_restore")]
    if None in programs:
        pytest.skip("no pg_dump and pg_restore here")
    for words in (
        [programs[0], "-Fc", "-f", dump, "-d", Location(ledger.owner).dsn, *options],
        [programs[1], "--exit-on-error", "-d", Location(copy.owner).dsn, *options, dump],
    ):
        done = subprocess.run([str(word) for word in words], check=False, capture_output=True, text=True)
        if "server version mismatch" in done.stderr:
            pytest.skip("the pg_dump here is older than the server")
        assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("options", [(), ("--no-privileges", "--no-owner")])
def test_a_dump_is_open_to_nobody_in_another_database_until_it_is_granted_there(
    pg: Cli, ledger: Server, other: Server, empty: Server, login: Callable[[str], str], options: tuple[str, ...]
) -> None:
    """Not to another ledger's people, and not to those of the same name who were let in where the dump was made."""
    mine, theirs = login("mine"), login("theirs")
    pg.ok("db", "grant", "--login", mine, "--unit", "zj:省建设厅")
    pg.ok("db", "grant", "--login", theirs, "--role", "coordinator", "--db", other.owner)
    restored(ledger, empty, pg.folder, *options)
    for name in (mine, theirs):
        result = pg("list", "--db", empty.as_login(name))
        assert (result.code, len(result.err.splitlines()), "权限" in result.err) == (1, 1, True), result.err
        for (table,) in empty.sql(None, "SELECT tablename FROM pg_tables WHERE schemaname = 'public'"):
            try:
                assert empty.sql(name, f"SELECT * FROM {table}") == []
            except psycopg.errors.InsufficientPrivilege:
                continue
        for statement in ("SELECT tracker_turn()", "SELECT tracker_record('[2]', '{}', '{}')"):
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                empty.sql(name, statement)
    pg.environ["TRACKER_DB"] = empty.owner
    assert "有 1 项授权是在另一个数据库作出的" in pg("doctor").err
    said = pg("db", "secure")
    assert (said.code, f"tracker db grant --login {mine} --unit zj:省建设厅" in said.err) == (0, True)
    with pytest.raises(psycopg.OperationalError):
        empty.sql(theirs, "SELECT 1")
    pg.ok("db", "grant", "--login", mine, "--unit", "zj:省建设厅")
    assert "重新授权" not in pg("db", "secure").err
    pg.ok("log", "zj-target-20.1", "--value", "70", "--unit", "省建设厅", "--db", empty.as_login(mine))
    assert json.loads(pg("doctor", "--json").out)["findings"] == []


def test_an_upgrade_takes_over_whom_0_1_0_had_let_in(
    pg: Cli, empty: Server, server: str, login: Callable[[str], str]
) -> None:
    old_database(Location(empty.owner).dsn)
    reader, reporter, coordinator, gone = (login(word) for word in ("reader", "reporter", "coordinator", "gone"))
    for name, role in ((reader, "reader"), (reporter, "reporter"), (coordinator, "coordinator"), (gone, "reporter")):
        admin(server, f"CREATE ROLE {name} LOGIN")
        admin(server, f"GRANT tracker_{role} TO {name}")
    unit = "SELECT id FROM unit WHERE region = 'zj' AND name = '省建设厅'"
    for name in (reporter, gone):
        empty.sql(None, f"INSERT INTO access (login, unit_id) VALUES ('{name}', ({unit}))")
    for name in (reader, reporter, coordinator):
        admin(server, f"GRANT CONNECT ON DATABASE {empty.database} TO {name}")
    pg.environ.update(environ_of(empty.owner, pg.folder))
    pg.ok("upgrade")
    assert sorted(row["after"] for row in history(pg, "upgrade") if row["field"] == "access") == [
        f"{coordinator} 协调", f"{reader} 查看", f"{reporter} 填报（zj:省建设厅）",
    ]  # fmt: skip
    assert json.loads(pg("doctor", "--json").out)["findings"] == []
    pg.ok("db", "secure")
    pg.ok("log", "zj-target-20.1", "--value", "70", "--unit", "省建设厅", "--db", empty.as_login(reporter))
    pg.ok("item", "edit", "zj-task-1", "--text", "甲", "--db", empty.as_login(coordinator))
    pg.ok("list", "--db", empty.as_login(reader))
    with pytest.raises(psycopg.OperationalError):
        empty.sql(gone, "SELECT 1")
