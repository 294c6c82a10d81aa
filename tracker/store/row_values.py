"""The values of a row, read so that nothing in one row ends the reading of all others.

A row may be older than the rules of its table (`store.row_rules`), or written by another program. What cannot be understood in
it moves nothing, is said once beside the result, and is named by the doctor (`store.integrity.invalid_rows`).
"""

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from functools import lru_cache
from typing import Any

from tracker.errors import notify
from tracker.ledger.terms import STATES
from tracker.ledger.values import shorten

DEEPEST = 20
"""How deep what we keep as JSON is nested at most: ours goes four levels deep."""


_day = lru_cache(maxsize=8192)(date.fromisoformat)
_number = lru_cache(maxsize=8192)(Decimal)


def day_of(text: str | None) -> date | None:
    """Return a day, None for an empty cell and for what is no date."""
    if text is None:
        return None
    try:
        return _day(text)
    except (TypeError, ValueError):
        _unread(text, "日期")
        return None


def moment_of(text: str | None) -> datetime | None:
    """Return a moment (UTC), None for what is none."""
    try:
        moment = datetime.fromisoformat(text or "")
    except (TypeError, ValueError):
        return None
    return moment if moment.tzinfo is not None else None


def sure_day_of(text: str) -> date:
    """Return a day, for what is no date the first of all: a row keeps its place."""
    return day_of(text) or date.min


def number_of(text: str | None) -> Decimal | None:
    """Return a number, None for an empty cell and for what is none."""
    if text is None:
        return None
    try:
        number = _number(text)
    except (InvalidOperation, TypeError, ValueError):
        number = Decimal("NaN")
    if number.is_finite():
        return number
    _unread(text, "数字")
    return None


def state_of(text: str | None) -> str | None:
    """Return a state, None for an empty cell and for a word that is none."""
    if text is None or text in STATES:
        return text
    _unread(text, "状态")
    return None


def record_of(text: str | None) -> dict[str, Any]:
    """Return an object of JSON, an empty one for an empty cell and for what is none or is nested too deep."""
    found = parsed(text)
    if isinstance(found, dict):
        return found
    if text is not None:
        _unread(text, "记录")
    return {}


_TEXT, _MAYBE = (str,), (str, type(None))
_SAYS: dict[str, dict[str, tuple[type, ...]]] = {
    "rename": {"unit": (int,), "region": _TEXT, "old": _TEXT, "new": _TEXT}, "alias": {"unit": (int,), "alias": _TEXT},
    "unit": {"region": _TEXT, "name": _TEXT}, "merge": {"unit": (int,), "into": (int,), "name": _TEXT, "of": _TEXT},
    "contact": {"unit": (int,), "person": _TEXT, "phone": _TEXT, "email": _TEXT}, "config": {"figure": _TEXT, "value": _MAYBE},
    "remove": {"plan": _TEXT}, "end": {"plan": _TEXT, "reason": _TEXT}, "add": {}, "form": {"plans": (list,), "units": (list,)},
    "grant": {"login": _TEXT, "role": _TEXT, "units": (list,), "place": _TEXT},
    "revoke": {"login": _TEXT, "units": (list, type(None))},
}  # fmt: skip
"""What a decision about the ledger itself says at least, by its kind."""


def decision_of(kind: str, text: str) -> dict[str, Any] | None:
    """Return what a decision about the ledger itself says, None where that cannot be understood."""
    data, needed = parsed(text), _SAYS.get(kind)
    if (
        needed is None
        or not isinstance(data, dict)
        or any(not isinstance(data.get(name), t) for name, t in needed.items())
    ):
        _unread(text, "决定")
        return None
    return data


def list_of(text: str | None) -> list[Any]:
    """Return a list of JSON, an empty one for an empty cell and for what is none."""
    found = parsed(text)
    if isinstance(found, list):
        return found
    if text is not None:
        _unread(text, "记录")
    return []


def parsed(text: str | None) -> Any:
    """Return what a text of JSON says, None where it says nothing that can be understood."""
    if not text:
        return None
    import json  # not at the top: `check` reads the parameters of judgement, and mostly finds none

    try:
        found = json.loads(text)
    except (RecursionError, TypeError, ValueError):
        return None
    # A text with few opening brackets is not deep: only the others are walked through.
    is_flat = not text or text.count("{") + text.count("[") <= DEEPEST
    return found if is_flat or not _is_deeper(found, DEEPEST) else None


def _is_deeper(value: Any, levels: int) -> bool:
    parts = value.values() if isinstance(value, Mapping) else value if isinstance(value, list) else ()
    return bool(parts) and (levels == 0 or any(_is_deeper(part, levels - 1) for part in parts))


def _unread(text: object, what: str) -> None:
    notify(f"注意：台账中有无法识别的{what}“{shorten(str(text))}”，已略过；请运行 tracker doctor 查明")
