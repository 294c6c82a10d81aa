"""What the shipped plans of this program say otherwise than the rows that an older one sealed: a change of an upgrade.

Sealed rows stay as they are, the new words stand beside them as statements. These are dated on the first day of the plan's
period, since they say what the plan said all along, so that past days are judged by them too. Whatever somebody has stated
about the same thing stays in force.
"""

from collections.abc import Mapping
from datetime import date
from typing import Any, NamedTuple

from tracker.ledger.ids import item_id
from tracker.plans.shipped import PlanRows, shipped_plans
from tracker.store.change_log import undone_changes
from tracker.store.changeset import Changeset
from tracker.store.connection import Connection
from tracker.store.plan_rows import insert_plans, unit_keys_of
from tracker.store.row_values import record_of
from tracker.text import all_cleaned

_ITEM_WORDS = ("chapter", "section", "title", "text", "source", "responsibility", "note")
_INDICATOR_WORDS = ("name", "comparator", "value", "bound", "measure", "scope", "direction", "note", "basis")
_BASELINE = ("plan_baseline_year", "plan_baseline_value")
_OURS = (
    " JOIN plan ON plan.id = item.plan_id LEFT JOIN change added ON added.id = item.added_by WHERE plan.added_by IS NULL"
    " AND plan.withdrawn = 0 AND item.withdrawn = 0 AND item.region IS NULL AND (added.id IS NULL OR added.command = 'upgrade')"
)
"""The rows that came with the program, or with an upgrade of it."""


class _Sealed(NamedTuple):
    """A row, or an indicator (n) of it, as it is sealed; began: the first day of its plan's period."""

    key: int
    n: int | None
    began: date
    words: Mapping[str, Any]


def correct_shipped(changeset: Changeset) -> None:
    """Add to a changeset what the shipped plans say otherwise than the ledger's rows, and the rows that the ledger lacks."""
    connection, shipped = changeset.connection, shipped_plans()
    plans, items, indicators = _plans(connection), _items(connection), _indicators(connection)
    stated = _stated(connection)
    missing = PlanRows()
    for kind, rows in _lists(shipped).items():
        for row in (each for each in rows if each["plan"] in plans):
            sealed = items.get(item_id(row["plan"], kind, int(row["number"])))
            if sealed is None:
                _add(connection, missing, kind, row, shipped)
                continue
            # A list that does not say how is kept as such (`plan_rows`).
            _edit(
                changeset,
                sealed,
                _ITEM_WORDS,
                {**row, "responsibility": row.get("responsibility") or "unstated"},
                stated,
            )
            _name_leads(changeset, sealed, row, stated)
    for row in shipped.indicators:
        found = indicators.get(f"{item_id(row['plan'], 'target', int(row['target']))}.{row['n']}")
        if found is not None:
            _edit(changeset, found, _INDICATOR_WORDS, row, stated)
            _set_baseline(changeset, found, row, stated)
    added = [item_id(row["plan"], kind, int(row["number"])) for kind, rows in _lists(missing).items() for row in rows]
    if added:
        changeset.add(lambda connection, change: insert_plans(connection, missing, change), {"plans": [], "ids": added})


def _lists(rows: PlanRows) -> dict[str, list[dict[str, str]]]:
    return {"target": rows.targets, "task": rows.tasks, "policy": rows.policies, "aim": rows.aims}


def _plans(connection: Connection) -> set[str]:
    return {row[0] for row in connection.all("SELECT code FROM plan WHERE added_by IS NULL AND withdrawn = 0")}


def _items(connection: Connection) -> dict[str, _Sealed]:
    words = ", ".join(f"item.{name}" for name in _ITEM_WORDS)
    return {
        code: _Sealed(key, None, date.fromisoformat(began), dict(zip(_ITEM_WORDS, said, strict=True)))
        for code, key, began, *said in connection.all(
            f"SELECT item.code, item.id, plan.period_start, {words} FROM item{_OURS}"
        )
    }


