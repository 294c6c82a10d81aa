"""A real PostgreSQL server for tests: the one named by TRACKER_TEST_POSTGRES, or none and they skip.

.ci/run starts a private one on loopback and sets TRACKER_REQUIRE_POSTGRES, so that skipping is a failure there.
"""

import os
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

import pytest

from tests.commandline import CHINA, NOON, Cli, environ_of
from tracker.store import creation
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


@contextmanager
def database(address: str, name: str, template: str | None = None) -> Iterator[Server]:
    """A database of its own name on the server while the block runs, empty or a copy of another."""
    unique = f"tracker_{name}_{uuid.uuid4().hex[:12]}"
    admin(address, f"CREATE DATABASE {unique}" + (f" TEMPLATE {template}" if template else ""))
    if template:
        # A copy of a database is open to everybody, whatever the first one was.
        admin(address, f"REVOKE CONNECT, TEMPORARY ON DATABASE {unique} FROM PUBLIC")
    try:
        yield Server(address, unique)
    finally:
        admin(address, f"DROP DATABASE {unique} WITH (FORCE)")


@pytest.fixture(scope="session")
def template(server: str) -> Iterator[str]:
    """A database with the five plans, made once at the moment of the tests' own clock; every test gets a copy."""
    with database(server, "template") as made:
        assert creation.create(Location(made.owner), NOON, by="测试")
        yield made.database


@pytest.fixture
def ledger(server: str, template: str) -> Iterator[Server]:
    """A fresh ledger on the server."""
    with database(server, "test", template) as made:
        yield made


@pytest.fixture
def empty(server: str) -> Iterator[Server]:
    """A database without anything in it."""
    with database(server, "empty") as made:
        yield made


@pytest.fixture
def pg(ledger: Server, tmp_path: Path) -> Cli:
    """The command line on a fresh ledger on the server, as its owner.

    Its clock is the real one: the server holds a reporter's day of entry against its own.
    """
    return Cli(tmp_path, now=datetime.now(CHINA), environ=environ_of(ledger.owner, tmp_path))
