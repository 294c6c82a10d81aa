"""For reports of a period: what happened between two moments, in parts of any ledger, and which were handed out (期)."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any, NamedTuple

from tracker.ledger.calendar_spans import report_name
from tracker.ledger.model import Day
from tracker.ledger.replay import Statement, is_understood
from tracker.store.change_log import ChangeMade, undone_changes
from tracker.store.connection import Connection, marks
from tracker.store.filters import PointInTime
from tracker.store.items import load_statements
from tracker.store.row_types import IssueRow
from tracker.store.row_values import number_of, record_of, state_of, sure_day_of


def count_items(connection: Connection) -> int:
    """Return how many items the ledger has."""
    row = connection.one("SELECT count(*) FROM item WHERE withdrawn = 0")
    return 0 if row is None else int(row[0])


def decided_so_far(connection: Connection, kinds: Sequence[str], when: PointInTime) -> dict[str, set[str]]:
    """Return, by kind of decision, the items about which one was in force then."""
    undone = undone_changes(connection, when.known_at)
    rows = connection.all(
        "SELECT e.kind, item.code, e.change_id FROM event e JOIN change c ON c.id = e.change_id JOIN item ON item.id = e.item_id"
        f" WHERE e.kind IN ({', '.join('?' for _ in kinds)}) AND e.date <= ? AND c.at <= ?",
        (*kinds, when.as_of.isoformat(), when.known_at or "9"),
    )
    found: dict[str, set[str]] = {}
    for kind, code, change in rows:
        if change not in undone:
            found.setdefault(kind, set()).add(code)
    return found


def statements_of_period(
    connection: Connection, codes: Sequence[str], start: date, end: date, when: PointInTime
) -> dict[str, list[Statement]]:
    """Return, by item, the statements in force then that are dated or were entered from start to end, newest first."""
    moved = " UNION ".join(
        f"SELECT item.id, item.code FROM {table} s JOIN item ON item.id = s.item_id"
        f" WHERE item.code IN ({marks(codes)}) AND item.withdrawn = 0 AND (s.date >= ? OR s.entered >= ?)"
        for table in ("report", "event")
    )
    first = start.isoformat()
    names: dict[int, str] = dict(connection.all(moved, (*codes, first, first) * 2))
    found: dict[str, list[Statement]] = {}
    for key, statements in (load_statements(connection, tuple(names), when) if names else {}).items():
        within = [each for each in statements if start <= each.date <= end or start <= each.entered <= end]
        if within:
            found[names[key]] = sorted(within, key=lambda each: (each.date, each.order), reverse=True)
    return found


class Entry(NamedTuple):
    """A report or decision about an item: what it says (data), what was there before, the change it came with."""

    change: int
    id: str
    kind: str
    date: Day
    entered: Day
    unit: str | None
    by: str
    data: Mapping[str, Any]
    before: Mapping[str, Any]


class Difference(NamedTuple):
    """What two moments know differently, oldest entry first: entries that came to hold, and those that no longer do."""

    new: list[Entry]
    gone: list[Entry]


class Moved(NamedTuple):
    """The items, by id, that may have stood otherwise at the earlier of two moments but for the day: told of since, or linked.

    came are those that were not there then.
    """

    items: set[str]
    came: set[str]


def moved_between(connection: Connection, earlier: PointInTime, later: PointInTime, told: Difference) -> Moved | None:
    """Return which items to read anew for the earlier of two moments, all others having the same statements at both.

    None where something was said since that touches any item: a unit's name, a figure of judgement, a plan's book; or rows were
    taken away.
    """
    since = earlier.known_at or "9"
    undone = undone_changes(connection, later.known_at) ^ undone_changes(connection, earlier.known_at)
    general = connection.all(
        f"SELECT e.change_id, c.at, e.date FROM event e JOIN change c ON c.id = e.change_id WHERE e.item_id IS NULL"
        f" AND e.kind IN ({marks(_OF_ALL)})",
        _OF_ALL,
    )
    if any(at > since or str(day) > str(earlier.as_of) or change in undone for change, at, day in general):
        return None
    gone = "SELECT 1 FROM item JOIN change c ON c.id = item.withdrawn WHERE c.at > ? LIMIT 1"
    if connection.one(gone, (since,)) is not None:
        return None
    came = connection.all("SELECT item.code FROM item JOIN change c ON c.id = item.added_by WHERE c.at > ?", (since,))
    linked = connection.all(
        "SELECT item.code FROM indicator JOIN item ON item.id = indicator.item_id WHERE indicator.link IS NOT NULL"
        " UNION SELECT item.code FROM indicator_source s JOIN indicator ON indicator.id = s.source_id"
        " JOIN item ON item.id = indicator.item_id"
    )
    items = {entry.id.partition(".")[0] for entries in told for entry in entries} | {code for (code,) in linked}
    return Moved(items, {code for (code,) in came})


_OF_ALL = ("rename", "merge", "config", "end", "remove")
"""Events of the whole ledger, or of a plan, by which items that nothing was said of stand otherwise."""


def began_at(connection: Connection) -> str:
    """Return the moment of the ledger's first change, as moments are kept; of an empty table one that never comes."""
    row = connection.one("SELECT min(at) FROM change")
    return "9" if row is None or row[0] is None else str(row[0])


