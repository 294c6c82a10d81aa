"""The READMEs: their sessions are what the commands say, their commands and the links of all pages exist."""

import os
import re
import shlex
from collections.abc import Iterator
from pathlib import Path

import pytest
from rich.cells import cell_len

from tests.conftest import Cli
from tools import readme
from tracker.cli.command_table import COMMANDS, Group

DOCS = readme.ROOT / "docs"
PAGES = (*readme.PAGES, *sorted(DOCS.glob("*.md")), readme.ROOT / "CONTRIBUTING.md", readme.ROOT / "SECURITY.md")
GENERATED = ("reference.md",)
WIDTH = 120
_NAMED = re.compile(r"(?m)`(?P<code>[^`\n]+)`|(?:^ *(?:\$ )?|&& )(?P<line>tracker [^`\n]+)")


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


def test_both_readmes_say_the_same_in_the_same_order() -> None:
    """As far as that can be told without reading: headings, list items, blocks, what is in code, where links lead."""
    told = []
    for path in readme.PAGES:
        text = path.read_text(encoding="utf-8")
        links = [each for each in re.findall(r"\]\(([^)]+)", text) if not each.startswith("README")]
        marks = re.findall(r"(?m)^(#+|- |\d\. |```.*)", text)
        told.append((marks, re.findall(r"(?ms)^```.*?^```", text), sorted(links)))
    assert told[0] == told[1]


@pytest.mark.parametrize("path", [path for path in PAGES if path.name not in GENERATED], ids=lambda path: path.name)
def test_every_command_named_exists_and_takes_its_options(path: Path) -> None:
    """Told by the reference, which is what the commands say of themselves; `word …` counts where a command has that name."""
    help_of = dict(
        part.split("\n", 1) for part in (DOCS / "reference.md").read_text(encoding="utf-8").split("\n## ")[1:]
    )
    for match in _NAMED.finditer(path.read_text(encoding="utf-8")):
        code = match["code"] or match["line"]
        called = code.startswith("tracker ")
        name, *words = code.removeprefix("tracker ").split() or [""]
        entry = COMMANDS.get(name)
        assert entry or not called or not re.fullmatch("[a-z]+", name), code
        if entry is None or (isinstance(entry, Group) and not words):
            continue
        if isinstance(entry, Group):
            assert words[0] in entry.members, code
            name = f"{name} {words[0]}"
        for option in re.findall(r"(?<!\S)\[?(--[a-z][a-z-]*)", code):
            assert re.search(rf"{option}(?![\w-])", help_of[f"tracker {name}"]), code


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


@pytest.mark.parametrize("path", [path for path in PAGES if path.name not in GENERATED], ids=lambda path: path.name)
def test_no_line_breaks_within_a_chinese_sentence(path: Path) -> None:
    """A browser draws a break between two characters as a blank: lines end with a mark."""
    text = re.sub(r"(?ms)^ *```.*?^ *```", "", path.read_text(encoding="utf-8"))
    assert re.findall(r"(?m)^(?!\|).*[\u4e00-\u9fff]\n *[\u4e00-\u9fff].*$", text) == []


WRITTEN = re.compile(r"`(tracker [^`\n]+)`|^ *(tracker [^\n]+)$", re.MULTILINE)
STAND_FOR = {
    "编号": "zj-target-20.1", "单位": "省科技厅", "理由": "材料不全", "核查意见": "情况属实", "批准单位": "省政府", "数值": "70",
    "名称": "due_days", "值": "20", "旧稿": "旧稿.txt", "新稿": "新稿.txt", "文件夹/": "另存/", "实施方案.docx": "旧稿.txt",
    "校验值": "0123456789",
}  # fmt: skip
"""What a reader puts in the place of a word in a command."""
PLAN = (
    "湖北省减污降碳协同增效实施方案\n（一）推进示范。到2026年，建成示范园区{}个。（省生态环境厅牵头，省科技厅参与）\n"
)


def commands_of(page: str) -> Iterator[list[str]]:
    """Yield the commands of a page with what they are given; names of commands alone are names."""
    for pair in WRITTEN.findall((DOCS / page).read_text(encoding="utf-8")):
        name, *words = shlex.split("".join(pair), comments=True)[1:]
        entry = COMMANDS.get(name)
        given = words[1:] if isinstance(entry, Group) else words
        if entry is not None and given:
            yield [name, *(STAND_FOR.get(word, word) for word in words)]


@pytest.mark.parametrize("page", ["start", "monthly", "forms", "papers", "rules", "reading", "synergy"])
def test_what_a_page_says_can_be_run(page: str, cli: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    """A command may be refused by this ledger, where nothing is completed; it is never one that is not understood."""
    monkeypatch.chdir(cli.folder)
    for name, number in (("旧稿.txt", 3), ("新稿.txt", 5)):
        Path(name).write_text(PLAN.format(number), encoding="utf-8")
    Path("验收意见.pdf").write_bytes(b"%PDF-1.4")
    for words in commands_of(f"{page}.md"):
        told = cli(*words)
        if "需要确认" in told.err:
            told = cli(*words, "--yes")
        assert told.code in ((0, 1, 2) if words[0] == "check" else (0, 1)), (words, told.err)
        assert "用法见" not in told.err, (words, told.err)
        assert "内部错误" not in told.err, (words, told.err)
