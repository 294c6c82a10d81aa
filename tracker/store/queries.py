"""Small questions to the ledger: plans, units, keys, history."""

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any, NamedTuple

from tracker.ledger.unit_names import Unit, find_units, split_region, take_off_region
from tracker.store.change_log import undone_changes
from tracker.store.connection import Connection, marks
from tracker.store.filters import ItemFilter, PointInTime, is_current
from tracker.store.items import last_of, load_items, load_statements, names_then
from tracker.store.row_values import decision_of, number_of, parsed, record_of, sure_day_of

PLAN_FIELDS = ("code", "title", "region", "status", "period_start", "issued_on", "document_number", "issuers", "rider",
               "annex_label", "annex_title", "annex_note", "note", "revision")  # fmt: skip


def load_plans(connection: Connection, code: str | None = None) -> list[dict[str, Any]]:
    """Return all plans (or one), in the order of their entry, with the number of rows in each of their lists."""
    plans = plan_heads(connection, code)
    condition, keys = ("", ()) if code is None else (" AND plan.code = ?", (code,))
    counts = connection.all(
        "SELECT plan.code, item.kind, count(*) FROM item JOIN plan ON plan.id = item.plan_id AND plan.withdrawn = 0"
        f" WHERE item.retired_on IS NULL AND item.withdrawn = 0 AND item.region IS NULL{condition}"
        " GROUP BY plan.code, item.kind",
        keys,
    )
    sizes = {(code, kind): count for code, kind, count in counts}
    for plan in plans:
        plan.update({name: sizes.get((plan["code"], kind), 0) for kind, name in _LISTS.items()})
    return plans


def plans_then(connection: Connection, when: PointInTime, code: str | None = None) -> list[dict[str, Any]]:
    """Return the same as it was then, as far as recorded."""
    if is_current(connection, when):
        return load_plans(connection, code)
    plans = plan_heads(connection, code, when.known_at)
    items = load_items(connection, ItemFilter(plans=tuple(plan["code"] for plan in plans)), when)
    sizes = Counter((item.plan, item.kind) for item in items if item.region is None)
    return [{**plan, **{name: sizes[plan["code"], kind] for kind, name in _LISTS.items()}} for plan in plans]


_LISTS = {"target": "targets", "task": "tasks", "policy": "policies", "aim": "aims"}


def plan_heads(connection: Connection, code: str | None = None, known_at: str | None = None) -> list[dict[str, Any]]:
    """Return all plans (or one), in the order of their entry, without counting what is in them.

    known_at: those that were in the ledger then, as far as recorded (None: now).
    """
    condition, keys = ("", tuple[str, ...]()) if code is None else (" AND plan.code = ?", (code,))
    there = "plan.withdrawn = 0"
    if known_at is not None:
        there = "(added.at IS NULL OR added.at <= ?) AND (gone.at IS NULL OR gone.at > ?)"
        keys = (known_at, known_at, *keys)
    rows = connection.all(
        f"SELECT {', '.join(f'plan.{name}' for name in PLAN_FIELDS)} FROM plan"
        " LEFT JOIN change added ON added.id = plan.added_by LEFT JOIN change gone ON gone.id = NULLIF(plan.withdrawn, 0)"
        f" WHERE {there}{condition} ORDER BY plan.id",
        keys,
    )
    return [dict(zip(PLAN_FIELDS, row, strict=True)) for row in rows]


def plans_by_size(connection: Connection, codes: Sequence[str] | None, size: int) -> list[tuple[str, ...]] | None:
    """Cut the plans (those of these codes) into portions of about so many items, in the order of entry.

    None where the ledger is not so large that it needs cutting.
    """
    newest = connection.one("SELECT max(id) FROM item")
    if newest is None or newest[0] is None or newest[0] <= 2 * size:
        return None
    rows = connection.all(
        "SELECT plan.code, sizes.number FROM (SELECT plan_id, count(*) AS number FROM item GROUP BY plan_id) sizes"
        " JOIN plan ON plan.id = sizes.plan_id WHERE plan.withdrawn = 0 ORDER BY plan.id"
    )
    portions: list[list[str]] = []
    room = 0
    for code, number in rows:
        if codes is None or code in codes:
            if number > room or not portions:
                portions.append([])
                room = size
            portions[-1].append(code)
            room -= number
    return [tuple(portion) for portion in portions]


