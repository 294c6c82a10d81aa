"""What the database answers by itself is, to the character, what judging every item answers."""

import json
import shutil
import sqlite3
from collections.abc import Sequence
from contextlib import closing
from datetime import date, datetime
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from benchmarks import ledgers
from tests.conftest import CHINA, Cli
from tracker.actions import listing, selection
from tracker.actions.checks import Question
from tracker.ledger.judgement import Judgement, judge
from tracker.ledger.model import Item
from tracker.ledger.parameters import Parameters
from tracker.store import items
from tracker.store.aggregates.overview import LISTED, RULES
from tracker.store.connection import Connection, Row
from tracker.store.filters import ItemFilter, PointInTime
from tracker.store.items import load_by_key

FIELDS = ",".join(LISTED)
QUESTIONS: tuple[tuple[str, ...], ...] = (
    ("list", "--csv", "--fields", FIELDS),
    ("list", "--csv", "--fields", "id,light,overdue", "--light", "red,yellow"),
    ("list", "--csv", "--fields", FIELDS, "--unit", "zj:省生态环境厅", "--role", "lead", "--unreported"),
    (
        "list",
        "--csv",
        "--fields",
        "id,due,title",
        "--kind",
        "aim,target",
        "--state",
        "in_progress",
        "--due-before",
        "2031-01-01",
    ),
    ("list", "--csv", "--fields", "id,days_overdue,due_soon", "--region", "浙江省"),
    *(("status", "--group", group, "--json") for group in ("plan", "unit", "chapter", "region")),
    ("status", "--plan", "zj", "--unit", "省生态环境厅", "--group", "unit"),
    ("overdue", "--limit", "7", "--json"),
    ("overdue", "--limit", "3", "--plan", "zj,nx"),
    ("overdue", "--limit", "3", "--unit", "省生态环境厅", "--kind", "target", "--csv"),
    ("list", "--json", "--fields", FIELDS),
    ("list", "--json", "--fields", f"{FIELDS},last_report,lag", "--limit", "20", "--search", "省 碳"),
    ("list", "--json", "--fields", "id,due", "--search", "PM2.5"),
    ("list", "--csv", "--fields", "id", "--stale"),
    ("list", "--fields", "id,percent", "--sort", "percent", "--reverse", "--limit", "9"),
    ("list", "--sort", "lead_units", "--limit", "9"),
    ("list",),
    *(("list", "--json", "--fields", "id", "--rule", rule) for rule in (*RULES, "stale,behind")),
    ("list", "--limit", "6"),
    ("list", "--limit", "9", "--light", "yellow,grey", "--fields", "id,light,lag"),
    ("list", "--limit", "3", "--unit", "省生态环境厅", "--role", "lead"),
    ("list", "--limit", "5", "--json", "--overdue"),
    ("list", "--limit", "4", "--csv", "--kind", "task"),
    ("check",),
)
STORY: tuple[tuple[str, ...], ...] = (
    ("log", "zj-target-20.1", "--value", "78.5", "--date", "2026-10-01"),
    ("log", "zj-task-1", "--unit", "省生态环境厅", "--percent", "40"),
    ("log", "zj-target-21.1", "--value", "186.9"),
    ("log", "js-target-7.1", "--value", "28.4"),
    ("log", "zj-target-23.2", "--value", "80", "--date", "2024-11-01"),
    ("log", "nx-target-13", "--value", "309.8", "--unit", "自治区林草局"),
    ("log", "zj-task-2", "--state", "completed"),
    ("unit", "rename", "省建设厅", "省住房城乡建设厅"),
    ("unit", "rename", "zj:省住房城乡建设厅", "省住建厅"),
    ("item", "edit", "zj-task-4", "--text", "=改过的\n文字", "--due", "2026-12-15"),
    ("extend", "zj-task-6", "--to", "2028-06-30", "--reason", "工程延期", "--approved-by", "省领导"),
    ("assign", "zj-target-1", "--lead", "省统计局"),
    ("breakdown", "zj-target-4.2", "--to", "cities", "--rule", "met"),
)


def judged(cli: Cli, monkeypatch: pytest.MonkeyPatch, *words: str) -> str:
    """Return what a command prints when the database answers nothing by itself."""
    with monkeypatch.context() as patch:
        patch.setattr("tracker.store.aggregates.overview.aggregates_at", lambda *_: None)
        patch.setattr("tracker.store.aggregates.deadlines.load_first_overdue", lambda *_, **__: None)
        patch.setattr("tracker.store.aggregates.deadlines.count_deadlines", lambda *_, **__: None)
        patch.setattr("tracker.store.aggregates.deadlines.load_deadlines", lambda *_, **__: None)
        return cli(*words).out


