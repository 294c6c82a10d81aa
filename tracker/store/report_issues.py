"""Reports that were handed out (期): which there are, and up to which change the ledger is told."""

from tracker.ledger.calendar_spans import report_name
from tracker.store.change_log import undone_changes
from tracker.store.connection import Connection
from tracker.store.queries import ChangeMade
from tracker.store.row_types import IssueRow

YEAR = 1000
"""An issue's number in the ledger is its year and its number in it: 2026048."""


def issue_name(row: IssueRow) -> str:
    """Name an issue: 2026年第48期（周报）."""
    return f"{row.number // YEAR}年第{row.number % YEAR}期（{report_name(row.kind)}）"


def issues_of(connection: Connection, kind: str | None, scope: str, known_at: str | None = None) -> list[IssueRow]:
    """Return the issues in force of a kind (None: of every kind) and a scope, by period, each in its last version."""
    undone = undone_changes(connection, known_at)
    of_kind, named = ("", ()) if kind is None else (" AND i.kind = ?", (kind,))
    known, until = ("", ()) if known_at is None else (" AND c.at <= ?", (known_at,))
    rows = connection.all(
        f"SELECT i.{', i.'.join(IssueRow._fields)} FROM issue i JOIN change c ON c.id = i.change_id"
        f" WHERE i.scope = ?{of_kind}{known} ORDER BY i.id",
        (scope, *named, *until),
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


_TOLD = "id NOT IN (SELECT change_id FROM issue) AND command <> 'export form'"
"""That a report or a form was handed out tells nothing of the work."""
_MOVED = (
    f"({_TOLD} OR id IN (SELECT change_id FROM event WHERE item_id IS NULL AND kind = 'form' AND before <> '{{}}'))"
)
"""But the first form of a plan has it owe reports, which moves lights."""


def told_since(connection: Connection, change: int) -> int:
    """Return how many changes after one told the ledger something of the work."""
    row = connection.one(f"SELECT count(*) FROM change WHERE id > ? AND {_TOLD}", (change,))
    return 0 if row is None else int(row[0])


def last_told(connection: Connection, known_at: str | None = None, *, lights: bool = True) -> ChangeMade | None:
    """Return the last change by then that told the ledger something of the work. lights: or that moved a light."""
    known, until = ("", ()) if known_at is None else (" AND at <= ?", (known_at,))
    told = _MOVED if lights else _TOLD
    row = connection.one(f"SELECT id, at, hash FROM change WHERE {told}{known} ORDER BY id DESC LIMIT 1", until)
    return None if row is None else ChangeMade(*row)