def plan_names(connection: Connection, called: str | None = None) -> dict[str, str]:
    """Return every name by which a plan may be called, with its code: 浙江省, 浙江 and zj all mean zj.

    called: only those of plans that may be meant by it; all names of a plan but its code begin as its region does.
    """
    condition, keys = "", tuple[str, ...]()
    if called is not None:
        meant = "SELECT id FROM plan WHERE code IN (?, ?) UNION SELECT id FROM plan WHERE substr(region, 1, 2) = ?"
        condition, keys = f" AND id IN ({meant})", (called, called.lower(), called[:2])
    names: dict[str, str] = {}
    for code, region in connection.all(
        f"SELECT code, region FROM plan WHERE withdrawn = 0{condition} ORDER BY id DESC", keys
    ):
        for name in (region, region.removesuffix("省").removesuffix("市"), region[:2], code.upper(), code):
            names[name] = code
    return names


def is_own_plan(connection: Connection, code: str) -> bool:
    """Say whether a plan was begun empty (`plan new`): no document printed its units, its items bring them."""
    added = connection.one("SELECT command FROM change WHERE id = (SELECT added_by FROM plan WHERE code = ?)", (code,))
    return added is not None and added[0] == "plan new"


def units_then(connection: Connection, when: PointInTime) -> list[Unit]:
    """Return all units under the names they had then, without aliases that were given later."""
    names, later = names_then(connection, when), _later_aliases(connection, when)
    return [
        replace(
            unit, name=names.get(unit.id, unit.name),
            aliases=tuple(alias for alias in unit.aliases if (unit.id, alias) not in later),
        )
        for unit in load_units(connection)
    ]  # fmt: skip


def _later_aliases(connection: Connection, when: PointInTime) -> set[tuple[int, str]]:
    """Return the other names of units, by their keys, that nobody knew then: aliases, and names before a later renaming."""
    rows = connection.all(
        "SELECT e.kind, e.data FROM event e JOIN change c ON c.id = e.change_id WHERE e.item_id IS NULL AND e.kind IN ('alias', 'rename')"
        " AND (e.date > ? OR c.at > ?)",
        (when.as_of.isoformat(), when.known_at or "9"),
    )
    told = [decision_of(kind, data) for kind, data in rows]
    return {(each["unit"], each["alias"] if "alias" in each else each["old"]) for each in told if each is not None}


class Contact(NamedTuple):
    """Whom to ask in a unit; what nobody told is empty."""

    person: str = ""
    phone: str = ""
    email: str = ""


def load_contacts(connection: Connection, when: PointInTime) -> dict[int, Contact]:
    """Return the contact of each unit (by key) that has one, as told by then; what was taken back does not count."""
    undone = undone_changes(connection, when.known_at)
    rows = connection.all(
        "SELECT e.change_id, e.data FROM event e JOIN change c ON c.id = e.change_id WHERE e.item_id IS NULL AND e.kind = 'contact'"
        " AND e.date <= ? AND c.at <= ? ORDER BY e.date, e.id",
        (when.as_of.isoformat(), when.known_at or "9"),
    )
    told = [decision_of("contact", data) for change, data in rows if change not in undone]
    return {each["unit"]: Contact(each["person"], each["phone"], each["email"]) for each in told if each is not None}


def load_units(connection: Connection) -> list[Unit]:
    """Return all units with their other names."""
    return _units(connection, "", ())


