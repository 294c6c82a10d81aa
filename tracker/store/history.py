"""The rows of `history`, and the log of one item: who changed what, when, from what to what."""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from tracker.store.change_log import undone_changes
from tracker.store.connection import Connection
from tracker.store.filters import PointInTime
from tracker.store.items import load_statements
from tracker.store.registry import item_key
from tracker.store.row_values import parsed

HISTORY_FIELDS = ("change", "at", "by", "unit", "command", "id", "field", "before", "after")
_REPORT_FIELDS = ("state", "percent", "value", "note", "problem", "next")


class _Change(NamedTuple):
    """A change as history tells it; undoes: the change that it took back."""

    number: int
    at: str
    by: str
    unit: str | None
    command: str
    undoes: int | None


_CHANGE = 'SELECT id, at, "by", unit, command, undoes FROM change'


class _Said(NamedTuple):
    """What a change said of an item or of the ledger: a decision with its data, or a report with its fields and its day."""

    change: int
    code: str | None
    n: int | None
    unit: str | None
    before: str | None
    kind: str
    key: int
    data: str | None = None
    fields: tuple[str | None, ...] = ()
    day: str | None = None


def load_history(
    connection: Connection, item: str | None = None, n: int | None = None, since: str | None = None,
    known_at: str | None = None,
) -> list[dict[str, Any]]:  # fmt: skip
    """Return the change log, oldest first: one row for every field a command set.

    item narrows to one item, n to one of its indicators (statements about the whole item count for it too), since to
    entries from that moment on. A command that set no field (init, undo of it) has one row with field null.
    """
    changes = _changes(connection, since, known_at)
    if not changes:
        return []
    key = None if item is None else item_key(connection, item)
    said: dict[int, list[_Said]] = {}
    for each in _statements(connection, key, min(change.undoes or change.number for change in changes)):
        if n is None or each.n in (None, n):
            said.setdefault(each.change, []).append(each)
    rows: list[dict[str, Any]] = []
    for change in changes:
        fields = _fields_of(connection, change, said, item)
        if fields or item is None:
            rows.extend(fields or [_history_row(change, None, None, None, None)])
    return rows


def _fields_of(
    connection: Connection, change: _Change, said: Mapping[int, Sequence[_Said]], item: str | None
) -> list[dict[str, Any]]:
    """Return the rows of one change; an undo is the mirror of what it took back, before and after exchanged."""
    if change.undoes is None:
        return [
            field
            for each in said.get(change.number, ())
            for field in (_added(connection, change, item) if each.kind == "add" else _fields(change, each))
        ]
    target = connection.one(f"{_CHANGE} WHERE id = ?", (change.undoes,))
    assert target is not None  # noqa: S101 - a foreign key holds it
    mirrored = _fields_of(connection, _Change(*target), said, item)
    return [_history_row(change, row["id"], row["field"], row["after"], row["before"], row["unit"]) for row in mirrored]


def _changes(connection: Connection, since: str | None, known_at: str | None) -> list[_Change]:
    conditions, parameters = ["1 = 1"], []
    for condition, value in (("at >= ?", since), ("at <= ?", known_at)):
        if value is not None:
            conditions.append(condition)
            parameters.append(value)
    return [
        _Change(*row) for row in connection.all(f"{_CHANGE} WHERE {' AND '.join(conditions)} ORDER BY id", parameters)
    ]


