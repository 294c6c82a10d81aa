"""What the commands of the life cycle share: their options, how they run, and how they say what was decided."""

from collections.abc import Callable, Sequence
from datetime import date
from decimal import Decimal
from typing import Annotated

import typer

from tracker.actions.decision_context import Decision, distinct
from tracker.cli import output
from tracker.cli.arguments import named
from tracker.cli.context import context
from tracker.cli.list_view import field_words
from tracker.cli.options import Text
from tracker.cli.write_options import Doubted, WriteOptions
from tracker.errors import Unclear
from tracker.ledger.dates import parse_date, parse_reported_date
from tracker.ledger.decision_rules import DECISIONS
from tracker.ledger.ids import Ref
from tracker.ledger.measures import split_figure
from tracker.ledger.values import parse_number, shorten
from tracker.store.changeset import Changeset

Ids = Annotated[
    list[str], typer.Argument(metavar="ID…", help="事项或指标编号，可写多个（zj-task-6..8），- 为从标准输入读取")
]
OneId = Annotated[str, typer.Argument(metavar="ID", help="事项或指标编号")]
Day = Annotated[Text, typer.Option("--date", metavar="DATE", help="自哪天起算（缺省今天）")]
Reason = Annotated[str, typer.Option("--reason", metavar="TEXT", help="理由")]
Evidence = Annotated[
    list[str] | None, typer.Option("--evidence", metavar="PATH|URL", help="佐证材料：文件或网址，可写多次")
]
Measure = Annotated[
    Text, typer.Option("--measure", metavar="UNIT", help="所填数值的计量单位，与指标只差数量级时换算，如 千瓦")
]


def day_of(text: str | None, *, what: str = "--date 的日期") -> date:
    """Return the day of which something is said; today when none was given, and within a month or year that is running."""
    return context.today if text is None else parse_reported_date(text, context.today, what=what)


def deadline_of(text: str | None, *, what: str) -> date:
    """Return the day to which an option puts something off; a month or a year stands for its last day."""
    return context.today if text is None else parse_date(text, context.today, what=what)


def figure_of(text: str | None, measure: str | None, what: str) -> tuple[Decimal | None, str | None]:
    """Return the number an option names and the measure it is given in, which may stand behind it: 4.2万辆.

    None for what was not given. Raises Unclear for no number, two measures, and a measure of nothing.
    """
    if text is None:
        if measure is not None:
            raise Unclear("--measure 是 --value 的计量单位；请一并写明 --value")
        return None, None
    number, behind = split_figure(text)
    if behind is not None and measure is not None and behind != measure:
        raise Unclear(f"{what}“{shorten(text)}”与 --measure {shorten(measure)} 的计量单位不一致；请只写一处")
    return parse_number(number, what=what), behind or measure


def run(options: WriteOptions, command: str, ids: Sequence[str], decide: Callable[[Changeset, Ref], Decision]) -> None:
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
        for warning in each.warnings:
            output.message(f"注意：{warning}")
    change = None if options.dry_run else changeset.change
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
