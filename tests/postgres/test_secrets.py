"""A login's password is hashed before it leaves this machine: no statement, and so no log of the server, ever holds it."""

from pathlib import Path
from typing import Any

import pytest

from tests.conftest import Cli
from tests.server import Server

TYPED = "geheim-' \\ 密码"


def test_a_password_is_given_to_the_server_hashed(
    ledger: Server, pg: Cli, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import psycopg

    said: list[str] = []
    execute = psycopg.Connection.execute

    def listening(self: Any, query: Any, *rest: Any, **more: Any) -> Any:
        said.append(query.as_string(self) if hasattr(query, "as_string") else str(query))
        return execute(self, query, *rest, **more)

    monkeypatch.setattr(psycopg.Connection, "execute", listening)
    (tmp_path / "password").write_text(f"{TYPED}\n", encoding="utf-8")
    login = f"t_{ledger.database[-12:]}_kept"
    result = pg("db", "grant", "--login", login, "--role", "reader", "--password-file", tmp_path / "password")
    kept = ledger.sql(None, f"SELECT rolpassword FROM pg_authid WHERE rolname = '{login}'")[0][0]
    ledger.sql(None, f'DROP OWNED BY "{login}"', f'DROP ROLE "{login}"')
    assert result.code == 0, result.err
    assert str(kept).startswith("SCRAM-SHA-256$")
    assert any("CREATE ROLE" in each for each in said)
    assert not any("geheim" in each for each in (*said, result.out, result.err))