def _indicators(connection: Connection) -> dict[str, _Sealed]:
    names = (*_INDICATOR_WORDS, *_BASELINE)
    words = ", ".join(f"i.{name}" for name in names)
    tables = f" FROM indicator i JOIN item ON item.id = i.item_id{_OURS} AND i.withdrawn = 0"
    rows = connection.all(f"SELECT item.code, i.item_id, i.n, plan.period_start, {words}{tables}")
    return {
        f"{code}.{n}": _Sealed(key, n, date.fromisoformat(began), dict(zip(names, said, strict=True)))
        for code, key, n, began, *said in rows
    }


def _stated(connection: Connection) -> set[tuple[int, int | None, str]]:
    """Return what somebody has said of rows: (item, indicator, word), or the kind of decision in place of the word."""
    undone = undone_changes(connection)
    found: set[tuple[int, int | None, str]] = set()
    for change, item, n, kind, text in connection.all(
        "SELECT change_id, item_id, n, kind, data FROM event WHERE kind IN ('edit', 'baseline', 'assign')"
    ):
        if change not in undone:
            data = record_of(text)
            found.update((item, n, word) for word in (data if kind == "edit" else (kind, str(data.get("role")))))
    return found


def _edit(
    changeset: Changeset, sealed: _Sealed, names: tuple[str, ...], row: Mapping[str, str],
    stated: set[tuple[int, int | None, str]],
) -> None:  # fmt: skip
    new = {name: all_cleaned(row.get(name) or None) for name in names}
    moved = [name for name in names if new[name] != sealed.words[name] and (sealed.key, sealed.n, name) not in stated]
    if moved:
        changeset.event(
            "edit", sealed.began, item=sealed.key, n=sealed.n, data={name: new[name] for name in moved},
            before={name: sealed.words[name] for name in moved},
        )  # fmt: skip


def _set_baseline(
    changeset: Changeset, sealed: _Sealed, row: Mapping[str, str], stated: set[tuple[int, int | None, str]]
) -> None:
    year, value = sealed.words["plan_baseline_year"], sealed.words["plan_baseline_value"]
    new = int(row["baseline_year"]) if row["baseline_year"] else None, row["baseline_value"] or None
    if (year, value) != new and (sealed.key, sealed.n, "baseline") not in stated:
        changeset.event(
            "baseline", sealed.began, item=sealed.key, n=sealed.n, data={"year": new[0], "value": new[1]},
            before={"baseline_year": year, "baseline_value": value},
        )  # fmt: skip


def _name_leads(
    changeset: Changeset, sealed: _Sealed, row: Mapping[str, str], stated: set[tuple[int, int | None, str]]
) -> None:
    """Name the lead units of a row that had none."""
    names = [name for name in (row.get("leads") or "").split("、") if name]
    printed = "SELECT 1 FROM responsibility WHERE item_id = ? AND role = 'lead' AND origin = 'plan'"
    if names and changeset.connection.one(printed, (sealed.key,)) is None and (sealed.key, None, "lead") not in stated:
        units = unit_keys_of(changeset.connection, row["plan"], names)
        data = {"role": "lead", "units": units}
        changeset.event("assign", sealed.began, item=sealed.key, data=data, before={"units": []})


def _add(connection: Connection, missing: PlanRows, kind: str, row: Mapping[str, str], shipped: PlanRows) -> None:
    """Add a row that the ledger lacks, with the next free number where somebody has used its own meanwhile."""
    codes = "SELECT item.number FROM item JOIN plan ON plan.id = item.plan_id WHERE plan.code = ? AND item.kind = ?"
    taken = {number for (number,) in connection.all(codes, (row["plan"], kind))}
    number = int(row["number"]) if int(row["number"]) not in taken else max(taken) + 1
    _lists(missing)[kind].append({**row, "number": str(number)})
    if kind == "target":
        missing.indicators.extend(
            {**each, "target": str(number)}
            for each in shipped.indicators
            if (each["plan"], each["target"]) == (row["plan"], row["number"])
        )
