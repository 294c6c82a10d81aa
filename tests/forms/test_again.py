"""A file that comes again says nothing new, whatever stands in it and whenever it comes."""

import json
import shutil
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from tests.conftest import Cli
from tests.store.ledgers import findings

pytestmark = pytest.mark.anywhere

LEAD, PARTICIPANT = "省交通运输厅", "省发展改革委"
PLACES = (
    ("zj-task-10", LEAD), ("zj-task-10", PARTICIPANT), ("zj-task-12", ""), ("zj-target-20", ""), ("zj-target-20.1", ""),
    ("zj-target-33.1", ""), ("zj-target-3.1", ""), ("zj-target-64.1", ""),
)  # fmt: skip
"""A row with a lead and a participant, a number with and without its own id, numbers that repeat one another."""
rows = st.lists(
    st.builds(
        lambda place, figure, state, note, problem, day: (
            *place, *(("", "") if place[1] == PARTICIPANT else (figure, state)), note, problem, day
        ),
        st.sampled_from(PLACES), st.sampled_from(("", "10", "20", "30")), st.sampled_from(("", "", "进行中", "已办结")),
        st.sampled_from(("", "甲", "乙")), st.sampled_from(("", "缺资金")), st.sampled_from(("2026-11-02", "2026-11-09", "")),
    ),
    min_size=1, max_size=8, unique_by=lambda row: (row[0].removesuffix(".1"), row[1], row[-1]),
)  # fmt: skip


def table(found: list[tuple[str, ...]]) -> str:
    """Write a CSV: values for targets, shares for tasks."""
    lines = ["编号,填报单位,完成率,现值,状态,本期进展,存在问题,更新时间"]
    for name, unit, figure, *rest in found:
        figures = f"{figure}," if "task" in name else f",{figure}"
        lines.append(",".join((name, unit, figures, *rest)))
    return "\n".join(lines)


def imported(cli: Cli, text: str) -> dict[str, Any]:
    """Import a table; return how many rows were new, changed or wrong: then nothing was taken in."""
    (cli.folder / "again.csv").write_text(text, encoding="utf-8")
    answer = json.loads(cli("import", cli.folder / "again.csv", "--yes", "--json").out)
    return {"new": answer["new"], "changed": answer["changed"], "errors": len(answer["errors"])}


NOTHING = {"new": 0, "changed": 0, "errors": 0}


@given(first=rows, later=rows)
@settings(max_examples=15, deadline=None)
def test_a_table_taken_in_twice_changes_nothing(
    cli: Cli, first: list[tuple[str, ...]], later: list[tuple[str, ...]]
) -> None:
    fresh, day = cli.folder / "fresh.sqlite3", cli.now
    if not fresh.exists():
        shutil.copy(cli.db, fresh)
    shutil.copy(fresh, cli.db)
    imported(cli, table(first))
    assume(imported(cli, table(later))["errors"] == 0)
    assert imported(cli, table(later)) == NOTHING
    cli.now = day + timedelta(days=3)
    assert imported(cli, table(later)) == NOTHING
    cli.now = day
    assert findings(cli.db) == []
