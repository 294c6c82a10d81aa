"""The charts of the page, drawn by pygal and cleaned: text stays text, no script, no clock, no random id, no style of its own.

Every chart comes twice, wide (screen, print) and narrow (phone), because text that shrinks with its picture cannot be read.
Colours are in page.css, by the class of the series; words and figures beside them say the same.
"""

import re
from collections.abc import Mapping, Sequence
from decimal import Decimal
from functools import partial
from typing import Any, NamedTuple
from xml.etree import ElementTree as ET

from tracker.ledger.values import plain
from tracker.page.groups import LIGHT_COLUMNS
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
_WEEKS_HEIGHT = 250
_WEEKS_AXIS = 40


class Bar(NamedTuple):
    """One bar of a chart: its label, its parts by series, the anchors to which parts lead, a short label for phones."""

    label: str
    parts: Mapping[str, Number]
    links: Mapping[str, str]
    short: str | None = None


PROGRESS = {"reached": "完成率", "missing": "低于序时", "ahead": "超出序时"}
"""The parts of a bar of planned against actual: what is done as planned, what lacks, what is more."""


def light_chart(bars: Sequence[Bar], describes: str, wide: Size = WHOLE) -> str:
    """Draw the lights of plans, units or chapters as stacked bars, the figure in each part that has room for it."""
    return "".join(_bars(bars, LIGHT_COLUMNS, describes, size, "lights") for size in (wide, NARROW))


def progress_chart(bars: Sequence[Bar], describes: str) -> str:
    """Draw how far targets are against the plan, in percent."""
    return "".join(_bars(bars, PROGRESS, describes, size, "progress") for size in (WHOLE, NARROW))


def trend_chart(weeks: Sequence[Bar], describes: str) -> str:
    """Draw the lights of each week as stacked columns, oldest first."""
    return "".join(_columns(weeks, describes, size) for size in (HALF, NARROW))


def _columns(weeks: Sequence[Bar], describes: str, size: Size) -> str:
    pygal = _pygal()
    chart = pygal.StackedBar(
        **_settings(size), height=_WEEKS_HEIGHT, margin_left=1, show_y_labels=False, show_y_guides=False
    )
    chart.x_labels = [visible(week.short or week.label) for week in weeks]
    scale = Decimal(_WEEKS_HEIGHT - _WEEKS_AXIS) / _longest(weeks)
    order = tuple(reversed(LIGHT_COLUMNS))
    for name in order:
        parts = [_part(week, name, LIGHT_COLUMNS) for week in weeks]
        chart.add(name, parts, formatter=partial(_tall_enough, scale, size.font))
    return _cleaned(chart, size, describes, "lights", order)


def _bars(bars: Sequence[Bar], series: Mapping[str, str], describes: str, size: Size, kind: str) -> str:
    """Draw stacked bars, the first on top; nothing where there are none."""
    if not bars:
        return ""
    pygal = _pygal()
    labels = [_cut((bar.short if size is NARROW else None) or bar.label, size.characters) for bar in bars]
    margin = size.characters * size.font + 14
    # pygal reckons 0.6 of the font size for every character; a Chinese one takes all of it.
    reckoned = 0.6 * size.font * max(map(len, labels)) + 10
    chart = pygal.HorizontalStackedBar(
        **_settings(size), height=size.row * len(bars) + 8, margin_left=margin - reckoned, show_x_labels=False,
        show_y_guides=False,
    )  # fmt: skip
    chart.x_labels = labels[::-1]
    scale = (size.width - margin) / _longest(bars)
    for name in series:
        parts = [_part(bar, name, series) for bar in reversed(bars)]
        chart.add(name, parts, formatter=partial(_wide_enough, scale))
    return _cleaned(chart, size, describes, kind, tuple(series))


def _pygal() -> Any:
    """Import pygal without the finder of plug-ins that it leaves behind: Python warns of it at every later import."""
    import sys

    import pygal

    sys.meta_path[:] = [each for each in sys.meta_path if type(each).__module__ != "pygal"]
    return pygal


def _longest(bars: Sequence[Bar]) -> Decimal:
    return max((Decimal(sum(bar.parts.values())) for bar in bars), default=Decimal(0)) or Decimal(1)


