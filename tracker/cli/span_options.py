"""The options that name a stretch of days, shared by what tells of one: changes, reports, bulletins, pages."""

from collections.abc import Mapping
from datetime import date
from typing import Annotated

import typer

from tracker.cli.options import Text
from tracker.errors import Unclear
from tracker.ledger.calendar_spans import NamedSpan, days_between, named_span, span_around
from tracker.ledger.dates import parse_date, parse_start

Week = Annotated[Text, typer.Option("--week", metavar="2026-W47", help="哪一周")]
Month = Annotated[Text, typer.Option("--month", metavar="2026-11", help="哪个月")]
Quarter = Annotated[Text, typer.Option("--quarter", metavar="2026-Q4", help="哪个季度")]
Half = Annotated[Text, typer.Option("--half", metavar="2026-H2", help="上半年（H1）或下半年（H2）")]
Year = Annotated[Text, typer.Option("--year", metavar="2026", help="哪一年")]
First = Annotated[Text, typer.Option("--from", metavar="DATE", help="起始日，与 --to 同用")]
Last = Annotated[Text, typer.Option("--to", metavar="DATE", help="截止日")]


def span_asked(
    day: date, first: str | None, last: str | None, named: Mapping[str, str | None], kind: str = "week"
) -> NamedSpan:
    """Return the span that the options name, that of a kind in which the day falls for none; raises Unclear for several at once."""
    given = [f"--{kind}" for kind, text in named.items() if text is not None]
    if first is not None or last is not None:
        given.append("--from、--to")
    if len(given) > 1:
        raise Unclear(f"{' 与 '.join(given)} 不能同用；请只写其一")
    if (first is None) != (last is None):
        raise Unclear("--from 和 --to 要同时写明")
    if first is not None and last is not None:
        return days_between(parse_start(first, day, what="--from 的日期"), parse_date(last, day, what="--to 的日期"))
    for name, text in named.items():
        if text is not None:
            return named_span(name, text, day)
    return span_around(kind, day)
