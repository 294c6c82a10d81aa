"""What a row of history may hold, beyond its type: stated once, for both engines and for the doctor.

The classes of `store.schema` take their CHECK constraints from here, so that neither a login of a server with SQL of its own nor
another program writes what no reader understands; `store.integrity.invalid_rows` asks of every ledger, also one that is older than
these rules, which of its rows break them. How long a text may be is held at the door only: what is longer, or bears control
characters, in a ledger of before is still read.
"""

from typing import NamedTuple

from tracker.ledger.terms import STATEMENTS, STATES
from tracker.text import WORDS

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
