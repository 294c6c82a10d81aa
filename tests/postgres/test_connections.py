"""A server's address with several hosts, a connection that is lost at the worst moment, and what a driver may say of a password."""

import json
import re
from collections.abc import Sequence
from typing import Any

import pytest

from tests.commandline import environ_of
from tests.conftest import Cli
from tests.server import Server
from tracker.store.connection import Connection
from tracker.store.location import Location


@pytest.mark.parametrize("done", [False, True], ids=["before it was done", "after it was done"])
def test_a_connection_lost_in_the_commit_leaves_it_open_and_says_so(
    pg: Cli, ledger: Server, monkeypatch: pytest.MonkeyPatch, done: bool
) -> None:
    execute = Connection.execute
    sent: list[str] = []

    def lost(self: Connection, sql: str, parameters: Sequence[Any] = ()) -> Any:
        if sql == "COMMIT":
            sent.append(sql)
            if done:
                execute(self, sql)
            ledger.sql(None, f"SELECT pg_terminate_backend({self.raw.info.backend_pid})")
        return execute(self, sql, parameters)

    monkeypatch.setattr(Connection, "execute", lost)
    result = pg("log", "zj-task-6", "--percent", "40", "--by", "李四")
    assert (result.code, result.out, sent) == (1, "", ["COMMIT"])
    assert "是否已写入不能确定" in result.err
    assert "tracker history --by 李四" in result.err
    assert result.err.count("\n") == 1
    monkeypatch.undo()
    rows = json.loads(pg.ok("history", "--by", "李四", "--command", "log", "--json"))
    assert len({row["change"] for row in rows}) == (1 if done else 0)


@pytest.mark.parametrize(
    "words",
    [("db", "copy", "FILE", "SERVER"), ("import", "FOLDER", "--yes", "--db", "SERVER"), ("init", "--db", "SERVER")],
)
def test_a_ledger_whose_making_is_cut_off_in_the_commit_says_so_too(
    cli: Cli, empty: Server, monkeypatch: pytest.MonkeyPatch, words: tuple[str, ...]
) -> None:
    cli.ok("export", "data", "-o", cli.folder / "data")
    execute = Connection.execute

    def lost(self: Connection, sql: str, parameters: Sequence[Any] = ()) -> Any:
        if sql == "COMMIT" and not self.is_sqlite:
            empty.sql(None, f"SELECT pg_terminate_backend({self.raw.info.backend_pid})")
        return execute(self, sql, parameters)

    monkeypatch.setattr(Connection, "execute", lost)
    places = {"FILE": cli.db, "FOLDER": cli.folder / "data", "SERVER": empty.owner}
    result = cli(*(places.get(word, word) for word in words))
    assert (result.code, "是否已写入不能确定" in result.err) == (1, True), result.err
    assert "tracker history --by 张三" in result.err
    assert result.err.count("错误") == 1


def test_an_address_with_several_hosts_works_with_every_command(empty: Server, pg: Cli) -> None:
    scheme, _, rest = empty.owner.partition("://")
    credentials, _, place = rest.rpartition("@")
    host, _, database = place.partition("/")
    address = f"{scheme}://{credentials}@127.0.0.1:1,{host}/{database}"
    cli = Cli(pg.folder, now=pg.now, environ=environ_of(address, pg.folder))
    cli.ok("init")
    cli.ok("log", "zj-task-6", "--percent", "40")
    assert cli("doctor").code == 0


@pytest.mark.parametrize("secret", ["a", "ab", "connection", "refused", "a/b"])
def test_masking_does_not_tell_which_letters_a_password_has(cli: Cli, secret: str) -> None:
    address = f"postgresql://u:{secret}@127.0.0.1:1/x"
    said = "connection failed: connection to server at 127.0.0.1, port 1 failed: Connection refused"
    shown = Location(address).without_secret(said)
    assert "***" not in shown
    result = cli("status", "--db", address)
    assert result.code == 1
    assert "***" not in result.err
    assert re.search("[A-Za-z]{4,}", result.err.rpartition("：")[2]) is None
