"""What an export says of itself: the stamp (what the ledger knew when it was made) and what was asked for (docs/files.md)."""

import json
from typing import Any, NamedTuple

from tracker.actions.selection import Filter
from tracker.errors import Refused
from tracker.sheets.stamp import Stamp
from tracker.store.change_log import change_numbered, last_change
from tracker.store.connection import Connection
from tracker.store.filters import PointInTime
from tracker.store.period_reports import last_told
from tracker.store.registry import ledger_value

_FORM = 1
_SHOWN = 16
"""Digits of a hash in a stamp: by them a change is told from one of another course of the same ledger."""


def stamp_of(connection: Connection, when: PointInTime, *, lights: bool = True) -> Stamp | None:
    """Return what an export made now for a question shows; None of a ledger that was never told anything.

    lights: whether it shows lights, which the first form of a plan moves.
    """
    last = last_told(connection, when.known_at, lights=lights)
    if last is None:
        return None
    ledger = ledger_value(connection, "id") or ""
    return Stamp(ledger, when.as_of, last.number, last.hash[:_SHOWN])


def set_back(connection: Connection, stamp: Stamp | None) -> str | None:
    """Say where a file of this ledger knows a change that the ledger does not have any more: it was set back since.

    None where it was not, for what has no stamp, and for what another ledger made.
    """
    if stamp is None or stamp.ledger != ledger_value(connection, "id"):
        return None
    known = change_numbered(connection, stamp.change)
    if known is not None and known.hash.startswith(stamp.hash):
        return None
    last = last_change(connection, None)
    has = f"台账现在只到第 {last.number if last else 0} 号" if known is None else "台账中这一号改动已是另一内容"
    return (
        f"导出时台账已有第 {stamp.change} 号改动（校验值 {stamp.hash}），{has}：台账曾回退（恢复了较早的备份，或历史被删改）；"
        "其后的改动可能已丢失，请运行 tracker doctor 并核对"
    )


def moment_of(connection: Connection, stamp: Stamp | None) -> PointInTime | None:
    """Return the question that a workbook answered; None where it has no stamp, or the ledger cannot answer it again.

    It cannot for the workbook of another ledger, of a course of this one that a restored backup has ended, and of a moment
    that several changes share (a clock that was set back).
    """
    if stamp is None or stamp.ledger != ledger_value(connection, "id"):
        return None
    shown, next_one = (change_numbered(connection, stamp.change + more) for more in (0, 1))
    if shown is None or not shown.hash.startswith(stamp.hash):
        return None
    if next_one is None:
        return PointInTime(stamp.as_of)
    return PointInTime(stamp.as_of, shown.at) if next_one.at > shown.at else None


class Request(NamedTuple):
    """What was asked for when a workbook was made: which items, and what its layout takes beside them.

    By it and its stamp the workbook can be made again.
    """

    wanted: Filter
    told: dict[str, Any]


def request_text(wanted: Filter, **told: Any) -> str:
    """Write a request as the properties of a workbook keep it; what is as by default is left out."""
    filters = {name: value for name, value in wanted._asdict().items() if value not in (None, (), False)}
    kept = {name: value for name, value in told.items() if value not in (None, "", (), [], False)}
    return json.dumps(
        {"request": _FORM, "filter": filters, **kept}, ensure_ascii=False, sort_keys=True, separators=(",", ":")
    )


def read_request(text: str) -> Request | None:
    """Read what `request_text` wrote; None for a workbook that has none, Refused for one that was altered."""
    if not text:
        return None
    try:
        told = json.loads(text)
        if told.pop("request") != _FORM:
            return None
        filters: dict[str, Any] = {
            name: tuple(value) if isinstance(value, list) else value for name, value in told.pop("filter").items()
        }
        if not all(
            isinstance(part, str | bool)
            for each in filters.values()
            for part in (each if isinstance(each, tuple) else (each,))
        ):
            raise TypeError  # noqa: TRY301 - as for whatever else somebody wrote there
        return Request(Filter(**filters), told)
    except (ValueError, TypeError, KeyError, AttributeError):
        raise Refused("文件中记录的导出条件已被改动，无法核对") from None
