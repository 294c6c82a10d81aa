"""The command line run in this process, with clock, streams, environment and data of its own."""

import io
import os
from dataclasses import dataclass, field
from datetime import datetime, timedelta, timezone
from pathlib import Path

import pytest

from tracker.cli.context import context
from tracker.cli.main import run

CHINA = timezone(timedelta(hours=8))
PIPE = "utf-8" if os.name == "posix" else "gb18030"
"""What a process of ours writes into a pipe: on a Chinese Windows the code page of its consoles."""
NOON = datetime(2026, 11, 21, 12, 0, tzinfo=CHINA)


class Stream(io.StringIO):
    """A text stream that can claim to be a terminal."""

    terminal = False

    def isatty(self) -> bool:
        return self.terminal


@dataclass
class Result:
    """What a command gave back."""

    code: int
    out: str
    err: str


@dataclass
class Cli:
    """The command line: call it with words, look at code, out and err. now can be moved."""

    folder: Path
    now: datetime = NOON
    environ: dict[str, str] = field(default_factory=dict)

    @property
    def on_server(self) -> bool:
        """Whether the ledger is on a server, not a file."""
        return "://" in self.environ["TRACKER_DB"]

    @property
    def db(self) -> Path:
        """The file of the ledger; a test that looks into it has nothing to look into on a server."""
        if self.on_server:
            pytest.skip("looks into the file of a ledger, and this one is on a server")
        return Path(self.environ["TRACKER_DB"])

    def __call__(self, *words: object, answers: str | None = None, piped: str | bytes = "") -> Result:
        """Run one command. answers: what a person types at a terminal; None: no terminal. piped: what comes in without one."""
        out, err = Stream(), Stream()
        given: io.TextIOBase = io.TextIOWrapper(io.BytesIO(piped)) if isinstance(piped, bytes) else Stream(piped)
        if answers is not None:
            given = Stream(answers)
            given.terminal = err.terminal = True
        context.__init__(given, out, err, self.environ, lambda: self.now)  # type: ignore[misc]
        os.environ.pop("TRACKER_CONFIG", None)
        if "TRACKER_CONFIG" in self.environ:
            os.environ["TRACKER_CONFIG"] = self.environ["TRACKER_CONFIG"]
        code = run([str(word) for word in words])
        return Result(code, out.getvalue(), err.getvalue())

    def ok(self, *words: object, answers: str | None = None) -> str:
        """Run a command that must succeed and return what it printed."""
        result = self(*words, answers=answers)
        assert result.code == 0, result.err
        return result.out


def environ_of(ledger: object, folder: Path) -> dict[str, str]:
    """Return an environment in which a ledger is in force and nothing of this machine's user shows."""
    return {
        "TRACKER_DB": str(ledger),
        "TRACKER_CONFIG": str(folder / "config.toml"),
        "TRACKER_BY": "张三",
        "COLUMNS": "120",
        "NO_COLOR": "1",
    }
