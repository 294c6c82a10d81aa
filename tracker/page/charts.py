"""The charts of the page: where each bar and its figure stand, as plain numbers; `parts.html` draws them as SVG.

Every chart comes twice, wide (screen, print) and narrow (phone), because text that shrinks with its picture cannot be read.
Colours are in page.css, by the class of the series; words and figures beside them say the same.
"""

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from typing import NamedTuple

from tracker.ledger.values import plain
from tracker.page.tables import LIGHT_COLUMNS
from tracker.text import visible

Number = Decimal | int


class Size(NamedTuple):
    """The measures of one variant, in pixels of its own scale; characters is how wide a label may be (a Chinese one is 1)."""

    name: str
    width: int
    characters: int
    row: int
    font: int


WHOLE = Size("wide", 860, 20, 30, 14)
HALF = Size("wide", 500, 12, 32, 14)
NARROW = Size("narrow", 350, 9, 28, 12)
_MARGIN = 4
_GAP = 14
"""Between the labels and the bars."""
_WEEKS_HEIGHT = 250
_WEEKS_AXIS = 32
_FEW_WEEKS = 5
"""Weeks up to which a column keeps its breadth: one alone is no wall."""


class Bar(NamedTuple):
    """One bar of a chart: its label, its parts by series, the anchors to which parts lead, a short label for phones."""

    label: str
    parts: Mapping[str, Number]
    links: Mapping[str, str]
    short: str | None = None


class Label(NamedTuple):
    """What stands beside or below a bar, and the point at which it ends or is centred."""

    text: str
    x: str
    y: str


class Part(NamedTuple):
    """One rectangle: its series, what it says when it is pointed at, where it leads; its figure, where there is room for it."""

    series: str
    title: str
    link: str | None
    x: str
    y: str
    width: str
    height: str
    figure: str
    figure_x: str
    figure_y: str


class Drawing(NamedTuple):
    """A chart in one size, everything placed; kind and axis (x: labels below, y: labels beside) are classes of page.css."""

    size: str
    kind: str
    axis: str
    describes: str
    width: int
    height: int
    labels: tuple[Label, ...]
    parts: tuple[Part, ...]


PROGRESS = {"reached": "完成率", "missing": "低于序时", "ahead": "超出序时"}
"""The parts of a bar of planned against actual: what is done as planned, what lacks, what is more."""


def light_chart(bars: Sequence[Bar], describes: str, wide: Size = WHOLE) -> list[Drawing]:
    """Lay the lights of plans, units or chapters out as stacked bars, the first on top; nothing where there are none."""
    return [_bars(bars, LIGHT_COLUMNS, describes, size, "lights") for size in (wide, NARROW) if bars]


def progress_chart(bars: Sequence[Bar], describes: str) -> list[Drawing]:
    """Lay out how far targets are against the plan, in percent."""
    return [_bars(bars, PROGRESS, describes, size, "progress") for size in (WHOLE, NARROW) if bars]


def trend_chart(weeks: Sequence[Bar], describes: str) -> list[Drawing]:
    """Lay the lights of each week out as stacked columns, oldest first; red is on top."""
    return [_columns(weeks, describes, size) for size in (HALF, NARROW) if weeks]


def _bars(bars: Sequence[Bar], series: Mapping[str, str], describes: str, size: Size, kind: str) -> Drawing:
    left = size.characters * size.font + _GAP
    scale = Decimal(size.width - left - _MARGIN) / _longest(bars)
    thick = Decimal(size.row - 5)
    labels, parts = [], []
    for place, bar in enumerate(bars):
        middle = _MARGIN + Decimal(size.row) * (place + Decimal("0.5"))
        text = _cut((bar.short if size is NARROW else None) or bar.label, size.characters)
        labels.append(Label(text, _pixels(left - _GAP + 5), _baseline(middle, size)))
        for name, begin, length in _stacked(bar, series, scale):
            has_room = length >= 8 * len(_words(bar, name)) + 2
            area = (left + begin, middle - thick / 2, length, thick)
            parts.append(_part(bar, name, series[name], area, size, has_room=has_room))
    height = size.row * len(bars) + 2 * _MARGIN
    return Drawing(size.name, kind, "y", describes, size.width, height, tuple(labels), tuple(parts))


def _columns(weeks: Sequence[Bar], describes: str, size: Size) -> Drawing:
    floor = _WEEKS_HEIGHT - _WEEKS_AXIS
    scale = Decimal(floor - _MARGIN) / _longest(weeks)
    step = Decimal(size.width) / len(weeks)
    thick = min(step, Decimal(size.width) / _FEW_WEEKS) * Decimal("0.84")
    labels, parts = [], []
    for place, week in enumerate(weeks):
        middle = step * (place + Decimal("0.5"))
        labels.append(Label(_cut(week.short or week.label, size.characters), _pixels(middle), _pixels(floor + 20)))
        for name, begin, length in _stacked(week, tuple(reversed(LIGHT_COLUMNS)), scale):
            area = (middle - thick / 2, floor - begin - length, thick, length)
            parts.append(_part(week, name, LIGHT_COLUMNS[name], area, size, has_room=length >= size.font))
    return Drawing(size.name, "lights", "x", describes, size.width, _WEEKS_HEIGHT, tuple(labels), tuple(parts))


def _longest(bars: Sequence[Bar]) -> Decimal:
    return max((Decimal(sum(bar.parts.values())) for bar in bars), default=Decimal(0)) or Decimal(1)


def _stacked(
    bar: Bar, series: Mapping[str, str] | Sequence[str], scale: Decimal
) -> Iterator[tuple[str, Decimal, Decimal]]:
    """Yield the parts of a bar that are more than nothing: series, where it begins, how long it is."""
    begin = Decimal(0)
    for name in series:
        length = Decimal(bar.parts.get(name, 0)) * scale
        if length > 0:
            yield name, begin, length
        begin += length


def _words(bar: Bar, name: str) -> str:
    return plain(Decimal(bar.parts[name]))


def _part(
    bar: Bar, name: str, word: str, area: tuple[Decimal, Decimal, Decimal, Decimal], size: Size, *, has_room: bool
) -> Part:
    """Return a rectangle (area: x, y, width, height) with its figure in its middle, where that has room."""
    x, y, width, height = area
    words = _words(bar, name)
    return Part(
        name, f"{bar.label}：{word} {words}", bar.links.get(name),
        _pixels(x), _pixels(y), _pixels(width), _pixels(height),
        words if has_room else "", _pixels(x + width / 2), _baseline(y + height / 2, size),
    )  # fmt: skip


def _baseline(middle: Decimal, size: Size) -> str:
    """Return where text stands that has its middle there: digits and Chinese reach some 0.7 of their size above the line."""
    return _pixels(middle + Decimal(size.font) * Decimal("0.36"))


def _pixels(value: Decimal | int) -> str:
    return plain(round(Decimal(value), 1))


def _cut(text: str, characters: int) -> str:
    """Cut a label to a width: a Chinese character counts 1, a Latin one a little over a half."""
    cleaned, used = visible(text), 0.0
    for place, character in enumerate(cleaned):
        used += 0.58 if character.isascii() else 1
        if used > characters:
            return cleaned[: place - 1] + "…"
    return cleaned
