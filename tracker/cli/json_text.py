"""JSON with the exact digits of decimals. By hand: the library of the language knows no way to write a number from its text."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from json.encoder import encode_basestring
from typing import Any

from tracker.ledger.values import plain


def to_json(value: Any) -> str:
    """Write JSON with dates as ISO 8601 and decimals as numbers with their exact digits; a list has one row a line."""
    if isinstance(value, list) and value:
        return "[\n" + ",\n".join(map(_inline, value)) + "\n]"
    return _indented(value, "\n")


def _inline(value: Any) -> str:
    """Write a value on one line."""
    return _WRITERS[type(value)](value)


def _indented(value: Any, margin: str) -> str:
    """Write a value with each entry of it on a line of its own; margin: the line end before it and its indentation."""
    inner = margin + "  "
    if value and isinstance(value, dict):
        entries = [_KEYS[key] + _indented(each, inner) for key, each in value.items()]
        return "{" + inner + ("," + inner).join(entries) + margin + "}"
    if value and isinstance(value, (list, tuple)):
        return "[" + inner + ("," + inner).join([_indented(each, inner) for each in value]) + margin + "]"
    return _inline(value)


class _Keys(dict[str, str]):
    """The keys of objects as they are written; the same few come in every row."""

    def __missing__(self, key: str) -> str:
        self[key] = text = encode_basestring(key) + ": "
        return text


class _Writers(dict[type, Callable[[Any], str]]):
    """How values of a type are written, and those of types derived from it."""

    def __missing__(self, kind: type) -> Callable[[Any], str]:
        known = next((each for each in kind.__mro__ if each in self), None)
        if known is None:
            raise TypeError(f"no JSON for {kind}")
        self[kind] = write = self[known]
        return write


_KEYS = _Keys()
_WRITERS = _Writers({
    type(None): lambda _: "null",
    bool: lambda value: "true" if value else "false",
    str: encode_basestring,
    int: int.__repr__,
    Decimal: plain,
    date: lambda value: f'"{value.isoformat()}"',
    dict: lambda value: "{" + ", ".join([_KEYS[key] + _WRITERS[type(each)](each) for key, each in value.items()]) + "}",
    list: lambda value: "[" + ", ".join([_WRITERS[type(each)](each) for each in value]) + "]",
    tuple: lambda value: "[" + ", ".join([_WRITERS[type(each)](each) for each in value]) + "]",
})  # fmt: skip
