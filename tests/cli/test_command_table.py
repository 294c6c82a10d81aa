"""The registry of commands held against what they do: keys of --json, the answer to undo, in one long day at a desk."""

import json
from importlib import import_module
from typing import Any

import pytest

from tests.conftest import Cli
from tests.index.samples import province, write
from tracker.cli.command_table import UNDO, Command, each_command

EVERY = dict(each_command())
DAY = """
status
list
show zj-task-6
explain zj-task-6
overdue
todo --unit 省水利厅
check all
plan list
plan show zj
unit list
region list
config show
log zj-task-6 --percent 40
complete zj-task-7
return zj-task-7 --reason 缺材料
complete zj-task-8
close zj-task-8 --by 李四
reopen zj-task-8 --reason 不合格
extend zj-policy-2 --to 2027-06-30 --reason 延后 --approved-by 省政府
assign cn-target-3 --lead 生态环境部
forecast zj-task-6 at_risk --reason 资金
baseline zj-target-3.1 --value 12.4 --year 2020
milestone zj-target-12.1 --date 2024年底 --value 1
link zj-target-6.3 --sum zj-target-10.2 zj-target-15.1
breakdown zj-task-12 --to cities
import 进展.csv --yes
history --limit 1
changes --since 2026-11-01
export form --unit 省水利厅 -o 表/
export annex --plan zj -o a.xlsx
export weekly --plan zj -o w.xlsx
export report --month 2026-11 -o m.xlsx
verify w.xlsx
export page -o p.html
export reminders --plan zj -o 催办/
export bulletin --plan zj -o b.docx
export slip extend zj-task-6 -o e.docx
export schedule --plan zj -o s.xlsx
export data -o d/
index form --year 2025 -o x/
index import 指数.csv --yes
index list --year 2025
index compute --year 2025
index goalposts --year 2020 -o g.csv
index log --year 2025 --base-year 2020
plan read 方案.txt -o 草稿.xlsx
plan new sd --title 山东省方案 --region 山东省
plan diff zj 方案.txt
plan end nx --reason 期满
plan remove cq --yes
plan add cq --yes
item add zj task --text 评估 --lead 省水利厅 --due 年底
item import zj task 清单.csv --yes
item edit zj-task-9 --due 2026-12-30
item retire zj-task-10 --reason 并入 --yes
unit alias zj:省水利厅 水厅
unit rename zj:省经信厅 省工业和信息化厅
unit add 省数据局 --region zj
unit contact zj:省科技厅 --person 王五
unit merge zj:省发展改革委（省能源局） zj:省发展改革委
config set unit 省水利厅
config unset unit
region import 地区.csv
backup k.sqlite3
doctor
undo --yes
"""
ELSEWHERE = {
    "plan revise",
    "init",
    "demo",
    "restore",
    "upgrade",
    "db copy",
    "db grant",
    "db revoke",
    "db secure",
    "config path",
    "config check",
}
"""What needs another ledger, a server or a draft, or answers in words: their own tests hold them."""
OUTSIDE_UNDO = {"export form", "undo", "export report", "export weekly", "export reminders"}
"""What notes that something was handed out: taken back as a change of its own, or replaced by the next."""


def name_of(line: str) -> str:
    words = line.split()
    return max((name for name in EVERY if words[: len(name.split())] == name.split()), key=len)


def keys_of(command: Command) -> set[str]:
    module, _, constant = command.json.partition(":")
    return set(getattr(import_module(module), constant) if constant else command.json.split())


def prepare(cli: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    """Lay out the files that the day needs."""
    monkeypatch.chdir(cli.folder)
    write(
        cli,
        "方案.txt",
        "某省减污降碳协同增效实施方案\n一、主要目标\n到2025年，全省森林覆盖率达到30%。（省林业局负责）\n",
    )
    write(cli, "进展.csv", "编号,完成率\nzj-task-9,30\n")
    write(cli, "清单.csv", "事项,牵头单位\n甲,省水利厅\n")
    write(cli, "地区.csv", "code,name,parent,level\n330199,试验区,330100,county\n")
    write(cli, "指数.csv", province())


@pytest.fixture
def desk(cli: Cli, monkeypatch: pytest.MonkeyPatch) -> Cli:
    prepare(cli, monkeypatch)
    return cli


def said(cli: Cli, line: str) -> Any:
    """Return what a command answers with --json; nothing where it answers in words alone."""
    result = cli(*line.split(), "--json")
    assert result.code == 0 or result.out, (line, result.err)
    return json.loads(result.out) if result.out else {}


@pytest.mark.anywhere
def test_every_command_answers_with_the_keys_that_the_registry_says(desk: Cli) -> None:
    differing: dict[str, set[str]] = {}
    lines = DAY.split("\n")[1:-1]
    for line in lines:
        answer = said(desk, line)
        found = set(answer[0] if isinstance(answer, list) else answer)
        if found != keys_of(EVERY[name_of(line)]):
            differing[line] = found ^ keys_of(EVERY[name_of(line)])
    assert differing == {}
    assert {name_of(line) for line in lines} == EVERY.keys() - ELSEWHERE


@pytest.mark.anywhere
def test_what_the_registry_calls_undone_is_undone(desk: Cli) -> None:
    for line in DAY.split("\n")[1:-1]:
        name = name_of(line)
        before = said(desk, "history --limit 1")
        answer = desk(*line.split())
        last = said(desk, "history --limit 1")
        if EVERY[name].undo == UNDO and name not in OUTSIDE_UNDO:
            assert last != before, (line, answer.err)
            taken = desk("undo", last[0]["change"], "--yes")
            assert taken.code == 0, (line, taken.err)
            desk(*line.split())
        elif EVERY[name].undo == "":
            assert last == before, line
