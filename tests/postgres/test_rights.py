"""Who may do what, by the server: each role tries what it may and everything it may not, in commands and in SQL."""

import uuid
from collections.abc import Iterator

import psycopg
import pytest

from tests.conftest import Cli
from tests.server import Server, admin


class Logins:
    """Logins of this test alone, in the roles of the ledger."""

    def __init__(self, pg: Cli, ledger: Server) -> None:
        self.pg, self.ledger = pg, ledger
        mark = uuid.uuid4().hex[:8]
        self.reader, self.reporter, self.coordinator = (
            f"t_{role}_{mark}" for role in ("reader", "reporter", "coordinator")
        )
        pg.ok("db", "grant", "--login", self.reader, "--role", "reader")
        pg.ok("db", "grant", "--login", self.reporter, "--unit", "zj:省建设厅")
        pg.ok("db", "grant", "--login", self.coordinator, "--role", "coordinator")

    def run(self, login: str, *words: str) -> tuple[int, str]:
        result = self.pg(*words, "--db", self.ledger.as_login(login))
        return result.code, result.err


@pytest.fixture
def logins(pg: Cli, ledger: Server, server: str) -> Iterator[Logins]:
    made = Logins(pg, ledger)
    yield made
    for login in (made.reader, made.reporter, made.coordinator):
        ledger.sql(None, f"DROP OWNED BY {login}")
        admin(server, f"DROP ROLE {login}")


def test_a_reporter_reports_for_its_own_unit(logins: Logins, pg: Cli) -> None:
    code, err = logins.run(
        logins.reporter, "log", "zj-target-20.1", "--value", "70", "--unit", "省建设厅", "--by", "李四"
    )
    assert code == 0, err
    assert f"现值 70%（{pg.now:%Y-%m-%d}）" in pg.ok("show", "zj-target-20")
    assert logins.ledger.sql(None, 'SELECT "by", login FROM change ORDER BY id DESC LIMIT 1') == [
        ("李四", logins.reporter)
    ]
    assert pg.ok("list", "--plan", "zj", "--state", "in_progress", "--fields", "id", "--csv").split() == [
        "id",
        "zj-target-20",
    ]
    code, err = logins.run(logins.coordinator, "log", "zj-target-20.2", "--value", "97", "--unit", "省建设厅")
    assert code == 0, err
    assert logins.ledger.sql(None, "SELECT count(*) FROM item WHERE stale = 1") == [(0,)]
    assert logins.ledger.sql(None, "SELECT actual FROM indicator i JOIN item ON item.id = i.item_id"
                                   " WHERE code = 'zj-target-20' AND n = 1") == [("70",)]  # fmt: skip


def test_the_share_of_areas_still_comes_in_from_a_reporter_after_completion(logins: Logins, pg: Cli) -> None:
    of = ("zj-target-22.1", "--unit", "省建设厅")
    for words in (("complete", *of), ("log", *of, "--value", "90"), ("log", *of, "--percent", "100")):
        code, err = logins.run(logins.reporter, *words)
        assert code == 0, err
    assert "zj-target-22.1" in pg.ok("list", "--indicators", "--state", "completed", "--fields", "id", "--csv")
    assert logins.run(logins.reporter, "log", *of, "--state", "in_progress")[0] == 1


def test_a_reporter_takes_back_only_its_own(logins: Logins, pg: Cli) -> None:
    assert logins.run(logins.reporter, "log", "zj-target-20.1", "--value", "70", "--unit", "省建设厅")[0] == 0
    assert logins.run(logins.reporter, "undo", "--yes")[0] == 0
    assert "现值" not in pg.ok("show", "zj-target-20")
    pg.ok("log", "zj-target-20.1", "--value", "71")
    code, err = logins.run(logins.reporter, "undo", "7", "--yes")
    assert (code, "只能撤销本登录的改动" in err) == (1, True)


@pytest.mark.parametrize(
    "words",
    [
        ("log", "zj-target-12", "--value", "2"),
        ("log", "zj-target-12", "--value", "2", "--unit", "省交通运输厅"),
        ("log", "js-target-2", "--value", "60", "--unit", "省发展改革委"),
        ("item", "add", "zj", "task", "--text", "甲", "--lead", "省建设厅"),
        ("item", "edit", "zj-task-1", "--text", "甲"),
        ("unit", "rename", "zj:省建设厅", "甲厅"),
        ("breakdown", "zj-target-4.2", "--to", "cities", "--rule", "met"),
        ("db", "grant", "--login", "postgres", "--role", "coordinator"),
    ],
)
def test_a_reporter_may_not(logins: Logins, pg: Cli, words: tuple[str, ...]) -> None:
    before = pg.ok("history", "--json")
    code, err = logins.run(logins.reporter, *words)
    assert code == 1
    assert err.splitlines()[-1].startswith("错误：")
    assert pg.ok("history", "--json") == before


