"""A real PostgreSQL server for these tests: the one named by TRACKER_TEST_POSTGRES, or none and they skip.

The server has its own clock, and holds a reporter's day of entry against it: so "now" is the real moment here.

.ci/run starts a private one on loopback and sets TRACKER_REQUIRE_POSTGRES, so that skipping is a failure there.
"""

import os
import uuid
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest

from tests.conftest import CHINA, Cli
from tracker.store import creating
from tracker.store.location import Location


@pytest.fixture(scope="session")
def server() -> str:
    """The address of a server on which this test run may create databases and roles: …@host:port (no database)."""
    address = os.environ.get("TRACKER_TEST_POSTGRES", "")
    if not address:
        if os.environ.get("TRACKER_REQUIRE_POSTGRES"):
            pytest.fail("TRACKER_REQUIRE_POSTGRES is set but there is no server: TRACKER_TEST_POSTGRES is empty")
        pytest.skip("no PostgreSQL server: set TRACKER_TEST_POSTGRES=postgresql+psycopg://user@host:port")
    return address.rstrip("/")


class Server:
    """One ledger on the server, and the addresses under which each login reaches it."""

    def __init__(self, address: str, database: str) -> None:
        self.address, self.database = address, database

    @property
    def owner(self) -> str:
        return f"{self.address}/{self.database}"

    def as_login(self, login: str) -> str:
        scheme, _, rest = self.address.partition("://")
        return f"{scheme}://{login}@{rest.rpartition('@')[2]}/{self.database}"

    def sql(self, login: str | None, *statements: str) -> list[tuple[object, ...]]:
        """Run statements as a login, in one transaction; return the rows of the last."""
        import psycopg

        url = self.owner if login is None else self.as_login(login)
        with psycopg.connect(Location(url).dsn) as connection:
            cursor = None
            for statement in statements:
                cursor = connection.execute(statement.encode())
            return cursor.fetchall() if cursor is not None and cursor.description else []


def admin(address: str, statement: str) -> None:
    import psycopg

    with psycopg.connect(Location(f"{address}/postgres").dsn, autocommit=True) as connection:
        connection.execute(statement.encode())


@pytest.fixture(scope="session")
def template(server: str) -> Iterator[str]:
    """A database with the five plans, made once; every test gets a copy."""
    name = f"tracker_template_{uuid.uuid4().hex[:12]}"
    admin(server, f"CREATE DATABASE {name}")
    assert creating.create(Location(f"{server}/{name}"), datetime.now(CHINA), by="测试")
    yield name
    admin(server, f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture
def ledger(server: str, template: str) -> Iterator[Server]:
    """A fresh ledger on the server."""
    name = f"tracker_test_{uuid.uuid4().hex[:12]}"
    admin(server, f"CREATE DATABASE {name} TEMPLATE {template}")
    yield Server(server, name)
    admin(server, f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture
def pg(ledger: Server, tmp_path: Path) -> Cli:
    """The command line on a fresh ledger on the server, as its owner."""
    environ = {
        "TRACKER_DB": ledger.owner,
        "TRACKER_CONFIG": str(tmp_path / "config.toml"),
        "TRACKER_BY": "张三",
        "COLUMNS": "120",
        "NO_COLOR": "1",
    }
    return Cli(tmp_path, now=datetime.now(CHINA), environ=environ)
