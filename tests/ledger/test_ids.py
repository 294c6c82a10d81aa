"""Ids as people write them: one, several, a range, of the plan that is one's own."""

import pytest

from tracker.errors import Refused
from tracker.ledger.ids import parse_id, parse_ids

NAMES = {"浙江": "zj"}


@pytest.mark.parametrize(
    ("text", "ids"),
    [
        ("ZJ-Target-020", "zj-target-20"), ("浙江-目标-20", "zj-target-20"), ("浙江目标20", "zj-target-20"),
        ("zj－task－６", "zj-task-6"), ("zj-目标第20项.3", "zj-target-20.3"), ("task-6", "zj-task-6"), ("目标20", "zj-target-20"),
        ("任务清单第6项", "zj-task-6"), ("总体目标1", "zj-aim-1"), ("task-6@杭州市.2", "zj-task-6@杭州市.2"), ("js-task-1", "js-task-1"),
        ("zj-task-6,zj-task-9", "zj-task-6 zj-task-9"), ("zj-task-6、 任务9；js-task-1", "zj-task-6 zj-task-9 js-task-1"),
        ("zj-task-6-8", "zj-task-6 zj-task-7 zj-task-8"), ("zj任务6-7", "zj-task-6 zj-task-7"), ("zj-task-6至8", "zj-task-6 zj-task-7 zj-task-8"), ("zj-task-9—10", "zj-task-9 zj-task-10"),
        ("zj-task-6..8", "zj-task-6 zj-task-7 zj-task-8"), ("zj-task-6…8", "zj-task-6 zj-task-7 zj-task-8"),
        ("zj-task-6..zj-task-7", "zj-task-6 zj-task-7"), ("任务6..7,目标1", "zj-task-6 zj-task-7 zj-target-1"),
        ("zj-target-20.1..3", "zj-target-20.1 zj-target-20.2 zj-target-20.3"), ("zj-task-6..6", "zj-task-6"),
        ("zj-target-20.1..zj-target-20.2", "zj-target-20.1 zj-target-20.2"),
        ("zj-task-6、9，12", "zj-task-6 zj-task-9 zj-task-12"), ("zj-task-6,8..9", "zj-task-6 zj-task-8 zj-task-9"),
        ("zj_task_6", "zj-task-6"), ("“zj-task-6”。", "zj-task-6"),
    ],
)  # fmt: skip
def test_ids_are_read(text: str, ids: str) -> None:
    assert [ref.text for ref in parse_ids(text, NAMES, "zj")] == ids.split()


@pytest.mark.parametrize(
    "text",
    ["", ",", "zj-6", "6", "zj-task", "zj-task-6.", "zj-task-8..6", "zj-task-6..zj-target-9", "zj-task-6..js-task-9",
     "zj-task-1..999999", "zj-task-6..zj-target-20.1", "zj-task-6..", "..8", "zj-target-20.1..zj-target-21.2", "zj-task-6@..8"],
)  # fmt: skip
def test_what_is_no_id_is_refused(text: str) -> None:
    with pytest.raises(Refused, match="编号"):
        parse_ids(text, NAMES, "zj")


def test_without_a_plan_of_ones_own_it_must_be_written() -> None:
    with pytest.raises(Refused, match="请写成 zj-task-6 的形式"):
        parse_id("任务6")


def test_a_misspelled_kind_names_the_nearest() -> None:
    with pytest.raises(Refused, match="是否指 zj-task-6"):
        parse_id("zj-taks-6")