def units_called(connection: Connection, text: str) -> list[Unit]:
    """Return the units a name stands for (`ledger.unit_names.find_units`); only a part of a name makes it read them all.

    The region in front of a name may be written out (浙江省生态环境厅).
    """
    region, wanted = split_region(text)
    if region is not None:
        region = plan_names(connection, region).get(region, region)
        text = f"{region}:{wanted}"
    among = " IN (SELECT id FROM unit WHERE name = ?{0} UNION SELECT unit_id FROM unit_name WHERE name = ?{1})"
    keys: tuple[str, ...] = (wanted, wanted)
    if region is not None:
        among = among.format(" AND region = ?", " AND unit_id IN (SELECT id FROM unit WHERE region = ?)")
        keys = (wanted, region, wanted, region)
    among = among.format("", "")
    found = find_units(text, _units(connection, among, keys)) or find_units(text, load_units(connection))
    if not found and region is None and (signed := take_off_region(wanted, plan_names(connection, wanted))) is not None:
        return units_called(connection, ":".join(signed))
    return _with_merged(connection, found)


def _units(connection: Connection, among: str, keys: tuple[str, ...]) -> list[Unit]:
    """Return the units whose key is among those that a subquery gives; all for an empty one."""
    others: dict[int, dict[str, list[str]]] = {}
    of_name, of_unit = (f" WHERE {column}{among}" if among else "" for column in ("unit_id", "id"))
    names, units = connection.together(
        (f"SELECT unit_id, kind, name FROM unit_name{of_name} ORDER BY id", keys),
        (f"SELECT id, region, name, merged_into FROM unit{of_unit} ORDER BY id", keys),
    )
    for unit, kind, name in names:
        others.setdefault(unit, {"alias": [], "member": []})[kind].append(name)
    return [
        Unit(
            key, region, name, tuple(others.get(key, {}).get("alias", ())), tuple(others.get(key, {}).get("member", ())),
            into,
        )
        for key, region, name, into in units
    ]  # fmt: skip


def merged_units(connection: Connection) -> dict[int, int]:
    """Return the units that were merged (unit merge), by key, each with the one that stands for it in the end."""
    into: dict[int, int] = dict(connection.all("SELECT id, merged_into FROM unit WHERE merged_into IS NOT NULL"))
    return {key: last_of(key, into) for key in into}


def _with_merged(connection: Connection, units: list[Unit]) -> list[Unit]:
    """Return units with those that were merged with them, all under one another's names."""
    merged = merged_units(connection)
    if not merged:
        return units
    heads = {merged.get(unit.id, unit.id) for unit in units}
    family = {unit.id: unit for unit in load_units(connection) if merged.get(unit.id, unit.id) in heads}
    return list(family.values())


def item_key(connection: Connection, code: str) -> int | None:
    """Return the key of an item, or None for an unknown id."""
    row = connection.one("SELECT id FROM item WHERE code = ? AND withdrawn = 0", (code,))
    return None if row is None else int(row[0])


def item_keys(connection: Connection, codes: Sequence[str]) -> dict[str, int]:
    """Return the keys of items by id; unknown ids are left out. codes: a portion that one query can name."""
    if not codes:
        return {}
    return dict(
        connection.all(f"SELECT code, id FROM item WHERE code IN ({marks(codes)}) AND withdrawn = 0", tuple(codes))
    )


def ids_beginning(connection: Connection, text: str, most: int) -> list[tuple[str, str]]:
    """Return ids that begin with a text, each with its title or text: items, or the indicators of one (zj-target-20.)."""
    pattern = text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_") + "%"
    if "." in text:
        rows = connection.all(
            "SELECT item.code, indicator.n, indicator.name FROM indicator JOIN item ON item.id = indicator.item_id"
            " WHERE item.code = ? AND indicator.withdrawn = 0 AND item.withdrawn = 0 ORDER BY indicator.n",
            (text.partition(".")[0],),
        )
        return [(f"{code}.{n}", name) for code, n, name in rows]
    return [
        (row[0], row[1])
        for row in connection.all(
            "SELECT code, COALESCE(title, text) FROM item WHERE withdrawn = 0 AND code LIKE ? ESCAPE '\\'"
            " ORDER BY plan_id, position, id LIMIT ?",
            (pattern, most),
        )
    ]