def entries_between(connection: Connection, earlier: PointInTime | None, later: PointInTime) -> Difference:
    """Return the reports and decisions that hold at the later of two moments and not at the earlier, and those taken back.

    earlier None is before all. Whatever its date, an entry is new in exactly one of several stretches that follow each other.
    """
    undone = undone_changes(connection, later.known_at)
    undone_before = undone_changes(connection, earlier.known_at) if earlier is not None else set()
    moved = undone ^ undone_before if earlier is not None else set()
    found = Difference([], [])
    for entry, at in _entries(connection, earlier, later, moved):
        held = earlier is not None and _holds(entry, at, earlier) and entry.change not in undone_before
        holds = _holds(entry, at, later) and entry.change not in undone
        if holds != held:
            (found.new if holds else found.gone).append(entry)
    for entries in found:
        entries.sort(key=lambda entry: (entry.change, entry.kind != "report"))
    return found


def _holds(entry: Entry, at: str, when: PointInTime) -> bool:
    return entry.date <= when.as_of and (when.known_at is None or at <= when.known_at)


def filings_since(
    connection: Connection, day: date, when: PointInTime
) -> dict[tuple[str, str], list[tuple[Day, Day, bool]]]:
    """Return the leads' reports that hold and were entered from a day on, by item and unit: day of entry, date, whether by a form."""
    undone = undone_changes(connection, when.known_at)
    found: dict[tuple[str, str], list[tuple[Day, Day, bool]]] = {}
    rows = connection.stream(
        "SELECT item.code, s.unit, s.entered, s.date, c.command, s.change_id FROM report s"
        " JOIN change c ON c.id = s.change_id JOIN item ON item.id = s.item_id WHERE c.id >="
        " coalesce((SELECT min(id) FROM change WHERE at >= ?), 0) AND s.entered >= ? AND s.date <= ? AND c.at <= ?"
        " AND s.unit IS NOT NULL AND s.role = 'lead' ORDER BY s.change_id, s.id",
        ((day - timedelta(days=2)).isoformat(), day.isoformat(), when.as_of.isoformat(), when.known_at or "9"),
    )
    for code, unit, entered, told, command, change in rows:
        if change not in undone:
            filing = sure_day_of(entered), sure_day_of(told), command == "import"
            found.setdefault((code, unit), []).append(filing)
    return found


_TOLD = {"report": ("state", "percent", "value", "note", "problem", "next"), "event": ("kind", "data")}


