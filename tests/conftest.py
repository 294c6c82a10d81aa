"""Shared fixtures: the command line on a fresh ledger, on a file or on a server."""

import os
import shutil
import signal
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from tests.commandline import CHINA, NOON, Cli, Result, Stream, environ_of
from tracker.cli import terminal
from tracker.store import creation
from tracker.store.location import Location

__all__ = ["CHINA", "NOON", "Cli", "Result", "Stream"]

pytest_plugins = ["tests.server"]
TESTS = Path(__file__).parent

if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    # A shell that starts the tests in the background has them, and all they start, pass over Ctrl-C, which some press.
    signal.signal(signal.SIGINT, signal.default_int_handler)

settings.register_profile(
    "tracker",
    max_examples=60,
    deadline=None,
    derandomize=True,
    # The examples are the same each time; on a busy machine they only take longer, which is no fault of the program.
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
settings.load_profile("tracker")


@pytest.fixture(scope="session", autouse=True)
def _china() -> Iterator[None]:
    before = os.environ.get("TZ")
    _set_time_zone("Asia/Shanghai")
    yield
    _set_time_zone(before)


def _set_time_zone(name: str | None) -> None:
    """Move the process into a time zone; Windows has none of its own for a process, the lane there sets it outside."""
    if not hasattr(time, "tzset"):
        return
    if name is None:
        del os.environ["TZ"]
    else:
        os.environ["TZ"] = name
    time.tzset()


@pytest.fixture(scope="session", autouse=True)
def _consoles() -> None:
    """Have the streams that play a terminal take colours on Windows, too, where a real one must be asked."""
    if os.name == "nt":
        terminal.obeys_escapes = lambda stream: True  # noqa: ARG005 - the name is part of its type


@pytest.fixture(scope="session")
def seeded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A ledger of the five plans, made once; tests copy it."""
    path = tmp_path_factory.mktemp("seeded") / "ledger.sqlite3"
    assert creation.create(Location(str(path)), NOON, by="测试")
    return path


ON_A_SERVER_TOO = (
    "breakdown", "changes", "checks/test_rules.py", "lifecycle/test_deadlines_and_units.py", "lifecycle/test_figures.py", "lifecycle/test_plan_book.py",
    "lifecycle/test_states.py", "lifecycle/test_todo_and_screens.py", "planning",
    "cli/test_context.py", "cli/test_json_contract.py", "cli/test_output_forms.py", "cli/test_reading.py",
    "cli/test_names_and_figures.py", "cli/test_time.py", "cli/test_writing.py",
)  # fmt: skip
"""Tests that say nothing of where the ledger lies: they run once on a file and once on a server."""


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Repeat before the closing line which lanes `.ci/run` could not build: a run without them is no run of everything."""
    for lane in os.environ.get("TRACKER_LANES_NOT_RUN", "").split():
        terminalreporter.write_line(f"{lane} NOT RUN")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Skip on Windows what needs a POSIX system (signals, links, owners, a terminal), and what is long and the same anywhere.

    Properties draw inputs, not systems: they are of the second kind.
    """
    if os.name == "nt":
        for item in items:
            if item.get_closest_marker("posix"):
                item.add_marker(pytest.mark.skip(reason="needs a POSIX system"))
            elif item.get_closest_marker("anywhere") or getattr(
                getattr(item, "obj", None), "is_hypothesis_test", False
            ):
                item.add_marker(pytest.mark.skip(reason="the same anywhere: left to the main lane"))


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Run the tests of `ON_A_SERVER_TOO` on both engines."""
    place = Path(metafunc.definition.path).relative_to(TESTS).as_posix()
    if "cli" in metafunc.fixturenames and place.startswith(ON_A_SERVER_TOO):
        metafunc.parametrize("cli", ["file", "server"], indirect=True)


@pytest.fixture
def cli(tmp_path: Path, seeded: Path, request: pytest.FixtureRequest) -> Cli:
    """The command line on a fresh ledger of the five plans: a file, or a database on a server (`ON_A_SERVER_TOO`)."""
    if getattr(request, "param", "file") == "server":
        return Cli(tmp_path, environ=environ_of(request.getfixturevalue("ledger").owner, tmp_path))
    shutil.copy(seeded, tmp_path / "ledger.sqlite3")
    return Cli(tmp_path, environ=environ_of(tmp_path / "ledger.sqlite3", tmp_path))


@pytest.fixture
def uncleaned(monkeypatch: pytest.MonkeyPatch) -> None:
    """Write as versions did that kept control characters: their ledgers are still to be read."""
    for place in ("store.changeset.cleaned", "store.changeset.storable", "cli.main.cleaned"):
        monkeypatch.setattr(f"tracker.{place}", lambda text: text)
    monkeypatch.setattr("tracker.store.changeset.all_cleaned", lambda value: value)
