"""The values of a row: what one of history may hold beyond its type, and how any is read.

What it may hold is stated once, for both engines and for the doctor. The classes of `store.schema` take their CHECK constraints
from here, so that neither a login of a server with SQL of its own nor another program writes what no reader understands. How long
a text may be is held at the door only: what is longer, or bears control characters, in a ledger of before is still read.

A row may be older than these rules, or written by another program. It is read so that nothing in it ends the reading of all
others: what cannot be understood moves nothing, is said once beside the result, and is named by the doctor
(`store.integrity.database`).
"""

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from functools import lru_cache
from typing import Any, NamedTuple

from tracker.errors import notify
from tracker.ledger.terms import STATEMENTS, STATES
from tracker.ledger.values import shorten
from tracker.text import WORDS

DEEPEST = 20
"""How deep what we keep as JSON is nested at most: ours goes four levels deep."""
_number = lru_cache(maxsize=8192)(Decimal)


class _Days(dict[str | None, date | None]):
    """Days by their texts, as they are met; what is no date is not kept."""

    def __missing__(self, text: str) -> date | None:
        try:
            self[text] = date.fromisoformat(text)
        except (TypeError, ValueError):
            _unread(text, "日期")
            return None
        return self[text]


day_of = _Days({None: None}).__getitem__
"""Return a day, None for an empty cell and for what is no date. Of every row that is read a dozen are asked for."""


def stated_day_of(value: Any) -> date | None:
    """Return the same of a value in JSON, which may be anything where another program wrote it."""
    return day_of(value if value is None or isinstance(value, str) else str(value))


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


NAME = 200
"""How many characters the name of a person or a unit may have."""
_SQLITE_DATE = "{0} GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]'"
_SERVER_DATE = (
    "{0} ~ '^[0-9]{{4}}-((0[13578]|1[02])-(0[1-9]|[12][0-9]|3[01])|(0[469]|11)-(0[1-9]|[12][0-9]|30)|02-(0[1-9]|1[0-9]|2[0-8]))$'"
    " OR {0} ~ '^([0-9]{{2}}(0[48]|[2468][048]|[13579][26])|([02468][048]|[13579][26])00)-02-29$'"
)
_CONTROL = r"[\u0001-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f]"


class Form(NamedTuple):
    """What a column holds: in words, and as a condition on it ({0}) in each engine's SQL.

    sized: it bounds how long a text is, or which characters it has, and not whether it can be read.
    """

    words: str
    sqlite: str
    postgresql: str
    sized: bool = False

    def condition(self, column: str, engine: str) -> str:
        """Return the condition on a column, which an empty cell always fulfils."""
        name = f'"{column}"'  # one of them is a word of SQL
        return f"{name} IS NULL OR ({str(getattr(self, engine)).format(name)})"


DATE = Form(
    "应为日期",
    f"{_SQLITE_DATE} AND {{0}} > '0001' AND date({{0}}, '+0 days') = {{0}}",
    f"({_SERVER_DATE}) AND {{0}} > '0001'",
)
MOMENT = Form(
    "应为时刻",
    "{0} GLOB '????-??-??T[0-2][0-9]:[0-5][0-9]:[0-5][0-9].[0-9][0-9][0-9][0-9][0-9][0-9]Z'"
    " AND date(substr({0}, 1, 10), '+0 days') = substr({0}, 1, 10)",
    "{0} ~ '^[0-9]{{4}}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])T([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9][.][0-9]{{6}}Z$'",
)
NUMBER = Form(
    "应为数字",
    "length({0}) BETWEEN 1 AND 252 AND {0} NOT GLOB '*[^-.0-9]*' AND {0} NOT GLOB '?*-*' AND {0} NOT GLOB '*.*.*'"
    " AND {0} GLOB '*[0-9]' AND {0} NOT GLOB '-.*' AND {0} NOT GLOB '.*'",
    "{0} ~ '^-{{0,1}}[0-9]{{1,125}}([.][0-9]{{1,125}}){{0,1}}$'",
)
DIGEST = Form("应为校验值", "length({0}) = 64 AND {0} NOT GLOB '*[^0-9a-f]*'", "{0} ~ '^[0-9a-f]{{64}}$'")


def words(longest: int) -> Form:
    """Return the form of a text that a person writes: line breaks and tabs, no other control characters, and an end."""
    rule = f"length({{0}}) <= {longest}"
    return Form(f"最长 {longest} 字，不能有控制字符", rule, f"{rule} AND {{0}} !~ '{_CONTROL}'", sized=True)


def data(longest: int) -> Form:
    """Return the form of what the program itself writes as JSON."""
    rule = f"length({{0}}) <= {longest}"
    return Form(f"最长 {longest} 字", rule, rule, sized=True)


def one_of(*codes: str) -> Form:
    """Return the form of a word that is one of a few."""
    rule = f"{{0}} IN ({', '.join(repr(code) for code in codes)})"
    return Form(f"应为 {'、'.join(codes)} 之一", rule, rule)


def between(least: int, most: int) -> Form:
    """Return the form of a whole number within bounds."""
    rule = f"{{0}} BETWEEN {least} AND {most}"
    return Form(f"应在 {least} 至 {most} 之间", rule, rule)


KINDS = tuple(kind for kind in STATEMENTS if kind != "report")
"""What an event may be: a decision about an item, or about the ledger."""
_STATEMENT = {"date": DATE, "entered": DATE, "unit": words(NAME), "before": data(24 * WORDS)}
RULES: dict[str, dict[str, Form]] = {
    "change": {
        "at": MOMENT, "by": words(NAME), "login": words(NAME), "unit": words(NAME), "command": words(NAME),
        "detail": data(20_000_000), "hash": DIGEST,
    },
    "report": {
        **_STATEMENT, "role": one_of("lead", "participant"), "state": one_of(*STATES), "percent": NUMBER, "value": NUMBER,
        "note": words(WORDS), "problem": words(WORDS), "next": words(WORDS), "data_year": between(1900, 9999),
    },
    "event": {**_STATEMENT, "kind": one_of(*KINDS), "data": data(20_000_000)},
    "evidence": {
        "kind": one_of("file", "url"), "name": words(WORDS), "sha256": DIGEST, "size": between(0, 2**53), "url": words(WORDS),
    },
    "index_value": {"year": between(1900, 9999), "value": NUMBER, "measure": words(WORDS), "source": words(WORDS)},
    "issue": {"first": DATE, "last": DATE, "as_of": DATE, "known_at": MOMENT, "content": DIGEST},
}  # fmt: skip
"""By table and column. Empty cells are the matter of NOT NULL."""
