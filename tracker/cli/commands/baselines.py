"""`tracker baseline`, `milestone`, `link`: the figures by which an indicator is judged besides its reports."""

from typing import Annotated

import typer

from tracker.actions import baselines
from tracker.actions.decision_context import Decision
from tracker.cli.arguments import named, parse_count, words
from tracker.cli.context import context
from tracker.cli.decision_options import Day, Measure, OneId, day_of, deadline_of, figure_of, run
from tracker.cli.options import Text, write_command
from tracker.cli.write_options import WriteOptions
from tracker.errors import Unclear
from tracker.ledger.values import parse_percent
from tracker.store.changeset import Changeset


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
    run(options, "baseline", [item_id], lambda changeset, ref: baselines.baseline(
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
    run(options, "milestone", [item_id], lambda changeset, ref: baselines.milestone(
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
    run(options, "link", ids[:1], lambda changeset, ref: _followed(changeset, baselines.link(
        changeset, ref, day, options.speaker, kind=kind, sources=named(changeset.connection, names), convert=convert
    ), index=index))  # fmt: skip


def _followed(changeset: Changeset, decided: Decision, *, index: bool) -> Decision:
    """Take over at once what the index says now."""
    if index:
        from tracker.actions import synergy_index

        said = synergy_index.follow(changeset, synergy_index.read_goalposts(context.settings["index_goalposts"]))
        decided.warnings += [said] if said else []
    return decided
