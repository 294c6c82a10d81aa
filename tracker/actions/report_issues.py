"""Reports as issues (期): which two moments one is about, noting it, and giving an old one again (docs/files.md)."""

import hashlib
import io
import json
import os
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from tracker.actions.changes import Moments, moments_of
from tracker.actions.selection import Filter, item_filter_of
from tracker.errors import Refused
from tracker.ledger.calendar_spans import NamedSpan, calendar_number, issue_year
from tracker.store.connection import Connection
from tracker.store.filters import PointInTime
from tracker.store.period_reports import YEAR, issue_name, issues_of, last_told
from tracker.store.row_types import IssueRow

if TYPE_CHECKING:
    from tracker.store.changeset import Changeset


class Issue(NamedTuple):
    """A report of a span and the moments that it is about.

    number: within its year, 0 for none. kept: the issue as it was noted before, where there is one. is_current: the span runs, and
    nothing but the present is asked about; only then it may be noted.
    """

    span: NamedSpan
    scope: str
    number: int
    moments: Moments
    kept: IssueRow | None
    is_current: bool


def scope_of(connection: Connection, wanted: Filter, when: PointInTime) -> str:
    """Return what narrows a report, in one spelling whoever typed it how."""
    item_filter = item_filter_of(connection, wanted, when)
    named = {
        "plans": sorted(item_filter.plans or ()) if wanted.plans is not None else (), "units": sorted(item_filter.units or ()),
        "kinds": sorted(item_filter.kinds or ()) if wanted.kinds is not None else (), "region": wanted.region,
    }  # fmt: skip
    return json.dumps({key: value for key, value in named.items() if value}, ensure_ascii=False, sort_keys=True)


def issue_of(
    connection: Connection, span: NamedSpan, wanted: Filter, when: PointInTime, today: date, *, draft: bool = False
) -> Issue:
    """Return the issue of a span: the running one begins where the issue before it ends, one handed out stays what it was.

    Any other (a draft, a span that is over and was never handed out, a day or a knowledge of one's own) has the bounds of the calendar,
    by time of entry. Raises Refused for a span that has not begun.
    """
    calendar = moments_of(connection, span, when, today)
    scope = scope_of(connection, wanted, when)
    is_present = when.known_at is None and when.as_of == today
    issues = issues_of(connection, span.kind, scope) if is_present and not draft else []
    bounds = (span.start.isoformat(), span.end.isoformat())
    kept = next((each for each in issues if (each.first, each.last) == bounds), None)
    is_current = is_present and not draft and span.start <= today <= span.end
    later = (
        next((each for each in issues if each.first > bounds[0] and each != kept), None) if kept is not None else None
    )
    number = kept.number % YEAR if kept is not None else _number(span, issues) if is_current else calendar_number(span)
    if kept is not None and (later is not None or not is_current):
        return Issue(span, scope, number, Moments(span, _before(issues, kept, calendar), _moment(kept)), kept, False)
    if is_current:
        earlier = _before(issues, kept, calendar, bounds[0])
        return Issue(span, scope, number, calendar._replace(earlier=earlier), kept, True)
    return Issue(span, scope, number, calendar, None, False)


def _number(span: NamedSpan, issues: list[IssueRow]) -> int:
    """Return the number of a new issue: that of the calendar, or, of any two days, the next of its year."""
    if span.kind != "span":
        return calendar_number(span)
    return max((each.number % YEAR for each in issues if each.number // YEAR == issue_year(span)), default=0) + 1


def _before(issues: list[IssueRow], kept: IssueRow | None, calendar: Moments, first: str = "") -> PointInTime | None:
    """Return the moment of the issue before: of the spans that began earlier the last; without one the calendar's."""
    start = kept.first if kept is not None else first
    before = [each for each in issues if each.first < start]
    return _moment(before[-1]) if before else calendar.earlier


def _moment(row: IssueRow) -> PointInTime:
    return PointInTime(date.fromisoformat(row.as_of), row.known_at)


def shared_moments(
    connection: Connection, span: NamedSpan, wanted: Filter, when: PointInTime, today: date, *, is_open: bool = False
) -> Moments:
    """Return the two moments that a report of this span and scope has, for page, bulletin and `changes`."""
    if is_open:
        return moments_of(connection, span, when, today, is_open=True)
    return issue_of(connection, span, wanted, when, today).moments


def may_note(connection: Connection) -> bool:
    """Say whether this login may note what is handed out: it writes tables itself, neither on a read-only disk nor a standby."""
    if connection.is_sqlite:
        path = connection.location.path
        return os.access(path, os.W_OK) and os.access(path.parent, os.W_OK)
    from tracker.store.postgres.rights import is_standby, may_write

    return may_write(connection) and (connection.location.seeks_primary or not is_standby(connection))


def note_issue(changeset: "Changeset", issue: Issue, content: bytes, options: Mapping[str, Any]) -> None:
    """Note what is handed out, and keep the file; the same again is not noted twice."""
    digest = keep(changeset.connection.location.evidence, content)
    if issue.kept is not None and issue.kept.content == digest:
        return
    later = issue.moments.later
    told = last_told(changeset.connection, later.known_at)
    assert told is not None  # noqa: S101 - a ledger begins with a change
    changeset.issue(
        issue.span.kind, issue.scope, issue_year(issue.span) * YEAR + issue.number, issue.span.start.isoformat(),
        issue.span.end.isoformat(), later.as_of.isoformat(), later.known_at or told.at, told.number,
        json.dumps(options, ensure_ascii=False, sort_keys=True), digest,
    )  # fmt: skip


def keep(folder: Path, content: bytes) -> str:
    """Keep a file under its SHA-256 beside the evidence; return the hash."""
    from tracker.actions.evidence import keep_content

    return keep_content(folder, io.BytesIO(content))


def kept_file(connection: Connection, row: IssueRow) -> bytes | None:
    """Return the file of an issue as it was handed out; None where it is not kept here, or no longer what it was."""
    path = connection.location.evidence / row.content
    try:
        content = path.read_bytes()
    except OSError:
        return None
    return content if hashlib.sha256(content).hexdigest() == row.content else None


def issue_numbered(
    connection: Connection, wanted: Filter, kind: str | None, number: int, when: PointInTime
) -> IssueRow:
    """Return an issue by its number, of this year unless it names one (2025048); raises Refused with those there are."""
    issues = issues_of(connection, kind, scope_of(connection, wanted, when))
    full = number if number >= YEAR else when.as_of.year * YEAR + number
    found = [each for each in issues if each.number == full]
    if not found and number < YEAR:
        found = [each for each in issues if each.number % YEAR == number][-1:]
    if len(found) == 1:
        return found[0]
    if found:
        raise Refused(
            f"第{number}期不止一种（{'、'.join(issue_name(each) for each in found)}）；请加 --week、--month 等写明是哪一种"
        )
    known = "、".join(issue_name(each) for each in issues[-8:])
    raise Refused(f"没有发出过第{number}期；" + (f"已发出：{known}" if known else "这一范围的报告还没有发出过"))
