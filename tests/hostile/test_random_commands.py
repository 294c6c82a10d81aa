"""Any command, any of its options, any value: an exit code of the contract, no traceback, an unchanged ledger on a refusal."""

from pathlib import Path

import pytest
from hypothesis import given, settings

from tests.cli.ledgers import content
from tests.hostile.conftest import World
from tests.hostile.lines import Line, command_lines, lines

SLOW = {("demo",), ("export", "reminders")}
"""Commands that write hundreds of files or thousands of reports; their own tests feed them."""
QUICK: tuple[Line, ...] = tuple(line for line in lines() if line.name not in SLOW)


@settings(max_examples=100)
@given(command_lines(QUICK))
def test_any_command_line_ends_well(world: World, words: list[str]) -> None:
    cli = world()
    before = content(cli.db)
    result = cli(*words)
    assert result.code in ((0, 1, 2, 3) if words[0] == "check" else (0, 1, 2))
    said = result.out + result.err
    assert "内部错误" not in said
    assert "Traceback" not in said
    assert "geheim" not in result.err
    assert not any(ord(char) < 32 and char not in "\n\t" for char in result.err)
    assert Path("there.json").exists()
    if result.code and words[0] != "check":
        assert content(cli.db) == before
        assert result.err.startswith("错误：") or result.err.count("\n") > 1


def test_every_command_is_drawn_from() -> None:
    assert len(lines()) > 60
    assert {("log",), ("plan", "revise"), ("db", "copy"), ("index", "compute")} < {line.name for line in QUICK}


@pytest.mark.parametrize("line", QUICK, ids=lambda line: " ".join(line.name))
def test_help_is_there_for_every_command(world: World, line: Line) -> None:
    result = world()(*line.name, "--help")
    assert result.code == 0
    assert result.out.startswith("用法：")
