"""`tracker export page`."""

from collections.abc import Iterable, Iterator

from tracker.cli.app import export_command
from tracker.cli.context import context
from tracker.cli.export_target import deliver, frozen_goalposts, kinds_of, name_of, target_file
from tracker.cli.option_groups import SpanOptions
from tracker.cli.options import KindFilter, PlanFilter, UnitFilter, words
from tracker.cli.read_options import ReadOptions
from tracker.errors import Refused, Unclear
from tracker.ledger.calendar_spans import NamedSpan

LARGEST = 16
"""Megabytes that can still be sent by mail and opened on a phone; up to a thousand items take less than three."""


@export_command
def page(
    options: ReadOptions,
    dates: SpanOptions,
    plan: PlanFilter = None,
    unit: UnitFilter = None,
    kind: KindFilter = None,
) -> None:
    """导出一个网页文件：总体情况、亮灯、目标进度、逾期和一周变化，可打印

    一个文件即可发送和归档，不含脚本，不访问网络；每个数字都能点到所含的事项。缺省为本周，与同期的报告数字一致。
    事项很多的台账，红灯、黄灯事项列出全部内容，其余只列数字。
    """
    span = dates.span(options.day)
    plan, unit = options.default("plan", plan), options.default("unit", unit)
    target = target_file(options, name_of("进展报告", plan, unit, kinds_of(kind), options.day), ".html")
    deliver(options, target, _bounded(_html(options, span, plan, unit, kind)))


def _bounded(parts: Iterable[bytes]) -> Iterator[bytes]:
    """Pass the parts of a page on, as long as it stays small enough."""
    size = 0
    for part in parts:
        size += len(part)
        if size > LARGEST * 1024 * 1024:
            raise Refused(f"网页超过 {LARGEST} MB，不便发送；请用 --plan、--unit 或 --kind 缩小范围")
        yield part


def _html(
    options: ReadOptions, span: NamedSpan, plan: str | None, unit: str | None, kind: str | None
) -> Iterator[bytes]:
    from tracker.actions.name_lookup import kind_codes
    from tracker.actions.page_report import page_of
    from tracker.actions.report_issues import shared_moments
    from tracker.actions.selection import Filter

    if "aim" in kind_codes(words(kind) or ()):
        raise Unclear("总体目标不亮灯、不计数，网页不含；--kind 请写 target、task 或 policy")
    wanted = Filter(plans=words(plan), unit=unit, kinds=words(kind))
    with options.ledger() as connection:
        moments = shared_moments(connection, span, wanted, options.when, context.today)
        return page_of(connection, wanted, moments, _scope(options, unit, kind), frozen_goalposts())


def _scope(options: ReadOptions, unit: str | None, kind: str | None) -> list[str]:
    """Return the words that say what a page is about beside its title, which names the plans."""
    parts = [f"截至 {options.day}"]
    parts += [f"录入截至 {options.known_at}"] if options.known_at else []
    named = (("单位", unit), ("类别", kinds_of(kind)))
    return parts + [f"{label} {value}" for label, value in named if value]
