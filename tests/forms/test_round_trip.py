"""Properties of the round trip over generated ledgers and edits: out and back is no difference, and an import is a `log`."""

import json
import shutil
from dataclasses import dataclass, field
from decimal import Decimal
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.conftest import NOON, Cli
from tests.forms.test_import_tables import annex, weekly
from tests.forms.workbooks import Form, export_form
from tracker.ledger.values import plain

LED = ("zj-target-20.1", "zj-target-20.2", "zj-target-20.3", "zj-target-24.1", "zj-task-12", "zj-task-18", "zj-task-21")
JOINED = ("zj-target-21.1", "zj-target-21.2")
texts = st.text(
    st.characters(exclude_categories=["Cs", "Cc", "Zl", "Zp", "Zs", "Cn"]), min_size=1, max_size=12
) | st.sampled_from(
    ["=1+1", "+甲", "-乙", "@丙", "'=丁", "两\n行", "_x0041_", "<b>&", "注：说明", "1e5", "2026-11-01 某厅：话"]
)
figures = st.decimals(min_value=0, max_value=100, allow_nan=False, places=3)
NAMES = {"note": "--note", "problem": "--problem", "next": "--next"}
CELLS = {"note": "本期进展", "problem": "存在问题", "next": "下步安排"}


@dataclass
class Said:
    """What somebody says about one row: a figure, a state, words."""

    figure: Decimal | None = None
    state: str | None = None
    words: dict[str, str] = field(default_factory=dict)

    def options(self, id_: str) -> list[str]:
        option = "--value" if "target" in id_ else "--percent"
        figure = [] if self.figure is None else [option, f"{self.figure:f}"]
        state = [] if self.state is None else ["--state", self.state]
        return [*figure, *state, *(each for name, text in self.words.items() for each in (NAMES[name], text))]

    @property
    def is_empty(self) -> bool:
        return self.figure is None and self.state is None and not self.words


def coherent(said: dict[str, Said]) -> dict[str, Said]:
    """Let tasks that are said to be completed have all of their percent: less would be refused."""
    for id_, each in said.items():
        if "task" in id_ and each.state == "completed" and each.figure is not None:
            each.figure = Decimal(100)
    return said


words = st.dictionaries(st.sampled_from(list(NAMES)), texts, max_size=3)
led = st.builds(
    Said, figure=st.none() | figures, state=st.sampled_from([None, "in_progress", "completed"]), words=words
)
joined = st.builds(Said, words=words)
reports = st.dictionaries(st.sampled_from(LED), led, max_size=5).map(coherent)
edits = st.tuples(
    st.dictionaries(st.sampled_from(LED), led, max_size=4), st.dictionaries(st.sampled_from(JOINED), joined, max_size=2)
).map(lambda both: coherent(both[0] | both[1]))

numbers = count()


@pytest.fixture
def ledger(cli: Cli, seeded: Path) -> Any:
    """A maker of fresh ledgers with some reports in them."""

    def make(said: dict[str, Said], base: Path | None = None) -> Cli:
        folder = cli.folder / f"ledger{next(numbers)}"
        folder.mkdir()
        shutil.copy(base or seeded, folder / "ledger.sqlite3")
        fresh = Cli(folder, NOON, {**cli.environ, "TRACKER_DB": str(folder / "ledger.sqlite3")})
        log(fresh, said)
        return fresh

    return make


def log(cli: Cli, said: dict[str, Said]) -> None:
    for id_, each in said.items():
        if not each.is_empty:
            cli.ok("log", id_, "--unit", "省建设厅", *each.options(id_))


def fill(form: Form, said: dict[str, Said]) -> Path:
    for id_, each in said.items():
        if each.figure is not None:
            form.fill(id_, **{"现值" if "target" in id_ else "完成率": float(each.figure)})
            # What was logged beside it is of the day of the report too.
            form.fill(id_, 数据时点=None)
        if each.state is not None:
            form.fill(id_, 状态={"in_progress": "进行中", "completed": "已办结"}[each.state])
        form.fill(id_, **{CELLS[name]: text for name, text in each.words.items()})
    return form.save()


def standing(cli: Cli) -> Any:
    """Return how everything stands, without what only the way of entry sets apart (an id of a change, a blank line)."""
    return json.loads(cli.ok("list", "--plan", "zj", "--json"))


@settings(max_examples=8)
@given(said=reports)
def test_export_and_import_is_no_difference(ledger: Any, said: dict[str, Said]) -> None:
    cli = ledger(said)
    paths = (export_form(cli).path, annex(cli), weekly(cli))  # a form is noted in the history when it is made
    before, log_before = standing(cli), cli.ok("history", "--json")
    for path in paths:
        found = json.loads(cli.ok("import", path, "--yes", "--json"))
        assert (found["new"], found["changed"], found["errors"]) == (0, 0, [])
    assert (standing(cli), cli.ok("history", "--json")) == (before, log_before)


@settings(max_examples=15)
@given(said=reports, edited=edits)
def test_an_import_does_what_log_does_and_only_once(
    ledger: Any, said: dict[str, Said], edited: dict[str, Said]
) -> None:
    cli = ledger(said)
    other = ledger({}, base=cli.db)
    done = {id_ for id_, each in said.items() if each.state == "completed"}
    edited = {id_: Said(words=each.words) if id_ in done else each for id_, each in edited.items()}
    form = export_form(cli)
    path = fill(form, edited)
    cli.ok("import", path, "--yes")
    log(other, {id_: new_in(form, id_, edited[id_]) for id_ in form.rows if id_ in edited})
    assert standing(cli) == standing(other)
    again = json.loads(cli.ok("import", path, "--yes", "--json"))
    assert (again["new"], again["changed"], again["errors"]) == (0, 0, [])
    shown = export_form(cli, name="shown.xlsx")
    for id_, each in edited.items():
        if each.figure is not None:
            completed = "task" in id_ and each.state == "completed"
            expected = 100 if completed else float(each.figure)
            if "task" in id_:
                assert shown.value(id_, "完成率") == expected
            else:
                assert str(shown.value(id_, "上期值")).startswith(f"{plain(each.figure)}%")
    assert json.loads(cli.ok("import", shown.path, "--yes", "--json"))["same"] == len(shown.rows)


def new_in(form: Form, id_: str, said: Said) -> Said:
    """Return what of an edit differs from what was pre-filled: the rest was not filled in."""
    fresh = Form(form.path)
    prefilled = fresh.value(id_, "现值" if "target" in id_ else "完成率")
    state = {"未启动": "not_started", "进行中": "in_progress", "申报办结": "completed"}[fresh.value(id_, "状态")]
    figure = None if said.figure is not None and prefilled == float(said.figure) else said.figure
    stripped = {name: text.strip() for name, text in said.words.items() if text.strip()}
    return Said(figure, None if said.state == state else said.state, stripped)
