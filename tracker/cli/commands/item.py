"""`tracker item …`: rows that no document holds, corrections, and rows that are no longer pursued."""

from collections.abc import Collection
from typing import TYPE_CHECKING, Annotated, Any

import typer

from tracker.actions.imports.item_import import Understood, report_first, understand
from tracker.actions.name_lookup import kind_codes, plan_code, whole_item
from tracker.actions.plans import (
    NewItem,
    NewRows,
    add_rows,
    demands,
    edit_item,
    new_items,
    retirable,
    retire_item,
    undirected,
)
from tracker.actions.unit_names import UnitNames
from tracker.cli import output
from tracker.cli.app import write_command
from tracker.cli.context import context
from tracker.cli.ledger_finder import opened
from tracker.cli.options import STDIN, Text, day_of, named_one, stdin_bytes, words
from tracker.cli.progress import uncollected
from tracker.cli.write_options import WriteOptions
from tracker.errors import Refused, Unclear
from tracker.folders import expanded
from tracker.ledger.dates import parse_start
from tracker.ledger.deadlines import parse_due
from tracker.ledger.values import shorten
from tracker.store.changeset import Changeset
from tracker.store.filters import PointInTime
from tracker.store.registry import is_own_plan

if TYPE_CHECKING:
    from tracker.sheets.item_lists import ItemList

Due = Annotated[Text, typer.Option("--due", metavar="DATE", help="完成时限")]
Title = Annotated[Text, typer.Option("--title", metavar="TEXT", help="标题")]
Chapter = Annotated[Text, typer.Option("--chapter", metavar="TEXT", help="章")]
Section = Annotated[Text, typer.Option("--section", metavar="TEXT", help="节")]
Note = Annotated[Text, typer.Option("--note", metavar="TEXT", help="备注")]


@write_command
def add(
    options: WriteOptions,
    plan: Annotated[str, typer.Argument(metavar="PLAN", help="方案代码")],
    kind: Annotated[str, typer.Argument(metavar="KIND", help="target 目标、task 任务、policy 政策")],
    text: Annotated[str, typer.Option("--text", metavar="TEXT", help="事项内容")],
    title: Title = None,
    lead: Annotated[Text, typer.Option("--lead", metavar="NAME,…", help="牵头单位，可用逗号隔开多个")] = None,
    participant: Annotated[Text, typer.Option("--participant", metavar="NAME,…", help="参与单位")] = None,
    due: Due = None,
    chapter: Chapter = None,
    section: Section = None,
    source: Annotated[Text, typer.Option("--source", metavar="TEXT", help="出处，如领导批示日期")] = None,
    note: Note = None,
    indicator: Annotated[
        list[str] | None,
        typer.Option("--indicator", metavar="TEXT", help="指标，如 “处理率 >= 98 %” 或 “处理率达到98%以上”，可写多次"),
    ] = None,
    parent: Annotated[Text, typer.Option("--parent", metavar="ID", help="上级事项")] = None,
) -> None:
    """增加方案之外的事项

    编号接续该清单的最后一项，不会改变已有编号。
    """
    code = kind_codes([kind])[0]
    leads, participants = words(lead) or (), words(participant) or ()
    with opened(options.db) as connection:
        plan = plan_code(connection, plan)
        new = UnitNames(connection, plan).named(leads, participants).new
        # A plan that was begun empty has no printed units: its items bring them.
        required = not is_own_plan(connection, plan)
    if not options.admit(new, required=required):
        output.message("未增加，未作任何改动")
        return
    with options.changeset("item add") as changeset:
        above = named_one(changeset.connection, parent) if parent else None
        named = UnitNames(changeset.connection, plan).named(leads, participants)
        wish = NewItem(
            text=text, title=title, leads=named.leads, participants=named.participants,
            due=parse_due(due, context.today, what="--due 的日期") if due is not None else None, chapter=chapter, section=section,
            source=source, note="；".join(filter(None, (note, *named.words))) or None, indicators=indicator or (), parent=above,
        )  # fmt: skip
        (item,), rows = new_items(changeset.connection, plan, code, [wish])
        add_rows(changeset, rows)
    options.done(f"已增加 {item}：{text}", _tell_added(options, changeset, [item], named.new, rows))


def _tell_added(
    options: WriteOptions,
    changeset: Changeset,
    ids: list[str],
    new_units: list[str],
    rows: NewRows,
    told: Collection[str] = (),
) -> dict[str, Any]:
    """Say how indicators were read; return for `--json` what was added, alike for one item and for a list.

    told: names of indicators of which it was said with their cell that they have no direction.
    """
    asked = demands(rows) if rows.kind == "target" else []
    for line in asked:
        output.message(line)
    output.remarks(undirected(rows, told) if asked else ())
    return {
        "change": options.number(changeset), "id": ids[0] if len(ids) == 1 else None, "ids": ids,
        "new_units": new_units, "indicators": asked, "reports": 0, "errors": [], "ignored": [],
    }  # fmt: skip


@write_command
def import_items(
    options: WriteOptions,
    plan: Annotated[str, typer.Argument(metavar="PLAN", help="方案代码")],
    kind: Annotated[str, typer.Argument(metavar="KIND", help="target 目标、task 任务、policy 政策")],
    file: Annotated[
        str,
        typer.Argument(
            metavar="FILE",
            help="清单（.xlsx、.xls、.et、.ods、.csv，- 为标准输入）：事项、牵头单位、参与单位、完成时限 …",
        ),
    ],
) -> int:
    """从普通清单（Excel、WPS、CSV）增加事项

    按表头认列，列名可用常见别称，顺序不限；先说明读到什么，确认后写入。
    表中有进展列的，作为首次填报一并写入。
    例：tracker item import zj task 任务分解表.xlsx --dry-run
    """
    if not (options.yes or options.dry_run or options.may_ask):
        raise Unclear("导入清单需要确认：请在终端运行，或加 --yes（--dry-run 可先查看结果）")
    from tracker.sheets.item_lists import read_items

    code = kind_codes([kind])[0]
    with uncollected():
        data = stdin_bytes() if file == STDIN else None
        return _import_list(options, plan, code, read_items(expanded(file), context.today, data))


