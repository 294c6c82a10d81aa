"""`tracker check` as monitors see it: one line, performance data, exit codes by the convention of monitoring plugins."""

import json
import re
from pathlib import Path

import pytest

from tests.conftest import Cli
from tracker.actions.checks import RULES
from tracker.store.connection import Connection

ONE_LINE = re.compile(r"TRACKER (OK|WARNING|CRITICAL|UNKNOWN) - [^\n|]+( \|( [a-z_]+=\d+)+)?\n")


def test_a_fresh_ledger_is_critical_because_most_deadlines_were_at_the_end_of_2025(cli: Cli) -> None:
    result = cli("check")
    count = len(json.loads(cli.ok("list", "--overdue", "--json", "--fields", "id")))
    assert result.code == 2
    drafts = len(json.loads(cli.ok("list", "--overdue", "--plan", "zj,cq", "--json", "--fields", "id")))
    assert result.out == (
        f"TRACKER CRITICAL - 逾期 {count} 项（其中建账前到期 {count}，征求意见稿 {drafts}），临近到期 0 项 | "
        f"overdue={count} due_soon=0\n"
    )
    assert result.err == ""


@pytest.mark.parametrize(
    ("words", "code", "status"),
    [
        (["--as-of", "2021-06-01"], 0, "OK"),
        (["--as-of", "2025-12-20", "--crit-overdue", "50"], 1, "WARNING"),
        (["--crit-overdue", "1000"], 1, "WARNING"),
        (["--as-of", "2026-01-01"], 2, "CRITICAL"),
        (["due-soon", "--as-of", "2025-12-01"], 1, "WARNING"),
        (["due-soon", "--as-of", "2025-11-30"], 0, "OK"),
        (["due-soon", "--as-of", "2025-11-30", "--warn-days", "31"], 1, "WARNING"),
        (["due-soon", "--as-of", "2030-12-31", "--warn-days", "0"], 1, "WARNING"),
        (["due-soon", "--warn-days", "999999999"], 1, "WARNING"),
        (["unverified"], 0, "OK"),
        (["unreported", "overdue", "unreported"], 2, "CRITICAL"),
        (["all"], 2, "CRITICAL"),
    ],
)
def test_exit_codes(cli: Cli, words: list[str], code: int, status: str) -> None:
    result = cli("check", *words)
    assert (result.code, result.err) == (code, "")
    assert result.out.startswith(f"TRACKER {status} - ")
    assert ONE_LINE.fullmatch(result.out)


@pytest.mark.parametrize(
    "words",
    [
        ["nonsense"], ["overdue", "nonsense"], ["all", "nonsense"], ["--nonsense"], ["--crit-overdue", "many"],
        ["--crit-overdue", "0"], ["--warn-days", "-1"], ["--warn-days"], ["--as-of", "someday"], ["--known-at", "T"],
        ["--db", "missing.sqlite3"], ["--db", "mysql://host/db"],
    ],
)  # fmt: skip
def test_whatever_cannot_be_answered_is_unknown_in_one_line(cli: Cli, words: list[str]) -> None:
    result = cli("check", *words)
    assert (result.code, result.err) == (3, "")
    assert ONE_LINE.fullmatch(result.out)
    assert result.out.startswith("TRACKER UNKNOWN - ")
    as_json = cli("check", "--json", *words)
    assert as_json.code == 3
    assert json.loads(as_json.out) == {"status": "UNKNOWN", "message": result.out[18:-1], "rules": []}


def test_a_crash_is_unknown_too(cli: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    def crash(*_: object) -> None:
        raise RuntimeError("first\nsecond")

    monkeypatch.setattr(Connection, "one", crash)
    result = cli("check")
    assert result.code == 3
    assert result.out == "TRACKER UNKNOWN - 程序内部错误（RuntimeError：first second）；请加 --debug 重新运行并报告\n"
    debugged = cli("--debug", "check")
    assert (debugged.code, debugged.out) == (3, result.out)
    assert "Traceback" in debugged.err


def test_check_never_creates_a_ledger(cli: Cli, tmp_path: Path) -> None:
    cli("check", "--db", tmp_path / "new" / "ledger.sqlite3")
    assert not (tmp_path / "new").exists()


def test_defaults_of_person_and_day_do_not_apply(cli: Cli) -> None:
    plain = cli("check").out
    cli.environ |= {"TRACKER_PLAN": "cn", "TRACKER_UNIT": "省能源局", "TRACKER_AS_OF": "2021-06-01"}
    assert cli("check").out == plain


def test_json_names_what_each_rule_found(cli: Cli) -> None:
    result = cli("check", "overdue", "unverified", "--json")
    answer = json.loads(result.out)
    assert (result.code, answer["status"]) == (2, "CRITICAL")
    assert list(answer) == ["status", "message", "rules"]
    overdue, unverified = answer["rules"]
    assert (overdue["rule"], overdue["severity"], overdue["count"]) == ("overdue", "CRITICAL", len(overdue["ids"]))
    assert unverified == {"rule": "unverified", "severity": "WARNING", "count": 0, "ids": []}
    assert (
        answer["message"]
        == f"逾期 {overdue['count']} 项（其中建账前到期 {overdue['count']}，征求意见稿 100），待核查 0 项"
    )
    listed = json.loads(cli.ok("list", "--overdue", "--json", "--fields", "id"))
    assert sorted(overdue["ids"]) == sorted(row["id"] for row in listed)


def test_all_answers_every_rule_in_the_order_of_the_list(cli: Cli) -> None:
    answer = json.loads(cli("check", "all", "--json").out)
    assert [rule["rule"] for rule in answer["rules"]] == list(RULES)
    alone = [json.loads(cli("check", name, "--json").out)["rules"][0] for name in RULES]
    assert answer["rules"] == alone


def test_the_list_of_rules_says_what_each_means_and_what_to_do(cli: Cli) -> None:
    rows = json.loads(cli.ok("check", "--list", "--json"))
    assert [row["rule"] for row in rows] == list(RULES)
    text = cli.ok("check", "--list")
    for rule in RULES.values():
        assert rule.meaning in text
        assert rule.remedy in text
    assert "overdue      CRITICAL  逾期\n" in text


def test_the_default_check_asks_the_kept_dates_only(cli: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise AssertionError("history was read")

    monkeypatch.setattr("tracker.store.items.load_items", refuse)
    monkeypatch.setattr("tracker.store.items.load_statements", refuse)
    assert cli("check").code == 2


def test_the_rules_asked_about_are_explained_alone(cli: Cli) -> None:
    told = cli.ok("check", "conflict", "--list")
    assert (told.startswith("conflict "), told.count("含义："), told.endswith("tracker check all 查全部\n")) == (
        True,
        1,
        True,
    )


def test_more_time_stands_beside_what_is_overdue(cli: Cli) -> None:
    cli.ok("extend", "zj-target-12", "--to", "2027-06-30", "--reason", "r", "--approved-by", "省政府", "--late")
    for words in ((), ("--as-of", "2026-11-22"), ("--plan", "zj")):
        assert "），延期过 1 项，临近到期" in cli("check", *words).out
    assert "延期过" not in cli("check", "--plan", "js").out + cli("check", "--as-of", "2026-11-20").out
    assert "项，延期过 1 项，截至" in cli.ok("overdue", "--plan", "zj")
    assert "延期过" not in cli.ok("overdue", "--plan", "js") + cli.ok("overdue", "--as-of", "2026-11-20")
    cli.ok("undo", "--yes")
    assert "延期过" not in cli("check").out + cli.ok("overdue")
