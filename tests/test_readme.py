"""The READMEs: their sessions are what the commands say, their commands and the links of all pages exist."""

import os
import re
from pathlib import Path

import pytest
from rich.cells import cell_len

from tests.conftest import Cli
from tools import readme
from tracker.cli.command_table import COMMANDS, Group

DOCS = readme.ROOT / "docs"
PAGES = (*readme.PAGES, *sorted(DOCS.glob("*.md")), readme.ROOT / "CONTRIBUTING.md", readme.ROOT / "SECURITY.md")
GENERATED = ("reference.md", "checks.md")
WIDTH = 120
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


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.name)
def test_every_link_leads_somewhere(path: Path) -> None:
    for target in re.findall(r"\]\(([^)]+)", path.read_text(encoding="utf-8")):
        name, _, heading = target.partition("#")
        if "://" in target:
            continue
        page = path.parent / name if name else path
        assert page.exists(), target
        assert not heading or heading in headings(page), target


def headings(page: Path) -> set[str]:
    """Return what a link may name after `#`, as GitHub makes it of a heading."""
    titles = re.findall(r"(?m)^#+ (.+)$", page.read_text(encoding="utf-8"))
    return {re.sub(r"[^\w -]", "", title).strip().lower().replace(" ", "-") for title in titles}


def test_the_list_of_pages_leads_to_every_page() -> None:
    listed = set(re.findall(r"\]\((\w[\w-]*\.md)\)", (DOCS / "README.md").read_text(encoding="utf-8")))
    assert listed == {path.name for path in DOCS.glob("*.md")} - {"README.md"}


@pytest.mark.parametrize("path", [path for path in PAGES if path.name not in GENERATED], ids=lambda path: path.name)
def test_lines_are_no_wider_than_a_screen(path: Path) -> None:
    text = re.sub(r"(?ms)^ *```.*?^ *```", "", path.read_text(encoding="utf-8"))
    lines = [line for line in text.splitlines() if not line.startswith(("|", "!", "<!--"))]
    assert [line for line in lines if cell_len(line) > WIDTH] == []
