"""The parts of a page about one thing (an item, a judgement, a question): heading, facts, entries, what is said beside it.

A terminal gets them from rich, folded to its width by our own rule, what follows in line with what it belongs to; a pipe, a
dumb terminal and a screen reader get one plain line each.
"""

import io
from collections.abc import Sequence
from typing import Any, NamedTuple

from tracker.cli import output, terminal
from tracker.cli.context import context
from tracker.cli.terminal import LIGHT_STYLES, cells, colored, folded

WIDEST = 100
"""Columns of running text on a terminal: longer lines are not read."""


class Fact(NamedTuple):
    """A name and what it stands for; light: whose colour is laid on the text."""

    label: str
    text: str
    light: str | None = None


def room() -> int:
    """Return the columns of running text."""
    return min(output.width(), WIDEST)


def heading(text: str, light: str | None = None) -> None:
    """Write the name of a page or of a part of it; light: of a part that has one."""
    if output.is_rich():
        output.draw(_text(_folded(text, 0), LIGHT_STYLES[light] if light else "bold"))
    else:
        output.line(colored(output.safe(text), light) if light and output.has_color() else text)


def titled(title: str, lines: Sequence[str], light: str | None = None) -> None:
    """Write the name of a thing and the lines that say what it is, in a frame of its light's colour on a terminal."""
    if not output.is_rich():
        output.line(title)
        for text in lines:
            output.line(text)
        return
    from rich.panel import Panel

    shown = "\n".join(folded(output.safe(each), 0, room() - 4) for text in lines for each in text.split("\n"))
    style = LIGHT_STYLES[light] if light else "dim"
    head = _text(output.safe(title), "bold")
    head.truncate(room() - 6, overflow="ellipsis")
    output.draw(Panel(_text(shown), title=head, title_align="left", border_style=style, width=room()))


def facts(rows: Sequence[Fact], *, in_line: bool = False) -> None:
    """Write names and texts; in_line: the texts of a plain page stand in one column, as those of a terminal always do."""
    longest = max((cells(each.label) for each in rows), default=0)
    if not output.is_rich():
        for each in rows:
            text = output.safe(each.text.replace("\n", "\n    "))
            text = colored(text, each.light) if each.light and output.has_color() else text
            between = " " * (longest - cells(each.label) + 2) if in_line else "："
            output.block(f"  {output.safe(each.label)}{between}{text}\n")
        return
    from rich.text import Text

    drawn, aside = Text(), longest + 4 <= room() // 2
    for place, each in enumerate(rows):
        indent = longest + 4 if aside else 6
        gap = " " * (longest - cells(each.label) + 2) if aside else "\n" + " " * indent
        drawn.append(("\n" if place else "") + f"  {output.safe(each.label)}{gap}", style="cyan")
        drawn.append(_folded(each.text, indent), style=LIGHT_STYLES[each.light] if each.light else "")
    output.draw(drawn)


def entries(title: str, lines: Sequence[str]) -> None:
    """Write a list under its title."""
    heading(title)
    for text in lines:
        item(text)


def item(text: str, indent: int = 2) -> None:
    """Write one entry of a list; what does not fit on its first line stands further in."""
    if output.is_rich():
        output.draw(_text(" " * indent + _folded(text, indent + 4, first=indent)))
    else:
        output.line(" " * indent + text.replace("\n", "\n    "))


def said(text: str, style: str = "", indent: int = 0) -> None:
    """Say something beside a question (stderr): folded and in a style of rich on a terminal, a plain line elsewhere."""
    stream = context.stderr
    if not (stream.isatty() and context.environ.get("TERM") != "dumb") or terminal.widens(context.environ):
        output.message(" " * indent + text.replace("\n", "\n" + " " * (indent + 2)))
        return
    drawn = io.StringIO()
    output.console(drawn).print(_text(" " * indent + _folded(text, indent + 2, first=indent), style))
    stream.write(drawn.getvalue())


def _folded(text: str, indent: int, *, first: int | None = None) -> str:
    lines = output.safe(text).split("\n")
    head = folded(lines[0], indent, room(), first=first)
    return f"\n{' ' * indent}".join([head, *(folded(line, indent, room()) for line in lines[1:])])


def _text(text: str, style: str = "") -> Any:
    from rich.text import Text

    return Text(text, style=style)
