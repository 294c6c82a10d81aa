"""The progress bar: for people who wait at a terminal, and only for them."""

import pytest

from tests.conftest import Stream
from tracker.cli import progress
from tracker.cli.context import context


@pytest.fixture
def stderr() -> Stream:
    stream = Stream()
    context.__init__(Stream(), Stream(), stream, {"TERM": "xterm"})  # type: ignore[misc]
    return stream


@pytest.mark.parametrize(
    ("terminal", "patience", "shown"), [(True, 0.0, True), (True, 60.0, False), (False, 0.0, False)]
)
def test_a_bar_only_on_a_terminal_and_only_after_a_while(
    stderr: Stream, monkeypatch: pytest.MonkeyPatch, terminal: bool, patience: float, shown: bool
) -> None:
    stderr.terminal = terminal
    monkeypatch.setattr(progress, "PATIENCE", patience)
    assert list(progress.watched(iter("abc"), 3)) == ["a", "b", "c"]
    assert ("导出" in stderr.getvalue()) is shown
