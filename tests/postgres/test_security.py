"""Rights that somebody changed behind the ledger's back: the owner's doctor names them, `db secure` puts them right."""

import json
import time
import uuid
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import psycopg
import pytest

from tests.conftest import Cli
from tests.server import Server, admin, database
from tracker.store.connection import Connection
from tracker.store.location import Location
from tracker.store.postgres.rights import set_up_rights

INTRUSIONS = {
    "row security switched off": ("ALTER TABLE report DISABLE ROW LEVEL SECURITY", "行级安全 report"),
    "row security forced, which ends the owner's backup": ("ALTER TABLE report FORCE ROW LEVEL SECURITY", "行级安全 report"),
    "a policy taken away": ("DROP POLICY tracker_write ON change", "策略 change.tracker_write"),
    "a policy that lets everybody in": ("CREATE POLICY open ON report FOR INSERT WITH CHECK (true)", "策略 report.open"),
    "a policy that says something else": (
        "ALTER POLICY tracker_write ON event WITH CHECK (true)", "策略 event.tracker_write",
    ),
    "a trigger taken away": ("DROP TRIGGER tracker_own_login ON change", "触发器 change.tracker_own_login"),
    "a trigger switched off": ("ALTER TABLE report DISABLE TRIGGER report_append_only", "触发器 report.report_append_only"),
    "a trigger put in": (
        "CREATE TRIGGER mine BEFORE INSERT ON report FOR EACH ROW EXECUTE FUNCTION report_append_only()", "触发器 report.mine",
    ),
    "a function that refuses nothing": (
        "CREATE OR REPLACE FUNCTION tracker_refuse(is_wrong boolean, words text) RETURNS void LANGUAGE plpgsql AS 'BEGIN END'",
        "函数 tracker_refuse(boolean,text)",
    ),
    "a function that everybody may run": (
        "GRANT EXECUTE ON FUNCTION tracker_mark_stale(integer) TO PUBLIC", "函数 tracker_mark_stale(integer)",
    ),
    "a function that runs with its caller's rights": (
        "ALTER FUNCTION tracker_record(text, text[], text[]) SECURITY INVOKER", "函数 tracker_record(text,text[],text[])",
    ),
    "a table that readers may write": ("GRANT UPDATE ON item TO tracker_reader", "表的权限 item"),
    "a column that everybody may write": ("GRANT UPDATE (state) ON item TO PUBLIC", "列的权限 item.state"),
    "a table that nobody may read any more": ("REVOKE SELECT ON report FROM tracker_reader", "表的权限 report"),
    "a database open to everybody": ("GRANT CONNECT, TEMPORARY ON DATABASE {db} TO PUBLIC", "数据库的连接和临时表权限"),
    "tables of anybody": ("GRANT CREATE ON SCHEMA public TO PUBLIC", "模式的权限 public"),
    "a rule that swallows reports": ("CREATE RULE swallow AS ON DELETE TO evidence DO INSTEAD NOTHING", "规则 evidence.swallow"),
    "a form taken away": ("ALTER TABLE report DROP CONSTRAINT report_state_form", "约束 report.report_state_form"),
}  # fmt: skip
"""What somebody with the owner's rights did, and what the doctor says is otherwise."""


def found(cli: Cli) -> set[str]:
    answer = json.loads(cli("doctor", "--json").out)
    return {each["where"] for each in answer["findings"] if each["area"] == "rights"}


def test_every_right_that_was_changed_is_named_and_put_right(pg: Cli, ledger: Server) -> None:
    """Each intrusion by itself in the catalogue's eyes; all at once for `db secure`."""
    assert found(pg) == set()
    for sql, where in INTRUSIONS.values():
        ledger.sql(None, sql.format(db=ledger.database))
        assert where in found(pg), sql
    mended = json.loads(pg.ok("db", "secure", "--json"))["changed"]
    assert {where for _, where in INTRUSIONS.values()} <= {each["subject"] for each in mended}
    assert json.loads(pg("doctor", "--json").out)["findings"] == []
    assert "未作任何改动" in pg.ok("db", "secure")


def test_a_look_leaves_everything_as_it_was(pg: Cli, ledger: Server) -> None:
    ledger.sql(None, "DROP POLICY tracker_write ON change")
    assert found(pg) == {"策略 change.tracker_write"} == found(pg)
    assert pg("doctor", "--repair").err.count("权限已恢复") == 1
    assert found(pg) == set()


