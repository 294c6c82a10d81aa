"""Figures that ask for a second look: warned of at the door, asked about on a terminal, listed until confirmed."""

import json

from tests.conftest import Cli


def found(cli: Cli) -> list[str]:
    rules = json.loads(cli("check", "implausible", "--json").out)["rules"]
    return list(rules[0]["ids"])


def test_a_share_beyond_its_scale_is_warned_of_and_listed_until_confirmed(cli: Cli) -> None:
    cli.ok("log", "zj-target-20.1", "--value", "70", "--date", "2026-10-01")
    doubtful = cli("log", "zj-target-20.1", "--value", "170")
    assert (doubtful.code, "170% 不在 0 到 100 之间" in doubtful.err) == (0, True)
    assert found(cli) == ["zj-target-20.1"]
    cli.ok("log", "zj-target-20.1", "--value", "170")
    assert found(cli) == []


def test_a_value_below_zero_is_warned_of(cli: Cli) -> None:
    assert "-5万辆 是负数" in cli("log", "zj-target-12.1", "--value=-5").err


def test_a_percent_that_falls_is_warned_of(cli: Cli) -> None:
    cli.ok("log", "zj-task-6", "--percent", "60", "--date", "2026-11-01")
    assert "完成率 40% 低于上次 60%" in cli("log", "zj-task-6", "--percent", "40").err


def test_a_percent_that_falls_is_listed_until_it_is_confirmed_or_begins_anew(cli: Cli) -> None:
    for name in ("zj-task-6", "zj-task-12", "zj-target-22.1"):
        cli.ok("log", name, "--percent", "60", "--date", "2026-11-01", "--yes")
    for name in ("zj-task-6", "zj-target-22.1"):
        cli.ok("log", name, "--percent", "40")
    cli.ok("complete", "zj-task-12")
    cli.ok("return", "zj-task-12", "--reason", "材料不全")
    cli.ok("log", "zj-task-12", "--percent", "50")  # what was returned is reported anew
    assert found(cli) == ["zj-target-22.1", "zj-task-6"]
    cli.ok("log", "zj-task-6", "--percent", "40")
    cli.ok("log", "zj-target-22.1", "--percent", "60")
    assert found(cli) == []


def test_on_a_terminal_it_is_asked_and_nothing_is_written_without_a_yes(cli: Cli) -> None:
    cli.ok("log", "zj-target-20.1", "--value", "70", "--date", "2026-11-01")
    words = ("log", "zj-target-20.1", "--value", "7", "--note", "核对", "--problem", "无", "--next", "无")
    refused = cli(*words, answers="n\n" * 8)
    assert "数值存疑，仍要写入？" in refused.err
    assert len(json.loads(cli.ok("history", "zj-target-20", "--json"))) == 2
