"""`tracker export page`."""

from datetime import date, timedelta
from typing import Any

from tracker.cli.arguments import words
from tracker.cli.context import context
from tracker.cli.export_target import deliver, frozen_goalposts, kinds_of, name_of, target_file
from tracker.cli.option_groups import SpanOptions
from tracker.cli.options import KindFilter, PlanFilter, UnitFilter, export_command
from tracker.cli.read_options import ReadOptions
from tracker.errors import Refused, Unclear
from tracker.ledger.calendar_spans import NamedSpan
from tracker.ledger.dates import parse_instant
from tracker.store.judgement_figures import load_figures

WEEKS = 8
"""How many weeks the page looks back."""
LARGEST = 3 * 1024 * 1024
"""What can still be sent by mail and opened on a phone."""
LONG = 1000
"""Items from which a page tells red and yellow ones in full, and the others by their number."""


@export_command
def page(
    options: ReadOptions,
    dates: SpanOptions,
    plan: PlanFilter = None,
    unit: UnitFilter = None,
    kind: KindFilter = None,
) -> None:
    """导出一个网页文件：总体情况、亮灯、目标进度、逾期和一周变化，可打印

    一个文件即可发送和归档，不含脚本，不访问网络；每个数字都能点到所含的事项。缺省为本周，与同期的报告数字一致；
    事项很多的台账，红灯、黄灯事项列出全部内容，其余只列数字。
    """
    span = dates.span(options.day)
    plan, unit = options.default("plan", plan), options.default("unit", unit)
    target = target_file(options, name_of("进展报告", plan, unit, kinds_of(kind), options.day), ".html")
    content = _html(options, span, plan, unit, kind).encode()
    if len(content) > LARGEST:
        size = f"{len(content) / 1024 / 1024:.1f}"
        raise Refused(f"网页有 {size} MB，超过 3 MB，不便发送；请用 --plan、--unit 或 --kind 缩小范围")
    deliver(options, target, content)


def _html(options: ReadOptions, span: NamedSpan, plan: str | None, unit: str | None, kind: str | None) -> str:
    from tracker.actions.issues import shared_moments
    from tracker.actions.listing import Filter, find
    from tracker.actions.lookup import kind_codes
    from tracker.actions.synergy_index import annex2, index_for_report
    from tracker.page.report import Content, page
    from tracker.page.synergy import synergy_of
    from tracker.store.filters import PointInTime
    from tracker.store.queries import load_plans

    if "aim" in kind_codes(words(kind) or ()):
        raise Unclear("总体目标不亮灯、不计数，网页不含；--kind 请写 target、task 或 policy")
    wanted = Filter(plans=words(plan), unit=unit, kinds=words(kind))
    with options.ledger() as connection:
        moments = shared_moments(connection, span, wanted, options.when, context.today)
        earlier, later = moments.earlier, moments.later
        limits = load_figures(connection, later.known_at)
        now = find(connection, wanted, later, limits)
        before = None if earlier is None else (earlier.as_of, find(connection, wanted, earlier, limits))
        days = [] if len(now) > LONG else _weeks_before(connection, later.as_of)
        weeks = [
            (day, find(connection, wanted, PointInTime(day, parse_instant(str(day), day)), limits)) for day in days
        ]
        plans = {str(each["code"]): each for each in load_plans(connection)}
        index = index_for_report(connection, wanted, later, frozen_goalposts())
    return page(
        Content(
            as_of=later.as_of, weeks=[*weeks, (later.as_of, now)], before=before, brief=len(now) > LONG,
            plans=plans, limits=limits, scope=_scope(options, plan, unit, kind), unit=unit,
            is_demo=context.is_sample, synergy=None if index is None else synergy_of(index, annex2()),
        )
    )  # fmt: skip


def _weeks_before(connection: Any, day: date) -> list[date]:
    """Return the days of the weeks before, on which there was a ledger: the chart invents none."""
    from tracker.store.period_entries import began_at

    days = [day - timedelta(weeks=back) for back in reversed(range(1, WEEKS))]
    return [each for each in days if parse_instant(str(each), each) >= began_at(connection)]


def _scope(options: ReadOptions, plan: str | None, unit: str | None, kind: str | None) -> list[str]:
    """Return the words that say what the page is about: the day, what was known, and every filter."""
    parts = [f"截至 {options.day}"]
    parts += [f"录入截至 {options.known_at}"] if options.known_at else []
    named = (("方案", plan), ("单位", unit), ("类别", kinds_of(kind)))
    return parts + [f"{label} {value}" for label, value in named if value]
