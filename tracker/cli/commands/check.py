"""`tracker check`."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Annotated, Any

import typer

from tracker.actions.checks import DEFAULT, LEVELS, RULES, Result, Rule, chosen_rules, run_checks, verdict
from tracker.cli import output
from tracker.cli.context import context
from tracker.cli.ledger_finder import opened
from tracker.cli.options import (
    AsOf,
    Db,
    Json,
    KindFilter,
    KnownAt,
    PlanFilter,
    RegionFilter,
    Text,
    UnitFilter,
    parse_count,
    words,
)
from tracker.cli.options import known_at as moment_of
from tracker.errors import Unclear
from tracker.ledger.dates import parse_date
from tracker.store.filters import PointInTime
from tracker.store.stated_parameters import load_parameters

SHOWN = 20
"""How many ids of a rule follow its line on a terminal."""


def found_words(results: Sequence[Result]) -> Iterator[str]:
    """Say, for a person at a terminal, what each rule has found."""
    for result in results:
        if result.details:
            yield from result.details[:SHOWN]
        elif result.ids:
            more = f" 等 {len(result.ids)} 项" if len(result.ids) > SHOWN else ""
            yield f"{result.rule.label}：{'、'.join(result.ids[:SHOWN])}{more}"


def check(
    rules: Annotated[
        list[str] | None, typer.Argument(metavar="[RULE…|all]", help="规则名，缺省 overdue 和 due-soon")
    ] = None,
    list_rules: Annotated[bool, typer.Option("--list", help="列出规则（缺省全部）")] = False,
    crit_overdue: Annotated[
        Text, typer.Option("--crit-overdue", metavar="N", help="逾期达到几项为严重（缺省 1）")
    ] = None,
    warn_days: Annotated[Text, typer.Option("--warn-days", metavar="DAYS", help="几天内到期为警告（缺省 30）")] = None,
    as_of: AsOf = None,
    known_at: KnownAt = None,
    plan: PlanFilter = None,
    unit: UnitFilter = None,
    kind: KindFilter = None,
    region: RegionFilter = None,
    json: Json = False,
    db: Db = None,
) -> int:
    """供脚本和监控使用的状态检查

    退出码按监控插件约定：0 正常，1 警告，2 严重，3 未知。
    """
    if list_rules:
        print_rules(chosen_rules(rules or ["all"]), as_json=json)
        return 0
    _ = context.settings  # a configuration that every other command refuses gives no answer here either
    day = context.today if as_of is None else parse_date(as_of, context.today, what="--as-of 的日期")
    when = PointInTime(day, moment_of(known_at))
    near = None if warn_days is None else parse_count(warn_days, "--warn-days")
    critical = 1 if crit_overdue is None else parse_count(crit_overdue, "--crit-overdue")
    if critical == 0:
        raise Unclear("--crit-overdue 应为正整数：逾期达到几项为严重")
    chosen = chosen_rules(rules or [])
    with opened(db, may_create=False) as connection:
        parameters = load_parameters(connection, when.known_at)
        wanted = None
        if any(each is not None for each in (plan, unit, kind, region)):
            from tracker.actions.selection import Filter

            wanted = Filter(plans=words(plan), unit=unit, kinds=words(kind), region=region)
        results = run_checks(
            connection,
            chosen,
            when,
            parameters,
            critical,
            near=near,
            wanted=wanted,
            named=json or context.stdout.isatty(),
        )
    answer = verdict(results, is_sample=context.is_sample)
    if json:
        output.print_json(answer.view())
    else:
        output.line(answer.text())
        if context.stdout.isatty():
            for text in found_words(results):
                output.line(text)
    return answer.exit_code


def rule_rows(rules: Iterable[Rule] = RULES.values()) -> list[dict[str, Any]]:
    """Return rules as rows: rule, severity, default, label, meaning, remedy."""
    return [
        {
            "rule": rule.name, "severity": LEVELS[rule.severity], "default": rule.name in DEFAULT, "label": rule.label,
            "meaning": rule.meaning, "remedy": rule.remedy,
        }
        for rule in rules
    ]  # fmt: skip


def print_rules(rules: Sequence[Rule], *, as_json: bool) -> None:
    """Write rules, for people or as JSON."""
    rows = rule_rows(rules)
    if as_json:
        output.print_json(rows)
        return
    for row in rows:
        output.line(f"{row['rule']:<13}{row['severity']:<10}{row['label']}")
        output.line(f"    含义：{row['meaning']}")
        output.line(f"    处理：{row['remedy']}")
    output.line(f"共 {len(RULES)} 条规则；不写规则名时只查 {'、'.join(DEFAULT)}，tracker check all 查全部")
