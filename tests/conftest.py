"""Shared fixtures: the command line run in this process, with clock, streams, environment and data of its own."""

import io
import os
import shutil
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta, timezone
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from tracker.cli.main import run
from tracker.cli.runtime import runtime
from tracker.store import creating
from tracker.store.location import Location

CHINA = timezone(timedelta(hours=8))
NOON = datetime(2026, 11, 21, 12, 0, tzinfo=CHINA)

settings.register_profile(
    "tracker",
    max_examples=60,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
settings.load_profile("tracker")


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
    def db(self) -> Path:
        return Path(self.environ["TRACKER_DB"])

    def __call__(self, *words: object, answers: str | None = None) -> Result:
        """Run one command. answers: what a person types at a terminal; None: no terminal."""
        out, err, given = Stream(), Stream(), Stream(answers or "")
        given.terminal = err.terminal = answers is not None
        runtime.__init__(given, out, err, self.environ, lambda: self.now)  # type: ignore[misc]
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


@pytest.fixture(scope="session", autouse=True)
def _china() -> Iterator[None]:
    before = os.environ.get("TZ")
    os.environ["TZ"] = "Asia/Shanghai"
    time.tzset()
    yield
    if before is None:
        del os.environ["TZ"]
    else:
        os.environ["TZ"] = before
    time.tzset()


@pytest.fixture(scope="session")
def seeded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A ledger of the five plans, made once; tests copy it."""
    path = tmp_path_factory.mktemp("seeded") / "ledger.sqlite3"
    assert creating.create(Location(str(path)), NOON, by="测试")
    return path


@pytest.fixture
def cli(tmp_path: Path, seeded: Path) -> Cli:
    """The command line on a fresh ledger of the five plans."""
    shutil.copy(seeded, tmp_path / "ledger.sqlite3")
    environ = {
        "TRACKER_DB": str(tmp_path / "ledger.sqlite3"),
        "TRACKER_CONFIG": str(tmp_path / "config.toml"),
        "TRACKER_BY": "张三",
        "COLUMNS": "120",
        "NO_COLOR": "1",
    }
    return Cli(tmp_path, environ=environ)
