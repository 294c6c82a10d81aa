"""What an export of ours says of itself: in the properties of a workbook which layout it is, in either of which ledger, as of when.

By it a weekly or an annex that comes back is held against what it showed when it was made, and not against what the ledger
has become since (docs/files.md). Spreadsheet programs keep the property; a workbook without it is a table like any other.
"""

from datetime import date
from typing import NamedTuple


class Stamp(NamedTuple):
    """What a workbook shows: a ledger (its id) as it stood on a day, as far as told by a change (its number and its hash)."""

    ledger: str
    as_of: date
    change: int
    hash: str


class Subject(NamedTuple):
    """What a workbook is about: one of our layouts (annex, weekly), the plan of an annex, its stamp."""

    layout: str
    plan: str | None = None
    stamp: Stamp | None = None


_OURS = "tracker"


def subject_text(layout: str, plan: str | None = None, stamp: Stamp | None = None) -> str:
    """Write the subject of a workbook: tracker:annex:zj, or with a stamp tracker:weekly::LEDGER:DAY:CHANGE:HASH."""
    about = ":".join((_OURS, layout, *([plan] if plan is not None else [])))
    return about if stamp is None else f"{about}::{_written(stamp)}"


def stamp_text(stamp: Stamp) -> str:
    """Write the stamp of a CSV listing, which every row bears: tracker:LEDGER:DAY:CHANGE:HASH.

    A last column comes back from spreadsheet programs as it was, and a text that begins with a word is taken for no number.
    """
    return f"{_OURS}:{_written(stamp)}"


def read_stamp(text: str) -> Stamp | None:
    """Read the stamp of a row, None for what is none."""
    ours, _, rest = text.strip().partition(":")
    return _read_stamp(rest) if ours == _OURS else None


def _written(stamp: Stamp) -> str:
    return ":".join(map(str, stamp))


def read_subject(text: str) -> Subject | None:
    """Read what a workbook says it is about, None where it is none of ours."""
    about, _, stamped = text.partition("::")
    ours, _, rest = about.partition(":")
    if ours != _OURS or not rest:
        return None
    layout, _, plan = rest.partition(":")
    return Subject(layout, plan or None, _read_stamp(stamped))


def _read_stamp(text: str) -> Stamp | None:
    try:
        ledger, day, change, digest = text.split(":")
        return Stamp(ledger, date.fromisoformat(day), int(change), digest)
    except ValueError:
        return None
