"""A clock that is wrong is said when it writes, and found afterwards; what it wrote is not trusted in silence."""

import json
import uuid
from datetime import timedelta

import pytest

from tests.commandline import Cli
from tests.doctor.intruder import tamper

WRITING = (
    ("log", "zj-task-4", "--note", "现在"), ("complete", "zj-task-6"), ("assign", "zj-task-7", "--lead", "zj:省生态环境厅"),
    ("unit", "alias", "zj:省生态环境厅", "浙江环保"), ("undo", "--yes"), ("log", "zj-task-4", "--note", "现在", "--dry-run"),
)  # fmt: skip


@pytest.mark.parametrize("words", WRITING)
@pytest.mark.parametrize(
    ("moved", "said"), [(-timedelta(days=2), "早于台账最后一号改动"), (timedelta(days=500), "晚一年以上")]
)
def test_a_clock_that_can_hardly_be_right_is_said_at_once(
    cli: Cli, words: tuple[str, ...], moved: timedelta, said: str
) -> None:
    cli.ok("log", "zj-task-3", "--note", "此前")
    cli.now += moved
    result = cli(*words)
    assert result.err.count(said) == 1, result.err


def test_the_doctor_that_rebuilds_says_it_too(cli: Cli) -> None:
    tamper(cli.db, "UPDATE item SET state = 'completed' WHERE code = 'zj-task-3'")
    cli.now += timedelta(days=500)
    assert cli("doctor", "--repair").err.count("晚一年以上") == 1


def test_grants_and_rights_on_a_server_say_it_too(pg: Cli) -> None:
    login = f"t_clock_{uuid.uuid4().hex[:8]}"
    pg.now += timedelta(days=500)
    for words in (
        ("db", "grant", "--login", login, "--role", "reader", "--dry-run"), ("db", "secure"), ("db", "revoke", "--login", login),
    ):  # fmt: skip
        assert pg(*words).err.count("晚一年以上") == 1, words


@pytest.mark.parametrize("moved", [-timedelta(hours=20), timedelta(days=200)])
def test_a_clock_that_may_be_right_is_not(cli: Cli, moved: timedelta) -> None:
    cli.now += moved
    assert "时钟" not in cli("log", "zj-task-3", "--note", "此前").err


def test_the_doctor_names_changes_in_the_future_and_none_after_them(cli: Cli) -> None:
    now = cli.now
    cli.now = now + timedelta(days=4000)
    cli.ok("log", "zj-task-3", "--note", "将来")
    cli.now = now
    cli.ok("log", "zj-task-4", "--note", "现在")
    answer = json.loads(cli("doctor", "--json").out)
    assert {each["area"] for each in answer["findings"]} == {"times"}
    assert all("未来" in each["what"] for each in answer["findings"])
    assert answer["findings"][0]["where"].startswith("第 2 号改动")
    cli.now = now + timedelta(days=4001)
    assert json.loads(cli("doctor", "--json").out)["findings"] == []


def test_a_day_of_entry_that_is_not_that_of_its_change_is_found_where_every_hash_is_right(cli: Cli) -> None:
    """Whoever writes the file may compute hashes: the day by which a report answers a period still has to fit."""
    from tracker.store.changeset import Changeset

    settle = Changeset.__post_init__

    def late(changeset: Changeset) -> None:
        settle(changeset)
        changeset.entered = "2026-09-20"

    cli.ok("log", "zj-task-4", "--note", "一")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Changeset, "__post_init__", late)
        cli.now += timedelta(minutes=1)
        cli.ok("log", "zj-task-3", "--note", "二", "--date", "2026-09-20")
    findings = json.loads(cli("doctor", "--json").out)["findings"]
    assert [each["what"] for each in findings] == ["其中填报日为 2026-09-20，与改动的时刻不是同一天"]
    assert findings[0]["where"].startswith("第 3 号改动")


def test_a_moment_that_is_none_ends_nothing(cli: Cli) -> None:
    cli.ok("log", "zj-task-3", "--note", "此前")
    tamper(cli.db, "UPDATE change SET at = '2026-02-30' WHERE id = 2")
    cli.ok("log", "zj-task-4", "--note", "照常")
    assert "改动 2 的 at" in cli("doctor").out
