"""Make a ledger of any size from a seed number: the shipped plans, for so many regions, reported for so many weeks.

    python -m benchmarks.ledgers PATH --regions 1100 --weeks 17

Rows go in by plain SQL, with hashes, and the kept state is derived from them, so that every command works on them. One change
holds all reports of a week. It is no ledger that `doctor` finds in order: each item keeps two or three units of its plan's.
"""

import argparse
import json
import random
import sqlite3
import time
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

from tracker.store import creation
from tracker.store.changeset import chain, head_text
from tracker.store.connection import Connection
from tracker.store.integrity.hashes import NEWEST
from tracker.store.location import Location
from tracker.store.projection.refresh import rebuild

LEADS, PARTICIPANTS = 2, 1
"""Units kept for each item, so that an item has about two, as in the plans of provinces and cities."""
FIRST_MONDAY = date(2026, 7, 20)


def make(path: Path, *, regions: int, weeks: int, seed: int = 1, first: date = FIRST_MONDAY) -> dict[str, int]:
    """Make the ledger, with reports from a first Monday on, and return its size: items, responsibilities, indicators, reports."""
    made = min(date(2026, 1, 1), first - timedelta(days=30))
    creation.create(Location(str(path)), datetime(made.year, made.month, made.day, tzinfo=UTC), by="生成")
    raw = sqlite3.connect(path, isolation_level=None)
    raw.execute("PRAGMA synchronous = OFF")
    raw.execute("PRAGMA cache_size = -400000")
    raw.execute("BEGIN")
    _multiply(raw, regions)
    _report(raw, first, weeks, random.Random(seed))  # noqa: S311 - invented figures
    rebuild(Connection(raw, Location(str(path))))
    raw.execute("COMMIT")
    raw.execute("ANALYZE")
    raw.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    sizes = {
        table: raw.execute(f"SELECT count(*) FROM {table}").fetchone()[0]
        for table in ("item", "responsibility", "indicator", "report", "unit")
    }
    raw.close()
    return sizes


def _multiply(raw: sqlite3.Connection, regions: int) -> None:
    """Copy plans, units and items for every further region, keys shifted by a fixed step."""
    raw.execute(
        "DELETE FROM responsibility WHERE position > CASE role WHEN 'lead' THEN ? ELSE ? END", (LEADS, PARTICIPANTS)
    )
    for table, shifted, texts in (
        ("plan", ("id",), {"code": "code || :r", "region": "region || :r"}),
        ("unit", ("id",), {"region": "region || :r"}),
        ("unit_name", ("id", "unit_id"), {}),
        ("item", ("id", "plan_id"), {"code": "replace(code, '-', :r || '-')"}),
        ("responsibility", ("id", "item_id", "unit_id"), {}),
        ("indicator", ("id", "item_id"), {"plan_link": "NULL", "link": "NULL"}),
    ):
        step = raw.execute(f"SELECT max(id) FROM {table}").fetchone()[0]
        steps = {"id": step, "plan_id": _top(raw, "plan"), "unit_id": _top(raw, "unit"), "item_id": _top(raw, "item")}
        columns = [row[1] for row in raw.execute(f"PRAGMA table_info({table})")]
        parts = [f"{name} + :k * {steps[name]}" if name in shifted else _copied(name, texts) for name in columns]
        names = ", ".join(f'"{name}"' for name in columns)
        where = f"WHERE id <= {step}"
        raw.executemany(
            f"INSERT INTO {table} ({names}) SELECT {', '.join(parts)} FROM {table} {where}",
            ({"k": k, "r": f"r{k}"} for k in range(1, regions)),
        )


_tops: dict[str, int] = {}


def _top(raw: sqlite3.Connection, table: str) -> int:
    """Return the largest key a table had before it was multiplied."""
    if table not in _tops:
        _tops[table] = raw.execute(f"SELECT max(id) FROM {table}").fetchone()[0]
    return _tops[table]


def _copied(name: str, texts: dict[str, str]) -> str:
    # A copied text with the region's mark keeps the shape of an id: zj-target-20 becomes zjr7-target-20.
    if name == "code" and texts.get(name, "").startswith("replace"):
        return "substr(code, 1, instr(code, '-') - 1) || :r || substr(code, instr(code, '-'))"
    return texts.get(name, f'"{name}"')


def _report(raw: sqlite3.Connection, first: date, weeks: int, chance: random.Random) -> None:
    """Write a report on every item in every week, and the state that follows from the last."""
    items = raw.execute(
        "SELECT item.id, (SELECT min(n) FROM indicator i WHERE i.item_id = item.id AND i.value IS NOT NULL"
        " AND i.comparator NOT IN ('complete', 'qualitative')), r.unit_id, r.printed FROM item"
        " LEFT JOIN responsibility r ON r.item_id = item.id AND r.role = 'lead' AND r.position = 1"
        " WHERE item.kind <> 'aim' ORDER BY item.id"
    ).fetchall()
    last = raw.execute("SELECT id, hash FROM change ORDER BY id DESC LIMIT 1").fetchone()
    change, previous = int(last[0]), str(last[1])
    for week in range(weeks):
        day = first + timedelta(weeks=week)
        change += 1
        rows = list(_rows(items, day, week, chance))
        values = (change, f"{day.isoformat()}T01:00:00.000000Z", "生成", "generator", None, "import", None, None)
        previous = chain(previous, values, {"report": rows}, NEWEST)
        raw.execute(
            'INSERT INTO change (id, at, "by", login, unit, command, detail, undoes, hash) VALUES (?,?,?,?,?,?,?,?,?)',
            (*values, previous),
        )
        raw.executemany(
            "INSERT INTO report (change_id, item_id, n, date, entered, unit_id, unit, role, state, percent, value, note,"
            f" problem, next, before, data_year) VALUES ({change},?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)",
            rows,
        )
    raw.execute("UPDATE ledger SET value = ? WHERE name = 'newest_date'", (day.isoformat(),))
    raw.execute("UPDATE ledger SET value = ? WHERE name = 'head'", (head_text(change, previous),))


def _rows(items: list[tuple[Any, ...]], day: date, week: int, chance: random.Random) -> Iterator[tuple[Any, ...]]:
    text = day.isoformat()
    before = json.dumps({"state": "in_progress"}, separators=(",", ":"))
    for item, n, unit, name in items:
        figure = str(min(week * 5 + chance.randrange(5), 95))
        percent, value = (None, figure) if n is not None else (figure, None)
        yield (
            item,
            n,
            text,
            text,
            unit,
            name,
            "lead",
            "in_progress",
            percent,
            value,
            "按计划推进",
            None,
            None,
            before,
            None,
        )


def main() -> None:
    """Make a ledger as asked on the command line and print its size."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("path", type=Path)
    parser.add_argument("--regions", type=int, default=1100)
    parser.add_argument("--weeks", type=int, default=17)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument(
        "--first", type=date.fromisoformat, default=FIRST_MONDAY, help="the Monday of the first reports"
    )
    given = parser.parse_args()
    began = time.perf_counter()
    sizes = make(given.path, regions=given.regions, weeks=given.weeks, seed=given.seed, first=given.first)
    print(sizes, f"{time.perf_counter() - began:.0f} s", f"{given.path.stat().st_size >> 20} MB")


if __name__ == "__main__":
    main()
