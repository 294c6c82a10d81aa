"""A part of a ledger for reading elsewhere: which rows of each table belong to some of its items (docs/files.md)."""

from typing import Any, NamedTuple

from tracker.errors import Refused
from tracker.store.connection import Connection
from tracker.store.filters import ItemFilter, facts

_OF_ITEMS = ("indicator", "responsibility", "report", "event", "evidence")
"""Tables whose rows each belong to one item."""
_UNITS = "SELECT unit_id FROM {table} WHERE item_id IN ({items}) AND unit_id IS NOT NULL"
_CHANGES = " UNION ".join((
    *(f"SELECT change_id FROM {table} WHERE item_id IN ({{items}})" for table in ("report", "event", "evidence")),
    "SELECT added_by FROM item WHERE id IN ({items})", "SELECT added_by FROM indicator WHERE item_id IN ({items})",
))  # fmt: skip
_UNIT_KEYS = " UNION ".join(_UNITS.replace("{table}", table) for table in ("responsibility", "report", "event"))
_BELONGS = {
    "ledger": "1 = 1",
    "item": "id IN ({items})",
    **dict.fromkeys(_OF_ITEMS, "item_id IN ({items})"),
    "indicator_source": "indicator_id IN (SELECT id FROM indicator WHERE item_id IN ({items}))",
    "plan": "id IN (SELECT plan_id FROM item WHERE id IN ({items}))",
    "region": "name IN (SELECT region FROM item WHERE id IN ({items}))",
    "unit": f"id IN ({_UNIT_KEYS})",
    "unit_name": f"unit_id IN ({_UNIT_KEYS})",
    # What took a change back is told with it: a report that was undone must not pass for one in force.
    "change": f"id IN (WITH RECURSIVE told(id) AS ({_CHANGES} UNION SELECT later.id FROM change later"
    " JOIN told ON later.undoes = told.id) SELECT id FROM told)",
}
"""By table, which of its rows belong to items; a table that is not named (access, index_value) has none that do."""


class Subset(NamedTuple):
    """Some items of a ledger, as a query for their keys; words says which they are, for the manifest and for people."""

    items: str
    parameters: tuple[Any, ...]
    words: str

    def condition(self, table: str) -> tuple[str, tuple[Any, ...]]:
        """Return the condition on the rows of a table that belong to these items, with its parameters."""
        belongs = _BELONGS.get(table, "1 = 0")
        return belongs.replace("{items}", self.items), self.parameters * belongs.count("{items}")


def chosen_subset(connection: Connection, wanted: ItemFilter, words: str) -> Subset:
    """Return the part of a ledger that plans, kinds and units let through. Raises Refused where there is no such item."""
    conditions, parameters = facts(wanted)
    part = Subset(f"SELECT item.id FROM item WHERE {' AND '.join(conditions)}", tuple(parameters), words)
    if connection.one(f"{part.items} LIMIT 1", part.parameters) is None:
        raise Refused(f"没有符合条件的事项（{words}），未导出；请检查 --plan、--unit、--kind")
    return part
