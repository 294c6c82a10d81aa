"""Units of measure that differ by a magnitude: 千瓦 for 万千瓦. Converted only when somebody says so, never by guess."""

import re
from decimal import Decimal, localcontext

from tracker.errors import Refused
from tracker.ledger.values import FULL_WIDTH, MAGNITUDES, MAX_LENGTH

SHARES = ("%", "‰", "百分点")
"""Measures of a part of a whole: they have no magnitude, and those of several places are not added up."""


def factor_between(given: str | None, wanted: str | None) -> Decimal:
    """Return by what a value in the given measure is multiplied to be one in the wanted measure; 1 for the same.

    A magnitude that stands alone is one of the wanted measure's base: 4.2万 where the measure is 辆 or 万辆. Raises Refused
    for measures that are not the same but for a magnitude before them.
    """
    size, base = split_measure(given)
    wanted_size, wanted_base = split_measure(wanted)
    if base in MAGNITUDES and wanted_base and wanted_base not in SHARES:
        size, base = MAGNITUDES[base], wanted_base
    if base not in _names(wanted_base):
        raise Refused(f"计量单位“{given or '无'}”与“{wanted or '无'}”不能换算；请按“{wanted or '无'}”填写")
    return size / wanted_size


def _names(measure: str) -> set[str]:
    """Return the ways in which a measure is written: 条（个） is also 条 and 个."""
    match = re.fullmatch(r"(.+)\((.+)\)", measure)
    return {measure, match[1], match[2]} if match else {measure}


_FIGURE = r"([+-]?[\d,]*\.?\d+(?:[eE][+-]?\d+)?)\s*(\S*[^\sA-Za-z\d.,+-]\S*)"


def split_figure(text: str) -> tuple[str, str | None]:
    """Split a figure as people write it into its number and the measure behind it: 78.5%, 4 万辆; None without one."""
    short = text.strip().translate(FULL_WIDTH) if len(text) <= 2 * MAX_LENGTH else ""
    match = re.fullmatch(_FIGURE, short)
    return (text, None) if match is None else (match[1], match[2])


def split_measure(measure: str | None) -> tuple[Decimal, str]:
    """Split 万千瓦 into 10,000 and 千瓦; a magnitude that stands alone, or is part of another word, is no prefix.

    个百分点, as a number is followed by it in print, is 百分点.
    """
    text = "".join((measure or "").translate(FULL_WIDTH).split())
    if text == "个百分点":
        text = "百分点"
    for prefix, size in sorted(MAGNITUDES.items(), key=lambda each: -len(each[0])):
        if text.startswith(prefix) and text != prefix:
            return size, text.removeprefix(prefix)
    return Decimal(1), text


def converted(value: Decimal, factor: Decimal) -> Decimal:
    """Return a value times a power of ten, exact and without the zeros that only the conversion brought."""
    if factor == 1:
        return value
    with localcontext(prec=2 * MAX_LENGTH):
        return (value * factor).normalize()
