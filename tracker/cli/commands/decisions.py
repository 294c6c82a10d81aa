"""`tracker complete`, `close`, `extend`, `assign`, `milestone`, `breakdown` and the others by which an item is decided on.

Each is a logged change; what they share is `_decide`.
"""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Annotated

import typer

from tracker.actions import baselines, decisions
from tracker.actions.breakdown import RULES, break_down, rule_for, shares_of
from tracker.actions.decisions import assign as name_units
from tracker.actions.item_context import Decision, distinct
from tracker.actions.name_lookup import item_of
from tracker.cli import output
from tracker.cli.app import write_command
from tracker.cli.context import context
from tracker.cli.ledger_finder import opened
from tracker.cli.options import (
    Day,
    Evidence,
    Ids,
    Measure,
    OneId,
    Reason,
    Text,
    day_of,
    deadline_of,
    figure_of,
    named,
    named_one,
    parse_count,
    words,
)
from tracker.cli.wording import field_words
from tracker.cli.write_options import Doubted, WriteOptions
from tracker.errors import Unclear
from tracker.ledger.decision_rules import DECISIONS
from tracker.ledger.ids import Ref
from tracker.ledger.values import parse_percent
from tracker.store.changeset import Changeset
from tracker.store.filters import PointInTime

if TYPE_CHECKING:
    from tracker.sheets.reading.files import Problem
    from tracker.sheets.region_tables import Share


@write_command
def complete(
    options: WriteOptions,
    ids: Ids,
    evidence: Evidence = None,
    date: Day = None,
) -> None:
    """申报办结：由牵头单位申报，等待他人核查

    写事项编号时，其全部未办结的指标一并申报。数值未达目标也可申报，会有提示，由核查人判断。
    """
    day, settings = day_of(date), context.settings
    _decide(options, "complete", ids, lambda changeset, ref: decisions.complete(
        changeset, ref, day, options.speaker, evidence=evidence or (), required=settings["evidence_required"],
    ))  # fmt: skip


@write_command
def return_item(
    options: WriteOptions,
    ids: Ids,
    reason: Reason,
    value: Annotated[bool, typer.Option("--value", help="连同现值一并收回")] = False,
    date: Day = None,
) -> None:
    """退回申报办结的事项，恢复为进行中

    收回申报和完成率；现值有误的加 --value，连同最近一次的现值收回。
    """
    day = day_of(date)
    _decide(options, "return", ids, lambda changeset, ref: decisions.send_back(
        changeset, ref, day, options.speaker, reason, value=value,
    ))  # fmt: skip


@write_command
def close(
    options: WriteOptions,
    ids: Ids,
    note: Annotated[Text, typer.Option("--note", metavar="TEXT", help="核查意见")] = None,
    unmet: Annotated[Text, typer.Option("--unmet", metavar="REASON", help="数值未达目标而销号的理由")] = None,
    date: Day = None,
) -> None:
    """核查销号：由申报人以外的人核查

    数值未达目标的，须用 --unmet 写明理由，计为“已销号（未达目标）”，不算完成。
    """
    day = day_of(date)
    _decide(
        options, "close", ids, lambda changeset, ref: decisions.close(changeset, ref, day, options.speaker, note, unmet)
    )


@write_command
def reopen(options: WriteOptions, ids: Ids, reason: Reason, date: Day = None) -> None:
    """重新打开已销号（或申报办结）的事项，恢复为进行中"""
    day = day_of(date)
    _decide(
        options, "reopen", ids, lambda changeset, ref: decisions.reopen(changeset, ref, day, options.speaker, reason)
    )


@write_command
def extend(
    options: WriteOptions,
    ids: Ids,
    to: Annotated[str, typer.Option("--to", metavar="DATE", help="新的完成时限")],
    reason: Reason,
    approved_by: Annotated[str, typer.Option("--approved-by", metavar="NAME", help="批准人或批准文件")],
    late: Annotated[bool, typer.Option("--late", help="到期后补办")] = False,
    date: Day = None,
) -> None:
    """延期（或首次明确时限），原定时限保留

    须在到期前办理，到期后补办加 --late。写事项编号时，延其未达标、有时限的指标。
    """
    day, due = day_of(date), deadline_of(to, what="--to 的日期")
    _decide(options, "extend", ids, lambda changeset, ref: decisions.extend(
        changeset, ref, day, options.speaker, to=due, reason=reason, approved_by=approved_by, late=late,
    ))  # fmt: skip


@write_command
def forecast(
    options: WriteOptions,
    item_id: OneId,
    word: Annotated[str, typer.Argument(metavar="WORD", help="on_track 按期、at_risk 有风险、off_track 难以按期")],
    reason: Annotated[Text, typer.Option("--reason", metavar="TEXT", help="理由")] = None,
    date: Day = None,
) -> None:
    """预判能否按期完成，与亮灯并列显示"""
    day = day_of(date)
    _decide(
        options,
        "forecast",
        [item_id],
        lambda changeset, ref: decisions.forecast(changeset, ref, day, options.speaker, word, reason),
    )