class ItemWords(NamedTuple):
    """The words by which an item is known in tables that do not give its id."""

    id: str
    plan: str
    kind: str
    text: str
    title: str | None


def item_words(
    connection: Connection, today: date, plan: str | None = None, kind: str | None = None
) -> list[ItemWords]:
    """Return the words of the items that are not retired, of all or of one list, in the order of their plans."""
    wanted = [(column, value) for column, value in (("plan.code", plan), ("item.kind", kind)) if value is not None]
    rows = connection.all(
        "SELECT item.code, plan.code, item.kind, item.text, item.title, item.edited"
        " FROM item JOIN plan ON plan.id = item.plan_id"
        " WHERE item.withdrawn = 0 AND (item.retired_on IS NULL OR item.retired_on > ?)"
        f"{''.join(f' AND {column} = ?' for column, _ in wanted)} ORDER BY item.plan_id, item.position, item.id",
        (today.isoformat(), *(value for _, value in wanted)),
    )
    return [
        words if edited is None else words._replace(**_words_in(edited))
        for *fields, edited in rows
        for words in (ItemWords._make(fields),)
    ]


class IndicatorWords(NamedTuple):
    """The name by which an indicator is known in tables that do not give its id."""

    id: str
    plan: str
    kind: str
    n: int
    name: str


def indicator_words(connection: Connection, today: date) -> list[IndicatorWords]:
    """Return the names of the indicators of items that are not retired, in the order of their plans."""
    rows = connection.all(
        "SELECT item.code, plan.code, item.kind, indicator.n, indicator.name"
        " FROM indicator JOIN item ON item.id = indicator.item_id JOIN plan ON plan.id = item.plan_id"
        " WHERE item.withdrawn = 0 AND indicator.withdrawn = 0 AND item.parent_id IS NULL"
        " AND (item.retired_on IS NULL OR item.retired_on > ?)"
        " ORDER BY item.plan_id, item.position, item.id, indicator.n",
        (today.isoformat(),),
    )
    return list(map(IndicatorWords._make, rows))


def _words_in(edited: str) -> dict[str, str]:
    return {name: text for name, text in json.loads(edited).items() if name in ("text", "title")}


def item_codes(connection: Connection, plan: str, kind: str) -> list[int]:
    """Return the numbers of a list, for the hint on an unknown id."""
    rows = connection.all(
        "SELECT number FROM item JOIN plan ON plan.id = item.plan_id WHERE plan.code = ?"
        " AND item.kind = ? AND item.withdrawn = 0 ORDER BY number",
        (plan, kind),
    )
    return [row[0] for row in rows]


def ledger_value(connection: Connection, name: str) -> str | None:
    """Return a fact about the ledger itself (id, newest_date, demo)."""
    row = connection.one("SELECT value FROM ledger WHERE name = ?", (name,))
    return None if row is None else str(row[0])


class ChangeMade(NamedTuple):
    """A change: its number, moment and hash."""

    number: int
    at: str
    hash: str


def last_change(connection: Connection, known_at: str | None) -> ChangeMade | None:
    """Return the last change recorded by known_at (None: by now); None where there was none."""
    known, parameters = ("", ()) if known_at is None else (" WHERE at <= ?", (known_at,))
    row = connection.one(f"SELECT id, at, hash FROM change{known} ORDER BY id DESC LIMIT 1", parameters)
    return None if row is None else ChangeMade(*row)