def _settings(size: Size) -> dict[str, Any]:
    from pygal.style import Style

    return {
        "style": Style(label_font_size=size.font, value_font_size=size.font - 1), "width": size.width, "margin": 4, "js": (),
        "css": (), "show_legend": False, "print_values": True, "print_zeroes": False, "disable_xml_declaration": True,
        "no_prefix": True, "truncate_label": -1,
    }  # fmt: skip


def _exact(value: float) -> Decimal:
    """Return the decimal that went in: pygal reckons in floats."""
    return Decimal(repr(value)).normalize() + 0


def _wide_enough(scale: Decimal, value: float | None) -> str:
    """Write a figure where its part of the bar is as wide as the figure."""
    if not value:
        return ""
    words = plain(_exact(value))
    return words if _exact(value) * scale >= 8 * len(words) + 2 else ""


def _tall_enough(scale: Decimal, font: int, value: float | None) -> str:
    return plain(_exact(value)) if value and _exact(value) * scale >= font else ""


def _part(bar: Bar, name: str, series: Mapping[str, str]) -> dict[str, Any]:
    value = bar.parts.get(name, 0)
    words = f"{bar.label}：{series[name]} {plain(Decimal(value))}"
    part: dict[str, Any] = {"value": float(value), "label": visible(words)}
    if name in bar.links and value:
        part["xlink"] = {"href": f"#{bar.links[name]}", "target": "_self"}
    return part


def _cut(text: str, characters: int) -> str:
    """Cut a label to a width: a Chinese character counts 1, a Latin one a little over a half."""
    cleaned, used = visible(text), 0.0
    for place, character in enumerate(cleaned):
        used += 0.58 if character.isascii() else 1
        if used > characters:
            return cleaned[: place - 1] + "…"
    return cleaned


_NUMBER = re.compile(r"-?\d+\.\d+")
_SVG, _XLINK = "{http://www.w3.org/2000/svg}", "{http://www.w3.org/1999/xlink}"
_UNWANTED = ("plot tooltip-overlay", "titles", "background", "plot overlay")


def _cleaned(chart: Any, size: Size, describes: str, kind: str, series: Sequence[str]) -> str:
    """Return the drawing as inline SVG: without pygal's script, style, date and ids; every bar says in words what it is."""
    root = ET.fromstring(chart.render())  # noqa: S314 - our own drawing, made in this line
    for parent in list(root.iter()):
        for child in list(parent):
            if _is_unwanted(child):
                parent.remove(child)
    for bar in root.iter(f"{_SVG}g"):
        if bar.get("class") == "bar":
            _name_bar(bar)
    height = root.get("viewBox", "").split()[-1]
    for element in root.iter():
        _tidy(element, series)
    root.attrib = {
        "class": f"{size.name} {kind}", "viewBox": f"0 0 {size.width} {height}", "role": "img", "aria-label": describes,
    }  # fmt: skip
    return ET.tostring(root, encoding="unicode", short_empty_elements=False)


def _is_unwanted(element: ET.Element) -> bool:
    name = element.tag.removeprefix(_SVG)
    empty = name == "text" and not element.text
    return empty or name in ("defs", "title") or element.get("class") in _UNWANTED


def _name_bar(bar: ET.Element) -> None:
    """Turn pygal's data for its script into a title, which a browser shows and a reader speaks."""
    for holder in list(bar.iter()):
        notes = {child.get("class"): child for child in holder if child.tag == f"{_SVG}desc"}
        for note in notes.values():
            holder.remove(note)
        if "label" in notes:
            title = ET.Element(f"{_SVG}title")
            title.text = notes["label"].text
            holder.insert(0, title)


def _tidy(element: ET.Element, series: Sequence[str]) -> None:
    """Drop namespaces, empty and unused attributes, and digits that nobody can see."""
    element.tag = element.tag.removeprefix(_SVG)
    attributes = {name.removeprefix(_XLINK): value for name, value in element.attrib.items() if name != "target"}
    if "href" in attributes:
        attributes["tabindex"] = "-1"
    match = re.match(r"series serie-(\d+)", attributes.get("class", ""))
    if match:
        attributes["class"] = f"series {series[int(match[1])]}"
    elif element.tag in ("rect", "text") and attributes.get("class") != "value":
        attributes.pop("class", None)
    for name in ("x", "y", "width", "height", "d", "transform"):
        if name in attributes:
            attributes[name] = _NUMBER.sub(lambda number: f"{float(number[0]):.1f}", attributes[name])
    element.attrib = {name: value for name, value in attributes.items() if value or name != "class"}