def _decide(
    options: WriteOptions, command: str, ids: Sequence[str], decide: Callable[[Changeset, Ref], Decision]
) -> None:
    """Take one decision on each of some ids, all of them or none, and say so."""
    options.think_twice(
        lambda agreed: _take(options, command, ids, decide, agreed=agreed), "仍要办理？", "未办理，未作任何改动"
    )


def _take(
    options: WriteOptions,
    command: str,
    ids: Sequence[str],
    decide: Callable[[Changeset, Ref], Decision],
    *,
    agreed: bool,
) -> None:
    with options.changeset(command) as changeset:
        decided = [decide(changeset, ref) for ref in distinct(named(changeset.connection, ids))]
        doubts = [text for each in decided for text in each.doubts]
        if doubts and not agreed:
            raise Doubted(doubts)
    for each in decided:
        output.remarks(each.warnings)
    change = options.number(changeset)
    if options.json:
        output.print_json([{"change": change, **each.view()} for each in decided])
        return
    for each in decided:
        options.done(_sentence(each), None)
    if not options.dry_run:
        output.message(f"第 {change} 号改动；有误可运行 tracker undo 撤销")


def _sentence(decided: Decision) -> str:
    """Say one decision in a line: each changed field once, with the parts it holds for."""
    parts: dict[str, list[str]] = {}
    for name, changed in decided.changes:
        parts.setdefault(field_words(*changed), []).append(name)
    whole = {name for names in parts.values() for name in names}
    words = [
        text + (f"（{'、'.join(names)}）" if len(whole) > 1 or names != [decided.id] else "")
        for text, names in parts.items()
    ]
    who = f"，{decided.unit}" if decided.unit else ""
    return f"{DECISIONS[decided.command]} {decided.id}（{decided.day}{who}）：{'；'.join(words)}"


@write_command
def assign(
    options: WriteOptions,
    ids: Ids,
    lead: Annotated[Text, typer.Option("--lead", metavar="NAME,…", help="牵头单位，可用逗号隔开多个")] = None,
    participant: Annotated[
        Text, typer.Option("--participant", metavar="NAME,…", help="参与单位，可用逗号隔开多个")
    ] = None,
    main: Annotated[Text, typer.Option("--main", metavar="NAME", help="主牵头：几个牵头单位中由谁统一填报")] = None,
    date: Day = None,
) -> None:
    """指定或更正牵头、参与单位，明确主牵头

    方案已写明牵头单位的，--lead 是更正，原列单位仍可查；几个单位共同牵头的，用 --main 明确由谁填报。
    """
    day = day_of(date)
    leads, participants = words(lead) or (), words(participant) or ()
    _decide(
        options,
        "assign",
        ids,
        lambda changeset, ref: name_units(changeset, ref, day, options.speaker, leads, participants, main),
    )


@write_command
def baseline(
    options: WriteOptions,
    item_id: OneId,
    value: Annotated[Text, typer.Option("--value", metavar="N", help="基数：从这个值起算完成率")] = None,
    year: Annotated[Text, typer.Option("--year", metavar="YEAR", help="基期年份")] = None,
    measure: Measure = None,
    date: Day = None,
) -> None:
    """填写指标的基数和基期"""
    day, (number, measure) = day_of(date), figure_of(value, measure, "基数")
    base_year = None if year is None else parse_count(year.strip().removesuffix("年"), "--year")
    _decide(options, "baseline", [item_id], lambda changeset, ref: baselines.baseline(
        changeset, ref, day, options.speaker, value=number, year=base_year, measure=measure
    ))  # fmt: skip


@write_command
def milestone(
    options: WriteOptions,
    item_id: OneId,
    date: Annotated[str, typer.Option("--date", metavar="DATE", help="阶段目标的日期")],
    value: Annotated[Text, typer.Option("--value", metavar="N", help="年度目标：数值指标该日应达到的值")] = None,
    percent: Annotated[
        Text, typer.Option("--percent", metavar="N", help="节点：任务（或文字指标）该日应达到的完成率")
    ] = None,
    remove: Annotated[bool, typer.Option("--remove", help="去掉该日的阶段目标")] = False,
    measure: Measure = None,
    since: Annotated[Text, typer.Option("--from", metavar="DATE", help="自哪天起算（缺省今天）")] = None,
) -> None:
    """设定（或去掉）指标的年度目标、任务的节点

    有基数的，序时进度沿阶段目标计算；没有基数的，看最近一个年度目标是否达到。日期应在起点和完成时限之间。
    """
    if [value is not None, percent is not None, remove].count(True) != 1:
        raise Unclear("请写明 --value（数值指标）、--percent（任务）或 --remove（去掉）之一")
    day, due = day_of(since, what="--from 的日期"), deadline_of(date, what="--date 的日期")
    number, measure = figure_of(value, measure, "阶段目标")
    share = None if percent is None else parse_percent(percent)
    _decide(options, "milestone", [item_id], lambda changeset, ref: baselines.milestone(
        changeset, ref, day, options.speaker, due=due, value=number, percent=share, measure=measure
    ))  # fmt: skip


