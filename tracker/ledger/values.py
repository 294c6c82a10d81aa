"""Numbers as people type them, kept as exact decimals."""

import re
from decimal import Decimal, InvalidOperation

from tracker.errors import Unclear

FULL_WIDTH = {wide: wide - 0xFEE0 for wide in range(0xFF01, 0xFF5F)}
"""Full-width letters, digits and signs to the plain ones, for `str.translate`."""
MAGNITUDES = {
    "万亿": Decimal(10) ** 12,
    "亿": Decimal(10) ** 8,
    "千万": Decimal(10) ** 7,
    "百万": Decimal(10) ** 6,
    "万": Decimal(10) ** 4,
}
# Compiled when first asked for, by re itself.
_THOUSANDS = r"[+-]?\d{1,3}(,\d{3})+(\.\d*)?"
MAX_LENGTH = 60
"""More characters than any measured figure needs; a longer text is refused before it costs time."""


def parse_number(text: str, *, what: str = "数值") -> Decimal:
    """Return the exact decimal a person wrote: half or full width, with commas between thousands.

    Raises Unclear for anything else: a comma elsewhere may be meant for a point, and a figure must be finite.
    """
    written = text.strip().translate(FULL_WIDTH)
    cleaned = written.replace(",", "")
    is_grouped = cleaned == written or re.fullmatch(_THOUSANDS, written) is not None
    if not cleaned or len(cleaned) > MAX_LENGTH or "_" in cleaned or not is_grouped:
        raise Unclear(f"{what}“{shorten(text)}”不是数字，请填写如 61.5 的数字")
    try:
        number = Decimal(cleaned)
    except InvalidOperation:
        raise Unclear(f"{what}“{shorten(text)}”不是数字，请填写如 61.5 的数字") from None
    if not number.is_finite() or abs(number.adjusted()) > MAX_LENGTH:
        raise Unclear(f"{what}“{shorten(text)}”不是有限的数字，请填写如 61.5 的数字")
    return number


def parse_percent(text: str) -> Decimal:
    """Return a share between 0 and 100, given with or without a percent sign; raises Unclear otherwise."""
    cleaned = text.strip().translate(FULL_WIDTH).removesuffix("%")
    number = parse_number(cleaned, what="完成率")
    if not 0 <= number <= 100:  # noqa: PLR2004
        raise Unclear(f"完成率“{shorten(text)}”超出范围，请填写 0 到 100 之间的数字")
    return number


def plain(number: Decimal) -> str:
    """Write a decimal with its own digits and never with an exponent: 1E+3 reads 1000."""
    text = str(number)
    if "E" in text:
        text = format(number, "f")  # many times as slow: only where there is an exponent
    return text[1:] if text.startswith("-") and not number else text


def shorten(text: str, length: int = 40) -> str:
    """Cut a text that goes into a message, so that one line stays one line."""
    flat = " ".join(text.split())
    return flat if len(flat) <= length else flat[: length - 1] + "…"
