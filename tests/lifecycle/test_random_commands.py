"""Whatever people do, and in whatever order: the kept state is the history replayed, and an undo takes back everything."""

import shutil
from datetime import date, timedelta
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.conftest import NOON, Cli
from tests.lifecycle.worlds import EVER, standing
from tracker.ledger.dates import instant_text

IDS = (
    "zj-target-3", "zj-target-33", "zj-target-6", "zj-target-10", "zj-target-15", "zj-target-23", "zj-target-20", "zj-target-31",
    "zj-task-6", "zj-policy-2", "nx-target-2", "js-target-7",
)  # fmt: skip
PARTS = (
    "zj-target-3.1", "zj-target-33.1", "zj-target-6.3", "zj-target-10.2", "zj-target-15.1", "zj-target-20.1", "zj-target-20.2",
    "zj-target-31.1", "nx-target-2.1", "js-target-7.1",
)  # fmt: skip

hub = st.sampled_from(("zj-target-3.1", "zj-target-20.1", "zj-target-20", "zj-task-6"))
"""Where most happens, so that decisions meet each other."""
anything = st.one_of(hub, hub, st.sampled_from(IDS + PARTS))
part = st.sampled_from(PARTS)
counted = st.sampled_from(
    ("zj-target-6.1", "zj-target-6.2", "zj-target-6.3", "zj-target-10.2", "zj-target-15.1", "zj-target-23.2")
)
"""Numbers of one measure, which can be linked."""
number = st.integers(-5, 120).map(str)
past = st.dates(date(2024, 1, 1), date(2026, 11, 21)).map(str)
later = st.sampled_from(("2027", "2028-06-30", "2031"))
person = st.sampled_from(("张三", "李四"))


def words(*parts: st.SearchStrategy[str] | str) -> st.SearchStrategy[list[str]]:
    return st.tuples(*(st.just(each) if isinstance(each, str) else each for each in parts)).map(list)


commands = st.one_of(
    words("log", part, "--value", number, "--date", past),
    words("log", anything, "--state", st.sampled_from(("not_started", "in_progress", "completed")), "--date", past),
    words(
        "log",
        st.sampled_from(("zj-task-6", "zj-policy-2", "zj-target-31.1")),
        "--percent",
        st.integers(0, 100).map(str),
    ),
    words("log", anything, "--note", "说明", "--unit", st.sampled_from(("省生态环境厅", "省发展改革委", "省建设厅"))),
    words("complete", anything, "--date", past, "--by", person),
    words("complete", anything, "--by", person),
    words("close", anything, "--by", person),
    words("return", anything, "--reason", "材料不全"),
    words("reopen", anything, "--reason", "复查"),
    words("extend", anything, "--to", later, "--reason", "理由", "--approved-by", "省政府", "--late"),
    words("extend", anything, "--to", "2026-06-30", "--reason", "理由", "--approved-by", "省政府", "--date", past),
    words("assign", "zj-policy-2", "--lead", st.sampled_from(("省生态环境厅", "省统计局,省生态环境厅"))),
    words("forecast", anything, st.sampled_from(("on_track", "at_risk", "off_track"))),
    words("baseline", part, "--value", number, "--year", "2020"),
    words("milestone", part, "--date", st.sampled_from(("2023", "2024-06-30")), "--value", number),
    words("milestone", part, "--date", "2023", "--remove"),
    words("link", counted, "--same-as", counted),
    words("link", counted, "--sum", counted, counted),
    words("link", counted, "--none"),
    words("link", st.sampled_from(("zj-target-33.1", "zj-target-6.3")), "--none", "--date", past),
    words("log", counted, "--value", number),
    words("undo", "--yes", "--by", person),
)


life = st.sampled_from(("zj-target-3.1", "zj-target-20.1", "zj-target-20", "zj-task-6")).flatmap(
    lambda one: st.sampled_from((
        ("complete", one, "--by", "张三"), ("close", one, "--by", "李四"), ("return", one, "--reason", "材料不全"),
        ("reopen", one, "--reason", "复查"), ("complete", one, "--by", "李四", "--date", "2026-01-10"),
    )).map(list)
)  # fmt: skip
"""The life of a few things, often enough that one decision follows another."""
steps_of_all = st.tuples(
    st.one_of(commands, life), st.sampled_from((False, False, False, True)), st.integers(1, 60 * 24 * 40)
)


@settings(max_examples=50)
@given(steps=st.lists(steps_of_all, min_size=6, max_size=14))
def test_kept_state_is_history_replayed_and_undo_takes_back(
    cli: Cli, seeded: Any, steps: list[tuple[list[str], bool, int]]
) -> None:
    shutil.copy(seeded, cli.db)
    cli.now = NOON
    seen: list[tuple[date, str, list[dict[str, Any]]]] = []
    before = standing(cli.db, IDS, cli.now.date())
    for command, take_back, minutes in steps:
        cli.now += timedelta(minutes=minutes)
        today = cli.now.date()
        before = standing(cli.db, IDS, today)
        result = cli(*command)
        after = standing(cli.db, IDS, today)
        assert standing(cli.db, IDS, today, EVER) == after
        if result.code != 0:
            assert result.code in (1, 2), result.err
            assert "内部错误" not in result.err
            assert after == before
            continue
        seen.append((today, instant_text(cli.now), after))
        if take_back and command[0] != "undo":
            cli.now += timedelta(minutes=1)
            cli.ok("undo", "--yes", "--by", command[command.index("--by") + 1] if "--by" in command else "张三")
            assert standing(cli.db, IDS, cli.now.date()) == standing(cli.db, IDS, cli.now.date(), EVER)
            assert standing(cli.db, IDS, today) == before
    for as_of, known_at, then in seen:
        assert standing(cli.db, IDS, as_of, known_at) == then
        alone = standing(cli.db, ("zj-target-6",), as_of, known_at)  # with what it draws on found by itself
        assert alone == [row for row in then if row["id"] == "zj-target-6"]