def test_tables_that_were_changed_are_named(pg: Cli, ledger: Server) -> None:
    ledger.sql(
        None, "ALTER TABLE item DROP CONSTRAINT item_kind_check", "ALTER TABLE report ADD COLUMN mine text", "DROP INDEX ix_report_item",
    )  # fmt: skip
    assert found(pg) == {"约束 item.item_kind_check", "列 report.mine", "索引 ix_report_item"}


@pytest.fixture
def login(ledger: Server, server: str) -> Iterator[str]:
    name = f"t_some_{uuid.uuid4().hex[:8]}"
    yield name
    if ledger.sql(None, f"SELECT 1 FROM pg_roles WHERE rolname = '{name}'"):
        ledger.sql(None, f"DROP OWNED BY {name}")
        admin(server, f"DROP ROLE {name}")


def test_what_was_granted_stays(pg: Cli, ledger: Server, login: str) -> None:
    pg.ok("db", "grant", "--login", login, "--unit", "zj:省建设厅")
    assert found(pg) == set()
    pg.ok("db", "secure")
    url = ledger.as_login(login)
    pg.ok("log", "zj-target-20.1", "--value", "70", "--unit", "省建设厅", "--db", url)
    result = pg("doctor", "--db", url)
    assert (result.code, "服务器权限未检查" in result.err) == (0, True)
    assert pg("db", "secure", "--db", url).code == 1


def test_a_login_that_is_nobodys_is_not_granted(pg: Cli, ledger: Server, server: str, login: str) -> None:
    ((owner,),) = ledger.sql(None, "SELECT current_user")
    admin(server, f"CREATE ROLE {login} NOLOGIN")
    for name, words in (
        ("tracker_reader", "自用"),
        ("tracker_new", "自用"),
        (login, "NOLOGIN"),
        (str(owner), "超级用户"),
    ):
        result = pg("db", "grant", "--login", name, "--role", "coordinator")
        assert (result.code, words in result.err) == (1, True), result.err


def test_a_new_login_is_bounded_and_other_ledgers_are_named(pg: Cli, ledger: Server, server: str, login: str) -> None:
    pg.ok("db", "grant", "--login", login, "--unit", "zj:省建设厅")
    assert ledger.sql(None, f"SELECT rolconnlimit FROM pg_roles WHERE rolname = '{login}'") == [(20,)]
    assert ledger.sql(login, "SHOW statement_timeout") == [("10min",)]
    admin(server, f"GRANT CONNECT ON DATABASE {ledger.database} TO {login}")
    result = pg("db", "grant", "--login", login, "--role", "reader")
    assert "其他台账" not in result.err


def test_a_copy_of_a_database_that_is_open_to_everybody_is_told(pg: Cli, ledger: Server, server: str) -> None:
    with database(server, "copied") as copy:
        admin(server, f"DROP DATABASE {copy.database}")
        admin(server, f"CREATE DATABASE {copy.database} TEMPLATE {ledger.database}")
        pg.environ["TRACKER_DB"] = copy.owner
        assert found(pg) == {"数据库的连接和临时表权限"}
        pg.ok("db", "secure")
        assert found(pg) == set()


def test_rights_are_made_while_a_vacuum_looks_at_a_table(ledger: Server) -> None:
    """A vacuum holds its table and writes what it found into the catalogue, where a GRANT had written before it had the table."""

    def make() -> None:
        with psycopg.connect(place.dsn) as made:
            set_up_rights(Connection(made, place))

    place = Location(ledger.owner)
    waiting = "SELECT count(*) FROM pg_locks JOIN pg_stat_activity USING (pid) WHERE datname = current_database() AND NOT granted"
    with psycopg.connect(place.dsn, autocommit=True) as watch, ThreadPoolExecutor(1) as pool:
        with psycopg.connect(place.dsn) as vacuum:
            vacuum.execute("LOCK TABLE responsibility IN SHARE UPDATE EXCLUSIVE MODE")
            making = pool.submit(make)
            deadline = time.monotonic() + 30
            while watch.execute(waiting).fetchone() == (0,) and time.monotonic() < deadline:
                time.sleep(0.02)
            vacuum.execute("ALTER TABLE responsibility SET (fillfactor = 100)")
        making.result(30)
