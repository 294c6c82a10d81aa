"""`tracker item …`: rows that no document holds, corrections, and rows that are no longer pursued."""

from pathlib import Path
from typing import Annotated, Any

import typer

from tracker.actions.finding import kind_codes, refs, whole_item
from tracker.actions.imports.items import Understood, report_first, understand
from tracker.actions.planning import Wish, add_rows, demands, edit_item, new_items, retire_item
from tracker.actions.unit_names import UnitNames
from tracker.cli import output
from tracker.cli.decisions import day_of
from tracker.cli.ledgers import opened
from tracker.cli.options import Text, write_command
from tracker.cli.parsing import words
from tracker.cli.runtime import runtime
from tracker.cli.writing import Act
from tracker.errors import Refused, Unclear
from tracker.ledger.dates import parse_date
from tracker.ledger.values import shorten
from tracker.plans.shipped import PlanRows
from tracker.store.when import When
from tracker.store.writing import Draft

Due = Annotated[Text, typer.Option("--due", metavar="DATE", help="完成时限")]
Title = Annotated[Text, typer.Option("--title", metavar="TEXT", help="标题")]
Chapter = Annotated[Text, typer.Option("--chapter", metavar="TEXT", help="章")]
Section = Annotated[Text, typer.Option("--section", metavar="TEXT", help="节")]
Note = Annotated[Text, typer.Option("--note", metavar="TEXT", help="备注")]


