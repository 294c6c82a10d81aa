"""Rows that do not hold what their table is for: named one by one, in a ledger of any age (`store.row_values`)."""

from collections.abc import Iterator
from typing import Any

from tracker.ledger.history import is_understood
from tracker.store.connection import Connection
from tracker.store.integrity.findings import RESTORE, Finding
from tracker.store.row_types import COLUMNS, INTEGERS, KEYS
from tracker.store.row_values import RULES, Form, decision_of, parsed

TABLES = {
    "ledger": "台账事实", "change": "改动", "plan": "方案", "region": "地区", "unit": "单位", "unit_name": "单位别名", "access": "权限",
    "item": "事项", "responsibility": "责任单位", "indicator": "指标", "indicator_source": "来源指标", "report": "填报", "event": "决定",
    "evidence": "佐证", "index_value": "指数数据", "issue": "期号",
}  # fmt: skip


def check_rows(connection: Connection) -> Iterator[Finding]:
    """Yield the first cell of every row that breaks a rule of its table: its type, its form, what its JSON says."""
    for table in COLUMNS:
        yield from _broken_cells(connection, table)
    yield from _broken_records(connection)


def _broken_cells(connection: Connection, table: str) -> Iterator[Finding]:
    """Ask the database itself: on a server the types hold, in a file any cell may hold anything."""
    engine = "sqlite" if connection.is_sqlite else "postgresql"
    rules: list[tuple[str, str, str]] = []
    for column in COLUMNS[table]:
        if connection.is_sqlite:
            is_whole = column in INTEGERS.get(table, ())
            kind = "integer" if is_whole else "text"
            rules.append(
                (column, f"typeof(\"{column}\") IN ('{kind}', 'null')", "应为整数" if is_whole else "应为文字")
            )
        form: Form | None = RULES.get(table, {}).get(column)
        if form is not None and not form.sized:
            rules.append((column, form.condition(column, engine), form.words))
    if not rules:
        return
    cases = " ".join(f"WHEN NOT ({rule}) THEN {place}" for place, (_, rule, _) in enumerate(rules))
    keys = ", ".join(f'"{name}"' for name in KEYS[table])
    sql = f"SELECT broken, {keys} FROM (SELECT CASE {cases} END AS broken, {keys} FROM {table}) AS looked WHERE broken IS NOT NULL"
    for place, *key in connection.raw.execute(sql).fetchall():
        column, _, words = rules[place]
        name = " ".join(str(each) for each in key)
        yield Finding("rows", f"{TABLES.get(table, table)} {name} 的 {column}", f"无法识别，{words}", RESTORE)


def _broken_records(connection: Connection) -> Iterator[Finding]:
    """Yield statements whose JSON says nothing that a reader understands."""
    for key, text in connection.all("SELECT id, detail FROM change WHERE detail IS NOT NULL ORDER BY id"):
        if not isinstance(parsed(text), dict):
            yield _unread("change", key, "detail")
    for table in ("report", "event"):
        # What our own writers leave empty is most of it.
        for key, text in connection.stream(f"SELECT id, before FROM {table} WHERE before <> '{{}}' ORDER BY id"):
            found = parsed(text)
            if not isinstance(found, dict) or (table == "report" and not _was_before(found)):
                yield _unread(table, key, "before")
    for key, item, n, kind, text in connection.stream("SELECT id, item_id, n, kind, data FROM event ORDER BY id"):
        data = parsed(text) if item is not None else decision_of(kind, text)
        if not isinstance(data, dict) or (item is not None and not is_understood(kind, n, data)):
            yield _unread("event", key, "data")


def _unread(table: str, key: object, column: str) -> Finding:
    return Finding("rows", f"{TABLES[table]} {key} 的 {column}", "无法识别，读取时已略过", RESTORE)


def _was_before(found: dict[str, Any]) -> bool:
    """Say whether a report's own words of what was there before are what `history` can show."""
    return all(value is None or isinstance(value, (str, int)) for value in found.values())
