"""What the owner of a ledger on a server does: making it, once; upgrading, copying, granting and taking back."""

import json
import re
import uuid
from pathlib import Path

import psycopg
import pytest

from tests.commandline import Result
from tests.conftest import Cli
from tests.postgres.test_many_hands import start
from tests.server import Server, admin, database
from tests.store import next_version
from tracker.store import ddl, upgrade, version
from tracker.store.connection import driver_refusal
from tracker.store.location import Location


def test_two_that_make_a_ledger_at_once_make_one(pg: Cli, empty: Server) -> None:
    pg.environ["TRACKER_DB"] = empty.owner
    running = [start(pg, "init", "--json") for _ in range(2)]
    said = [(*each.communicate(timeout=60), each.returncode) for each in running]
    assert [code for _, _, code in said] == [0, 0], said
    assert sorted(json.loads(out)["created"] for out, _, _ in said) == [False, True]
    hint = "增加随附方案请用 tracker plan add，如 tracker plan add zj"
    assert pg.ok("init") == f"台账 {Location(empty.owner).shown} 已存在，未作改动；{hint}\n"
    assert json.loads(pg.ok("history", "--json"))[0]["command"] == "init"
    assert pg("doctor").code == 0


def test_what_fails_half_way_leaves_an_empty_database(
    pg: Cli, empty: Server, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    from tracker.store import transfer
    from tracker.store.postgres import rights

    pg.ok("db", "copy", pg.environ["TRACKER_DB"], tmp_path / "file.sqlite3")
    for module, name in ((rights, "_shut_out_strangers"), (transfer, "_prove_equal")):
        with monkeypatch.context() as broken:
            broken.setattr(module, name, lambda *_: 1 / 0)
            assert pg("db", "copy", tmp_path / "file.sqlite3", empty.owner).code == 1
        assert empty.sql(None, "SELECT count(*) FROM pg_tables WHERE schemaname = 'public'") == [(0,)]
    pg.ok("db", "copy", tmp_path / "file.sqlite3", empty.owner)
    assert pg("doctor", "--db", empty.owner).code == 0


def test_an_owner_need_not_be_a_superuser(pg: Cli, server: str, tmp_path: Path) -> None:
    owner = f"t_owner_{uuid.uuid4().hex[:8]}"
    admin(server, f"CREATE ROLE {owner} LOGIN CREATEROLE")
    try:
        with database(server, "owned") as made:
            admin(server, f"ALTER DATABASE {made.database} OWNER TO {owner}")
            place = made.as_login(owner)
            pg.ok("db", "copy", pg.environ["TRACKER_DB"], place)
            pg.ok("log", "zj-task-1", "--percent", "10", "--db", place)
            pg.ok("db", "copy", place, tmp_path / "back.sqlite3")
            assert pg("doctor", "--db", place).code == 0
    finally:
        admin(server, f"DROP ROLE {owner}")


def test_an_owner_who_made_no_group_roles_grants_after_one_word_of_an_administrator(pg: Cli, server: str) -> None:
    owner, login = (f"t_{kind}_{uuid.uuid4().hex[:8]}" for kind in ("second", "granted"))
    admin(server, f"CREATE ROLE {owner} LOGIN CREATEROLE")
    try:
        with database(server, "second") as made:
            admin(server, f"ALTER DATABASE {made.database} OWNER TO {owner}")
            place = made.as_login(owner)
            pg.ok("init", "--plan", "zj", "--db", place)
            grant = ("db", "grant", "--login", login, "--unit", "zj:省生态环境厅", "--db", place)
            ((number,),) = made.sql(None, "SELECT current_setting('server_version_num')::int")
            if int(str(number)) >= 160000:
                told = pg(*grant)
                assert (told.code, told.err.count("\n")) == (1, 1)
                for statement in told.err.partition("：ALTER")[2].partition("，然后")[0].split("; "):
                    admin(server, statement if statement.startswith("GRANT") else f"ALTER{statement}")
            pg.ok(*grant)
            pg.ok("log", "zj-task-6", "--note", "甲", "--unit", "省生态环境厅", "--db", made.as_login(login))
            pg.ok("db", "revoke", "--login", login, "--db", place)
            assert pg("status", "--db", made.as_login(login)).code == 1
            assert pg("doctor", "--db", place).code == 0
    finally:
        admin(server, f"DROP ROLE IF EXISTS {login}")
        admin(server, f"DROP ROLE {owner}")


def test_an_upgrade_of_the_tables_is_sealed_and_keeps_the_rights(pg: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    for module, name in ((version, "REVISIONS"), (version, "HEAD"), (upgrade, "FOLDERS"), (ddl, "FOLDER")):
        monkeypatch.setattr(module, name, getattr(module, name))
    folder = pg.folder / "versions"
    folder.mkdir()
    pg.ok("log", "zj-task-1", "--percent", "10")
    next_version.install(folder)
    assert "旧版台账" in pg("list").err
    pg.ok("upgrade")
    assert pg("doctor", "--json").out.count('"area"') == 0
    pg.ok("log", "zj-task-1", "--percent", "20")
    assert json.loads(pg.ok("history", "--json"))[0]["command"] in ("log", "init", "upgrade")


def test_rights_are_given_and_taken_unit_by_unit(pg: Cli, ledger: Server, server: str) -> None:
    login = f"t-“名”_{uuid.uuid4().hex[:8]}"
    pg.ok("db", "grant", "--login", login, "--unit", "zj:省建设厅")
    pg.ok("db", "grant", "--login", login, "--unit", "zj:省科技厅")
    try:
        units = "SELECT count(*) FROM access WHERE login = '" + login + "'"
        assert ledger.sql(None, units) == [(2,)]
        assert (
            pg.ok("db", "revoke", "--login", login, "--unit", "zj:省科技厅")
            == f"已收回 {login} 为zj:省科技厅填报的权限\n"
        )
        assert pg("db", "revoke", "--login", login, "--unit", "zj:省科技厅").code == 1
        assert ledger.sql(None, units) == [(1,)]
        pg.ok("db", "grant", "--login", login, "--role", "coordinator")
        assert "另有协调权限" in pg("db", "grant", "--login", login, "--role", "reader").err
        assert pg.ok("db", "revoke", "--login", login) == f"已收回 {login} 的全部权限\n"
        assert ledger.sql(None, units) == [(0,)]
        assert ledger.sql(None, f"SELECT pg_has_role('{login}', 'tracker_reader', 'MEMBER')") == [(False,)]
        gone = f"t_gone_{uuid.uuid4().hex}"
        assert pg("db", "revoke", "--login", gone).err == f"错误：服务器上没有登录名 {gone}\n"
    finally:
        admin(server, f'DROP ROLE "{login}"')


def test_a_login_without_a_role_is_not_let_in(pg: Cli, empty: Server, server: str) -> None:
    pg.ok("init", "--empty", "--db", empty.owner)
    stranger = f"t_stranger_{uuid.uuid4().hex[:8]}"
    admin(server, f"CREATE ROLE {stranger} LOGIN")
    try:
        with pytest.raises(psycopg.OperationalError, match="permission denied"):
            empty.sql(stranger, "SELECT 1")
        place = empty.as_login(stranger)
        said = f"错误：无法连接数据库 {place}：这个登录名没有进入此台账的权限；请台账的所有者用 tracker db grant 授权\n"
        assert pg("list", "--db", place) == Result(1, "", said)
    finally:
        admin(server, f"DROP ROLE {stranger}")


def test_a_writer_that_waits_in_vain_is_told_so(pg: Cli, ledger: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    from tracker.store.postgres import rights

    monkeypatch.setattr(rights, "WAITING", "50ms")
    with psycopg.connect(Location(ledger.owner).dsn) as busy:
        busy.execute("SELECT tracker_turn()")
        result = pg("log", "zj-task-1", "--percent", "10")
    assert (result.code, len(result.err.splitlines())) == (1, 1)
    assert "正被其他程序占用" in result.err
    pg.ok("log", "zj-task-1", "--percent", "10")


def test_a_connection_that_breaks_is_told_in_one_line(pg: Cli, ledger: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    from tracker.store.postgres import rights

    def cut_off(_: object) -> None:
        database = ledger.database
        ledger.sql(
            None, f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{database}' AND pid <> pg_backend_pid()"
        )  # fmt: skip

    monkeypatch.setattr(rights, "take_turn", cut_off)
    result = pg("log", "zj-task-1", "--percent", "10")
    assert (result.code, len(result.err.splitlines())) == (1, 1)
    assert "连接中断" in result.err
    monkeypatch.undo()
    assert len(json.loads(pg.ok("history", "--json"))) == 1


@pytest.mark.parametrize(
    ("place", "words"),
    [
        ("127.0.0.1:1/none", "没有服务器在接受连接"),
        ("no-such-host.invalid/none", "找不到这个主机名"),
        ("127.0.0.1:notaport/none", "端口须是"),
        ("127.0.0.1:99999/none", "端口须是"),
        ("127.0.0.1:1,127.0.0.1:2/none", "没有服务器在接受连接"),
        ("127.0.0.1:1/none?sslmode=perhaps", "取值不对的参数"),
    ],
)
def test_what_cannot_be_reached_is_said_in_one_chinese_line(cli: Cli, place: str, words: str) -> None:
    address = f"postgresql+psycopg://me:hush-hush@{place}"
    for command in (("list",), ("log", "zj-task-1", "--percent", "1"), ("init",)):
        result = cli(*command, "--db", address)
        assert (result.code, result.out, len(result.err.splitlines())) == (1, "", 1), result.err
        assert words in result.err
        assert "hush" not in result.err
        assert re.search("[A-Za-z]{4,}", result.err.rpartition("：")[2]) is None
    check = cli("check", "--db", address)
    assert (check.code, "hush" in check.out + check.err) == (3, False)


def test_what_a_server_says_to_those_it_does_not_let_in_is_said_in_chinese(cli: Cli, server: str) -> None:
    host = server.rpartition("@")[2]
    login = f"t_full_{uuid.uuid4().hex[:8]}"
    admin(server, f"CREATE ROLE {login} LOGIN CONNECTION LIMIT 0")
    try:
        for place, words in (
            (f"nobody-{login}@{host}/postgres", "服务器上没有这个登录名"),
            (f"pg_monitor@{host}/postgres", "这个角色不能登录"),
            (f"{login}@{host}/postgres", "连接数已满"),
            (f"{server.rpartition('/')[2]}/none-{login}", "服务器上没有这个数据库"),
            (f"{server.rpartition('/')[2]}/postgres?sslmode=require", "加密连接没有建成"),
        ):
            result = cli("status", "--db", f"postgresql://{place}")
            assert (result.code, result.out, result.err.count("\n")) == (1, "", 1), result.err
            assert words in result.err
            assert re.search("FATAL|connection|exist|SSL", result.err) is None
    finally:
        admin(server, f"DROP ROLE {login}")


@pytest.mark.parametrize(
    "code", ["22P05", "23503", "40P01", "42P01", "53200", "54000", "57014", "58030", "XX001", "F0000"]
)
def test_what_a_server_says_of_a_statement_is_said_in_chinese(code: str) -> None:
    error = psycopg.errors.lookup(code)("some words of the driver")
    said = str(driver_refusal(error, Location("postgresql://u@h/d")))
    assert re.search("words|driver", said) is None
    assert re.search("请|重新", said)
