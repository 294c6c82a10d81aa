"""What a script may rely on: the exact keys and the kinds of their values (docs/contract.md, JSON)."""

import json
import re
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from tests.cli.ledgers import asked
from tests.conftest import Cli

ITEM = (
    "id plan kind number chapter section title text source responsibility lead_units participating_units open_ended due original_due"
    " state percent met overdue days_overdue due_soon light light_reason planned_progress lag forecast last_report indicators note"
    " completed_on closed_on assessable awaiting start extensions main_lead reported_units unreported_units returned parent children"
).split()
INDICATOR = (
    "id name comparator value bound aspirational measure baseline_year baseline_value due original_due scope direction state actual"
    " actual_date achievement met overdue lag basis met_on met_late assessable awaiting expected milestones trend"
).split()
LAST_REPORT = "date unit by note problem next".split()
GROUP = (
    "key total by_state by_light overdue due_soon unreported unassessable extended awaiting unverified before_ledger closed_unmet"
).split()
LIGHTS = "red yellow blue green grey done review".split()
STATES = "not_started in_progress completed closed".split()
CHANGE = "change at by unit command id field before after".split()

NOTHING = type(None)
TEXT: tuple[type, ...] = (str, NOTHING)
NUMBER: tuple[type, ...] = (int, Decimal, NOTHING)
ITEM_TYPES: Mapping[str, tuple[type, ...]] = {
    **dict.fromkeys(("id", "plan", "kind", "text", "responsibility", "state"), (str,)),
    **dict.fromkeys(("chapter", "section", "title", "source", "light", "light_reason", "forecast", "note"), TEXT),
    **dict.fromkeys(("due", "original_due", "completed_on", "closed_on"), (date, NOTHING)),
    **dict.fromkeys(("percent", "planned_progress", "lag"), NUMBER),
    **dict.fromkeys(("met", "overdue", "due_soon"), (bool, NOTHING)),
    **dict.fromkeys(("lead_units", "participating_units", "indicators"), (list,)),
    **dict.fromkeys(("assessable", "awaiting", "returned"), (bool,)), "start": (date,), "extensions": (int,),
    "main_lead": TEXT, "parent": TEXT, **dict.fromkeys(("reported_units", "unreported_units", "children"), (list,)),
    "number": (int,), "open_ended": (bool,), "days_overdue": (int, NOTHING), "last_report": (dict, NOTHING),
}  # fmt: skip
INDICATOR_TYPES: Mapping[str, tuple[type, ...]] = {
    **dict.fromkeys(("id", "name", "comparator", "state"), (str,)),
    **dict.fromkeys(("bound", "measure", "scope", "direction"), TEXT),
    **dict.fromkeys(("due", "original_due", "actual_date"), (date, NOTHING)),
    **dict.fromkeys(("value", "baseline_value", "actual", "achievement", "lag"), NUMBER),
    **dict.fromkeys(("aspirational", "met", "overdue"), (bool,)),
    **dict.fromkeys(("met_late", "assessable", "awaiting"), (bool,)), "met_on": (date, NOTHING), "basis": (str,),
    "expected": NUMBER, "milestones": (list,), "trend": (dict, NOTHING), "baseline_year": (int, NOTHING),
}  # fmt: skip
DATES = ("due", "original_due", "completed_on", "closed_on", "actual_date", "start", "met_on")


def fits(row: Mapping[str, Any], types: Mapping[str, tuple[type, ...]]) -> bool:
    """Whether every value is of one of the kinds its key may have; whole and broken numbers are told apart from booleans."""
    for key, kinds in types.items():
        value = row[key]
        if key in DATES and isinstance(value, str):
            value = date.fromisoformat(value)
        assert type(value) in kinds, (row["id"], key, value)
    return True


def exact(text: str) -> Any:
    """Read JSON with its numbers as they are written."""
    return json.loads(text, parse_float=Decimal)


@pytest.fixture
def busy(cli: Cli) -> Cli:
    """A ledger in which something of everything was reported."""
    cli.ok(
        "log", "zj-target-20.1", "--value", "78.50", "--note", "新建管网", "--problem", "缺资金", "--next", "申请专项"
    )
    cli.ok("log", "zj-task-6", "--percent", "33.3")
    cli.ok("log", "zj-task-46", "--state", "completed")
    cli.ok("log", "zj-target-1", "--state", "completed")
    return cli


def test_a_list_is_an_array_of_items(busy: Cli) -> None:
    rows = exact(busy.ok("list", "--json"))
    assert len(rows) == 273
    assert all(list(row) == ITEM for row in rows)
    assert all(fits(row, ITEM_TYPES) for row in rows)
    indicators = [indicator for row in rows for indicator in row["indicators"]]
    assert len(indicators) == 161
    assert all(list(indicator) == INDICATOR for indicator in indicators)
    assert all(fits(indicator, INDICATOR_TYPES) for indicator in indicators)


