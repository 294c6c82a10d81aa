"""Characters that are no text: control characters, marks of direction, halves of characters.

One place knows them: what a person types or a file brings is cleaned of control characters before it is kept, and what was
kept before is made visible wherever it is shown.
"""

import re
from typing import Any, TypeVar

from tracker.errors import Refused, notify

_CONTROL = "\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f"
"""All control characters but tab and the ends of lines."""
UNSEEN = f"[{_CONTROL}\r\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ufffe\uffff\ud800-\udfff]"
"""What a terminal would obey, a reader would be fooled by, or no file can hold."""
_KEYS = (
    # What the keys of a terminal send (arrows, Home, Delete), and titles, whole: their letters are no text either.
    r"(?:\x1b\[|\x9b)[0-?]*[ -/]*[@-~]|\x1b\][^\x07\x1b]*(?:\x07|\x1b\\)?|\x1bO.|\x1b[@-Z\\-_a-z]?"
    rf"|[{_CONTROL}]|\r(?!\n)"
)
Told = TypeVar("Told")
WORDS = 32_767
"""How many characters a text that a person writes may have: what one cell of a spreadsheet holds (docs/contract.md)."""
_SHOWN = 40


class _Pattern:
    """A pattern that is compiled when something is first asked of it."""

    def __init__(self, text: str, flags: int) -> None:
        self._given = text, flags

    def __getattr__(self, name: str) -> Any:
        found = getattr(re.compile(*self._given), name)
        setattr(self, name, found)
        return found


def lazy_pattern(text: str, flags: int = 0) -> re.Pattern[str]:
    """Return a pattern for a module that many commands import: a class of Chinese signs takes half a millisecond to compile."""
    return _Pattern(text, flags)  # type: ignore[return-value]


def visible(text: str) -> str:
    """Return a text with characters that are not seen written out, as Python writes them. Line ends and tabs stay."""
    return text if text.isprintable() else re.sub(UNSEEN, _written, text)


def _written(match: re.Match[str]) -> str:
    code = ord(match[0])
    return f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}"  # noqa: PLR2004 - what two hex digits hold


def cleaned(text: str) -> str:
    """Return a text without control characters, and say so where there were some; line breaks and tabs stay.

    A lone carriage return, the line end of old programs, becomes a line break.
    """
    if text.isprintable() or re.search(_KEYS, text) is None:
        return text
    plain = re.sub(_KEYS, lambda match: "\n" if match[0] == "\r" else "", text)
    taken = dict.fromkeys(visible(match[0]) for match in re.finditer(_KEYS, text))
    words = " ".join(visible(plain).split())
    shown = words if len(words) <= _SHOWN else words[:_SHOWN] + "…"
    notify(f"注意：文字“{shown}”中的控制字符（{' '.join(list(taken)[:5])}，多为方向键、删除键留下）已去掉")
    return plain


def storable(text: str) -> str:
    """Return a text cleaned, as it is to be kept. Raises Refused for one that is too long to be shown in any table."""
    if text.isprintable() and len(text) <= WORDS:
        return text
    plain = cleaned(text)
    if len(plain) > WORDS:
        shown = visible(" ".join(plain[:_SHOWN].split()))
        raise Refused(
            f"文字“{shown}…”有 {len(plain)} 字，最长 {WORDS} 字（表格一个单元格的容量）；请精简，全文可用 --evidence 附上"
        )
    return plain


def all_cleaned(value: Told) -> Told:
    """Return a value of JSON with every text in it as it is to be kept (`storable`)."""
    found: Any = value
    if isinstance(value, str):
        found = storable(value)
    elif isinstance(value, dict):
        found = {name: all_cleaned(each) for name, each in value.items()}
    elif isinstance(value, (list, tuple)):
        found = type(value)(map(all_cleaned, value))
    return found  # type: ignore[no-any-return]