FORBIDDEN_SQL = (
    "UPDATE item SET state = 'closed'",
    "UPDATE indicator SET actual = '100'",
    "DELETE FROM report",
    "TRUNCATE report",
    "UPDATE report SET value = '100'",
    "DELETE FROM change",
    "UPDATE change SET \"by\" = '别人'",
    "INSERT INTO report (change_id, item_id, date, entered) VALUES (1, 1, '2026-01-01', '2026-01-01')",
    "INSERT INTO event (change_id, item_id, kind, date, entered, data) VALUES (1, 1, 'close', '2026-01-01', '2026-01-01', '{}')",
    "INSERT INTO access (login, unit_id) SELECT session_user, id FROM unit",
    "SELECT tracker_mark_stale(1)",
    "SELECT tracker_permit('report', '[1]')",
    "CREATE TABLE mine (x int)",
    "ALTER TABLE report DISABLE TRIGGER ALL",
    "INSERT INTO evidence (change_id, item_id, kind, name) VALUES (1, 1, 'url', '甲')",
    "INSERT INTO responsibility (item_id, unit_id, role, printed, position, origin) SELECT 1, id, 'lead', '甲', 1, 'plan' FROM unit",
    "COPY report TO PROGRAM 'true'",
    "CREATE FUNCTION mine() RETURNS int LANGUAGE sql AS 'SELECT 1'",
    "CREATE SCHEMA mine",
    "SET session_replication_role = replica",
    "SET ROLE tracker_coordinator",
    "DROP TRIGGER report_append_only ON report",
    "DROP POLICY tracker_read ON report",
    "ALTER FUNCTION tracker_permit(text, jsonb) SECURITY INVOKER",
)


def let_through(ledger: Server, login: str, statements: tuple[str, ...]) -> list[str]:
    """Return the statements that the server did not refuse for want of a right, or because history stays as it is."""
    found = []
    for statement in statements:
        try:
            ledger.sql(login, statement)
        except (psycopg.errors.InsufficientPrivilege, psycopg.errors.RaiseException):
            continue
        except psycopg.Error as error:
            found.append(f"{statement}: {error}")
        else:
            found.append(statement)
    return found


