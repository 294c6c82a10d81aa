"""What each rule finds, and what makes it stop."""

import json
from datetime import timedelta

import pytest

from tests.conftest import NOON, Cli


def found(cli: Cli, rule: str, *words: str) -> list[str]:
    answer = json.loads(cli("check", rule, *words, "--json").out)
    return list(answer["rules"][0]["ids"])


def test_overdue_is_past_due_and_neither_met_nor_completed(cli: Cli) -> None:
    assert {"zj-target-17", "zj-task-1"} <= set(found(cli, "overdue"))
    cli.ok("log", "zj-target-17", "--value", "1000")
    cli.ok("log", "zj-task-1", "--state", "completed")
    assert not {"zj-target-17", "zj-task-1"} & set(found(cli, "overdue"))
    assert "zj-target-17" in found(cli, "overdue", "--as-of", "2026-11-20")


def test_an_item_with_an_early_indicator_is_overdue_before_its_last_date(cli: Cli) -> None:
    assert "zj-target-31" in found(cli, "overdue", "--as-of", "2024-01-01")
    assert "zj-target-31" not in found(cli, "overdue", "--as-of", "2023-12-31")
    assert found(cli, "due-soon", "--as-of", "2023-12-31") == ["zj-target-31"]


def test_behind_is_open_and_below_schedule(cli: Cli) -> None:
    cli.ok("log", "zj-target-17", "--value", "890")
    cli.ok("log", "zj-task-2", "--percent", "91")
    assert found(cli, "behind") == ["zj-target-17"]
    cli.ok("log", "zj-task-2", "--percent", "90")
    assert found(cli, "behind") == ["zj-target-17", "zj-task-2"]
    cli.ok("log", "zj-target-17", "zj-task-2", "--state", "completed")
    assert found(cli, "behind") == ["zj-target-17"]  # a word settles no number
    cli.ok("close", "zj-target-17", "--unmet", "企业关停", "--by", "李四")
    assert found(cli, "behind") == []


def test_behind_looks_at_every_open_indicator(cli: Cli) -> None:
    cli.ok("log", "zj-target-28.1", "--value", "100")
    assert found(cli, "behind") == ["zj-target-28"]
    cli.ok("log", "zj-target-28.1", "--state", "completed")
    assert found(cli, "behind") == ["zj-target-28"]
    cli.ok("close", "zj-target-28.1", "--unmet", "工程调整", "--by", "李四")
    assert found(cli, "behind") == []


def test_stale_is_reported_once_but_not_in_the_period(cli: Cli) -> None:
    cli.ok("log", "zj-task-1", "--percent", "10")
    assert found(cli, "stale") == []
    cli.now = NOON + timedelta(
        days=41
    )  # 2027-01-01: the last day of grace of the first period that is owed, December's
    assert found(cli, "stale") == []
    cli.now = NOON + timedelta(days=42)
    assert found(cli, "stale") == ["zj-task-1"]
    cli.ok("log", "zj-task-1", "--same")
    assert found(cli, "stale") == []


def test_unreported_is_an_item_none_of_whose_leads_answered_the_period(cli: Cli) -> None:
    assert found(cli, "unreported") == []  # no plan owes before the first report on it
    cli.ok("log", "zj-task-1", "--percent", "10")
    cli.now = NOON + timedelta(days=42)
    assert {"zj-target-7", "zj-task-1"} <= set(found(cli, "unreported"))
    cli.ok("log", "zj-target-7.1", "--note", "推进中", "--unit", "省能源局")
    assert "zj-target-7" not in found(cli, "unreported")
    row = json.loads(cli.ok("show", "zj-target-7", "--json"))
    assert (row["reported_units"], row["unreported_units"]) == (["省能源局"], ["省发展改革委"])


def test_unreported_asks_the_main_lead_where_one_is_named(cli: Cli) -> None:
    cli.ok("assign", "zj-target-7", "--main", "省发展改革委")
    cli.now = NOON + timedelta(days=42)
    cli.ok("log", "zj-target-7.1", "--note", "推进中", "--unit", "省能源局")
    assert "zj-target-7" in found(cli, "unreported")
    cli.ok("log", "zj-target-7.1", "--note", "推进中", "--unit", "省发展改革委")
    assert "zj-target-7" not in found(cli, "unreported")


