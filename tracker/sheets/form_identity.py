"""What a form knows of itself: a hidden sheet anybody can show and read, and what was pre-filled in every row.

By it a returned form is known whoever saved it, a row left untouched is told from one that was filled in, and a change of the
ledger in the meantime is seen (docs/sheets.md).
"""

import hashlib
from collections.abc import Iterable, Sequence
from decimal import Decimal, InvalidOperation
from typing import Any, NamedTuple

from tracker.errors import Refused
from tracker.ledger.terms import state_code
from tracker.ledger.values import plain
from tracker.sheets.stamp import Stamp, read_stamp, stamp_text

VERSION = 1
SHEET = "表格信息"
FORM, SUMMARY = "进展填报表", "汇总"
_COLUMNS = ("编号", "单位", "状态", "完成率", "现值", "校验")


class Base(NamedTuple):
    """What stood in a row when the form was made; unit is the full name (zj:省建设厅) for which it was made."""

    unit: str
    state: str
    percent: Decimal | None
    value: Decimal | None


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
    return [*head, list(_COLUMNS), *([id_, *_texts(base), seal(stamp.ledger, id_, base)] for id_, base in rows)]


def _texts(base: Base) -> list[str]:
    return [base.unit, base.state, _text(base.percent), _text(base.value)]


def _text(value: Decimal | None) -> str:
    return "" if value is None else plain(value)


def seal(ledger: str, id_: str, base: Base) -> str:
    """Return the hash of what was pre-filled in a row."""
    parts = "\n".join((str(VERSION), ledger, id_, *_texts(base)))
    return hashlib.sha256(parts.encode()).hexdigest()[:16]


def read_identity(rows: Sequence[Sequence[Any]]) -> Identity | None:
    """Return what a form says of itself, None for a summary, which carries no reports.

    Raises Refused for a form of another version, or one whose hidden sheet was altered.
    """
    head: dict[str, str] = {}
    start = 0
    for index, row in enumerate(rows):
        cells = [_word(value) for value in row]
        if tuple(cells[: len(_COLUMNS)]) == _COLUMNS:
            start = index + 1
            break
        if len(cells) > 1 and cells[0]:
            head[cells[0]] = cells[1]
    if head.get("表格类型") == SUMMARY:
        return None
    version = head.get("表格版本", "")
    if version != str(VERSION):
        raise Refused(
            f"表格版本 {version or '不明'} 与本程序（版本 {VERSION}）不符；请用 tracker export form 导出新表填报"
        )
    ledger = head.get("台账", "")
    found: dict[str, Base] = {}
    for row in rows[start:]:
        cells = [_word(value) for value in row] + [""] * len(_COLUMNS)
        id_, unit, state, percent, value, check = cells[: len(_COLUMNS)]
        if not id_:
            continue
        base = Base(unit, state, _number(percent), _number(value))
        if check != seal(ledger, id_, base) or id_ in found or state_code(state) is None:
            raise Refused(
                f"隐藏页“{SHEET}”中 {id_} 一行被改动过，无法识别预填内容；请用 tracker export form 导出新表填报"
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