@write_command
def link(
    options: WriteOptions,
    ids: Annotated[
        list[str], typer.Argument(metavar="ID", help="由其他指标得出现值的指标（--sum 的其余部分也可写在其后）")
    ],
    same_as: Annotated[
        Text, typer.Option("--same-as", metavar="ID.N", help="与较早的这个指标是同一数字，只报一次")
    ] = None,
    sum_of: Annotated[Text, typer.Option("--sum", metavar="ID.N…", help="是这些指标的合计，用空格或逗号隔开")] = None,
    index: Annotated[bool, typer.Option("--index", help="取协同指数11市均值的变化（只用于 zj-target-5.1）")] = False,
    none: Annotated[bool, typer.Option("--none", help="取消关联")] = False,
    convert: Annotated[bool, typer.Option("--convert", help="计量单位只差数量级时换算，如千瓦与万千瓦")] = False,
    date: Day = None,
) -> None:
    """关联指标：同一数字只报一次，由几个指标合计，或取自协同指数

    例：tracker link zj-target-6.3 --sum zj-target-10.2 zj-target-15.1 zj-target-23.2
    """
    if [same_as is not None, sum_of is not None, index, none].count(True) != 1:
        raise Unclear("请写明 --same-as、--sum、--index 或 --none 之一")
    if len(ids) > 1 and sum_of is None:
        raise Unclear(f"一次只关联一个指标：{ids[0]}")
    kind = None if none else "index" if index else "same" if same_as is not None else "sum"
    names = [name for text in (same_as, sum_of, *ids[1:]) for name in words(text and text.replace("+", ",")) or ()]
    day = day_of(date)
    _decide(options, "link", ids[:1], lambda changeset, ref: _followed(changeset, baselines.link(
        changeset, ref, day, options.speaker, kind=kind, sources=named(changeset.connection, names), convert=convert
    ), index=index))  # fmt: skip


def _followed(changeset: Changeset, decided: Decision, *, index: bool) -> Decision:
    """Take over at once what the index says now."""
    if index:
        from tracker.actions import synergy_index

        said = synergy_index.follow(changeset, synergy_index.read_goalposts(context.settings["index_goalposts"]))
        decided.warnings += [said] if said else []
    return decided


@write_command
def breakdown(
    options: WriteOptions,
    item_id: Annotated[str, typer.Argument(metavar="ID", help="事项或指标编号")],
    to: Annotated[str, typer.Option("--to", metavar="LEVEL", help="cities 设区市、counties 县市区")],
    values: Annotated[
        Text,
        typer.Option(
            "--values",
            metavar="FILE",
            help="分解表（CSV 或 Excel）：地区、目标值，可有 指标、单位、完成时限、权重、基数",
        ),
    ] = None,
    rule: Annotated[
        Text,
        typer.Option(
            "--rule", metavar="RULE", help="上级现值如何得出：sum 合计、mean 加权平均、met 达标占比、min 最小值"
        ),
    ] = None,
) -> None:
    """把事项分解到各市县，各有单位、目标值和时限

    分解后按地区填报：tracker log zj-target-12 --region 杭州市 --value 0.5
    """
    shares: dict[str, Share] = {}
    left: Sequence[Problem] = ()
    if values is not None:
        with opened(options.db) as connection:
            item = item_of(connection, named_one(connection, item_id), PointInTime(context.today))
            shares, file, new_units = shares_of(connection, item, to, values, rule, context.today)
        left = file.ignored
        output.remarks(file.remarks, left)
        if not options.admit(new_units, required=False):
            output.message("未分解，未作任何改动")
            return
    with options.changeset("breakdown") as changeset:
        ref = named_one(changeset.connection, item_id)
        item = item_of(changeset.connection, ref, PointInTime(changeset.today))
        if ref.n is None and len(item.indicators) == 1 and not shares:
            ref = ref._replace(n=item.indicators[0].n)
        ids = break_down(changeset, item, ref.n, to, shares, rule)
    for indicator in item.indicators:
        if indicator.takes_value and (ref.n is None or indicator.n == ref.n):
            output.message(
                f"{item.id}.{indicator.n} 的现值今后由 {len(ids)} 个地区{RULES[rule_for(indicator, rule)]}得出，缺一个地区即为未知"
            )
    view = {"id": item.id, "ids": ids, "ignored": [each._asdict() for each in left]}
    options.done(f"已把 {item.id} 分解到 {len(ids)} 个地区：{ids[0]} 等", view, changeset)
