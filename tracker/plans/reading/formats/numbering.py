"""Numbers that Word sets by itself: an automatic （一） is not in the paragraph's text and is put back before it.

Levels count as Word does: a paragraph of a level goes one up, lower levels start anew, a higher level's number may stand in the
pattern (%1.%2). Formats that are not numerals (bullets) give nothing.
"""

from __future__ import annotations

import re
from typing import Any

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_CHINESE = frozenset(
    {"chineseCounting", "chineseCountingThousand", "ideographDigital", "japaneseCounting", "chineseLegalSimplified"}
)
_DIGITS = "零一二三四五六七八九"
_MAX_LEVELS = 9
_TEN = 10
_HUNDRED = 100


class WordNumbers:
    """The automatic numbers of one Word document, asked for paragraph by paragraph in order."""

    def __init__(self, root: Any, styles: Any) -> None:
        """Read the roots of the numbering part and the styles part of a document, either of which may be None."""
        self._levels: dict[str, dict[int, tuple[str, str, int]]] = {}
        self._counts: dict[str, list[int]] = {}
        self._styles = {} if styles is None else {each.get(f"{_W}styleId"): each for each in styles.iter(f"{_W}style")}
        if root is None:
            return
        abstract = {node.get(f"{_W}abstractNumId"): node for node in root.findall(f"{_W}abstractNum")}
        for number in root.findall(f"{_W}num"):
            link = number.find(f"{_W}abstractNumId")
            if link is not None and link.get(f"{_W}val") in abstract:
                self._levels[number.get(f"{_W}numId")] = _levels(abstract[link.get(f"{_W}val")])

    def before(self, paragraph: Any) -> str:
        """Return the number Word prints before a paragraph, or an empty text."""
        place = self._place(paragraph)
        if place is None or place[0] not in self._levels:
            return ""
        number, level = place
        shapes = self._levels[number]
        if level not in shapes:
            return ""
        counts = self._counts.setdefault(number, [0] * _MAX_LEVELS)
        counts[level] = counts[level] + 1 if counts[level] else shapes[level][2]
        counts[level + 1 :] = [0] * (_MAX_LEVELS - level - 1)
        return re.sub(r"%(\d)", lambda found: self._value(shapes, counts, int(found.group(1)) - 1), shapes[level][1])

    def _place(self, paragraph: Any) -> tuple[str, int] | None:
        """Return (list, level) of a paragraph, from itself or its style."""
        style = paragraph.find(f"{_W}pPr/{_W}pStyle")
        named = self._styles.get(style.get(f"{_W}val")) if style is not None else None
        for element in (paragraph, named):
            found = element.find(f"{_W}pPr/{_W}numPr") if element is not None else None
            if found is not None:
                number, level = found.find(f"{_W}numId"), found.find(f"{_W}ilvl")
                text = level.get(f"{_W}val", "0") if level is not None else "0"
                if number is None or not text.isdecimal():
                    return None
                return number.get(f"{_W}val", ""), min(int(text), _MAX_LEVELS - 1)
        return None

    @staticmethod
    def _value(shapes: dict[int, tuple[str, str, int]], counts: list[int], level: int) -> str:
        shape = shapes.get(level, ("decimal", "", 1))
        value = counts[level] or shape[2]
        return chinese(value) if shape[0] in _CHINESE else str(value) if shape[0].startswith("decimal") else ""


def _levels(abstract: Any) -> dict[int, tuple[str, str, int]]:
    """Return level → (format, pattern, start) of an abstract list; bullets have no pattern."""
    result: dict[int, tuple[str, str, int]] = {}
    for level in abstract.findall(f"{_W}lvl"):
        form, text, start = (level.find(f"{_W}{name}") for name in ("numFmt", "lvlText", "start"))
        kind = form.get(f"{_W}val", "decimal") if form is not None else "decimal"
        pattern = text.get(f"{_W}val", "") if text is not None and kind != "bullet" else ""
        first = start.get(f"{_W}val", "1") if start is not None else "1"
        if level.get(f"{_W}ilvl", "0").isdecimal() and "%" in pattern:
            result[int(level.get(f"{_W}ilvl", "0"))] = (kind, pattern, int(first) if first.isdecimal() else 1)
    return result


def chinese(value: int) -> str:
    """Return a number up to 99 as a Chinese numeral (12 → 十二), a larger one in digits."""
    if not 0 < value < _HUNDRED:
        return str(value)
    tens, ones = divmod(value, _TEN)
    return ("" if not tens else "十" if tens == 1 else f"{_DIGITS[tens]}十") + (_DIGITS[ones] if ones else "")
