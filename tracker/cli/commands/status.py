"""`tracker status`: the overview of one screen, a bar of lights for every group, the same in words without colour."""

from collections.abc import Mapping, Sequence
from typing import Annotated, Any

import typer

from tracker.actions.listing import tally
from tracker.actions.selection import Filter
from tracker.cli import output, terminal
from tracker.cli.app import read_command
from tracker.cli.context import context
from tracker.cli.options import FilterOptions
from tracker.cli.read_options import ReadOptions
from tracker.cli.terminal import Column, cells
from tracker.cli.wording import caption_for
from tracker.errors import Unclear
from tracker.ledger.counts import GROUP_FIELDS, GROUPINGS, flat
from tracker.ledger.terms import LIGHTS, PLAN_STATUS
from tracker.ledger.values import shorten
from tracker.store.connection import Connection
from tracker.store.plan_lifetime import ended_plans
from tracker.store.registry import plan_heads
from tracker.store.stated_parameters import load_parameters


@read_command
def status(
    options: ReadOptions,
    group: Annotated[str, typer.Option("--group", metavar="BY", help="分组：plan、unit、chapter、region")] = "plan",
    *,
    which: FilterOptions,
) -> None:
    """一屏总览：各方案（单位、章节、地区）的状态和亮灯"""
    if group not in GROUPINGS:
        raise Unclear(f"--group 没有“{shorten(group)}”这种分组；可用：{'、'.join(GROUPINGS)}")
    options.narrow(which)
    wanted = which.wanted()
    with options.ledger() as connection:
        counted = tally(connection, wanted, group, options.when, load_parameters(connection, options.when.known_at))
        plans = {each["code"]: each for each in plan_heads(connection, known_at=options.when.known_at)}
        ended = _carried_over(connection, options, wanted)
    names = options.chosen(GROUP_FIELDS)
    groups = options.arrange(counted.groups, GROUP_FIELDS)
    shown = groups[: options.count() or None]
    caption = f"{counted.total} 项，{caption_for(options, which, ({'id': code} for code in counted.plans))}"
    if options.as_json:
        rows = [{name: row[name] for name in names} for row in shown]
        options.to_screen_or_file(lambda: output.print_json({"as_of": options.day, "groups": rows}))
    elif options.as_csv:
        options.emit_data(*flat(shown, names))
    elif options.fields is not None:
        options.for_people(lambda: output.print_fields(*flat(shown, names), len(groups), caption))
    else:
        height = output.height() if options.limit is None and options.is_on_screen else None
        lines = shown if height is None else shown[: max(height - AROUND, 1)]
        options.for_people(lambda: print_status(lines, len(groups), group, plans, caption, ended))


def _carried_over(connection: Connection, options: ReadOptions, wanted: Filter) -> str:
    """Return the line on plans whose book is closed; empty where there are none, or the question is about part of a plan."""
    if not ended_plans(connection, options.when):
        return ""
    from tracker.actions.plans import carried_over

    found = carried_over(connection, wanted, options.when)
    return "" if found is None else found.words()


AROUND = 6
"""Lines around the groups on one screen: mark of a sample, caption, heading, legend, the line about the rest, the prompt."""
_BAR = {"red": "█", "yellow": "▓", "review": "◆", "blue": "▒", "green": "░", "grey": "·", "done": "■"}
_PLAIN_BAR = {"red": "#", "yellow": "=", "review": "?", "blue": "+", "green": "-", "grey": ".", "done": "*"}
"""For a terminal that does not speak Unicode: in GBK the shades do not exist or take two columns."""


def print_status(
    rows: Sequence[Mapping[str, Any]], total: int, group: str, plans: Mapping[str, Mapping[str, Any]], caption: str,
    ended: str = "",
) -> None:  # fmt: skip
    """Write one line for every group, most trouble first, and the sum of all; ended: the line on closed plans (结转)."""
    narrow = output.width() < 110  # noqa: PLR2004 - below it bar and gaps shrink, the figures stay
    length = 10 if narrow else 24
    least = 4 if not narrow else 3 if output.width() >= 80 else 0  # noqa: PLR2004 - in less than 80 the names need the room
    gap, glyphs = 1 if narrow else 2, _glyphs()
    figures, numbers = _columns(rows, least, gap)
    names = [_name(row["key"], group, plans, short=narrow) for row in rows]
    widest = max(map(cells, (_HEADINGS[group], *names)))
    room = output.width() - sum(column.width + gap for column in numbers)
    bars = Column("亮灯", length, paint={glyph: light for light, glyph in glyphs.items()})
    has_bars = room - length - gap >= MIN_NAME
    columns = [
        Column(_HEADINGS[group], min(widest, room - (length + gap if has_bars else 0) - gap)),
        *([bars] if has_bars else []),
    ]
    table = [
        [name, *([bar(row["by_light"], length, glyphs)] if has_bars else []), *numbers_of]
        for name, row, numbers_of in zip(names, rows, figures, strict=True)
    ]
    output.print_table([*columns, *numbers], table, caption=caption, gap=gap)
    if has_bars:
        output.line("图例：" + "  ".join(f"{glyphs[light]} {LIGHTS[light]}" for light in glyphs))
    for line in (*_lines(_aside(rows, group)), *filter(None, (ended,))):
        output.line(line)
    output.more(len(rows), total)


