"""What the ledger has been told already about the items of an import: by it the same file changes nothing twice."""

from collections.abc import Iterable, Mapping
from collections.abc import Set as AbstractSet
from datetime import date
from decimal import Decimal
from pathlib import PureWindowsPath
from typing import Any

from tracker.ledger.report_rules import Entry, completed_state


class KnownReports:
    """What the ledger has been told about the items of an import on the days it is about."""

    def __init__(self) -> None:
        self.forget()

    def forget(self) -> None:
        """Begin anew, for other items."""
        self._stated: dict[tuple[int, int | None, str, int | None], list[dict[str, Any]]] = {}
        self._by_day: dict[tuple[int, str], dict[str, Any]] = {}
        self._completed: set[tuple[int, int | None, str]] = set()
        self._evidence: dict[int, set[tuple[int | None, str]]] = {}

    @property
    def is_empty(self) -> bool:
        """Whether the ledger has been told nothing at all on these days."""
        return not self._stated and not self._completed

    def learn(self, rows: Iterable[dict[str, Any]]) -> None:
        """Take in reports and declarations, oldest first (`store.statements.stated_between`)."""
        for row in rows:
            if row["state"] == "completed":
                self._completed.add((row["item"], row["n"], row["date"]))
                continue
            self._stated.setdefault((row["item"], row["n"], row["date"], row["unit"]), []).append(row)
            self._by_day[row["item"], row["date"]] = row

    def on(self, key: int, n: int | None, day: date, unit: int | None) -> list[dict[str, Any]]:
        """Return a unit's reports on one thing for one day, oldest first."""
        return self._stated.get((key, n, day.isoformat(), unit), [])

    def last(self, key: int, day: date) -> Mapping[str, Any]:
        """Return the latest report on an item for one day."""
        return self._by_day.get((key, day.isoformat()), {})

    def is_completed(self, key: int, n: int | None, day: date) -> bool:
        """Say whether completion was declared on that day, of the thing itself or of any part of the item."""
        text = day.isoformat()
        if n is not None:
            return (key, n, text) in self._completed
        return any(item == key and when == text for item, _, when in self._completed)

    def learn_evidence(self, found: Iterable[tuple[int, int | None, str]]) -> None:
        """Take in the evidence in force (`store.statements.evidence_taken`)."""
        for key, n, text in found:
            self._evidence.setdefault(key, set()).add((n, text))

    def evidence_of(self, key: int) -> AbstractSet[tuple[int | None, str]]:
        """Return the evidence on an item: indicator, and name or address."""
        return self._evidence.get(key, frozenset())

    def has_evidence(self, key: int, n: int | None, part: str) -> bool:
        """Say whether a path or address is already evidence on something."""
        return bool({(n, part), (n, PureWindowsPath(part).name)} & self.evidence_of(key))


def says(stated: Mapping[str, Any], entry: Entry, unmoved: Mapping[str, Any], *, ignore_state: bool) -> bool:
    """Say whether a report that is kept says all that an entry says; an empty cell of text says nothing.

    unmoved are figures of the entry's row that it leaves out, because they are the ledger's already: the report that made
    them so may say them.
    """
    figures = (("percent", entry.percent), ("value", entry.value))
    texts = (("note", entry.note), ("problem", entry.problem), ("next", entry.next_step))
    return (
        (ignore_state or _is_state(stated, entry, unmoved))
        and (entry.value is None or stated["year"] == entry.year)
        and all(_number(stated[name]) in (figure, unmoved.get(name, figure)) for name, figure in figures)
        and all(text is None or stated[name] == text for name, text in texts)
    )


def _is_state(stated: Mapping[str, Any], entry: Entry, unmoved: Mapping[str, Any]) -> bool:
    state = completed_state(entry)
    if stated["state"] in (state, unmoved.get("state", state)):
        return True
    # A figure alone says that work is going on.
    return state is None and stated["state"] == "in_progress" and bool(unmoved.keys() & {"percent", "value"})


def _number(text: str | None) -> Decimal | None:
    return None if text is None else Decimal(text)