def _entries(
    connection: Connection, earlier: PointInTime | None, later: PointInTime, moved: set[int]
) -> list[tuple[Entry, str]]:  # fmt: skip
    """Return all entries but those that both moments know and neither took back, each with its moment of entry."""
    condition, parameters = "s.date <= ? AND c.at <= ?", [later.as_of.isoformat(), later.known_at or "9"]
    if earlier is not None:
        both = "NOT (s.date <= ? AND c.at <= ?)"
        changes = f" OR s.change_id IN ({', '.join(str(change) for change in moved)})" if moved else ""
        condition = f"{condition} AND ({both}{changes})"
        parameters += [earlier.as_of.isoformat(), earlier.known_at or "9"]
    found = []
    for table, names in _TOLD.items():
        columns = f's.change_id, item.code, s.n, s.date, s.entered, s.unit, c."by", s.before, s.{", s.".join(names)}'
        rows = connection.all(
            f"SELECT c.at, {columns} FROM {table} s JOIN change c ON c.id = s.change_id JOIN item ON item.id = s.item_id"
            f" WHERE {condition} ORDER BY s.id",
            parameters,
        )
        for at, change, code, n, day, entered, unit, by, before, *told in rows:
            data = _report(dict(zip(names, told, strict=True))) if table == "report" else record_of(told[1])
            if table == "event" and not is_understood(told[0], n, data):
                continue
            name = code if n is None else f"{code}.{n}"
            entry = Entry(
                change, name, "report" if table == "report" else told[0], sure_day_of(day), sure_day_of(entered),
                unit, by, data, record_of(before),
            )  # fmt: skip
            found.append((entry, at))
    return found


def _report(said: dict[str, Any]) -> dict[str, Any]:
    """Return what a report says, without figures and states that are none."""
    figures = {name: None for name in ("percent", "value") if number_of(said[name]) is None}
    return {**said, **figures, "state": state_of(said["state"])}


YEAR = 1000
"""An issue's number in the ledger is its year and its number in it: 2026048."""


def issue_name(row: IssueRow) -> str:
    """Name an issue: 2026年第48期（周报）."""
    return f"{row.number // YEAR}年第{row.number % YEAR}期（{report_name(row.kind)}）"


def issues_of(connection: Connection, kind: str | None, scope: str) -> list[IssueRow]:
    """Return the issues in force of a kind (None: of every kind) and a scope, by period, each in its last version."""
    undone = undone_changes(connection)
    of_kind, named = ("", ()) if kind is None else (" AND kind = ?", (kind,))
    rows = connection.all(
        f"SELECT {', '.join(IssueRow._fields)} FROM issue WHERE scope = ?{of_kind} ORDER BY id", (scope, *named)
    )
    newest = {(row.kind, row.number): row for row in map(IssueRow._make, rows) if row.change_id not in undone}
    return sorted(newest.values(), key=lambda row: (row.first, row.last, row.kind))


def issues_handed_out(connection: Connection, last_change: int) -> list[IssueRow]:
    """Return the reports that were handed out when the ledger was told so far, undone and replaced ones too."""
    rows = connection.all(
        f"SELECT {', '.join(IssueRow._fields)} FROM issue WHERE last_change = ? ORDER BY id", (last_change,)
    )
    return [IssueRow._make(row) for row in rows]


def all_issues(connection: Connection) -> list[IssueRow]:
    """Return every report that was ever handed out, undone and replaced ones too: the file of each is kept."""
    return [
        IssueRow._make(row) for row in connection.all(f"SELECT {', '.join(IssueRow._fields)} FROM issue ORDER BY id")
    ]


_TELLS = "id NOT IN (SELECT change_id FROM issue) AND command <> 'export form'"
"""That a report or a form was handed out tells nothing of the work."""
_MOVES_LIGHTS = (
    f"({_TELLS} OR id IN (SELECT change_id FROM event WHERE item_id IS NULL AND kind = 'form' AND before <> '{{}}'))"
)
"""But the first form of a plan has it owe reports, which moves lights."""


def told_since(connection: Connection, change: int) -> int:
    """Return how many changes after one told the ledger something of the work."""
    row = connection.one(f"SELECT count(*) FROM change WHERE id > ? AND {_TELLS}", (change,))
    return 0 if row is None else int(row[0])


def last_told(connection: Connection, known_at: str | None = None, *, lights: bool = True) -> ChangeMade | None:
    """Return the last change by then that told the ledger something of the work. lights: or that moved a light."""
    known, until = ("", ()) if known_at is None else (" AND at <= ?", (known_at,))
    told = _MOVES_LIGHTS if lights else _TELLS
    row = connection.one(f"SELECT id, at, hash FROM change WHERE {told}{known} ORDER BY id DESC LIMIT 1", until)
    return None if row is None else ChangeMade(*row)