def _statements(connection: Connection, key: int | None, first: int) -> list[_Said]:
    """Return what changes from the first on said, what was taken back too, in their order."""
    where = "s.change_id >= ?" + ("" if key is None else " AND s.item_id = ?")
    parameters: Sequence[Any] = (first,) if key is None else (first, key)
    head = "s.change_id, item.code, s.n, s.unit, s.before"
    columns = f"{head}, s.kind, s.id, s.data"
    events = connection.all(
        f"SELECT {columns} FROM event s LEFT JOIN item ON item.id = s.item_id WHERE {where}", parameters
    )
    if key is not None:
        added = "s.kind = 'add' AND s.change_id = (SELECT added_by FROM item WHERE id = ?)"
        events += connection.all(f"SELECT {columns} FROM event s LEFT JOIN item ON 0 = 1 WHERE {added}", (key,))
    reports = connection.all(
        f"SELECT {head}, 'report', s.id, s.date, s.{', s.'.join(_REPORT_FIELDS)} FROM report s"
        f" JOIN item ON item.id = s.item_id WHERE {where}",
        parameters,
    )
    found = [_Said(*row) for row in events]
    for change, code, n, unit, before, kind, number, day, *fields in reports:
        found.append(_Said(change, code, n, unit, before, kind, number, fields=tuple(fields), day=day))
    return sorted(found, key=lambda each: (each.change, each.kind != "report", each.key))


def _added(connection: Connection, change: _Change, item: str | None) -> list[dict[str, Any]]:
    """Return the rows of a change that added plans or items: each plan by its title, each item by its text."""
    plans = (
        connection.all("SELECT title FROM plan WHERE added_by = ? ORDER BY id", (change.number,))
        if item is None
        else []
    )
    items = connection.all("SELECT code, text FROM item WHERE added_by = ? ORDER BY id", (change.number,))
    return [_history_row(change, None, "plan", None, title) for (title,) in plans] + [
        _history_row(change, code, "text", None, text) for code, text in items if item in (None, code)
    ]


def _fields(change: _Change, said: _Said) -> list[dict[str, Any]]:
    from tracker.ledger.decision_rules import fields_of, with_figures

    subject = said.code if said.code is None or said.n is None else f"{said.code}.{said.n}"
    is_report = said.kind == "report"
    before, data = parsed(said.before) if said.before else {}, {} if is_report else parsed(said.data)
    if not isinstance(before, dict) or not isinstance(data, dict):
        told = said.day if is_report else said.data
        return [_history_row(change, subject, said.kind, said.before, told, said.unit)]
    if is_report:
        given = [pair for pair in zip(_REPORT_FIELDS, said.fields, strict=True) if pair[1] is not None]
        fields = [(name, with_figures(name, before.get(name)), with_figures(name, value)) for name, value in given]
    else:
        fields = fields_of(said.kind, data, before)
    return [_history_row(change, subject, *each, said.unit) for each in fields or [(said.kind, None, said.day)]]


def _history_row(
    change: _Change, subject: str | None, name: str | None, before: Any, after: Any, unit: str | None = None
) -> dict[str, Any]:
    values = (change.number, change.at, change.by, unit or change.unit, change.command, subject, name, before, after)
    return dict(zip(HISTORY_FIELDS, values, strict=True))


def latest_change_of(connection: Connection, by: str) -> int | None:
    """Return the last change of a person that is neither an undo nor undone, or None."""
    undone = undone_changes(connection)
    rows = connection.all(
        'SELECT id FROM change WHERE "by" = ? AND undoes IS NULL AND command NOT IN (?, ?, ?) ORDER BY id DESC LIMIT 200',
        (by, "init", "upgrade", "restore"),
    )
    return next((row[0] for row in rows if row[0] not in undone), None)


def load_item_log(connection: Connection, code: str, when: PointInTime) -> list[dict[str, Any]]:
    """Return the statements in force about an item, newest first: reports and decisions, as of then."""
    key = item_key(connection, code, when.known_at)
    found = load_statements(connection, (key,), when).get(key, []) if key is not None else []
    found.sort(key=lambda each: (each.date, each.order), reverse=True)
    return [
        {
            "date": each.date, "kind": each.kind, "n": each.n, "unit": each.unit, "by": each.by, "state": each.state,
            "percent": each.percent, "value": each.value, "note": each.note, "problem": each.problem, "next": each.next,
            "data": dict(each.data),
        }
        for each in found
    ]  # fmt: skip
