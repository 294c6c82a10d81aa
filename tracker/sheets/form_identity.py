"""What a form knows of itself: a hidden sheet anybody can show and read, and what was pre-filled in every row.

By it a returned form is known whoever saved it, a row left untouched is told from one that was filled in, and a change of the
ledger in the meantime is seen (docs/files.md).
"""

import hashlib
import re
from collections.abc import Iterable, Sequence
from decimal import Decimal, InvalidOperation
from typing import Any, NamedTuple

from tracker.errors import Refused
from tracker.ledger.terms import state_code
from tracker.ledger.values import plain
from tracker.sheets.stamp import Stamp, read_stamp, stamp_text
from tracker.text import UNSEEN

VERSION = 2
"""1: until 数据时点 came to the form, and the hidden sheet to know what its locked cells say."""
SHEET = "表格信息"
FORM, SUMMARY = "进展填报表", "汇总"
_COLUMNS = {
    1: ("编号", "单位", "状态", "完成率", "现值", "校验"),
    2: ("编号", "单位", "状态", "完成率", "现值", "数据时点", "锁定", "校验"),
}


_UNSEEN = re.compile(rf"{UNSEEN}|\s")


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
    return [*head, list(_COLUMNS[VERSION]), *own]


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
        if tuple(filter(None, cells)) in _COLUMNS.values():
            start = index + 1
            break
        if len(cells) > 1 and cells[0]:
            head[cells[0]] = cells[1]
    if head.get("表格类型") == SUMMARY:
        return None
    version = next((known for known in _COLUMNS if str(known) == head.get("表格版本")), None)
    if version is None:
        shown = head.get("表格版本") or "不明"
        raise Refused(f"表格版本 {shown} 与本程序（版本 {VERSION}）不符；请用 tracker export form 导出新表填报")
    ledger = head.get("台账", "")
    found: dict[str, Base] = {}
    for row in rows[start:]:
        named = dict(
            zip(_COLUMNS[version], [_word(value) for value in row] + [""] * len(_COLUMNS[version]), strict=False)
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