def test_the_codes_are_the_documented_ones(busy: Cli) -> None:
    rows = asked(busy, "list")
    indicators = [indicator for row in rows for indicator in row["indicators"]]
    assert {row["light"] for row in rows} <= set(LIGHTS)
    assert {row["state"] for row in rows} <= set(STATES)
    assert {row["kind"] for row in rows} == {"target", "task", "policy"}
    assert {row["responsibility"] for row in rows} <= {"lead", "joint", "sole", "tbd", "by_reference", "unstated"}
    assert {i["comparator"] for i in indicators} <= {
        ">=", "<=", ">", "<", "=", "~", "increase_by", "decrease_by", "complete", "qualitative"
    }  # fmt: skip
    assert {i["bound"] for i in indicators if i["comparator"].endswith("_by")} <= {">=", "~", "="}
    assert {i["bound"] for i in indicators if not i["comparator"].endswith("_by")} == {None}
    assert {i["direction"] for i in indicators} <= {"up", "down", "hold", None}
    assert all(0 <= row[key] <= 100 for row in rows for key in ("percent", "planned_progress") if row[key] is not None)


def test_only_the_reason_of_a_light_is_chinese(busy: Cli) -> None:
    rows = asked(busy, "list", "--fields", "state,light,kind,responsibility,forecast,overdue")
    assert all(str(value).isascii() for row in rows for value in row.values())
    assert all(row["light_reason"][0] in "红黄待蓝绿灰已" for row in asked(busy, "list", "--fields", "light_reason"))


def test_an_item_is_one_object(busy: Cli) -> None:
    item = exact(busy.ok("show", "zj-target-20", "--json"))
    assert list(item) == ITEM
    assert fits(item, ITEM_TYPES)
    assert list(item["last_report"]) == LAST_REPORT
    assert item["last_report"] == {
        "date": "2026-11-21", "unit": "省建设厅", "by": "张三", "note": "新建管网", "problem": "缺资金", "next": "申请专项",
    }  # fmt: skip


def test_numbers_keep_the_digits_that_were_typed(busy: Cli) -> None:
    assert '"actual": 78.50,' in busy.ok("show", "zj-target-20", "--json")
    assert '"percent": 33.3' in busy.ok("list", "--search", "VOCs", "--fields", "id,percent", "--json")
    busy.ok("log", "zj-target-3", "--value", "0.10000000000000000000000000001")
    assert '"actual": 0.10000000000000000000000000001,' in busy.ok("show", "zj-target-3", "--json")


def test_a_text_cannot_pass_for_a_number(busy: Cli) -> None:
    busy.ok("log", "zj-task-6", "--note", "\x0112", "--problem", '"12"')
    report = asked(busy, "show", "zj-task-6")["last_report"]
    assert (report["note"], report["problem"]) == ("12", '"12"')


def test_articles_have_a_number_and_a_title_and_annex_rows_none(busy: Cli) -> None:
    article = asked(busy, "show", "cn-task-4")
    assert (article["number"], article["title"], article["chapter"]) == (4, "强化生态环境分区管控", "三、加强源头防控")
    row = asked(busy, "show", "zj-task-6")
    assert (row["title"], row["chapter"]) == (None, "二、推进大气污染防治协同控制")
    assert row["section"] == "（五）加强工业源大气污染物与温室气体协同控制"


def test_an_aim_is_not_judged_and_never_overdue(busy: Cli) -> None:
    aim = asked(busy, "show", "zj-aim-1")
    unknown = ("percent", "met", "light", "light_reason", "planned_progress", "lag")
    assert {aim[key] for key in unknown} == {None}
    assert (aim["overdue"], aim["days_overdue"], aim["due_soon"]) == (False, 0, False)


def test_indicators_one_by_one(busy: Cli) -> None:
    rows = exact(busy.ok("list", "--plan", "zj", "--indicators", "--json"))
    assert len(rows) == 67
    assert all(list(row) == ["item", *INDICATOR] for row in rows)
    assert all(row["id"].startswith(row["item"] + ".") and fits(row, INDICATOR_TYPES) for row in rows)


@pytest.mark.parametrize("group", ["plan", "unit", "chapter", "region"])
def test_status(busy: Cli, group: str) -> None:
    answer = asked(busy, "status", "--group", group)
    assert list(answer) == ["as_of", "groups"]
    assert answer["as_of"] == "2026-11-21"
    for row in answer["groups"]:
        assert list(row) == GROUP
        assert (list(row["by_state"]), list(row["by_light"])) == (STATES, LIGHTS)
        assert sum(row["by_state"].values()) == sum(row["by_light"].values()) == row["total"]