def change_numbered(connection: Connection, number: int) -> ChangeMade | None:
    """Return a change by its number; None where there is none."""
    row = connection.one("SELECT id, at, hash FROM change WHERE id = ?", (number,))
    return None if row is None else ChangeMade(*row)


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
    from tracker.ledger.decision_fields import fields_of, with_figures

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
    key = item_key(connection, code)
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


def role_counts(connection: Connection) -> dict[tuple[int, str], int]:
    """Return how many items each unit leads or takes part in, by (unit, role)."""
    rows = connection.all("SELECT unit_id, role, count(*) FROM responsibility WHERE active = 1 GROUP BY unit_id, role")
    return {(unit, role): count for unit, role, count in rows}


def has_shares(connection: Connection, code: str) -> bool:
    """Say whether an item was broken down to regions."""
    row = connection.one(
        "SELECT 1 FROM item share JOIN item parent ON parent.id = share.parent_id"
        " WHERE parent.code = ? AND parent.withdrawn = 0 AND share.withdrawn = 0 AND share.region IS NOT NULL",
        (code,),
    )
    return row is not None


def share_codes(connection: Connection, code: str) -> list[str]:
    """Return the ids of the regions' shares of an item, those that were taken back since among them."""
    # Nearly all rows have no parent, from which SQLite would conclude that the index on it helps little.
    by_parent = " INDEXED BY ix_item_parent_id" if connection.is_sqlite else ""
    rows = connection.all(
        f"SELECT DISTINCT code FROM item{by_parent} WHERE parent_id IN (SELECT id FROM item WHERE code = ?)"
        " AND region IS NOT NULL",
        (code,),
    )
    return [row[0] for row in rows]


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


def lists_taken(connection: Connection) -> dict[str, int]:
    """Return the SHA-256 of every plain list whose items are in force, with the change that brought them."""
    undone = undone_changes(connection)
    rows = connection.all(
        "SELECT id, detail FROM change WHERE command = 'item import' AND detail IS NOT NULL ORDER BY id"
    )
    return {
        digest: change
        for change, detail in rows
        if change not in undone and isinstance(digest := record_of(detail).get("sha256"), str)
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


class Decisions(NamedTuple):
    """Of the decisions ever made about an item, taken back or not: the day of the last, and whether one was its completion."""

    last: date | None
    completed: bool


def last_decisions(connection: Connection, keys: Sequence[int]) -> dict[int, Decisions]:
    """Return it for each of some items (by key)."""
    found = dict.fromkeys(keys, Decisions(None, False))
    rows = connection.all(
        "SELECT item_id, max(date), max(CASE WHEN kind = 'complete' THEN 1 ELSE 0 END) FROM event"
        f" WHERE item_id IN ({marks(keys)}) GROUP BY item_id",
        tuple(keys),
    )
    found.update((key, Decisions(sure_day_of(last), bool(completed))) for key, last, completed in rows)
    return found


_SAME = '{"kind":"same"'
"""How a link is written (`store.projection.columns.link_text`) by which an indicator repeats an earlier one."""


def repeated_items(connection: Connection) -> list[tuple[str, str]]:
    """Return the ids of items with an indicator that repeats one of another item, each with that other one's."""
    rows = connection.all(
        "SELECT DISTINCT item.code, earlier.code FROM indicator_source link JOIN indicator own ON own.id = link.indicator_id"
        " JOIN indicator source ON source.id = link.source_id JOIN item ON item.id = own.item_id"
        " JOIN item earlier ON earlier.id = source.item_id WHERE substr(own.link, 1, ?) = ? ORDER BY 1, 2",
        (len(_SAME), _SAME),
    )
    return [(str(item), str(earlier)) for item, earlier in rows]


def stale_items(connection: Connection) -> set[int]:
    """Return the items (by key) whose kept state a server's reporters left behind (`store.postgres.rights`)."""
    return set() if connection.is_sqlite else {row[0] for row in connection.all("SELECT id FROM item WHERE stale = 1")}
