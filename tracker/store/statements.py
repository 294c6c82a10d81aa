"""What was stated, as it was entered: the last reports and those before them, evidence, files taken in, figures of the index."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any, NamedTuple

from tracker.ledger.model import Day, Item, LastReport
from tracker.ledger.parameters import Parameters
from tracker.ledger.reporting_periods import period_of
from tracker.ledger.values import plain
from tracker.store.change_log import undone_changes
from tracker.store.connection import Connection, marks
from tracker.store.filters import PointInTime, batches
from tracker.store.row_values import number_of, record_of, sure_day_of

if TYPE_CHECKING:
    from tracker.synergy.observations import IndexEntry, Key


EVIDENCE_FIELDS = ("n", "kind", "name", "sha256", "size", "url", "at", "by")


def load_evidence(connection: Connection, codes: Sequence[str], when: PointInTime) -> dict[str, list[dict[str, Any]]]:
    """Return, by item, the evidence in force then, oldest first; codes: a portion that one query can name.

    A piece of evidence holds from the date of the report or decision that it came with.
    """
    undone = undone_changes(connection, when.known_at)
    dated = "".join(
        f"(SELECT min(s.date) FROM {table} s WHERE s.change_id = e.change_id AND s.item_id = e.item_id), "
        for table in ("report", "event")
    )
    rows = connection.all(
        f"SELECT c.id, item.code, coalesce({dated}substr(c.at, 1, 10)), e.n, e.kind, e.name, e.sha256, e.size, e.url, c.at,"
        ' c."by" FROM evidence e JOIN change c ON c.id = e.change_id JOIN item ON item.id = e.item_id'
        f" WHERE item.code IN ({marks(codes)}) AND c.at <= ? ORDER BY e.id",
        (*codes, when.known_at or "9"),
    )
    found: dict[str, list[dict[str, Any]]] = {}
    for change, code, dated_on, *told in rows:
        if change not in undone and dated_on <= when.as_of.isoformat():
            found.setdefault(code, []).append(dict(zip(EVIDENCE_FIELDS, told, strict=True)))
    return found


def evidence_names(connection: Connection, codes: Sequence[str], when: PointInTime) -> dict[str, list[str]]:
    """Return, by item, the names or addresses of the evidence in force then, oldest first."""
    found = load_evidence(connection, codes, when)
    return {code: [each["url"] or each["name"] for each in rows] for code, rows in found.items()}


def evidence_files(connection: Connection) -> list[tuple[str, int | None, str, str]]:
    """Return every file of evidence ever named: the item's id, the indicator's number, its name and SHA-256."""
    rows = connection.all(
        "SELECT item.code, e.n, e.name, e.sha256 FROM evidence e JOIN item ON item.id = e.item_id"
        " WHERE e.kind = 'file' ORDER BY e.id"
    )
    return [(str(row[0]), row[1], str(row[2]), str(row[3])) for row in rows]


def imported_files(connection: Connection) -> dict[str, str]:
    """Return the SHA-256 of every file whose import is in force, with the date its undated rows were given."""
    undone = undone_changes(connection)
    rows = connection.all("SELECT id, detail FROM change WHERE command = 'import' AND detail IS NOT NULL ORDER BY id")
    return {
        file["sha256"]: file["date"]
        for change, detail in rows
        if change not in undone
        for file in _files(detail)
        if isinstance(file, dict) and isinstance(file.get("sha256"), str) and isinstance(file.get("date"), str)
    }


def _files(detail: str) -> list[Any]:
    files = record_of(detail).get("files")
    return files if isinstance(files, list) else []


def lists_taken(connection: Connection) -> dict[str, str]:
    """Return the SHA-256 of every plain list whose items are in force, with the change that brought them, 3..4 with first reports."""
    undone = undone_changes(connection)
    rows = connection.all(
        "SELECT id, command, detail FROM change WHERE command IN ('item import', 'import') AND detail IS NOT NULL ORDER BY id"
    )
    told = [(change, command, record_of(detail)) for change, command, detail in rows if change not in undone]
    reports = {detail["list"]: change for change, command, detail in told if command == "import" and "list" in detail}
    return {
        digest: f"{change}..{reports[change]}" if change in reports else str(change)
        for change, command, detail in told
        if command == "item import" and isinstance(digest := detail.get("sha256"), str)
    }


STATED_FIELDS = ("item", "n", "date", "unit", "state", "percent", "value", "note", "problem", "next", "year")


def stated_between(connection: Connection, keys: Sequence[int], first: str, last: str) -> list[dict[str, Any]]:
    """Return the reports in force on items (by key) with a date in a span, oldest entry first.

    A declaration of completion is one with state `completed` and nothing else. keys: a portion that one query can name.
    """
    undone = undone_changes(connection)
    where = f"item_id IN ({marks(keys)}) AND date >= ? AND date <= ?"
    rows = connection.all(
        "SELECT change_id, CASE WHEN state = 'completed' THEN 1 ELSE 0 END, id, item_id, n, date, unit_id, state, percent, value,"
        f" note, problem, next, data_year FROM report WHERE {where} UNION ALL"
        " SELECT change_id, 1, id, item_id, n, date, unit_id, 'completed', NULL, NULL, NULL, NULL, NULL, NULL FROM event"
        f" WHERE {where} AND kind = 'complete' ORDER BY 1, 2, 3",
        (*keys, first, last) * 2,
    )
    return [dict(zip(STATED_FIELDS, told, strict=True)) for change, _, _, *told in rows if change not in undone]


def evidence_taken(connection: Connection, keys: Sequence[int]) -> set[tuple[int, int | None, str]]:
    """Return (item key, indicator, name or address) of the evidence in force on items; keys as in `stated_between`."""
    undone = undone_changes(connection)
    rows = connection.all(
        f"SELECT change_id, item_id, n, name, url FROM evidence WHERE item_id IN ({marks(keys)})", tuple(keys)
    )
    return {(row[1], row[2], text) for row in rows if row[0] not in undone for text in row[3:] if text}


class Former(NamedTuple):
    """The figure reported before the one in force, and when that was entered."""

    figure: Decimal
    entered: date


def former_figures(connection: Connection, when: PointInTime, column: str) -> dict[str, Former]:
    """Return what was reported before the value or percent (column) in force then, by id of the indicator or the item."""
    undone = undone_changes(connection, when.known_at)
    known = "" if when.known_at is None else " AND c.at <= ?"
    rows = connection.stream(
        f"SELECT item.code, s.n, s.{column}, s.entered, s.change_id FROM report s JOIN change c ON c.id = s.change_id"
        f" JOIN item ON item.id = s.item_id WHERE s.{column} IS NOT NULL AND s.date <= ?{known}"
        " AND item.withdrawn = 0 ORDER BY s.date, s.change_id, s.id",
        (when.as_of.isoformat(), *(() if when.known_at is None else (when.known_at,))),
    )
    last: dict[str, tuple[str, str]] = {}
    former: dict[str, tuple[str, str]] = {}
    for code, n, figure, entered, change in rows:
        if change not in undone:
            name = code if n is None else f"{code}.{n}"
            if name in last:
                former[name] = last[name]
            last[name] = figure, entered
    return {
        name: Former(number, sure_day_of(entered))
        for name, (figure, entered) in former.items()
        if (number := number_of(figure)) is not None
    }


def last_of_indicators(connection: Connection, codes: Sequence[str], when: PointInTime) -> dict[str, LastReport]:
    """Return the report in force then on each indicator of these items that has one of its own, by the indicator's id.

    In force is the one with the latest date, then the latest entry, of those that were not undone (docs/rules.md).
    """
    found: dict[str, LastReport] = {}
    columns = "item.code, r.n, r.date, r.entered, r.unit, c.by, r.note, r.problem, r.next"
    for code, n, day, entered, *said in _reports(connection, columns, "r.n", codes, when):
        found[f"{code}.{n}"] = LastReport(sure_day_of(day), sure_day_of(entered), *said)
    return found


def let_leads_speak(connection: Connection, items: Iterable[Item], when: PointInTime) -> None:
    """Put 存在问题 and 下步安排 of the leads into the last report on each item: a participant's note says nothing of them.

    They are those of the last report of a lead; where it gave neither, those of whoever reported last (docs/papers.md).
    """
    others = {
        item.id: item for item in items
        if item.last_report is not None and all(item.last_report.unit != lead.name for lead in item.leads)
    }  # fmt: skip
    counts = "CASE WHEN r.role = 'participant' THEN NULL ELSE 1 END"
    said = {
        code: words for code, *words in _reports(connection, "item.code, r.problem, r.next", counts, list(others), when)
    }
    for code, (problem, following) in said.items():
        report = others[code].last_report
        if report is not None and (problem or following):
            others[code].last_report = report._replace(problem=problem, next=following)


def _reports(
    connection: Connection, columns: str, given: str, codes: Sequence[str], when: PointInTime
) -> Iterator[Sequence[Any]]:
    """Yield columns of the reports in force then on these items that give one of them, in the order of their dates."""
    undone = undone_changes(connection, when.known_at)
    for portion in batches(codes):
        rows = connection.stream(
            f"SELECT r.change_id, {columns}"
            " FROM report r JOIN change c ON c.id = r.change_id JOIN item ON item.id = r.item_id"
            f" WHERE item.withdrawn = 0 AND item.code IN ({marks(portion)}) AND {given} IS NOT NULL AND r.date <= ?"
            " AND c.at <= ? ORDER BY r.date, r.change_id, r.id",
            (*portion, when.as_of.isoformat(), when.known_at or "9"),
        )
        for change, *told in rows:
            if change not in undone:
                yield told


class Said(NamedTuple):
    """What a unit reported on an item or its indicator n on a day."""

    date: Day
    n: int | None
    state: str | None
    percent: Decimal | None
    value: Decimal | None
    note: str | None
    problem: str | None
    next: str | None


def last_of_units(connection: Connection, codes: Sequence[str], when: PointInTime) -> dict[tuple[str, int], list[Said]]:
    """Return what each unit (by key) said last of each of these items: its reports of the last day it reported, in their order."""
    found: dict[tuple[str, int], list[Said]] = {}
    columns = "item.code, r.unit_id, r.date, r.n, r.state, r.percent, r.value, r.note, r.problem, r.next"
    for code, unit, day, n, state, percent, value, *words in _reports(connection, columns, "r.unit_id", codes, when):
        said = Said(sure_day_of(day), n, state, number_of(percent), number_of(value), *words)
        known = found.setdefault((code, unit), [])
        if known and known[-1].date != said.date:
            known.clear()
        known.append(said)
    return found


def reminded_on(
    connection: Connection, codes: Sequence[str], when: PointInTime
) -> dict[str, list[tuple[date, list[str]]]]:
    """Return on which days units were reminded of these items, oldest first, by the item's id: the day and the units' names."""
    undone = undone_changes(connection, when.known_at)
    found: dict[str, list[tuple[date, list[str]]]] = {}
    for portion in batches(codes):
        rows = connection.stream(
            "SELECT e.change_id, item.code, e.date, e.data FROM event e JOIN change c ON c.id = e.change_id"
            f" JOIN item ON item.id = e.item_id WHERE item.code IN ({marks(portion)}) AND e.kind = 'reminder'"
            " AND e.date <= ? AND c.at <= ? ORDER BY e.date, e.id",
            (*portion, when.as_of.isoformat(), when.known_at or "9"),
        )
        for change, code, day, data in rows:
            if change not in undone:
                found.setdefault(code, []).append((sure_day_of(day), list(record_of(data).get("units") or ())))
    return found


class LeadFigure(NamedTuple):
    """What one lead said: the figure with its measure as one text, by whom, and on which day."""

    unit: str
    figure: str
    by: str
    date: date


class Conflict(NamedTuple):
    """Figures of several leads on one thing (its id) that differ; period: of what; the last figure is the one in force."""

    id: str
    period: str
    figures: tuple[LeadFigure, ...]

    def words(self) -> str:
        """Return it in one line for people: who said what, when, and which is in force."""
        said = "，".join(f"{each.unit} {each.figure}（{each.date}，{each.by}）" for each in self.figures)
        return f"{self.period}{said}；以{self.figures[-1].unit}的为准"


class _Told(NamedTuple):
    """A figure that a unit (by key) reported for itself on an item or its indicator n; year: the year that it describes."""

    n: int | None
    unit: int
    date: Day
    year: int | None
    by: str
    percent: Decimal | None
    value: Decimal | None

    @property
    def figure(self) -> Decimal | None:
        """What is held against the figures of others."""
        return self.value if self.value is not None else self.percent


def conflicts(
    connection: Connection, items: Sequence[Item], when: PointInTime, parameters: Parameters
) -> Iterator[Conflict]:
    """Yield what several leads of these items reported different figures on, for the newest period with a figure."""
    joint = [item for item in items if len(item.leads) > 1]
    for batch in batches(joint):
        told = _figures(connection, _told_differently(connection, [item.id for item in batch]), when)
        for item in batch:
            yield from _of_item(item, told.get(item.id, ()), parameters)


def _told_differently(connection: Connection, codes: Sequence[str]) -> list[str]:
    """Return the ids of those items on which several units ever reported several figures: only these need reading."""
    rows = connection.all(
        "SELECT item.code FROM item JOIN report s ON s.item_id = item.id"
        f" WHERE item.code IN ({marks(codes)}) AND item.withdrawn = 0 GROUP BY item.code, item.id"
        " HAVING min(s.unit_id) < max(s.unit_id) AND min(coalesce(s.value, s.percent)) < max(coalesce(s.value, s.percent))",
        tuple(codes),
    )
    return [code for (code,) in rows]


def _figures(connection: Connection, codes: Sequence[str], when: PointInTime) -> dict[str, list[_Told]]:
    """Return by item the figures in force then that units reported for themselves, not as participants, in their order."""
    found: dict[str, list[_Told]] = {}
    columns = 'item.code, r.role, r.n, r.unit_id, r.date, r.data_year, c."by", r.percent, r.value'
    for code, role, n, unit, day, year, by, *figures in _reports(
        connection, columns, "coalesce(r.value, r.percent)", codes, when
    ):
        if role != "participant":
            told = _Told(n, unit, sure_day_of(day), year, by, *map(number_of, figures))
            found.setdefault(code, []).append(told)
    return found


def _of_item(item: Item, told: Sequence[_Told], parameters: Parameters) -> Iterator[Conflict]:
    said: dict[int | None, dict[date, dict[int, _Told]]] = {}
    names = {role.unit: role.name for role in item.leads}
    calendars = parameters.of(item.plan).calendars
    for each in told:
        if each.unit in names and each.figure is not None:
            about = period_of(calendars, each.date).end if each.year is None else date(each.year, 12, 31)
            by_unit = said.setdefault(each.n, {}).setdefault(about, {})
            by_unit.pop(each.unit, None)
            by_unit[each.unit] = each
    for n, by_period in said.items():
        about = max(by_period)
        last = by_period[about]
        if len({each.figure for each in last.values()}) > 1:
            figures = tuple(
                LeadFigure(names[unit], _with_measure(item, each), each.by, each.date) for unit, each in last.items()
            )
            is_year = any(each.year is not None for each in last.values())
            period = f"{about.year}年数据：" if is_year else f"{period_of(calendars, about).name}："
            yield Conflict(item.id if n is None else f"{item.id}.{n}", period, figures)


def _with_measure(item: Item, told: _Told) -> str:
    if told.value is None:
        assert told.percent is not None  # noqa: S101 - it is one of the two
        return f"{plain(told.percent)}%"
    measure = next((each.measure for each in item.indicators if each.n == told.n), None)
    return f"{plain(told.value)}{measure or ''}"


def has_values(connection: Connection) -> bool:
    """Say whether the ledger has any figure of the index, taken back or not: one look into the table."""
    return connection.one("SELECT 1 FROM index_value LIMIT 1") is not None


def load_values(connection: Connection, known_at: str | None = None) -> dict["Key", "IndexEntry"]:
    """Return the figures that hold, as far as they were recorded by known_at (None: by now), oldest entry first."""
    if not has_values(connection):
        return {}
    from tracker.synergy.observations import IndexEntry

    undone = undone_changes(connection, known_at)
    rows = connection.all(
        'SELECT v.city, v.year, v.indicator, v.value, v.status, v.measure, v.source, c.id, c.at, c."by"'
        " FROM index_value v JOIN change c ON c.id = v.change_id ORDER BY v.id"
    )
    found: dict[Key, IndexEntry] = {}
    for city, year, indicator, value, status, measure, source, change, at, by in rows:
        if change in undone or (known_at is not None and at > known_at):
            continue
        entry = IndexEntry(
            city, year, indicator, Decimal(value), status, measure or "", source or "", change, at, by
        )  # fmt: skip
        found[entry.key] = entry
    return found
