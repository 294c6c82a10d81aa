"""The READMEs: their sessions are what the commands say, their commands and links exist."""

import os
import re
from pathlib import Path

import pytest

from tests.conftest import Cli
from tools import readme
from tracker.cli.registry import COMMANDS, Group

_NAMED = re.compile(r"(?:`|\$ |^|&& )tracker ([a-z]+)(?: ([a-z]+))?", re.MULTILINE)


@pytest.fixture(params=readme.PAGES, ids=lambda page: page.name)
def page(request: pytest.FixtureRequest) -> Path:
    path: Path = request.param
    return path


def test_the_sessions_are_what_the_commands_say(page: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(os.environ, "TRACKER_CONFIG", str(tmp_path / "no.toml"))
    text = page.read_text(encoding="utf-8")
    assert readme.replayed(text, tmp_path) == text, "stale: run python -m tools.readme"


def test_the_two_commands_of_the_readme(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    assert "python -m pip install . && tracker overdue\n" in text
    assert "python -m pip install -e '.[dev]' && python -m pytest\n" in text


def test_every_command_named_exists(page: Path, cli: Cli) -> None:
    named = {tuple(words) for words in _NAMED.findall(page.read_text(encoding="utf-8"))}
    for name, member in named:
        entry = COMMANDS.get(name)
        assert entry is not None, name
        assert not isinstance(entry, Group) or not member or member in entry.members, (name, member)
    assert cli("--help").code == 0


def test_every_link_leads_somewhere() -> None:
    pages = [
        *readme.PAGES,
        *(readme.ROOT / "docs").glob("*.md"),
        *(readme.ROOT / name for name in ("CONTRIBUTING.md", "SECURITY.md")),
    ]
    for path in pages:
        for target in re.findall(r"\]\(([^)#]+)", path.read_text(encoding="utf-8")):
            if "://" not in target:
                assert (path.parent / target).exists(), f"{path.name}: {target}"