@settings(max_examples=12, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(
    said=st.lists(st.sampled_from(STORY), max_size=6, unique=True),
    day=st.dates(date(2026, 11, 21), date(2032, 1, 1)),
    due_days=st.sampled_from((0, 30, 400)),
)
def test_the_quick_way_is_the_rules(
    cli: Cli, seeded: Path, monkeypatch: pytest.MonkeyPatch, said: list[tuple[str, ...]], day: date, due_days: int
) -> None:
    shutil.copy(seeded, cli.db)
    for words in said:
        cli(*words)  # some are refused where others were not said before
    for words in QUESTIONS:
        more = ("--warn-days", str(due_days)) if words == ("check",) else ()
        asked = (*words, *more, "--as-of", str(day))
        assert cli(*asked).out == judged(cli, monkeypatch, *asked), asked


def rows_of(answer: str) -> list[str]:
    """Return the lines of an answer that hold an item."""
    kinds = ("-target-", "-task-", "-policy-")
    return [line.rstrip(",") for line in answer.splitlines() if any(kind in line for kind in kinds)]


@pytest.mark.parametrize(
    "words", [(), ("--light", "yellow"), ("--overdue", "--json"), ("--state", "completed", "--csv")]
)
def test_a_short_list_is_the_beginning_of_the_long_one(cli: Cli, words: tuple[str, ...]) -> None:
    for said in STORY:
        cli(*said)
    for day in ("2026-11-21", "2027-01-15", "2031-02-01"):
        asked = ("list", "--fields", "id", *words, "--as-of", day)
        listed = rows_of(cli.ok(*asked))
        for limit in (1, 7, 60, 500):
            assert rows_of(cli.ok(*asked, "--limit", str(limit))) == listed[:limit]


def test_a_short_list_names_the_drafts_among_all_that_was_asked_about(cli: Cli) -> None:
    for words in (
        ("list",),
        ("list", "--plan", "zj"),
        ("list", "--search", "碳"),
        ("overdue",),
        ("overdue", "--plan", "nx,cq"),
    ):
        long, short = (cli.ok(*words, *more).splitlines()[0] for more in ((), ("--limit", "1")))
        assert short == long
        assert "为征求意见稿" in short


def test_of_very_many_drafts_some_are_named(cli: Cli) -> None:
    for n in range(10):
        cli.ok("plan", "new", f"d{n}", "--title", f"方案{n}", "--region", "浙江省", "--status", "draft")
        cli.ok("item", "add", f"d{n}", "task", "--text", "编制清单", "--due", "2025-06-30")
    for words in (("list",), ("list", "--limit", "1"), ("overdue",), ("overdue", "--limit", "1"), ("status",)):
        assert cli.ok(*words).splitlines()[0].endswith("，cq、zj、d0、d1、d2、d3、d4、d5 等为征求意见稿")


def test_what_was_entered_after_the_day_asked_about_is_judged(cli: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    cli.now = datetime(2027, 3, 1, 12, tzinfo=CHINA)
    cli.ok("log", "zj-task-1", "--unit", "省生态环境厅", "--percent", "40", "--date", "2026-10-01")
    cli.ok("log", "zj-target-20.1", "--value", "78.5", "--date", "2026-10-01")
    for day in ("2026-10-01", "2026-11-21", "2027-02-28", "2027-03-01"):
        for words in QUESTIONS:
            assert cli(*words, "--as-of", day).out == judged(cli, monkeypatch, *words, "--as-of", day)


def test_a_report_of_an_earlier_day_ends_a_silence(cli: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    report = ("log", "js-task-5", "--unit", "省发展改革委", "--percent", "40")
    silent = (
        "list",
        "--json",
        "--fields",
        "id,light",
        "--rule",
        "unreported",
        "--plan",
        "js",
        "--unit",
        "省发展改革委",
    )
    cli.now = datetime(2027, 4, 23, 12, tzinfo=CHINA)
    cli.ok(*report)
    cli.now = datetime(2027, 7, 15, 12, tzinfo=CHINA)
    assert '"js-task-5"' in cli.ok(*silent)
    cli.ok(*report, "--date", "2026-05-17")
    assert '"js-task-5"' not in cli.ok(*silent)
    for words in (silent, *QUESTIONS):
        assert cli(*words).out == judged(cli, monkeypatch, *words)


def test_other_figures_than_the_usual_are_judged(cli: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    cli.ok("config", "set", "report_every", "week", "report_closes", "5", "tolerance", "1", "yellow_lag", "20")
    cli.ok("log", "js-target-7.1", "--value", "28.4", "--date", "2026-11-01")
    for words in QUESTIONS:
        assert cli(*words).out == judged(cli, monkeypatch, *words)
    assert json.loads(cli("check", "--json").out)["rules"][0]["count"] == len(
        json.loads(cli.ok("list", "--overdue", "--json", "--fields", "id"))
    )


def test_a_closing_day_and_the_end_of_its_grace_move_lights_and_write_nothing(
    cli: Cli, monkeypatch: pytest.MonkeyPatch
) -> None:
    cli.ok("log", "zj-task-1", "--unit", "省生态环境厅", "--percent", "40")
    kept = content(cli.db)
    owing = []
    for day in ("2026-12-25", "2026-12-26", "2027-01-01", "2027-01-02"):
        for words in (("status", "--json"), ("list", "--json", "--fields", "id,light,overdue")):
            assert cli.ok(*words, "--as-of", day) == judged(cli, monkeypatch, *words, "--as-of", day)
        groups = json.loads(cli.ok("status", "--json", "--as-of", day))["groups"]
        owing.append(sum(group["unreported"] for group in groups))
    assert owing[:3] == [0, 0, 0]
    assert owing[3] > 50
    assert content(cli.db) == kept


def content(ledger: Path) -> list[str]:
    with closing(sqlite3.connect(ledger)) as connection:
        return list(connection.iterdump())


def test_the_default_check_and_the_short_list_load_no_item_but_those_shown(
    cli: Cli, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> None:
        raise AssertionError("every item was judged")

    monkeypatch.setattr(Question, "_judge", refuse)
    assert cli("check").code == 2
    loaded: list[list[str]] = []

    def watch(connection: Connection, chosen: ItemFilter, when: PointInTime) -> dict[int, Item]:
        found = load_by_key(connection, chosen, when)
        loaded.append(sorted(item.id for item in found.values()))
        return found

    for module in (listing, items):
        monkeypatch.setattr(module, "load_by_key", watch)
    for words in (("overdue", "--limit", "4", "--json"), ("list", "--limit", "4", "--json")):
        first = json.loads(cli.ok(*words))
        assert loaded == [sorted(row["id"] for row in first)]
        loaded.clear()


@pytest.mark.parametrize(
    ("words", "doubtful"),
    [
        (("--json", "--fields", "id,due"), False),
        (("--json", "--fields", "id,percent,light", "--sort", "percent"), True),
        (("--json", "--fields", "id,title", "--search", "碳"), False),
        (("--json", "--fields", "id,progress", "--stale"), True),
        (("--json", "--fields", "id", "--rule", "unreported"), True),
        (("--csv", "--fields", "id,lead_units", "--rule", "overdue,unassigned", "--sort", "due"), False),
        (("--limit", "0"), True),
        (("--limit", "5", "--light", "red"), True),
        (("--fields", "id,main_lead,parent", "--sort", "parent"), True),
    ],
)
def test_what_the_kept_columns_say_is_read_and_judged_nowhere(
    cli: Cli, monkeypatch: pytest.MonkeyPatch, words: tuple[str, ...], doubtful: bool
) -> None:
    cli.ok("log", "zj-task-1", "--unit", "省生态环境厅", "--percent", "40")
    judged: list[str] = []

    def watch(item: Item, day: date, parameters: Parameters) -> Judgement:
        judged.append(item.id)
        return judge(item, day, parameters)

    for module in (listing, selection):
        monkeypatch.setattr(module, "judge", watch)
    assert cli.ok("list", *words)
    assert judged == []
    owing_twice = ["cn-target-2", "js-target-6"]  # the second time is more than is kept
    assert cli.ok("list", *words, "--as-of", "2031-09-01")
    assert sorted(judged) == (sorted(owing_twice) if doubtful else [])


@pytest.mark.parametrize("words", [("--limit", "5"), ("--limit", "5", "--json"), ("--limit", "5", "--sort", "due")])
def test_a_short_list_reads_and_judges_no_more_of_a_large_ledger(
    cli: Cli, monkeypatch: pytest.MonkeyPatch, words: tuple[str, ...]
) -> None:
    read = 0
    original = Connection.all

    def watch(self: Connection, sql: str, parameters: Sequence[object] = ()) -> list[Row]:
        nonlocal read
        found = original(self, sql, parameters)
        read += len(found)
        return found

    monkeypatch.setattr(Connection, "all", watch)
    counts = []
    for regions in (1, 4):
        ledgers.make(cli.folder / f"{regions}.sqlite3", regions=regions, weeks=1)
        read = 0
        cli.ok("list", *words, "--db", str(cli.folder / f"{regions}.sqlite3"))
        counts.append(read)
    small, large = counts
    # Of each further region: how many items its five plans have and whether they are drafts, and the rows of the four items whose
    # days are more than the kept columns hold.
    assert large <= small + 3 * (2 * 5 + 4 * 8)
