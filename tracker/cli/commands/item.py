"""`tracker item …`: rows that no document holds, corrections, and rows that are no longer pursued."""

from typing import Annotated

import typer

from tracker.actions.lookup import kind_codes, whole_item
from tracker.actions.plans import Wish, add_rows, demands, edit_item, named_units, new_items, retire_item
from tracker.cli import output
from tracker.cli.arguments import named_one, words
from tracker.cli.context import context
from tracker.cli.decisions import day_of
from tracker.cli.ledgers import opened
from tracker.cli.options import Text, write_command
from tracker.cli.write_options import WriteOptions
from tracker.ledger.dates import parse_date
from tracker.ledger.values import shorten
from tracker.store.as_of import When

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
    with options.draft("item add") as draft:
        above = named_one(draft.connection, parent) if parent else None
        leads, new = named_units(draft.connection, plan, words(lead) or ())
        participants, others = named_units(draft.connection, plan, words(participant) or ())
        wish = Wish(
            text=text, title=title, leads=leads, participants=participants,
            due=parse_date(due, context.today, what="--due 的日期") if due is not None else None, chapter=chapter, section=section,
            source=source, note=note, indicators=indicator or (), parent=above,
        )  # fmt: skip
        (item,), rows = new_items(draft.connection, plan, code, [wish])
        add_rows(draft, rows)
    for name in dict.fromkeys((*new, *others)):
        output.message(f"注意：名录中没有“{shorten(name)}”，已作为新单位列入；如系笔误，请用 tracker undo 撤销后重填")
    for line in demands(rows):
        output.message(line)
    options.done(f"已增加 {item}：{text}", {"change": None if options.dry_run else draft.change, "id": item})


@write_command
def import_items(
    options: WriteOptions,
    plan: Annotated[str, typer.Argument(metavar="PLAN", help="方案代码")],
    kind: Annotated[str, typer.Argument(metavar="KIND", help="target 目标、task 任务、policy 政策")],
    file: Annotated[
        str, typer.Argument(metavar="FILE", help="Excel 或 CSV 清单：事项、牵头单位、参与单位、完成时限 …")
    ],
) -> None:
    """从普通清单（Excel、CSV）增加事项

    按表头认列，列名可用常见别称，顺序不限。
    """
    from pathlib import Path

    from tracker.sheets.lists import read_items

    code = kind_codes([kind])[0]
    listed = [Wish(**one, source=Path(file).name) for one in read_items(file, context.today)]
    with options.draft("item import", detail={"file": Path(file).name}) as draft:
        ids, rows = new_items(draft.connection, plan, code, listed)
        add_rows(draft, rows)
    options.done(
        f"已增加 {len(ids)} 项" + (f"：{ids[0]} 至 {ids[-1]}" if ids else ""),
        {"change": None if options.dry_run else draft.change, "ids": ids},
    )


@write_command
def edit(
    options: WriteOptions,
    item_id: Annotated[str, typer.Argument(metavar="ID", help="事项编号")],
    text: Annotated[Text, typer.Option("--text", metavar="TEXT", help="事项内容")] = None,
    title: Title = None,
    due: Due = None,
    chapter: Chapter = None,
    section: Section = None,
    note: Note = None,
) -> None:
    """更正事项的文字和时限，原文留痕"""
    with options.draft("item edit") as draft:
        item = whole_item(draft.connection, named_one(draft.connection, item_id), When(draft.today))
        changes = {
            "text": text, "title": title, "chapter": chapter, "section": section, "note": note,
            "original_due": parse_date(due, context.today, what="--due 的日期").isoformat() if due is not None else None,
        }  # fmt: skip
        before = edit_item(draft, item, changes)
    if before.get("original_due") not in (None, changes["original_due"]):
        output.message(
            f"注意：{item.id} 改的是原定时限（{before['original_due']} → {changes['original_due']}），只用于更正笔误；"
            "批准的延期请撤销后改用 tracker extend"
        )
    result = {"change": None if options.dry_run else draft.change, "id": item.id, "before": before}
    options.done(f"已更正 {item.id}", result)


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
        item_id = whole_item(connection, named_one(connection, item_id), When(context.today)).id
    if not options.confirm(f"停用 {item_id}？"):
        options.done("未停用", {"change": None})
        return
    with options.draft("item retire") as draft:
        item = retire_item(draft, named_one(draft.connection, item_id), day, reason)
    options.done(
        f"已停用 {item.id}（自 {day} 起）", {"change": None if options.dry_run else draft.change, "id": item.id}
    )