def test_check(busy: Cli) -> None:
    result = busy("check", "--json")
    answer = json.loads(result.out)
    assert result.code == 2
    assert list(answer) == ["status", "message", "rules"]
    assert answer["status"] == "CRITICAL"
    assert [list(rule) for rule in answer["rules"]] == [["rule", "severity", "count", "ids"]] * 2
    assert all(rule["count"] == len(rule["ids"]) for rule in answer["rules"])


def test_check_answers_json_for_an_error_too(busy: Cli) -> None:
    result = busy("check", "nonsense", "--json")
    assert result.code == 3
    assert list(json.loads(result.out)) == ["status", "message", "rules"]


def test_history(busy: Cli) -> None:
    rows = asked(busy, "history")
    assert all(list(row) == CHANGE for row in rows)
    assert [row["change"] for row in rows] == sorted(row["change"] for row in rows)
    assert all(re.fullmatch(r"2026-11-21T04:00:00\.000000Z", row["at"]) for row in rows)
    assert rows[0] == {
        "change": 1, "at": "2026-11-21T04:00:00.000000Z", "by": "测试", "unit": None, "command": "init", "id": None,
        "field": None, "before": None, "after": None,
    }  # fmt: skip
    assert {(row["field"], row["before"], row["after"]) for row in rows if row["id"] == "zj-target-20.1"} == {
        ("state", "not_started", "in_progress"), ("value", None, 78.5), ("note", None, "新建管网"),
        ("problem", None, "缺资金"), ("next", None, "申请专项"),
    }  # fmt: skip
    assert '"field": "value", "before": null, "after": 78.50}' in busy.ok("history", "--json")


def test_what_a_decision_changed_is_told_in_numbers_too(busy: Cli) -> None:
    decided = busy.ok("baseline", "zj-target-20.1", "--value", "50.10", "--year", "2020", "--json")
    assert '"field": "baseline_value", "before": null, "after": 50.10}' in decided
    assert '"after": {"date": "2023-12-31", "value": 70.0}' in busy.ok(
        "milestone", "zj-target-20.1", "--date", "2023", "--value", "70.0", "--json"
    )


def test_log(cli: Cli) -> None:
    rows = asked(cli, "log", "zj-target-20.1", "--value", "78.5")
    assert rows == [
        {
            "change": 2, "id": "zj-target-20.1", "date": "2026-11-21", "unit": "省建设厅", "role": "lead", "state": None,
            "percent": None, "value": 78.5, "note": None, "problem": None, "next": None,
            "before": {"state": "not_started", "value": None}, "warnings": [],
        }
    ]  # fmt: skip
    assert asked(cli, "log", "zj-target-20.1", "--value", "79", "--dry-run")[0]["change"] is None


def test_small_answers(cli: Cli) -> None:
    cli.ok("log", "zj-task-6", "--percent", "40")
    assert asked(cli, "undo", "--yes") == {
        "change": 3, "undoes": 2, "ids": ["zj-task-6"], "statements": ["zj-task-6 进行中，完成率 40%"],
    }  # fmt: skip
    assert asked(cli, "init") == {"db": str(cli.db), "created": False}
    assert asked(cli, "backup", cli.folder / "b.sqlite3") == {"path": str(cli.folder / "b.sqlite3")}
    assert list(asked(cli, "plan", "list")[0])[:4] == ["code", "title", "region", "status"]
    assert list(asked(cli, "unit", "list")[0]) == [
        "name", "region", "aliases", "members", "lead", "participant", "person", "phone", "email", "merged_into",
    ]  # fmt: skip
    assert list(asked(cli, "config", "show")[0]) == ["key", "value", "origin", "env", "meaning", "source", "values"]


def test_an_empty_answer_is_an_empty_array(cli: Cli) -> None:
    assert cli.ok("list", "--search", "没有这样的事项", "--json") == "[]\n"
    assert asked(cli, "overdue", "--as-of", "2021-01-01") == []


def test_fields_in_the_order_asked_for(cli: Cli) -> None:
    assert (
        cli.ok("list", "--fields", "due,id", "--limit", "1", "--json")
        == '[\n{"due": "2030-12-31", "id": "cn-target-1"}\n]\n'
    )
    assert asked(cli, "show", "zj-task-6", "--fields", "id，due") == {"id": "zj-task-6", "due": "2025-12-31"}
    assert list(asked(cli, "status", "--fields", "key,total")["groups"][0]) == ["key", "total"]
    assert list(asked(cli, "history", "--fields", "command")[0]) == ["command"]
