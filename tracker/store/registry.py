"""The registry (名录): plans, units, regions and the ids of items; what each is called, and what a name or an id stands for."""

import json
import re
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date
from typing import Any, NamedTuple

from tracker.errors import Refused
from tracker.ledger.unit_names import Unit, find_units, split_region, take_off_region
from tracker.store.change_log import undone_changes
from tracker.store.connection import Connection, Row, marks
from tracker.store.filters import CAME_AND_WENT, PointInTime, is_current, was_there
from tracker.store.items import last_of, names_then
from tracker.store.row_values import decision_of

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
    return _with_sizes(plans, counts)


def plans_then(connection: Connection, when: PointInTime, code: str | None = None) -> list[dict[str, Any]]:
    """Return the same as it was then, as far as recorded."""
    if is_current(connection, when):
        return load_plans(connection, code)
    undone = tuple(undone_changes(connection, when.known_at))
    left = f" AND s.change_id NOT IN ({marks(undone)})" if undone else ""
    there, keys = was_there("item", when.known_at)
    counts = connection.all(
        f"SELECT plan.code, item.kind, count(*) FROM item JOIN plan ON plan.id = item.plan_id{CAME_AND_WENT.format('item')}"
        f" WHERE item.region IS NULL AND {there} AND item.id NOT IN"
        " (SELECT s.item_id FROM event s JOIN change c ON c.id = s.change_id WHERE s.kind = 'retire' AND s.n IS NULL"
        f" AND s.item_id IS NOT NULL AND s.date <= ? AND c.at <= ?{left}) GROUP BY plan.code, item.kind",
        (*keys, when.as_of.isoformat(), when.known_at or "9", *undone),
    )
    return _with_sizes(plan_heads(connection, code, when.known_at), counts)


_LISTS = {"target": "targets", "task": "tasks", "policy": "policies", "aim": "aims"}


def _with_sizes(plans: list[dict[str, Any]], counts: Iterable[Row]) -> list[dict[str, Any]]:
    """Give plans the number of rows in each of their lists; counts: the code of a plan, a kind of item, how many there are."""
    sizes = {(code, kind): count for code, kind, count in counts}
    for plan in plans:
        plan.update({name: sizes.get((plan["code"], kind), 0) for kind, name in _LISTS.items()})
    return plans


def plan_heads(connection: Connection, code: str | None = None, known_at: str | None = None) -> list[dict[str, Any]]:
    """Return all plans (or one), in the order of their entry, without counting what is in them.

    known_at: those that were in the ledger then, as far as recorded (None: now).
    """
    condition, named = ("", tuple[str, ...]()) if code is None else (" AND plan.code = ?", (code,))
    there, keys = was_there("plan", known_at)
    rows = connection.all(
        f"SELECT {', '.join(f'plan.{name}' for name in PLAN_FIELDS)} FROM plan{CAME_AND_WENT.format('plan')}"
        f" WHERE {there}{condition} ORDER BY plan.id",
        (*keys, *named),
    )
    return [dict(zip(PLAN_FIELDS, row, strict=True)) for row in rows]


def plans_by_size(connection: Connection, codes: Sequence[str] | None, size: int) -> list[tuple[str, ...]] | None:
    """Cut the plans (those of these codes) into portions of about so many items, in the order of entry.

    Those that were taken out are among them: an earlier knowledge has their items. None where the ledger is not so large that it
    needs cutting.
    """
    newest = connection.one("SELECT max(id) FROM item")
    if newest is None or newest[0] is None or newest[0] <= 2 * size:
        return None
    rows = connection.all(
        "SELECT plan.code, sum(sizes.number) FROM (SELECT plan_id, count(*) AS number FROM item GROUP BY plan_id) sizes"
        " JOIN plan ON plan.id = sizes.plan_id GROUP BY plan.code ORDER BY min(plan.id)"
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


def item_key(connection: Connection, code: str, known_at: str | None = None) -> int | None:
    """Return the key of an item that was in the ledger then (None: that is now), or None for an unknown id."""
    there, keys = was_there("item", known_at)
    row = connection.one(
        f"SELECT item.id FROM item{CAME_AND_WENT.format('item')} WHERE {there} AND code = ?", (*keys, code)
    )
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


class Region(NamedTuple):
    """A province, city or county."""

    code: str
    name: str
    parent: str | None
    level: str


def load_regions(connection: Connection) -> list[Region]:
    """Return all regions in the order of their codes."""
    return [Region(*row) for row in connection.all("SELECT code, name, parent, level FROM region ORDER BY code")]


def regions_below(connection: Connection, name: str, level: str) -> list[Region]:
    """Return the regions of a level anywhere below the one of that name, in the order of their codes."""
    regions = load_regions(connection)
    by_code = {region.code: region for region in regions}
    top = {region.code for region in regions if region.name == name}

    def is_below(region: Region) -> bool:
        parent = region.parent
        while parent is not None:
            if parent in top:
                return True
            parent = by_code[parent].parent if parent in by_code else None
        return False

    return [region for region in regions if region.level == level and is_below(region)]


def region_named(connection: Connection, text: str) -> Region:
    """Return the region of a name, with or without 省 市 县 区, or of its government; raises Refused for an unknown or ambiguous one."""
    regions = load_regions(connection)
    wanted = re.sub("(?<=[省市县区州旗盟])(?:人民)?政府$", "", text.strip())
    found = [region for region in regions if wanted in (region.name, region.code)]
    found = found or [region for region in regions if region.name.rstrip("省市县区") == wanted.rstrip("省市县区")]
    if not found:
        raise Refused(f"没有地区“{wanted}”；名录见 tracker region list")
    if len(found) > 1:
        names = "、".join(f"{region.name}（{region.code}）" for region in found)
        raise Refused(f"地区“{wanted}”不明确，可能是：{names}；请写全称或代码")
    return found[0]


def insert_regions(connection: Connection, rows: list[Region]) -> int:
    """Insert regions that are not known yet; return how many."""
    known = {region.code for region in load_regions(connection)}
    fresh = [row for row in rows if row.code not in known]
    connection.many("INSERT INTO region (code, name, parent, level) VALUES (?, ?, ?, ?)", fresh)
    return len(fresh)