@write_command
def add(
    act: Act,
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
    with act.draft("item add") as draft:
        above = refs(draft.connection, [parent])[0] if parent else None
        units = UnitNames(draft.connection, plan)
        leads, new = units.named(words(lead) or ())
        participants, others = units.named(words(participant) or ())
        wish = Wish(
            text=text, title=title, leads=leads, participants=participants,
            due=parse_date(due, runtime.today, what="--due 的日期") if due is not None else None, chapter=chapter, section=section,
            source=source, note=note, indicators=indicator or (), parent=above,
        )  # fmt: skip
        (item,), rows = new_items(draft.connection, plan, code, [wish])
        add_rows(draft, rows)
    new = list(dict.fromkeys((*new, *others)))
    for name in new:
        output.message(f"注意：名录中没有“{shorten(name)}”，已作为新单位列入；如系笔误，请用 tracker undo 撤销后重填")
    _tell_demands(rows)
    act.done(f"已增加 {item}：{text}", _view(act, draft, [item], new, rows))


def _tell_demands(rows: PlanRows) -> None:
    for line in demands(rows):
        output.message(line)


def _view(act: Act, draft: Draft, ids: list[str], new_units: list[str], rows: PlanRows) -> dict[str, Any]:
    """Return for `--json` what was added, alike for one item and for a list."""
    return {
        "change": None if act.dry_run else draft.change, "id": ids[0] if len(ids) == 1 else None, "ids": ids,
        "new_units": new_units, "indicators": demands(rows), "reports": 0, "errors": [], "ignored": [],
    }  # fmt: skip


@write_command
def import_items(
    act: Act,
    plan: Annotated[str, typer.Argument(metavar="PLAN", help="方案代码")],
    kind: Annotated[str, typer.Argument(metavar="KIND", help="target 目标、task 任务、policy 政策")],
    file: Annotated[
        str,
        typer.Argument(
            metavar="FILE", help="清单（.xlsx、.xls、.et、.ods、.csv）：事项、牵头单位、参与单位、完成时限 …"
        ),
    ],
) -> int:
    """从普通清单（Excel、WPS、CSV）增加事项

    按表头认列，列名可用常见别称，顺序不限；先说明读到什么，确认后写入。
    表中有进展列的，作为首次填报一并写入。例：tracker item import zj task 任务分解表.xlsx --dry-run
    """
    if not (act.yes or act.dry_run or act.may_ask):
        raise Unclear("导入清单需要确认：请在终端运行，或加 --yes（--dry-run 可先查看结果）")
    from tracker.sheets.items import read_items

    code = kind_codes([kind])[0]
    listed = read_items(Path(file).expanduser(), runtime.today)
    with opened(act.db) as connection:
        found = understand(connection, plan, code, listed, runtime.today)
    _show(found)
    if found.problems:
        view = {"change": None, "id": None, "ids": [], "new_units": [], "indicators": [], "reports": 0,
                "errors": [each._asdict() for each in found.problems],
                "ignored": [each._asdict() for each in listed.file.ignored]}  # fmt: skip
        act.done(f"未增加（错误 {len(found.problems)} 处）", view)
        return 1
    if found.taken_before is not None:
        raise Refused(
            f"{listed.file.name} 已在第 {found.taken_before} 号改动中导入过，没有再次导入；"
            f"需要重来请先运行 tracker undo {found.taken_before}"
        )
    if not act.confirm(f"增加 {len(found.wishes)} 项？"):
        output.message("未导入，未作任何改动")
        return 0
    return _add_items(act, plan, code, found)


def _show(found: Understood) -> None:
    """Say on stderr how a list was understood, what was not taken, what to mind, what is wrong."""
    if found.wishes:
        for line in found.lines():
            output.message(line)
    for name in found.new_units:
        output.message(f"注意：名录中没有“{shorten(name)}”，将作为新单位列入")
    for text in found.warnings:
        output.message(f"注意：{text}")
    for each in found.listed.file.ignored:
        output.message(f"未读取：{each.place}：{each.message}")
    for each in found.problems:
        output.message(f"错误：{each.place}：{each.message}")


def _add_items(act: Act, plan: str, code: str, found: Understood) -> int:
    """Write the items of a list, and then what it reports of them, as a change of its own."""
    file = found.listed.file
    with act.draft("item import", detail={"file": file.name, "sha256": file.sha256}) as draft:
        ids, rows = new_items(draft.connection, plan, code, found.wishes)
        add_rows(draft, rows)
    _tell_demands(rows)
    view = _view(act, draft, ids, found.new_units, rows)
    view["ignored"] = [each._asdict() for each in file.ignored]
    left: list[str] = []
    if found.reports and not act.dry_run:
        with act.draft("import", detail={"file": file.name}) as reports:
            left = report_first(reports, ids, found.reports)
    for text in left:
        output.message(f"注意：{text}")
    view["reports"] = len(found.reports) - len(left)
    several = f"：{ids[0]} 至 {ids[-1]}" if len(ids) > 1 else f"：{ids[0]}"
    reported = f"，首次填报 {view['reports']} 条" if found.reports else ""
    act.done(f"已增加 {len(ids)} 项{several}{reported}", view)
    return 0


@write_command
def edit(
    act: Act,
    item_id: Annotated[str, typer.Argument(metavar="ID", help="事项编号")],
    text: Annotated[Text, typer.Option("--text", metavar="TEXT", help="事项内容")] = None,
    title: Title = None,
    due: Due = None,
    chapter: Chapter = None,
    section: Section = None,
    note: Note = None,
) -> None:
    """更正事项的文字和时限，原文留痕"""
    with act.draft("item edit") as draft:
        item = whole_item(draft.connection, refs(draft.connection, [item_id])[0], When(draft.today))
        changes = {
            "text": text, "title": title, "chapter": chapter, "section": section, "note": note,
            "original_due": parse_date(due, runtime.today, what="--due 的日期").isoformat() if due is not None else None,
        }  # fmt: skip
        before = edit_item(draft, item, changes)
    if before.get("original_due") not in (None, changes["original_due"]):
        output.message(
            f"注意：{item.id} 改的是原定时限（{before['original_due']} → {changes['original_due']}），只用于更正笔误；"
            "批准的延期请撤销后改用 tracker extend"
        )
    result = {"change": None if act.dry_run else draft.change, "id": item.id, "before": before}
    act.done(f"已更正 {item.id}", result)


@write_command
def retire(
    act: Act,
    item_id: Annotated[str, typer.Argument(metavar="ID", help="事项编号")],
    reason: Annotated[str, typer.Option("--reason", metavar="TEXT", help="停用理由")],
    date: Annotated[Text, typer.Option("--date", metavar="DATE", help="停用日期（缺省今天）")] = None,
) -> None:
    """停用不再推进的事项，历史保留"""
    day = day_of(date, what="日期")
    with opened(act.db) as connection:
        item_id = whole_item(connection, refs(connection, [item_id])[0], When(runtime.today)).id
    if not act.confirm(f"停用 {item_id}？"):
        act.done("未停用", {"change": None})
        return
    with act.draft("item retire") as draft:
        item = retire_item(draft, refs(draft.connection, [item_id])[0], day, reason)
    act.done(f"已停用 {item.id}（自 {day} 起）", {"change": None if act.dry_run else draft.change, "id": item.id})