def _columns(rows: Sequence[Mapping[str, Any]], least: int, gap: int) -> tuple[list[list[str]], list[Column]]:
    """Return the figures of every group and their columns; where the names would have no room, those that ask for nothing go."""
    shown = list(_FIGURES)
    of_rows = [dict(zip(_FIGURES, _figures(row), strict=True)) for row in rows]
    widths = {name: max(least, *map(cells, (name, *(each[name] for each in of_rows)))) for name in _FIGURES}
    for name in _YIELDING:
        if output.width() - sum(widths[each] + gap for each in shown) >= MIN_NAME:
            break
        shown.remove(name)
    return [[each[name] for name in shown] for each in of_rows], [
        Column(name, widths[name], right=True) for name in shown
    ]


def _aside(rows: Sequence[Mapping[str, Any]], group: str) -> list[str]:
    """Return what the columns do not say; nothing where an item counts in several groups."""
    if group == "unit":
        return []
    told = {
        "before_ledger": "逾期中建账前到期 {} 项", "awaiting": "待年度数据 {} 项", "extended": "延期过 {} 项",
        "closed_unmet": "已销号中未达目标 {} 项",
        "unassessable": "缺少基数和年度目标、待评估 {} 项（tracker check unassessable）",
    }  # fmt: skip
    numbers = {name: sum(row[name] for row in rows) for name in told}
    return [words.format(numbers[name]) for name, words in told.items() if numbers[name]]


def _lines(facts: Sequence[str]) -> list[str]:
    """Join facts to lines that the screen holds; a fact is never broken."""
    lines: list[str] = []
    for fact in facts:
        joined = f"{lines[-1]}；{fact}" if lines else fact
        lines = [*lines[:-1], joined] if cells(joined) <= output.width() else [*lines, fact]
    return lines


_HEADINGS = {"plan": "方案", "unit": "牵头单位", "chapter": "章节", "region": "地区"}
_FIGURES = ("总数", "红", "黄", "核查", "蓝", "绿", "灰", "销号", "逾期", "临近", "未填报")
_YIELDING = ("临近", "销号", "绿", "蓝", "灰", "核查")
MIN_NAME = 12
"""Columns without which a group's name says nothing; the bar gives way to them, then some figures."""


def _figures(row: Mapping[str, Any]) -> list[str]:
    """Return the figures of a group in the order of their headings."""
    lights = [row["by_light"][light] for light in _BAR]
    return list(map(str, (row["total"], *lights, row["overdue"], row["due_soon"], row["unreported"])))


def _glyphs() -> Mapping[str, str]:
    """Return what a bar is drawn with: blocks where they can be shown, plain signs elsewhere."""
    encoding = (getattr(context.stdout, "encoding", None) or "utf-8").lower().replace("-", "")
    return _BAR if encoding.startswith("utf") and not terminal.widens(context.environ) else _PLAIN_BAR


def bar(by_light: Mapping[str, int], width: int, glyphs: Mapping[str, str] = _BAR) -> str:
    """Draw the shares of the lights, every light that occurs at least one cell wide."""
    total = sum(by_light.values())
    if not total:
        return ""
    parts = {light: max(round(count * width / total), 1) for light, count in by_light.items() if count}
    while sum(parts.values()) > width:
        parts[max(parts, key=lambda light: parts[light])] -= 1
    return "".join(glyphs[light] * parts[light] for light in glyphs if light in parts)


def _name(key: str, group: str, plans: Mapping[str, Mapping[str, Any]], *, short: bool) -> str:
    """Name a group; where room is short, only the caption says which plans are drafts."""
    if group != "plan":
        return key
    plan = plans[key]
    return f"{key} {plan['region']}" + (
        f"（{PLAN_STATUS['draft']}）" if plan["status"] == "draft" and not short else ""
    )