def test_sql_that_neither_reader_nor_reporter_may(logins: Logins) -> None:
    tables = logins.ledger.sql(None, "SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
    more = tuple(
        f"{verb} {table}" for (table,) in tables for verb in ("DELETE FROM", "TRUNCATE", "DROP TABLE", "LOCK TABLE")
    )
    functions = logins.ledger.sql(
        None, "SELECT proname FROM pg_proc WHERE proname LIKE 'tracker%' AND prorettype <> 'trigger'::regtype AND pronargs = 1"
    )  # fmt: skip
    more += tuple(f"SELECT {name}(NULL)" for (name,) in functions)
    for login in (logins.reader, logins.reporter):
        assert let_through(logins.ledger, login, FORBIDDEN_SQL + more) == []
    assert (
        let_through(logins.ledger, logins.reader, ("SELECT tracker_turn()", "SELECT tracker_record('', '{}', '{}')"))
        == []
    )


def test_history_is_append_only_for_a_coordinator_too(logins: Logins) -> None:
    logins.pg.ok("log", "zj-target-20.1", "--value", "70")
    assert let_through(logins.ledger, logins.coordinator, FORBIDDEN_SQL[2:7]) == []
    assert let_through(logins.ledger, logins.coordinator, FORBIDDEN_SQL[-3:]) == []


def test_a_coordinator_takes_nothing_from_what_the_ledger_is(logins: Logins) -> None:
    others = (
        "DELETE FROM ledger", "INSERT INTO ledger VALUES ('x', 'y')", "UPDATE access SET role = 'coordinator'", "SELECT lo_create(0)",
        "UPDATE ledger SET name = 'x' WHERE name = 'head'",
    )  # fmt: skip
    assert let_through(logins.ledger, logins.coordinator, others) == []
    logins.ledger.sql(logins.coordinator, "UPDATE ledger SET value = 'x' WHERE name = 'id'")
    assert logins.ledger.sql(None, "SELECT FROM ledger WHERE value = 'x'") == []


def test_a_coordinator_adds_nothing_to_what_others_said(logins: Logins) -> None:
    logins.pg.ok("log", "zj-target-20.1", "--value", "70")
    assert logins.run(logins.coordinator, "log", "zj-task-1", "--percent", "10")[0] == 0
    report = "INSERT INTO report (change_id, item_id, date, entered) VALUES ({}, 1, '2026-01-01', '2026-01-01')"
    statements = tuple(report.format(change) for change in (5, 6))
    assert let_through(logins.ledger, logins.coordinator, statements) == []
    assert logins.pg("doctor").code == 0


def test_a_table_called_pg_class_forges_no_login(logins: Logins) -> None:
    """A trigger runs in its session's own search path, where a table of the session's own may stand before the catalogue's."""
    forged = (
        "CREATE TEMP TABLE pg_class (oid oid, relowner oid)",
        "INSERT INTO pg_temp.pg_class SELECT 'public.change'::regclass, oid FROM pg_roles WHERE rolname = session_user",
        "SET search_path = pg_temp, pg_catalog, public",
        "SET TimeZone = 'UTC'",
        (
            'INSERT INTO change (id, at, "by", login, command, hash) VALUES (5, to_char(now(),'
            """ 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'), '甲', 'somebody', 'log', '')"""
        ),
    )
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        logins.ledger.sql(logins.coordinator, *forged)


def test_a_login_cannot_be_forged(logins: Logins) -> None:
    row = "INSERT INTO change (id, at, \"by\", login, command, hash) VALUES (99, '2026-11-21T00:00:00.000000Z', '甲', '{}', 'log', '')"
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        logins.ledger.sql(logins.coordinator, row.format("somebody"))
    said = '[5,"9999-01-01T00:00:00.000000Z","甲","somebody",null,"log",null,null]'
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        logins.ledger.sql(logins.reporter, f"SELECT tracker_record('{said}', '{{}}', '{{}}')")


def test_a_participant_adds_notes_only_even_in_sql(logins: Logins) -> None:
    code, err = logins.run(logins.reporter, "log", "zj-target-19", "--note", "已配合", "--unit", "省建设厅")
    assert code == 0, err
    (item,), (unit,) = (
        logins.ledger.sql(None, "SELECT id FROM item WHERE code = 'zj-target-19'")[0],
        logins.ledger.sql(None, "SELECT id FROM unit WHERE region = 'zj' AND name = '省建设厅'")[0],
    )
    moment = "to_char(clock_timestamp() AT TIME ZONE 'UTC' + interval '1 minute', 'YYYY-MM-DD\"T\"HH24:MI:SS.US\"Z\"')"
    head = f"json_build_array((SELECT max(id) + 1 FROM change), {moment}, '甲', session_user, NULL, 'log', NULL, NULL)::text"
    today = "to_char(current_date, 'YYYY-MM-DD')"
    for role, value in (("participant", "'9'"), ("lead", "'9'"), ("lead", "NULL")):
        said = f"{unit}, '省建设厅', '{role}', NULL, NULL, {value}, '注', NULL, NULL, '{{}}'"
        row = f"json_build_array({item}, 1, {today}, {today}, {said})::text"
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            logins.ledger.sql(logins.reporter, f"SELECT tracker_record({head}, ARRAY['report'], ARRAY[{row}])")


def test_a_reader_reads(logins: Logins) -> None:
    assert logins.run(logins.reader, "overdue")[0] == 0
    code, err = logins.run(logins.reader, "log", "zj-target-20.1", "--value", "1")
    assert (code, "没有这项权限" in err) == (1, True)


def test_a_name_without_a_region_is_not_granted_in_two(pg: Cli) -> None:
    result = pg("db", "grant", "--login", "nobody_at_all", "--unit", "省建设厅")
    assert result.code == 0 or "多个地区" in result.err
    result = pg("db", "grant", "--login", "nobody_at_all", "--unit", "省生态环境厅")
    assert (result.code, "多个地区" in result.err) == (1, True)


def test_granting_needs_a_server(cli: Cli) -> None:
    result = cli("db", "grant", "--login", "a", "--unit", "zj:省建设厅")
    assert (result.code, result.err) == (1, "错误：授权只用于 PostgreSQL 台账；文件台账的权限由文件系统决定\n")


def test_a_coordinators_form_is_noted_and_others_note_nothing_and_say_nothing(logins: Logins, pg: Cli) -> None:
    path = pg.folder / "表.xlsx"
    asked = ("export", "form", "--unit", "zj:省建设厅", "-o", str(path), "--force")
    noted = (
        "SELECT c.login, e.data::jsonb->'plans' FROM event e JOIN change c ON c.id = e.change_id WHERE e.kind = 'form'"
    )
    for login in (logins.reader, logins.reporter):
        code, err = logins.run(login, *asked)
        assert (code, err.splitlines()[0].startswith("已写入"), len(err.splitlines())) == (0, True, 1)
        assert logins.ledger.sql(None, noted) == []
    code, err = logins.run(logins.coordinator, *asked)
    assert (code, "已启用填报期：zj" in err) == (0, True)
    assert logins.ledger.sql(None, noted) == [(logins.coordinator, ["zj"])]
    assert logins.ledger.sql(None, "SELECT code FROM plan WHERE used_on IS NOT NULL") == [("zj",)]
    assert logins.run(logins.coordinator, "undo", "--yes")[0] == 0
    assert logins.ledger.sql(None, "SELECT code FROM plan WHERE used_on IS NOT NULL") == []
