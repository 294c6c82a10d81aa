"""`tracker breakdown`."""

from typing import TYPE_CHECKING, Annotated

import typer

from tracker.actions.breakdown import RULES, break_down, rule_for, shares_of
from tracker.actions.name_lookup import item_of
from tracker.cli import output
from tracker.cli.arguments import named_one
from tracker.cli.context import context
from tracker.cli.ledger_finder import opened
from tracker.cli.options import Text, write_command
from tracker.cli.write_options import WriteOptions
from tracker.store.filters import PointInTime

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tracker.ledger.model import Share
    from tracker.sheets.reading.files import Problem


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
            shares, file, new_units = shares_of(connection, item, to, values, context.today)
        left = file.ignored
        for text in file.remarks:
            output.message(f"注意：{text}")
        for each in left:
            output.message(f"未读取：{each.place}：{each.message}")
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
    result = {
        "change": None if options.dry_run else changeset.change, "id": item.id, "ids": ids,
        "ignored": [each._asdict() for each in left],
    }  # fmt: skip
    options.done(f"已把 {item.id} 分解到 {len(ids)} 个地区：{ids[0]} 等", result)
