"""Two readings of the rules agree over invented histories, and what words, participants and an undo may never do.

A short version of the campaign of `tests.independent.histories` (figures in docs/reliability.md).
"""

import json
import re
from pathlib import Path
from typing import Any

import pytest

from tests.independent.histories import NUMBERS, History
from tracker.ledger.terms import SHOWN_LIGHTS

DAYS = ("2022-03-01", "2025-12-31", "2026-01-01", "2026-07-01", "2027-03-03", "2031-07-01")
BY_NUMBERS = re.compile("逾期|低于序时|未达\\d{4}年|未保持|突破")
"""Reasons for red and yellow that numbers give and no word takes away."""


@pytest.fixture(params=[11, 12, 13])
def history(tmp_path: Path, request: pytest.FixtureRequest) -> History:
    found = History(tmp_path, request.param)
    found.live(30)
    return found


def lights(history: History) -> dict[str, dict[str, Any]]:
    """Return light and reason of every item, at every day that is asked about and today."""
    found = {}
    for day in (*DAYS, history.cli.now.date().isoformat()):
        rows = json.loads(
            history.cli.ok("list", "--json", "--limit", "0", "--as-of", day, "--fields", "id,light,light_reason")
        )
        found[day] = {row["id"]: (row["light"], row["light_reason"]) for row in rows}
    return found


def test_both_readings_agree(history: History) -> None:
    assert history.taken > 0
    assert list(history.differences(8)) == []


def test_what_a_participant_says_moves_no_light(history: History) -> None:
    history.cli.ok("log", "zj-task-12", "--note", "已使用")  # the plan is in use, whoever used it first
    before = lights(history)
    for name, unit in (
        ("zj-target-20", "zj:省生态环境厅"),
        ("zj-task-6", "zj:省经信厅"),
        ("zj-target-12", "zj:省公安厅"),
    ):
        said = history.cli("log", name, "--note", "配合牵头单位", "--unit", unit)
        assert said.code == 0 or "已由" in said.err or "牵头" in said.err
    assert lights(history) == before


def test_an_undo_restores_every_light_of_every_day(history: History) -> None:
    before = lights(history)
    taken = 0
    for _ in range(12):
        command = history.command()
        if command[0] in ("undo", "breakdown") or history.cli(*command).code:
            continue
        taken += 1
        history.cli.ok("undo", "--yes", *(("--by", "核查人") if "核查人" in command else ()))
        assert lights(history) == before, command
    assert taken


def test_a_word_alone_makes_no_light_better_than_its_numbers_allow(history: History) -> None:
    today = history.cli.now.date().isoformat()
    for name in set(history.names) & {*NUMBERS, "zj-target-22.1", "zj-target-18.1"}:
        item = name.partition(".")[0]
        before = lights(history)[today].get(item)
        if before is None or not BY_NUMBERS.search(before[1] or "") or "未办结" in before[1] or "退回" in before[1]:
            continue
        for words in (("--note", "进展顺利"), ("--same",), ("--state", "in_progress")):
            history.cli("log", name, *words)
        history.cli("complete", name)
        after = lights(history)[today][item]
        assert SHOWN_LIGHTS.index(after[0]) <= SHOWN_LIGHTS.index(before[0]), (name, before, after)