def _import_list(options: WriteOptions, plan: str, code: str, listed: "ItemList") -> int:
    """Hold a list against the ledger, say how it was understood, and add its items after a yes."""
    with opened(options.db) as connection:
        found = understand(connection, plan, code, listed, context.today)
    _show(found)
    file = found.file
    if file.problems:
        view = {"change": None, "id": None, "ids": [], "new_units": [], "indicators": [], "reports": 0,
                "errors": [each._asdict() for each in file.problems],
                "ignored": [each._asdict() for each in file.ignored]}  # fmt: skip
        options.done(f"未增加（错误 {len(file.problems)} 处）", view)
        return 1
    if found.taken_before is not None:
        raise Refused(
            f"{file.name} 已在第 {found.taken_before} 号改动中导入过，没有再次导入；"
            f"需要重来请先运行 tracker undo {found.taken_before}"
        )
    if not options.confirm(f"增加 {found.rows.count} 项？"):
        output.message("未导入，未作任何改动")
        return 0
    return _add_items(options, plan, found)


def _show(found: Understood) -> None:
    """Say on stderr how a list was understood, what was not taken, what to mind, what is wrong."""
    if found.rows.count:
        for line in found.lines():
            output.message(line)
    for name in found.new_units:
        output.message(f"注意：名录中没有“{shorten(name)}”，将作为新单位列入")
    output.remarks(found.file.remarks, found.file.ignored, found.file.problems)


def _add_items(options: WriteOptions, plan: str, found: Understood) -> int:
    """Write the items of a list, and then what it reports of them, as a change of its own."""
    file, rows = found.file, found.rows
    with options.changeset("item import", detail={"file": file.name, "sha256": file.sha256}) as changeset:
        ids = rows.number(changeset.connection, plan)
        add_rows(changeset, rows)
    view = _tell_added(options, changeset, ids, found.new_units, rows, found.undirected)
    view["ignored"] = [each._asdict() for each in file.ignored]
    left: list[str] = []
    if found.reported and not options.dry_run:
        with options.changeset("import", detail={"file": file.name, "list": changeset.change}) as reports:
            left = report_first(reports, ids, found.reports)
        both = f"{changeset.change}..{reports.change}"
        output.message(
            f"第 {changeset.change} 号改动（事项）、第 {reports.change} 号改动（首次填报）；有误可运行 tracker undo {both} 撤销"
        )
    output.remarks(left)
    view["reports"] = found.report_count - len(left)
    several = f"：{ids[0]} 至 {ids[-1]}" if len(ids) > 1 else f"：{ids[0]}"
    reported = f"，首次填报 {view['reports']} 条" if view["reports"] else ""
    options.done(f"已增加 {len(ids)} 项{several}{reported}", view)
    return 0


@write_command
def edit(
    options: WriteOptions,
    item_id: Annotated[str, typer.Argument(metavar="ID", help="事项编号")],
    text: Annotated[Text, typer.Option("--text", metavar="TEXT", help="事项内容")] = None,
    title: Title = None,
    due: Due = None,
    start: Annotated[
        Text, typer.Option("--start", metavar="DATE", help="起点：序时进度从哪天起算（缺省为方案的实施起点）")
    ] = None,
    chapter: Chapter = None,
    section: Section = None,
    note: Note = None,
) -> None:
    """更正事项的文字和时限，原文留痕"""
    with options.changeset("item edit") as changeset:
        item = whole_item(changeset.connection, named_one(changeset.connection, item_id), PointInTime(changeset.today))
        changes = {
            "text": text, "title": title, "chapter": chapter, "section": section, "note": note,
            "original_due": parse_due(due, context.today, what="--due 的日期").isoformat() if due is not None else None,
            "start": None if start is None else parse_start(start, context.today, what="--start 的日期").isoformat(),
        }  # fmt: skip
        before = edit_item(changeset, item, changes)
    if before.get("original_due") not in (None, changes["original_due"]):
        output.message(
            f"注意：{item.id} 改的是原定时限（{before['original_due']} → {changes['original_due']}），只用于更正笔误；"
            "批准的延期请撤销后改用 tracker extend"
        )
    options.done(f"已更正 {item.id}", {"id": item.id, "before": before}, changeset)


@write_command
def retire(
    options: WriteOptions,
    item_id: Annotated[str, typer.Argument(metavar="ID", help="事项编号")],
    reason: Annotated[str, typer.Option("--reason", metavar="TEXT", help="停用理由")],
    date: Annotated[Text, typer.Option("--date", metavar="DATE", help="停用日期（缺省今天）")] = None,
) -> None:
    """停用不再推进的事项，历史保留"""
    day = day_of(date, what="日期")
    with opened(options.db) as connection:
        found = retirable(connection, named_one(connection, item_id), day, reason, context.today)
    if not options.confirm(f"停用 {found.id}（{shorten(found.title or found.text)}）？"):
        options.done("未停用", {"change": None})
        return
    with options.changeset("item retire") as changeset:
        item = retire_item(changeset, named_one(changeset.connection, found.id), day, reason)
    options.done(f"已停用 {item.id}（自 {day} 起）", {"id": item.id}, changeset)
