"""The one-screen overview of `tracker status`: a bar of lights for every group, the same in words without colour."""

from collections.abc import Mapping, Sequence
from typing import Any

from tracker.cli import output
from tracker.cli.output import Column
from tracker.ledger.terms import LIGHTS, PLAN_STATUS

_BAR = {"red": "█", "yellow": "▓", "blue": "▒", "green": "░", "grey": "·", "done": "■"}


def print_status(
    rows: Sequence[Mapping[str, Any]], total: int, group: str, plans: Mapping[str, Mapping[str, Any]], caption: str
) -> None:
    """Write one line for every group, most trouble first, and the sum of all."""
    narrow = output.width() < 100  # noqa: PLR2004 - below it the bar goes, the figures stay
    lights = ("red", "yellow", "blue", "green", "grey", "done")
    columns = [Column(_HEADINGS[group]), *([] if narrow else [Column("亮灯", 24)])]
    columns += [Column("总数", 4, right=True), *(Column(_SHORT[light], 4, right=True) for light in lights)]
    columns += [Column("逾期", 4, right=True), Column("临近", 4, right=True), Column("未填报", 6, right=True)]
    table = [
        [
            _name(row["key"], group, plans), *([] if narrow else [bar(row["by_light"], 24)]), str(row["total"]),
            *(str(row["by_light"][light]) for light in lights), str(row["overdue"]), str(row["due_soon"]), str(row["unreported"]),
        ]
        for row in rows
    ]  # fmt: skip
    output.print_table(columns, table, caption=f"{sum(row['total'] for row in rows)} 项，{caption}")
    if not narrow:
        output.line("图例：" + "  ".join(f"{_BAR[light]} {LIGHTS[light]}" for light in lights))
    output.more(len(rows), total)


_HEADINGS = {"plan": "方案", "unit": "牵头单位", "chapter": "章节", "region": "地区"}
_SHORT = {"red": "红", "yellow": "黄", "blue": "蓝", "green": "绿", "grey": "灰", "done": "办结"}


def bar(by_light: Mapping[str, int], width: int) -> str:
    """Draw the shares of the lights, every light that occurs at least one cell wide."""
    total = sum(by_light.values())
    if not total:
        return ""
    cells = {light: max(round(count * width / total), 1) for light, count in by_light.items() if count}
    while sum(cells.values()) > width:
        cells[max(cells, key=lambda light: cells[light])] -= 1
    return "".join(_BAR[light] * cells[light] for light in _BAR if light in cells)


def _name(key: str, group: str, plans: Mapping[str, Mapping[str, Any]]) -> str:
    if group != "plan":
        return key
    plan = plans[key]
    return f"{key} {plan['region']}" + (f"（{PLAN_STATUS['draft']}）" if plan["status"] == "draft" else "")
