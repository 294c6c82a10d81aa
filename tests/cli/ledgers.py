"""What the transcripts look at beside the screen: the ledger itself."""

import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

from tests.conftest import Cli


def content(db: Path) -> list[str]:
    """Return every row of every table, as SQL."""
    with closing(sqlite3.connect(db)) as connection:
        return list(connection.iterdump())


@contextmanager
def unchanged(cli: Cli) -> Iterator[None]:
    """Hold that what happens inside leaves the ledger as it was, to the last row."""
    before = content(cli.db)
    yield
    assert content(cli.db) == before


def asked(cli: Cli, *words: object) -> Any:
    """Run a command with --json and return what it answered."""
    return json.loads(cli.ok(*words, "--json"))


def refusal(cli: Cli, *words: object, answers: str | None = None) -> tuple[int, str]:
    """Run a command that must fail: nothing on stdout, one line on stderr, nothing changed. Return code and line."""
    with unchanged(cli):
        result = cli(*words, answers=answers)
    assert result.out == ""
    assert result.err.count("\n") == 1, result.err
    assert result.err.startswith("错误："), result.err
    return result.code, result.err.removeprefix("错误：").rstrip("\n")