def test_unassigned_lists_exactly_the_rows_without_a_lead(cli: Cli) -> None:
    rows = json.loads(cli.ok("list", "--json", "--fields", "id,lead_units,responsibility", "--limit", "0"))
    without = [row["id"] for row in rows if not row["lead_units"]]
    assert found(cli, "unassigned") == without
    assert {"zj-target-2", "zj-task-40", "zj-task-28"} <= set(without)
    cli.ok("assign", "zj-task-40", "--lead", "省发展改革委")
    assert "zj-task-40" not in found(cli, "unassigned")


def test_unverified_is_completed_and_not_closed(cli: Cli) -> None:
    cli.ok("log", "zj-task-1", "zj-target-28.2", "--state", "completed")
    assert found(cli, "unverified") == ["zj-target-28.2", "zj-task-1"]
    cli.ok("undo", "--yes")
    assert found(cli, "unverified") == []


@pytest.mark.parametrize(
    ("name", "values", "doubtful"),
    [
        ("zj-target-17", ["90"], False),
        ("zj-target-17", ["10001"], True),  # a first value ten times the target
        ("zj-target-17", ["10000"], False),
        ("zj-target-17", ["90", "900"], False),
        ("zj-target-17", ["90", "901"], True),  # more than ten times the former value
        ("zj-target-17", ["90", "89"], True),  # a count that falls
        ("zj-target-17", ["90", "89", "91"], False),  # only the value in force is judged
        ("zj-target-9.1", ["5", "8"], False),  # a fall against a base year is logged as a growing number
        ("zj-target-9.1", ["8", "5"], True),
        ("zj-target-21.1", ["2024:170", "2025:160"], False),  # a level to be held may move both ways
        ("zj-target-21.1", ["2024:170", "2025:17.1"], False),
        ("zj-target-21.1", ["2024:170", "2025:16.9"], True),
        ("zj-target-21.1", ["2025:170", "16.9"], False),  # of a year's amount only that of a whole year counts
        ("nx-target-2", ["0", "5"], False),  # zero has no magnitude
    ],
)
def test_implausible_values(cli: Cli, name: str, values: list[str], doubtful: bool) -> None:
    for said in values:
        year, _, value = said.rpartition(":")
        cli.ok("log", name, "--value", value, *(["--year", year] if year else []))
    full = name if "." in name else f"{name}.1"
    assert found(cli, "implausible") == ([full] if doubtful else [])


def test_implausible_forgets_what_was_taken_back(cli: Cli) -> None:
    cli.ok("log", "zj-target-17", "--value", "90")
    cli.ok("log", "zj-target-17", "--value", "9000")
    assert found(cli, "implausible") == ["zj-target-17.1"]
    cli.ok("undo", "--yes")
    assert found(cli, "implausible") == []
    cli.ok("log", "zj-target-17", "--value", "95")
    assert found(cli, "implausible") == []


def test_implausible_knows_the_day_asked_about(cli: Cli) -> None:
    cli.ok("log", "zj-target-17", "--value", "90", "--date", "2026-10-01")
    cli.ok("log", "zj-target-17", "--value", "9000", "--date", "2026-11-01")
    assert found(cli, "implausible", "--as-of", "2026-10-31") == []
    assert found(cli, "implausible", "--as-of", "2026-11-01") == ["zj-target-17.1"]


def test_the_jump_factor_is_a_setting(cli: Cli) -> None:
    cli.ok("config", "set", "jump_factor", "2")
    cli.ok("log", "zj-target-17", "--value", "90")
    cli.ok("log", "zj-target-17", "--value", "181")
    assert found(cli, "implausible") == ["zj-target-17.1"]


def test_no_baseline_lists_numbers_whose_progress_cannot_be_known(cli: Cli) -> None:
    doubtful = found(cli, "no-baseline")
    assert "zj-target-20.1" in doubtful  # a rate
    assert "zj-target-17.1" not in doubtful  # a count from zero
    assert "zj-target-21.1" not in doubtful  # a level to be held
    assert "zj-target-9.1" not in doubtful  # a change from zero
    assert "zj-target-1.1" not in doubtful  # no number
    cli.ok("log", "zj-target-20.1", "--value", "85")
    assert "zj-target-20.1" not in found(cli, "no-baseline")  # met: nothing left to measure
