"""What an export says of itself, by which it is known when it comes back, whoever saved it (docs/files.md).

A workbook states in its properties which layout it is, of which ledger, as of when; a listing says so in every row. By it a weekly or an
annex is held against what it showed when it was made, and not against what the ledger has become since. A form knows more: a hidden
sheet, which anybody can show and read, holds what was pre-filled in every row, so that a row left untouched is told from one that was
filled in. Spreadsheet programs keep both; a workbook without them is a table like any other.
"""

import hashlib
from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any, NamedTuple

from tracker.errors import Refused
from tracker.ledger.terms import state_code
from tracker.ledger.values import plain
from tracker.text import UNSEEN, lazy_pattern


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


VERSION = 2
"""1: until 数据时点 came to the form, and the hidden sheet to know what its locked cells say."""
IDENTITY_SHEET = "表格信息"
FORM, SUMMARY = "进展填报表", "汇总"
_IDENTITY_COLUMNS = {
    1: ("编号", "单位", "状态", "完成率", "现值", "校验"),
    2: ("编号", "单位", "状态", "完成率", "现值", "数据时点", "锁定", "校验"),
}


_UNSEEN = lazy_pattern(rf"{UNSEEN}|\s")


class Base(NamedTuple):
    """What stood in a row when the form was made; unit is the full name (zj:省建设厅) for which it was made.

    year: the year in 数据时点; locked: a mark of each locked cell behind 编号 (`mark`), empty in forms of version 1.
    """

    unit: str
    state: str
    percent: Decimal | None
    value: Decimal | None
    year: int | None = None
    locked: tuple[str, ...] = ()


class Identity(NamedTuple):
    """A form's own word: the ledger it comes from, the day it was made, its rows by id, and what the ledger had been told by then.

    Forms made by 0.1.0 have no stamp.
    """

    ledger: str
    day: str
    rows: dict[str, Base]
    stamp: Stamp | None = None


def identity_rows(stamp: Stamp, rows: Iterable[tuple[str, Base]], kind: str = FORM) -> list[list[str]]:
    """Return the rows of the hidden sheet, all of them text."""
    head = [
        ["本页由 tracker 生成，导入时用来识别表格和预填内容；请勿修改或删除"],
        ["表格类型", kind],
        ["表格版本", str(VERSION)],
        ["台账", stamp.ledger],
        ["导出日期", stamp.as_of.isoformat()],
        ["台账版本", stamp_text(stamp)],
    ]
    if kind != FORM:
        return head
    own = ([id_, *_texts(base, VERSION), seal(stamp.ledger, id_, base, VERSION)] for id_, base in rows)
    return [*head, list(_IDENTITY_COLUMNS[VERSION]), *own]


def _texts(base: Base, version: int) -> list[str]:
    texts = [base.unit, base.state, _text(base.percent), _text(base.value)]
    return texts if version == 1 else [*texts, _text(base.year), " ".join(base.locked)]


def mark(text: str | None) -> str:
    """Return a short hash of what a locked cell says, by which a changed one is told."""
    return hashlib.sha256(_UNSEEN.sub("", text or "").encode()).hexdigest()[:8]


def _text(value: Decimal | int | None) -> str:
    return "" if value is None else plain(Decimal(value))


def seal(ledger: str, id_: str, base: Base, version: int) -> str:
    """Return the hash of what was pre-filled in a row."""
    parts = "\n".join((str(version), ledger, id_, *_texts(base, version)))
    return hashlib.sha256(parts.encode()).hexdigest()[:16]


def read_identity(rows: Sequence[Sequence[Any]]) -> Identity | None:
    """Return what a form says of itself, None for a summary, which carries no reports.

    Raises Refused for a form of a later version, or one whose hidden sheet was altered.
    """
    head: dict[str, str] = {}
    start = 0
    for index, row in enumerate(rows):
        cells = [_word(value) for value in row]
        if tuple(filter(None, cells)) in _IDENTITY_COLUMNS.values():
            start = index + 1
            break
        if len(cells) > 1 and cells[0]:
            head[cells[0]] = cells[1]
    if head.get("表格类型") == SUMMARY:
        return None
    version = next((known for known in _IDENTITY_COLUMNS if str(known) == head.get("表格版本")), None)
    if version is None:
        shown = head.get("表格版本") or "不明"
        raise Refused(f"表格版本 {shown} 与本程序（版本 {VERSION}）不符；请用 tracker export form 导出新表填报")
    ledger = head.get("台账", "")
    found: dict[str, Base] = {}
    for row in rows[start:]:
        named = dict(
            zip(
                _IDENTITY_COLUMNS[version],
                [_word(value) for value in row] + [""] * len(_IDENTITY_COLUMNS[version]),
                strict=False,
            )
        )
        id_, state = named["编号"], named["状态"]
        if not id_:
            continue
        year, locked = _number(named.get("数据时点", "")), tuple(named.get("锁定", "").split())
        base = Base(
            named["单位"],
            state,
            _number(named["完成率"]),
            _number(named["现值"]),
            None if year is None else int(year),
            locked,
        )
        if named["校验"] != seal(ledger, id_, base, version) or id_ in found or state_code(state) is None:
            raise Refused(
                f"隐藏页“{IDENTITY_SHEET}”中 {id_} 一行被改动过，无法识别预填内容；请用 tracker export form 导出新表填报"
            )
        found[id_] = base
    return Identity(ledger, head.get("导出日期", ""), found, read_stamp(head.get("台账版本", "")))


def _word(value: Any) -> str:
    """Return a cell as the text it was written as, also where a program made a number of it."""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value).strip()


def _number(text: str) -> Decimal | None:
    try:
        return Decimal(text) if text else None
    except InvalidOperation:
        return None
